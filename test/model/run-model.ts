import { flagsOf, missingPackages, search, type Finding } from './model-checker.js';
import { variants, type Variant } from './variants.js';

/**
 * In charge of the protocol of the kill switch as a model: searches every variant of variants.ts with spin, prints what
 * was found, and fails when a model has an error, a rule could be taken away unnoticed, an interesting state is never
 * reached, or the whole takes longer than a minute of two cores. Needs Debian's spin and gcc, and fails without.
 *
 *   npm run model [-- <part of a name>]
 *
 * With a part of a name it also prints the steps to what was found. Seconds are of processor time.
 */
const limitProcessorSeconds = 120;
/** By the clock, and only against something that never ends. */
const limitMs = 10 * 60_000;
const atOnce = 2;

async function main(): Promise<number> {
  const missing = missingPackages();
  if (missing.length > 0) {
    say(`npm run model needs the Debian packages spin and gcc; not found: ${missing.join(', ')}`);
    say('apt-get install -y spin gcc libc6-dev');
    return 1;
  }
  const wanted = process.argv[2] ?? '';
  const chosen = variants.filter((variant) =>
    wanted === '' ? variant.kind !== 'thorough' : nameOf(variant).includes(wanted),
  );
  if (chosen.length === 0) {
    say(`No variant has ${wanted} in its name.`);
    return 1;
  }
  const began = Date.now();
  // Searches have process groups of their own, and would outlive an interrupted run.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stop.abort(new Error(`Ended by ${signal}.`)));
  const deadline = AbortSignal.any([stop.signal, AbortSignal.timeout(limitMs)]);
  const queue = [...chosen];
  let wrong = 0;
  let spent = 0;
  const work = async () => {
    for (let variant = queue.shift(); variant; variant = queue.shift()) {
      const finding = await search(variant, deadline);
      if (!finding.isRight) wrong += 1;
      spent += finding.seconds;
      say(row(variant, finding));
      if (wanted !== '' || !finding.isRight) for (const step of finding.steps) say(`      ${step}`);
    }
  };
  say(columns('variant', 'states', 'depth', 'seconds', 'result'));
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    stop.abort();
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  say(
    `${chosen.length - wrong} as they should be, ${wrong} not (${seconds} s; ${spent.toFixed(1)} s of processor time)`,
  );
  const isTooSlow = wanted === '' && spent > limitProcessorSeconds;
  if (isTooSlow) say(`TOO SLOW: it may take ${limitProcessorSeconds} s of processor time`);
  return wrong === 0 && !isTooSlow ? 0 : 1;
}

function nameOf(variant: Variant): string {
  return variant.kind === 'base' ? variant.model : `${variant.model} ${variant.name}`;
}

function row(variant: Variant, { states, depth, seconds, result }: Finding): string {
  const flags = flagsOf(variant)[0] ?? '';
  const found = columns(nameOf(variant), String(states), String(depth), seconds.toFixed(1), result);
  return `${found}\n      ${variant.shows}${flags === '' ? '' : ` (${flags})`}`;
}

function columns(name: string, states: string, depth: string, seconds: string, result: string): string {
  return `${name.padEnd(22)} ${states.padStart(9)} ${depth.padStart(6)} ${seconds.padStart(8)}  ${result}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(isLate ? 'Not done in time.\n' : `${text}\n`);
    process.exitCode = 1;
  },
);
