import { readEnvironment, type Environment } from './config/environment.js';
import {
  faultsOfDemonstration,
  isDemonstration,
  loadDemonstration,
  prepareDemonstration,
} from './demonstration/load-demonstration.js';
import { faultsOfFirstAdministrator } from './identity/first-administrator.rules.js';
import { prepareDatabase } from './prepare-database.js';
import { ReplicaSet, type Replica } from './replica-set.js';

/**
 * `npm run replicas -- 4`: several replicas over one database, on successive ports from PORT on, behind nothing, so that
 * anybody can try what the switch promises. Loads the demonstration once. Ctrl-C stops them all.
 */
const most = 6;
const usage = `Usage: npm run replicas -- <how many: 1 to ${most}>\n`;

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function main(count: number): Promise<number> {
  process.stdout.on('error', () => undefined);
  const told = new Promise<NodeJS.Signals>((resolve) => {
    process.on('SIGINT', resolve).on('SIGTERM', resolve);
  });
  const given = readEnvironment(undefined, [faultsOfFirstAdministrator, faultsOfDemonstration]);
  const prepared = await prepareDatabase(given, say);
  const { environment } = prepared;
  const set = new ReplicaSet(forEach(given, environment), say);
  try {
    const demonstration = isDemonstration(given)
      ? await prepareDemonstration(addressOf(given), environment, say)
      : undefined;
    // The first alone: what only one start in all may do is done when the others come.
    const portOf = (index: number) => (given.PORT === 0 ? 0 : given.PORT + index);
    const first = await set.start(1, { PORT: portOf(0) });
    const others = await Promise.all(
      Array.from({ length: count - 1 }, (_, index) => set.start(index + 2, { PORT: portOf(index + 1) })),
    );
    const loading = demonstration && loadDemonstration({ ...demonstration, baseUrl: first.url });
    const loaded = loading?.catch((error: unknown) => {
      say(`The demonstration is not whole: ${error instanceof Error ? error.message : String(error)}`);
    });
    void Promise.resolve(loaded).then(() => introduce([first, ...others], given));
    const end = await Promise.race([told, set.gone]);
    say(end === undefined ? 'Ending.' : `${end}: finishing what is under way`);
    return end === undefined ? 1 : 0;
  } finally {
    await set.stop();
    await prepared.stop();
  }
}

/** What all of them are started with. The demonstration is loaded from here, once. */
function forEach(given: Environment, environment: Environment): Environment {
  const ownAddress =
    isDemonstration(given) && given.SMTP_URL === undefined && given.PORT !== 0 ? addressOf(given) : undefined;
  const PUBLIC_URL = given.PUBLIC_URL ?? ownAddress;
  return { ...environment, MIGRATION_DATABASE_URL: undefined, ROSETTE_DEMONSTRATION: 'false', PUBLIC_URL };
}

function addressOf({ PORT }: Environment): string {
  return `http://127.0.0.1:${PORT}`;
}

function introduce(replicas: readonly Replica[], given: Environment): void {
  const where =
    given.DATABASE_URL === undefined && given.ROSETTE_DATA_DIR !== '.data'
      ? `ROSETTE_DATA_DIR=${given.ROSETTE_DATA_DIR} `
      : '';
  say('');
  say(`${replicas.length} replicas over one database, behind nothing:`);
  for (const { number, url, pid } of replicas) say(`  ${number}  ${url}  process ${pid}`);
  say(
    '  Suspend through one, and ask another. Stop one with kill -STOP or end it with kill -9, and suspend again.',
  );
  say('  Without any of them, in another terminal:');
  say(`    ${where}npx rosette status`);
  say(`    ${where}npx rosette suspend tool contact-creator --reason 'a try' --by 'your name'`);
  say('  Ctrl-C stops them all.');
}

const count = Number(process.argv[2] ?? '2');
if (!Number.isInteger(count) || count < 1 || count > most || process.argv.length > 3) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  main(count).then(
    (code) => process.exit(code),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  );
}
