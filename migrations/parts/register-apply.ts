/**
 * In charge of what a register file does to the electors, set-based: staging, commit, undo and the decision on one row.
 * Whoever is on an earlier register and on this one keeps his id: by external id, else by door and name, never by number.
 * The statements run against the staging table of one import (%1$s); $1 is the constituency, $2 the import.
 */
export const registerSettings = `SET search_path = pg_catalog, contact_creator, pg_temp SET work_mem = '96MB' SET jit = off`;

const lockArea = `PERFORM pg_advisory_xact_lock(1919905908, hashtext(p_constituency));`;

/** What of the import was put right after it had been in use. As the register was made, nothing of it is. */
type Stand = 'as-made' | 'mended';

/** Pairs rows with electors by a key, one to one; what is not one to one is left. */
const match = (stand: Stand, rowKey: string, electorKey: string, condition: string) => `
        EXECUTE format($q$
          WITH l AS (SELECT ${rowKey} AS k, min(line) AS line, count(*) AS n FROM contact_creator.%1$I s
                     WHERE outcome = 'row' AND elector_id IS NULL AND ${condition.replaceAll('x.', 's.')} GROUP BY 1),
               r AS (SELECT ${electorKey} AS k, id, count(*) OVER (PARTITION BY ${electorKey}, is_current) AS n,
                            row_number() OVER (PARTITION BY ${electorKey} ORDER BY is_current DESC, id DESC) AS rank
                     FROM contact_creator.elector e
                     WHERE constituency_id = $1 AND ${condition.replaceAll('x.', 'e.')}
                       AND NOT EXISTS (SELECT FROM contact_creator.%1$I t WHERE t.elector_id = e.id)${stand === 'mended' ? notOnItYet : ''})
          UPDATE contact_creator.%1$I s SET elector_id = r.id
          FROM l JOIN r ON r.k = l.k WHERE s.line = l.line AND l.n = 1 AND r.n = 1 AND r.rank = 1$q$, p_table) USING p_constituency${stand === 'mended' ? ', p_import, p_decided' : ''};`;

/** A row that is decided on later is not whoever stands in the register by another row: he has his entry. */
const isOnIt = `EXISTS (SELECT FROM contact_creator.register_entry n
                                       WHERE n.constituency_id = $1 AND n.import_id = $2 AND n.elector_id = e.id)`;
const notOnItYet = `
                       AND NOT ($3 AND ${isOnIt})`;

/** Who has no door is known by name only among those of his polling district who have none: namesakes are many. */
const nameAtDoor = (district: string) =>
  `ROW(coalesce(door_id, 0), CASE WHEN door_id IS NULL THEN ${district} ELSE '' END, name_folded)`;
const byNameAtDoor = [nameAtDoor('prefix'), nameAtDoor('number_prefix'), "x.name_folded <> ''"] as const;

/** The same man of the row s and the elector e, by his name at his door or, where he has none, in his district. */
const isNamesake = `coalesce(e.door_id, 0) = coalesce(s.door_id, 0) AND e.name_folded = s.name_folded
                  AND (e.door_id IS NOT NULL OR e.number_prefix = s.prefix)`;

/** Rows sent after the register are of it: a number that another has there is no second one's. */
const reviewSharedNumbers = `
            IF (SELECT is_supplement FROM contact_creator.register_import WHERE constituency_id = p_constituency AND id = p_import) THEN
              EXECUTE format($q$
                UPDATE contact_creator.%1$I s SET outcome = 'review', field = 'number', reason = 'number-shared', elector_id = NULL
                WHERE s.outcome = 'row' AND EXISTS (
                  SELECT FROM contact_creator.elector e
                  WHERE e.constituency_id = $1 AND e.is_current AND e.number_prefix = s.prefix AND e.number = s.number
                    AND e.number_suffix = s.suffix AND e.id IS DISTINCT FROM s.elector_id)$q$, p_table) USING p_constituency;
            END IF;`;

/**
 * Without a postcode an address is one of its district. A district that has been renamed or cut keeps its doors where the
 * words stand in one district alone, in a whole register and in what is held. Index: door_by_address.
 */
