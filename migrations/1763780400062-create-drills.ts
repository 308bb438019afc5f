import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Drills of the switch (docs/decisions/0025-drills-on-a-canary.md): a third tool, which serves made-up people, is suspended and
 * lifted again by the flips that every order makes. What a drill orders only it ends, as the system and without a second
 * person; a suspension of the canary that somebody has ordered stays.
 */
export class CreateDrills1763780400062 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      INSERT INTO ks.scope (kind, id) VALUES ('tool', 'canary');

      CREATE TABLE ks.drill (
        id             uuid CONSTRAINT drill_pkey PRIMARY KEY,
        suspension_id  uuid NOT NULL CONSTRAINT drill_suspension_fkey REFERENCES ks.suspension
                       CONSTRAINT drill_suspension_unique UNIQUE,
        ordered_by     uuid CONSTRAINT drill_ordered_by_fkey REFERENCES identity.account,
        -- Which stretch of time a scheduled one is of: of many replicas one makes it.
        slot           bigint CONSTRAINT drill_slot_unique UNIQUE,
        started_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
        ended_at       timestamptz,
        is_ok          boolean,
        was_refused    boolean,
        barrier_ms     integer,
        answer_ms      integer,
        CONSTRAINT drill_one_author CHECK (ordered_by IS NULL OR slot IS NULL),
        CONSTRAINT drill_end_whole CHECK ((ended_at IS NULL) = (is_ok IS NULL))
      );
      CREATE UNIQUE INDEX drill_under_way ON ks.drill ((true)) WHERE ended_at IS NULL;
      CREATE INDEX drill_newest ON ks.drill (started_at DESC, id DESC);

      -- The epoch of its flip; NULL while another is under way, or one of its time has been made.
      CREATE FUNCTION ks.open_drill(p_id uuid, p_by uuid, p_slot bigint) RETURNS bigint
      LANGUAGE plpgsql AS $$
      DECLARE
        membership_class constant integer := 1919905905;
        v_suspension uuid := gen_random_uuid();
      BEGIN
        -- Before he looks, as whoever flips.
        PERFORM pg_advisory_xact_lock(membership_class, 0);
        IF EXISTS (SELECT FROM ks.drill d WHERE d.ended_at IS NULL OR d.slot = p_slot) THEN
          RETURN NULL;
        END IF;
        INSERT INTO ks.suspension (id, target_kind, target_id, reason, ordered_by, in_force_at)
        VALUES (v_suspension, 'tool', 'canary', 'A drill.', p_by, NULL);
        INSERT INTO ks.drill (id, suspension_id, ordered_by, slot) VALUES (p_id, v_suspension, p_by, p_slot);
        RETURN ks.begin_suspension(v_suspension);
      END $$;

      CREATE FUNCTION ks.begin_drill(p_id uuid) RETURNS bigint
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      BEGIN
        IF NOT ks.may_change('drill.run') THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may run a drill';
        END IF;
        RETURN ks.open_drill(p_id, ks.actor(), NULL);
      END $$;

      -- As the system, once in so many hours: any replica may ask, at any time. All that it can stop is the canary.
      CREATE FUNCTION ks.begin_scheduled_drill(p_id uuid, p_every_hours integer) RETURNS bigint
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        v_slot bigint := floor(extract(epoch FROM clock_timestamp()) / (3600 * p_every_hours));
      BEGIN
        -- Mostly none is due, and nobody is held up.
        IF EXISTS (SELECT FROM ks.drill d WHERE d.slot >= v_slot) THEN
          RETURN NULL;
        END IF;
        RETURN ks.open_drill(p_id, NULL, v_slot);
      END $$;

      -- Lifts what the drill ordered, unless somebody was faster, and nothing else. Again: nothing.
      CREATE FUNCTION ks.end_drill(p_id uuid, p_is_ok boolean, p_was_refused boolean, p_barrier_ms integer, p_answer_ms integer) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        membership_class constant integer := 1919905905;
        v_drill ks.drill;
      BEGIN
        PERFORM pg_advisory_xact_lock(membership_class, 0);
        UPDATE ks.drill d
        SET ended_at = clock_timestamp(), is_ok = p_is_ok, was_refused = p_was_refused, barrier_ms = p_barrier_ms, answer_ms = p_answer_ms
        WHERE d.id = p_id AND d.ended_at IS NULL RETURNING * INTO v_drill;
        IF v_drill.id IS NULL THEN
          RETURN;
        END IF;
        IF EXISTS (SELECT FROM ks.suspension s WHERE s.id = v_drill.suspension_id AND s.lifted_at IS NULL) THEN
          PERFORM ks.end_suspension(v_drill.suspension_id, NULL, 'The drill is over.', true);
        END IF;
        INSERT INTO ledger.action (action, outcome, target_kind, target_id, detail)
        VALUES (CASE WHEN p_is_ok THEN 'drill.finish' ELSE 'drill.fail' END, 'done', 'drill', p_id::text,
                jsonb_build_object('barrierMs', p_barrier_ms, 'suspensionId', v_drill.suspension_id));
      END $$;

      -- One whose author died: it has failed, and the canary is let go.
      CREATE FUNCTION ks.end_abandoned_drill() RETURNS uuid
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        v_id uuid := (SELECT d.id FROM ks.drill d WHERE d.ended_at IS NULL AND d.started_at < clock_timestamp() - interval '1 minute');
      BEGIN
        IF v_id IS NOT NULL THEN
          PERFORM ks.end_drill(v_id, false, NULL, NULL, NULL);
        END IF;
        RETURN v_id;
      END $$;

      -- After a restore nobody goes on with one.
      CREATE FUNCTION ks.after_restore() RETURNS void
      LANGUAGE sql SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT ks.end_drill(d.id, false, NULL, NULL, NULL) FROM ks.drill d WHERE d.ended_at IS NULL
      $$;

      CREATE FUNCTION ks.drills() RETURNS TABLE (
        id uuid, suspension_id uuid, epoch bigint, ordered_by uuid, is_scheduled boolean, started_at timestamptz, ended_at timestamptz,
        is_ok boolean, was_refused boolean, in_force_at timestamptz, barrier_ms integer, answer_ms integer)
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT d.id, d.suspension_id, s.epoch, d.ordered_by, d.slot IS NOT NULL, d.started_at, d.ended_at, d.is_ok, d.was_refused,
               s.in_force_at, d.barrier_ms, d.answer_ms
        FROM ks.drill d JOIN ks.suspension s ON s.id = d.suspension_id
      $$;

      REVOKE ALL ON FUNCTION ks.open_drill(uuid, uuid, bigint), ${granted}, ks.after_restore() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ${granted} TO rosette_api;`);
  }

  /** What drills ordered stays in the record of suspensions. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      SELECT ks.after_restore();
      DROP FUNCTION ks.after_restore(), ks.open_drill(uuid, uuid, bigint), ${granted};
      DROP TABLE ks.drill;
      DELETE FROM ks.scope WHERE kind = 'tool' AND id = 'canary';`);
  }
}

const granted =
  'ks.begin_drill(uuid), ks.begin_scheduled_drill(uuid, integer), ks.end_drill(uuid, boolean, boolean, integer, integer), ks.end_abandoned_drill(), ks.drills()';
