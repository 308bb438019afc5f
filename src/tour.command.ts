import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment, type Environment } from './config/environment.js';
import type { DemonstrationAccount } from './demonstration/demonstration-accounts.js';
import { newTour, type Tour } from './tour/cast.js';
import { TourFault } from './tour/story.js';
import { takeTour } from './tour/tour.js';

/**
 * `npm run tour`: plays the main job against a running demonstration, step by step, and ends with the switch. Exit code 0
 * where every step went as it should, else 1; 130 or 143 where a signal broke it off. Where whoever read it has gone, as
 * `head` does, it ends quietly, with 0. Whatever happens, what the tour has suspended is lifted, and its register taken back.
 */
let isHeard = true;
const say = (line: string) => {
  if (isHeard) process.stdout.write(`${line}\n`);
};

/** The exit code of a tour that is broken off. A second signal ends the process at once. */
const brokenOff = new Promise<number>((resolve) => {
  process.stdout.on('error', () => {
    isHeard = false;
    resolve(0);
  });
  process.once('SIGINT', () => resolve(130));
  process.once('SIGTERM', () => resolve(143));
});

/** Where a server with this environment answers. Whoever listens on all addresses is reached on the loopback one. */
function addressOf({ HOST, PORT }: Environment): string {
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[HOST] ?? HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`;
}

async function answers(baseUrl: string): Promise<boolean> {
  return fetch(`${baseUrl}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function accountsIn(file: string): DemonstrationAccount[] | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DemonstrationAccount[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function main(): Promise<number> {
  const environment = readEnvironment();
  const baseUrl = addressOf(environment);
  const file = join(environment.ROSETTE_DATA_DIR, 'demo-accounts.json');
  if (!(await answers(baseUrl))) {
    say(
      `No server is ready at ${baseUrl}: run \`npm start\` in another terminal, wait until it says that the demonstration is ready, and take the tour again.`,
    );
    return 1;
  }
  const accounts = accountsIn(file);
  if (!accounts) {
    say(
      `There are no demonstration accounts in ${file}: run \`npm start\` with no database named and the same ROSETTE_DATA_DIR, and take the tour again.`,
    );
    return 1;
  }
  const began = performance.now();
  say(`A tour of Rosette at ${baseUrl}. Everybody in it is made up; it takes about a minute.`);
  const tour = newTour(baseUrl, accounts, say);
  const telling = takeTour(tour).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const end = await Promise.race([telling, brokenOff]);
  if (end === undefined) {
    say(
      `\nThe tour is over after ${Math.ceil((performance.now() - began) / 1_000)} s. Each step went as it should.`,
    );
    return 0;
  }
  if (typeof end === 'number') await breakOff(tour, telling);
  else {
    tell(tour, end.error);
    const { problem } = (end.error instanceof TourFault ? end.error : {}) as { problem?: { code?: unknown } };
    if (problem?.code === 'credentials-refused')
      say(
        `The accounts were read from ${file}. Are they those of the server at ${baseUrl}? Take the tour with the PORT and the ROSETTE_DATA_DIR that it was started with.`,
      );
  }
  await putRight(tour);
  // A file of the tour may still be on its way, slowly; nobody waits for it.
  process.exit(typeof end === 'number' ? end : 1);
}

/** What was asked of the server is answered first, so that nothing is done behind the back of what is put right. */
async function breakOff({ story }: Tour, telling: Promise<unknown>): Promise<void> {
  say('\nBroken off.');
  story.breakOff();
  await telling;
  story.resume();
}

function tell({ story }: Tour, error: unknown): void {
  say(`\nThis step did not go as it should:\n${story.step}`);
  say(error instanceof Error ? error.message : String(error));
  if (error instanceof TourFault && error.problem !== undefined) say(JSON.stringify(error.problem, null, 2));
}

/** The last change first: the register is in the tool that the tour may have suspended. */
async function putRight(tour: Tour): Promise<void> {
  for (let remedy = tour.remedies.pop(); remedy; remedy = tour.remedies.pop()) {
    say(remedy.says);
    await remedy.apply().then(
      () => say('Done.'),
      (error: unknown) => {
        tell(tour, error);
        say('That could not be put right. The next tour tries again.');
      },
    );
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${message}\n`);
    process.exitCode = 1;
  },
);
