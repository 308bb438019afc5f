import type { Outcome, Result } from './benchmark.js';

const titles = ['what', 'reference', 'ours', 'ratio', 'target', 'reached'];
const boundTitles = ['what', 'measured', 'at most', 'held'];

/** The outcomes as lines of a Markdown table. */
export function tableOf(outcomes: readonly Outcome[]): string[] {
  const rows = outcomes.map(({ what, unit, reference, ours, ratio, target }) => [
    what,
    `${rate(reference)} ${unit}`,
    `${rate(ours)} ${unit}`,
    ratio.toFixed(2),
    `≥ ${target.toFixed(2)}`,
    ratio >= target ? 'yes' : 'no',
  ]);
  return linesOf(titles, rows);
}

/** What must stay below a bound, of all rows. */
export function boundsOf(results: readonly Result[]): string[] {
  const rows = results.flatMap(({ bounds }) =>
    bounds.map(({ what, unit, measured, most, isHeld }) => [
      what,
      `${rate(measured)} ${unit}`,
      `${rate(most)} ${unit}`,
      isHeld ? 'yes' : 'no',
    ]),
  );
  return linesOf(boundTitles, rows);
}

function linesOf(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const widths = heads.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] as string).length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] as number)).join(' | ')} |`;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

function rate(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: value < 100 ? 1 : 0 });
}
