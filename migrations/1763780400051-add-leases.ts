import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Leases: no replica acts on its copy of the switch for longer than its lease, and it is the database that grants them.
 * A renewal is an UPDATE, so that only a primary that can commit grants one, and it answers what is in force. A replica
 * registers under a lock that whoever changes the epoch takes alone: every flip knows of every replica that could hold
 * a lease without it.
 */
export class AddLeases1763780400051 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- 300 ms is how long a replica waits for a renewal, 1000 ms how long it may take to cut: a lease that was granted
      -- just before a flip has not run out before the flip is known and what it stops is gone.
      CREATE TABLE ks.config (
        only_row  boolean CONSTRAINT config_pkey PRIMARY KEY DEFAULT true CONSTRAINT config_only_one CHECK (only_row),
        lease_ms  integer NOT NULL DEFAULT 2000,
        beat_ms   integer NOT NULL DEFAULT 400 CONSTRAINT config_beat_positive CHECK (beat_ms > 0),
        guard_ms  integer NOT NULL DEFAULT 100 CONSTRAINT config_guard_positive CHECK (guard_ms > 0),
        rho_ppm   integer NOT NULL DEFAULT 1000 CONSTRAINT config_rho_bounded CHECK (rho_ppm BETWEEN 0 AND 100000),
        CONSTRAINT config_lease_outlasts_drain CHECK (beat_ms + 300 + 1000 < lease_ms - guard_ms)
      );
      INSERT INTO ks.config DEFAULT VALUES;

      -- hb counts renewals: whether a silent replica still renews is seen by it alone, never by a clock.
      ALTER TABLE ks.replica
        ADD COLUMN lease_ms       integer NOT NULL DEFAULT 2000,
        ADD COLUMN hb             bigint NOT NULL DEFAULT 0,
        ADD COLUMN closed_epoch   bigint NOT NULL DEFAULT 0,
        ADD COLUMN drained_epoch  bigint NOT NULL DEFAULT 0 CONSTRAINT replica_drained_not_before_closed CHECK (drained_epoch <= closed_epoch),
        ADD COLUMN last_seen_at   timestamptz NOT NULL DEFAULT clock_timestamp();
      CREATE INDEX replica_live ON ks.replica (number) WHERE NOT fenced AND ended_at IS NULL;

      -- The epoch alone does not name a state: a failover may lose a flip, and the next one takes its number.
      ALTER TABLE ks.state ADD COLUMN stamp uuid NOT NULL DEFAULT gen_random_uuid();

      -- Whoever changes the epoch waits for those who are registering and holds up the next, before he locks the row:
      -- always in this order, whoever it is.
      CREATE FUNCTION ks.hold_membership() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        membership_class constant integer := 1919905905;
      BEGIN
        PERFORM pg_advisory_xact_lock(membership_class, 0);
        RETURN NULL;
      END $$;
      CREATE FUNCTION ks.stamp_state() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      BEGIN
        NEW.stamp := gen_random_uuid();
        RETURN NEW;
      END $$;
      CREATE TRIGGER state_holds_membership BEFORE UPDATE ON ks.state FOR EACH STATEMENT EXECUTE FUNCTION ks.hold_membership();
      CREATE TRIGGER state_is_stamped BEFORE UPDATE ON ks.state FOR EACH ROW EXECUTE FUNCTION ks.stamp_state();

      -- Answers the terms of the lease. May be repeated: an answer can be lost on its way.
      DROP FUNCTION ks.register_replica(uuid, text, integer, text);
      CREATE FUNCTION ks.register_replica(
        p_incarnation uuid, p_host text, p_pid integer, p_build text,
        OUT number integer, OUT lease_ms integer, OUT beat_ms integer, OUT guard_ms integer
      )
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        membership_class constant integer := 1919905905;
      BEGIN
        PERFORM pg_advisory_xact_lock_shared(membership_class, 0);
        SELECT c.lease_ms, c.beat_ms, c.guard_ms INTO STRICT lease_ms, beat_ms, guard_ms FROM ks.config c;
        INSERT INTO ks.replica (incarnation, host, pid, build, lease_ms)
        VALUES (p_incarnation, p_host, p_pid, p_build, register_replica.lease_ms)
        ON CONFLICT (incarnation) DO NOTHING;
        SELECT r.number INTO STRICT number FROM ks.replica r WHERE r.incarnation = p_incarnation;
      END $$;

      -- Renews a lease: no row where the incarnation is fenced, retired or unknown. What is in force is read in a later
      -- statement than the one that may have waited; scopes and notices are sent only if p_stamp is not the state's.
      -- What a replica says of itself never goes back, and counts only under the stamp of this state: a failover may have
      -- lost the flip it has drained, and another have taken that flip's number since.
      CREATE FUNCTION ks.renew(p_incarnation uuid, p_request bigint, p_closed bigint, p_drained bigint, p_stamp uuid)
      RETURNS TABLE (incarnation uuid, request bigint, epoch bigint, stamp uuid, scopes jsonb, notices jsonb, database_ms double precision)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      #variable_conflict use_column
      BEGIN
        UPDATE ks.replica r
        SET hb = r.hb + 1, last_seen_at = clock_timestamp(),
            closed_epoch = CASE WHEN s.stamp = p_stamp THEN greatest(r.closed_epoch, least(p_closed, s.epoch)) ELSE r.closed_epoch END,
            drained_epoch = CASE WHEN s.stamp = p_stamp THEN greatest(r.drained_epoch, least(p_drained, p_closed, s.epoch))
                            ELSE r.drained_epoch END
        FROM ks.state s
        WHERE r.incarnation = p_incarnation AND NOT r.fenced AND r.ended_at IS NULL;
        IF NOT FOUND THEN
          RETURN;
        END IF;
        RETURN QUERY
          SELECT p_incarnation, p_request, s.epoch, s.stamp, news.scopes, news.notices,
                 (extract(epoch FROM clock_timestamp()) * 1000)::double precision
          FROM ks.state s
          LEFT JOIN LATERAL (
            SELECT n.scopes,
                   (SELECT coalesce(jsonb_agg(jsonb_build_object('scope', t.scope, 'suspensionId', t.suspension_id, 'notice', t.notice)), '[]')
                    FROM ks.notices(ARRAY(SELECT e ->> 0 FROM jsonb_array_elements(n.scopes) e WHERE (e ->> 1)::boolean)) t) AS notices
            FROM ks.snapshot() n
          ) news ON s.stamp IS DISTINCT FROM p_stamp;
      END $$;

      REVOKE ALL ON FUNCTION ks.hold_membership(), ks.stamp_state(), ks.register_replica(uuid, text, integer, text),
        ks.renew(uuid, bigint, bigint, bigint, uuid) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ks.register_replica(uuid, text, integer, text), ks.renew(uuid, bigint, bigint, bigint, uuid)
        TO rosette_api;
      -- What is in force is answered with a lease or not at all.
      REVOKE EXECUTE ON FUNCTION ks.snapshot() FROM rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      GRANT EXECUTE ON FUNCTION ks.snapshot() TO rosette_api;
      DROP FUNCTION ks.renew(uuid, bigint, bigint, bigint, uuid);
      DROP FUNCTION ks.register_replica(uuid, text, integer, text);
      CREATE FUNCTION ks.register_replica(p_incarnation uuid, p_host text, p_pid integer, p_build text) RETURNS integer
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        INSERT INTO ks.replica (incarnation, host, pid, build) VALUES (p_incarnation, p_host, p_pid, p_build) RETURNING number
      $$;
      REVOKE ALL ON FUNCTION ks.register_replica(uuid, text, integer, text) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ks.register_replica(uuid, text, integer, text) TO rosette_api;
      DROP TRIGGER state_is_stamped ON ks.state;
      DROP TRIGGER state_holds_membership ON ks.state;
      DROP FUNCTION ks.stamp_state();
      DROP FUNCTION ks.hold_membership();
      ALTER TABLE ks.state DROP COLUMN stamp;
      DROP INDEX ks.replica_live;
      ALTER TABLE ks.replica
        DROP COLUMN last_seen_at, DROP COLUMN drained_epoch, DROP COLUMN closed_epoch, DROP COLUMN hb, DROP COLUMN lease_ms;
      DROP TABLE ks.config;
    `);
  }
}
