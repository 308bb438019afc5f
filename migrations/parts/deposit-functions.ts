/**
 * Quarantine as SQL. To hand in needs neither session nor context, only a token; it takes no lock of a scope, so that no
 * flip ends it, and answers nothing that was not told it. To decide needs a context sealed for it, and to let in the locks of
 * the tool, of everything and of the area as well: nothing comes out of quarantine under a suspension.
 */
const definer = `SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp`;

/** A device that lies in a drawer over a weekend, or over a suspension, is not late. */
const lateDays = 14;
const keptDays = 28;
/** Of one token. A walk has at most 200 doors, and a phone that was offline all day holds a few hundred contacts. */
const mostAnHour = 30;
const mostBytes = 4 * 1024 * 1024;

const handingIn = `
      -- For who has just claimed the walk: until when it counts, or NULL where he holds no claim.
      CREATE FUNCTION quarantine.issue_token(p_constituency text, p_walk uuid, p_token bytea) RETURNS timestamptz
      LANGUAGE plpgsql ${definer} AS $$
      DECLARE
        v_until timestamptz;
      BEGIN
        PERFORM access.require_change('walk.work');
        INSERT INTO quarantine.token (token_hash, constituency_id, list_id, walk_id, account_id, session_id, expires_at)
        SELECT p_token, w.constituency_id, w.list_id, w.id, w.claimed_by, ((ks.sealed())[4])::uuid, w.claim_expires_at + interval '${lateDays} days'
        FROM contact_creator.walk w
        WHERE w.constituency_id = p_constituency AND w.id = p_walk AND w.claimed_by = ks.actor() AND w.claim_expires_at > now()
          AND contact_creator.acts_in('walk.work', p_constituency)
        RETURNING expires_at INTO v_until;
        RETURN v_until;
      END $$;

      CREATE FUNCTION quarantine.is_live(p_token bytea) RETURNS boolean
      LANGUAGE sql STABLE ${definer} AS $$
        SELECT EXISTS (SELECT FROM quarantine.token t WHERE t.token_hash = p_token AND t.expires_at > clock_timestamp())
      $$;

      -- Answers 'taken', also to a repeat; 'unknown', 'conflict', 'too-much' or 'too-often'. The token's row is locked, so that of
      -- twins the second sees the first, and the limits hold among many.
      CREATE FUNCTION quarantine.take(p_token bytea, p_device_id uuid, p_digest bytea, p_received integer, p_bytes integer,
                                      p_key_id text, p_sealed bytea, p_request uuid) RETURNS text
      LANGUAGE plpgsql ${definer} AS $$
      DECLARE
        v_now timestamptz;
        v_token quarantine.token;
        v_digest bytea;
        v_bytes bigint;
        v_recent bigint;
        v_id uuid;
      BEGIN
        SELECT * INTO v_token FROM quarantine.token t WHERE t.token_hash = p_token FOR UPDATE;
        v_now := clock_timestamp();
        IF v_token.token_hash IS NULL OR v_token.expires_at <= v_now THEN
          RETURN 'unknown';
        END IF;
        SELECT d.digest INTO v_digest FROM quarantine.deposit d WHERE d.token_hash = p_token AND d.device_id = p_device_id;
        IF FOUND THEN
          RETURN CASE WHEN v_digest = p_digest THEN 'taken' ELSE 'conflict' END;
        END IF;
        SELECT coalesce(sum(d.bytes), 0), count(*) FILTER (WHERE d.received_at > v_now - interval '1 hour') INTO v_bytes, v_recent
        FROM quarantine.deposit d WHERE d.token_hash = p_token;
        IF v_bytes + p_bytes > ${mostBytes} THEN
          RETURN 'too-much';
        ELSIF v_recent >= ${mostAnHour} THEN
          RETURN 'too-often';
        END IF;
        INSERT INTO quarantine.deposit (token_hash, device_id, digest, constituency_id, list_id, walk_id, account_id, session_id,
                                        received_at, received, bytes, key_id, sealed)
        VALUES (p_token, p_device_id, p_digest, v_token.constituency_id, v_token.list_id, v_token.walk_id, v_token.account_id,
                v_token.session_id, v_now, p_received, p_bytes, p_key_id, p_sealed)
        RETURNING id INTO v_id;
        INSERT INTO ledger.action (account_id, tool, action, outcome, target_kind, target_id, request_id, detail)
        VALUES (v_token.account_id, 'contact-creator', 'deposit.hand-in', 'done', 'deposit', v_id::text, p_request,
                jsonb_build_object('walkId', v_token.walk_id, 'received', p_received, 'bytes', p_bytes));
        RETURN 'taken';
      END $$;

      -- Forgets what nobody has decided in time, with a row in the ledger each, and tokens that count no more. How many deposits.
      CREATE FUNCTION quarantine.sweep() RETURNS integer
      LANGUAGE plpgsql ${definer} AS $$
      DECLARE
        v_discarded integer;
      BEGIN
        WITH over AS (
          UPDATE quarantine.deposit d SET state = 'discarded', decided_at = clock_timestamp(), key_id = NULL, sealed = NULL
          WHERE d.state = 'quarantined' AND d.received_at <= now() - interval '${keptDays} days'
          RETURNING d.id, d.account_id, d.walk_id, d.received)
        INSERT INTO ledger.action (tool, action, outcome, target_kind, target_id, detail)
        SELECT 'contact-creator', 'deposit.decide', 'done', 'deposit', o.id::text, jsonb_build_object(
                 'decision', 'discarded', 'by', 'expiry', 'depositedBy', o.account_id, 'walkId', o.walk_id, 'received', o.received)
        FROM over o;
        GET DIAGNOSTICS v_discarded = ROW_COUNT;
        DELETE FROM quarantine.token t WHERE t.expires_at <= now();
        RETURN v_discarded;
      END $$;`;

