/**
 * In charge of the ward of a polling district where nobody has said it: the one that the file names, else the one where
 * most of its doors are by their postcodes, else by the sectors of these. What a person has said stays, also that a
 * district has none. Of two wards that are equal the one with the lower code is taken.
 */
const settings = `SET search_path = pg_catalog, contact_creator, pg_temp`;
const planning = `SET work_mem = '96MB' SET jit = off`;

const isOpen = 'p.constituency_id = $1 AND p.ward_id IS NULL AND p.ward_source IS NULL';

/** Gives each open district its ward of chosen: of the votes, with district_id, ward_id, source and weight, the first. */
const chosen = (votes: string) => `chosen AS MATERIALIZED (
            SELECT DISTINCT ON (district_id) district_id, ward_id, source FROM (${votes}) v
            ORDER BY district_id, weight DESC, ward_id
          )
          UPDATE contact_creator.polling_district p
          SET ward_id = w.ward_id, ward_source = w.source, ward_import_id = $2, version = p.version + 1
          FROM chosen w WHERE p.id = w.district_id AND ${isOpen}`;

/**
 * A district's doors are those of its electors: after a review of districts a street may still stand in the old one. A
 * ward's share of a sector is that of its postcodes. Of geography.postcode, with 1.7 million rows, what the districts have is
 * looked up by a subquery each, which cannot become a join that reads the whole of it. $1 is the constituency, $2 the import.
 * Indexes: postcode_pkey, ward_constituency_pkey; elector_by_district, or the electors and doors of the constituency by hash.
 */
export const wardsByPostcode = `
          WITH area AS MATERIALIZED (
            SELECT district_id, postcode, count(*) AS doors FROM (
              SELECT DISTINCT p.id AS district_id, d.id, d.postcode
              FROM contact_creator.polling_district p
              JOIN contact_creator.elector e ON e.constituency_id = $1 AND e.polling_district_id = p.id AND e.is_current
              JOIN contact_creator.door d ON d.constituency_id = $1 AND d.id = e.door_id
              WHERE ${isOpen} AND d.postcode IS NOT NULL) d
            GROUP BY 1, 2
          ), known AS MATERIALIZED (
            SELECT a.district_id, c.ward_id, sum(a.doors) AS weight
            FROM (SELECT a.*, (SELECT k.ward_id FROM geography.postcode k WHERE k.postcode = a.postcode) AS ward_id FROM area a) a
            JOIN geography.ward_constituency c ON c.constituency_id = $1 AND c.ward_id = a.ward_id
            GROUP BY 1, 2
          ), guessed AS (
            SELECT a.district_id, k.ward_id, sum(a.doors * k.share) AS weight
            FROM (SELECT district_id, left(postcode, -2) AS sector, sum(doors) AS doors FROM area
                  WHERE district_id NOT IN (SELECT district_id FROM known) GROUP BY 1, 2) a
            CROSS JOIN LATERAL (
              SELECT k.ward_id, count(*) / sum(count(*)) OVER () AS share
              FROM geography.postcode k
              JOIN geography.ward_constituency c ON c.constituency_id = $1 AND c.ward_id = k.ward_id
              WHERE k.postcode BETWEEN a.sector || 'AA' AND a.sector || 'ZZ' AND NOT k.is_invented
              GROUP BY k.ward_id) k
            GROUP BY 1, 2
          ), ${chosen(`SELECT *, 'postcodes' AS source FROM known UNION ALL SELECT *, 'sectors' FROM guessed`)}`;

/** A name that two wards of the constituency have says nothing. */
const byName = `
              SELECT p.id AS district_id, w.ward_id, 'register' AS source, sum(f.electors) AS weight
              FROM (SELECT prefix, ward_name, count(*) AS electors FROM contact_creator.%1$I
                    WHERE outcome = 'row' AND ward_name IS NOT NULL GROUP BY 1, 2) f
              JOIN contact_creator.polling_district p ON p.code = f.prefix AND ${isOpen}
              JOIN (SELECT w.id AS written, w.id AS ward_id FROM geography.ward_constituency c JOIN geography.ward w ON w.id = c.ward_id
                    WHERE c.constituency_id = $1
                    UNION ALL
                    SELECT contact_creator.folded_ward_name(w.name), min(w.id)
                    FROM geography.ward_constituency c JOIN geography.ward w ON w.id = c.ward_id
                    WHERE c.constituency_id = $1 AND w.name IS NOT NULL GROUP BY 1 HAVING count(*) = 1) w
                ON w.written IN (f.ward_name, contact_creator.folded_ward_name(f.ward_name))
              GROUP BY 1, 2`;

export const districtWardsSql = `
      -- 'St. Mary''s & Park Ward' and 'ST MARYS AND PARK' are one name.
      CREATE FUNCTION contact_creator.folded_ward_name(p_name text) RETURNS text
      LANGUAGE sql IMMUTABLE ${settings} AS $$
        SELECT regexp_replace(trim(regexp_replace(
          regexp_replace(replace(normalize(lower(p_name), NFKD), '&', ' and '), '[\\u0300-\\u036f''\`\\u2018\\u2019.]', '', 'g'),
          '[^a-z0-9]+', ' ', 'g')), ' ward$', '')
      $$;

      CREATE FUNCTION contact_creator.give_register_wards(p_constituency text, p_import uuid, p_table text) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER ${settings} ${planning} AS $$
      BEGIN
        EXECUTE format($q$WITH ${chosen(byName)}$q$, p_table) USING p_constituency, p_import;
        EXECUTE $q$${wardsByPostcode}$q$ USING p_constituency, p_import;
      END $$;
      REVOKE ALL ON FUNCTION contact_creator.folded_ward_name(text), contact_creator.give_register_wards(text, uuid, text) FROM PUBLIC;`;

export const dropDistrictWards = `
      DROP FUNCTION contact_creator.give_register_wards(text, uuid, text), contact_creator.folded_ward_name(text);`;

/** What the import runs once districts and doors are in. */
export const giveWards = `PERFORM contact_creator.give_register_wards(p_constituency, p_import, p_table);`;

/** What its undo runs: districts that stay are as before it. */
export const takeWardsBack = `
        UPDATE contact_creator.polling_district SET ward_id = NULL, ward_source = NULL, ward_import_id = NULL, version = version + 1
        WHERE constituency_id = p_constituency AND ward_import_id = p_import;`;
