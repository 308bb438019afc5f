import type { MigrationInterface, QueryRunner } from 'typeorm';
import { orderingFunctions } from './parts/flipping-functions.js';
import { dropSuspensionFunctions, suspensionFunctions } from './parts/suspension-functions.js';

/**
 * Orders that begin later, end by themselves, are to be looked at again, and say how to object. A suspension without an epoch
 * has not begun. What no account ordered or lifted, the system did (docs/decisions/0018-orders-begin-and-end-as-flips.md).
 */
export class ExtendOrders1763780400054 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE ks.suspension
        ADD COLUMN ordered_at        timestamptz,
        ADD COLUMN starts_at         timestamptz,
        ADD COLUMN expires_at        timestamptz,
        ADD COLUMN review_at         timestamptz,
        ADD COLUMN appeal_note       text CONSTRAINT suspension_appeal_note_shape CHECK (length(appeal_note) BETWEEN 1 AND 2000),
        ADD COLUMN lift_asked_epoch  bigint,
        ADD COLUMN is_expired        boolean NOT NULL DEFAULT false;
      UPDATE ks.suspension SET ordered_at = in_force_at, review_at = in_force_at + interval '72 hours';
      ALTER TABLE ks.suspension
        ALTER COLUMN ordered_at SET DEFAULT clock_timestamp(),
        ALTER COLUMN ordered_at SET NOT NULL,
        ALTER COLUMN review_at SET DEFAULT clock_timestamp() + interval '72 hours',
        ALTER COLUMN review_at SET NOT NULL,
        ALTER COLUMN ordered_by DROP NOT NULL,
        ALTER COLUMN epoch DROP NOT NULL,
        ALTER COLUMN in_force_at DROP NOT NULL,
        DROP CONSTRAINT suspension_lift_whole;
      DROP INDEX ks.suspension_newest;
      CREATE INDEX suspension_newest ON ks.suspension (ordered_at DESC, id DESC);
      CREATE INDEX suspension_of_scope ON ks.suspension (target_kind, target_id, epoch);
      ${suspensionFunctions}
      ALTER TABLE ks.suspension
        ADD CONSTRAINT suspension_begun_whole CHECK ((epoch IS NULL) = (in_force_at IS NULL)),
        ADD CONSTRAINT suspension_expiry_not_near
          CHECK (expires_at - coalesce(starts_at, ordered_at) >= ks.shortest_suspension(target_kind)),
        ADD CONSTRAINT suspension_lift_whole CHECK (
          CASE WHEN lifted_at IS NULL THEN lifted_by IS NULL AND lift_epoch IS NULL AND NOT is_expired
          ELSE (lifted_by IS NULL) = is_expired AND (lift_epoch IS NULL) = (epoch IS NULL) END);
      DROP FUNCTION ks.notices(text[]);
      ${notices('notice, appeal_note', ' AND epoch IS NOT NULL')}
      ${renewal(`'notice', t.notice`, `'notice', t.notice, 'appealNote', t.appeal_note`)}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${renewal(`'notice', t.notice, 'appealNote', t.appeal_note`, `'notice', t.notice`)}
      DROP FUNCTION ks.notices(text[]);
      ${notices('notice', '')}
      ALTER TABLE ks.suspension
        DROP CONSTRAINT suspension_lift_whole, DROP CONSTRAINT suspension_expiry_not_near, DROP CONSTRAINT suspension_begun_whole;
      ${dropSuspensionFunctions}
      DROP INDEX ks.suspension_of_scope;
      DROP INDEX ks.suspension_newest;
      -- What never began was not known before; what ended by itself had whoever ordered it to end it.
      DELETE FROM ks.suspension WHERE epoch IS NULL;
      UPDATE ks.suspension SET lifted_by = ordered_by WHERE is_expired;
      ALTER TABLE ks.suspension
        ALTER COLUMN in_force_at SET NOT NULL, ALTER COLUMN epoch SET NOT NULL, ALTER COLUMN ordered_by SET NOT NULL,
        DROP COLUMN is_expired, DROP COLUMN lift_asked_epoch, DROP COLUMN appeal_note, DROP COLUMN review_at,
        DROP COLUMN expires_at, DROP COLUMN starts_at, DROP COLUMN ordered_at,
        ADD CONSTRAINT suspension_lift_whole CHECK ((lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lift_epoch IS NULL));
      CREATE INDEX suspension_newest ON ks.suspension (epoch DESC);
      ${orderingFunctions}
      REVOKE ALL ON FUNCTION ks.suspend(uuid, text, text, text, text), ks.lift(uuid, text) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ks.suspend(uuid, text, text, text, text), ks.lift(uuid, text) TO rosette_api;`);
  }
}

/** Of scopes that are suspended now, nothing else. */
const notices = (shown: string, isBegun: string) => `
      CREATE FUNCTION ks.notices(p_keys text[])
      RETURNS TABLE (suspension_id uuid, scope text, ${shown.replaceAll(/\w+/g, '$& text')}, in_force_at timestamptz)
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT id, target_kind || ':' || target_id, ${shown}, in_force_at
        FROM ks.suspension WHERE lifted_at IS NULL${isBegun} AND target_kind || ':' || target_id = ANY (p_keys)
        ORDER BY epoch
      $$;
      REVOKE ALL ON FUNCTION ks.notices(text[]) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ks.notices(text[]) TO rosette_api;`;

/** A renewal hands every gate what it may tell: ks.renew as it stands, with other words in one place. */
const renewal = (from: string, to: string) => `
      DO $do$
      DECLARE
        v_old text := pg_get_functiondef('ks.renew(uuid, bigint, bigint, bigint, uuid)'::regprocedure);
        v_new text := replace(v_old, $from$${from})$from$, $to$${to})$to$);
      BEGIN
        IF v_new = v_old THEN
          RAISE 'ks.renew is not what it was';
        END IF;
        EXECUTE v_new;
      END $do$;`;
