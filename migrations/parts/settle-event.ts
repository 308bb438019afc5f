/**
 * In charge of who moves up when places at an event are free, as SQL: the first who wait, and who are still members by then. Index:
 * member_pkey. With no condition it is the function that events were made with.
 */
export const isStillMember = `
            AND EXISTS (SELECT FROM organise.member m
                        WHERE m.constituency_id = p_constituency AND m.id = w.member_id AND m.status = 'current')`;

export const settleEvent = (condition: string) => `
      CREATE OR REPLACE FUNCTION organise.settle_event(p_constituency text, p_event uuid) RETURNS integer
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
          WHERE w.constituency_id = p_constituency AND w.event_id = p_event AND w.state = 'waiting'${condition}
          ORDER BY w.number LIMIT CASE WHEN v_capacity IS NOT NULL THEN greatest(v_capacity - v_taken, 0) END);
        GET DIAGNOSTICS v_promoted = ROW_COUNT;
        UPDATE organise.event e
        SET going_count = v_taken + v_promoted,
            waiting_count = (SELECT count(*) FROM organise.sign_up w
                             WHERE w.constituency_id = p_constituency AND w.event_id = p_event AND w.state = 'waiting')
        WHERE e.constituency_id = p_constituency AND e.id = p_event;
        RETURN v_promoted;
      END $$;`;
