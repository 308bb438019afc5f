import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rows of a register that were not taken are kept for as long as somebody may mend them, and no longer: 30 days after the
 * import their cells go. What waits for a decision stays while one is possible.
 */
export class ForgetRejectedRows1763780400045 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX register_import_row_kept ON contact_creator.register_import_row (constituency_id, import_id) WHERE cells IS NOT NULL;
      -- That there was a row stays, and why it was not taken. Answers how many rows were cleared.
      CREATE FUNCTION contact_creator.forget_rejected_rows() RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, contact_creator, pg_temp AS $$
      DECLARE
        v_count integer;
      BEGIN
        UPDATE contact_creator.register_import_row r SET cells = NULL, entry = NULL
        FROM contact_creator.register_import i
        WHERE r.constituency_id = i.constituency_id AND r.import_id = i.id AND r.cells IS NOT NULL
          AND coalesce(i.committed_at, i.requested_at) < now() - interval '30 days'
          AND NOT (r.outcome = 'review' AND r.decision IS NULL AND i.state = 'committed' AND NOT EXISTS (
            SELECT FROM contact_creator.register_import n
            WHERE n.constituency_id = i.constituency_id AND n.state = 'committed' AND n.committed_at > i.committed_at AND NOT n.is_supplement));
        GET DIAGNOSTICS v_count = ROW_COUNT;
        RETURN v_count;
      END $$;
      REVOKE ALL ON FUNCTION contact_creator.forget_rejected_rows() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION contact_creator.forget_rejected_rows() TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION contact_creator.forget_rejected_rows();
      DROP INDEX contact_creator.register_import_row_kept;
    `);
  }
}
