import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment, type Environment } from './config/environment.js';
import type { DemonstrationAccount } from './demonstration/demonstration-accounts.js';
import { newTour, type Tour } from './tour/cast.js';
import { TourFault } from './tour/story.js';
import { takeTour } from './tour/tour.js';

/**
 * `npm run tour`: plays the main job against a running demonstration, step by step, and ends with the switch. Exit code 0
 * where every step went as it should, else 1; whatever happens, what the tour has suspended is lifted again.
 */
const say = (line: string) => void process.stdout.write(`${line}\n`);

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
  process.once('SIGINT', () => void putRight(tour).finally(() => process.exit(130)));
  try {
    await takeTour(tour);
    say(
      `\nThe tour is over after ${Math.ceil((performance.now() - began) / 1_000)} s. Each step went as it should.`,
    );
    return 0;
  } catch (error) {
    tell(tour, error);
    await putRight(tour);
    return 1;
  }
}

function tell({ story }: Tour, error: unknown): void {
  say(`\nThis step did not go as it should:\n${story.step}`);
  say(error instanceof Error ? error.message : String(error));
  if (error instanceof TourFault && error.problem !== undefined) say(JSON.stringify(error.problem, null, 2));
}

/** Gives the demonstration back its tool, if the tour has suspended it. */
async function putRight(tour: Tour): Promise<void> {
  const { remedy } = tour;
  if (!remedy) return;
  tour.remedy = undefined;
  say('The tour has suspended Contact Creator; that is lifted now.');
  await remedy().then(
    () => say('Lifted.'),
    (error: unknown) => {
      tell(tour, error);
      say('It could not be lifted. The next tour tries again.');
    },
  );
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
