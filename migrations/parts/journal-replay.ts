/**
 * What the journal says, done again to a restored database. `ks.replay_<kind>` does one entry and answers 'applied',
 * 'absent' where what ended is not in the backup, or 'unmet' where somebody has to see to it. A kind of a later migration
 * brings its function, and nothing here changes. All of it runs with the rights of whoever calls it: the owner's.
 */
const settings = 'SET search_path = pg_catalog, ks, pg_temp';
const known = (account: string) => `(SELECT a.id FROM identity.account a WHERE a.id = (${account})::uuid)`;
const unusablePassword = `UPDATE identity.password
        SET hash = regexp_replace(hash, '[^$]+$', rtrim(encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'base64'), '='))`;
const outcome = `RETURN CASE WHEN FOUND THEN 'applied' ELSE 'absent' END;`;
const replay = (kind: string, body: string, declare = '') => `
      CREATE FUNCTION ks.replay_${kind}(e jsonb) RETURNS text
      LANGUAGE plpgsql ${settings} AS $$
      ${declare}BEGIN
        ${body}
      END $$;`;

const ofTheSwitch = `
${replay(
  'suspension',
  `IF NOT EXISTS (SELECT FROM ks.scope s WHERE s.kind = e ->> 'target_kind' AND s.id = e ->> 'target_id') THEN
          RETURN 'absent';
        END IF;
        INSERT INTO ks.suspension AS s (id, target_kind, target_id, reason, in_force_at, epoch, ordered_by, ordered_by_operator, ordered_at,
                                        starts_at, expires_at, review_at, lifted_at, lifted_by, lifted_by_operator, lift_epoch, is_expired)
        SELECT r.id, r.target_kind, r.target_id, 'Its reason was lost with the database; the journal keeps none.', r.in_force_at, r.epoch,
               orderer, CASE WHEN r.ordered_by IS NOT NULL AND orderer IS NULL THEN 'an account that the backup does not have' END,
               r.ordered_at, r.starts_at, r.expires_at, r.review_at, r.lifted_at, lifter,
               CASE WHEN r.lifted_at IS NOT NULL AND NOT r.is_expired AND lifter IS NULL THEN 'known to the journal alone' END,
               r.lift_epoch, r.is_expired
        FROM jsonb_populate_record(NULL::ks.suspension, e) r
        CROSS JOIN LATERAL (SELECT ${known('r.ordered_by')} AS orderer, ${known('r.lifted_by')} AS lifter) who
        ON CONFLICT (id) DO UPDATE SET epoch = coalesce(s.epoch, excluded.epoch), in_force_at = coalesce(s.in_force_at, excluded.in_force_at),
          lifted_at = coalesce(s.lifted_at, excluded.lifted_at), lifted_by = coalesce(s.lifted_by, excluded.lifted_by),
          lifted_by_operator = coalesce(s.lifted_by_operator, excluded.lifted_by_operator),
          lift_epoch = coalesce(s.lift_epoch, excluded.lift_epoch), is_expired = s.is_expired OR excluded.is_expired
        WHERE s.lifted_at IS NULL;
        -- The row of the lift was lost: without one the record would say that the suspension stands.
        IF FOUND AND e ->> 'lifted_at' IS NOT NULL THEN
          INSERT INTO ledger.action (id, action, outcome, target_kind, target_id, detail)
          VALUES (gen_random_uuid(), 'suspension.lift', 'done', 'suspension', e ->> 'id', jsonb_build_object('by', 'restore', 'liftedAt', e ->> 'lifted_at'));
        END IF;
        RETURN 'applied';`,
)}
${replay(
  'flip',
  `INSERT INTO ks.flip (epoch, action, scopes, suspension_id, at, terminated, drained_at, completed_at)
        SELECT r.epoch, r.action, r.scopes, (SELECT s.id FROM ks.suspension s WHERE s.id = r.suspension_id), r.at, 0, r.at, r.at
        FROM jsonb_populate_record(NULL::ks.flip, e) r
        ON CONFLICT (epoch) DO NOTHING;
        UPDATE ks.state SET epoch = (e ->> 'epoch')::bigint WHERE epoch < (e ->> 'epoch')::bigint;
        IF e ->> 'action' <> 'lift' THEN
          -- As the flip did: what was admitted before it is not admitted again.
          UPDATE ks.scope s SET gen = s.gen + 1
          WHERE (s.kind, s.id) IN (SELECT split_part(k, ':', 1), split_part(k, ':', 2) FROM jsonb_array_elements_text(e -> 'scopes') k);
        END IF;
        RETURN 'applied';`,
)}`;

