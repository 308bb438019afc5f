import type { MigrationInterface, QueryRunner } from 'typeorm';
import { drainCounting, drainSilently } from './parts/drain.js';
import { flippingFunctions, unwrittenFlips } from './parts/flipping-functions.js';

/**
 * What a flip did, who had to hear of it, and how each came to it. A flip is written in its own transaction, under the lock
 * that keeps replicas from registering: its members are all who could hold a lease without it. It is complete when the
 * database has drained and each member has drained, has ended, or has no lease any more.
 */
export class CreateFlips1763780400052 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ks.flip (
        epoch          bigint CONSTRAINT flip_pkey PRIMARY KEY,
        action         text NOT NULL CONSTRAINT flip_action_known CHECK (action IN ('suspend', 'lift', 'revoke')),
        scopes         text[] NOT NULL,
        suspension_id  uuid CONSTRAINT flip_suspension_fkey REFERENCES ks.suspension,
        at             timestamptz NOT NULL DEFAULT clock_timestamp(),
        -- Backends that the drain of the database ended.
        terminated     integer,
        drained_at     timestamptz,
        completed_at   timestamptz,
        CONSTRAINT flip_drain_whole CHECK ((drained_at IS NULL) = (terminated IS NULL)),
        CONSTRAINT flip_complete_is_drained CHECK (completed_at IS NULL OR drained_at IS NOT NULL)
      );
      CREATE INDEX flip_open ON ks.flip (epoch) WHERE completed_at IS NULL;
      CREATE INDEX flip_by_suspension ON ks.flip (suspension_id);

      -- hb: how often the member had renewed when the flip was made. closed_ms, drained_ms: since the flip, by the clock of
      -- who waited.
      CREATE TABLE ks.flip_member (
        epoch        bigint CONSTRAINT flip_member_flip_fkey REFERENCES ks.flip,
        incarnation  uuid CONSTRAINT flip_member_replica_fkey REFERENCES ks.replica,
        hb           bigint NOT NULL,
        how          text CONSTRAINT flip_member_how_known CHECK (how IN ('drained', 'retired', 'fenced', 'lease-expired')),
        closed_ms    integer,
        drained_ms   integer,
        CONSTRAINT flip_member_pkey PRIMARY KEY (epoch, incarnation)
      );

      -- Called inside the functions that flip, after they have changed the epoch. What a lift lets in need not be waited for.
      CREATE FUNCTION ks.write_flip(p_epoch bigint, p_action text, p_scopes text[], p_suspension uuid) RETURNS void
      LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO ks.flip (epoch, action, scopes, suspension_id) VALUES (p_epoch, p_action, p_scopes, p_suspension);
        IF p_action = 'lift' THEN
          UPDATE ks.flip SET terminated = 0, drained_at = at, completed_at = at WHERE epoch = p_epoch;
        ELSE
          INSERT INTO ks.flip_member (epoch, incarnation, hb)
          SELECT p_epoch, r.incarnation, r.hb FROM ks.replica r WHERE NOT r.fenced AND r.ended_at IS NULL;
        END IF;
      END $$;
      REVOKE ALL ON FUNCTION ks.write_flip(bigint, text, text[], uuid) FROM PUBLIC;
      ${flippingFunctions}
      ${drainCounting}

      -- After so long, counted from after the flip's commit, no lease that was granted without the flip is left, however far
      -- within rho the clocks of the machines run apart: W = L(1 + rho)/(1 - rho).
      CREATE FUNCTION ks.wait_ms(p_lease_ms integer, p_rho_ppm integer) RETURNS integer
      LANGUAGE sql IMMUTABLE AS $$
        SELECT ceil(p_lease_ms * (1 + p_rho_ppm / 1e6) / (1 - p_rho_ppm / 1e6))::integer
      $$;
      REVOKE ALL ON FUNCTION ks.wait_ms(integer, integer) FROM PUBLIC;

      -- Where each member stands.
      CREATE FUNCTION ks.flip_members(p_epoch bigint)
      RETURNS TABLE (incarnation uuid, renewed boolean, closed boolean, drained boolean, retired boolean, fenced boolean, wait_ms integer)
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT m.incarnation, r.hb > m.hb, r.closed_epoch >= p_epoch, r.drained_epoch >= p_epoch, r.ended_at IS NOT NULL, r.fenced,
               ks.wait_ms(r.lease_ms, c.rho_ppm)
        FROM ks.flip_member m JOIN ks.replica r USING (incarnation) CROSS JOIN ks.config c
        WHERE m.epoch = p_epoch
      $$;

      -- Ends what runs in the scopes: that it could take their locks alone is the proof that nothing does. Work over areas
      -- that it did not name holds the lock of area 0, whichever area is stopped. NULL where there is no such flip.
      CREATE FUNCTION ks.drain_flip(p_epoch bigint) RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        v_flip ks.flip;
      BEGIN
        SELECT * INTO v_flip FROM ks.flip f WHERE f.epoch = p_epoch;
        IF v_flip.epoch IS NULL OR v_flip.drained_at IS NOT NULL THEN
          RETURN v_flip.terminated;
        END IF;
        v_flip.terminated := ks.drain(v_flip.scopes || CASE WHEN array_to_string(v_flip.scopes, ' ') LIKE '%area:%' THEN '{area:0}' ELSE '{}' END::text[]);
        UPDATE ks.flip f SET terminated = v_flip.terminated, drained_at = clock_timestamp()
        WHERE f.epoch = p_epoch AND f.drained_at IS NULL;
        RETURN v_flip.terminated;
      END $$;

      -- A member that has not renewed since the flip is out for good: false if it has, or is out already.
      CREATE FUNCTION ks.fence_member(p_epoch bigint, p_incarnation uuid) RETURNS boolean
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        replica_class constant integer := 1919905906;
        v_number integer;
      BEGIN
        UPDATE ks.replica r SET fenced = true
        FROM ks.flip_member m
        WHERE m.epoch = p_epoch AND m.incarnation = p_incarnation AND r.incarnation = p_incarnation
          AND r.hb = m.hb AND NOT r.fenced AND r.ended_at IS NULL
        RETURNING r.number INTO v_number;
        IF v_number IS NULL THEN
          RETURN false;
        END IF;
        -- What it has begun in the database ends, and what it begins is refused: by this lock, then by the row.
        PERFORM ks.take_alone(replica_class, v_number);
        RETURN true;
      END $$;

      -- The report of a flip, NULL until it is complete.
      CREATE FUNCTION ks.flip_report(p_epoch bigint) RETURNS jsonb
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT jsonb_build_object(
          'completeAt', f.completed_at,
          'database', jsonb_build_object('terminated', f.terminated,
                                         'drainMs', round(extract(epoch FROM f.drained_at - f.at) * 1000)::integer),
          'replicas', (SELECT coalesce(jsonb_agg(jsonb_build_object('number', r.number, 'how', m.how, 'closedMs', m.closed_ms,
                                                                    'drainedMs', m.drained_ms) ORDER BY r.number), '[]')
                       FROM ks.flip_member m JOIN ks.replica r USING (incarnation) WHERE m.epoch = f.epoch),
          'bound', jsonb_build_object('leaseMs', c.lease_ms, 'rhoPpm', c.rho_ppm, 'waitMs', ks.wait_ms(c.lease_ms, c.rho_ppm)))
        FROM ks.flip f CROSS JOIN ks.config c WHERE f.epoch = p_epoch AND f.completed_at IS NOT NULL
      $$;

      -- Completes a flip, once; answers its report. What a member is said to have done must be what the database knows of
      -- it. NULL while the database has not drained or a member is not accounted for.
      CREATE FUNCTION ks.complete_flip(p_epoch bigint, p_members jsonb) RETURNS jsonb
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      BEGIN
        PERFORM FROM ks.flip f WHERE f.epoch = p_epoch AND f.completed_at IS NULL AND f.drained_at IS NOT NULL FOR UPDATE;
        IF FOUND THEN
          UPDATE ks.flip_member m SET how = said.how, closed_ms = said."closedMs", drained_ms = said."drainedMs"
          FROM jsonb_to_recordset(p_members) AS said (incarnation uuid, how text, "closedMs" integer, "drainedMs" integer), ks.replica r
          WHERE m.epoch = p_epoch AND m.incarnation = said.incarnation AND r.incarnation = said.incarnation
            AND CASE said.how WHEN 'drained' THEN r.drained_epoch >= p_epoch WHEN 'retired' THEN r.ended_at IS NOT NULL
                WHEN 'fenced' THEN r.fenced ELSE true END;
          UPDATE ks.flip f SET completed_at = clock_timestamp()
          WHERE f.epoch = p_epoch AND NOT EXISTS (SELECT FROM ks.flip_member m WHERE m.epoch = p_epoch AND m.how IS NULL);
        END IF;
        RETURN ks.flip_report(p_epoch);
      END $$;

      -- What somebody has left unfinished.
      CREATE FUNCTION ks.open_flips() RETURNS SETOF bigint
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT f.epoch FROM ks.flip f WHERE f.completed_at IS NULL ORDER BY f.epoch
      $$;

      REVOKE ALL ON FUNCTION ks.flip_members(bigint), ks.drain_flip(bigint), ks.fence_member(bigint, uuid), ks.flip_report(bigint),
        ks.complete_flip(bigint, jsonb), ks.open_flips() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ks.flip_members(bigint), ks.drain_flip(bigint), ks.fence_member(bigint, uuid), ks.flip_report(bigint),
        ks.complete_flip(bigint, jsonb), ks.open_flips() TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION ks.open_flips(), ks.complete_flip(bigint, jsonb), ks.flip_report(bigint), ks.fence_member(bigint, uuid),
        ks.drain_flip(bigint), ks.flip_members(bigint), ks.wait_ms(integer, integer);
      ${drainSilently}
      ${unwrittenFlips}
      DROP FUNCTION ks.write_flip(bigint, text, text[], uuid);
      DROP TABLE ks.flip_member, ks.flip;`);
  }
}
