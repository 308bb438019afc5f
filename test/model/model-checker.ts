import { spawn, spawnSync, type StdioOptions } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Invariant, Variant } from './variants.js';

/**
 * In charge of one search: spin writes the checker, gcc compiles it, and it runs with bounded memory. What the result
 * means for a variant is decided here; what is asked is in variants.ts.
 */
export interface Finding {
  isRight: boolean;
  result: string;
  states: number;
  depth: number;
  /** Of processor time, so that other work on the machine does not matter. */
  seconds: number;
  /** The way to the error, the shortest of a hunt, one step a line; empty if there is none. */
  steps: readonly string[];
}

const models = resolve('test', 'model');
/** All steps are on shared state, so that partial-order reduction finds nothing to reduce. */
const always = ['-w', '-DSAFETY', '-DNOREDUCE', '-DMEMLIM=2048'];
/** A hunt goes breadth first: it ends at the shortest counterexample, and compiling it costs more than running it. */
const hunting = { compile: ['-O0', '-DBFS'], run: ['-w20'] };
const exhausting = { compile: ['-O2'], run: ['-w24', '-m100000'] };

/** What stands in an assertion that fails, since each invariant asks a ghost variable of its own. */
const ghosts: Record<Invariant, RegExp> = {
  I1: /\b(stopped|promised)\b/,
  I2: /\bdead_gen\b/,
  I9: /\bknown\b/,
};

export function missingPackages(): string[] {
  const isMissing = (program: string, flag: string) =>
    spawnSync(program, [flag], { stdio: 'ignore' }).error !== undefined;
  return [isMissing('spin', '-V') ? 'spin' : '', isMissing('gcc', '--version') ? 'gcc' : ''].filter(Boolean);
}

export function flagsOf(variant: Variant): string[] {
  switch (variant.kind) {
    case 'base':
      return [];
    case 'thorough':
      return [`-D${variant.name}`];
    case 'mutant':
      return [`-DMUTANT_${variant.name}`, '-DPROMISE_ONLY'];
    case 'state':
      return [`-DREACH_${variant.name}`, '-DPROMISE_ONLY'];
  }
}

export async function search(variant: Variant, deadline: AbortSignal): Promise<Finding> {
  const place = mkdtempSync(join(tmpdir(), 'rosette-model-'));
  const file = `${variant.model}.pml`;
  let seconds = 0;
  const run = async (program: string, args: readonly string[]) => {
    const ended = await runTimed(place, deadline, program, args);
    seconds += ended.seconds;
    return ended.output;
  };
  try {
    copyFileSync(join(models, file), join(place, file));
    const isHunt = variant.kind === 'mutant' || variant.kind === 'state';
    const { compile, run: limits } = isHunt ? hunting : exhausting;
    await run('spin', [...flagsOf(variant), '-a', file]);
    await run('gcc', [...always, ...compile, '-o', 'pan', 'pan.c']);
    const report = await run('./pan', limits);
    const violated = /assertion violated (.*) \(at depth/.exec(report)?.[1];
    const trail = ['-k', `${file}.trail`, '-t', '-p', file];
    const steps = violated
      ? stepsOf(await run('spin', [...flagsOf(variant), ...trail]), join(place, file))
      : [];
    return {
      ...judge(variant, report, violated),
      states: numberIn(report, /([\d.e+]+) states, stored/),
      depth: numberIn(report, /depth reached (\d+)/),
      seconds,
      steps,
    };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Only an assertion counts: a deadlock, an error of the checker or a search cut short is no proof of anything. */
function judge(
  variant: Variant,
  report: string,
  violated: string | undefined,
): Pick<Finding, 'isRight' | 'result'> {
  const wrong = (result: string) => ({ isRight: false, result });
  const right = (result: string) => ({ isRight: true, result });
  const isWhole = !/not completed|too small|out of memory|memory limit|aborting/i.test(report);
  const hasNoError = /errors: 0\b/.test(report);
  const broken = (Object.keys(ghosts) as Invariant[]).find((name) => ghosts[name].test(violated ?? ''));
  switch (variant.kind) {
    case 'base':
    case 'thorough':
      if (hasNoError && isWhole) return right('no error, exhaustive');
      return wrong(violated ? `ERROR: ${violated}` : `NOT EXHAUSTIVE: ${lastLine(report)}`);
    case 'mutant':
      if (broken === variant.breaks) return right(`caught: breaks ${broken}`);
      return wrong(violated ? `CAUGHT BY ANOTHER: ${violated}` : `NOT CAUGHT: ${lastLine(report)}`);
    case 'state':
      if (violated && !broken) return right('reached');
      return wrong(violated ? `ERROR: ${violated}` : `NOT REACHED: ${lastLine(report)}`);
  }
}

/** Of each step its first statement, which stands on the line that says in the model what the step is. */
function stepsOf(replay: string, file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const first = new Map<string, string>();
  for (const [, step = '', actor = '', line = ''] of replay.matchAll(
    /^ *(\d+):\tproc +\d+ \((\S+):\d+\) \S+:(\d+) /gm,
  )) {
    const text = (lines[Number(line) - 1] ?? '').trim();
    if (actor !== ':init:' && !first.has(step)) first.set(step, `${actor.padEnd(12)} ${text}`);
  }
  return [...first.values()];
}

/** The shell says how much processor time its child took, as user and system time in its last line. */
const timed = '"$@"; code=$?; times >&2; exit $code';

function runTimed(
  place: string,
  deadline: AbortSignal,
  program: string,
  args: readonly string[],
): Promise<{ output: string; seconds: number }> {
  return new Promise((done, failed) => {
    deadline.throwIfAborted();
    const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
    // In a group of its own, so that the child ends with its shell.
    const child = spawn('sh', ['-c', timed, 'sh', program, ...args], { cwd: place, stdio, detached: true });
    const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
    deadline.addEventListener('abort', end);
    let output = '';
    let errors = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('error', failed);
    child.on('close', (code) => {
      deadline.removeEventListener('abort', end);
      // The checker and the replay answer other than 0 also for what they were asked to find.
      const isFine = code === 0 || program === './pan' || args.includes('-t');
      if (deadline.aborted) failed(deadline.reason as Error);
      else if (isFine) done({ output: output + errors, seconds: processorSeconds(errors) });
      else failed(new Error(`${program} ${args.join(' ')}: ${output}${errors}`));
    });
  });
}

function processorSeconds(errors: string): number {
  const times = [...(errors.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  return times.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

function numberIn(report: string, pattern: RegExp): number {
  return Number(pattern.exec(report)?.[1] ?? Number.NaN);
}

function lastLine(report: string): string {
  return (
    /^error:.*|.*not completed.*|.*too small.*|.*out of memory.*/im.exec(report)?.[0].trim() ??
    'no error was found'
  );
}
