import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whoever an office names as its representative is one of its people, for as long as it does: the fence, the gate, a
 * departure and the list of an office all ask the memberships, and none has to remember the representative beside them.
 */
export class EnrolRepresentatives1763780400040 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION access.enrol_representative() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, access, pg_temp AS $$
      BEGIN
        INSERT INTO access.office_member (office_id, account_id) SELECT NEW.id, NEW.representative_id
        WHERE NEW.representative_id IS NOT NULL
        ON CONFLICT (office_id, account_id) WHERE until_at IS NULL DO NOTHING;
        RETURN NULL;
      END $$;
      CREATE TRIGGER office_enrols_representative AFTER INSERT OR UPDATE OF representative_id ON access.office
        FOR EACH ROW EXECUTE FUNCTION access.enrol_representative();

      -- A departure ends every membership but this: should he ever be granted something again, his office stops him.
      CREATE FUNCTION access.keep_representative() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, access, pg_temp AS $$
      BEGIN
        IF EXISTS (SELECT FROM access.office o WHERE o.id = OLD.office_id AND o.representative_id = OLD.account_id) THEN
          RETURN NULL;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER office_member_keeps_representative BEFORE UPDATE ON access.office_member
        FOR EACH ROW WHEN (OLD.until_at IS NULL AND NEW.until_at IS NOT NULL) EXECUTE FUNCTION access.keep_representative();

      REVOKE ALL ON FUNCTION access.enrol_representative(), access.keep_representative() FROM PUBLIC;

      -- What was opened before.
      INSERT INTO access.office_member (office_id, account_id, from_at)
      SELECT o.id, o.representative_id, o.created_at FROM access.office o
      WHERE o.representative_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM access.office_member m
        WHERE m.office_id = o.id AND m.account_id = o.representative_id AND m.until_at IS NULL);

      ${leaveOffice(`
        IF EXISTS (SELECT FROM access.office o WHERE o.id = p_office AND o.representative_id = p_account) THEN
          RETURN 'represents';
        END IF;`)}`);
  }

  /** Who is enrolled stays so: nothing tells him from who joined. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${leaveOffice('')}
      DROP TRIGGER office_member_keeps_representative ON access.office_member;
      DROP TRIGGER office_enrols_representative ON access.office;
      DROP FUNCTION access.keep_representative();
      DROP FUNCTION access.enrol_representative();`);
  }
}

/** Answers 'left', 'absent' or, by the check, 'represents'. */
const leaveOffice = (check: string) => `
      CREATE OR REPLACE FUNCTION access.leave_office(p_office uuid, p_account uuid) RETURNS text
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, access, pg_temp AS $$
      BEGIN
        PERFORM access.require_change('office.manage');${check}
        UPDATE access.office_member m SET until_at = now() WHERE m.office_id = p_office AND m.account_id = p_account AND m.until_at IS NULL;
        RETURN CASE WHEN FOUND THEN 'left' ELSE 'absent' END;
      END $$;`;
