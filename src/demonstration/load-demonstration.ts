/**
 * In charge of the demonstration as a whole: whether this start is one, and what is loaded in which order. Each step finds
 * what an earlier start has done and goes on from there.
 */
import type { Environment, Review } from '../config/environment.js';
import type { Demonstration } from './demonstration.js';
import { ensureDemonstrationAccounts } from './demonstration-accounts.js';
import { loadContacts } from './demonstration-contacts.js';
import { ensureControllerProfile } from './demonstration-controller.js';
import { ensureDemonstrationGeography } from './demonstration-geography.js';
import { loadMembers } from './demonstration-members.js';
import { loadRegisters } from './demonstration-registers.js';
import { loadRoadGroups } from './demonstration-road-groups.js';
import { guideOf } from './guide.js';

/** What is loaded, in this order. Each finds its own data again on a later start. */
const loaders: readonly ((demonstration: Demonstration) => Promise<void>)[] = [
  loadRegisters,
  loadRoadGroups,
  loadMembers,
  loadContacts,
];

/**
 * Whether a start is a demonstration, by the environment as it was given: where nothing names a database or an
 * administrator, somebody is having a first look.
 */
export function isDemonstration(given: Readonly<Partial<Environment>>): boolean {
  if (given.ROSETTE_DEMONSTRATION !== 'auto') return given.ROSETTE_DEMONSTRATION === 'true';
  return given.DATABASE_URL === undefined && given.ROSETTE_ADMIN_USERNAME === undefined;
}

/** The accounts are made as the owner of the database; the embedded one brings its own address. What is loaded is loaded over HTTP. */
export const faultsOfDemonstration: Review = (values) => [
  ...(values.ROSETTE_DEMONSTRATION === 'true' &&
  values.DATABASE_URL !== undefined &&
  values.MIGRATION_DATABASE_URL === undefined
    ? ['MIGRATION_DATABASE_URL must be set where ROSETTE_DEMONSTRATION is true and DATABASE_URL is set']
    : []),
  ...(values.TLS_CERT_FILE !== undefined && isDemonstration(values)
    ? [
        'ROSETTE_DEMONSTRATION must be false where TLS_CERT_FILE is set: what is made up is loaded without TLS',
      ]
    : []),
];

/**
 * Makes the accounts, the controller's profile and the postcodes; undefined, with a line to the operator, where the
 * database is in somebody's use. Comes before the first administrator is asked for, who is one of them.
 */
export async function prepareDemonstration(
  baseUrl: string,
  environment: Environment,
  say: (line: string) => void,
): Promise<Demonstration | undefined> {
  const accounts = await ensureDemonstrationAccounts(environment);
  if (!accounts) {
    say('The database has accounts of its own: no demonstration is loaded into it.');
    return undefined;
  }
  await ensureControllerProfile(environment, accounts);
  await ensureDemonstrationGeography(environment);
  return { baseUrl, environment, accounts, electors: environment.ROSETTE_DEMONSTRATION_ELECTORS, say };
}

/** Loads what is not there yet and says how to go on. */
export async function loadDemonstration(demonstration: Demonstration): Promise<void> {
  const { say } = demonstration;
  const began = performance.now();
  say('Loading the demonstration. Everybody in it is made up.');
  for (const load of loaders) await load(demonstration);
  say(`The demonstration is ready after ${Math.ceil((performance.now() - began) / 1_000)} s.`);
  for (const line of guideOf(demonstration)) say(line);
}
