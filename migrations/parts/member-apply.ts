/**
 * In charge of what a file does to the members, set-based: staging and commit. A member is known by his membership
 * number. A value the file does not say (NULL) changes nothing. The statements run against the staging table of one
 * import (%1$s); $1 is the constituency, $2 the import.
 */
const settings = `SET search_path = pg_catalog, organise, pg_temp SET work_mem = '96MB' SET jit = off`;

/** The rows that are taken, each beside the member and the details held under its number, and the branch it names. */
const sides = `
            FROM organise.%1$I s
            LEFT JOIN organise.member m ON m.constituency_id = $1 AND m.membership_number = s.membership_number
            LEFT JOIN organise.member_contact_detail d ON d.constituency_id = $1 AND d.member_id = m.id
            LEFT JOIN (SELECT DISTINCT ON (lower(name)) lower(name) AS key, id FROM organise.branch
                       WHERE constituency_id = $1 AND closed_at IS NULL ORDER BY lower(name), name) b ON b.key = lower(s.branch_name)
            WHERE s.outcome = 'row'`;

/** As after a change by hand: a membership that has ended has a day of it, never a coming one, and one that lasts has none. */
const leftOn = `CASE WHEN coalesce(s.status, m.status) IN ('lapsed', 'resigned', 'expelled', 'died')
                    THEN coalesce(CASE WHEN s.left_on <= current_date THEN s.left_on END, m.left_on, current_date) END`;

const held = `(m.kind, m.status, m.title, m.forename, m.middle_names, m.surname, m.name_folded, m.joined_on, m.left_on, m.branch_id,
               d.email, d.mobile, d.landline, coalesce(d.address_lines, '{}'), d.postcode)`;
/** What a row says of a name: SQL over the row and the member `m`. */
export interface NamesSaid {
  forename: (row: string) => string;
  nameFolded: (row: string) => string;
}
export const asWritten: NamesSaid = {
  forename: (row) => `${row}.forename`,
  nameFolded: (row) => `${row}.name_folded`,
};

/** A forename that the row does not say stays; of whom the row is, keepMemberNames has made sure. */
export const heldIfUnsaid: NamesSaid = {
  forename: (row) => `coalesce(nullif(${row}.forename, ''), m.forename)`,
  nameFolded: (row) =>
    `CASE WHEN ${row}.forename = '' AND m.forename <> '' THEN m.name_folded ELSE ${row}.name_folded END`,
};

const sent = (
  names: NamesSaid,
) => `(coalesce(s.kind, m.kind), coalesce(s.status, m.status), coalesce(s.title, m.title), ${names.forename('s')},
               coalesce(s.middle_names, m.middle_names), s.surname, ${names.nameFolded('s')}, coalesce(s.joined_on, m.joined_on),
               ${leftOn}, coalesce(b.id, m.branch_id), coalesce(s.email, d.email), coalesce(s.mobile, d.mobile),
               coalesce(s.landline, d.landline), coalesce(s.address_lines, d.address_lines, '{}'),
               CASE WHEN s.address_lines IS NULL THEN coalesce(s.postcode, d.postcode) ELSE s.postcode END)`;

