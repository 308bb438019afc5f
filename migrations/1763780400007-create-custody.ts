import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is written before a commit: the disclosure with its budget, the action. Both take the actor, role, tool, purpose
 * and classes from the sealed context, so that the caller's word counts for nothing.
 */
export class CreateCustody1763780400007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA custody;
      GRANT USAGE ON SCHEMA custody TO rosette_api;

      -- One upsert of the three buckets in fixed order, as the last statement before commit. The estimate of a rolling
      -- window is the running bucket plus the part of the last one that the window still covers.
      CREATE FUNCTION custody.spend_budget(p_account uuid, p_role text, p_rows integer) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, protection, pg_temp AS $$
      DECLARE
        v_over integer;
        v_now double precision := extract(epoch FROM clock_timestamp());
      BEGIN
        WITH spent AS (
          INSERT INTO protection.budget_counter AS c (account_id, window_seconds, bucket_at, rows)
          SELECT p_account, l.window_seconds, to_timestamp(floor(v_now / l.window_seconds) * l.window_seconds), p_rows
          FROM access.role_limit l WHERE l.role = p_role ORDER BY l.window_seconds
          ON CONFLICT (account_id, window_seconds, bucket_at) DO UPDATE SET rows = c.rows + excluded.rows
          RETURNING c.window_seconds, c.bucket_at, c.rows
        )
        SELECT s.window_seconds INTO v_over
        FROM spent s
        JOIN access.role_limit l ON l.role = p_role AND l.window_seconds = s.window_seconds
        LEFT JOIN protection.budget_counter last
          ON last.account_id = p_account AND last.window_seconds = s.window_seconds
         AND last.bucket_at = s.bucket_at - make_interval(secs => s.window_seconds)
        WHERE s.rows + ceil(coalesce(last.rows, 0) * (1 - (v_now - extract(epoch FROM s.bucket_at)) / s.window_seconds)) > l.max_rows
        ORDER BY s.window_seconds LIMIT 1;
        IF v_over IS NOT NULL THEN
          RAISE EXCEPTION USING ERRCODE = 'KS010', MESSAGE = 'the budget is spent', DETAIL = v_over::text;
        END IF;
      END $$;

      CREATE FUNCTION custody.disclosed(p_request uuid, p_address_class text, p_rows integer, p_subject_ids bigint[]) RETURNS uuid
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        field text[] := ks.sealed();
        v_id uuid;
      BEGIN
        IF field IS NULL OR field[10] = '' THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'a disclosure outside custody';
        END IF;
        INSERT INTO ledger.disclosure (account_id, session_id, role, tool, action, purpose, data_classes, constituencies,
                                       request_id, address_class, rows, subject_ids)
        VALUES (field[3]::uuid, field[4]::uuid, field[5], nullif(field[7], ''), field[9], field[10], field[11]::text[],
                CASE WHEN field[12] = 't' THEN NULL ELSE field[13]::text[] END, p_request, p_address_class, p_rows, p_subject_ids)
        RETURNING id INTO v_id;
        PERFORM custody.spend_budget(field[3]::uuid, field[5], p_rows);
        RETURN v_id;
      END $$;

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

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA custody, ledger FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION custody.disclosed(uuid, text, integer, bigint[]), ledger.record_action(uuid, text, text, jsonb),
        ledger.record_refusal(uuid, text, text, text, uuid) TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION ledger.record_refusal(uuid, text, text, text, uuid);
      DROP FUNCTION ledger.record_action(uuid, text, text, jsonb);
      DROP SCHEMA custody CASCADE;
    `);
  }
}
