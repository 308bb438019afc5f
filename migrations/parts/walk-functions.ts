/**
 * How a walk is worked, as SQL. The policies answer nothing under the action walk.work; these definer functions verify the
 * sealed context, the assignment and its hours, and show one walk. The two queries also go to the test that keeps plans.
 */

/** An elector of a walk who may still be called on; `we` is the walk's row, `fatigue` a limit in days. */
export const mayBeCalledOn = (
  claimedAt: string,
  fatigue: string,
) => `e.is_current AND e.door_id = we.door_id AND e.objected_at IS NULL
          AND NOT e.is_deceased AND NOT e.has_moved AND (e.do_not_return_until IS NULL OR e.do_not_return_until < current_date)
          -- Somebody else has spoken with them since the cut; whoever holds the walk goes on seeing his own contacts.
          AND (e.last_contact_at IS NULL OR e.last_contact_at <= now() - ${fatigue} * interval '1 day'
               OR e.last_contact_at >= ${claimedAt})`;

/** Whether the account may work the walk now. */
export const isWorkedBy = (
  account: string,
) => `(w.assigned_to = ${account} AND w.assigned_from <= now() AND w.assigned_until > now()
               OR w.claimed_by = ${account} AND w.claim_expires_at > now())`;

/** Whether somebody else holds the walk, so that two teams never stand at one door. */
const isHeldByAnother = (account: string) =>
  `coalesce(w.claimed_by <> ${account} AND w.claim_expires_at > now(), false)`;

/** Whether the account may be shown the doors of the walk now. */
export const mayVisit = (account: string) => `(${isWorkedBy(account)} AND NOT ${isHeldByAnother(account)})`;

const workedColumns = (
  account: string,
) => `w.id, w.list_id, l.name, w.name, w.position, w.door_count, w.elector_count, l.purpose,
               l.uses_opinions, l.expires_at, CASE WHEN w.assigned_to = ${account} THEN w.assigned_until END,
               CASE WHEN w.claimed_by = ${account} AND w.claim_expires_at > now() THEN w.claim_expires_at END,
               ${isHeldByAnother(account)}`;
const workedTable = `TABLE (id uuid, list_id uuid, list_name text, name text, "position" integer, doors integer, electors integer,
        purpose text, uses_opinions boolean, expires_at timestamptz, assigned_until timestamptz, claim_expires_at timestamptz,
        is_held_by_another boolean)`;

/** Walks of an account, list by list. Indexes: walk_by_assignee, walk_by_holder, list_pkey. */
export const myWalksSql = (p: {
  constituency: string;
  account: string;
  list: string;
  position: string;
  limit: string;
}) => `
        SELECT ${workedColumns(p.account)}
        FROM contact_creator.walk w
        JOIN contact_creator.list l ON l.constituency_id = ${p.constituency} AND l.id = w.list_id AND l.expires_at > now()
        WHERE w.constituency_id = ${p.constituency} AND ${isWorkedBy(p.account)}
          AND (w.list_id, w.position) > (${p.list}, ${p.position})
        ORDER BY w.list_id, w.position LIMIT ${p.limit}`;