/** `first` is run before anything is written down. */
export const recordMemberRows = (create: string, first: string, names: NamesSaid) => `
      -- Writes down what is not taken, or not wholly, and who is absent, as things are now; answers with the counts.
      ${create} organise.record_member_rows(p_constituency text, p_import uuid, p_table text) RETURNS jsonb
      LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      DECLARE
        v_counts jsonb;
        v_warnings integer;
        v_absent integer := 0;
      BEGIN
        ${first}DELETE FROM organise.member_import_row WHERE constituency_id = p_constituency AND import_id = p_import;
        EXECUTE format($q$
          INSERT INTO organise.member_import_row (constituency_id, import_id, line, position, outcome, field, reason, cells)
          SELECT $1, $2, line, 0, 'rejected', field, reason, cells FROM organise.%1$I WHERE outcome = 'rejected'$q$, p_table)
        USING p_constituency, p_import;
        EXECUTE format($q$
          INSERT INTO organise.member_import_row (constituency_id, import_id, line, position, outcome, field, reason)
          SELECT $1, $2, s.line, w.position, 'warning', w.value ->> 'field', w.value ->> 'reason'
          FROM organise.%1$I s, jsonb_array_elements(s.warnings || CASE
                 WHEN s.branch_name IS NULL OR EXISTS (SELECT FROM organise.branch o WHERE o.constituency_id = $1 AND o.closed_at IS NULL
                                                         AND lower(o.name) = lower(s.branch_name)) THEN '[]'
                 ELSE '[{"field": "branch", "reason": "branch-unknown"}]'::jsonb END) WITH ORDINALITY AS w (value, position)
          WHERE s.outcome = 'row'$q$, p_table) USING p_constituency, p_import;
        GET DIAGNOSTICS v_warnings = ROW_COUNT;
        IF (SELECT is_complete AND NOT is_supplement FROM organise.member_import WHERE constituency_id = p_constituency AND id = p_import) THEN
          -- Whoever stands in the file is not absent from it, not even if his row is rejected.
          EXECUTE format($q$
            INSERT INTO organise.member_import_row (constituency_id, import_id, line, position, outcome, reason, member_id)
            SELECT $1, $2, 0, row_number() OVER (ORDER BY m.id), 'absent', 'absent', m.id FROM organise.member m
            WHERE m.constituency_id = $1 AND m.status IN ('current', 'lapsed', 'suspended')
              AND NOT EXISTS (SELECT FROM organise.%1$I s WHERE s.membership_number = m.membership_number)$q$, p_table)
          USING p_constituency, p_import;
          GET DIAGNOSTICS v_absent = ROW_COUNT;
        END IF;
        EXECUTE format($q$
          SELECT jsonb_build_object('accepted', count(*), 'new', count(*) FILTER (WHERE m.id IS NULL),
                   'changed', count(*) FILTER (WHERE m.id IS NOT NULL AND ${held} IS DISTINCT FROM ${sent(names)}),
                   'unchanged', count(*) FILTER (WHERE m.id IS NOT NULL AND ${held} IS NOT DISTINCT FROM ${sent(names)}),
                   'statusChanges', count(*) FILTER (WHERE m.status <> s.status))
          ${sides}$q$, p_table) INTO v_counts USING p_constituency, p_import;
        EXECUTE format($q$
          SELECT $1 || jsonb_build_object('rows', count(*), 'rejected', count(*) FILTER (WHERE outcome = 'rejected'))
          FROM organise.%1$I$q$, p_table) INTO v_counts USING v_counts;
        RETURN v_counts || jsonb_build_object('warnings', v_warnings, 'absent', v_absent);
      END $$;
`;

const stagingSql = `
      -- Ends the reading: repeated numbers are found, refusals recorded, rows counted. NULL: rows are missing.
      CREATE FUNCTION organise.stage_member_import(p_constituency text, p_import uuid, p_rows integer) RETURNS jsonb
      LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      DECLARE
        v_table text := organise.member_staging_of(p_import);
        v_counts jsonb;
      BEGIN
        PERFORM organise.require_member_import(p_constituency);
        PERFORM FROM organise.member_import WHERE constituency_id = p_constituency AND id = p_import AND state = 'reading' FOR UPDATE;
        IF NOT FOUND OR v_table IS NULL THEN
          RETURN NULL;
        END IF;
        EXECUTE format('ANALYZE organise.%I', v_table);
        -- A row repeated word for word counts once; of rows that disagree nobody can say which is right.
        EXECUTE format($q$
          WITH shared AS (SELECT membership_number FROM organise.%1$I WHERE outcome = 'row' GROUP BY 1 HAVING count(*) > 1),
               ranked AS (SELECT line, row_number() OVER (PARTITION BY membership_number ORDER BY line) AS rank,
                                 min(cells::text) OVER w <> max(cells::text) OVER w AS is_torn
                          FROM organise.%1$I JOIN shared USING (membership_number) WHERE outcome = 'row' WINDOW w AS (PARTITION BY membership_number))
          UPDATE organise.%1$I s SET outcome = 'rejected', field = 'membershipNumber',
                 reason = CASE WHEN r.is_torn THEN 'number-shared' ELSE 'duplicate-row' END
          FROM ranked r WHERE r.line = s.line AND (r.is_torn OR r.rank > 1)$q$, v_table);
        v_counts := organise.record_member_rows(p_constituency, p_import, v_table);
        IF (v_counts ->> 'rows')::integer <> p_rows THEN
          RETURN NULL;
        END IF;
        UPDATE organise.member_import SET state = 'staged', counts = v_counts WHERE constituency_id = p_constituency AND id = p_import;
        RETURN v_counts;
      END $$;
`;

