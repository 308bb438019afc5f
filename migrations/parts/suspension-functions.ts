/**
 * Orders to the switch and their ends. An order may begin later and may end by itself; both are flips like any other, made
 * by the system when the database's clock says so. Whoever flips holds the lock of the membership from before he looks
 * until his commit, so that no two decide on one state.
 */
const membershipLock = 'PERFORM pg_advisory_xact_lock(1919905905, 0);';

/** How a suspension ends; an operator, who has no account, is named. */
export const ending = (byOperator: boolean) => `\
      -- A suspension ends: by a person, or because its time is over. No flip where it had not begun.
      CREATE FUNCTION ks.end_suspension(p_id uuid, p_by uuid, p_reason text, p_is_expired boolean${byOperator ? ', p_operator text DEFAULT NULL' : ''}) RETURNS bigint
      LANGUAGE plpgsql AS $$
      DECLARE
        v_epoch bigint;
        v_suspension ks.suspension;
      BEGIN
        SELECT * INTO STRICT v_suspension FROM ks.suspension WHERE id = p_id;
        IF v_suspension.epoch IS NOT NULL THEN
          UPDATE ks.state SET epoch = epoch + 1 RETURNING epoch INTO v_epoch;
        END IF;
        UPDATE ks.suspension
        SET lifted_at = clock_timestamp(), lifted_by = p_by, lift_epoch = v_epoch, lift_reason = coalesce(p_reason, lift_reason),
            is_expired = p_is_expired${byOperator ? ', lifted_by_operator = p_operator' : ''}
        WHERE id = p_id;
        IF v_epoch IS NOT NULL THEN
          -- Suspended while any suspension of the scope is in force: ending one never ends another's.
          UPDATE ks.scope s SET since_epoch = v_epoch, suspended = EXISTS (
            SELECT FROM ks.suspension o
            WHERE o.target_kind = s.kind AND o.target_id = s.id AND o.epoch IS NOT NULL AND o.lifted_at IS NULL)
          WHERE s.kind = v_suspension.target_kind AND s.id = v_suspension.target_id;
          PERFORM ks.write_flip(v_epoch, 'lift', ARRAY[v_suspension.target_kind || ':' || v_suspension.target_id], p_id);
        END IF;
        RETURN v_epoch;
      END $$;`;

/** Called inside definer functions alone: no definer rights, no settings of their own. */
const flips = `
      -- A suspension comes into force.
      CREATE FUNCTION ks.begin_suspension(p_id uuid) RETURNS bigint
      LANGUAGE plpgsql AS $$
      DECLARE
        v_epoch bigint;
        v_suspension ks.suspension;
      BEGIN
        UPDATE ks.state SET epoch = epoch + 1 RETURNING epoch INTO v_epoch;
        UPDATE ks.suspension SET epoch = v_epoch, in_force_at = clock_timestamp() WHERE id = p_id RETURNING * INTO STRICT v_suspension;
        UPDATE ks.scope SET suspended = true, gen = gen + 1, since_epoch = v_epoch
        WHERE kind = v_suspension.target_kind AND id = v_suspension.target_id;
        PERFORM ks.write_flip(v_epoch, 'suspend', ARRAY[v_suspension.target_kind || ':' || v_suspension.target_id], p_id);
        RETURN v_epoch;
      END $$;

${ending(false)}

      -- By when a suspension is over at the earliest. What two people lift does not end before others have had a day to see
      -- that it would, and to order theirs.
      CREATE FUNCTION ks.shortest_suspension(p_kind text) RETURNS interval
      LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE WHEN p_kind IN ('all', 'tool') THEN interval '24 hours' ELSE interval '1 hour' END
      $$;

      -- Whose time has come, by the database's clock. What would be over before it began never begins.
      CREATE FUNCTION ks.due_suspensions() RETURNS TABLE (id uuid, what text)
      LANGUAGE sql VOLATILE AS $$
        SELECT s.id, CASE WHEN s.expires_at <= clock_timestamp() THEN 'suspension.expire' ELSE 'suspension.begin' END
        FROM ks.suspension s
        WHERE s.lifted_at IS NULL AND (s.expires_at <= clock_timestamp() OR s.epoch IS NULL AND s.starts_at <= clock_timestamp())
        ORDER BY least(s.expires_at, s.starts_at), s.id
      $$;

      REVOKE ALL ON FUNCTION ks.begin_suspension(uuid), ks.end_suspension(uuid, uuid, text, boolean), ks.shortest_suspension(text),
        ks.due_suspensions() FROM PUBLIC;`;