/** Doors of a walk with whom to call on. Indexes: walk_door_pkey, door_pkey, street_pkey, walk_elector_pkey, elector_pkey. */
export const walkDoorsSql = (p: {
  constituency: string;
  walk: string;
  after: string;
  limit: string;
  claimedAt: string;
  fatigue: string;
}) => `
        SELECT wd.position, d.id, s.name, d.address_lines, d.postcode, x.electors
        FROM contact_creator.walk_door wd
        JOIN contact_creator.door d ON d.constituency_id = ${p.constituency} AND d.id = wd.door_id AND d.do_not_knock_at IS NULL
        JOIN contact_creator.street s ON s.constituency_id = ${p.constituency} AND s.id = d.street_id
        CROSS JOIN LATERAL (
          SELECT jsonb_agg(jsonb_build_object(
                   'id', e.id::text, 'title', e.title, 'forename', e.forename, 'middleNames', e.middle_names,
                   'surname', e.surname, 'nameSuffix', e.name_suffix,
                   'electorNumber', e.number_prefix || '-' || trim_scale(e.number)
                     || CASE WHEN e.number_suffix = '' THEN '' ELSE '/' || e.number_suffix END)
                   ORDER BY e.number, e.number_suffix, e.id) AS electors
          FROM contact_creator.walk_elector we
          JOIN contact_creator.elector e ON e.constituency_id = ${p.constituency} AND e.id = we.elector_id
          WHERE we.constituency_id = ${p.constituency} AND we.walk_id = ${p.walk} AND we.door_id = wd.door_id
          AND ${mayBeCalledOn(p.claimedAt, p.fatigue)}
        ) x
        WHERE wd.constituency_id = ${p.constituency} AND wd.walk_id = ${p.walk} AND wd.position > ${p.after}
          AND x.electors IS NOT NULL
        ORDER BY wd.position LIMIT ${p.limit}`;

const definer = `SECURITY DEFINER SET search_path = pg_catalog, contact_creator, pg_temp`;

const reading = `
      -- Whether the context is sealed for this action and area. Called inside definer functions alone.
      CREATE FUNCTION contact_creator.acts_in(p_action text, p_constituency text) RETURNS boolean
      LANGUAGE plpgsql STABLE AS $$
      DECLARE
        field text[] := ks.sealed();
      BEGIN
        RETURN coalesce(field[9] = p_action AND CASE WHEN field[12] = 't' THEN p_constituency <> ALL (field[13]::text[])
                                                    ELSE p_constituency = ANY (field[13]::text[]) END, false);
      END $$;

      -- The walks that the actor may work now, of lists that have not expired.
      CREATE FUNCTION contact_creator.my_walks(p_constituency text, p_after_list uuid, p_after_position integer, p_limit integer)
      RETURNS ${workedTable}
      LANGUAGE plpgsql STABLE ${definer} AS $$
      #variable_conflict use_column
      DECLARE
        v_actor uuid := ks.actor();
      BEGIN
        IF NOT contact_creator.acts_in('walk.work', p_constituency) THEN
          RETURN;
        END IF;
        RETURN QUERY ${myWalksSql({ constituency: 'p_constituency', account: 'v_actor', list: 'p_after_list', position: 'p_after_position', limit: 'p_limit' })};
      END $$;

      CREATE FUNCTION contact_creator.my_walk(p_constituency text, p_walk uuid) RETURNS ${workedTable}
      LANGUAGE plpgsql STABLE ${definer} AS $$
      #variable_conflict use_column
      DECLARE
        v_actor uuid := ks.actor();
      BEGIN
        IF NOT contact_creator.acts_in('walk.work', p_constituency) THEN
          RETURN;
        END IF;
        RETURN QUERY
        SELECT ${workedColumns('v_actor')}
        FROM contact_creator.walk w
        JOIN contact_creator.list l ON l.constituency_id = p_constituency AND l.id = w.list_id AND l.expires_at > now()
        WHERE w.constituency_id = p_constituency AND w.id = p_walk AND ${isWorkedBy('v_actor')};
      END $$;

      -- The doors of a walk with whom to call on, in walk order: to who works it while nobody else holds it, or to who reads
      -- the lists of the area.
      -- The purpose is the list's own; a list made of opinions is shown under the class of opinions too.
      CREATE FUNCTION contact_creator.walk_doors(p_constituency text, p_walk uuid, p_after integer, p_limit integer)
      RETURNS TABLE ("position" integer, door_id bigint, street text, address_lines text[], postcode text, electors jsonb)
      LANGUAGE plpgsql STABLE ${definer} AS $$
      #variable_conflict use_column
      DECLARE
        v_actor uuid := ks.actor();
        field text[] := ks.sealed();
        v_list contact_creator.list;
        v_claimed_at timestamptz;
      BEGIN
        SELECT l.* INTO v_list FROM contact_creator.walk w
        JOIN contact_creator.list l ON l.constituency_id = p_constituency AND l.id = w.list_id AND l.expires_at > now()
        WHERE w.constituency_id = p_constituency AND w.id = p_walk
          AND (contact_creator.acts_in('list.read', p_constituency)
               OR contact_creator.acts_in('walk.work', p_constituency) AND ${mayVisit('v_actor')});
        IF v_list.id IS NULL THEN
          RAISE EXCEPTION USING ERRCODE = 'KS008', MESSAGE = 'not among the walks of the actor';
        END IF;
        IF field[10] <> v_list.purpose OR NOT 'identity' = ANY (field[11]::text[])
           OR v_list.uses_opinions AND NOT 'opinion' = ANY (field[11]::text[]) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not sealed for the purpose and classes of the list';
        END IF;
        SELECT coalesce(max(w.claimed_at), 'infinity') INTO v_claimed_at FROM contact_creator.walk w
        WHERE w.constituency_id = p_constituency AND w.id = p_walk AND w.claim_expires_at > now();
        RETURN QUERY ${walkDoorsSql({ constituency: 'p_constituency', walk: 'p_walk', after: 'p_after', limit: 'p_limit', claimedAt: 'v_claimed_at', fatigue: 'v_list.fatigue_days' })};
      END $$;`;