const doorsByAddress = `EXECUTE format($q$
            UPDATE contact_creator.%1$I s SET door_id = d.id
            FROM (SELECT address_key, place, min(id) AS id, bool_or(uprn IS NOT NULL) AS has_uprn
                  FROM (SELECT o.address_key, o.id, o.uprn, CASE WHEN o.postcode IS NULL THEN (
                          SELECT p.code FROM contact_creator.street t
                          JOIN contact_creator.polling_district p ON p.constituency_id = $1 AND p.id = t.polling_district_id
                          WHERE t.constituency_id = $1 AND t.id = o.street_id) ELSE '' END AS place
                        FROM contact_creator.door o WHERE o.constituency_id = $1) o
                  GROUP BY address_key, place HAVING count(*) = 1) d
            WHERE s.door_id IS NULL AND s.address_key = d.address_key AND (s.uprn IS NULL OR NOT d.has_uprn)
              AND d.place = CASE WHEN s.postcode IS NULL THEN s.prefix ELSE '' END$q$, p_table) USING p_constituency;
          IF NOT p_decided AND NOT (SELECT is_supplement FROM contact_creator.register_import
                                    WHERE constituency_id = p_constituency AND id = p_import) THEN
            EXECUTE format($q$
              UPDATE contact_creator.%1$I s SET door_id = d.id
              FROM (SELECT address_key, min(id) AS id, bool_or(uprn IS NOT NULL) AS has_uprn FROM contact_creator.door
                    WHERE constituency_id = $1 AND postcode IS NULL GROUP BY address_key HAVING count(*) = 1) d
              JOIN (SELECT address_key FROM contact_creator.%1$I WHERE postcode IS NULL AND address_key IS NOT NULL
                    GROUP BY address_key HAVING min(prefix) = max(prefix)) f USING (address_key)
              WHERE s.door_id IS NULL AND s.postcode IS NULL AND s.address_key = d.address_key
                AND (s.uprn IS NULL OR NOT d.has_uprn)$q$, p_table) USING p_constituency;
          END IF;`;

export const keepRegisterReview = (create: string, stand: Stand) => `
      -- Moves what is not taken out of staging into the record of the import.
      ${create} contact_creator.keep_register_review(p_constituency text, p_import uuid, p_table text) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER ${registerSettings} AS $$
      BEGIN
        EXECUTE format($q$
          INSERT INTO contact_creator.register_import_row (constituency_id, import_id, line, outcome, field, reason, cells, repeat_hash, entry)
          SELECT $1, $2, line, outcome, field, reason,
                 CASE outcome WHEN 'not-stored' THEN NULL
                   ELSE ${stand === 'mended' ? 'cells' : "coalesce(cells, ARRAY[prefix, number::text, suffix, surname, forename, coalesce(postcode, '')] || coalesce(address_lines, '{}'))"} END,
                 repeat_hash,
                 CASE outcome WHEN 'review' THEN to_jsonb(s) - '{outcome,field,reason,cells,repeat_hash,warnings,elector_id,is_new,door_id}'::text[] END
          FROM contact_creator.%1$I s WHERE outcome <> 'row' ON CONFLICT DO NOTHING$q$, p_table) USING p_constituency, p_import;
      END $$;
`;

const stagingSql = `
      -- Ends the reading: duplicates and shared numbers are found, refusals recorded, rows counted. NULL: rows are missing.
      CREATE FUNCTION contact_creator.stage_register_import(p_constituency text, p_import uuid, p_rows integer) RETURNS jsonb
      LANGUAGE plpgsql SECURITY DEFINER ${registerSettings} AS $$
      DECLARE
        v_table text := contact_creator.register_staging_of(p_import);
        v_counts jsonb;
      BEGIN
        PERFORM contact_creator.require_register_import(p_constituency);
        PERFORM FROM contact_creator.register_import
        WHERE constituency_id = p_constituency AND id = p_import AND state = 'reading' FOR UPDATE;
        IF NOT FOUND OR v_table IS NULL THEN
          RETURN NULL;
        END IF;
        EXECUTE format('ANALYZE contact_creator.%I', v_table);
        EXECUTE format($q$
          UPDATE contact_creator.%1$I s
          SET outcome = CASE WHEN d.rank > 1 THEN 'rejected' ELSE 'review' END, field = 'number',
              reason = CASE WHEN d.rank > 1 THEN 'duplicate-row' ELSE 'number-shared' END
          FROM (SELECT line, rank, max(kind) OVER (PARTITION BY prefix, number, suffix) > 1 AS is_shared
                FROM (SELECT line, prefix, number, suffix,
                             row_number() OVER (PARTITION BY prefix, number, suffix, name_folded, door_key ORDER BY line) AS rank,
                             dense_rank() OVER (PARTITION BY prefix, number, suffix ORDER BY name_folded, coalesce(door_key, '')) AS kind
                      FROM contact_creator.%1$I WHERE outcome = 'row') k) d
          WHERE d.line = s.line AND s.outcome = 'row' AND (d.rank > 1 OR d.is_shared)$q$, v_table);
        DELETE FROM contact_creator.register_import_row WHERE constituency_id = p_constituency AND import_id = p_import;
        PERFORM contact_creator.keep_register_review(p_constituency, p_import, v_table);
        EXECUTE format($q$
          INSERT INTO contact_creator.register_import_row (constituency_id, import_id, line, outcome, field, reason, position)
          SELECT $1, $2, s.line, 'warning', w.value ->> 'field', w.value ->> 'reason', w.position
          FROM contact_creator.%1$I s, jsonb_array_elements(s.warnings) WITH ORDINALITY AS w (value, position)
          WHERE s.outcome = 'row' AND s.warnings <> '[]' ON CONFLICT DO NOTHING$q$, v_table) USING p_constituency, p_import;
        EXECUTE format($q$
          SELECT jsonb_build_object('rows', count(*), 'accepted', count(*) FILTER (WHERE outcome = 'row'),
                   'notStored', count(*) FILTER (WHERE outcome = 'not-stored'), 'rejected', count(*) FILTER (WHERE outcome = 'rejected'),
                   'review', count(*) FILTER (WHERE outcome = 'review'),
                   'warnings', coalesce(sum(jsonb_array_length(warnings)) FILTER (WHERE outcome = 'row'), 0))
          FROM contact_creator.%1$I$q$, v_table) INTO v_counts;
        IF (v_counts ->> 'rows')::integer <> p_rows THEN
          RETURN NULL;
        END IF;
        UPDATE contact_creator.register_import SET state = 'staged', counts = v_counts
        WHERE constituency_id = p_constituency AND id = p_import;
        RETURN v_counts;
      END $$;
`;

