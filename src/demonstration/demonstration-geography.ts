/**
 * In charge of the reference data that the demonstration's registers need and that nobody has loaded: in which ward each of
 * their invented postcodes lies, marked as invented, and the names of these wards. As `npm run load-postcodes` is, it is
 * the operator's act. What is there already stays.
 */
import type { Environment } from '../config/environment.js';
import { asOperator } from './as-operator.js';
import { bundledAreas } from './area-catalogue.js';
import { inventedInWard } from './reference-area.js';

export async function ensureDemonstrationGeography(environment: Environment): Promise<void> {
  const wards = bundledAreas.flatMap((area) => area.wards.map(({ wardId, name }) => ({ wardId, name })));
  const postcodes = bundledAreas.flatMap((area) =>
    area.wards.flatMap((ward) =>
      ward.sectors.flatMap(({ sector, easting, northing }) =>
        inventedInWard(area, ward, sector).map((postcode) => ({
          postcode,
          wardId: ward.wardId,
          constituencyId: area.constituencyId,
          easting,
          northing,
        })),
      ),
    ),
  );
  await asOperator(environment, async (client) => {
    await client.query(addPostcodes, [JSON.stringify(postcodes)]);
    await client.query(nameWards, [JSON.stringify(wards)]);
  });
}

const addPostcodes = `
  INSERT INTO geography.postcode (postcode, ward_id, constituency_id, easting, northing, is_invented)
  SELECT postcode, "wardId", "constituencyId", easting, northing, true
  FROM jsonb_to_recordset($1::jsonb) AS p (postcode text, "wardId" text, "constituencyId" text, easting integer, northing integer)
  ON CONFLICT ON CONSTRAINT postcode_pkey DO NOTHING`;

/** Index: ward_pkey. */
const nameWards = `
  UPDATE geography.ward w SET name = n.name
  FROM jsonb_to_recordset($1::jsonb) AS n ("wardId" text, name text)
  WHERE w.id = n."wardId" AND w.name IS NULL AND n.name IS NOT NULL`;