const people = `
      -- Who could lift a suspension now: people with a live grant for it, not closed and not suspended, nor their offices.
      CREATE FUNCTION ks.lifters() RETURNS SETOF uuid
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT a.id
        FROM (SELECT DISTINCT g.account_id FROM access.role_grant g JOIN access.role_permission p USING (role)
              WHERE p.action = 'suspension.lift') AS holder
        JOIN identity.account a ON a.id = holder.account_id
        WHERE a.kind = 'person' AND a.closed_at IS NULL
          AND EXISTS (SELECT FROM access.live_grants(a.id) g JOIN access.role_permission p USING (role)
                      WHERE p.action = 'suspension.lift' AND (g.area_kind = 'everywhere' OR NOT p.is_everywhere_only))
          AND NOT EXISTS (
            SELECT FROM ks.scope s
            WHERE s.suspended AND (s.kind = 'user' AND s.id = a.id::text OR s.kind = 'office' AND s.id IN (
              SELECT m.office_id::text FROM access.office_member m
              WHERE m.account_id = a.id AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now()))))
      $$;

      -- The newest order that came into force on a scope. Who lifts says which he has seen.
      CREATE FUNCTION ks.scope_epoch(p_kind text, p_target text) RETURNS bigint
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT max(epoch) FROM ks.suspension WHERE target_kind = p_kind AND target_id = p_target
      $$;`;

