import type { MigrationInterface, QueryRunner } from 'typeorm';
import { partitionForeignKey, partitions } from './parts/partitions.js';
import { rowLevelSecurity } from './parts/row-level-security.js';

/**
 * Events and who signed up. An event is not personal and keeps its own counts, so that a place is given under the lock of
 * one row; who signed up is membership, and is moved up from the waiting list by one function alone.
 */
export class CreateEvents1763780400028 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE organise.event (
        constituency_id   text COLLATE "C" NOT NULL CONSTRAINT event_constituency_fkey REFERENCES geography.constituency,
        id                uuid NOT NULL,
        branch_id         uuid,
        kind              text NOT NULL CONSTRAINT event_kind_known CHECK (kind IN
                          ('canvass-session', 'meeting', 'telling', 'phone-bank', 'social', 'training')),
        title             text NOT NULL CONSTRAINT event_title_shape CHECK (length(title) BETWEEN 1 AND 200),
        description       text CONSTRAINT event_description_shape CHECK (length(description) BETWEEN 1 AND 5000),
        starts_at         timestamptz NOT NULL,
        ends_at           timestamptz NOT NULL,
        time_zone         text NOT NULL DEFAULT 'Europe/London' CONSTRAINT event_time_zone_shape CHECK (length(time_zone) BETWEEN 1 AND 64),
        venue_name        text CONSTRAINT event_venue_name_shape CHECK (length(venue_name) BETWEEN 1 AND 200),
        venue_address     text CONSTRAINT event_venue_address_shape CHECK (length(venue_address) BETWEEN 1 AND 500),
        venue_postcode    text COLLATE "C" CONSTRAINT event_venue_postcode_shape CHECK (length(venue_postcode) BETWEEN 5 AND 8),
        accessibility     text CONSTRAINT event_accessibility_shape CHECK (length(accessibility) BETWEEN 1 AND 2000),
        capacity          integer CONSTRAINT event_capacity_range CHECK (capacity BETWEEN 1 AND 100000),
        allow_waiting     boolean NOT NULL DEFAULT true,
        state             text NOT NULL DEFAULT 'planned' CONSTRAINT event_state_known CHECK (state IN ('planned', 'cancelled')),
        cancelled_reason  text CONSTRAINT event_cancelled_reason_shape CHECK (length(cancelled_reason) BETWEEN 1 AND 1000),
        cancelled_at      timestamptz,
        -- Who is going or came, who waits, and the number that the last to sign up was given.
        going_count       integer NOT NULL DEFAULT 0,
        waiting_count     integer NOT NULL DEFAULT 0,
        last_number       integer NOT NULL DEFAULT 0,
        created_by        uuid NOT NULL CONSTRAINT event_created_by_fkey REFERENCES identity.account,
        created_at        timestamptz NOT NULL DEFAULT now(),
        version           integer NOT NULL DEFAULT 1,
        CONSTRAINT event_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT event_branch_fkey FOREIGN KEY (constituency_id, branch_id) REFERENCES organise.branch,
        CONSTRAINT event_times CHECK (ends_at > starts_at AND ends_at <= starts_at + interval '14 days'),
        CONSTRAINT event_capacity_kept CHECK (capacity IS NULL OR going_count <= capacity),
        CONSTRAINT event_cancelled_whole CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL)
          AND (state = 'cancelled') = (cancelled_reason IS NOT NULL))
      );
      CREATE INDEX event_by_start ON organise.event (constituency_id, starts_at, id);

      -- The number is the order of signing up, which is the order of the waiting list too.
      CREATE TABLE organise.sign_up (
        constituency_id  text COLLATE "C" NOT NULL,
        id               uuid NOT NULL,
        event_id         uuid NOT NULL,
        member_id        bigint NOT NULL,
        number           integer NOT NULL,
        role             text NOT NULL CONSTRAINT sign_up_role_known CHECK (role IN ('attendee', 'lead', 'driver', 'helper')),
        state            text NOT NULL CONSTRAINT sign_up_state_known CHECK (state IN ('going', 'waiting', 'cancelled', 'attended')),
        signed_up_by     uuid NOT NULL CONSTRAINT sign_up_signed_up_by_fkey REFERENCES identity.account,
        signed_up_at     timestamptz NOT NULL DEFAULT now(),
        checked_in_by    uuid CONSTRAINT sign_up_checked_in_by_fkey REFERENCES identity.account,
        checked_in_at    timestamptz,
        cancelled_by     uuid CONSTRAINT sign_up_cancelled_by_fkey REFERENCES identity.account,
        cancelled_at     timestamptz,
        version          integer NOT NULL DEFAULT 1,
        CONSTRAINT sign_up_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT sign_up_number_unique UNIQUE (constituency_id, event_id, number),
        CONSTRAINT sign_up_event_fkey FOREIGN KEY (constituency_id, event_id) REFERENCES organise.event,
        CONSTRAINT sign_up_attended_whole CHECK ((state = 'attended') = (checked_in_at IS NOT NULL)),
        CONSTRAINT sign_up_cancelled_whole CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL))
      ) PARTITION BY HASH (constituency_id);
      ${partitions('organise.sign_up')}
      ${partitionForeignKey('organise.sign_up', 'member', 'constituency_id, member_id', 'organise.member')}
      -- Nobody has two places; who cancelled may sign up again.
      CREATE UNIQUE INDEX sign_up_live_unique ON organise.sign_up (constituency_id, event_id, member_id) WHERE state <> 'cancelled';
      CREATE INDEX sign_up_waiting ON organise.sign_up (constituency_id, event_id, number) WHERE state = 'waiting';
      CREATE INDEX sign_up_by_member ON organise.sign_up (constituency_id, member_id);

      ${rowLevelSecurity('organise.event', 'organise', '')}
      ${rowLevelSecurity('organise.sign_up', 'organise', 'membership')}
      GRANT SELECT, INSERT, UPDATE ON organise.event, organise.sign_up TO rosette_api;

      -- Gives free places to the first who wait and counts anew; answers how many moved up. Who plans an event raises its
      -- capacity without seeing who signed up, so the rows are moved here, by a rule that leaves no choice.
      CREATE FUNCTION organise.settle_event(p_constituency text, p_event uuid) RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, organise, pg_temp AS $$
      DECLARE
        v_capacity integer;
        v_taken integer;
        v_promoted integer;
      BEGIN
        IF NOT (ks.may_change('event.change') OR ks.may_change('sign-up.change'))
           OR NOT coalesce(p_constituency = ANY (ks.areas('organise', '')), false)
              AND NOT coalesce(p_constituency <> ALL (ks.all_areas_but('organise', '')), false) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may change events here';
        END IF;
        SELECT e.capacity INTO v_capacity FROM organise.event e
        WHERE e.constituency_id = p_constituency AND e.id = p_event FOR UPDATE;
        SELECT count(*) INTO v_taken FROM organise.sign_up s
        WHERE s.constituency_id = p_constituency AND s.event_id = p_event AND s.state IN ('going', 'attended');
        UPDATE organise.sign_up s SET state = 'going', version = s.version + 1
        WHERE s.constituency_id = p_constituency AND s.id IN (
          SELECT w.id FROM organise.sign_up w
          WHERE w.constituency_id = p_constituency AND w.event_id = p_event AND w.state = 'waiting'
          ORDER BY w.number LIMIT CASE WHEN v_capacity IS NOT NULL THEN greatest(v_capacity - v_taken, 0) END);
        GET DIAGNOSTICS v_promoted = ROW_COUNT;
        UPDATE organise.event e
        SET going_count = v_taken + v_promoted,
            waiting_count = (SELECT count(*) FROM organise.sign_up w
                             WHERE w.constituency_id = p_constituency AND w.event_id = p_event AND w.state = 'waiting')
        WHERE e.constituency_id = p_constituency AND e.id = p_event;
        RETURN v_promoted;
      END $$;
      REVOKE ALL ON FUNCTION organise.settle_event(text, uuid) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION organise.settle_event(text, uuid) TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION organise.settle_event(text, uuid);
      DROP TABLE organise.sign_up, organise.event;
    `);
  }
}
