/**
 * What is known of the voting intention of those meant by a walk, as SQL: definer functions like those that show its
 * doors, for who works the walk now and for who reads the lists of the area as well as working walks.
 */
import { mayBeCalledOn, mayVisit } from './walk-functions.js';

/** Doors with whom to call on and what they said. Indexes: walk_door_pkey, door_pkey, walk_elector_pkey, elector_pkey, elector_opinion_pkey. */
const opinionsSql = `
        SELECT wd.position, wd.door_id, x.electors
        FROM contact_creator.walk_door wd
        JOIN contact_creator.door d ON d.constituency_id = p_constituency AND d.id = wd.door_id AND d.do_not_knock_at IS NULL
        CROSS JOIN LATERAL (
          SELECT jsonb_agg(jsonb_build_object(
                   'id', e.id::text,
                   'electorNumber', e.number_prefix || '-' || trim_scale(e.number)
                     || CASE WHEN e.number_suffix = '' THEN '' ELSE '/' || e.number_suffix END,
                   'votingIntention', CASE WHEN o.vi_category IS NOT NULL THEN jsonb_build_object(
                     'code', o.vi_code, 'category', o.vi_category, 'party', o.vi_party, 'at', o.vi_at) END)
                   ORDER BY e.number, e.number_suffix, e.id) AS electors
          FROM contact_creator.walk_elector we
          JOIN contact_creator.elector e ON e.constituency_id = p_constituency AND e.id = we.elector_id
          LEFT JOIN contact_creator.elector_opinion o ON o.constituency_id = p_constituency AND o.elector_id = e.id
          WHERE we.constituency_id = p_constituency AND we.walk_id = p_walk AND we.door_id = wd.door_id
          -- Nobody under 18 is in an answer about opinions, whatever is on record.
          AND (e.attains_on > current_date) IS NOT TRUE
          AND ${mayBeCalledOn('v_claimed_at', 'v_list.fatigue_days')}
        ) x
        WHERE wd.constituency_id = p_constituency AND wd.walk_id = p_walk AND wd.position > p_after AND x.electors IS NOT NULL
        ORDER BY wd.position LIMIT p_limit`;

export const walkOpinionFunctions = `
      -- The list of a walk whose opinions the actor may read; no row where there is none. Called inside definer functions alone.
      CREATE FUNCTION contact_creator.list_of_worked_walk(p_constituency text, p_walk uuid) RETURNS SETOF contact_creator.list
      LANGUAGE plpgsql STABLE AS $$
      DECLARE
        v_actor uuid := ks.actor();
      BEGIN
        IF NOT contact_creator.acts_in('walk.work', p_constituency) THEN
          RETURN;
        END IF;
        RETURN QUERY
        SELECT l.* FROM contact_creator.walk w
        JOIN contact_creator.list l ON l.constituency_id = p_constituency AND l.id = w.list_id AND l.expires_at > now()
        WHERE w.constituency_id = p_constituency AND w.id = p_walk
          AND (${mayVisit('v_actor')} OR EXISTS (
            SELECT FROM access.live_grants(v_actor) g
            JOIN access.role_permission lists ON lists.role = g.role AND lists.action = 'list.read'
            JOIN access.role_permission walks ON walks.role = g.role AND walks.action = 'walk.work'
            WHERE (g.area_kind = 'everywhere' OR g.constituency_id = p_constituency) AND l.purpose = ANY (g.purposes)));
      END $$;

      -- The purpose for which the opinions of a walk are read: its list's. NULL where the actor may not.
      CREATE FUNCTION contact_creator.purpose_of_walk(p_constituency text, p_walk uuid) RETURNS text
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, contact_creator, pg_temp AS $$
        SELECT l.purpose FROM contact_creator.list_of_worked_walk(p_constituency, p_walk) l
      $$;

      -- In walk order, less whom nobody may call on by now.
      CREATE FUNCTION contact_creator.walk_opinions(p_constituency text, p_walk uuid, p_after integer, p_limit integer)
      RETURNS TABLE ("position" integer, door_id bigint, electors jsonb)
      LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, contact_creator, pg_temp AS $$
      #variable_conflict use_column
      DECLARE
        field text[] := ks.sealed();
        v_list contact_creator.list;
        v_claimed_at timestamptz;
      BEGIN
        SELECT * INTO v_list FROM contact_creator.list_of_worked_walk(p_constituency, p_walk);
        IF v_list.id IS NULL THEN
          RAISE EXCEPTION USING ERRCODE = 'KS008', MESSAGE = 'not among the walks of the actor';
        END IF;
        IF field[10] <> v_list.purpose OR NOT ARRAY['identity', 'opinion'] <@ field[11]::text[] THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not sealed for the purpose of the list and for opinions';
        END IF;
        SELECT coalesce(max(w.claimed_at), 'infinity') INTO v_claimed_at FROM contact_creator.walk w
        WHERE w.constituency_id = p_constituency AND w.id = p_walk AND w.claim_expires_at > now();
        RETURN QUERY ${opinionsSql};
      END $$;

      REVOKE ALL ON FUNCTION contact_creator.list_of_worked_walk(text, uuid), contact_creator.purpose_of_walk(text, uuid),
        contact_creator.walk_opinions(text, uuid, integer, integer) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION contact_creator.purpose_of_walk(text, uuid),
        contact_creator.walk_opinions(text, uuid, integer, integer) TO rosette_api;`;

export const dropWalkOpinionFunctions = `
      DROP FUNCTION contact_creator.walk_opinions(text, uuid, integer, integer), contact_creator.purpose_of_walk(text, uuid),
        contact_creator.list_of_worked_walk(text, uuid);`;
