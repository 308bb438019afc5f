import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Background work: jobs and the outbox. Both name the scopes of the switch they belong to and enter the fence through
 * ks.hold, which needs no session. What a job holds are ids; what a mail says leaves the table only through
 * mail.begin_hand_over, one message at a time, under the fence, and is forgotten when the message is done with.
 */
export class CreateJobsAndMail1763780400013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The fence for work that runs without a request: takes the scopes' shared locks for this transaction, then reads
      -- the flags in a later statement. Raises KS001, KS002, KS003 as ks.enter does; lock classes are the same as there.
      CREATE FUNCTION ks.hold(p_incarnation uuid, p_keys text[]) RETURNS void
      LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        scope_class constant integer := 1919905907;   -- 'rose'
        replica_class constant integer := 1919905906;
        v_replica integer;
        v_locks integer[];
        v_got boolean;
        v_bad text;
      BEGIN
        SELECT r.number INTO v_replica FROM ks.replica r WHERE r.incarnation = p_incarnation AND NOT r.fenced AND r.ended_at IS NULL;
        IF v_replica IS NULL OR NOT pg_try_advisory_xact_lock_shared(replica_class, v_replica) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS002', MESSAGE = 'this replica is fenced';
        END IF;
        SELECT array_agg(l.lock_id), bool_and(l.lock_id IS NOT NULL AND pg_try_advisory_xact_lock_shared(scope_class, l.lock_id))
        INTO v_locks, v_got
        FROM (SELECT (SELECT s.lock_id FROM ks.scope s WHERE s.kind = k.kind AND s.id = k.id) AS lock_id
              FROM (SELECT split_part(key, ':', 1) AS kind, substr(key, strpos(key, ':') + 1) AS id FROM unnest(p_keys) AS key) k
              ORDER BY k.kind COLLATE "C", k.id COLLATE "C") l;
        IF v_got IS FALSE THEN
          RAISE EXCEPTION USING ERRCODE = 'KS003', MESSAGE = 'a flip is under way, or a scope is unknown';
        END IF;
        SELECT min(s.kind || ':' || s.id) INTO v_bad FROM ks.scope s WHERE s.lock_id = ANY (v_locks) AND s.suspended;
        IF v_bad IS NOT NULL THEN
          RAISE EXCEPTION USING ERRCODE = 'KS001', MESSAGE = 'suspended', DETAIL = v_bad;
        END IF;
      END $$;

      -- What a queue leaves alone for now.
      CREATE FUNCTION ks.suspended_keys() RETURNS text[]
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT coalesce(array_agg(kind || ':' || id), '{}') FROM ks.scope WHERE suspended
      $$;

      -- A row that names a scope which does not exist would wait for ever: refused when it is written.
      CREATE FUNCTION ks.refuse_unknown_scope() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      BEGIN
        IF EXISTS (SELECT FROM unnest(NEW.scopes) AS key WHERE NOT EXISTS (
                     SELECT FROM ks.scope s WHERE s.kind = split_part(key, ':', 1) AND s.id = substr(key, strpos(key, ':') + 1))) THEN
          RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation', MESSAGE = 'a scope is unknown',
                                CONSTRAINT = TG_TABLE_NAME || '_scope_known';
        END IF;
        RETURN NEW;
      END $$;

      CREATE SCHEMA jobs;
      GRANT USAGE ON SCHEMA jobs TO rosette_api;

      -- claim counts the takings: with the incarnation it is the fencing token of a run. attempts counts what failed.
      CREATE TABLE jobs.job (
        id                uuid CONSTRAINT job_pkey PRIMARY KEY,
        kind              text NOT NULL CONSTRAINT job_kind_shape CHECK (kind ~ '^[a-z][a-z0-9]*([.-][a-z0-9]+)*$' AND length(kind) <= 80),
        payload           jsonb NOT NULL CONSTRAINT job_payload_shape CHECK (jsonb_typeof(payload) = 'object' AND length(payload::text) <= 20000),
        scopes            text[] NOT NULL,
        account_id        uuid CONSTRAINT job_account_fkey REFERENCES identity.account,
        -- No foreign key: a session may be forgotten before the job it began.
        session_id        uuid,
        state             text NOT NULL DEFAULT 'queued' CONSTRAINT job_state_known CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
        run_at            timestamptz NOT NULL DEFAULT now(),
        attempts          smallint NOT NULL DEFAULT 0,
        max_attempts      smallint NOT NULL CONSTRAINT job_max_attempts_bounded CHECK (max_attempts BETWEEN 1 AND 100),
        claim             integer NOT NULL DEFAULT 0,
        incarnation       uuid,
        lease_until       timestamptz,
        progress          jsonb NOT NULL DEFAULT '{"done": 0, "total": null, "note": null}',
        cancel_requested  boolean NOT NULL DEFAULT false,
        error_code        text CONSTRAINT job_error_code_shape CHECK (error_code ~ '^[A-Za-z0-9_.-]{1,80}$'),
        created_at        timestamptz NOT NULL DEFAULT now(),
        started_at        timestamptz,
        finished_at       timestamptz,
        CONSTRAINT job_run_is_leased CHECK ((state = 'running') = (incarnation IS NOT NULL) AND (state = 'running') = (lease_until IS NOT NULL)),
        CONSTRAINT job_finished_whole CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
      );
      CREATE INDEX job_due ON jobs.job (run_at) WHERE state IN ('queued', 'running');
      CREATE TRIGGER job_knows_its_scopes BEFORE INSERT ON jobs.job FOR EACH ROW EXECUTE FUNCTION ks.refuse_unknown_scope();

      -- Kind, payload, scopes and on whose behalf are written once.
      GRANT SELECT, INSERT (id, kind, payload, scopes, account_id, session_id, run_at, max_attempts) ON jobs.job TO rosette_api;
      GRANT UPDATE (state, run_at, attempts, claim, incarnation, lease_until, progress, cancel_requested, error_code, started_at, finished_at)
        ON jobs.job TO rosette_api;

      CREATE SCHEMA mail;
      GRANT USAGE ON SCHEMA mail TO rosette_api;

      CREATE TABLE mail.outbox (
        id              uuid CONSTRAINT outbox_pkey PRIMARY KEY,
        kind            text COLLATE "C" NOT NULL CONSTRAINT outbox_kind_known CHECK (kind IN ('account', 'mailing')),
        scopes          text[] NOT NULL,
        message_id      text NOT NULL CONSTRAINT outbox_message_id_shape CHECK (message_id ~ '^<[!-;=?-~]+>$' AND length(message_id) <= 320),
        to_address      text CONSTRAINT outbox_to_address_shape CHECK (length(to_address) <= 254 AND to_address !~ '[[:cntrl:][:space:]<>(),;:"]'),
        subject         text CONSTRAINT outbox_subject_shape CHECK (length(subject) BETWEEN 1 AND 500 AND subject !~ '[[:cntrl:]]'),
        text            text CONSTRAINT outbox_text_bounded CHECK (length(text) <= 500000),
        html            text CONSTRAINT outbox_html_bounded CHECK (length(html) <= 1000000),
        headers         jsonb,
        state           text NOT NULL DEFAULT 'queued' CONSTRAINT outbox_state_known CHECK (state IN ('queued', 'handing-over', 'handed-over', 'failed', 'cancelled')),
        attempts        smallint NOT NULL DEFAULT 0,
        next_at         timestamptz NOT NULL DEFAULT now(),
        claim           integer NOT NULL DEFAULT 0,
        incarnation     uuid,
        lease_until     timestamptz,
        is_uncertain    boolean NOT NULL DEFAULT false,
        error_code      text CONSTRAINT outbox_error_code_shape CHECK (error_code ~ '^[a-z0-9-]{1,80}$'),
        created_at      timestamptz NOT NULL DEFAULT now(),
        handed_over_at  timestamptz,
        CONSTRAINT outbox_mailing_has_scope CHECK (kind = 'account' OR cardinality(scopes) > 0),
        CONSTRAINT outbox_handed_over_whole CHECK ((state = 'handed-over') = (handed_over_at IS NOT NULL)),
        -- The address and the words leave with the message.
        CONSTRAINT outbox_content_while_waiting CHECK (
          CASE WHEN state IN ('queued', 'handing-over') THEN num_nulls(to_address, subject, text, headers) = 0
               ELSE num_nonnulls(to_address, subject, text, html, headers) = 0 END)
      );
      CREATE INDEX outbox_due ON mail.outbox (kind, next_at) WHERE state IN ('queued', 'handing-over');
      CREATE INDEX outbox_waiting_by_scope ON mail.outbox USING gin (scopes) WHERE state IN ('queued', 'handing-over');
      CREATE TRIGGER outbox_knows_its_scopes BEFORE INSERT ON mail.outbox FOR EACH ROW EXECUTE FUNCTION ks.refuse_unknown_scope();

      CREATE FUNCTION mail.forget_content() RETURNS trigger
      LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        NEW.to_address := NULL; NEW.subject := NULL; NEW.text := NULL; NEW.html := NULL; NEW.headers := NULL;
        RETURN NEW;
      END $$;
      CREATE TRIGGER outbox_forgets_content BEFORE UPDATE ON mail.outbox FOR EACH ROW
        WHEN (NEW.state IN ('handed-over', 'failed', 'cancelled')) EXECUTE FUNCTION mail.forget_content();

      GRANT INSERT (id, kind, scopes, message_id, to_address, subject, text, html, headers),
            SELECT (id, kind, scopes, message_id, state, attempts, next_at, claim, incarnation, lease_until, is_uncertain, error_code, created_at, handed_over_at),
            UPDATE (state, attempts, next_at, claim, incarnation, lease_until, is_uncertain, error_code, handed_over_at)
        ON mail.outbox TO rosette_api;

      -- The one way to the content: marks the message as being handed over, for the holder of the claim alone, under the
      -- fence. No row: the claim has passed on, or the message was cancelled.
      CREATE FUNCTION mail.begin_hand_over(p_id uuid, p_incarnation uuid, p_claim integer, p_lease interval)
      RETURNS TABLE (to_address text, subject text, text text, html text, headers jsonb, created_at timestamptz)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, mail, pg_temp AS $$
      #variable_conflict use_column
      BEGIN
        PERFORM ks.hold(p_incarnation, o.scopes) FROM mail.outbox o WHERE o.id = p_id;
        RETURN QUERY
          UPDATE mail.outbox o
          SET state = 'handing-over', attempts = o.attempts + 1, lease_until = clock_timestamp() + p_lease
          WHERE o.id = p_id AND o.state = 'queued' AND o.incarnation = p_incarnation AND o.claim = p_claim
            AND o.lease_until > clock_timestamp()
          RETURNING o.to_address, o.subject, o.text, o.html, o.headers, o.created_at;
      END $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA mail FROM PUBLIC;
      REVOKE ALL ON FUNCTION ks.hold(uuid, text[]), ks.suspended_keys(), ks.refuse_unknown_scope() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ks.hold(uuid, text[]), ks.suspended_keys(),
        mail.begin_hand_over(uuid, uuid, integer, interval) TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP SCHEMA mail CASCADE;
      DROP SCHEMA jobs CASCADE;
      DROP FUNCTION ks.refuse_unknown_scope();
      DROP FUNCTION ks.suspended_keys();
      DROP FUNCTION ks.hold(uuid, text[]);
    `);
  }
}