const ofAccounts = `
${replay(
  'account_closed',
  `UPDATE identity.account SET closed_at = coalesce(closed_at, (e ->> 'closed_at')::timestamptz) WHERE id = (e ->> 'id')::uuid;
        ${outcome}`,
)}
${replay(
  'password',
  `-- No password fits it any more; whoever holds the mailbox sets another.
        ${unusablePassword}
        WHERE account_id = (e ->> 'account_id')::uuid AND changed_at < (e ->> 'changed_at')::timestamptz;
        ${outcome}`,
)}
${replay(
  'deposit_discarded',
  `UPDATE quarantine.deposit SET state = 'discarded', decided_at = (e ->> 'decided_at')::timestamptz, key_id = NULL, sealed = NULL
        WHERE id = (e ->> 'id')::uuid AND state = 'quarantined';
        ${outcome}`,
)}
${replay(
  'second_factor',
  `-- Without it the password alone would do: whoever holds the mailbox sets another.
        ${unusablePassword}
        WHERE account_id = (e ->> 'account_id')::uuid;
        DELETE FROM identity.recovery_code WHERE account_id = (e ->> 'account_id')::uuid;
        DELETE FROM identity.totp WHERE account_id = (e ->> 'account_id')::uuid;
        ${outcome}`,
)}
${replay(
  'recovery_code',
  `DELETE FROM identity.recovery_code WHERE account_id = (e ->> 'account_id')::uuid;
        ${outcome}`,
)}
${replay(
  'client_secret',
  `DELETE FROM identity.client_secret
        WHERE account_id = (e ->> 'account_id')::uuid AND changed_at < (e ->> 'changed_at')::timestamptz;
        ${outcome}`,
)}
${replay(
  'grant_end',
  `UPDATE access.role_grant
        SET ended_at = coalesce(ended_at, (e ->> 'ended_at')::timestamptz), ended_by = coalesce(ended_by, ${known(`e ->> 'ended_by'`)}),
            ended_why = coalesce(ended_why, 'restored')
        WHERE id = (e ->> 'id')::uuid;
        ${outcome}`,
)}
${replay(
  'office_leave',
  `-- A representative keeps his office for as long as it is his.
        UPDATE access.office SET representative_id = NULL
        WHERE id = (e ->> 'office_id')::uuid AND representative_id = (e ->> 'account_id')::uuid;
        UPDATE access.office_member SET until_at = least(until_at, (e ->> 'until_at')::timestamptz)
        WHERE account_id = (e ->> 'account_id')::uuid AND office_id = (e ->> 'office_id')::uuid AND from_at = (e ->> 'from_at')::timestamptz;
        ${outcome}`,
)}
${replay(
  'departure',
  `IF v_account IS NULL THEN
          RETURN 'absent';
        END IF;
        INSERT INTO access.departure (id, account_id, standing, reason, office_ids, at, ordered_by, people, grants, sessions)
        SELECT r.id, v_account, r.standing, 'Its reason was lost with the database; the journal keeps none.', r.office_ids, r.at,
               coalesce(${known('r.ordered_by')}, v_account), r.people, r.grants, r.sessions
        FROM jsonb_populate_record(NULL::access.departure, e) r
        ON CONFLICT (id) DO NOTHING;
        UPDATE access.role_grant SET ended_at = (e ->> 'at')::timestamptz, ended_why = 'restored'
        WHERE account_id = v_account AND ended_at IS NULL AND created_at <= (e ->> 'at')::timestamptz;
        RETURN 'applied';`,
  `DECLARE
        v_account uuid := ${known(`e ->> 'account_id'`)};
      `,
)}`;

