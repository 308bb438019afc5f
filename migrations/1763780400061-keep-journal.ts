import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropReplayFunctions, replayFunctions } from './parts/journal-replay.js';

/**
 * The journal of what must not be revived by a restore: written in the transaction that stops, ends or objects, and appended
 * from here to files outside the database (docs/decisions/0024-a-restore-revives-nothing.md). It holds ids and keyed
 * hashes; no name, no reason, no address.
 */
export class KeepJournal1763780400061 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ks.journal (
        id        uuid CONSTRAINT journal_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
        position  bigint GENERATED ALWAYS AS IDENTITY,
        -- Which rows a reader has seen is told by snapshots: positions are given before they commit.
        xid       xid8 NOT NULL DEFAULT pg_current_xact_id(),
        at        timestamptz NOT NULL DEFAULT clock_timestamp(),
        kind      text NOT NULL CONSTRAINT journal_kind_shape CHECK (kind ~ '^[a-z]+(-[a-z]+)*$'),
        entry     jsonb NOT NULL
      );
      CREATE INDEX journal_by_xid ON ks.journal (xid);

      -- A database goes on in its own line until it is restored: snapshots of another line mean nothing here.
      CREATE TABLE ks.lineage (
        only_row  boolean CONSTRAINT lineage_pkey PRIMARY KEY DEFAULT true CONSTRAINT lineage_only_one CHECK (only_row),
        id        uuid NOT NULL DEFAULT gen_random_uuid(),
        parent    uuid,
        since     timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      INSERT INTO ks.lineage DEFAULT VALUES;

      -- Journals a row: the kind, then the columns that are kept of it.
      CREATE FUNCTION ks.journal_row() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      BEGIN
        INSERT INTO ks.journal (kind, entry)
        SELECT TG_ARGV[0], jsonb_object_agg(c.key, c.value)
        FROM jsonb_each(CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) c
        WHERE c.key = ANY (TG_ARGV[1:]);
        RETURN NULL;
      END $$;

      -- What is in the journal and was not when p_seen was taken, as far as p_upto: page by page, in order. The API role reads
      -- ids and keyed hashes here, and nothing that it could not read before.
      CREATE FUNCTION ks.journal_page(p_seen pg_snapshot, p_upto pg_snapshot, p_after bigint, p_limit integer)
      RETURNS TABLE (lineage uuid, upto text, entries jsonb, last bigint)
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT l.id, u.upto::text, coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'at', p.at, 'kind', p.kind, 'entry', p.entry)
                                                      ORDER BY p.position) FILTER (WHERE p.id IS NOT NULL), '[]'), max(p.position)
        FROM ks.lineage l CROSS JOIN (SELECT coalesce(p_upto, pg_current_snapshot()) AS upto) u
        LEFT JOIN LATERAL (
          SELECT j.* FROM ks.journal j
          WHERE j.xid >= coalesce(pg_snapshot_xmin(p_seen), '0'::xid8) AND j.position > p_after
            AND pg_visible_in_snapshot(j.xid, u.upto) AND NOT coalesce(pg_visible_in_snapshot(j.xid, p_seen), false)
          ORDER BY j.position LIMIT p_limit) p ON true
        GROUP BY l.id, u.upto::text
      $$;

      -- One writer to a file: held until the session ends, or gives it back.
      CREATE FUNCTION ks.journal_lock(p_file uuid, p_takes boolean) RETURNS boolean
      LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT CASE WHEN p_takes THEN pg_try_advisory_lock(1919905910, hashtext(p_file::text))
               ELSE pg_advisory_unlock(1919905910, hashtext(p_file::text)) END
      $$;

      -- Tables of people take no trigger: whoever changes a member's standing says so in the same transaction.
      CREATE FUNCTION ks.journal_member_status(p_constituency text, p_member bigint, p_status text) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      BEGIN
        IF NOT ks.may_change('member.change') THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may change members';
        END IF;
        INSERT INTO ks.journal (kind, entry)
        VALUES ('member-status', jsonb_build_object('constituency_id', p_constituency, 'id', p_member, 'status', p_status));
      END $$;
      REVOKE ALL ON FUNCTION ks.journal_row(), ks.journal_page(pg_snapshot, pg_snapshot, bigint, integer), ks.journal_lock(uuid, boolean),
        ks.journal_member_status(text, bigint, text) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ks.journal_page(pg_snapshot, pg_snapshot, bigint, integer), ks.journal_lock(uuid, boolean),
        ks.journal_member_status(text, bigint, text) TO rosette_api;
      ${triggers.map(createTrigger).join('\n      ')}
      ${patches.map(({ signature, from, to }) => patch(signature, from, to)).join('')}
      ${replayFunctions}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${dropReplayFunctions}
      ${patches.map(({ signature, from, to }) => patch(signature, to, from)).join('')}
      ${triggers.map(({ table }) => `DROP TRIGGER ${nameOf(table)} ON ${table};`).join('\n      ')}
      DROP FUNCTION ks.journal_member_status(text, bigint, text), ks.journal_lock(uuid, boolean),
        ks.journal_page(pg_snapshot, pg_snapshot, bigint, integer), ks.journal_row();
      DROP TABLE ks.lineage, ks.journal;`);
  }
}

interface Journalled {
  table: string;
  kind: string;
  on: string;
  when?: string;
  columns: string;
}

const triggers: readonly Journalled[] = [
  {
    table: 'ks.suspension',
    kind: 'suspension',
    on: 'INSERT OR UPDATE OF epoch, lifted_at',
    columns:
      'id target_kind target_id in_force_at epoch ordered_by ordered_at starts_at expires_at review_at lifted_by lifted_at lift_epoch is_expired',
  },
  // The end of a session, a departure and whatever else ends what goes on in a name makes one.
  { table: 'ks.flip', kind: 'flip', on: 'INSERT', columns: 'epoch action scopes suspension_id at' },
  {
    table: 'identity.account',
    kind: 'account-closed',
    on: 'UPDATE OF closed_at',
    when: 'NEW.closed_at IS NOT NULL',
    columns: 'id closed_at',
  },
  {
    table: 'identity.password',
    kind: 'password',
    on: 'INSERT OR UPDATE',
    columns: 'account_id changed_at',
  },
  {
    table: 'identity.totp',
    kind: 'second-factor',
    on: 'INSERT OR DELETE OR UPDATE OF confirmed_at',
    columns: 'account_id',
  },
  {
    table: 'identity.recovery_code',
    kind: 'recovery-code',
    on: 'DELETE OR UPDATE OF used_at',
    columns: 'account_id',
  },
  {
    table: 'identity.client_secret',
    kind: 'client-secret',
    on: 'INSERT OR UPDATE',
    columns: 'account_id changed_at',
  },
  {
    table: 'access.role_grant',
    kind: 'grant-end',
    on: 'UPDATE OF ended_at',
    when: 'NEW.ended_at IS NOT NULL',
    columns: 'id ended_at ended_by',
  },
  {
    table: 'access.office_member',
    kind: 'office-leave',
    on: 'UPDATE OF until_at',
    when: 'NEW.until_at IS NOT NULL',
    columns: 'office_id account_id from_at until_at',
  },
  {
    table: 'access.departure',
    kind: 'departure',
    on: 'INSERT',
    columns: 'id account_id standing office_ids at ordered_by people grants sessions',
  },
  {
    table: 'protection.suppression',
    kind: 'suppression',
    on: 'INSERT',
    columns: 'channel address_hash reason subject_id at',
  },
  {
    table: 'quarantine.deposit',
    kind: 'deposit-discarded',
    on: 'UPDATE OF state',
    when: `NEW.state = 'discarded'`,
    columns: 'id decided_at',
  },
  {
    table: 'protection.purpose',
    kind: 'purpose-end',
    on: 'UPDATE OF ended_at',
    when: 'NEW.ended_at IS NOT NULL',
    columns: 'code ended_at',
  },
  {
    table: 'protection.controller_profile',
    kind: 'controller-profile',
    on: 'INSERT',
    columns: 'version',
  },
];

const nameOf = (table: string) => `${table.slice(table.indexOf('.') + 1)}_is_journalled`;
const createTrigger = ({ table, kind, on, when, columns }: Journalled) =>
  `CREATE TRIGGER ${nameOf(table)} AFTER ${on} ON ${table} FOR EACH ROW ${when === undefined ? '' : `WHEN (${when}) `}EXECUTE FUNCTION ks.journal_row(${[
    kind,
    ...columns.split(' '),
  ]
    .map((word) => `'${word}'`)
    .join(', ')});`;

/** Functions of the tools as they stand, which now say in the journal what they do. */
const patches = [
  {
    signature: 'contact_creator.take_contacts(text, jsonb, uuid, timestamptz)',
    from: '        answer AS (',
    to: `        kept AS (
          INSERT INTO ks.journal (kind, entry)
          SELECT 'contact-kept', jsonb_strip_nulls(jsonb_build_object(
            'constituency_id', p_constituency, 'id', m.id, 'elector_id', j.elector_id, 'door_id', j.door_id, 'method', j.method,
            'outcome', j.outcome, 'do_not_return_until', j.do_not_return_until, 'effective_at', j.effective_at, 'recorded_at', v_now,
            'recorded_by', v_actor, 'subjects', j.subject_ids))
          FROM made m JOIN judged j ON j.id = m.id
          WHERE m.outcome IN ('do-not-contact', 'do-not-knock', 'do-not-return', 'deceased')),
        answer AS (`,
  },
  {
    signature: 'contact_creator.end_contact(contact_creator.contact, text, uuid, bigint[], bigint[])',
    from: '        PERFORM contact_creator.derive(',
    to: `        INSERT INTO ks.journal (kind, entry)
        VALUES ('contact-end', jsonb_build_object('constituency_id', p_contact.constituency_id, 'id', p_contact.id, 'ended_at', clock_timestamp()));
        PERFORM contact_creator.derive(`,
  },
  {
    signature: 'organise.apply_member_rows(text, uuid, text, uuid)',
    from: 'FROM changed WHERE from_status <> to_status),',
    to: `FROM changed WHERE from_status <> to_status),
               kept AS (
                 INSERT INTO ks.journal (kind, entry)
                 SELECT 'member-status', jsonb_build_object('constituency_id', $1, 'id', id, 'status', to_status)
                 FROM changed WHERE from_status <> to_status),`,
  },
] as const;

const patch = (signature: string, from: string, to: string) => `
      DO $do$
      DECLARE
        v_old text := pg_get_functiondef('${signature}'::regprocedure);
        v_new text := replace(v_old, $from$${from}$from$, $to$${to}$to$);
      BEGIN
        IF v_new = v_old THEN
          RAISE '${signature} is not what it was';
        END IF;
        EXECUTE v_new;
      END $do$;`;
