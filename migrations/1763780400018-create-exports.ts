import type { MigrationInterface, QueryRunner } from 'typeorm';
import { disclosedToBudget, disclosedToCapOrBudget } from './parts/disclosed.js';
import { exportMembers } from './parts/export-members.js';
import { forgetExports } from './parts/forget-exports.js';
import { rowLevelSecurity } from './parts/row-level-security.js';

/**
 * Exports: what was asked for and why, the frozen ids, and every fetch with how it ended. Rows that leave in an export
 * count against a cap of their own, a day's, instead of the limits made for pages; a role without one exports nothing.
 */
export class CreateExports1763780400018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE access.role_limit
        ADD COLUMN export_day integer NOT NULL DEFAULT 0 CONSTRAINT role_limit_export_day_positive CHECK (export_day >= 0);

      -- Rows exported by one account: as in budget_counter, for the one window that an export has.
      CREATE TABLE protection.export_counter (
        account_id  uuid CONSTRAINT export_counter_pkey PRIMARY KEY,
        day_bucket  integer NOT NULL,
        day_rows    bigint NOT NULL,
        day_before  bigint NOT NULL
      ) WITH (fillfactor = 50);

      CREATE FUNCTION custody.spend_export(p_account uuid, p_role text, p_rows integer) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, protection, pg_temp
      SET plan_cache_mode = force_generic_plan AS $$
      DECLARE
        v_now double precision := extract(epoch FROM clock_timestamp());
        v_limit integer;
        v_spent protection.export_counter;
      BEGIN
        SELECT export_day INTO v_limit FROM access.role_limit WHERE role = p_role;
        INSERT INTO protection.export_counter AS c VALUES (p_account, floor(v_now / 86400), p_rows, 0)
        ON CONFLICT (account_id) DO UPDATE SET
            day_bucket = excluded.day_bucket,
            day_before = CASE excluded.day_bucket - c.day_bucket WHEN 0 THEN c.day_before WHEN 1 THEN c.day_rows ELSE 0 END,
            day_rows = excluded.day_rows + CASE excluded.day_bucket - c.day_bucket WHEN 0 THEN c.day_rows ELSE 0 END
        RETURNING c.* INTO v_spent;
        IF v_spent.day_rows + ceil(v_spent.day_before * (v_spent.day_bucket + 1 - v_now / 86400)) > coalesce(v_limit, 0) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS010', MESSAGE = 'the export cap is spent', DETAIL = '86400';
        END IF;
      END $$;

      -- Refuses an export that cannot be fetched whole under what is left of the cap, before its first byte. What counts is
      -- spend_export, with every block.
      CREATE FUNCTION custody.foresee_export(p_rows integer) RETURNS void
      LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, protection, pg_temp AS $$
      DECLARE
        v_now double precision := extract(epoch FROM clock_timestamp());
        field text[] := ks.sealed();
        v_limit integer;
        v_spent double precision;
      BEGIN
        SELECT export_day INTO v_limit FROM access.role_limit WHERE role = field[5];
        SELECT CASE floor(v_now / 86400)::integer - c.day_bucket
                 WHEN 0 THEN c.day_rows + ceil(c.day_before * (c.day_bucket + 1 - v_now / 86400))
                 WHEN 1 THEN ceil(c.day_rows * (c.day_bucket + 2 - v_now / 86400)) ELSE 0 END
        INTO v_spent FROM protection.export_counter c WHERE c.account_id = field[3]::uuid;
        IF p_rows + coalesce(v_spent, 0) > coalesce(v_limit, 0) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS010', MESSAGE = 'the export cap is spent', DETAIL = '86400';
        END IF;
      END $$;

      ${disclosedToCapOrBudget}

      CREATE TABLE contact_creator.export (
        constituency_id  text COLLATE "C" NOT NULL CONSTRAINT export_constituency_fkey REFERENCES geography.constituency,
        id               uuid NOT NULL,
        source_kind      text NOT NULL CONSTRAINT export_source_kind_known CHECK (source_kind IN ('constituency', 'selection', 'list')),
        source_id        uuid,
        columns          text[] NOT NULL CONSTRAINT export_columns_some CHECK (cardinality(columns) > 0),
        classes          text[] NOT NULL CONSTRAINT export_classes_some CHECK (cardinality(classes) > 0),
        purpose          text NOT NULL,
        reason           text NOT NULL CONSTRAINT export_reason_shape CHECK (length(reason) BETWEEN 1 AND 2000),
        row_count        integer NOT NULL CONSTRAINT export_row_count_positive CHECK (row_count >= 0),
        requested_by     uuid NOT NULL CONSTRAINT export_requested_by_fkey REFERENCES identity.account,
        created_at       timestamptz NOT NULL DEFAULT now(),
        expires_at       timestamptz NOT NULL,
        -- When the frozen ids were deleted; the ledger keeps who was in it.
        forgotten_at     timestamptz,
        CONSTRAINT export_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT export_source_whole CHECK ((source_kind = 'constituency') = (source_id IS NULL)),
        CONSTRAINT export_expires_in_a_day CHECK (expires_at <= created_at + interval '24 hours')
      );
      CREATE INDEX export_newest ON contact_creator.export (constituency_id, created_at DESC, id);
      CREATE INDEX export_unforgotten ON contact_creator.export (expires_at) WHERE forgotten_at IS NULL;

      ${exportMembers}

      CREATE TABLE contact_creator.export_fetch (
        constituency_id  text COLLATE "C" NOT NULL,
        export_id        uuid NOT NULL,
        id               uuid NOT NULL,
        request_id       uuid NOT NULL,
        account_id       uuid NOT NULL,
        session_id       uuid NOT NULL,
        started_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
        ended_at         timestamptz,
        outcome          text CONSTRAINT export_fetch_outcome_known CHECK (outcome IN ('finished', 'cut')),
        why              text CONSTRAINT export_fetch_why_shape CHECK (why ~ '^[a-z][a-z0-9-]{0,59}$'),
        bytes            bigint,
        rows             integer,
        CONSTRAINT export_fetch_pkey PRIMARY KEY (constituency_id, export_id, id),
        CONSTRAINT export_fetch_export_fkey FOREIGN KEY (constituency_id, export_id) REFERENCES contact_creator.export,
        CONSTRAINT export_fetch_end_whole CHECK ((ended_at IS NULL) = (outcome IS NULL) AND (outcome = 'cut') = (why IS NOT NULL))
      );
      ${rowLevelSecurity('contact_creator.export', 'contact-creator', '')}
      ${rowLevelSecurity('contact_creator.export_fetch', 'contact-creator', '')}
      GRANT SELECT, INSERT ON contact_creator.export TO rosette_api;
      GRANT SELECT ON contact_creator.export_fetch TO rosette_api;

      -- May the actor of this transaction have the file, and if a fetch is named, begin it. Answers 'absent', which is also
      -- what anybody but the requester hears, 'expired' or 'open'.
      CREATE FUNCTION contact_creator.open_export(p_constituency text, p_export uuid, p_fetch uuid, p_request uuid) RETURNS text
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, contact_creator, pg_temp AS $$
      DECLARE
        field text[] := ks.sealed();
        v_export contact_creator.export;
      BEGIN
        IF NOT coalesce(field[9] = 'export.read' AND p_constituency = ANY (ks.areas('contact-creator', '')), false) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may read exports here';
        END IF;
        SELECT * INTO v_export FROM contact_creator.export WHERE constituency_id = p_constituency AND id = p_export;
        IF v_export.requested_by IS DISTINCT FROM field[3]::uuid THEN
          RETURN 'absent';
        ELSIF v_export.expires_at <= now() THEN
          RETURN 'expired';
        END IF;
        IF p_fetch IS NOT NULL THEN
          INSERT INTO contact_creator.export_fetch (constituency_id, export_id, id, request_id, account_id, session_id)
          VALUES (p_constituency, p_export, p_fetch, p_request, field[3]::uuid, field[4]::uuid);
        END IF;
        RETURN 'open';
      END $$;

      -- How a fetch ended, once, with its row in the ledger of actions. It asks no context: a fetch that was cut because
      -- its reader was suspended must be recorded all the same. The actor is the fetch's own.
      CREATE FUNCTION contact_creator.end_export_fetch(p_constituency text, p_export uuid, p_fetch uuid, p_why text, p_bytes bigint, p_rows integer)
      RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, contact_creator, pg_temp AS $$
        WITH ended AS (
          UPDATE contact_creator.export_fetch
          SET ended_at = clock_timestamp(), outcome = CASE WHEN p_why IS NULL THEN 'finished' ELSE 'cut' END, why = p_why,
              bytes = p_bytes, rows = p_rows
          WHERE constituency_id = p_constituency AND export_id = p_export AND id = p_fetch AND ended_at IS NULL
          RETURNING *)
        INSERT INTO ledger.action (account_id, session_id, tool, action, outcome, target_kind, target_id, request_id, detail)
        SELECT account_id, session_id, 'contact-creator', 'export.read', 'done', 'export', export_id::text, request_id,
               jsonb_strip_nulls(jsonb_build_object('fetch', outcome, 'why', why, 'bytes', bytes, 'rows', rows))
        FROM ended
      $$;

      ${forgetExports('contact_creator.export_member')}

      REVOKE ALL ON FUNCTION custody.spend_export(uuid, text, integer), custody.foresee_export(integer),
        contact_creator.open_export(text, uuid, uuid, uuid), contact_creator.forget_exports(),
        contact_creator.end_export_fetch(text, uuid, uuid, text, bigint, integer) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION custody.foresee_export(integer), contact_creator.open_export(text, uuid, uuid, uuid),
        contact_creator.end_export_fetch(text, uuid, uuid, text, bigint, integer), contact_creator.forget_exports() TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION contact_creator.forget_exports(), contact_creator.open_export(text, uuid, uuid, uuid),
        contact_creator.end_export_fetch(text, uuid, uuid, text, bigint, integer);
      DROP TABLE contact_creator.export_fetch, contact_creator.export_member, contact_creator.export;
      ${disclosedToBudget}
      DROP FUNCTION custody.foresee_export(integer), custody.spend_export(uuid, text, integer);
      DROP TABLE protection.export_counter;
      ALTER TABLE access.role_limit DROP COLUMN export_day;
    `);
  }
}