/** `more` is run in the end. */
export const applyRegisterRows = (create: string, more: string, stand: Stand = 'as-made') => `
      -- Districts, streets, doors and electors of the rows. With p_decided an ambiguous match is taken, not put off.
      ${create} contact_creator.apply_register_rows(p_constituency text, p_import uuid, p_table text, p_decided boolean) RETURNS jsonb
      LANGUAGE plpgsql SECURITY DEFINER ${registerSettings} AS $$
      DECLARE
        v_counts jsonb;
        v_held boolean := EXISTS (SELECT FROM contact_creator.elector WHERE constituency_id = p_constituency);
      BEGIN
        EXECUTE format($q$
          INSERT INTO contact_creator.polling_district (constituency_id, id, code, first_import_id)
          SELECT $1, nextval('protection.subject_id'), prefix, $2 FROM (SELECT DISTINCT prefix FROM contact_creator.%1$I WHERE outcome = 'row') d
          ON CONFLICT ON CONSTRAINT polling_district_code_unique DO NOTHING$q$, p_table) USING p_constituency, p_import;
        EXECUTE format($q$
          INSERT INTO contact_creator.street (constituency_id, id, polling_district_id, name, name_folded, first_import_id)
          SELECT $1, nextval('protection.subject_id'), d.id, s.street, s.street_folded, $2
          FROM (SELECT DISTINCT ON (prefix, street_folded) prefix, street, street_folded FROM contact_creator.%1$I
                WHERE outcome = 'row' AND door_key IS NOT NULL ORDER BY prefix, street_folded, line) s
          JOIN contact_creator.polling_district d ON d.constituency_id = $1 AND d.code = s.prefix
          ON CONFLICT ON CONSTRAINT street_name_unique DO NOTHING$q$, p_table) USING p_constituency, p_import;
        IF v_held THEN
          EXECUTE format($q$
            UPDATE contact_creator.%1$I s SET door_id = d.id FROM contact_creator.door d
            WHERE d.constituency_id = $1 AND d.key = s.door_key$q$, p_table) USING p_constituency;
          -- A file with UPRNs after one without, or the other way round: the same address is the same door.
          ${
            stand === 'mended'
              ? doorsByAddress
              : `EXECUTE format($q$
            UPDATE contact_creator.%1$I s SET door_id = d.id
            FROM (SELECT address_key, min(id) AS id, bool_or(uprn IS NOT NULL) AS has_uprn FROM contact_creator.door
                  WHERE constituency_id = $1 GROUP BY address_key HAVING count(*) = 1) d
            WHERE s.door_id IS NULL AND s.address_key = d.address_key AND (s.uprn IS NULL OR NOT d.has_uprn)$q$, p_table) USING p_constituency;`
          }
          EXECUTE format($q$
            UPDATE contact_creator.door d SET uprn = s.uprn, key = s.door_key
            FROM (SELECT door_id, min(uprn) AS uprn, min(door_key) AS door_key FROM contact_creator.%1$I
                  WHERE outcome = 'row' AND uprn IS NOT NULL AND door_id IS NOT NULL GROUP BY door_id HAVING count(DISTINCT uprn) = 1) s
            WHERE d.constituency_id = $1 AND d.id = s.door_id AND d.uprn IS NULL$q$, p_table) USING p_constituency;
        END IF;
        EXECUTE format($q$
          INSERT INTO contact_creator.door (constituency_id, id, street_id, key, uprn, address_lines, postcode, unit, building_name, number,
                                            number_suffix, number_end, unit_key, first_number, address_key, first_import_id)
          SELECT $1, nextval('protection.subject_id'), t.id, s.door_key, s.uprn, s.address_lines, s.postcode, s.unit, s.building_name, s.house_number,
                 s.house_suffix, s.house_end, s.unit_key, s.number, s.address_key, $2
          FROM (SELECT DISTINCT ON (door_key) * FROM contact_creator.%1$I
                WHERE outcome = 'row' AND door_key IS NOT NULL AND door_id IS NULL ORDER BY door_key, number, line) s
          JOIN contact_creator.polling_district d ON d.constituency_id = $1 AND d.code = s.prefix
          JOIN contact_creator.street t ON t.constituency_id = $1 AND t.polling_district_id = d.id AND t.name_folded = s.street_folded$q$, p_table)
        USING p_constituency, p_import;
        EXECUTE format($q$
          UPDATE contact_creator.%1$I s SET door_id = d.id FROM contact_creator.door d
          WHERE d.constituency_id = $1 AND d.key = s.door_key AND s.door_id IS NULL AND s.outcome = 'row'$q$, p_table) USING p_constituency;

        IF v_held THEN
          ${match(stand, 'external_id', 'external_id', 'x.external_id IS NOT NULL')}
          ${match(stand, ...byNameAtDoor)}
          -- Several of one name at one door: nobody can say who is who. The row waits, whoever is held stays as he is.
          IF NOT p_decided THEN
            EXECUTE format($q$
              UPDATE contact_creator.%1$I s SET outcome = 'review', field = 'name', reason = 'match-ambiguous'
              WHERE s.outcome = 'row' AND s.elector_id IS NULL AND s.name_folded <> '' AND EXISTS (
                SELECT FROM contact_creator.elector e
                WHERE e.constituency_id = $1 AND e.is_current AND ${stand === 'mended' ? isNamesake : 'e.door_id = s.door_id AND e.name_folded = s.name_folded'}
                  AND NOT EXISTS (SELECT FROM contact_creator.%1$I t WHERE t.elector_id = e.id))$q$, p_table) USING p_constituency;${stand === 'mended' ? reviewSharedNumbers : ''}
          ELSE
            EXECUTE format($q$
              UPDATE contact_creator.%1$I s SET elector_id = (
                SELECT e.id FROM contact_creator.elector e
                WHERE e.constituency_id = $1 AND e.is_current AND ${stand === 'mended' ? `NOT ${isOnIt} AND ${isNamesake}` : 'e.import_id <> $2 AND e.door_id = s.door_id AND e.name_folded = s.name_folded'}
                ORDER BY e.id LIMIT 1)
              WHERE s.outcome = 'row' AND s.elector_id IS NULL${stand === 'mended' ? " AND s.name_folded <> ''" : ''}$q$, p_table) USING p_constituency, p_import;
          END IF;
        END IF;
        EXECUTE format($q$
          UPDATE contact_creator.%1$I SET is_new = elector_id IS NULL, elector_id = coalesce(elector_id, nextval('protection.subject_id'))
          WHERE outcome = 'row'$q$, p_table);
        EXECUTE format('ANALYZE contact_creator.%I', p_table);

        EXECUTE format($q$
          INSERT INTO contact_creator.elector (constituency_id, id, entry_kind, polling_district_id, door_id, number_prefix, number, number_suffix,
            title, forename, middle_names, surname, name_suffix, name_folded, name_is_uncertain, franchise, is_opted_out, attains_on, external_id,
            first_import_id, import_id)
          SELECT $1, s.elector_id, s.entry_kind, d.id, s.door_id, s.prefix, s.number, s.suffix, s.title, s.forename, s.middle_names, s.surname,
                 s.name_suffix, s.name_folded, s.name_is_uncertain, s.franchise, s.is_opted_out, s.attains_on, s.external_id, $2, $2
          FROM contact_creator.%1$I s JOIN contact_creator.polling_district d ON d.constituency_id = $1 AND d.code = s.prefix
          WHERE s.outcome = 'row' AND s.is_new$q$, p_table) USING p_constituency, p_import;
        EXECUTE format($q$
          INSERT INTO contact_creator.register_entry (constituency_id, elector_id, import_id, line, door_id, polling_district_id, entry_kind,
            number_prefix, number, number_suffix, title, forename, middle_names, surname, name_suffix, name_folded, name_is_uncertain, franchise,
            is_opted_out, attains_on, external_id, previous_import_id, previous_is_current, previous_removed_at, previous_removed_import_id)
          SELECT $1, s.elector_id, $2, s.line, s.door_id, d.id, s.entry_kind, s.prefix, s.number, s.suffix, s.title, s.forename, s.middle_names,
                 s.surname, s.name_suffix, s.name_folded, s.name_is_uncertain, s.franchise, s.is_opted_out, s.attains_on, s.external_id,
                 e.import_id, e.is_current, e.removed_at, e.removed_import_id
          FROM contact_creator.%1$I s JOIN contact_creator.polling_district d ON d.constituency_id = $1 AND d.code = s.prefix
          LEFT JOIN contact_creator.elector e ON e.constituency_id = $1 AND e.id = s.elector_id AND NOT s.is_new
          WHERE s.outcome = 'row'$q$, p_table) USING p_constituency, p_import;
        EXECUTE format($q$
          SELECT jsonb_build_object('new', count(*) FILTER (WHERE s.is_new), 'kept', count(*) FILTER (WHERE NOT s.is_new),
                                    'returned', count(*) FILTER (WHERE NOT s.is_new AND NOT e.is_current))
          FROM contact_creator.%1$I s JOIN contact_creator.elector e ON e.constituency_id = $1 AND e.id = s.elector_id
          WHERE s.outcome = 'row'$q$, p_table) INTO v_counts USING p_constituency;
        IF v_held THEN
          EXECUTE format($q$
            UPDATE contact_creator.elector e SET is_current = true, removed_at = NULL, removed_import_id = NULL, import_id = $2,
              entry_kind = s.entry_kind, polling_district_id = d.id, door_id = s.door_id, number_prefix = s.prefix, number = s.number,
              number_suffix = s.suffix, title = s.title, forename = s.forename, middle_names = s.middle_names, surname = s.surname,
              name_suffix = s.name_suffix, name_folded = s.name_folded, name_is_uncertain = s.name_is_uncertain, franchise = s.franchise,
              is_opted_out = s.is_opted_out, attains_on = s.attains_on, external_id = coalesce(s.external_id, e.external_id)
            FROM contact_creator.%1$I s JOIN contact_creator.polling_district d ON d.constituency_id = $1 AND d.code = s.prefix
            WHERE e.constituency_id = $1 AND e.id = s.elector_id AND s.outcome = 'row' AND NOT s.is_new$q$, p_table) USING p_constituency, p_import;
        END IF;
        ${more}
        RETURN v_counts;
      END $$;
`;

