import { createApplication } from './create-application.js';
import { readEnvironment, type Environment } from './config/environment.js';
import {
  isDemonstration,
  loadDemonstration,
  prepareDemonstration,
} from './demonstration/load-demonstration.js';
import { SetUp } from './identity/set-up.service.js';
import { prepareDatabase } from './prepare-database.js';

/** Starts, listens, and on SIGINT or SIGTERM stops in order: HTTP first, the database last. */
async function main(): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  // Whoever read the lines may be gone: serving goes on, and so does stopping in order.
  process.stdout.on('error', () => undefined);
  const given = readEnvironment();
  const prepared = await prepareDatabase(given, say);
  // A demonstration whose mail stays in files on this machine is reached, by the links in it, where it listens.
  let ownAddress: string | undefined;
  const environment: Environment = {
    ...prepared.environment,
    get PUBLIC_URL() {
      return given.PUBLIC_URL ?? ownAddress;
    },
  };
  const app = await createApplication(environment);

  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) return;
    isStopping = true;
    say(`${signal}: finishing what is under way`);
    app
      .close()
      .then(() => prepared.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);

  await app.listen(environment.PORT, environment.HOST);
  say(`Rosette answers at ${await app.getUrl()} (documentation: ${await app.getUrl()}/docs)`);
  const demonstration = isDemonstration(given)
    ? await prepareDemonstration(await app.getUrl(), environment, say)
    : undefined;
  if (demonstration && given.SMTP_URL === undefined) ownAddress = await app.getUrl();
  await app.get(SetUp).ensure(say);

  // Last, so that a signal stops it. The server serves on where it fails: the next start takes it up again.
  if (!demonstration) return;
  await loadDemonstration(demonstration).catch((error: unknown) => {
    if (!isStopping)
      say(`The demonstration is not whole: ${error instanceof Error ? error.message : String(error)}`);
  });
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
