import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sets the search path of each definer function of ours to what `paths` says of it, in SQL. */
const eachDefiner = (paths: string) => `
  DO $$
  DECLARE
    definer record;
  BEGIN
    FOR definer IN
      SELECT p.oid::regprocedure AS name, n.nspname AS schema, p.proname AS bare
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE p.prosecdef AND p.proowner = 'rosette_owner'::regrole
    LOOP
      EXECUTE format('ALTER FUNCTION %s SET search_path = %s', definer.name, ${paths});
    END LOOP;
  END $$;`;

/**
 * One search path for every definer function. What they call (ks.sealed, which has none of its own) keeps its plans under
 * the path under which they were made: called now from a policy, now from custody.disclosed, it was parsed and planned
 * anew twice for each page, a sixth of what PostgreSQL did for it.
 */
export class ShareOneSearchPath1763780400049 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(eachDefiner(`'pg_catalog, ks, pg_temp'`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      eachDefiner(`CASE
        WHEN definer.bare IN ('disclosed', 'require_change', 'scope_keys', 'finish_set_up', 'record_action', 'record_refusal', 'record_sign_in')
          THEN 'pg_catalog, pg_temp'
        WHEN definer.schema = 'custody' THEN 'pg_catalog, protection, pg_temp'
        ELSE format('pg_catalog, %I, pg_temp', definer.schema) END`),
    );
  }
}
