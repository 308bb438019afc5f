import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Idempotency keys older than the 24 hours in which they count are deleted, a bounded number at a time. Whatever another
 * replica deletes or a request takes anew just now is passed over.
 */
export class ForgetIdempotencyKeys1763780400034 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION http.forget_keys(p_limit integer) RETURNS integer
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, http, pg_temp AS $$
        WITH old AS (
          -- Index: idempotency_key_by_age.
          SELECT account_id, key FROM http.idempotency_key WHERE made_at <= now() - interval '24 hours'
          ORDER BY made_at LIMIT p_limit FOR UPDATE SKIP LOCKED),
        gone AS (
          DELETE FROM http.idempotency_key k USING old
          WHERE k.account_id = old.account_id AND k.key = old.key RETURNING k.key)
        SELECT count(*)::integer FROM gone
      $$;
      REVOKE ALL ON FUNCTION http.forget_keys(integer) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION http.forget_keys(integer) TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION http.forget_keys(integer)`);
  }
}