const orders = `
      -- One person's act, unconditional: in force at once, or 'scheduled'. Else why it is refused as input: 'absent' where there
      -- is no such scope, or which of its times is too early or too late.
      CREATE FUNCTION ks.suspend(
        p_id uuid, p_kind text, p_target text, p_reason text, p_notice text, p_appeal_note text DEFAULT NULL,
        p_starts_at timestamptz DEFAULT NULL, p_expires_at timestamptz DEFAULT NULL, p_review_at timestamptz DEFAULT NULL,
        OUT outcome text, OUT epoch bigint
      )
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        v_now timestamptz := clock_timestamp();
        v_from timestamptz := coalesce(p_starts_at, v_now);
        v_longest constant interval := '366 days';
      BEGIN
        IF NOT ks.may_change('suspension.order') THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may suspend';
        END IF;
        outcome := CASE
          WHEN NOT EXISTS (SELECT FROM ks.scope s WHERE s.kind = p_kind AND s.id = p_target) THEN 'absent'
          WHEN p_starts_at <= v_now THEN 'starts-too-early'
          WHEN p_starts_at - v_now > v_longest THEN 'starts-too-late'
          WHEN p_expires_at - v_from < ks.shortest_suspension(p_kind) THEN 'expires-too-early'
          WHEN p_expires_at - v_from > v_longest THEN 'expires-too-late'
          WHEN p_review_at <= v_from THEN 'reviewed-too-early'
          WHEN p_review_at - v_from > v_longest THEN 'reviewed-too-late'
        END;
        IF outcome IS NOT NULL THEN
          RETURN;
        END IF;
        INSERT INTO ks.suspension (id, target_kind, target_id, reason, notice, appeal_note, ordered_at, ordered_by, starts_at,
                                   expires_at, review_at, in_force_at)
        VALUES (p_id, p_kind, p_target, p_reason, p_notice, p_appeal_note, v_now, ks.actor(), p_starts_at,
                p_expires_at, coalesce(p_review_at, v_from + interval '72 hours'), NULL);
        outcome := 'scheduled';
        IF p_starts_at IS NULL THEN
          epoch := ks.begin_suspension(p_id);
          outcome := 'in-force';
        END IF;
      END $$;

      -- What stops a tool or everything, and what no person ordered, is lifted by two people, neither its subject, who have
      -- both seen the newest order on the scope: one asks, the other confirms. Who asked must still be able to lift when the
      -- other confirms. All else is lifted by one, and so is what has not begun.
      -- Answers 'absent', 'already-lifted', 'own-suspension', 'needs-epoch', 'stale', 'asked', 'same-person', 'lifted', 'cancelled'.
      CREATE FUNCTION ks.lift(p_id uuid, p_reason text, p_expected_epoch bigint DEFAULT NULL, OUT outcome text, OUT epoch bigint)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        v_suspension ks.suspension;
        v_actor uuid := ks.actor();
        v_scope_epoch bigint;
        v_needs_two boolean;
      BEGIN
        IF NOT ks.may_change('suspension.lift') THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may lift';
        END IF;
        ${membershipLock}
        SELECT * INTO v_suspension FROM ks.suspension WHERE id = p_id;
        v_scope_epoch := ks.scope_epoch(v_suspension.target_kind, v_suspension.target_id);
        v_needs_two := v_suspension.epoch IS NOT NULL
                       AND (v_suspension.target_kind IN ('all', 'tool') OR v_suspension.ordered_by IS NULL);
        IF v_suspension.id IS NULL THEN
          outcome := 'absent';
        ELSIF v_suspension.lifted_at IS NOT NULL THEN
          outcome := 'already-lifted';
        ELSIF v_suspension.target_kind IN ('user', 'client') AND v_suspension.target_id = v_actor::text
           OR v_suspension.target_kind = 'office' AND EXISTS (
                SELECT FROM access.office_member m
                WHERE m.office_id::text = v_suspension.target_id AND m.account_id = v_actor AND (m.until_at IS NULL OR m.until_at > now())) THEN
          outcome := 'own-suspension';
        ELSIF v_needs_two AND p_expected_epoch IS NULL THEN
          outcome := 'needs-epoch';
        ELSIF v_needs_two AND p_expected_epoch <> v_scope_epoch THEN
          outcome := 'stale';
        ELSIF v_needs_two AND (v_suspension.lift_asked_epoch IS DISTINCT FROM v_scope_epoch
                               OR v_suspension.lift_asked_by NOT IN (SELECT ks.lifters())) THEN
          UPDATE ks.suspension
          SET lift_asked_by = v_actor, lift_asked_at = clock_timestamp(), lift_asked_epoch = v_scope_epoch, lift_reason = p_reason
          WHERE id = p_id;
          outcome := 'asked';
        ELSIF v_needs_two AND v_suspension.lift_asked_by = v_actor THEN
          outcome := 'same-person';
        ELSE
          epoch := ks.end_suspension(p_id, v_actor, coalesce(v_suspension.lift_reason, p_reason), false);
          outcome := CASE WHEN v_suspension.epoch IS NULL THEN 'cancelled' ELSE 'lifted' END;
        END IF;
      END $$;

      -- Does one thing whose time has come, as the system: any replica may ask, at any time. No row where nothing is due.
      CREATE FUNCTION ks.perform_due() RETURNS TABLE (suspension_id uuid, what text, flip_epoch bigint)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      BEGIN
        -- Mostly nothing is, and nobody is held up.
        IF NOT EXISTS (SELECT FROM ks.due_suspensions()) THEN
          RETURN;
        END IF;
        ${membershipLock}
        SELECT d.id, d.what INTO suspension_id, what FROM ks.due_suspensions() d LIMIT 1;
        IF suspension_id IS NULL THEN
          RETURN;
        END IF;
        flip_epoch := CASE what WHEN 'suspension.begin' THEN ks.begin_suspension(suspension_id)
                      ELSE ks.end_suspension(suspension_id, NULL, NULL, true) END;
        INSERT INTO ledger.action (action, outcome, target_kind, target_id, detail)
        VALUES (what, 'done', 'suspension', suspension_id::text, jsonb_build_object('epoch', flip_epoch));
        RETURN NEXT;
      END $$;`;

const granted =
  'ks.suspend(uuid, text, text, text, text, text, timestamptz, timestamptz, timestamptz), ks.lift(uuid, text, bigint), ks.perform_due(), ks.lifters(), ks.scope_epoch(text, text)';

export const suspensionFunctions = `
      DROP FUNCTION ks.suspend(uuid, text, text, text, text), ks.lift(uuid, text);
      ${flips}
      ${people}
      ${orders}
      REVOKE ALL ON FUNCTION ${granted} FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ${granted} TO rosette_api;`;

export const dropSuspensionFunctions = `
      DROP FUNCTION ${granted};
      DROP FUNCTION ks.due_suspensions(), ks.end_suspension(uuid, uuid, text, boolean), ks.begin_suspension(uuid), ks.shortest_suspension(text);`;
