import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from './create-application.js';
import { readEnvironment, type Environment } from './config/environment.js';
import {
  faultsOfDemonstration,
  isDemonstration,
  loadDemonstration,
  prepareDemonstration,
} from './demonstration/load-demonstration.js';
import { faultsOfCertificate } from './http/certificate.js';
import { faultsOfFirstAdministrator } from './identity/first-administrator.rules.js';
import { SetUp } from './identity/set-up.service.js';
import { prepareDatabase, type PreparedDatabase } from './prepare-database.js';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Starts, listens, and on SIGINT, SIGTERM or a failure stops in order: HTTP first, the database last. */
async function main(): Promise<void> {
  // Whoever read the lines may be gone: serving goes on, and so does stopping in order.
  process.stdout.on('error', () => undefined);
  const given = readEnvironment(undefined, [
    faultsOfCertificate,
    faultsOfFirstAdministrator,
    faultsOfDemonstration,
  ]);
  const prepared = await prepareDatabase(given, say);
  // A demonstration whose mail stays in files on this machine is reached, by the links in it, where it listens.
  let ownAddress: string | undefined;
  const environment: Environment = {
    ...prepared.environment,
    get PUBLIC_URL() {
      return given.PUBLIC_URL ?? ownAddress;
    },
  };
  const app = await createApplication(environment).catch(async (error: unknown) => {
    await prepared.stop();
    throw error;
  });

  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) return;
    isStopping = true;
    say(`${signal}: finishing what is under way`);
    end(app, prepared, 0);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  // What fails because everything ends already is no news.
  const failing = (error: unknown) => {
    if (isStopping) return;
    isStopping = true;
    report(error);
    end(app, prepared, 1);
  };

  const serve = async () => {
    await app.listen(environment.PORT, environment.HOST);
    const url = await app.getUrl();
    say(`Rosette answers at ${url} (documentation: ${url}/docs)`);
    const demonstration = isDemonstration(given)
      ? await prepareDemonstration(url, environment, say)
      : undefined;
    if (demonstration && given.SMTP_URL === undefined) ownAddress = url;
    await app.get(SetUp).ensure(say);

    // Last, so that a signal stops it. The server serves on where it fails: the next start takes it up again.
    if (!demonstration) return;
    await loadDemonstration(demonstration).catch((error: unknown) => {
      if (!isStopping) say(`The demonstration is not whole: ${messageOf(error)}`);
    });
  };
  await serve().catch(failing);
}

function end(app: NestFastifyApplication, prepared: PreparedDatabase, code: number): void {
  app
    .close()
    .then(() => prepared.stop())
    .then(() => process.exit(code), fail);
}

function fail(error: unknown): void {
  report(error);
  process.exit(1);
}

function report(error: unknown): void {
  process.stderr.write(`${messageOf(error)}\n`);
}

function messageOf(error: unknown): string {
  const { code, port } = error as { code?: unknown; port?: unknown };
  if (code === 'EADDRINUSE')
    return `EADDRINUSE: something listens on port ${String(port)} already; set PORT to another (PORT=${Number(port) + 1} npm start).`;
  return error instanceof Error ? error.message : String(error);
}

main().catch(fail);