const holdSql = `
      -- Whether a full register is so much smaller than what is held that it may be a part of one, such as a ward's. Then a
      -- person decides: committed, it takes everyone off the register who is not in it.
      CREATE FUNCTION contact_creator.hold_shrinking_register(p_constituency text, p_import uuid) RETURNS boolean
      LANGUAGE plpgsql SECURITY DEFINER ${registerSettings} AS $$
      DECLARE
        v_current integer;
        v_accepted integer;
      BEGIN
        PERFORM contact_creator.require_register_import(p_constituency);
        SELECT count(*) INTO v_current FROM contact_creator.elector WHERE constituency_id = p_constituency AND is_current;
        SELECT (counts ->> 'accepted')::integer INTO v_accepted FROM contact_creator.register_import
        WHERE constituency_id = p_constituency AND id = p_import AND state = 'staged' AND NOT is_supplement;
        IF v_accepted IS NULL OR v_current < 200 OR v_accepted >= v_current * 0.75 THEN
          RETURN false;
        END IF;
        UPDATE contact_creator.register_import SET error_code = 'shrinks-register', error_detail = format(
          'The file holds %s electors and the register %s. Commit it only if the others really are on it no longer.', v_accepted, v_current)
        WHERE constituency_id = p_constituency AND id = p_import;
        RETURN true;
      END $$;
`;

