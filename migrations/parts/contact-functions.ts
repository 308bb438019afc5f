/**
 * How contacts come in, as SQL. The policies answer nothing under the action contact.record; these definer functions verify
 * the sealed context, and of whom the actor may record: an organiser of anybody in his areas, a canvasser of whom he met on
 * a walk that was his at the time. What was recorded is never changed but to end.
 */
/**
 * Every row is reached by an index, also by the checks of foreign keys. A session that made its plans while the tables were
 * empty would otherwise read them whole for each contact until the next ANALYZE, and devices would wait for each other.
 */
const definer = `SECURITY DEFINER SET search_path = pg_catalog, contact_creator, pg_temp SET enable_seqscan = off`;

/** A list takes contacts for so long after it has expired: phones come home late. */
const lateDays = 14;
/** Beyond this a device's clock is not believed. A sheet that is found a season later is still true. */
const oldestDays = 366;

/** Whether somebody may record without a walk, and correct what others recorded. */
const recordsFreely = `EXISTS (
          SELECT FROM access.live_grants(ks.actor()) g
          JOIN access.role_permission r ON r.role = g.role AND r.action = 'contact.record'
          JOIN access.role_permission l ON l.role = g.role AND l.action = 'list.read'
          WHERE g.area_kind = 'everywhere' OR g.constituency_id = p_constituency)`;

/** The walk was the actor's when it was said, whosever it is by now, and its list has not long expired. */
const wasWorked = `(w.assigned_to = v_actor AND i.effective_at >= w.assigned_from AND i.effective_at <= w.assigned_until
                OR w.claimed_by = v_actor AND i.effective_at >= w.claimed_at AND i.effective_at <= w.claim_expires_at
                OR EXISTS (SELECT FROM contact_creator.walk_past t WHERE t.constituency_id = p_constituency AND t.walk_id = w.id
                           AND t.account_id = v_actor AND i.effective_at >= t.from_at AND i.effective_at <= t.until_at))
              AND EXISTS (SELECT FROM contact_creator.list l WHERE l.constituency_id = p_constituency AND l.id = w.list_id
                          AND l.expires_at > p_now - interval '${lateDays} days')`;

const codeOn = (code: string, alias: string) =>
  `LEFT JOIN contact_creator.voting_intention_code ${alias} ON ${alias}.code = ${code} AND ${alias}.valid_from <= i.day
          AND (${alias}.valid_until IS NULL OR ${alias}.valid_until > i.day)`;

const contactColumns =
  'id, elector_id, door_id, found_name, walk_id, method, outcome, do_not_return_until, device_at, effective_at';
const answerColumns =
  'vi_code, vi_category, vi_party, second_preference, likelihood, answers, flags, flags_cleared';

