import type { Client } from 'pg';
import { createRegister } from '../test/support/register.js';

const doorsInStreet = 20;
const streets = 1_825;

/** A constituency of 73,000 electors, the size of a real one, in 1,825 streets of twenty doors. */
export async function createElectorate(admin: Client, constituencyId: string): Promise<void> {
  await createRegister(admin, constituencyId, 'KA', streets, doorsInStreet);
}

const idsApart = 10_000_000;

/** The same electorate again under another constituency; `nth` keeps the ids of the copies apart. */
export async function copyElectorate(admin: Client, from: string, to: string, nth: number): Promise<void> {
  const apart = nth * idsApart;
  await admin.query(
    `INSERT INTO contact_creator.polling_district (constituency_id, id, code)
     SELECT $2, id + $3::bigint, code FROM contact_creator.polling_district WHERE constituency_id = $1`,
    [from, to, apart],
  );
  await admin.query(
    `INSERT INTO contact_creator.street (constituency_id, id, polling_district_id, name, name_folded)
     SELECT $2, id + $3::bigint, polling_district_id + $3, name, name_folded
     FROM contact_creator.street WHERE constituency_id = $1`,
    [from, to, apart],
  );
  await admin.query(
    `INSERT INTO contact_creator.door (constituency_id, id, street_id, key, address_lines, postcode, number, first_number)
     SELECT $2, id + $3::bigint, street_id + $3, key, address_lines, postcode, number, first_number
     FROM contact_creator.door WHERE constituency_id = $1`,
    [from, to, apart],
  );
  await admin.query(
    `INSERT INTO contact_creator.elector (constituency_id, id, entry_kind, polling_district_id, door_id, number_prefix, number,
                                          forename, surname, name_folded, first_import_id, import_id)
     SELECT $2, id + $3::bigint, entry_kind, polling_district_id + $3, door_id + $3, number_prefix, number,
            forename, surname, name_folded, first_import_id, import_id
     FROM contact_creator.elector WHERE constituency_id = $1`,
    [from, to, apart],
  );
}

/** As after the first night in production: statistics, visibility map, everything on disk. */
export async function settle(admin: Client): Promise<void> {
  await admin.query('VACUUM ANALYZE');
  await admin.query('CHECKPOINT');
}

/** Places to begin a page at, all over the register, so that both sides read everywhere and not one hot leaf. */
export async function pageStarts(admin: Client, constituencyId: string): Promise<string[]> {
  const { rows } = await admin.query<{ id: string }>(
    `SELECT id FROM contact_creator.elector WHERE constituency_id = $1 AND id % 73 = 0 ORDER BY id`,
    [constituencyId],
  );
  return rows.slice(0, -2).map(({ id }) => id);
}
