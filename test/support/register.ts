import type { Client } from 'pg';

/** A made-up register of one district, written past the import: what the tests of its readers need. */
export interface TestRegister {
  districtId: string;
  /** In the order of their names. */
  streetIds: string[];
}

const nobody = '00000000-0000-4000-8000-000000000000';

/**
 * `streets` streets of `doors` doors with two electors each; one more elector without an address and one anonymous
 * entry. Names are `Surname<n> Forename<n>`, numbers run from 1, every street has postcodes of its own.
 */
export async function createRegister(
  admin: Client,
  constituencyId: string,
  code: string,
  streets: number,
  doors: number,
): Promise<TestRegister> {
  const next = `nextval('protection.subject_id')`;
  const {
    rows: [district],
  } = await admin.query<{ id: string }>(
    `INSERT INTO contact_creator.polling_district (constituency_id, id, code) VALUES ($1, ${next}, $2) RETURNING id`,
    [constituencyId, code],
  );
  const districtId = district!.id;
  const made = await admin.query<{ id: string; name: string }>(
    `INSERT INTO contact_creator.street (constituency_id, id, polling_district_id, name, name_folded)
     SELECT $1, ${next}, $2, format('Example %s Road', lpad(n::text, 4, '0')), format('example %s road', lpad(n::text, 4, '0'))
     FROM generate_series(1, $3::integer) n RETURNING id, name`,
    [constituencyId, districtId, streets],
  );
  await admin.query(
    `INSERT INTO contact_creator.door (constituency_id, id, street_id, key, address_lines, postcode, number, first_number)
     SELECT $1, ${next}, s.id, format('a:%s %s %s', $4::text, n, s.name_folded), ARRAY[format('%s %s', n, s.name)],
            format('SW15 %s%s%s', s.walk % 10, chr(65 + s.walk / 10 % 26), chr(65 + n / 20 % 26)), n, n
     FROM (SELECT *, row_number() OVER (ORDER BY id)::integer AS walk FROM contact_creator.street
           WHERE constituency_id = $1 AND polling_district_id = $2) s, generate_series(1, $3::integer) n`,
    [constituencyId, districtId, doors, code],
  );
  await admin.query(
    `WITH entry AS (
       SELECT d.id AS door_id, row_number() OVER (ORDER BY d.id, k) AS n FROM contact_creator.door d
       JOIN contact_creator.street s ON s.constituency_id = $1 AND s.id = d.street_id AND s.polling_district_id = $2,
       generate_series(1, 2) k WHERE d.constituency_id = $1)
     INSERT INTO contact_creator.elector (constituency_id, id, entry_kind, polling_district_id, door_id, number_prefix, number,
                                          forename, surname, name_folded, first_import_id, import_id)
     SELECT $1, ${next}, 'ordinary', $2::bigint, door_id, $3, n, 'Forename' || n, 'Surname' || n, 'surname' || n || ' forename' || n, $4::uuid, $4::uuid
     FROM entry
     UNION ALL SELECT $1, ${next}, 'other', $2::bigint, NULL, $3, 900001, 'Ada', 'Overseas', 'overseas ada', $4::uuid, $4::uuid
     UNION ALL SELECT $1, ${next}, 'anonymous', $2::bigint, NULL, $3, 900002, '', '', '', $4::uuid, $4::uuid`,
    [constituencyId, districtId, code, nobody],
  );
  const inOrder = made.rows.sort((one, other) => (one.name < other.name ? -1 : 1));
  return { districtId, streetIds: inOrder.map(({ id }) => id) };
}
