import { escapeLiteral } from 'pg';

/**
 * In charge of files written by PostgreSQL, so that rows leave the database as lines of CSV: COPY does the quoting of
 * RFC 4180, the cells the apostrophe before what a spreadsheet would run as a formula (CWE-1236). `csv-cell.ts` is the
 * twin for cells written here.
 */

/** What a spreadsheet takes for the start of a formula: tab, return, plus, minus, equals, at. A pattern costs five times as much. */
const formulaStarts = '9, 13, 43, 45, 61, 64';

/** A text of any content, to be quoted; NULL stays NULL, which is an empty cell. */
export function textCellSql(expression: string): string {
  return `CASE WHEN ascii(${expression}) IN (${formulaStarts}) THEN '''' || ${expression} ELSE ${expression} END`;
}

/** A number, date or truth value, which holds nothing to quote; NULL is empty. */
export function plainCellSql(expression: string): string {
  return `(${expression})::text`;
}

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
