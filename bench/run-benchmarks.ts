/**
 * `npm run bench`: every row of bench/rows, or those whose name contains a word (`npm run bench -- custody`), in one
 * server and one run. Prints a table and the plan of each reference; `--json <path>` also writes the outcomes, every
 * round of them. Ends with 1 where a target is missed.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { openArena } from './arena.js';
import type { Benchmark, Outcome } from './benchmark.js';
import { contest } from './contest.js';
import { tableOf } from './table.js';

const suffix = '.bench.js';

async function main(): Promise<void> {
  const { values: options, positionals: words } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' } },
  });
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const benchmarks = await findBenchmarks(words);
  if (benchmarks.length === 0) throw new Error(`No row is called ${words.join(' or ')}.`);

  const outcomes: Outcome[] = [];
  const arena = await openArena(say);
  try {
    for (const { name, benchmark } of benchmarks) {
      say(`${name}: ${benchmark.what}, against ${benchmark.against}`);
      const outcome = await contest(name, benchmark, arena);
      outcomes.push(outcome);
      for (const line of outcome.plan) say(`    ${line}`);
    }
  } finally {
    await arena.stop();
  }
  for (const line of ['', ...tableOf(outcomes)]) say(line);
  if (options.json !== undefined) {
    mkdirSync(dirname(options.json), { recursive: true });
    const machine = { cores: cpus().length, node: process.version, platform: process.platform };
    writeFileSync(
      options.json,
      `${JSON.stringify({ at: new Date().toISOString(), machine, outcomes }, null, 2)}\n`,
    );
  }
  if (outcomes.some(({ isReached }) => !isReached)) process.exitCode = 1;
}

async function findBenchmarks(words: readonly string[]): Promise<{ name: string; benchmark: Benchmark }[]> {
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'rows');
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)));
  return Promise.all(
    names.sort().map(async (name) => {
      const file = pathToFileURL(join(folder, `${name}${suffix}`)).href;
      return { name, benchmark: ((await import(file)) as { benchmark: Benchmark }).benchmark };
    }),
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