export const applyMemberRows = (create: string, names: NamesSaid) => `
      -- The members of the rows, with their details and the history of their standing, each in one statement.
      ${create} organise.apply_member_rows(p_constituency text, p_import uuid, p_table text, p_account uuid) RETURNS jsonb
      LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      DECLARE
        v_changed integer;
        v_new integer;
      BEGIN
        EXECUTE format($q$
          WITH target AS MATERIALIZED (
                 SELECT m.id AS member_id, m.status AS from_status, ${leftOn} AS "left", b.id AS named_branch_id, s.*
                 ${sides} AND m.id IS NOT NULL AND ${held} IS DISTINCT FROM ${sent(names)}),
               changed AS (
                 UPDATE organise.member m SET kind = coalesce(t.kind, m.kind), status = coalesce(t.status, m.status), title = coalesce(t.title, m.title),
                        forename = ${names.forename('t')}, middle_names = coalesce(t.middle_names, m.middle_names), surname = t.surname, name_folded = ${names.nameFolded('t')},
                        joined_on = coalesce(t.joined_on, m.joined_on), left_on = t."left",
                        branch_id = coalesce(t.named_branch_id, m.branch_id), has_email = m.has_email OR t.email IS NOT NULL,
                        has_mobile = m.has_mobile OR t.mobile IS NOT NULL, import_id = $2, version = m.version + 1
                 FROM target t WHERE m.constituency_id = $1 AND m.id = t.member_id
                 RETURNING m.id, t.from_status, m.status AS to_status, m.left_on),
               history AS (
                 INSERT INTO organise.member_status_change (constituency_id, member_id, from_status, to_status, import_id, changed_by)
                 SELECT $1, id, from_status, to_status, $2, $3 FROM changed WHERE from_status <> to_status),
               tenures AS (
                 UPDATE organise.role_holder r SET until_on = greatest(r.from_on, c.left_on), ended_reason = 'the membership ended',
                        version = r.version + 1
                 FROM changed c WHERE r.constituency_id = $1 AND r.member_id = c.id AND r.until_on > greatest(r.from_on, c.left_on)
                   AND c.left_on IS NOT NULL),
               details AS (
                 INSERT INTO organise.member_contact_detail AS d (constituency_id, member_id, email, mobile, landline, address_lines, postcode)
                 SELECT $1, member_id, email, mobile, landline, coalesce(address_lines, '{}'), postcode FROM target t
                 WHERE num_nonnulls(email, mobile, landline, address_lines, postcode) > 0
                 ON CONFLICT (constituency_id, member_id) DO UPDATE SET email = coalesce(excluded.email, d.email),
                   mobile = coalesce(excluded.mobile, d.mobile), landline = coalesce(excluded.landline, d.landline),
                   address_lines = CASE WHEN excluded.address_lines = '{}' THEN d.address_lines ELSE excluded.address_lines END,
                   postcode = CASE WHEN excluded.address_lines = '{}' THEN coalesce(excluded.postcode, d.postcode) ELSE excluded.postcode END)
          SELECT count(*) FROM changed$q$, p_table) INTO v_changed USING p_constituency, p_import, p_account;
        EXECUTE format($q$
          WITH target AS MATERIALIZED (SELECT nextval('protection.subject_id') AS member_id, ${leftOn} AS "left", b.id AS named_branch_id, s.*
                 ${sides} AND m.id IS NULL),
               made AS (
                 INSERT INTO organise.member (constituency_id, id, membership_number, kind, status, title, forename, middle_names, surname, name_folded,
                                              joined_on, left_on, branch_id, has_email, has_mobile, first_import_id, import_id)
                 SELECT $1, member_id, membership_number, coalesce(kind, 'member'), coalesce(status, 'current'), title, forename, middle_names, surname,
                        name_folded, joined_on, "left", named_branch_id, email IS NOT NULL, mobile IS NOT NULL, $2, $2 FROM target
                 RETURNING id, status),
               history AS (
                 INSERT INTO organise.member_status_change (constituency_id, member_id, to_status, import_id, changed_by)
                 SELECT $1, id, status, $2, $3 FROM made),
               details AS (
                 INSERT INTO organise.member_contact_detail (constituency_id, member_id, email, mobile, landline, address_lines, postcode)
                 SELECT $1, member_id, email, mobile, landline, coalesce(address_lines, '{}'), postcode FROM target
                 WHERE num_nonnulls(email, mobile, landline, address_lines, postcode) > 0)
          SELECT count(*) FROM made$q$, p_table) INTO v_new USING p_constituency, p_import, p_account;
        RETURN jsonb_build_object('new', v_new, 'changed', v_changed);
      END $$;
`;

