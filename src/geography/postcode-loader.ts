/**
 * In charge of loading a Code-Point file into geography.postcode: streamed into a temporary table, then one set-based
 * statement, so that a file is taken whole or not at all. A row that cannot be taken is reported with its line.
 */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

export interface BadRow {
  line: number;
  reason: string;
}

type Row = Record<string, string>;

const columns = ['postcode', 'easting', 'northing', 'lad_code', 'ward_code', 'pcon_gss'];
const postcodeShape = /^([A-Z]{1,2}[0-9][A-Z0-9]?) *([0-9][A-Z]{2})$/;
const gss = /^[ENSW][0-9]{8}$/;

/** @param url names the database as rosette_migrator, who may become the owner */
export async function loadPostcodes(
  url: string,
  file: Readable,
  report: (bad: BadRow) => void,
): Promise<{ loaded: number; refused: number }> {
  const client = new Client({ connectionString: url, options: '-c role=rosette_owner' });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>('SELECT id FROM geography.constituency');
    const known = new Set(rows.map(({ id }) => id));
    await client.query(
      `CREATE TEMPORARY TABLE read_postcode (postcode text COLLATE "C", easting integer, northing integer, lad_code text, ward_id text, constituency_id text)`,
    );
    let refused = 0;
    const copy = client.query(copyFrom('COPY read_postcode FROM STDIN'));
    await pipeline(
      file,
      parse({ columns: true, bom: true, info: true, skip_empty_lines: true, relax_column_count: true }),
      async function* (records: AsyncIterable<{ record: Row; info: { lines: number } }>) {
        for await (const { record, info } of records) {
          const reason = faultOf(record, known);
          if (reason === undefined) yield copyLine(record);
          else {
            refused += 1;
            report({ line: info.lines, reason });
          }
        }
      },
      copy,
    );
    const upsert = await client.query(
      `WITH ward AS (
         INSERT INTO geography.ward (id, lad_code) SELECT DISTINCT ON (ward_id) ward_id, lad_code FROM read_postcode
         ORDER BY ward_id, lad_code ON CONFLICT ON CONSTRAINT ward_pkey DO NOTHING),
       pair AS (
         INSERT INTO geography.ward_constituency (constituency_id, ward_id) SELECT DISTINCT constituency_id, ward_id FROM read_postcode
         ON CONFLICT ON CONSTRAINT ward_constituency_pkey DO NOTHING)
       INSERT INTO geography.postcode (postcode, ward_id, constituency_id, easting, northing)
       SELECT DISTINCT ON (postcode) postcode, ward_id, constituency_id, easting, northing FROM read_postcode ORDER BY postcode
       ON CONFLICT ON CONSTRAINT postcode_pkey DO UPDATE SET ward_id = excluded.ward_id, constituency_id = excluded.constituency_id,
         easting = excluded.easting, northing = excluded.northing, is_invented = false`,
    );
    return { loaded: upsert.rowCount ?? 0, refused };
  } finally {
    await client.end();
  }
}

function faultOf(row: Row, constituencies: ReadonlySet<string>): string | undefined {
  const missing = columns.find((column) => row[column] === undefined);
  if (missing !== undefined) return `has no ${missing}`;
  if (!postcodeShape.test(row['postcode'] ?? '')) return 'postcode: is none';
  if (!/^\d{1,7}$/.test(row['easting'] ?? '') || !/^\d{1,7}$/.test(row['northing'] ?? ''))
    return 'easting, northing: must be whole metres';
  if (!gss.test(row['ward_code'] ?? '') || !gss.test(row['lad_code'] ?? ''))
    return 'ward_code, lad_code: must be GSS codes';
  return constituencies.has(row['pcon_gss'] ?? '') ? undefined : 'pcon_gss: is no constituency';
}

/** Nothing in a row that passed needs escaping. */
function copyLine(row: Row): string {
  const postcode = (row['postcode'] ?? '').replace(postcodeShape, '$1 $2');
  return `${[postcode, row['easting'], row['northing'], row['lad_code'], row['ward_code'], row['pcon_gss']].join('\t')}\n`;
}
