import type { MigrationInterface, QueryRunner } from 'typeorm';
import { disclosedToBudget } from './parts/disclosed.js';

/**
 * What is written before a commit: the disclosure with its budget, the action. Both take the actor, role, tool, purpose
 * and classes from the sealed context, so that the caller's word counts for nothing.
 */
export class CreateCustody1763780400007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA custody;
      GRANT USAGE ON SCHEMA custody TO rosette_api;

      -- One upsert as the last statement before commit: the row stays locked until then, so that of many requests of one
      -- user that race, each counts what the others spent. The estimate of a rolling window is the running bucket plus the
      -- part of the last one that the window still covers. Answers the window that is overspent, in seconds, or NULL. Called
      -- only inside custody.disclosed, so it needs no definer rights and no settings of its own.
      CREATE FUNCTION custody.spend_budget(p_account uuid, p_role text, p_rows integer) RETURNS integer
      LANGUAGE plpgsql AS $$
      DECLARE
        v_now double precision := extract(epoch FROM clock_timestamp());
        v_limit access.role_limit;
        v_spent protection.budget_counter;
      BEGIN
        SELECT * INTO STRICT v_limit FROM access.role_limit WHERE role = p_role;
        INSERT INTO protection.budget_counter AS c
        VALUES (p_account, floor(v_now / 300), p_rows, 0, floor(v_now / 3600), p_rows, 0, floor(v_now / 86400), p_rows, 0)
        ON CONFLICT (account_id) DO UPDATE SET
            five_minutes_bucket = excluded.five_minutes_bucket,
            five_minutes_before = CASE excluded.five_minutes_bucket - c.five_minutes_bucket WHEN 0 THEN c.five_minutes_before WHEN 1 THEN c.five_minutes_rows ELSE 0 END,
            five_minutes_rows = excluded.five_minutes_rows + CASE excluded.five_minutes_bucket - c.five_minutes_bucket WHEN 0 THEN c.five_minutes_rows ELSE 0 END,
            hour_bucket = excluded.hour_bucket,
            hour_before = CASE excluded.hour_bucket - c.hour_bucket WHEN 0 THEN c.hour_before WHEN 1 THEN c.hour_rows ELSE 0 END,
            hour_rows = excluded.hour_rows + CASE excluded.hour_bucket - c.hour_bucket WHEN 0 THEN c.hour_rows ELSE 0 END,
            day_bucket = excluded.day_bucket,
            day_before = CASE excluded.day_bucket - c.day_bucket WHEN 0 THEN c.day_before WHEN 1 THEN c.day_rows ELSE 0 END,
            day_rows = excluded.day_rows + CASE excluded.day_bucket - c.day_bucket WHEN 0 THEN c.day_rows ELSE 0 END
        RETURNING c.* INTO v_spent;
        RETURN CASE
          WHEN v_spent.five_minutes_rows + ceil(v_spent.five_minutes_before * (v_spent.five_minutes_bucket + 1 - v_now / 300)) > v_limit.five_minutes THEN 300
          WHEN v_spent.hour_rows + ceil(v_spent.hour_before * (v_spent.hour_bucket + 1 - v_now / 3600)) > v_limit.hour THEN 3600
          WHEN v_spent.day_rows + ceil(v_spent.day_before * (v_spent.day_bucket + 1 - v_now / 86400)) > v_limit.day THEN 86400
        END;
      END $$;

      ${disclosedToBudget}

      CREATE FUNCTION ledger.record_action(p_request uuid, p_target_kind text, p_target_id text, p_detail jsonb) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        field text[] := ks.sealed();
      BEGIN
        IF field IS NULL OR field[8] <> 'change' THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'a change outside custody';
        END IF;
        INSERT INTO ledger.action (account_id, session_id, tool, action, outcome, target_kind, target_id, request_id, detail)
        VALUES (field[3]::uuid, field[4]::uuid, nullif(field[7], ''), field[9], 'done', p_target_kind, p_target_id, p_request, p_detail);
      END $$;

      -- A refusal by fence or budget, written in a transaction of its own after the refused one was rolled back.
      -- The actor is the session's, whether or not it still lives.
      CREATE FUNCTION ledger.record_refusal(p_session uuid, p_tool text, p_action text, p_code text, p_request uuid) RETURNS void
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        INSERT INTO ledger.action (account_id, session_id, tool, action, outcome, code, request_id)
        SELECT s.account_id, s.id, p_tool, p_action, 'refused', p_code, p_request FROM identity.session s WHERE s.id = p_session
      $$;

      -- The record is read in a context sealed for reading it, and leaves a row of its own when it is.
      ALTER TABLE ledger.disclosure ENABLE ROW LEVEL SECURITY;
      CREATE POLICY disclosure_read ON ledger.disclosure FOR SELECT TO rosette_api USING ((SELECT ks.may_change('disclosure.read')));
      ALTER TABLE ledger.action ENABLE ROW LEVEL SECURITY;
      CREATE POLICY action_read ON ledger.action FOR SELECT TO rosette_api USING ((SELECT ks.may_change('action.read')));

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA custody, ledger FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION custody.disclosed(uuid, text, integer, bigint[]), ledger.record_action(uuid, text, text, jsonb),
        ledger.record_refusal(uuid, text, text, text, uuid) TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP POLICY action_read ON ledger.action;
      ALTER TABLE ledger.action DISABLE ROW LEVEL SECURITY;
      DROP POLICY disclosure_read ON ledger.disclosure;
      ALTER TABLE ledger.disclosure DISABLE ROW LEVEL SECURITY;
      DROP FUNCTION ledger.record_refusal(uuid, text, text, text, uuid);
      DROP FUNCTION ledger.record_action(uuid, text, text, jsonb);
      DROP SCHEMA custody CASCADE;
    `);
  }
}
