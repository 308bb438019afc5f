import type { MigrationInterface, QueryRunner } from 'typeorm';
import { flippingFunctions } from './parts/flipping-functions.js';
import { tellingAll, tellingNews } from './parts/telling-news.js';

/**
 * Whoever ends a session makes a flip in the same transaction, so that what runs or is being sent in that name ends on every
 * replica. The API role can end one in no other way: of a session's row it writes only what does not end it. Flips become
 * frequent by that, so that replicas are told what is new since the state they know, and no longer all that ever was flipped.
 */
export class EndSessionsEverywhere1763780400053 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Generation + 1, not suspended. Called inside functions that have judged who asks. Locks the state row until commit.
      CREATE FUNCTION ks.raise_generation(p_keys text[]) RETURNS bigint
      LANGUAGE plpgsql AS $$
      DECLARE
        v_epoch bigint;
      BEGIN
        UPDATE ks.state SET epoch = epoch + 1 RETURNING epoch INTO v_epoch;
        UPDATE ks.scope s SET gen = s.gen + 1, since_epoch = v_epoch
        WHERE (s.kind, s.id) IN (SELECT split_part(k, ':', 1), split_part(k, ':', 2) FROM unnest(p_keys) k);
        PERFORM ks.write_flip(v_epoch, 'revoke', p_keys, NULL);
        RETURN v_epoch;
      END $$;

      CREATE OR REPLACE FUNCTION ks.revoke(p_keys text[]) RETURNS bigint
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      BEGIN
        IF NOT ks.may_change() THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may revoke';
        END IF;
        RETURN ks.raise_generation(p_keys);
      END $$;

      -- Ends the account's live sessions: all, or one, or all but one. Answers how many. Needs no context: a stolen refresh
      -- token and a mailed one end sessions too. Call it last: what ended any holds the state row until commit.
      CREATE FUNCTION identity.end_sessions(p_account uuid, p_why text, p_only uuid, p_except uuid) RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        v_ended integer;
      BEGIN
        UPDATE identity.session s SET ended_at = now(), ended_why = p_why
        WHERE s.account_id = p_account AND s.ended_at IS NULL AND (p_only IS NULL OR s.id = p_only) AND s.id IS DISTINCT FROM p_except;
        GET DIAGNOSTICS v_ended = ROW_COUNT;
        IF v_ended > 0 THEN
          PERFORM ks.raise_generation(access.scope_keys(ARRAY[p_account]));
        END IF;
        RETURN v_ended;
      END $$;

      REVOKE ALL ON FUNCTION ks.raise_generation(text[]), identity.end_sessions(uuid, text, uuid, uuid) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION identity.end_sessions(uuid, text, uuid, uuid) TO rosette_api;
      REVOKE UPDATE ON identity.session FROM rosette_api;
      GRANT UPDATE (expires_at, mfa_at, stepped_up_until) ON identity.session TO rosette_api;
      ${tellingNews}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${tellingAll}
      REVOKE UPDATE ON identity.session FROM rosette_api;
      GRANT UPDATE ON identity.session TO rosette_api;
      DROP FUNCTION identity.end_sessions(uuid, text, uuid, uuid);
      ${flippingFunctions}
      DROP FUNCTION ks.raise_generation(text[]);
    `);
  }
}
