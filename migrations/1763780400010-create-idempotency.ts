import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which creating request made what, for 24 hours: principal, route, hash of the body and the id made, never a body. The
 * key is claimed and kept in the transaction that creates, so that neither outlives the other.
 *
 *   KS011 the key was used for another request         KS012 the same request is being worked on
 */
export class CreateIdempotency1763780400010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA http;
      GRANT USAGE ON SCHEMA http TO rosette_api;

      CREATE TABLE http.idempotency_key (
        account_id  uuid NOT NULL,
        key         text NOT NULL CONSTRAINT idempotency_key_shape CHECK (length(key) BETWEEN 1 AND 255),
        route       text NOT NULL,
        body_hash   text NOT NULL,
        target_id   text NOT NULL,
        made_at     timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT idempotency_key_pkey PRIMARY KEY (account_id, key)
      );
      CREATE INDEX idempotency_key_by_age ON http.idempotency_key (made_at);

      -- The id that an earlier request with this key made; NULL if this is the first. The lock is held until commit.
      CREATE FUNCTION http.claim_key(p_key text, p_route text, p_body_hash text) RETURNS text
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, http, pg_temp AS $$
      DECLARE
        v_account uuid := ks.actor();
        v_kept http.idempotency_key;
      BEGIN
        IF NOT pg_try_advisory_xact_lock(hashtextextended(v_account::text || p_key, 11)) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS012', MESSAGE = 'the same request is being worked on';
        END IF;
        SELECT * INTO v_kept FROM http.idempotency_key
        WHERE account_id = v_account AND key = p_key AND made_at > now() - interval '24 hours';
        IF v_kept.key IS NOT NULL AND (v_kept.route <> p_route OR v_kept.body_hash <> p_body_hash) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS011', MESSAGE = 'the key was used for another request';
        END IF;
        RETURN v_kept.target_id;
      END $$;

      CREATE FUNCTION http.keep_key(p_key text, p_route text, p_body_hash text, p_target_id text) RETURNS void
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, http, pg_temp AS $$
        INSERT INTO http.idempotency_key AS k (account_id, key, route, body_hash, target_id)
        VALUES (ks.actor(), p_key, p_route, p_body_hash, p_target_id)
        ON CONFLICT (account_id, key) DO UPDATE
        SET route = excluded.route, body_hash = excluded.body_hash, target_id = excluded.target_id, made_at = now()
        WHERE k.made_at <= now() - interval '24 hours'
      $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA http FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION http.claim_key(text, text, text), http.keep_key(text, text, text, text) TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA http CASCADE`);
  }
}