const countAmbiguous = `EXECUTE format($q$SELECT count(*) FROM contact_creator.%I WHERE reason = 'match-ambiguous' AND outcome = 'review'$q$, v_table) INTO v_late;`;

/** How many rows were put off only now. Where nobody moved in for that, nothing is left behind. */
const countLate = `EXECUTE format($q$SELECT $1 - count(*) FROM contact_creator.%I WHERE outcome = 'row'$q$, v_table)
        INTO v_late USING (v_import.counts ->> 'accepted')::integer;
        IF v_late > 0 THEN
          PERFORM contact_creator.drop_empty_places(p_constituency, p_import);
        END IF;`;

/** Who has no door is not found by it. */
const orHasNoDoor = `
            AND NOT EXISTS (SELECT FROM contact_creator.%1$I s WHERE s.outcome = 'review' AND s.door_key IS NULL AND e.door_id IS NULL
                            AND s.name_folded <> '' AND s.prefix = e.number_prefix AND s.name_folded = e.name_folded)`;

export const commitRegisterImport = (create: string, stand: Stand) => `
      -- All or nothing, in the caller's transaction. 'lost': staging is gone, the file is to be read again.
      ${create} contact_creator.commit_register_import(p_constituency text, p_import uuid) RETURNS text
      LANGUAGE plpgsql SECURITY DEFINER ${registerSettings} AS $$
      DECLARE
        v_import contact_creator.register_import;
        v_table text := contact_creator.register_staging_of(p_import);
        v_rows bigint;
        v_start integer;
        v_end integer;
        v_removed integer;
        v_late integer;
        v_applied jsonb;
        v_counts jsonb;
      BEGIN
        PERFORM contact_creator.require_register_import(p_constituency);
        ${lockArea}
        SELECT * INTO v_import FROM contact_creator.register_import WHERE constituency_id = p_constituency AND id = p_import FOR UPDATE;
        IF v_import.state IS DISTINCT FROM 'committing' THEN
          RETURN coalesce(v_import.state, 'absent');
        END IF;
        -- An unlogged table is empty after a crash of the server.
        IF v_table IS NOT NULL THEN
          EXECUTE format('SELECT count(*) FROM contact_creator.%I', v_table) INTO v_rows;
        END IF;
        IF v_rows IS DISTINCT FROM (v_import.counts ->> 'rows')::bigint THEN
          UPDATE contact_creator.register_import SET state = 'reading' WHERE constituency_id = p_constituency AND id = p_import;
          RETURN 'lost';
        END IF;
        SELECT count(*) INTO v_start FROM contact_creator.elector WHERE constituency_id = p_constituency AND is_current;
        v_applied := contact_creator.apply_register_rows(p_constituency, p_import, v_table, false);
        PERFORM contact_creator.keep_register_review(p_constituency, p_import, v_table);
        -- Not on this register any more, unless a row that waits for review may be his.
        EXECUTE format($q$
          UPDATE contact_creator.elector e SET is_current = false, removed_at = now(), removed_import_id = $2
          WHERE NOT $3 AND e.constituency_id = $1 AND e.is_current AND e.import_id <> $2
            AND NOT EXISTS (SELECT FROM contact_creator.%1$I s WHERE s.outcome = 'review' AND s.external_id = e.external_id)
            AND NOT EXISTS (SELECT FROM contact_creator.%1$I s WHERE s.outcome = 'review' AND s.door_id = e.door_id AND s.name_folded = e.name_folded)${stand === 'mended' ? orHasNoDoor : ''}$q$,
          v_table) USING p_constituency, p_import, v_import.is_supplement;
        GET DIAGNOSTICS v_removed = ROW_COUNT;
        SELECT count(*) INTO v_end FROM contact_creator.elector WHERE constituency_id = p_constituency AND is_current;
        ${stand === 'mended' ? countLate : countAmbiguous}
        v_counts := v_import.counts || jsonb_build_object(
          'accepted', (v_import.counts ->> 'accepted')::integer - v_late, 'review', (v_import.counts ->> 'review')::integer + v_late,
          'start', v_start, 'adds', (v_applied ->> 'new')::integer + (v_applied ->> 'returned')::integer,
          'kept', (v_applied ->> 'kept')::integer - (v_applied ->> 'returned')::integer, 'removes', v_removed, 'end', v_end);
        IF v_start + (v_counts ->> 'adds')::integer - v_removed <> v_end
           OR (v_counts ->> 'accepted')::integer <> (v_applied ->> 'new')::integer + (v_applied ->> 'kept')::integer THEN
          RAISE EXCEPTION 'the counts of the import do not reconcile: %', v_counts;
        END IF;
        UPDATE contact_creator.door d SET first_number = n.first
        FROM (SELECT door_id, min(number) AS first FROM contact_creator.elector
              WHERE constituency_id = p_constituency AND is_current AND door_id IS NOT NULL GROUP BY door_id) n
        WHERE d.constituency_id = p_constituency AND d.id = n.door_id AND d.first_number IS DISTINCT FROM n.first;
        UPDATE contact_creator.register_import
        SET state = 'committed', committed_at = clock_timestamp(), counts = v_counts, error_code = NULL, error_detail = NULL
        WHERE constituency_id = p_constituency AND id = p_import;
        PERFORM contact_creator.drop_register_staging(p_import);
        DELETE FROM contact_creator.register_upload WHERE constituency_id = p_constituency AND import_id = p_import;
        RETURN 'committed';
      END $$;
`;

