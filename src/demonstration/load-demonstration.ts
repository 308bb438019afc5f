/**
 * In charge of the demonstration as a whole: whether this start is one, what is loaded and in which order, and what the
 * operator reads at the end. Each step finds what an earlier start has done and goes on from there.
 */
import { join } from 'node:path';
import type { Environment, Review } from '../config/environment.js';
import type { Demonstration } from './demonstration.js';
import { ensureDemonstrationAccounts, type DemonstrationAccount } from './demonstration-accounts.js';
import { loadContacts } from './demonstration-contacts.js';
import { ensureControllerProfile } from './demonstration-controller.js';
import { ensureDemonstrationGeography } from './demonstration-geography.js';
import { loadMembers } from './demonstration-members.js';
import { putneyId } from './demonstration-plan.js';
import { loadRegisters } from './demonstration-registers.js';
import { loadRoadGroups } from './demonstration-road-groups.js';

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
export function isDemonstration(given: Environment): boolean {
  if (given.ROSETTE_DEMONSTRATION !== 'auto') return given.ROSETTE_DEMONSTRATION === 'true';
  return given.DATABASE_URL === undefined && given.ROSETTE_ADMIN_USERNAME === undefined;
}

/** The accounts are made as the owner of the database; the embedded one brings its own address. */
export const faultsOfDemonstration: Review = (values) =>
  values.ROSETTE_DEMONSTRATION === 'true' &&
  values.DATABASE_URL !== undefined &&
  values.MIGRATION_DATABASE_URL === undefined
    ? ['MIGRATION_DATABASE_URL must be set where ROSETTE_DEMONSTRATION is true and DATABASE_URL is set']
    : [];

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

function guideOf({ baseUrl, environment, accounts }: Demonstration): string[] {
  const file = join(environment.ROSETTE_DATA_DIR, 'demo-accounts.json');
  const candidate = accounts.find(({ role }) => role === 'candidate');
  const canvasser = accounts.find(({ role }) => role === 'canvasser');
  const tokenOf = (variable: string, account: DemonstrationAccount | undefined) => [
    `    ${variable}=$(curl -s ${baseUrl}/v1/auth/token -H 'content-type: application/json' \\`,
    `      -d '{"username":"${account?.username}","password":"${account?.password}"}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')`,
  ];
  return [
    '',
    `  Address        ${baseUrl}`,
    `  Documentation  ${baseUrl}/docs`,
    `  Mail           ${mailGoes(environment)}`,
    `  Accounts       ${file} (those marked * sign in with a code from totpSecret as well)`,
    '',
    ...accounts.map(
      ({ role, username, password, totpSecret }) =>
        `  ${role.padEnd(24)} ${username.padEnd(38)} ${password}${totpSecret === undefined ? '' : ' *'}`,
    ),
    '',
    '  Try next:',
    '    npm run tour     in another terminal: the main job step by step, ending with the switch; about a minute',
    '  or by hand:',
    ...tokenOf('TOKEN', candidate),
    `    curl -s ${baseUrl}/v1/me -H "authorization: Bearer $TOKEN"`,
    `    curl -s '${baseUrl}/v1/electors?constituencyId=${putneyId}&limit=5' -H "authorization: Bearer $TOKEN" -H 'data-purpose: voter-contact'`,
    '  and see the walks that wait for the canvasser:',
    ...tokenOf('WALKER', canvasser),
    `    curl -s '${baseUrl}/v1/walks?constituencyId=${putneyId}' -H "authorization: Bearer $WALKER"`,
    '',
  ];
}

function mailGoes({ SMTP_URL, PUBLIC_URL, ROSETTE_DATA_DIR }: Environment): string {
  if (SMTP_URL === undefined)
    return `never leaves this machine: each message is a file in ${join(ROSETTE_DATA_DIR, 'mail')}`;
  return PUBLIC_URL === undefined
    ? 'to the server of SMTP_URL, but no mailing before PUBLIC_URL is set'
    : 'to the server of SMTP_URL';
}