const judging = `
      -- The items as they will be kept, each with the fault for which it is refused, if any. Indexes: walk_pkey, walk_past_pkey, list_pkey,
      -- walk_elector_pkey, walk_door_by_door, elector_pkey, elector_by_door, door_pkey, voting_intention_code_by_code; OFFSET 0
      -- keeps each to one look-up per item, whatever the statistics say.
      CREATE FUNCTION contact_creator.judged_contacts(p_constituency text, p_items jsonb, p_now timestamptz)
      RETURNS TABLE (id uuid, elector_id bigint, door_id bigint, found_name text, walk_id uuid, method text, outcome text,
                     do_not_return_until date, device_at timestamptz, effective_at timestamptz, payload_hash bytea,
                     vi_code text, vi_category text, vi_party text, second_preference text, likelihood smallint, answers jsonb,
                     flags text[], flags_cleared text[], has_opinion boolean, subject_ids bigint[], fault text)
      LANGUAGE plpgsql STABLE AS $$
      #variable_conflict use_column
      DECLARE
        v_actor uuid := ks.actor();
        v_is_free boolean := ${recordsFreely};
        v_takes_opinions boolean := protection.opinions_allowed();
      BEGIN
        RETURN QUERY
        WITH item AS (
          SELECT r.*, m.effective_at, (m.effective_at AT TIME ZONE 'Europe/London')::date AS day
          FROM jsonb_to_recordset(p_items) AS r (
            id uuid, "electorId" bigint, "doorId" bigint, "foundName" text, "walkId" uuid, method text, outcome text,
            "doNotReturnUntil" date, "deviceAt" timestamptz, hash text, "votingIntentionCode" text, "secondPreference" text,
            likelihood smallint, answers jsonb, flags text[], "flagsCleared" text[], "hasOpinion" boolean)
          CROSS JOIN LATERAL (SELECT date_trunc('milliseconds', least(r."deviceAt", p_now)) AS effective_at) m)
        SELECT i.id, i."electorId", coalesce(i."doorId", e.door_id), i."foundName", i."walkId", i.method, i.outcome, i."doNotReturnUntil",
               i."deviceAt", i.effective_at, decode(i.hash, 'hex'), v.code, v.category, v.party, p.code, i.likelihood, i.answers, i.flags,
               i."flagsCleared", i."hasOpinion",
               CASE WHEN i."electorId" IS NOT NULL THEN ARRAY[i."electorId"]
                 WHEN i."foundName" IS NOT NULL THEN '{}'
                 WHEN i."walkId" IS NOT NULL THEN ARRAY(
                   SELECT o.elector_id FROM contact_creator.walk_elector o
                   JOIN contact_creator.elector x ON x.constituency_id = p_constituency AND x.id = o.elector_id
                   WHERE o.constituency_id = p_constituency AND o.walk_id = i."walkId" AND o.door_id = i."doorId")
                 ELSE ARRAY(
                   SELECT x.id FROM contact_creator.elector x
                   WHERE x.constituency_id = p_constituency AND x.door_id = i."doorId" AND x.is_current AND x.entry_kind <> 'anonymous')
               END,
               CASE WHEN i.effective_at < p_now - interval '${oldestDays} days' THEN 'time'
                 WHEN w.id IS NULL AND (i."walkId" IS NOT NULL OR NOT v_is_free) THEN 'walk'
                 WHEN e.id IS NULL AND i."electorId" IS NOT NULL THEN 'elector'
                 WHEN d.id IS NULL AND i."doorId" IS NOT NULL THEN 'door'
                 WHEN i."hasOpinion" AND NOT v_takes_opinions THEN 'opinions'
                 WHEN i."hasOpinion" AND e.attains_on > i.day THEN 'minor'
                 WHEN v.id IS NULL AND i."votingIntentionCode" IS NOT NULL THEN 'code'
                 WHEN p.id IS NULL AND i."secondPreference" IS NOT NULL THEN 'second-preference'
               END
        FROM item i
        LEFT JOIN LATERAL (
          SELECT w.id FROM contact_creator.walk w
          WHERE w.constituency_id = p_constituency AND w.id = i."walkId" AND (v_is_free OR ${wasWorked}) OFFSET 0) w ON true
        LEFT JOIN LATERAL (
          SELECT e.id, e.door_id, e.attains_on FROM contact_creator.elector e
          WHERE e.constituency_id = p_constituency AND e.id = i."electorId" AND e.entry_kind <> 'anonymous'
            AND (v_is_free OR EXISTS (SELECT FROM contact_creator.walk_elector o
                                      WHERE o.constituency_id = p_constituency AND o.walk_id = w.id AND o.elector_id = e.id)) OFFSET 0) e ON true
        LEFT JOIN LATERAL (
          SELECT d.id FROM contact_creator.door d
          WHERE d.constituency_id = p_constituency AND d.id = i."doorId"
            AND (v_is_free OR EXISTS (SELECT FROM contact_creator.walk_door o
                                      WHERE o.constituency_id = p_constituency AND o.door_id = d.id AND o.walk_id = w.id)) OFFSET 0) d ON true
        ${codeOn('i."votingIntentionCode"', 'v')}
        ${codeOn('i."secondPreference"', 'p')};
      END $$;`;