/** Doors, streets and districts that came with a register and where nobody is any more. */
export const dropEmptyPlaces = `
        DELETE FROM contact_creator.door d WHERE d.constituency_id = p_constituency AND d.first_import_id = p_import
          AND NOT EXISTS (SELECT FROM contact_creator.elector e WHERE e.constituency_id = p_constituency AND e.door_id = d.id);
        DELETE FROM contact_creator.street s WHERE s.constituency_id = p_constituency AND s.first_import_id = p_import
          AND NOT EXISTS (SELECT FROM contact_creator.door d WHERE d.constituency_id = p_constituency AND d.street_id = s.id);
        DELETE FROM contact_creator.polling_district p WHERE p.constituency_id = p_constituency AND p.first_import_id = p_import
          AND NOT EXISTS (SELECT FROM contact_creator.street s WHERE s.constituency_id = p_constituency AND s.polling_district_id = p.id)
          AND NOT EXISTS (SELECT FROM contact_creator.elector e WHERE e.constituency_id = p_constituency AND e.polling_district_id = p.id)
          AND NOT EXISTS (SELECT FROM contact_creator.road_group g WHERE g.constituency_id = p_constituency AND g.polling_district_id = p.id);`;

/** Who was first seen in the register goes, everyone else stands as before. `more` is run when what came with it has gone. */
export const takeBackRegister = (more: string) => `
        UPDATE contact_creator.elector SET is_current = true, removed_at = NULL, removed_import_id = NULL
        WHERE constituency_id = p_constituency AND removed_import_id = p_import;
        UPDATE contact_creator.elector e SET is_current = n.previous_is_current, removed_at = n.previous_removed_at,
          removed_import_id = n.previous_removed_import_id, import_id = n.previous_import_id, entry_kind = p.entry_kind,
          polling_district_id = p.polling_district_id, door_id = p.door_id, number_prefix = p.number_prefix, number = p.number,
          number_suffix = p.number_suffix, title = p.title, forename = p.forename, middle_names = p.middle_names, surname = p.surname,
          name_suffix = p.name_suffix, name_folded = p.name_folded, name_is_uncertain = p.name_is_uncertain, franchise = p.franchise,
          is_opted_out = p.is_opted_out, attains_on = p.attains_on, external_id = p.external_id
        FROM contact_creator.register_entry n
        JOIN contact_creator.register_entry p ON p.constituency_id = p_constituency AND p.import_id = n.previous_import_id AND p.elector_id = n.elector_id
        WHERE n.constituency_id = p_constituency AND n.import_id = p_import AND e.constituency_id = p_constituency AND e.id = n.elector_id;
        DELETE FROM contact_creator.register_entry WHERE constituency_id = p_constituency AND import_id = p_import;
        -- Whom somebody has spoken with stays, off the register: what was said, an objection above all, outlives the file.
        DELETE FROM contact_creator.elector e WHERE e.constituency_id = p_constituency AND e.first_import_id = p_import
          AND NOT EXISTS (SELECT FROM contact_creator.contact_subject s WHERE s.constituency_id = p_constituency AND s.elector_id = e.id);
        -- So does who was kept that way before: the entry he stood with went when that register was undone.
        UPDATE contact_creator.elector SET is_current = false, removed_at = now()
        WHERE constituency_id = p_constituency AND import_id = p_import AND is_current;
        ${dropEmptyPlaces}
        UPDATE contact_creator.door d SET first_number = n.first
        FROM (SELECT door_id, min(number) AS first FROM contact_creator.elector
              WHERE constituency_id = p_constituency AND is_current AND door_id IS NOT NULL GROUP BY door_id) n
        WHERE d.constituency_id = p_constituency AND d.id = n.door_id AND d.first_number IS DISTINCT FROM n.first;
        ${more}
        UPDATE contact_creator.register_import_row SET cells = NULL, entry = NULL WHERE constituency_id = p_constituency AND import_id = p_import;`;