const deciding = `
      -- Joins scopes to a transaction that is sealed already: their locks first, their flags in a later statement, as ks.enter
      -- does. Called inside definer functions alone.
      CREATE FUNCTION ks.join_scopes(p_keys text[]) RETURNS void
      LANGUAGE plpgsql AS $$
      DECLARE
        scope_class constant integer := 1919905907;
        v_locks integer[];
        v_got boolean;
        v_bad text;
      BEGIN
        SELECT array_agg(l.lock_id), bool_and(l.lock_id IS NOT NULL AND pg_try_advisory_xact_lock_shared(scope_class, l.lock_id))
        INTO v_locks, v_got
        FROM (SELECT (SELECT s.lock_id FROM ks.scope s WHERE s.kind = split_part(k, ':', 1) AND s.id = split_part(k, ':', 2)) AS lock_id
              FROM unnest(p_keys) k ORDER BY split_part(k, ':', 1) COLLATE "C", split_part(k, ':', 2) COLLATE "C") l;
        IF v_got IS NOT TRUE THEN
          RAISE EXCEPTION USING ERRCODE = 'KS003', MESSAGE = 'a flip is under way, or a scope is unknown';
        END IF;
        SELECT min(s.kind || ':' || s.id) INTO v_bad FROM ks.scope s WHERE s.lock_id = ANY (v_locks) AND s.suspended;
        IF v_bad IS NOT NULL THEN
          RAISE EXCEPTION USING ERRCODE = 'KS001', MESSAGE = 'suspended', DETAIL = v_bad;
        END IF;
      END $$;

      -- Newest first, or the one that is named; no content.
      CREATE FUNCTION quarantine.deposits(p_id uuid, p_state text, p_before timestamptz, p_before_id uuid, p_limit integer)
      RETURNS TABLE (id uuid, constituency_id text, list_id uuid, walk_id uuid, account_id uuid, received_at timestamptz, received integer,
                     state text, kept_until timestamptz, decided_at timestamptz, decided_by uuid, reason text, outcomes jsonb)
      LANGUAGE plpgsql STABLE ${definer} AS $$
      #variable_conflict use_column
      BEGIN
        IF (ks.sealed())[9] IS DISTINCT FROM 'deposit.read' AND (ks.sealed())[9] IS DISTINCT FROM 'deposit.decide' THEN
          RETURN;
        END IF;
        -- Indexes: deposit_pkey, deposit_newest.
        RETURN QUERY
          SELECT d.id, d.constituency_id, d.list_id, d.walk_id, d.account_id, d.received_at, d.received, d.state,
                 CASE d.state WHEN 'quarantined' THEN d.received_at + interval '${keptDays} days' END,
                 d.decided_at, d.decided_by, d.reason, d.outcomes
          FROM quarantine.deposit d
          WHERE (p_id IS NULL OR d.id = p_id) AND (p_state IS NULL OR d.state = p_state)
            AND (p_before IS NULL OR (d.received_at, d.id) < (p_before, p_before_id))
          ORDER BY d.received_at DESC, d.id DESC LIMIT p_limit;
      END $$;

      -- The row of a deposit that the actor may decide, locked; what stands against it otherwise: 'absent', 'own', or what was
      -- decided. Called inside definer functions alone.
      CREATE FUNCTION quarantine.to_decide(p_id uuid, OUT against text, OUT deposit quarantine.deposit)
      LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM access.require_change('deposit.decide');
        SELECT * INTO deposit FROM quarantine.deposit d WHERE d.id = p_id FOR UPDATE;
        against := CASE WHEN deposit.id IS NULL THEN 'absent'
          WHEN deposit.account_id = ks.actor() THEN 'own'
          WHEN deposit.state <> 'quarantined' THEN deposit.state END;
      END $$;

      -- What is sealed, for who is about to let it in: not while the tool, everything or the area is suspended.
      CREATE FUNCTION quarantine.open(p_id uuid, OUT against text, OUT token_hash bytea, OUT device_id uuid, OUT key_id text, OUT sealed bytea,
                                      OUT constituency_id text, OUT walk_id uuid)
      LANGUAGE plpgsql ${definer} AS $$
      DECLARE
        v_found record;
      BEGIN
        SELECT * INTO v_found FROM quarantine.to_decide(p_id);
        against := v_found.against;
        IF against IS NULL THEN
          PERFORM ks.join_scopes(ARRAY['all:*', 'tool:contact-creator', 'area:' || (v_found.deposit).constituency_id]);
          token_hash := (v_found.deposit).token_hash;
          device_id := (v_found.deposit).device_id;
          key_id := (v_found.deposit).key_id;
          sealed := (v_found.deposit).sealed;
          constituency_id := (v_found.deposit).constituency_id;
          walk_id := (v_found.deposit).walk_id;
        END IF;
      END $$;

      -- Records the items in the name of who handed them in, by the rules of when he did, and lets the content go. As
      -- contact_creator.record_contacts answers; to be called in the transaction that has opened it.
      CREATE FUNCTION quarantine.release(p_id uuid, p_items jsonb) RETURNS TABLE (id uuid, status text, fault text)
      LANGUAGE plpgsql ${definer} SET enable_seqscan = off AS $$
      #variable_conflict use_column
      DECLARE
        v_found record;
        v_constituency text;
        v_taken record;
      BEGIN
        SELECT * INTO v_found FROM quarantine.to_decide(p_id);
        IF v_found.against IS NOT NULL THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not a deposit to be let in';
        END IF;
        v_constituency := (v_found.deposit).constituency_id;
        PERFORM ks.join_scopes(ARRAY['all:*', 'tool:contact-creator', 'area:' || v_constituency]);
        SELECT * INTO v_taken
        FROM contact_creator.take_contacts(v_constituency, p_items, (v_found.deposit).account_id, (v_found.deposit).received_at);
        PERFORM contact_creator.derive(v_constituency, v_taken.electors, v_taken.doors);
        UPDATE contact_creator.contact c SET released_by = ks.actor()
        FROM jsonb_to_recordset(v_taken.results) AS r (id uuid, status text)
        WHERE c.constituency_id = v_constituency AND c.id = r.id AND r.status = 'recorded';
        RETURN QUERY SELECT r.id, r.status, r.fault FROM jsonb_to_recordset(v_taken.results) AS r (id uuid, status text, fault text);
      END $$;

      -- Writes the decision down; without outcomes it is that nothing comes in. NULL, or what stands against it.
      CREATE FUNCTION quarantine.decide(p_id uuid, p_reason text, p_outcomes jsonb) RETURNS text
      LANGUAGE plpgsql ${definer} AS $$
      DECLARE
        v_against text := (quarantine.to_decide(p_id)).against;
      BEGIN
        IF v_against IS NULL THEN
          UPDATE quarantine.deposit d
          SET state = CASE WHEN p_outcomes IS NULL THEN 'discarded' ELSE 'released' END, decided_at = clock_timestamp(),
              decided_by = ks.actor(), reason = p_reason, outcomes = p_outcomes, key_id = NULL, sealed = NULL
          WHERE d.id = p_id;
        END IF;
        RETURN v_against;
      END $$;`;

const called = [
  'quarantine.issue_token(text, uuid, bytea)',
  'quarantine.is_live(bytea)',
  'quarantine.take(bytea, uuid, bytea, integer, integer, text, bytea, uuid)',
  'quarantine.sweep()',
  'quarantine.deposits(uuid, text, timestamptz, uuid, integer)',
  'quarantine.open(uuid)',
  'quarantine.release(uuid, jsonb)',
  'quarantine.decide(uuid, text, jsonb)',
];
const inner = ['quarantine.to_decide(uuid)', 'ks.join_scopes(text[])'];

export const depositFunctions = `${handingIn}
${deciding}
      REVOKE ALL ON FUNCTION ${[...called, ...inner].join(', ')} FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ${called.join(', ')} TO rosette_api;`;

export const dropDepositFunctions = `DROP FUNCTION ${[...called, ...inner].join(', ')};`;
