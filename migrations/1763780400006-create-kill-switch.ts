import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The fence: scopes, suspensions, replicas, and the functions every custody transaction begins with. All tables are
 * reached through SECURITY DEFINER functions only. SQLSTATEs of class KS are this schema's own; src/database/sqlstate.ts
 * turns them into problems.
 *
 *   KS001 a scope is suspended (DETAIL kind:id)        KS006 the purpose is not authorised here
 *   KS002 admitted under an older state, or fenced     KS007 the current undertaking is not accepted
 *   KS003 a flip is under way, or a scope is unknown   KS008 no such area among the actor's
 *   KS004 the session has ended                        KS009 context absent, forged or not for this
 *   KS005 no live grant allows the action              KS010 the budget is spent
 *   KS013 a second factor is needed                    KS014 a fresh second factor is needed
 */
export class CreateKillSwitch1763780400006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA ks;
      GRANT USAGE ON SCHEMA ks TO rosette_api;

      CREATE TABLE ks.state (
        only_row  boolean CONSTRAINT state_pkey PRIMARY KEY DEFAULT true CONSTRAINT state_only_one CHECK (only_row),
        epoch     bigint NOT NULL
      );
      INSERT INTO ks.state (epoch) VALUES (0);

      -- lock_id is what advisory locks are taken on: an identity, never a hash, so that two scopes cannot collide.
      CREATE TABLE ks.scope (
        lock_id      integer GENERATED ALWAYS AS IDENTITY CONSTRAINT scope_pkey PRIMARY KEY,
        kind         text COLLATE "C" NOT NULL CONSTRAINT scope_kind_known CHECK (kind IN ('all', 'tool', 'user', 'office', 'area', 'client')),
        id           text COLLATE "C" NOT NULL,
        suspended    boolean NOT NULL DEFAULT false,
        gen          bigint NOT NULL DEFAULT 0,
        since_epoch  bigint NOT NULL DEFAULT 0,
        CONSTRAINT scope_unique UNIQUE (kind, id)
      ) WITH (fillfactor = 90);
      CREATE INDEX scope_suspended ON ks.scope (kind, id) WHERE suspended;
      INSERT INTO ks.scope (kind, id) VALUES ('all', '*'), ('tool', 'contact-creator'), ('tool', 'organise'), ('area', '0');

      CREATE TABLE ks.suspension (
        id             uuid CONSTRAINT suspension_pkey PRIMARY KEY,
        target_kind    text NOT NULL,
        target_id      text NOT NULL,
        reason         text NOT NULL CONSTRAINT suspension_reason_shape CHECK (length(reason) BETWEEN 1 AND 2000),
        notice         text CONSTRAINT suspension_notice_shape CHECK (length(notice) BETWEEN 1 AND 2000),
        in_force_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
        epoch          bigint NOT NULL,
        ordered_by     uuid NOT NULL CONSTRAINT suspension_ordered_by_fkey REFERENCES identity.account,
        lift_asked_by  uuid CONSTRAINT suspension_lift_asked_by_fkey REFERENCES identity.account,
        lift_asked_at  timestamptz,
        lift_reason    text CONSTRAINT suspension_lift_reason_shape CHECK (length(lift_reason) BETWEEN 1 AND 2000),
        lifted_by      uuid CONSTRAINT suspension_lifted_by_fkey REFERENCES identity.account,
        lifted_at      timestamptz,
        lift_epoch     bigint,
        CONSTRAINT suspension_lift_whole CHECK ((lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lift_epoch IS NULL)),
        CONSTRAINT suspension_lift_asked_whole CHECK ((lift_asked_at IS NULL) = (lift_asked_by IS NULL))
      );
      CREATE INDEX suspension_in_force ON ks.suspension (target_kind, target_id) WHERE lifted_at IS NULL;
      CREATE INDEX suspension_newest ON ks.suspension (epoch DESC);

      CREATE TABLE ks.replica (
        incarnation  uuid CONSTRAINT replica_pkey PRIMARY KEY,
        number       integer GENERATED ALWAYS AS IDENTITY CONSTRAINT replica_number_unique UNIQUE,
        host         text NOT NULL,
        pid          integer NOT NULL,
        build        text NOT NULL,
        started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
        ended_at     timestamptz,
        fenced       boolean NOT NULL DEFAULT false
      );

      -- The key of the seal, as the two padded blocks of HMAC-SHA-256 (RFC 2104), readable by the owner alone.
      CREATE TABLE ks.seal_key (
        only_row  boolean CONSTRAINT seal_key_pkey PRIMARY KEY DEFAULT true CONSTRAINT seal_key_only_one CHECK (only_row),
        inner_block  bytea NOT NULL CONSTRAINT seal_key_inner_size CHECK (length(inner_block) = 64),
        outer_block  bytea NOT NULL CONSTRAINT seal_key_outer_size CHECK (length(outer_block) = 64)
      );
      DO $seal$
      DECLARE
        key bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
        inner_block bytea := decode(repeat('36', 64), 'hex');
        outer_block bytea := decode(repeat('5c', 64), 'hex');
      BEGIN
        FOR n IN 0..31 LOOP
          inner_block := set_byte(inner_block, n, get_byte(inner_block, n) # get_byte(key, n));
          outer_block := set_byte(outer_block, n, get_byte(outer_block, n) # get_byte(key, n));
        END LOOP;
        INSERT INTO ks.seal_key (inner_block, outer_block) VALUES (inner_block, outer_block);
      END $seal$;

      -- Called only inside definer functions, so it needs no definer rights and no settings of its own.
      CREATE FUNCTION ks.mac(body text) RETURNS text
      LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $$
      DECLARE
        v_key ks.seal_key;
      BEGIN
        SELECT * INTO v_key FROM ks.seal_key;
        RETURN encode(sha256(v_key.outer_block || sha256(v_key.inner_block || convert_to(body, 'UTF8'))), 'hex');
      END $$;

      -- The scopes that a piece of work belongs to. The twin of scopesOf() in src/kill-switch/scopes.rules.ts;
      -- a table test holds the two together.
      CREATE FUNCTION ks.scopes_of(reach text, tool text, account_kind text, account_id text, offices text[], areas text[])
      RETURNS TABLE (kind text, id text)
      LANGUAGE sql IMMUTABLE AS $$
        SELECT s.kind, s.id
        FROM (VALUES ('all', '*', reach IN ('tool', 'public')),
                     ('tool', tool, reach IN ('tool', 'public')),
                     (CASE account_kind WHEN 'person' THEN 'user' ELSE account_kind END, account_id, reach IN ('tool', 'control', 'rights'))
             ) AS s (kind, id, is_asked)
        WHERE s.is_asked
        UNION ALL SELECT 'office', o FROM unnest(offices) o WHERE reach IN ('tool', 'control', 'rights')
        UNION ALL SELECT 'area', a FROM unnest(areas) a WHERE reach = 'tool'
      $$;

      -- Every account, office and constituency has its scope row from birth, so that a flip always finds what to lock.
      CREATE FUNCTION ks.open_scope() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      BEGIN
        INSERT INTO ks.scope (kind, id)
        VALUES (CASE TG_TABLE_NAME WHEN 'office' THEN 'office' WHEN 'constituency' THEN 'area'
                ELSE CASE to_jsonb(NEW) ->> 'kind' WHEN 'client' THEN 'client' ELSE 'user' END END, NEW.id::text);
        RETURN NULL;
      END $$;
      CREATE TRIGGER account_opens_scope AFTER INSERT ON identity.account FOR EACH ROW EXECUTE FUNCTION ks.open_scope();
      CREATE TRIGGER office_opens_scope AFTER INSERT ON access.office FOR EACH ROW EXECUTE FUNCTION ks.open_scope();
      CREATE TRIGGER constituency_opens_scope AFTER INSERT ON geography.constituency FOR EACH ROW EXECUTE FUNCTION ks.open_scope();

      CREATE FUNCTION ks.register_replica(p_incarnation uuid, p_host text, p_pid integer, p_build text) RETURNS integer
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        INSERT INTO ks.replica (incarnation, host, pid, build) VALUES (p_incarnation, p_host, p_pid, p_build) RETURNING number
      $$;
      CREATE FUNCTION ks.retire_replica(p_incarnation uuid) RETURNS void
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        UPDATE ks.replica SET ended_at = clock_timestamp() WHERE incarnation = p_incarnation AND ended_at IS NULL
      $$;

      -- What a gate keeps in memory: the epoch, and every scope that was ever flipped.
      CREATE FUNCTION ks.snapshot(OUT epoch bigint, OUT scopes jsonb)
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT s.epoch,
               (SELECT coalesce(jsonb_agg(jsonb_build_array(kind || ':' || id, suspended, gen)), '[]') FROM ks.scope WHERE gen > 0)
        FROM ks.state s
      $$;

      -- The fields of the sealed context, in the order in which they are sealed:
      --  1 backend pid  2 transaction start  3 account  4 session  5 role  6 reach  7 tool  8 mode  9 action
      -- 10 purpose  11 data classes  12 wide  13 areas (of a wide context: those left out)
      CREATE FUNCTION ks.sealed() RETURNS text[]
      LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $$
      DECLARE
        sealed text := current_setting('rosette.context', true);
        field text[];
      BEGIN
        IF sealed IS NULL OR sealed = '' OR left(sealed, 64) <> ks.mac(substr(sealed, 65)) THEN
          RETURN NULL;
        END IF;
        field := substr(sealed, 65)::text[];
        -- A seal copied into another transaction is void.
        IF field[1] <> pg_backend_pid()::text OR field[2] <> extract(epoch FROM transaction_timestamp())::text THEN
          RETURN NULL;
        END IF;
        RETURN field;
      END $$;

      -- Areas whose rows of a tool and a data class ('': not personal) this transaction may see. Policies call it once
      -- a query.
      CREATE FUNCTION ks.areas(p_tool text, p_class text) RETURNS text[]
      LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        field text[] := ks.sealed();
      BEGIN
        -- Who works a walk sees nothing by area, nor who records: contact_creator.walk_doors, record_contacts and their kin decide.
        IF field[9] IN ('walk.work', 'contact.record') THEN
          RETURN '{}';
        END IF;
        IF field IS NULL OR field[12] = 't' OR NOT (field[7] = p_tool OR field[6] = 'rights')
           OR NOT (p_class = '' OR p_class = ANY (field[11]::text[])) THEN
          RETURN '{}';
        END IF;
        RETURN field[13]::text[];
      END $$;

      -- For a wide context, the areas it must leave out; NULL where the context is not wide or not for this.
      CREATE FUNCTION ks.all_areas_but(p_tool text, p_class text) RETURNS text[]
      LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        field text[] := ks.sealed();
      BEGIN
        IF field[9] IN ('walk.work', 'contact.record') THEN
          RETURN NULL;
        END IF;
        IF field IS NULL OR field[12] <> 't' OR NOT (field[7] = p_tool OR field[6] = 'rights')
           OR NOT (p_class = '' OR p_class = ANY (field[11]::text[])) THEN
          RETURN NULL;
        END IF;
        RETURN field[13]::text[];
      END $$;

      CREATE FUNCTION ks.may_change(p_action text DEFAULT NULL) RETURNS boolean
      LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        field text[] := ks.sealed();
      BEGIN
        RETURN coalesce(field[8] = 'change' AND (p_action IS NULL OR field[9] = p_action), false);
      END $$;

      CREATE FUNCTION ks.actor() RETURNS uuid
      LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT ((ks.sealed())[3])::uuid
      $$;

      CREATE FUNCTION ks.enter(
        p_incarnation uuid, p_session uuid, p_reach text, p_tool text, p_mode text, p_action text, p_purpose text,
        p_classes text[], p_constituencies text[], p_scope_keys text[], p_scope_gens bigint[]
      ) RETURNS jsonb
      -- One plan for all: planning again for each caller's values cost three times the work itself.
      LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp
      SET plan_cache_mode = force_generic_plan AS $$
      DECLARE
        scope_class constant integer := 1919905907;   -- 'rose'
        replica_class constant integer := 1919905906;
        v_account uuid;
        v_account_kind text;
        v_replica integer;
        v_offices text[];
        v_needs_step_up boolean;
        v_mfa_at timestamptz;
        v_stepped_up_until timestamptz;
        v_role text;
        v_wide boolean;
        v_areas text[];
        v_excluded text[] := '{}';
        v_lock_areas text[];
        v_locks integer[];
        v_got boolean;
        v_bad text;
        v_stale text;
        v_is_covered boolean;
        v_has_accepted boolean;
        v_body text;
      BEGIN
        -- What the action asks, which replica this is, who works here and what his grants allow: looked up in one statement,
        -- judged in the order of the refusals.
        SELECT (SELECT u.needs_step_up FROM access.action_rule u
                WHERE u.action = p_action AND u.reach = p_reach AND u.tool IS NOT DISTINCT FROM p_tool),
               (SELECT r.number FROM ks.replica r
                WHERE r.incarnation = p_incarnation AND NOT r.fenced AND r.ended_at IS NULL),
               w.id, w.kind, w.mfa_at, w.stepped_up_until,
               ARRAY(SELECT m.office_id::text FROM access.office_member m
                     WHERE m.account_id = w.id AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now())),
               l.role, l.is_wide, l.areas
        INTO v_needs_step_up, v_replica, v_account, v_account_kind, v_mfa_at, v_stepped_up_until, v_offices, v_role, v_wide, v_areas
        FROM (SELECT) AS one
        LEFT JOIN (
          SELECT a.id, a.kind, s.mfa_at, s.stepped_up_until
          FROM identity.session s JOIN identity.account a ON a.id = s.account_id
          WHERE s.id = p_session AND s.ended_at IS NULL AND s.expires_at > now() AND a.closed_at IS NULL
        ) w ON true
        LEFT JOIN LATERAL (
          SELECT min(g.role) AS role, bool_or(g.area_kind = 'everywhere') AS is_wide,
                 array_agg(g.constituency_id) FILTER (WHERE g.area_kind = 'constituency') AS areas
          FROM access.live_grants(w.id) g
          JOIN access.role_permission p ON p.role = g.role AND p.action = p_action
            AND (g.area_kind = 'everywhere' OR NOT p.is_everywhere_only)
          JOIN access.role_rule r ON r.role = g.role AND (NOT r.is_privileged OR w.mfa_at IS NOT NULL)
          WHERE p_purpose IS NULL OR p_purpose = ANY (g.purposes)
        ) l ON true;

        -- The reach decides which scopes are asked, so it is the action's and not the caller's to choose.
        IF v_needs_step_up IS NULL OR p_mode NOT IN ('read', 'change') THEN
          RAISE EXCEPTION USING ERRCODE = 'KS005', MESSAGE = 'the action does not work under this reach';
        ELSIF v_replica IS NULL OR NOT pg_try_advisory_xact_lock_shared(replica_class, v_replica) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS002', MESSAGE = 'this replica is fenced';
        ELSIF v_account IS NULL THEN
          RAISE EXCEPTION USING ERRCODE = 'KS004', MESSAGE = 'the session has ended';
        END IF;

        -- An API client does what its scopes name, and only where a grant allows it too.
        IF v_account_kind = 'client' AND p_reach <> 'self' THEN
          IF NOT EXISTS (SELECT FROM identity.client_scope c WHERE c.account_id = v_account AND c.action = p_action) THEN
            RAISE EXCEPTION USING ERRCODE = 'KS005', MESSAGE = 'not among the scopes of the client';
          END IF;
        END IF;

        -- Named areas must be among the actor's; naming them narrows.
        IF p_constituencies IS NOT NULL AND v_role IS NOT NULL THEN
          IF NOT v_wide AND NOT p_constituencies <@ coalesce(v_areas, '{}') THEN
            RAISE EXCEPTION USING ERRCODE = 'KS008', MESSAGE = 'not among the areas of the actor';
          END IF;
          v_wide := false;
          v_areas := p_constituencies;
        ELSIF cardinality(v_areas) > 1 THEN
          -- Several grants may name one area.
          v_areas := ARRAY(SELECT DISTINCT a FROM unnest(v_areas) a ORDER BY a);
        END IF;
        v_areas := coalesce(v_areas, '{}');
        v_wide := coalesce(v_wide, false);
        v_lock_areas := CASE WHEN v_wide OR cardinality(v_areas) > 16 THEN '{0}' ELSE v_areas END;

        -- Lock first, in the order of (kind, id); read the flags in a later statement, whose snapshot is younger than
        -- the locks. Both look up by key, row by row: the planner would rather read all 650 areas.
        SELECT array_agg(l.lock_id), bool_and(l.lock_id IS NOT NULL AND pg_try_advisory_xact_lock_shared(scope_class, l.lock_id))
        INTO v_locks, v_got
        FROM (SELECT (SELECT s.lock_id FROM ks.scope s WHERE s.kind = x.kind AND s.id = x.id) AS lock_id
              FROM ks.scopes_of(p_reach, p_tool, v_account_kind, v_account::text, v_offices, v_lock_areas) x
              ORDER BY x.kind COLLATE "C", x.id COLLATE "C") l;
        IF v_got IS FALSE THEN
          -- What is no constituency never had a scope: who may go everywhere has named a thing that is not there.
          IF EXISTS (SELECT FROM unnest(p_constituencies) a WHERE NOT EXISTS (SELECT FROM geography.constituency c WHERE c.id = a)) THEN
            RAISE EXCEPTION USING ERRCODE = 'KS008', MESSAGE = 'no such area';
          END IF;
          RAISE EXCEPTION USING ERRCODE = 'KS003', MESSAGE = 'a flip is under way, or a scope is unknown';
        END IF;

        SELECT min(f.key) FILTER (WHERE f.suspended AND NOT (f.kind = 'area' AND p_constituencies IS NULL)),
               min(f.key) FILTER (WHERE f.gen <> p_scope_gens[array_position(p_scope_keys, f.key)]),
               coalesce(array_agg(f.id) FILTER (WHERE f.suspended AND f.kind = 'area'), '{}')
        INTO v_bad, v_stale, v_excluded
        FROM unnest(v_locks) AS l (lock_id)
        CROSS JOIN LATERAL (SELECT s.kind || ':' || s.id AS key, s.kind, s.id, s.suspended, s.gen
                            FROM ks.scope s WHERE s.lock_id = l.lock_id OFFSET 0) f;
        IF v_bad IS NOT NULL THEN
          RAISE EXCEPTION USING ERRCODE = 'KS001', MESSAGE = 'suspended', DETAIL = v_bad;
        ELSIF v_stale IS NOT NULL THEN
          RAISE EXCEPTION USING ERRCODE = 'KS002', MESSAGE = 'admitted under an older state', DETAIL = v_stale;
        END IF;

        -- Work over areas it did not name leaves the suspended ones out, and says so.
        IF p_reach = 'tool' AND v_lock_areas = '{0}' THEN
          SELECT coalesce(array_agg(s.id), '{}') INTO v_excluded
          FROM ks.scope s WHERE s.kind = 'area' AND s.suspended AND (v_wide OR s.id = ANY (v_areas));
        END IF;
        IF NOT v_wide AND cardinality(v_excluded) > 0 THEN
          v_areas := ARRAY(SELECT unnest(v_areas) EXCEPT SELECT unnest(v_excluded));
          IF cardinality(v_areas) = 0 THEN
            RAISE EXCEPTION USING ERRCODE = 'KS001', MESSAGE = 'suspended', DETAIL = 'area:' || v_excluded[1];
          END IF;
        END IF;

        IF v_role IS NULL AND p_reach <> 'self' THEN
          SELECT bool_or(r.is_privileged AND v_mfa_at IS NULL) INTO v_got
          FROM access.live_grants(v_account) g
          JOIN access.role_permission p ON p.role = g.role AND p.action = p_action
            AND (g.area_kind = 'everywhere' OR NOT p.is_everywhere_only)
          JOIN access.role_rule r ON r.role = g.role;
          IF v_got IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'KS005', MESSAGE = 'no live grant allows the action';
          ELSIF v_got THEN
            RAISE EXCEPTION USING ERRCODE = 'KS013', MESSAGE = 'a second factor is needed';
          END IF;
          RAISE EXCEPTION USING ERRCODE = 'KS006', MESSAGE = 'no grant of the actor carries the purpose';
        END IF;

        IF v_needs_step_up AND (v_stepped_up_until IS NULL OR v_stepped_up_until <= now()) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS014', MESSAGE = 'a fresh second factor is needed';
        END IF;

        IF cardinality(p_classes) > 0 THEN
          SELECT EXISTS (
                   SELECT FROM protection.purpose p
                   WHERE p.code = p_purpose AND p.ended_at IS NULL AND p_classes <@ p.data_classes
                     AND (p_tool = ANY (p.tools) OR p_reach = 'rights')),
                 EXISTS (
                   SELECT FROM protection.undertaking_acceptance u
                   WHERE u.account_id = v_account
                     AND u.version = (SELECT max(version) FROM protection.undertaking WHERE in_force_at <= now()))
          INTO v_is_covered, v_has_accepted;
          IF NOT v_is_covered THEN
            RAISE EXCEPTION USING ERRCODE = 'KS006', MESSAGE = 'the purpose does not cover this';
          ELSIF NOT v_has_accepted THEN
            RAISE EXCEPTION USING ERRCODE = 'KS007', MESSAGE = 'the current undertaking is not accepted';
          END IF;
        END IF;

        v_body := ARRAY[
          pg_backend_pid()::text, extract(epoch FROM transaction_timestamp())::text, v_account::text, p_session::text,
          coalesce(v_role, ''), p_reach, coalesce(p_tool, ''), p_mode, p_action, coalesce(p_purpose, ''), p_classes::text,
          CASE WHEN v_wide THEN 't' ELSE 'f' END, (CASE WHEN v_wide THEN v_excluded ELSE v_areas END)::text
        ]::text;
        -- Assigned, not performed: a simple expression needs no executor.
        v_body := set_config('rosette.context', ks.mac(v_body) || v_body, true);

        RETURN jsonb_build_object('wide', v_wide, 'areas', CASE WHEN v_wide THEN '{}' ELSE v_areas END, 'excludedAreas', v_excluded);
      END $$;

      -- Suspend: unconditional, one person's act. Locks the state row, so flips are one after another.
      CREATE FUNCTION ks.suspend(p_id uuid, p_kind text, p_target text, p_reason text, p_notice text) RETURNS bigint
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        v_epoch bigint;
      BEGIN
        IF NOT ks.may_change('suspension.order') THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may suspend';
        END IF;
        UPDATE ks.state SET epoch = epoch + 1 RETURNING epoch INTO v_epoch;
        UPDATE ks.scope SET suspended = true, gen = gen + 1, since_epoch = v_epoch WHERE kind = p_kind AND id = p_target;
        IF NOT FOUND THEN
          RETURN NULL;
        END IF;
        INSERT INTO ks.suspension (id, target_kind, target_id, reason, notice, epoch, ordered_by)
        VALUES (p_id, p_kind, p_target, p_reason, p_notice, v_epoch, ks.actor());
        RETURN v_epoch;
      END $$;

      -- Lift. A tool or everything is asked by one person and confirmed by another, neither of them its subject.
      -- Answers 'absent', 'already-lifted', 'own-suspension', 'asked', 'same-person' or 'lifted'.
      CREATE FUNCTION ks.lift(p_id uuid, p_reason text, OUT outcome text, OUT epoch bigint)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        v_suspension ks.suspension;
        v_actor uuid := ks.actor();
      BEGIN
        IF NOT ks.may_change('suspension.lift') THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may lift';
        END IF;
        UPDATE ks.state SET epoch = state.epoch + 1 RETURNING state.epoch INTO epoch;
        SELECT * INTO v_suspension FROM ks.suspension WHERE id = p_id FOR UPDATE;
        IF v_suspension.id IS NULL THEN
          outcome := 'absent';
        ELSIF v_suspension.lifted_at IS NOT NULL THEN
          outcome := 'already-lifted';
        ELSIF v_suspension.target_kind = 'user' AND v_suspension.target_id = v_actor::text THEN
          outcome := 'own-suspension';
        ELSIF v_suspension.target_kind IN ('all', 'tool') AND v_suspension.lift_asked_by IS NULL THEN
          UPDATE ks.suspension SET lift_asked_by = v_actor, lift_asked_at = clock_timestamp(), lift_reason = p_reason WHERE id = p_id;
          outcome := 'asked';
        ELSIF v_suspension.target_kind IN ('all', 'tool') AND v_suspension.lift_asked_by = v_actor THEN
          outcome := 'same-person';
        ELSE
          UPDATE ks.suspension
          SET lifted_by = v_actor, lifted_at = clock_timestamp(), lift_epoch = lift.epoch, lift_reason = coalesce(lift_reason, p_reason)
          WHERE id = p_id;
          -- Suspended while any suspension of the scope is in force: lifting one never lifts another's.
          UPDATE ks.scope s SET since_epoch = lift.epoch, suspended = EXISTS (
            SELECT FROM ks.suspension o
            WHERE o.target_kind = s.kind AND o.target_id = s.id AND o.lifted_at IS NULL)
          WHERE s.kind = v_suspension.target_kind AND s.id = v_suspension.target_id;
          outcome := 'lifted';
        END IF;
      END $$;

      CREATE FUNCTION ks.suspensions() RETURNS SETOF ks.suspension
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT * FROM ks.suspension WHERE ks.sealed() IS NOT NULL
      $$;

      -- The notice and reason a signed-in user of the scope is shown: of scopes suspended now, nothing else.
      CREATE FUNCTION ks.notices(p_keys text[]) RETURNS TABLE (suspension_id uuid, scope text, notice text, reason text, in_force_at timestamptz)
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT id, target_kind || ':' || target_id, notice, reason, in_force_at
        FROM ks.suspension WHERE lifted_at IS NULL AND target_kind || ':' || target_id = ANY (p_keys)
        ORDER BY epoch
      $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ks FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION
        ks.enter(uuid, uuid, text, text, text, text, text, text[], text[], text[], bigint[]),
        ks.scopes_of(text, text, text, text, text[], text[]),
        ks.areas(text, text), ks.all_areas_but(text, text), ks.may_change(text), ks.actor(),
        ks.register_replica(uuid, text, integer, text), ks.retire_replica(uuid), ks.snapshot(),
        ks.suspend(uuid, text, text, text, text), ks.lift(uuid, text), ks.suspensions(), ks.notices(text[])
      TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER constituency_opens_scope ON geography.constituency;
      DROP TRIGGER office_opens_scope ON access.office;
      DROP TRIGGER account_opens_scope ON identity.account;
      DROP SCHEMA ks CASCADE;
    `);
  }
}
