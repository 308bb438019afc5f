import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * In charge of golden files: what the whole looks like, kept in test/golden so that a change of it is read in review.
 * `UPDATE_GOLDEN=1 npm test` writes them; on a machine with CI set nothing is ever written.
 */
export const goldenFolder = join(__dirname, '..', 'golden');

const mayWrite = process.env['UPDATE_GOLDEN'] === '1' && (process.env['CI'] ?? '') === '';

export function readGolden(name: string): string {
  const path = join(goldenFolder, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Compares with the golden file; writes it first where that is asked for. */
export function expectGolden(name: string, actual: string): void {
  if (mayWrite && readGolden(name) !== actual) writeFileSync(join(goldenFolder, name), actual);
  expect(actual).toBe(readGolden(name));
}

/** Rows as a table whose columns line up; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const [heading = [], ...rest] = rows;
  return `${[line(heading), widths.map((width) => '-'.repeat(width)).join('  '), ...rest.map(line)].join('\n')}\n`;
}