const commitSql = `
      -- Answers with the state it left the import in; 'lost': the rows are gone, and the file is read again.
      CREATE FUNCTION organise.commit_member_import(p_constituency text, p_import uuid) RETURNS text
      LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      DECLARE
        v_import organise.member_import;
        v_table text := organise.member_staging_of(p_import);
        v_rows bigint;
        v_counts jsonb;
        v_applied jsonb;
      BEGIN
        PERFORM organise.require_member_import(p_constituency);
        PERFORM pg_advisory_xact_lock(1835365730, hashtext(p_constituency));
        SELECT * INTO v_import FROM organise.member_import WHERE constituency_id = p_constituency AND id = p_import FOR UPDATE;
        IF v_import.state IS DISTINCT FROM 'committing' THEN
          RETURN coalesce(v_import.state, 'absent');
        END IF;
        -- An unlogged table is empty after a crash of the server.
        IF v_table IS NOT NULL THEN
          EXECUTE format('SELECT count(*) FROM organise.%I', v_table) INTO v_rows;
        END IF;
        IF v_rows IS DISTINCT FROM (v_import.counts ->> 'rows')::bigint THEN
          UPDATE organise.member_import SET state = 'reading' WHERE constituency_id = p_constituency AND id = p_import;
          RETURN 'lost';
        END IF;
        v_counts := organise.record_member_rows(p_constituency, p_import, v_table);
        v_applied := organise.apply_member_rows(p_constituency, p_import, v_table, v_import.requested_by);
        -- Somebody changed a member in between: the whole is undone and tried again.
        IF NOT v_counts @> v_applied
           OR (v_counts ->> 'rows')::integer <> (v_counts ->> 'accepted')::integer + (v_counts ->> 'rejected')::integer
           OR (v_counts ->> 'accepted')::integer
              <> (v_counts ->> 'new')::integer + (v_counts ->> 'changed')::integer + (v_counts ->> 'unchanged')::integer THEN
          RAISE EXCEPTION 'the counts of the import do not reconcile: % %', v_counts, v_applied;
        END IF;
        UPDATE organise.member_import SET state = 'committed', committed_at = clock_timestamp(), counts = v_counts
        WHERE constituency_id = p_constituency AND id = p_import;
        PERFORM organise.drop_member_staging(p_import);
        DELETE FROM organise.member_upload WHERE constituency_id = p_constituency AND import_id = p_import;
        RETURN 'committed';
      END $$;`;

/** All of it, as member imports were made. */
export const memberApplySql = [
  recordMemberRows('CREATE FUNCTION', '', asWritten),
  stagingSql,
  applyMemberRows('CREATE FUNCTION', asWritten),
  commitSql,
].join('');
