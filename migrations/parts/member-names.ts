/**
 * In charge of the names of members that a row does not say in full. Somebody is known by number and name: what would
 * blank a name that is held is rejected, by the time of the staging and again of the commit. A list without forenames
 * leaves those that are held, of whoever has the same surname. The statement runs on the staging table of one import.
 */
export const memberNamesSql = `
      CREATE FUNCTION organise.reject_blank_names(p_constituency text, p_table text) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, organise, pg_temp AS $$
      BEGIN
        EXECUTE format($q$
          UPDATE organise.%1$I s SET outcome = 'rejected', reason = 'name-missing',
                 field = CASE WHEN s.surname = '' AND m.surname <> '' THEN 'surname' ELSE 'forename' END
          FROM organise.member m
          WHERE m.constituency_id = $1 AND m.membership_number = s.membership_number AND s.outcome = 'row'
            AND (s.surname = '' AND m.surname <> '' OR s.forename = '' AND m.forename <> '' AND s.surname <> m.surname)$q$, p_table)
        USING p_constituency;
      END $$;
      REVOKE ALL ON FUNCTION organise.reject_blank_names(text, text) FROM PUBLIC;`;

export const dropMemberNames = `DROP FUNCTION organise.reject_blank_names(text, text);`;

/** What is run before the rows are written down. */
export const rejectBlankNames = `PERFORM organise.reject_blank_names(p_constituency, p_table);
        `;
