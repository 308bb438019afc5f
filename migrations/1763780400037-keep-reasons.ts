import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What those whom a suspension stops are shown no longer brings its reason along: that is for who may read suspensions
 * (docs/decisions/0010-the-reason-is-for-few.md).
 */
export class KeepReasons1763780400037 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION ks.notices(text[]);
      ${notices('notice')}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION ks.notices(text[]);
      ${notices('notice', 'reason')}`);
  }
}

/** Of scopes that are suspended now, nothing else. */
const notices = (...shown: string[]) => `
      CREATE FUNCTION ks.notices(p_keys text[])
      RETURNS TABLE (suspension_id uuid, scope text, ${shown.map((column) => `${column} text`).join(', ')}, in_force_at timestamptz)
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT id, target_kind || ':' || target_id, ${shown.join(', ')}, in_force_at
        FROM ks.suspension WHERE lifted_at IS NULL AND target_kind || ':' || target_id = ANY (p_keys)
        ORDER BY epoch
      $$;
      REVOKE ALL ON FUNCTION ks.notices(text[]) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ks.notices(text[]) TO rosette_api;`;