export const undoRegisterImport = (create: string, takeBack: string) => `
      -- Takes the newest committed register back.
      ${create} contact_creator.undo_register_import(p_constituency text, p_import uuid) RETURNS text
      LANGUAGE plpgsql SECURITY DEFINER ${registerSettings} AS $$
      DECLARE
        v_newest uuid;
      BEGIN
        PERFORM contact_creator.require_register_import(p_constituency);
        ${lockArea}
        SELECT id INTO v_newest FROM contact_creator.register_import
        WHERE constituency_id = p_constituency AND state IN ('committed', 'undoing') ORDER BY committed_at DESC LIMIT 1;
        IF v_newest IS DISTINCT FROM p_import THEN
          RETURN 'not-newest';
        END IF;
        ${takeBack}
        UPDATE contact_creator.register_import SET state = 'undone', undone_at = clock_timestamp() WHERE constituency_id = p_constituency AND id = p_import;
        RETURN 'undone';
      END $$;
`;

export const decideRegisterRow = (create: string, stand: Stand) => `
      -- 'take' applies a row that waited as the import would have; 'leave' counts it as rejected.
      ${create} contact_creator.decide_register_row(p_constituency text, p_import uuid, p_line integer, p_decision text) RETURNS text
      LANGUAGE plpgsql SECURITY DEFINER ${registerSettings} AS $$
      DECLARE
        v_import contact_creator.register_import;
        v_row contact_creator.register_import_row;
        v_working uuid := gen_random_uuid();
        v_table text;
        v_applied jsonb;
        v_adds integer := 0;
      BEGIN
        PERFORM contact_creator.require_register_import(p_constituency);
        ${lockArea}
        SELECT * INTO v_import FROM contact_creator.register_import WHERE constituency_id = p_constituency AND id = p_import FOR UPDATE;
        SELECT * INTO v_row FROM contact_creator.register_import_row
        WHERE constituency_id = p_constituency AND import_id = p_import AND line = p_line AND outcome = 'review' FOR UPDATE;
        IF v_row.line IS NULL THEN
          RETURN 'absent';
        ELSIF v_row.decision IS NOT NULL THEN
          RETURN CASE v_row.decision WHEN p_decision THEN 'decided' ELSE 'decided-otherwise' END;
        ELSIF v_import.state <> 'committed' OR EXISTS (
          SELECT FROM contact_creator.register_import
          WHERE constituency_id = p_constituency AND state = 'committed' AND committed_at > v_import.committed_at${stand === 'mended' ? ' AND NOT is_supplement' : ''}) THEN
          RETURN 'not-newest';
        END IF;
        IF p_decision = 'take' THEN
          v_table := contact_creator.create_register_staging(v_working);
          EXECUTE format($q$INSERT INTO contact_creator.%1$I SELECT * FROM jsonb_populate_record(NULL::contact_creator.%1$I, $1 || '{"outcome": "row", "warnings": []}')$q$, v_table)
          USING v_row.entry;
          v_applied := contact_creator.apply_register_rows(p_constituency, p_import, v_table, true);
          v_adds := (v_applied ->> 'new')::integer + (v_applied ->> 'returned')::integer;
          PERFORM contact_creator.drop_register_staging(v_working);
        END IF;
        UPDATE contact_creator.register_import_row
        SET decision = p_decision, decided_by = ks.actor(), decided_at = clock_timestamp(), entry = NULL
        WHERE constituency_id = p_constituency AND import_id = p_import AND line = p_line AND outcome = 'review';
        UPDATE contact_creator.register_import SET counts = counts || jsonb_build_object(
          'review', (counts ->> 'review')::integer - 1,
          'accepted', (counts ->> 'accepted')::integer + CASE p_decision WHEN 'take' THEN 1 ELSE 0 END,
          'rejected', (counts ->> 'rejected')::integer + CASE p_decision WHEN 'take' THEN 0 ELSE 1 END,
          'adds', (counts ->> 'adds')::integer + v_adds, 'end', (counts ->> 'end')::integer + v_adds,
          'kept', (counts ->> 'kept')::integer + CASE p_decision WHEN 'take' THEN 1 - v_adds ELSE 0 END)
        WHERE constituency_id = p_constituency AND id = p_import;
        RETURN 'decided';
      END $$;
`;

/** All of it, as the register was made. */
export const registerApplySql = [
  keepRegisterReview('CREATE FUNCTION', 'as-made'),
  stagingSql,
  applyRegisterRows('CREATE FUNCTION', ''),
  holdSql,
  commitRegisterImport('CREATE FUNCTION', 'as-made'),
  undoRegisterImport('CREATE FUNCTION', takeBackRegister('')),
  decideRegisterRow('CREATE FUNCTION', 'as-made'),
].join('');
