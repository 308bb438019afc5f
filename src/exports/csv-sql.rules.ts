/**
 * In charge of CSV cells written by PostgreSQL, so that a block of rows leaves the database as text: RFC 4180 quoting,
 * and the apostrophe before what a spreadsheet would run as a formula (CWE-1236). `csv-cell.ts` is the twin for cells
 * written here.
 */

/** A text of any content, always quoted; NULL is empty. */
export function textCellSql(expression: string): string {
  return (
    `coalesce('"' || CASE WHEN ${expression} ~ '^[=+@\\t\\r-]' THEN '''' ELSE '' END ` +
    `|| replace(${expression}, '"', '""') || '"', '')`
  );
}

/** A number, date or truth value, which holds nothing to quote; NULL is empty. */
export function plainCellSql(expression: string): string {
  return `coalesce((${expression})::text, '')`;
}

/** A row as one line, ended by CRLF. */
export function lineSql(cells: readonly string[]): string {
  return `${cells.join(` || ',' || `)} || E'\\r\\n'`;
}