const taking = `
      -- Keeps what is new and without fault. The ids are claimed in their order, so that two who hand in the same wait for
      -- each other and never in a circle; whoever came second sees what the first kept.
      CREATE FUNCTION contact_creator.take_contacts(p_constituency text, p_items jsonb, OUT results jsonb, OUT electors bigint[], OUT doors bigint[])
      LANGUAGE plpgsql AS $$
      DECLARE
        v_now timestamptz := clock_timestamp();
        -- Once: it verifies the seal, and in the statement below it would for every row.
        v_actor uuid := ks.actor();
        v_judged jsonb;
      BEGIN
        WITH judged AS MATERIALIZED (SELECT * FROM contact_creator.judged_contacts(p_constituency, p_items, v_now)),
        made AS (
          INSERT INTO contact_creator.contact (constituency_id, ${contactColumns}, recorded_at, recorded_by, payload_hash)
          SELECT p_constituency, ${contactColumns}, v_now, v_actor, payload_hash FROM judged j WHERE j.fault IS NULL ORDER BY j.id
          ON CONFLICT ON CONSTRAINT contact_pkey DO NOTHING RETURNING id, door_id, outcome),
        subject AS (
          INSERT INTO contact_creator.contact_subject (constituency_id, elector_id, contact_id)
          SELECT p_constituency, s.id, m.id FROM made m JOIN judged j ON j.id = m.id CROSS JOIN LATERAL unnest(j.subject_ids) s (id)
          RETURNING elector_id),
        answer AS (
          INSERT INTO contact_creator.contact_answer (constituency_id, contact_id, ${answerColumns})
          SELECT p_constituency, m.id, ${answerColumns} FROM made m JOIN judged j ON j.id = m.id WHERE j.has_opinion)
        SELECT (SELECT jsonb_agg(jsonb_build_object('id', j.id, 'fault', j.fault, 'hash', encode(j.payload_hash, 'hex'), 'isMade', m.id IS NOT NULL))
                FROM judged j LEFT JOIN made m ON m.id = j.id),
               ARRAY(SELECT DISTINCT elector_id FROM subject),
               ARRAY(SELECT DISTINCT m.door_id FROM made m WHERE m.outcome = 'do-not-knock' AND m.door_id IS NOT NULL)
        INTO v_judged, electors, doors;
        -- A statement of its own: its snapshot is younger than whatever the claim of an id waited for. What is there already
        -- comes before any fault: a device may hand in once more what is no longer its walk.
        SELECT coalesce(jsonb_agg(jsonb_build_object('id', j.id, 'fault', CASE WHEN c.id IS NULL THEN j.fault END, 'status',
                 CASE WHEN j."isMade" THEN 'recorded'
                   WHEN c.id IS NULL THEN 'rejected'
                   WHEN c.payload_hash = decode(j.hash, 'hex') THEN 'repeated' ELSE 'conflict' END)), '[]')
        INTO results
        FROM jsonb_to_recordset(v_judged) AS j (id uuid, fault text, hash text, "isMade" boolean)
        LEFT JOIN LATERAL (SELECT k.id, k.payload_hash FROM contact_creator.contact k
                           WHERE k.constituency_id = p_constituency AND k.id = j.id OFFSET 0) c ON true;
      END $$;

      CREATE FUNCTION contact_creator.require_contact_record(p_constituency text) RETURNS void
      LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM access.require_change('contact.record');
        IF NOT contact_creator.acts_in('contact.record', p_constituency) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS008', MESSAGE = 'not among the areas of the actor';
        END IF;
      END $$;

      -- Of each item, by its id: 'recorded', 'repeated', 'conflict' or 'rejected' with the fault.
      CREATE FUNCTION contact_creator.record_contacts(p_constituency text, p_items jsonb) RETURNS TABLE (id uuid, status text, fault text)
      LANGUAGE plpgsql ${definer} AS $$
      #variable_conflict use_column
      DECLARE
        v_taken record;
      BEGIN
        PERFORM contact_creator.require_contact_record(p_constituency);
        SELECT * INTO v_taken FROM contact_creator.take_contacts(p_constituency, p_items);
        PERFORM contact_creator.derive(p_constituency, v_taken.electors, v_taken.doors);
        RETURN QUERY SELECT r.id, r.status, r.fault FROM jsonb_to_recordset(v_taken.results) AS r (id uuid, status text, fault text);
      END $$;`;

