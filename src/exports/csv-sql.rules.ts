import { escapeLiteral } from 'pg';

/**
 * In charge of files written by PostgreSQL, so that rows leave the database as lines of CSV: COPY does the quoting of
 * RFC 4180, `keyed-lines.ts` the apostrophe before what a spreadsheet would run as a formula.
 */

/**
 * The rows of a query as CSV, the named columns always quoted. COPY takes no parameters, so the values are written into
 * the query where it says $1 and so on.
 */
export function copySql(
  query: string,
  quoted: readonly string[],
  values: readonly (string | number)[],
): string {
  const bound = query.replace(/\$(\d+)/g, (_, place) => escapeLiteral(String(values[Number(place) - 1])));
  const force = quoted.length > 0 ? `, FORCE_QUOTE (${quoted.map((name) => `"${name}"`).join(', ')})` : '';
  return `COPY (${bound}) TO STDOUT (FORMAT csv${force})`;
}