const ofPeople = `
${replay(
  'suppression',
  `INSERT INTO protection.suppression SELECT (jsonb_populate_record(NULL::protection.suppression, e)).* ON CONFLICT DO NOTHING;
        RETURN 'applied';`,
)}
${replay(
  'purpose_end',
  `UPDATE protection.purpose SET ended_at = coalesce(ended_at, (e ->> 'ended_at')::timestamptz) WHERE code = e ->> 'code';
        ${outcome}`,
)}
${replay('controller_profile', `RETURN 'unmet';`)}
${replay(
  'contact_kept',
  `-- The contact stands in for the one that was lost, so that what is derived from contacts follows from it for ever.
        v_doors := ARRAY(SELECT d.id FROM contact_creator.door d WHERE d.constituency_id = v_contact.constituency_id AND d.id = v_contact.door_id);
        v_electors := ARRAY(SELECT x.id FROM contact_creator.elector x
                            WHERE x.constituency_id = v_contact.constituency_id
                              AND x.id IN (SELECT s::bigint FROM jsonb_array_elements_text(e -> 'subjects') s));
        IF cardinality(v_electors) = 0 AND v_contact.elector_id IS NOT NULL OR cardinality(v_doors) = 0 AND v_contact.elector_id IS NULL THEN
          RETURN 'unmet';
        END IF;
        INSERT INTO contact_creator.contact (constituency_id, id, elector_id, door_id, method, outcome, do_not_return_until, device_at,
                                             effective_at, recorded_at, recorded_by, payload_hash)
        VALUES (v_contact.constituency_id, v_contact.id, v_contact.elector_id, v_doors[1], v_contact.method, v_contact.outcome,
                v_contact.do_not_return_until, v_contact.effective_at, v_contact.effective_at, v_contact.recorded_at,
                coalesce(${known('v_contact.recorded_by')},
                         (SELECT a.id FROM identity.account a WHERE a.kind = 'person' ORDER BY a.created_at, a.id LIMIT 1)),
                sha256('restored'))
        ON CONFLICT ON CONSTRAINT contact_pkey DO NOTHING;
        INSERT INTO contact_creator.contact_subject (constituency_id, elector_id, contact_id)
        SELECT v_contact.constituency_id, x, v_contact.id FROM unnest(v_electors) x ON CONFLICT DO NOTHING;
        PERFORM contact_creator.derive(v_contact.constituency_id, v_electors, v_doors);
        RETURN 'applied';`,
  `DECLARE
        v_contact contact_creator.contact := jsonb_populate_record(NULL::contact_creator.contact, e);
        v_doors bigint[];
        v_electors bigint[];
      `,
)}
${replay(
  'contact_end',
  `UPDATE contact_creator.contact c
        SET ended_at = coalesce(c.ended_at, (e ->> 'ended_at')::timestamptz), ended_by = coalesce(c.ended_by, c.recorded_by),
            end_reason = coalesce(c.end_reason, 'ended before the database was restored')
        WHERE c.constituency_id = e ->> 'constituency_id' AND c.id = (e ->> 'id')::uuid
        RETURNING c.door_id INTO v_door;
        IF NOT FOUND THEN
          RETURN 'absent';
        END IF;
        PERFORM contact_creator.derive(
          e ->> 'constituency_id',
          ARRAY(SELECT s.elector_id FROM contact_creator.contact_subject s
                WHERE s.constituency_id = e ->> 'constituency_id' AND s.contact_id = (e ->> 'id')::uuid),
          array_remove(ARRAY[v_door], NULL));
        RETURN 'applied';`,
  `DECLARE
        v_door bigint;
      `,
)}
${replay(
  'member_status',
  `UPDATE organise.member SET status = e ->> 'status', version = version + 1
        WHERE constituency_id = e ->> 'constituency_id' AND id = (e ->> 'id')::bigint;
        ${outcome}`,
)}`;

