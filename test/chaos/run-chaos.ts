import { parseArgs } from 'node:util';
import globalSetup from '../support/global-setup.js';
import globalTeardown from '../support/global-teardown.js';
import { runChaos, type ChaosReport } from './chaos.js';

/**
 * In charge of the command: real replicas under load, a switch that is used again and again, and faults; ends with 1 when
 * anything of a suspended scope was admitted, sent or read after the answer.
 *
 *   npm run test:chaos [-- --flips 200 --replicas 4 --seed 1]
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      flips: { type: 'string', default: '200' },
      replicas: { type: 'string', default: '4' },
      seed: { type: 'string', default: '1' },
    },
  });
  const [flips, replicas, seed] = [values.flips, values.replicas, values.seed].map(Number) as [
    number,
    number,
    number,
  ];
  if (![flips, replicas, seed].every(Number.isSafeInteger) || flips < 1 || replicas < 2 || replicas > 16) {
    process.stderr.write('Flips from 1, replicas from 2 to 16, and a whole number as seed.\n');
    return 1;
  }
  await globalSetup();
  try {
    const report = await runChaos({ flips, replicas, seed, say });
    show(report);
    return report.leaks.length === 0 && report.rowsAfter === 0 && report.writtenAfter === 0 ? 0 : 1;
  } finally {
    await globalTeardown();
  }
}

function show(report: ChaosReport): void {
  const of = (kind: string) => report.leaks.filter((leak) => leak.kind === kind);
  const bytes = of('emitted').reduce((sum, leak) => sum + leak.bytes, 0);
  say(
    `${report.flips} flips; answers: ${report.answers} whole, ${report.refusals} refused, ${report.cut} cut; ${report.mails} messages handed over`,
  );
  say(
    `after the answer: ${of('admitted').length} admitted, ${bytes} bytes sent, ${report.rowsAfter} rows read, ${report.writtenAfter} written`,
  );
  say(columns('fault', 'flips', 'barrier p50', 'p99', 'max', 'answer p50', 'p99', 'max'));
  for (const [fault, barrier] of Object.entries(report.barrierMs)) {
    const figures = [barrier, report.answerMs[fault] ?? []].flatMap((ms) =>
      [0.5, 0.99, 1].map((q) => quantile(ms, q)),
    );
    say(columns(fault, barrier.length, ...figures));
  }
  for (const leak of report.leaks.slice(0, 20)) say(JSON.stringify(leak));
}

function quantile(values: readonly number[], q: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0)} ms`;
}

function columns(first: string, ...rest: (string | number)[]): string {
  return first.padEnd(26) + rest.map((cell) => String(cell).padStart(12)).join('');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main();