const ending = `
      -- The contact to be ended, locked; of somebody else's only who records freely hears.
      CREATE FUNCTION contact_creator.contact_to_end(p_constituency text, p_contact uuid) RETURNS contact_creator.contact
      LANGUAGE plpgsql AS $$
      DECLARE
        v_contact contact_creator.contact;
      BEGIN
        PERFORM contact_creator.require_contact_record(p_constituency);
        SELECT * INTO v_contact FROM contact_creator.contact c
        WHERE c.constituency_id = p_constituency AND c.id = p_contact AND (c.recorded_by = ks.actor() OR ${recordsFreely})
        FOR NO KEY UPDATE;
        RETURN v_contact;
      END $$;

      CREATE FUNCTION contact_creator.end_contact(p_contact contact_creator.contact, p_reason text, p_replacement uuid, p_electors bigint[], p_doors bigint[])
      RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE contact_creator.contact c
        SET ended_at = clock_timestamp(), ended_by = ks.actor(), end_reason = p_reason, replaced_by = p_replacement
        WHERE c.constituency_id = p_contact.constituency_id AND c.id = p_contact.id;
        PERFORM contact_creator.derive(
          p_contact.constituency_id,
          p_electors || ARRAY(SELECT s.elector_id FROM contact_creator.contact_subject s
                              WHERE s.constituency_id = p_contact.constituency_id AND s.contact_id = p_contact.id),
          CASE WHEN p_contact.outcome = 'do-not-knock' AND p_contact.door_id IS NOT NULL THEN p_doors || p_contact.door_id ELSE p_doors END);
      END $$;

      -- Puts another contact in its place; both stay. Answers as record_contacts does, or 'absent' or 'ended'.
      CREATE FUNCTION contact_creator.correct_contact(p_constituency text, p_contact uuid, p_item jsonb, p_reason text, OUT status text, OUT fault text)
      LANGUAGE plpgsql ${definer} AS $$
      DECLARE
        v_old contact_creator.contact := contact_creator.contact_to_end(p_constituency, p_contact);
        v_taken record;
      BEGIN
        IF v_old.id IS NULL THEN
          status := 'absent';
          RETURN;
        ELSIF v_old.ended_at IS NOT NULL AND v_old.replaced_by IS DISTINCT FROM (p_item ->> 'id')::uuid THEN
          status := 'ended';
          RETURN;
        END IF;
        SELECT * INTO v_taken FROM contact_creator.take_contacts(p_constituency, jsonb_build_array(p_item));
        status := v_taken.results -> 0 ->> 'status';
        fault := v_taken.results -> 0 ->> 'fault';
        IF status = 'recorded' THEN
          PERFORM contact_creator.end_contact(v_old, p_reason, (p_item ->> 'id')::uuid, v_taken.electors, v_taken.doors);
        ELSIF status = 'repeated' AND v_old.replaced_by IS NULL THEN
          -- The id stands for a contact of its own.
          status := 'conflict';
        END IF;
      END $$;

      -- Answers 'retracted', 'repeated', 'absent' or 'replaced'.
      CREATE FUNCTION contact_creator.retract_contact(p_constituency text, p_contact uuid, p_reason text) RETURNS text
      LANGUAGE plpgsql ${definer} AS $$
      DECLARE
        v_old contact_creator.contact := contact_creator.contact_to_end(p_constituency, p_contact);
      BEGIN
        IF v_old.id IS NULL THEN
          RETURN 'absent';
        ELSIF v_old.ended_at IS NOT NULL THEN
          RETURN CASE WHEN v_old.replaced_by IS NULL THEN 'repeated' ELSE 'replaced' END;
        END IF;
        PERFORM contact_creator.end_contact(v_old, p_reason, NULL, '{}', '{}');
        RETURN 'retracted';
      END $$;`;

const called = [
  'record_contacts(text, jsonb)',
  'correct_contact(text, uuid, jsonb, text)',
  'retract_contact(text, uuid, text)',
].map((signature) => `contact_creator.${signature}`);
const inner = [
  'end_contact(contact_creator.contact, text, uuid, bigint[], bigint[])',
  'contact_to_end(text, uuid)',
  'require_contact_record(text)',
  'take_contacts(text, jsonb)',
  'judged_contacts(text, jsonb, timestamptz)',
].map((signature) => `contact_creator.${signature}`);

export const contactFunctions = `${judging}
${taking}
${ending}
      REVOKE ALL ON FUNCTION ${[...called, ...inner].join(', ')} FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ${called.join(', ')} TO rosette_api;`;

export const dropContactFunctions = `DROP FUNCTION ${[...called, ...inner].join(', ')};`;
