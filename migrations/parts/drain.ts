/**
 * Ends what runs in scopes and keeps new work out until the transaction ends: the holders of shared locks are terminated,
 * then the exclusive lock is taken. Never waits for a lock, so it takes part in no deadlock. Nobody is terminated before all
 * else that the query asks of him is known.
 */
const terminateHolders = `
              SELECT CASE WHEN pg_terminate_backend(l.pid) THEN l.pid END FROM pg_locks l
              WHERE l.locktype = 'advisory' AND l.classid = p_class::oid AND l.objid = p_lock::oid AND l.objsubid = 2
                AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
                AND l.mode = 'ShareLock' AND l.granted AND l.pid <> pg_backend_pid()`;

/** For scopes and replicas alike; answers whom it has terminated. */
export const drainCounting = `
      CREATE FUNCTION ks.take_alone(p_class integer, p_lock integer) RETURNS integer[]
      LANGUAGE plpgsql AS $$
      DECLARE
        v_terminated integer[] := '{}';
        v_round integer := 0;
      BEGIN
        WHILE NOT pg_try_advisory_xact_lock(p_class, p_lock) LOOP
          v_round := v_round + 1;
          IF v_round > 400 THEN
            RAISE EXCEPTION USING ERRCODE = 'KS003', MESSAGE = 'another holds the scope';
          END IF;
          v_terminated := v_terminated || ARRAY(${terminateHolders});
          PERFORM pg_sleep(0.005);
        END LOOP;
        RETURN v_terminated;
      END $$;
      REVOKE ALL ON FUNCTION ks.take_alone(integer, integer) FROM PUBLIC;

      DROP FUNCTION ks.drain(text[]);
      CREATE FUNCTION ks.drain(p_keys text[]) RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        scope_class constant integer := 1919905907;
        v_lock integer;
        v_terminated integer[] := '{}';
      BEGIN
        FOR v_lock IN
          SELECT s.lock_id FROM ks.scope s
          WHERE (s.kind, s.id) IN (SELECT split_part(k, ':', 1), split_part(k, ':', 2) FROM unnest(p_keys) k)
          ORDER BY s.kind, s.id
        LOOP
          v_terminated := v_terminated || ks.take_alone(scope_class, v_lock);
        END LOOP;
        RETURN (SELECT count(DISTINCT pid) FROM unnest(v_terminated) AS pid);
      END $$;
      REVOKE ALL ON FUNCTION ks.drain(text[]) FROM PUBLIC;`;

/** As 1763780400012 made it. */
export const drainSilently = `
      DROP FUNCTION ks.drain(text[]);
      DROP FUNCTION ks.take_alone(integer, integer);
      CREATE FUNCTION ks.drain(p_keys text[]) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        p_class constant integer := 1919905907;
        p_lock integer;
        v_round integer;
      BEGIN
        FOR p_lock IN
          SELECT s.lock_id FROM ks.scope s
          WHERE (s.kind, s.id) IN (SELECT split_part(k, ':', 1), split_part(k, ':', 2) FROM unnest(p_keys) k)
          ORDER BY s.kind, s.id
        LOOP
          v_round := 0;
          WHILE NOT pg_try_advisory_xact_lock(p_class, p_lock) LOOP
            v_round := v_round + 1;
            IF v_round > 400 THEN
              RAISE EXCEPTION USING ERRCODE = 'KS003', MESSAGE = 'another holds the scope';
            END IF;
            PERFORM FROM (${terminateHolders}) AS ended;
            PERFORM pg_sleep(0.005);
          END LOOP;
        END LOOP;
      END $$;
      REVOKE ALL ON FUNCTION ks.drain(text[]) FROM PUBLIC;`;
