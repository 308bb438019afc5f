import { parseArgs } from 'node:util';
import globalSetup from '../support/global-setup.js';
import globalTeardown from '../support/global-teardown.js';
import { startPgBouncer } from '../support/pgbouncer.js';
import { runChaos, type ChaosReport } from './chaos.js';
import { databaseRestarted, faults } from './faults.js';
import { runRevivals } from './revivals.js';

/**
 * In charge of the command: real replicas under load, half of them behind a PgBouncer, a switch that is used again and
 * again, and faults; then a tool that is suspended and lifted within a millisecond. Ends with 1 when anything of a
 * suspended scope was admitted, sent, read or written after the answer, or went on after a lift. Needs Debian's pgbouncer,
 * and fails without.
 *
 *   npm run test:chaos [-- --flips 200 --replicas 4 --seed 1 --revivals 200]
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      flips: { type: 'string', default: '200' },
      replicas: { type: 'string', default: '4' },
      seed: { type: 'string', default: '1' },
      revivals: { type: 'string' },
    },
  });
  const { revivals = values.flips } = values;
  const numbers = [values.flips, values.replicas, values.seed, revivals].map(Number);
  const [flips, replicas, seed, times] = numbers as [number, number, number, number];
  if (!numbers.every(Number.isSafeInteger) || flips < 1 || replicas < 2 || replicas > 16 || times < 0) {
    process.stderr.write(
      'Flips from 1, replicas from 2 to 16, revivals from 0, and a whole number as seed.\n',
    );
    return 1;
  }
  process.env['TEST_SURVIVES_RESTART'] = 'yes';
  await globalSetup();
  try {
    const pooler = startPgBouncer(globalThis.rosettePostgres?.socketDirectory ?? '');
    try {
      const report = await runChaos({
        flips,
        replicas,
        seed,
        faults: [...faults, databaseRestarted],
        poolerUrl: (database) => pooler.url('rosette_api', database),
        say,
      });
      show(report);
      const revived = await runRevivals(times, say);
      say(`${times} suspended and lifted within a millisecond: ${revived} files went on`);
      const after = report.leaks.length + report.rowsAfter + report.writtenAfter + revived;
      return after === 0 ? 0 : 1;
    } finally {
      await pooler.stop();
    }
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
