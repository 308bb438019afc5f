import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who stands where: grants given, approved and ended, offices and their members, departures, undertakings accepted. The
 * API role writes none of these tables; it calls functions that take the actor from the sealed context, hold the rules
 * that must never bend (a second person, the last administrator) and answer with an outcome in words.
 */
export class AddStanding1763780400012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE access.office
        ADD COLUMN kind text NOT NULL DEFAULT 'party' CONSTRAINT office_kind_known CHECK (kind IN ('party', 'representative')),
        ADD COLUMN representative_id uuid CONSTRAINT office_representative_fkey REFERENCES identity.account,
        ADD CONSTRAINT office_representative_of_kind CHECK (kind = 'representative' OR representative_id IS NULL);
      CREATE INDEX office_by_name ON access.office (name, id);
      CREATE INDEX office_by_representative ON access.office (representative_id);
      CREATE UNIQUE INDEX office_member_live_unique ON access.office_member (office_id, account_id) WHERE until_at IS NULL;

      -- A renewal is a grant of its own, which begins where the one before ends: every tenure stays within a year.
      ALTER TABLE access.role_grant
        ADD COLUMN renews uuid CONSTRAINT role_grant_renews_fkey REFERENCES access.role_grant;
      CREATE UNIQUE INDEX role_grant_renewal_unique ON access.role_grant (renews) WHERE ended_at IS NULL;
      CREATE INDEX role_grant_by_renewed ON access.role_grant (renews);
      CREATE INDEX role_grant_by_account ON access.role_grant (account_id, created_at, id);
      CREATE INDEX role_grant_live_by_role ON access.role_grant (role) WHERE ended_at IS NULL;

      CREATE TABLE access.departure (
        id          uuid CONSTRAINT departure_pkey PRIMARY KEY,
        account_id  uuid NOT NULL CONSTRAINT departure_account_fkey REFERENCES identity.account,
        standing    text NOT NULL CONSTRAINT departure_standing_known
                    CHECK (standing IN ('resigned', 'lost-the-whip', 'expelled', 'lapsed', 'died')),
        reason      text NOT NULL CONSTRAINT departure_reason_shape CHECK (length(reason) BETWEEN 1 AND 2000),
        office_ids  uuid[] NOT NULL,
        at          timestamptz NOT NULL DEFAULT clock_timestamp(),
        ordered_by  uuid NOT NULL CONSTRAINT departure_ordered_by_fkey REFERENCES identity.account,
        people      integer NOT NULL,
        grants      integer NOT NULL,
        sessions    integer NOT NULL
      );
      CREATE INDEX departure_by_account ON access.departure (account_id, at);
      ALTER TABLE access.departure ENABLE ROW LEVEL SECURITY;
      CREATE POLICY departure_read ON access.departure FOR SELECT TO rosette_api USING ((SELECT ks.actor()) IS NOT NULL);
      GRANT SELECT ON access.departure TO rosette_api;

      CREATE INDEX action_newest ON ledger.action (action, at, id);
      CREATE INDEX disclosure_by_purpose ON ledger.disclosure (purpose, at, id);
    `);
    await runner.query(switchFunctions);
    await runner.query(grantFunctions);
    await runner.query(officeFunctions);
    await runner.query(departureFunctions);
    await runner.query(`
      -- NULL if the version is not the one in force. Accepting twice keeps the first moment.
      CREATE FUNCTION protection.accept_undertaking(p_version integer) RETURNS timestamptz
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, protection, pg_temp AS $$
      DECLARE
        v_at timestamptz;
      BEGIN
        PERFORM access.require_change('session.self');
        IF p_version IS DISTINCT FROM (SELECT max(u.version) FROM protection.undertaking u WHERE u.in_force_at <= now()) THEN
          RETURN NULL;
        END IF;
        INSERT INTO protection.undertaking_acceptance (account_id, version) VALUES (ks.actor(), p_version)
        ON CONFLICT ON CONSTRAINT undertaking_acceptance_pkey DO NOTHING;
        SELECT a.accepted_at INTO v_at FROM protection.undertaking_acceptance a WHERE a.account_id = ks.actor() AND a.version = p_version;
        RETURN v_at;
      END $$;

      REVOKE ALL ON FUNCTION protection.accept_undertaking(integer) FROM PUBLIC;
      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC;
      REVOKE ALL ON FUNCTION ks.drain(text[]), ks.revoke(text[]) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION
        protection.accept_undertaking(integer), ks.revoke(text[]), access.scope_keys(uuid[]),
        access.give_grant(uuid, uuid, text, text, text[], timestamptz, timestamptz, uuid),
        access.approve_grant(uuid, uuid), access.end_grant(uuid, uuid, text),
        access.open_office(uuid, text, text, text, uuid), access.join_office(uuid, uuid), access.leave_office(uuid, uuid),
        access.depart(uuid, uuid, text, text, uuid[])
      TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION protection.accept_undertaking(integer);
      DROP FUNCTION access.depart(uuid, uuid, text, text, uuid[]);
      DROP FUNCTION access.leave_office(uuid, uuid);
      DROP FUNCTION access.join_office(uuid, uuid);
      DROP FUNCTION access.open_office(uuid, text, text, text, uuid);
      DROP FUNCTION access.end_grant(uuid, uuid, text);
      DROP FUNCTION access.approve_grant(uuid, uuid);
      DROP FUNCTION access.give_grant(uuid, uuid, text, text, text[], timestamptz, timestamptz, uuid);
      DROP FUNCTION access.takes_last_administrator(uuid[], uuid);
      DROP FUNCTION access.scope_keys(uuid[]);
      DROP FUNCTION access.require_change(text);
      DROP FUNCTION ks.revoke(text[]);
      DROP FUNCTION ks.drain(text[]);
      DROP INDEX ledger.disclosure_by_purpose;
      DROP INDEX ledger.action_newest;
      DROP TABLE access.departure;
      DROP INDEX access.role_grant_live_by_role;
      DROP INDEX access.role_grant_by_account;
      ALTER TABLE access.role_grant DROP COLUMN renews;
      DROP INDEX access.office_member_live_unique;
      DROP INDEX access.office_by_name;
      ALTER TABLE access.office DROP CONSTRAINT office_representative_of_kind, DROP COLUMN representative_id, DROP COLUMN kind;
    `);
  }
}

const switchFunctions = `
  -- Ends what runs in the scopes and keeps new work out until this transaction ends: the holders of shared locks are
  -- terminated, then the exclusive lock is taken. Never waits for a lock, so it takes part in no deadlock.
  CREATE FUNCTION ks.drain(p_keys text[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
  DECLARE
    scope_class constant integer := 1919905907;
    v_lock integer;
    v_round integer;
  BEGIN
    FOR v_lock IN
      SELECT s.lock_id FROM ks.scope s
      WHERE (s.kind, s.id) IN (SELECT split_part(k, ':', 1), split_part(k, ':', 2) FROM unnest(p_keys) k)
      ORDER BY s.kind, s.id
    LOOP
      v_round := 0;
      WHILE NOT pg_try_advisory_xact_lock(scope_class, v_lock) LOOP
        v_round := v_round + 1;
        IF v_round > 400 THEN
          RAISE EXCEPTION USING ERRCODE = 'KS003', MESSAGE = 'another holds the scope';
        END IF;
        PERFORM pg_terminate_backend(l.pid) FROM pg_locks l
        WHERE l.locktype = 'advisory' AND l.classid = scope_class::oid AND l.objid = v_lock::oid AND l.objsubid = 2
          AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
          AND l.mode = 'ShareLock' AND l.granted AND l.pid <> pg_backend_pid();
        PERFORM pg_sleep(0.005);
      END LOOP;
    END LOOP;
  END $$;

  -- Revoke: generation + 1, not suspended, so that what was admitted earlier is refused and every gate hears of it.
  -- Locks the state row until commit: call it last, or suspensions wait.
  CREATE FUNCTION ks.revoke(p_keys text[]) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
  DECLARE
    v_epoch bigint;
  BEGIN
    IF NOT ks.may_change() THEN
      RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may revoke';
    END IF;
    UPDATE ks.state SET epoch = epoch + 1 RETURNING epoch INTO v_epoch;
    UPDATE ks.scope s SET gen = s.gen + 1, since_epoch = v_epoch
    WHERE (s.kind, s.id) IN (SELECT split_part(k, ':', 1), split_part(k, ':', 2) FROM unnest(p_keys) k);
    RETURN v_epoch;
  END $$;

  CREATE FUNCTION access.require_change(p_action text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  BEGIN
    IF NOT ks.may_change(p_action) THEN
      RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context for ' || p_action;
    END IF;
  END $$;

  CREATE FUNCTION access.scope_keys(p_accounts uuid[]) RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(CASE a.kind WHEN 'person' THEN 'user' ELSE a.kind END || ':' || a.id), '{}')
    FROM identity.account a WHERE a.id = ANY (p_accounts)
  $$;`;

const grantFunctions = `
  -- Would ending this grant, or all grants of these accounts, leave nobody who administers? Asked under the lock
  -- 'access.standing', which everything that ends standing takes first, so that two who race cannot both be told no.
  CREATE FUNCTION access.takes_last_administrator(p_accounts uuid[], p_grant uuid) RETURNS boolean
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, access, pg_temp AS $$
  BEGIN
    RETURN (
      SELECT coalesce(bool_or(g.is_taken), false) AND NOT coalesce(bool_or(NOT g.is_taken), false)
      FROM (SELECT coalesce(g.id = p_grant, false) OR g.account_id = ANY (p_accounts) AS is_taken
            FROM access.role_grant g JOIN identity.account a ON a.id = g.account_id
            WHERE g.role = 'administrator' AND g.ended_at IS NULL AND g.approved_at IS NOT NULL
              AND g.from_at <= clock_timestamp() AND g.until_at > clock_timestamp()
              AND a.kind = 'person' AND a.closed_at IS NULL) g);
  END $$;

  -- Answers 'given', 'absent', 'closed', 'departed', 'persons-only' or 'not-renewable'. A role that sees bulk waits
  -- for a second person. The account's row is locked, so that a departure sees this grant or this sees the departure.
  CREATE FUNCTION access.give_grant(
    p_id uuid, p_account uuid, p_role text, p_constituency text, p_purposes text[],
    p_from timestamptz, p_until timestamptz, p_renews uuid
  ) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, access, pg_temp AS $$
  DECLARE
    v_account identity.account;
    v_rule access.role_rule;
  BEGIN
    PERFORM access.require_change('grant.give');
    SELECT * INTO STRICT v_rule FROM access.role_rule r WHERE r.role = p_role;
    SELECT * INTO v_account FROM identity.account a WHERE a.id = p_account FOR NO KEY UPDATE;
    IF v_account.id IS NULL THEN
      RETURN 'absent';
    ELSIF v_account.closed_at IS NOT NULL THEN
      RETURN 'closed';
    ELSIF EXISTS (SELECT FROM access.departure d WHERE d.account_id = p_account AND d.at >= transaction_timestamp()) THEN
      RETURN 'departed';
    ELSIF v_account.kind <> 'person' AND v_rule.is_privileged THEN
      RETURN 'persons-only';
    END IF;
    IF p_renews IS NOT NULL THEN
      SELECT g.until_at INTO p_from FROM access.role_grant g
      WHERE g.id = p_renews AND g.account_id = p_account AND g.role = p_role AND g.ended_at IS NULL
        AND g.approved_at IS NOT NULL AND g.until_at > clock_timestamp()
      FOR UPDATE;
      IF NOT FOUND THEN
        RETURN 'not-renewable';
      END IF;
    END IF;
    INSERT INTO access.role_grant (id, account_id, role, area_kind, constituency_id, purposes, from_at, until_at, granted_by,
                                   approved_at, renews)
    VALUES (p_id, p_account, p_role, CASE WHEN p_constituency IS NULL THEN 'everywhere' ELSE 'constituency' END, p_constituency,
            p_purposes, coalesce(p_from, now()), p_until, ks.actor(), CASE WHEN v_rule.sees_bulk THEN NULL ELSE now() END, p_renews);
    RETURN 'given';
  END $$;

  -- Answers 'approved', 'absent', 'ended', 'already-approved' or 'same-person'.
  CREATE FUNCTION access.approve_grant(p_account uuid, p_id uuid) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, access, pg_temp AS $$
  DECLARE
    v_grant access.role_grant;
  BEGIN
    PERFORM access.require_change('grant.approve');
    SELECT * INTO v_grant FROM access.role_grant g WHERE g.id = p_id AND g.account_id = p_account FOR UPDATE;
    IF v_grant.id IS NULL THEN
      RETURN 'absent';
    ELSIF v_grant.ended_at IS NOT NULL OR v_grant.until_at <= clock_timestamp() THEN
      RETURN 'ended';
    ELSIF v_grant.approved_at IS NOT NULL THEN
      RETURN 'already-approved';
    ELSIF ks.actor() IN (v_grant.granted_by, v_grant.account_id) THEN
      RETURN 'same-person';
    END IF;
    UPDATE access.role_grant g SET approved_by = ks.actor(), approved_at = clock_timestamp() WHERE g.id = p_id;
    RETURN 'approved';
  END $$;

  -- Ends a grant and every renewal of it. Answers 'ended', 'absent', 'already-ended' or 'last-administrator'.
  CREATE FUNCTION access.end_grant(p_account uuid, p_id uuid, p_why text) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, access, pg_temp AS $$
  DECLARE
    v_grant access.role_grant;
  BEGIN
    PERFORM access.require_change('grant.end');
    PERFORM pg_advisory_xact_lock(hashtext('access.standing'));
    SELECT * INTO v_grant FROM access.role_grant g WHERE g.id = p_id AND g.account_id = p_account;
    IF v_grant.id IS NULL THEN
      RETURN 'absent';
    ELSIF v_grant.ended_at IS NOT NULL OR v_grant.until_at <= clock_timestamp() THEN
      RETURN 'already-ended';
    ELSIF access.takes_last_administrator('{}', p_id) THEN
      RETURN 'last-administrator';
    END IF;
    PERFORM ks.drain(access.scope_keys(ARRAY[p_account]));
    -- No renewal or approval comes between: both wait for this row.
    PERFORM FROM access.role_grant g WHERE g.account_id = p_account ORDER BY g.id FOR UPDATE;
    WITH RECURSIVE chain AS (
      SELECT p_id AS id UNION SELECT g.id FROM access.role_grant g JOIN chain c ON g.renews = c.id
    )
    UPDATE access.role_grant g SET ended_at = clock_timestamp(), ended_by = ks.actor(), ended_why = p_why
    FROM chain c WHERE g.id = c.id AND g.ended_at IS NULL;
    RETURN 'ended';
  END $$;`;

const officeFunctions = `
  CREATE FUNCTION access.open_office(p_id uuid, p_name text, p_kind text, p_constituency text, p_representative uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, access, pg_temp AS $$
  BEGIN
    PERFORM access.require_change('office.manage');
    INSERT INTO access.office (id, name, kind, constituency_id, representative_id)
    VALUES (p_id, p_name, p_kind, p_constituency, p_representative);
  END $$;

  -- Answers 'joined', 'absent', 'no-account' or 'departed'; a second live membership breaks office_member_live_unique.
  CREATE FUNCTION access.join_office(p_office uuid, p_account uuid) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, access, pg_temp AS $$
  DECLARE
    v_account identity.account;
  BEGIN
    PERFORM access.require_change('office.manage');
    PERFORM FROM access.office o WHERE o.id = p_office FOR SHARE;
    IF NOT FOUND THEN
      RETURN 'absent';
    END IF;
    SELECT * INTO v_account FROM identity.account a WHERE a.id = p_account FOR NO KEY UPDATE;
    IF v_account.id IS NULL OR v_account.closed_at IS NOT NULL THEN
      RETURN 'no-account';
    ELSIF EXISTS (SELECT FROM access.departure d
                  WHERE (d.account_id = p_account OR p_office = ANY (d.office_ids)) AND d.at >= transaction_timestamp()) THEN
      RETURN 'departed';
    END IF;
    INSERT INTO access.office_member (office_id, account_id) VALUES (p_office, p_account);
    RETURN 'joined';
  END $$;

  -- Answers 'left' or 'absent'.
  CREATE FUNCTION access.leave_office(p_office uuid, p_account uuid) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, access, pg_temp AS $$
  BEGIN
    PERFORM access.require_change('office.manage');
    UPDATE access.office_member m SET until_at = now() WHERE m.office_id = p_office AND m.account_id = p_account AND m.until_at IS NULL;
    RETURN CASE WHEN FOUND THEN 'left' ELSE 'absent' END;
  END $$;`;

const departureFunctions = `
  -- Ends every grant, session and membership of a person and, with offices, of all their members. What runs in their
  -- names is cut first. Answers 'departed', 'absent', 'last-administrator', or 'no-such-office' where the person
  -- neither represents nor belongs to one of the offices.
  CREATE FUNCTION access.depart(
    p_id uuid, p_account uuid, p_standing text, p_reason text, p_offices uuid[], OUT outcome text, OUT people uuid[]
  )
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, access, pg_temp AS $$
  DECLARE
    v_grants integer;
    v_sessions integer;
  BEGIN
    PERFORM access.require_change('user.depart');
    PERFORM pg_advisory_xact_lock(hashtext('access.standing'));
    PERFORM FROM identity.account a WHERE a.id = p_account AND a.kind = 'person';
    IF NOT FOUND THEN
      outcome := 'absent';
      RETURN;
    END IF;
    -- Nobody joins an office while it is being emptied.
    PERFORM FROM access.office o WHERE o.id = ANY (p_offices) ORDER BY o.id FOR UPDATE;
    IF EXISTS (SELECT FROM unnest(p_offices) p WHERE NOT EXISTS (
                 SELECT FROM access.office o WHERE o.id = p AND (o.representative_id = p_account OR EXISTS (
                   SELECT FROM access.office_member m WHERE m.office_id = o.id AND m.account_id = p_account AND m.until_at IS NULL)))) THEN
      outcome := 'no-such-office';
      RETURN;
    END IF;
    SELECT array_agg(DISTINCT everyone.id) INTO people
    FROM (SELECT p_account AS id
          UNION SELECT m.account_id FROM access.office_member m WHERE m.office_id = ANY (p_offices) AND m.until_at IS NULL
          UNION SELECT o.representative_id FROM access.office o WHERE o.id = ANY (p_offices) AND o.representative_id IS NOT NULL) everyone;
    IF access.takes_last_administrator(people, NULL) THEN
      outcome := 'last-administrator';
      RETURN;
    END IF;

    PERFORM ks.drain(access.scope_keys(people));
    PERFORM FROM identity.account a WHERE a.id = ANY (people) ORDER BY a.id FOR UPDATE;
    UPDATE access.role_grant g SET ended_at = clock_timestamp(), ended_by = ks.actor(), ended_why = 'departure'
    WHERE g.account_id = ANY (people) AND g.ended_at IS NULL AND g.until_at > clock_timestamp();
    GET DIAGNOSTICS v_grants = ROW_COUNT;
    UPDATE identity.session s SET ended_at = clock_timestamp(), ended_why = 'departure'
    WHERE s.account_id = ANY (people) AND s.ended_at IS NULL;
    GET DIAGNOSTICS v_sessions = ROW_COUNT;
    UPDATE access.office_member m SET until_at = now() WHERE m.account_id = ANY (people) AND m.until_at IS NULL;
    INSERT INTO access.departure (id, account_id, standing, reason, office_ids, ordered_by, people, grants, sessions)
    VALUES (p_id, p_account, p_standing, p_reason, p_offices, ks.actor(), cardinality(people), v_grants, v_sessions);
    outcome := 'departed';
  END $$;`;
