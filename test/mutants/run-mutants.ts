import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { mutants, type Mutant } from './mutants.js';

/**
 * In charge of the question whether the tests would notice: each mutant is applied to a copy of the tree, and the tests
 * it names are run there. It is killed when a test that passes without it fails and the others still run; one that
 * breaks everything proves nothing. Survivors, mutants whose text is gone and mutants that break the copy fail the run.
 *
 *   npm run test:mutants [-- <part of a name> …]
 */
const root = resolve('.');
const copied = [
  'src',
  'migrations',
  'test',
  'docs',
  'dist',
  'README.md',
  'docker-compose.yml',
  '.bundle.js',
  '.compile.js',
  'package.json',
  'tsconfig.json',
  'redocly.yaml',
  'package-lock.json',
];
/** One more than there are cores: tests wait half the time. */
const atOnce = Math.min(4, availableParallelism() + 1);
const limitMs = 5 * 60_000;
/** Without any mutation the whole suite runs, shared out among the copies. */
const wholeLimitMs = 30 * 60_000;

interface Outcome {
  passed: Set<string>;
  failed: Set<string>;
  /** Why the tests did not run at all, if they did not. */
  broken?: string;
}

type Verdict =
  | { kind: 'killed'; by: string; more: number }
  | { kind: 'survived' }
  | { kind: 'broken'; why: string }
  | { kind: 'not found' };

async function main(): Promise<number> {
  const wanted = process.argv.slice(2);
  const chosen = mutants.filter(
    ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
  );
  const places = Array.from({ length: Math.min(atOnce, chosen.length) }, copyTree);
  try {
    const started = Date.now();
    const patterns = [...new Set(chosen.flatMap(({ tests }) => tests))];
    const missing = patterns.filter((pattern) => !existsSync(join(root, pattern)));
    const before = await unmutated(places, patterns);
    for (const test of before.failed) say(`RED BEFORE ANY MUTATION  ${test}`);
    for (const pattern of missing) say(`NO SUCH TESTS            ${pattern}`);
    if (before.broken !== undefined) say(`THE TESTS DO NOT RUN     ${before.broken}`);

    const counts = { killed: 0, survived: 0, broken: 0, 'not found': 0 };
    const queue = [...chosen];
    const work = async (place: string) => {
      for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
        const verdict = await judge(place, mutant, before);
        counts[verdict.kind] += 1;
        say(sentence(mutant, verdict));
      }
    };
    await Promise.all(places.map(work));
    const seconds = Math.round((Date.now() - started) / 1000);
    say(
      `${counts.killed} killed, ${counts.survived} survived, ${counts.broken} broken, ${counts['not found']} not found (${seconds} s)`,
    );
    const isClean =
      counts.killed === chosen.length &&
      chosen.length > 0 &&
      before.failed.size === 0 &&
      missing.length === 0;
    return isClean ? 0 : 1;
  } finally {
    for (const place of places) rmSync(place, { recursive: true, force: true });
  }
}

async function unmutated(places: readonly string[], patterns: readonly string[]): Promise<Outcome> {
  const shares = places.map((_, n) => patterns.filter((__, i) => i % places.length === n));
  const outcomes = await Promise.all(
    places.map((place, n) => runTests(place, shares[n] ?? [], wholeLimitMs)),
  );
  const broken = outcomes.find((outcome) => outcome.broken !== undefined)?.broken;
  return {
    passed: new Set(outcomes.flatMap(({ passed }) => [...passed])),
    failed: new Set(outcomes.flatMap(({ failed }) => [...failed])),
    ...(broken === undefined ? {} : { broken }),
  };
}

async function judge(place: string, mutant: Mutant, before: Outcome): Promise<Verdict> {
  const path = join(place, mutant.file);
  const original = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (original.split(mutant.find).length !== 2) return { kind: 'not found' };
  try {
    write(
      place,
      mutant.file,
      original.replace(mutant.find, () => mutant.replace),
    );
    const after = await runTests(place, mutant.tests);
    if (after.broken !== undefined) return { kind: 'broken', why: after.broken };
    const killers = [...after.failed].filter((test) => before.passed.has(test));
    if (killers.length === 0) return { kind: 'survived' };
    if (after.passed.size === 0) return { kind: 'broken', why: 'every test failed' };
    return { kind: 'killed', by: killers[0] as string, more: killers.length - 1 };
  } finally {
    write(place, mutant.file, original);
  }
}

const compilerOptions: ts.CompilerOptions = {
  ...ts.parseJsonConfigFileContent(
    ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)).config,
    ts.sys,
    root,
  ).options,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  incremental: false,
  sourceMap: false,
};

/** Into the source, which jest transforms, and into the build, from which migrations and replicas run. */
function write(place: string, file: string, text: string): void {
  writeFileSync(join(place, file), text);
  if (!file.endsWith('.ts')) return;
  const { outputText } = ts.transpileModule(text, { compilerOptions, fileName: file });
  writeFileSync(join(place, 'dist', file.replace(/\.ts$/, '.js')), outputText);
}

function sentence({ name }: Mutant, verdict: Verdict): string {
  switch (verdict.kind) {
    case 'killed':
      return `killed     ${name}\n           by: ${verdict.by}${verdict.more > 0 ? ` (and ${verdict.more} more)` : ''}`;
    case 'survived':
      return `SURVIVED   ${name}`;
    case 'broken':
      return `BROKEN     ${name}: ${verdict.why}`;
    case 'not found':
      return `NOT FOUND  ${name}: its text is not in the file exactly once`;
  }
}

function copyTree(): string {
  const place = mkdtempSync(join(tmpdir(), 'rosette-mutants-'));
  for (const entry of copied) cpSync(join(root, entry), join(place, entry), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'), 'junction');
  return place;
}

async function runTests(
  place: string,
  patterns: readonly string[],
  limit: number = limitMs,
): Promise<Outcome> {
  // Jest without a pattern would run everything.
  if (patterns.length === 0) return { passed: new Set(), failed: new Set() };
  const report = join(place, 'report.json');
  rmSync(report, { force: true });
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const tests = patterns.map((pattern) => pattern.replaceAll('.', '\\.'));
  const args = [
    jest,
    '--config',
    'test/jest.config.js',
    '--maxWorkers=1',
    '--json',
    `--outputFile=${report}`,
    ...tests,
  ];
  // CI is set so that no golden file is written, whatever the caller's environment says.
  const child = spawn(process.execPath, args, {
    cwd: place,
    env: { ...process.env, CI: 'true' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors = `${errors}${chunk.toString()}`.slice(-4_000)));
  const timer = setTimeout(() => child.kill('SIGTERM'), limit);
  await new Promise((done) => child.on('close', done));
  clearTimeout(timer);
  const outcome: Outcome = { passed: new Set(), failed: new Set() };
  if (!existsSync(report)) {
    return { ...outcome, broken: lastWords(errors) };
  }
  const result = JSON.parse(readFileSync(report, 'utf8')) as Report;
  for (const { name, assertionResults, message } of result.testResults) {
    if (assertionResults.length === 0)
      outcome.broken = `${name.slice(place.length + 1)} did not run: ${lastWords(message)}`;
    for (const { status, fullName } of assertionResults) {
      if (status === 'passed') outcome.passed.add(fullName);
      if (status === 'failed') outcome.failed.add(fullName);
    }
  }
  return outcome;
}

interface Report {
  testResults: { name: string; message: string; assertionResults: { status: string; fullName: string }[] }[];
}

function lastWords(text: string): string {
  const lines = text.split('\n').filter((line) => /error|●/i.test(line));
  return (lines[0] ?? text).trim().slice(0, 300);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  },
);
