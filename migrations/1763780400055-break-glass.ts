import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ending } from './parts/suspension-functions.js';

const dropEnding = (parameters: string) =>
  `DROP FUNCTION ks.end_suspension(uuid, uuid, text, boolean${parameters});`;

/**
 * The switch in the operator's hand, for when no replica answers or nobody is left who may lift. The two functions run with
 * the rights of whoever calls them, and ask no context: only the owner of the tables gets anywhere with them. They begin and
 * end suspensions as every order does, with an operator's name where an account would stand, and the ledger says so.
 */
export class BreakGlass1763780400055 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE ks.suspension
        ADD COLUMN ordered_by_operator text
          CONSTRAINT suspension_ordered_by_operator_shape CHECK (length(ordered_by_operator) BETWEEN 1 AND 200),
        ADD COLUMN lifted_by_operator text
          CONSTRAINT suspension_lifted_by_operator_shape CHECK (length(lifted_by_operator) BETWEEN 1 AND 200),
        ADD CONSTRAINT suspension_ordered_by_one CHECK (ordered_by IS NULL OR ordered_by_operator IS NULL),
        DROP CONSTRAINT suspension_lift_whole,
        ADD CONSTRAINT suspension_lift_whole CHECK (
          CASE WHEN lifted_at IS NULL THEN num_nonnulls(lifted_by, lifted_by_operator, lift_epoch) = 0 AND NOT is_expired
          ELSE num_nonnulls(lifted_by, lifted_by_operator) = CASE WHEN is_expired THEN 0 ELSE 1 END
               AND (lift_epoch IS NULL) = (epoch IS NULL) END);

      ${dropEnding('')}
${ending(true)}

      CREATE FUNCTION ks.write_break_glass(p_action text, p_suspension uuid, p_operator text, p_scope text, p_epoch bigint) RETURNS void
      LANGUAGE sql SET search_path = pg_catalog, ks, pg_temp AS $$
        INSERT INTO ledger.action (action, outcome, target_kind, target_id, detail)
        VALUES (p_action, 'done', 'suspension', p_suspension::text, jsonb_build_object(
          'by', 'break-glass', 'operator', p_operator, 'databaseRole', session_user, 'scope', p_scope, 'epoch', p_epoch))
      $$;

      -- The epoch it made, also to a repeat whose answer was lost; NULL where there is no such scope.
      CREATE FUNCTION ks.break_glass_suspend(p_id uuid, p_kind text, p_target text, p_reason text, p_notice text, p_operator text) RETURNS bigint
      LANGUAGE plpgsql SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        v_epoch bigint := (SELECT s.epoch FROM ks.suspension s WHERE s.id = p_id);
      BEGIN
        IF v_epoch IS NOT NULL OR NOT EXISTS (SELECT FROM ks.scope s WHERE s.kind = p_kind AND s.id = p_target) THEN
          RETURN v_epoch;
        END IF;
        INSERT INTO ks.suspension (id, target_kind, target_id, reason, notice, ordered_by_operator, in_force_at)
        VALUES (p_id, p_kind, p_target, p_reason, p_notice, p_operator, NULL);
        v_epoch := ks.begin_suspension(p_id);
        PERFORM ks.write_break_glass('suspension.order', p_id, p_operator, p_kind || ':' || p_target, v_epoch);
        RETURN v_epoch;
      END $$;

      -- One person's act: it is the way out where there are no two who may lift. Answers 'absent', 'already-lifted', or
      -- 'lifted', also to a repeat whose answer was lost; no epoch where the suspension had not begun.
      CREATE FUNCTION ks.break_glass_lift(p_id uuid, p_reason text, p_operator text, OUT outcome text, OUT epoch bigint)
      LANGUAGE plpgsql SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        membership_class constant integer := 1919905905;
        v_suspension ks.suspension;
      BEGIN
        -- Before he looks, as whoever flips.
        PERFORM pg_advisory_xact_lock(membership_class, 0);
        SELECT * INTO v_suspension FROM ks.suspension s WHERE s.id = p_id;
        IF v_suspension.id IS NULL THEN
          outcome := 'absent';
        ELSIF v_suspension.lifted_by_operator = p_operator AND v_suspension.lift_reason = p_reason THEN
          outcome := 'lifted';
          epoch := v_suspension.lift_epoch;
        ELSIF v_suspension.lifted_at IS NOT NULL THEN
          outcome := 'already-lifted';
        ELSE
          outcome := 'lifted';
          epoch := ks.end_suspension(p_id, NULL, p_reason, false, p_operator);
          PERFORM ks.write_break_glass('suspension.lift', p_id, p_operator,
                                       v_suspension.target_kind || ':' || v_suspension.target_id, epoch);
        END IF;
      END $$;

      REVOKE ALL ON FUNCTION ks.end_suspension(uuid, uuid, text, boolean, text), ks.write_break_glass(text, uuid, text, text, bigint),
        ks.break_glass_suspend(uuid, text, text, text, text, text), ks.break_glass_lift(uuid, text, text) FROM PUBLIC;
    `);
  }

  /** Refused where an operator has ordered or lifted: there is no other place for who did. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $do$
      BEGIN
        IF EXISTS (SELECT FROM ks.suspension WHERE num_nonnulls(ordered_by_operator, lifted_by_operator) > 0) THEN
          RAISE 'operators have used the switch, and who they were would be forgotten';
        END IF;
      END $do$;
      DROP FUNCTION ks.break_glass_lift(uuid, text, text), ks.break_glass_suspend(uuid, text, text, text, text, text),
        ks.write_break_glass(text, uuid, text, text, bigint);
      ${dropEnding(', text')}
${ending(false)}
      REVOKE ALL ON FUNCTION ks.end_suspension(uuid, uuid, text, boolean) FROM PUBLIC;
      ALTER TABLE ks.suspension
        DROP CONSTRAINT suspension_lift_whole,
        ADD CONSTRAINT suspension_lift_whole CHECK (
          CASE WHEN lifted_at IS NULL THEN lifted_by IS NULL AND lift_epoch IS NULL AND NOT is_expired
          ELSE (lifted_by IS NULL) = is_expired AND (lift_epoch IS NULL) = (epoch IS NULL) END),
        DROP CONSTRAINT suspension_ordered_by_one,
        DROP COLUMN lifted_by_operator,
        DROP COLUMN ordered_by_operator;
    `);
  }
}
