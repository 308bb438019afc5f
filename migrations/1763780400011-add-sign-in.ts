import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What signing in needs: passwords, back-off, refresh tokens, second factors, one-time tokens and the secrets of API
 * clients. Only hashes are kept, and TOTP seeds sealed by a key that is not in the database. Requests that are in no
 * session yet leave their ledger rows through ledger.record_sign_in; the first administrator is made by
 * identity.finish_set_up, once in the life of a database.
 */
export class AddSignIn1763780400011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE identity.password (
        account_id  uuid CONSTRAINT password_pkey PRIMARY KEY CONSTRAINT password_account_fkey REFERENCES identity.account,
        hash        text NOT NULL CONSTRAINT password_hash_is_argon2id CHECK (hash LIKE '$argon2id$%'),
        changed_at  timestamptz NOT NULL DEFAULT now()
      );

      -- Failed attempts by what was attempted on, hashed: what is typed as a username may be a password.
      CREATE TABLE identity.failed_attempt (
        subject        bytea CONSTRAINT failed_attempt_pkey PRIMARY KEY CONSTRAINT failed_attempt_subject_size CHECK (length(subject) = 32),
        -- What the subject is a part of, as a name is of its attempts from one address: cleared with it.
        part_of        bytea CONSTRAINT failed_attempt_part_of_size CHECK (length(part_of) = 32),
        failures       integer NOT NULL CONSTRAINT failed_attempt_counted CHECK (failures >= 0),
        blocked_until  timestamptz NOT NULL,
        last_at        timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX failed_attempt_by_age ON identity.failed_attempt (last_at);
      CREATE INDEX failed_attempt_by_whole ON identity.failed_attempt (part_of) WHERE part_of IS NOT NULL;

      -- A session is the family: reuse of a token that was rotated ends it.
      CREATE TABLE identity.refresh_token (
        hash        bytea CONSTRAINT refresh_token_pkey PRIMARY KEY CONSTRAINT refresh_token_hash_size CHECK (length(hash) = 32),
        session_id  uuid NOT NULL CONSTRAINT refresh_token_session_fkey REFERENCES identity.session,
        parent      bytea,
        issued_at   timestamptz NOT NULL DEFAULT now(),
        rotated_at  timestamptz
      );
      CREATE INDEX refresh_token_by_session ON identity.refresh_token (session_id);
      CREATE INDEX refresh_token_by_parent ON identity.refresh_token (parent);

      CREATE TABLE identity.totp (
        account_id    uuid CONSTRAINT totp_pkey PRIMARY KEY CONSTRAINT totp_account_fkey REFERENCES identity.account,
        key_id        text NOT NULL,
        sealed        bytea NOT NULL,
        created_at    timestamptz NOT NULL DEFAULT now(),
        confirmed_at  timestamptz
      );

      -- A code is accepted once (RFC 6238, section 5.2): of two requests with one code the primary key lets one through.
      CREATE TABLE identity.used_totp_counter (
        account_id  uuid NOT NULL CONSTRAINT used_totp_counter_account_fkey REFERENCES identity.account,
        counter     bigint NOT NULL,
        CONSTRAINT used_totp_counter_pkey PRIMARY KEY (account_id, counter)
      );

      CREATE TABLE identity.recovery_code (
        account_id  uuid NOT NULL CONSTRAINT recovery_code_account_fkey REFERENCES identity.account,
        hash        bytea NOT NULL CONSTRAINT recovery_code_hash_size CHECK (length(hash) = 32),
        used_at     timestamptz,
        CONSTRAINT recovery_code_pkey PRIMARY KEY (account_id, hash)
      );

      -- Asked by one, confirmed by another, neither of them its subject.
      CREATE TABLE identity.totp_reset (
        id            uuid CONSTRAINT totp_reset_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
        account_id    uuid NOT NULL CONSTRAINT totp_reset_account_fkey REFERENCES identity.account,
        asked_by      uuid NOT NULL CONSTRAINT totp_reset_asked_by_fkey REFERENCES identity.account,
        asked_at      timestamptz NOT NULL DEFAULT now(),
        confirmed_by  uuid CONSTRAINT totp_reset_confirmed_by_fkey REFERENCES identity.account,
        confirmed_at  timestamptz,
        CONSTRAINT totp_reset_of_another CHECK (asked_by <> account_id AND confirmed_by <> account_id),
        CONSTRAINT totp_reset_confirmed_by_another CHECK (confirmed_by <> asked_by),
        CONSTRAINT totp_reset_confirmed_whole CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL))
      );
      CREATE INDEX totp_reset_by_account ON identity.totp_reset (account_id, asked_at);

      CREATE TABLE identity.one_time_token (
        hash        bytea CONSTRAINT one_time_token_pkey PRIMARY KEY CONSTRAINT one_time_token_hash_size CHECK (length(hash) = 32),
        kind        text NOT NULL CONSTRAINT one_time_token_kind_known CHECK (kind IN ('invitation', 'password-reset', 'set-up')),
        account_id  uuid CONSTRAINT one_time_token_account_fkey REFERENCES identity.account,
        issued_at   timestamptz NOT NULL DEFAULT now(),
        expires_at  timestamptz NOT NULL,
        used_at     timestamptz,
        CONSTRAINT one_time_token_of_account CHECK ((kind = 'set-up') = (account_id IS NULL))
      );
      CREATE INDEX one_time_token_unused ON identity.one_time_token (account_id, kind) WHERE used_at IS NULL;

      -- 256 random bits need no slow hash.
      CREATE TABLE identity.client_secret (
        account_id  uuid CONSTRAINT client_secret_pkey PRIMARY KEY CONSTRAINT client_secret_account_fkey REFERENCES identity.account,
        hash        bytea NOT NULL CONSTRAINT client_secret_hash_size CHECK (length(hash) = 32),
        changed_at  timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE identity.client_scope (
        account_id  uuid NOT NULL CONSTRAINT client_scope_account_fkey REFERENCES identity.account,
        action      text NOT NULL,
        CONSTRAINT client_scope_pkey PRIMARY KEY (account_id, action)
      );

      GRANT SELECT, INSERT, UPDATE ON identity.password, identity.client_secret, identity.totp_reset TO rosette_api;
      GRANT SELECT, INSERT, DELETE ON identity.used_totp_counter TO rosette_api;
      GRANT SELECT, INSERT ON identity.client_scope TO rosette_api;
      GRANT SELECT, INSERT, UPDATE, DELETE ON identity.failed_attempt, identity.refresh_token, identity.totp,
        identity.recovery_code, identity.one_time_token TO rosette_api;

      -- Counts an attempt before it is checked, so that a hundred at once count as a hundred. Answers how long to wait;
      -- 0 lets it be checked. From the failure that is no longer free the wait doubles from a second to the longest; a day clears it.
      CREATE FUNCTION identity.begin_attempt(p_subject bytea, p_part_of bytea, p_free integer, p_longest_seconds integer,
                                             OUT wait_seconds integer, OUT counted integer)
      LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        v_known identity.failed_attempt;
      BEGIN
        INSERT INTO identity.failed_attempt (subject, part_of, failures, blocked_until) VALUES (p_subject, p_part_of, 0, now())
        ON CONFLICT DO NOTHING;
        SELECT * INTO v_known FROM identity.failed_attempt WHERE subject = p_subject FOR UPDATE;
        IF v_known.blocked_until > clock_timestamp() THEN
          wait_seconds := ceil(extract(epoch FROM v_known.blocked_until - clock_timestamp()));
          counted := v_known.failures;
          RETURN;
        END IF;
        wait_seconds := 0;
        counted := CASE WHEN v_known.last_at < now() - interval '1 day' THEN 1 ELSE v_known.failures + 1 END;
        UPDATE identity.failed_attempt
        SET failures = counted, last_at = clock_timestamp(),
            blocked_until = clock_timestamp()
              + CASE WHEN counted < p_free THEN interval '0'
                     ELSE make_interval(secs => least(p_longest_seconds, 2 ^ least(counted - p_free, 10))) END
        WHERE subject = p_subject;
        DELETE FROM identity.failed_attempt WHERE subject IN (
          SELECT subject FROM identity.failed_attempt WHERE last_at < now() - interval '1 day' AND subject <> p_subject
          ORDER BY last_at LIMIT 10 FOR UPDATE SKIP LOCKED);
      END $$;

      -- Sign-in, its refusal and what one-time tokens do: requests without a session that lives. The account is an id or
      -- nobody; no name is kept.
      CREATE FUNCTION ledger.record_sign_in(p_action text, p_account uuid, p_session uuid, p_code text, p_request uuid) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        IF p_action NOT IN ('session.open', 'session.refresh', 'password.reset-ask', 'password.reset', 'invitation.accept', 'set-up.finish') THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not an action without a session';
        END IF;
        INSERT INTO ledger.action (account_id, session_id, action, outcome, code, target_kind, target_id, request_id)
        VALUES (p_account, p_session, p_action, CASE WHEN p_code IS NULL THEN 'done' ELSE 'refused' END, p_code,
                CASE WHEN p_account IS NOT NULL THEN 'account' END, p_account::text, p_request);
      END $$;

      -- The first administrator: by a set-up token, or without one where the operator named the account. NULL if the token is
      -- not valid, the name is taken or there ever was an administrator: of two calls at once the second waits and is refused.
      CREATE FUNCTION identity.finish_set_up(p_token bytea, p_username text, p_display_name text, p_hash text) RETURNS uuid
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        v_account uuid;
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('identity.finish_set_up'));
        IF EXISTS (SELECT FROM access.role_grant WHERE role = 'administrator') THEN
          RETURN NULL;
        END IF;
        IF p_token IS NOT NULL AND NOT EXISTS (
          SELECT FROM identity.one_time_token WHERE hash = p_token AND kind = 'set-up' AND used_at IS NULL AND expires_at > now()
        ) THEN
          RETURN NULL;
        END IF;
        INSERT INTO identity.account (kind, username, display_name) VALUES ('person', p_username, p_display_name)
        ON CONFLICT (username) DO NOTHING RETURNING id INTO v_account;
        IF v_account IS NULL THEN
          RETURN NULL;
        END IF;
        INSERT INTO identity.password (account_id, hash) VALUES (v_account, p_hash);
        INSERT INTO access.role_grant (account_id, role, area_kind, from_at, until_at, approved_at)
        VALUES (v_account, 'administrator', 'everywhere', now(), now() + interval '1 year', now());
        DELETE FROM identity.one_time_token WHERE kind = 'set-up';
        RETURN v_account;
      END $$;

      REVOKE ALL ON FUNCTION identity.begin_attempt(bytea, bytea, integer, integer), identity.finish_set_up(bytea, text, text, text),
        ledger.record_sign_in(text, uuid, uuid, text, uuid) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION identity.begin_attempt(bytea, bytea, integer, integer), identity.finish_set_up(bytea, text, text, text),
        ledger.record_sign_in(text, uuid, uuid, text, uuid) TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION identity.finish_set_up(bytea, text, text, text);
      DROP FUNCTION ledger.record_sign_in(text, uuid, uuid, text, uuid);
      DROP FUNCTION identity.begin_attempt(bytea, bytea, integer, integer);
      DROP TABLE identity.client_scope, identity.client_secret, identity.one_time_token, identity.totp_reset, identity.recovery_code,
        identity.used_totp_counter, identity.totp, identity.refresh_token, identity.failed_attempt, identity.password;
    `);
  }
}
