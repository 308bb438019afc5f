/**
 * `npm run bench`: every row of bench/rows but the long ones, or those whose name contains a word (`npm run bench --
 * custody`), in one server and one run. Prints the plan of each reference, a table, and as the last line JSON with
 * every round, which `--json <path>` also writes. Ends with 1 where a target is missed or a bound passed.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { openArena, type Arena } from './arena.js';
import type { Benchmark, Measurement, Outcome, Result } from './benchmark.js';
import { contest, measure } from './contest.js';
import { boundsOf, tableOf } from './table.js';

const suffix = '.bench.js';

interface Row {
  name: string;
  benchmark?: Benchmark;
  measurement?: Measurement;
}

async function main(): Promise<void> {
  const { values: options, positionals: words } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' } },
  });
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const rows = await findRows(words);
  if (rows.length === 0) throw new Error(`No row is called ${words.join(' or ')}.`);

  const outcomes: Outcome[] = [];
  const results: Result[] = [];
  const arena = await openArena(say);
  try {
    for (const row of rows) {
      try {
        const result = await runRow(row, arena, say);
        if ('ratio' in result) outcomes.push(result);
        results.push(result);
        say(`    took ${Math.round(result.seconds)} s`);
      } catch (error) {
        // Said at once: when the server stops, connections that are still open would be heard first.
        say(`    failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        throw error;
      }
    }
  } finally {
    await arena.stop();
  }
  for (const line of ['', ...tableOf(outcomes), '', ...boundsOf(results)]) say(line);
  const machine = { cores: cpus().length, node: process.version, platform: process.platform };
  const report = JSON.stringify({ at: new Date().toISOString(), machine, outcomes: results });
  say(`\n${report}`);
  if (options.json !== undefined) {
    mkdirSync(dirname(options.json), { recursive: true });
    writeFileSync(options.json, `${report}\n`);
  }
  if (results.some(({ isReached }) => !isReached)) process.exitCode = 1;
}

async function runRow(
  { name, benchmark, measurement }: Row,
  arena: Arena,
  say: (line: string) => void,
): Promise<Outcome | Result> {
  if (benchmark) {
    say(`${name}: ${benchmark.what}, against ${benchmark.against}`);
    const outcome = await contest(name, benchmark, arena);
    for (const line of outcome.plan) say(`    ${line}`);
    return outcome;
  }
  if (!measurement) throw new Error(`${name} exports neither a benchmark nor a measurement.`);
  say(`${name}: ${measurement.what}`);
  return measure(name, measurement, arena);
}

async function findRows(words: readonly string[]): Promise<Row[]> {
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'rows');
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)));
  const rows = await Promise.all(
    names.sort().map(async (name): Promise<Row> => {
      const file = pathToFileURL(join(folder, `${name}${suffix}`)).href;
      return { name, ...((await import(file)) as Omit<Row, 'name'>) };
    }),
  );
  return rows.filter(({ measurement }) => words.length > 0 || measurement?.isLong !== true);
}

// Broken off, it takes the servers it started with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
