import type { Outcome } from './benchmark.js';

const titles = ['what', 'reference', 'ours', 'ratio', 'target', 'reached'];

/** The outcomes as lines of a Markdown table. */
export function tableOf(outcomes: readonly Outcome[]): string[] {
  const rows = outcomes.map(({ what, unit, reference, ours, ratio, target, isReached }) => [
    what,
    `${rate(reference)} ${unit}`,
    `${rate(ours)} ${unit}`,
    ratio.toFixed(2),
    `≥ ${target.toFixed(2)}`,
    isReached ? 'yes' : 'no',
  ]);
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] as string).length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] as number)).join(' | ')} |`;
  return [line(titles), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

function rate(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: value < 100 ? 1 : 0 });
}