const together = `
      -- Entries in the order of the journal; those that the backup knew are passed over. How many came to which outcome.
      CREATE FUNCTION ks.replay_journal(p_entries jsonb) RETURNS TABLE (kind text, outcome text, entries integer)
      LANGUAGE plpgsql ${settings} AS $$
      #variable_conflict use_column
      DECLARE
        v_entry record;
        v_function regprocedure;
        v_outcome text;
        v_counts jsonb := '{}';
      BEGIN
        FOR v_entry IN SELECT * FROM jsonb_to_recordset(p_entries) AS r (id uuid, at timestamptz, kind text, entry jsonb) LOOP
          INSERT INTO ks.journal (id, at, kind, entry) VALUES (v_entry.id, v_entry.at, v_entry.kind, v_entry.entry) ON CONFLICT (id) DO NOTHING;
          CONTINUE WHEN NOT FOUND;
          v_function := to_regprocedure(format('ks.%I(jsonb)', 'replay_' || replace(v_entry.kind, '-', '_')));
          v_outcome := 'unknown';
          IF v_function IS NOT NULL THEN
            EXECUTE format('SELECT %s($1)', v_function::oid::regproc) INTO v_outcome USING v_entry.entry;
          END IF;
          v_counts := jsonb_set(v_counts, ARRAY[v_entry.kind || ' ' || v_outcome],
                                to_jsonb(coalesce((v_counts ->> (v_entry.kind || ' ' || v_outcome))::integer, 0) + 1));
        END LOOP;
        RETURN QUERY SELECT split_part(c.key, ' ', 1), split_part(c.key, ' ', 2), c.value::integer FROM jsonb_each_text(v_counts) c;
      END $$;

      -- What a backup holds of things that go on, or wait: none of it goes on after a restore. Sessions, tokens and what else
      -- lives for a moment are not in a backup at all.
      CREATE FUNCTION ks.end_what_went_on() RETURNS void
      LANGUAGE plpgsql ${settings} AS $$
      BEGIN
        UPDATE ks.replica SET fenced = true, ended_at = coalesce(ended_at, clock_timestamp());
        UPDATE ks.flip_member SET how = 'retired' WHERE how IS NULL;
        UPDATE ks.flip SET terminated = coalesce(terminated, 0), drained_at = coalesce(drained_at, clock_timestamp()), completed_at = clock_timestamp()
        WHERE completed_at IS NULL;
        UPDATE jobs.job SET state = 'cancelled', finished_at = clock_timestamp(), incarnation = NULL, lease_until = NULL, error_code = 'restored'
        WHERE state IN ('queued', 'running');
        -- It may have been sent since the backup was made: once too seldom is better than twice.
        UPDATE mail.outbox SET state = 'cancelled', incarnation = NULL, lease_until = NULL, error_code = 'restored'
        WHERE state IN ('queued', 'handing-over');
        UPDATE organise.mailing_recipient SET state = 'cancelled' WHERE state = 'pending';
        UPDATE organise.mailing SET state = 'cancelled' WHERE state = 'preparing';
        UPDATE contact_creator.register_import
        SET state = CASE state WHEN 'undoing' THEN 'committed' ELSE 'failed' END,
            error_code = CASE state WHEN 'undoing' THEN error_code ELSE 'restored' END
        WHERE state IN ('receiving', 'reading', 'staged', 'committing', 'undoing');
        UPDATE organise.member_import SET state = 'failed', error_code = 'restored'
        WHERE state IN ('receiving', 'reading', 'staged', 'committing');
      END $$;

      -- After the replay: which scopes are suspended follows from the suspensions, and the database begins a line of its own.
      -- A schema that keeps numbers of transactions brings a function after_restore() of its own.
      CREATE FUNCTION ks.settle_restored() RETURNS void
      LANGUAGE plpgsql ${settings} AS $$
      DECLARE
        v_hook regproc;
      BEGIN
        FOR v_hook IN SELECT p.oid FROM pg_proc p WHERE p.proname = 'after_restore' AND p.pronargs = 0
                      AND p.proowner = 'rosette_owner'::regrole ORDER BY p.pronamespace::regnamespace::text
        LOOP
          EXECUTE format('SELECT %s()', v_hook);
        END LOOP;
        DELETE FROM ks.past_stamp;
        UPDATE ks.lineage SET parent = id, id = gen_random_uuid(), since = clock_timestamp();
        UPDATE ks.state SET epoch = epoch + 1;
        UPDATE ks.scope s SET since_epoch = (SELECT epoch FROM ks.state), suspended = EXISTS (
          SELECT FROM ks.suspension o WHERE o.target_kind = s.kind AND o.target_id = s.id AND o.epoch IS NOT NULL AND o.lifted_at IS NULL);
      END $$;`;

const replayed =
  'suspension flip account_closed password second_factor recovery_code client_secret grant_end office_leave departure suppression deposit_discarded purpose_end controller_profile contact_kept contact_end member_status'
    .split(' ')
    .map((kind) => `ks.replay_${kind}(jsonb)`);
const functions = [
  ...replayed,
  'ks.replay_journal(jsonb)',
  'ks.end_what_went_on()',
  'ks.settle_restored()',
].join(', ');

export const replayFunctions = `${ofTheSwitch}${ofAccounts}${ofPeople}${together}
      REVOKE ALL ON FUNCTION ${functions} FROM PUBLIC;`;
export const dropReplayFunctions = `DROP FUNCTION ${functions};`;