const changing = `
      -- Keeps whose the walk was until now, before it is another's or nobody's. Index: walk_pkey. Called inside definer
      -- functions that hold the walk's lock.
      CREATE FUNCTION contact_creator.keep_walk_past(p_constituency text, p_walk uuid) RETURNS void
      LANGUAGE sql AS $$
        INSERT INTO contact_creator.walk_past AS p (constituency_id, walk_id, account_id, from_at, until_at)
        SELECT p_constituency, p_walk, h.account_id, h.from_at, max(least(h.until_at, clock_timestamp()))
        FROM contact_creator.walk w
        CROSS JOIN LATERAL (VALUES (w.assigned_to, w.assigned_from, w.assigned_until), (w.claimed_by, w.claimed_at, w.claim_expires_at))
          AS h (account_id, from_at, until_at)
        WHERE w.constituency_id = p_constituency AND w.id = p_walk AND h.from_at < clock_timestamp()
        GROUP BY h.account_id, h.from_at
        ON CONFLICT ON CONSTRAINT walk_past_pkey DO UPDATE SET until_at = greatest(p.until_at, excluded.until_at)
      $$;

      -- The same for who gives the walk to somebody: called before the walk is changed, which is locked by then.
      CREATE FUNCTION contact_creator.leave_walk(p_constituency text, p_walk uuid) RETURNS void
      LANGUAGE plpgsql ${definer} AS $$
      BEGIN
        PERFORM access.require_change('list.assign');
        IF NOT contact_creator.acts_in('list.assign', p_constituency) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS008', MESSAGE = 'not among the areas of the actor';
        END IF;
        PERFORM contact_creator.keep_walk_past(p_constituency, p_walk);
      END $$;

      -- Answers 'claimed', 'absent', 'held' or 'doors-held'. Every walk that shares a door is locked first, in the order of
      -- ids, so that of two teams who claim the same doors at once the second sees the first. It may be claimed by whom it
      -- is assigned to, in the hours assigned, and by who reads the lists of the area.
      CREATE FUNCTION contact_creator.claim_walk(p_constituency text, p_walk uuid) RETURNS text
      LANGUAGE plpgsql ${definer} AS $$
      DECLARE
        v_actor uuid := ks.actor();
        v_now timestamptz;
        v_walk contact_creator.walk;
        v_list contact_creator.list;
        v_is_assigned boolean;
        v_reads_lists boolean;
      BEGIN
        PERFORM access.require_change('walk.work');
        IF NOT contact_creator.acts_in('walk.work', p_constituency) THEN
          RETURN 'absent';
        END IF;
        PERFORM FROM contact_creator.walk w
        WHERE w.constituency_id = p_constituency AND w.id IN (
          SELECT p_walk
          UNION SELECT o.walk_id FROM contact_creator.walk_door m
          JOIN contact_creator.walk_door o ON o.constituency_id = p_constituency AND o.door_id = m.door_id
          WHERE m.constituency_id = p_constituency AND m.walk_id = p_walk)
        ORDER BY w.id FOR NO KEY UPDATE;
        v_now := clock_timestamp();
        SELECT * INTO v_walk FROM contact_creator.walk w WHERE w.constituency_id = p_constituency AND w.id = p_walk;
        SELECT * INTO v_list FROM contact_creator.list l
        WHERE l.constituency_id = p_constituency AND l.id = v_walk.list_id AND l.expires_at > v_now;
        v_is_assigned := coalesce(v_walk.assigned_to = v_actor AND v_walk.assigned_from <= v_now AND v_walk.assigned_until > v_now, false);
        v_reads_lists := EXISTS (
          -- Under one grant: list.read of a role that needs a second factor is none in a session without one.
          SELECT FROM access.live_grants(v_actor) g
          JOIN access.role_permission r ON r.role = g.role AND r.action = 'list.read'
          JOIN access.role_permission k ON k.role = g.role AND k.action = 'walk.work'
          WHERE g.area_kind = 'everywhere' OR g.constituency_id = p_constituency);
        IF v_list.id IS NULL OR NOT (v_is_assigned OR v_reads_lists) THEN
          RETURN 'absent';
        ELSIF v_walk.claimed_by <> v_actor AND v_walk.claim_expires_at > v_now THEN
          RETURN 'held';
        ELSIF EXISTS (
          SELECT FROM contact_creator.walk_door m
          JOIN contact_creator.walk_door o ON o.constituency_id = p_constituency AND o.door_id = m.door_id AND o.walk_id <> p_walk
          JOIN contact_creator.walk w ON w.constituency_id = p_constituency AND w.id = o.walk_id AND w.claim_expires_at > v_now
          JOIN contact_creator.list l ON l.constituency_id = p_constituency AND l.id = w.list_id AND l.expires_at > v_now
          WHERE m.constituency_id = p_constituency AND m.walk_id = p_walk
        ) THEN
          RETURN 'doors-held';
        END IF;
        PERFORM contact_creator.keep_walk_past(p_constituency, p_walk);
        UPDATE contact_creator.walk w
        SET claimed_by = v_actor, version = version + 1,
            -- A renewal is the same claim.
            claimed_at = CASE WHEN w.claimed_by = v_actor AND w.claim_expires_at > v_now THEN w.claimed_at ELSE v_now END,
            claim_expires_at = least(v_now + interval '4 hours', v_list.expires_at, CASE WHEN NOT v_reads_lists THEN w.assigned_until END)
        WHERE w.constituency_id = p_constituency AND w.id = p_walk;
        RETURN 'claimed';
      END $$;

      -- Gives the actor's own claim back; false where there is none.
      CREATE FUNCTION contact_creator.release_walk(p_constituency text, p_walk uuid) RETURNS boolean
      LANGUAGE plpgsql ${definer} AS $$
      BEGIN
        PERFORM access.require_change('walk.work');
        PERFORM FROM contact_creator.walk w
        WHERE w.constituency_id = p_constituency AND w.id = p_walk AND w.claimed_by = ks.actor() AND w.claim_expires_at > now()
          AND contact_creator.acts_in('walk.work', p_constituency)
        FOR NO KEY UPDATE;
        IF NOT FOUND THEN
          RETURN false;
        END IF;
        PERFORM contact_creator.keep_walk_past(p_constituency, p_walk);
        UPDATE contact_creator.walk w
        SET claimed_by = NULL, claimed_at = NULL, claim_expires_at = NULL, version = version + 1
        WHERE w.constituency_id = p_constituency AND w.id = p_walk;
        RETURN true;
      END $$;

      -- Whether somebody could work a walk of the area for this purpose: 'yes', 'not-live' or 'not-for-the-purpose'. The
      -- account is locked, so that a departure sees the assignment or this sees the departure; lock the walk after it.
      CREATE FUNCTION contact_creator.may_be_assigned(p_constituency text, p_account uuid, p_purpose text) RETURNS text
      LANGUAGE plpgsql ${definer} AS $$
      DECLARE
        v_carries_purpose boolean;
      BEGIN
        PERFORM access.require_change('list.assign');
        IF NOT contact_creator.acts_in('list.assign', p_constituency) THEN
          RETURN 'not-live';
        END IF;
        PERFORM FROM identity.account a WHERE a.id = p_account AND a.kind = 'person' AND a.closed_at IS NULL FOR SHARE;
        IF NOT FOUND OR EXISTS (SELECT FROM ks.scope s WHERE s.kind = 'user' AND s.id = p_account::text AND s.suspended) THEN
          RETURN 'not-live';
        END IF;
        SELECT bool_or(p_purpose = ANY (g.purposes)) INTO v_carries_purpose
        FROM access.live_grants(p_account) g JOIN access.role_permission r ON r.role = g.role AND r.action = 'walk.work'
        WHERE g.area_kind = 'everywhere' OR g.constituency_id = p_constituency;
        RETURN CASE WHEN v_carries_purpose IS NULL THEN 'not-live' WHEN v_carries_purpose THEN 'yes' ELSE 'not-for-the-purpose' END;
      END $$;

      -- Takes every walk from the departed, wherever it is; answers how many.
      CREATE FUNCTION contact_creator.release_departed(p_accounts uuid[]) RETURNS integer
      LANGUAGE plpgsql ${definer} AS $$
      DECLARE
        v_released integer;
      BEGIN
        PERFORM access.require_change('user.depart');
        PERFORM FROM contact_creator.walk w WHERE w.assigned_to = ANY (p_accounts) OR w.claimed_by = ANY (p_accounts)
        ORDER BY w.id FOR NO KEY UPDATE;
        UPDATE contact_creator.walk w
        SET assigned_to = CASE WHEN w.assigned_to = ANY (p_accounts) THEN NULL ELSE w.assigned_to END,
            assigned_from = CASE WHEN w.assigned_to = ANY (p_accounts) THEN NULL ELSE w.assigned_from END,
            assigned_until = CASE WHEN w.assigned_to = ANY (p_accounts) THEN NULL ELSE w.assigned_until END,
            claimed_by = CASE WHEN w.claimed_by = ANY (p_accounts) THEN NULL ELSE w.claimed_by END,
            claimed_at = CASE WHEN w.claimed_by = ANY (p_accounts) THEN NULL ELSE w.claimed_at END,
            claim_expires_at = CASE WHEN w.claimed_by = ANY (p_accounts) THEN NULL ELSE w.claim_expires_at END,
            version = version + 1
        WHERE w.assigned_to = ANY (p_accounts) OR w.claimed_by = ANY (p_accounts);
        GET DIAGNOSTICS v_released = ROW_COUNT;
        RETURN v_released;
      END $$;`;

const signatures = [
  'my_walks(text, uuid, integer, integer)',
  'my_walk(text, uuid)',
  'walk_doors(text, uuid, integer, integer)',
  'claim_walk(text, uuid)',
  'release_walk(text, uuid)',
  'leave_walk(text, uuid)',
  'may_be_assigned(text, uuid, text)',
  'release_departed(uuid[])',
].map((signature) => `contact_creator.${signature}`);

export const walkFunctions = `${reading}
${changing}
      REVOKE ALL ON FUNCTION contact_creator.acts_in(text, text), contact_creator.keep_walk_past(text, uuid), ${signatures.join(', ')} FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ${signatures.join(', ')} TO rosette_api;`;

export const dropWalkFunctions = `DROP FUNCTION ${signatures.toReversed().join(', ')}, contact_creator.keep_walk_past(text, uuid),
        contact_creator.acts_in(text, text);`;
