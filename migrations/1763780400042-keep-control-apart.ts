import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * No account holds, at any time, both a role that controls access and one that sees people. The rule is asked of every
 * grant that is written or approved; which roles it is about is written from src/access/permissions.ts.
 */
export class KeepControlApart1763780400042 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE access.role_rule
        ADD COLUMN controls_access boolean NOT NULL DEFAULT false,
        ADD COLUMN sees_people boolean NOT NULL DEFAULT false,
        ADD CONSTRAINT role_rule_control_apart CHECK (NOT (controls_access AND sees_people));

      -- Asked under the lock of the account's row that access.give_grant takes: of two gifts at once the second sees the
      -- first. A grant that waits for its second person counts, so that two that wait cannot both be approved.
      CREATE FUNCTION access.keep_control_apart() RETURNS trigger
      LANGUAGE plpgsql SET search_path = pg_catalog, access, pg_temp AS $$
      DECLARE
        v_against text;
      BEGIN
        -- Index: role_grant_live_by_account.
        SELECT g.role INTO v_against
        FROM access.role_grant g JOIN access.role_rule r ON r.role = g.role JOIN access.role_rule mine ON mine.role = NEW.role
        WHERE g.account_id = NEW.account_id AND g.ended_at IS NULL AND g.id <> NEW.id
          AND g.from_at < NEW.until_at AND g.until_at > greatest(NEW.from_at, clock_timestamp())
          AND ((mine.controls_access AND r.sees_people) OR (mine.sees_people AND r.controls_access))
        ORDER BY g.from_at, g.id LIMIT 1;
        IF FOUND THEN
          RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'role_grant_control_apart', DETAIL = v_against,
            MESSAGE = 'whoever controls access sees no people';
        END IF;
        RETURN NEW;
      END $$;
      REVOKE ALL ON FUNCTION access.keep_control_apart() FROM PUBLIC;
      CREATE TRIGGER role_grant_control_apart AFTER INSERT OR UPDATE OF approved_at ON access.role_grant
      FOR EACH ROW EXECUTE FUNCTION access.keep_control_apart();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER role_grant_control_apart ON access.role_grant;
      DROP FUNCTION access.keep_control_apart();
      ALTER TABLE access.role_rule DROP COLUMN controls_access, DROP COLUMN sees_people;
    `);
  }
}
