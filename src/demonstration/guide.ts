/**
 * In charge of what the operator reads once the demonstration is ready: where everything is, the accounts, and what to try
 * next. Each command in it works as it is printed, whatever the environment of this start.
 */
import { join } from 'node:path';
import { readEnvironment, type Environment } from '../config/environment.js';
import type { Demonstration } from './demonstration.js';
import type { DemonstrationAccount } from './demonstration-accounts.js';
import { putneyId } from './demonstration-plan.js';

export function guideOf({ baseUrl, environment, accounts }: Demonstration): string[] {
  const file = join(environment.ROSETTE_DATA_DIR, 'demo-accounts.json');
  const candidate = accounts.find(({ role }) => role === 'candidate');
  const canvasser = accounts.find(({ role }) => role === 'canvasser');
  return [
    '',
    `  Address        ${baseUrl}`,
    `  Documentation  ${baseUrl}/docs`,
    `  Mail           ${mailGoes(environment)}`,
    `  Accounts       ${file}`,
    '',
    ...accounts.map(
      ({ role, username, password, totpSecret }) =>
        `  ${role.padEnd(24)} ${username.padEnd(38)} ${password}${totpSecret === undefined ? '' : ' *'}`,
    ),
    '',
    '  Those marked * send a code as well, as `code` beside username and password. It is made of the totpSecret in that',
    '  file, and works once in its half-minute; with oathtool, or in this folder with node alone:',
    '    oathtool --totp -b <totpSecret>',
    `    node -p "new (require('otpauth').TOTP)({ secret: '<totpSecret>' }).generate()"`,
    '',
    '  Try next:',
    `    ${tourCommand(baseUrl, environment)}`,
    '  in another terminal: the main job step by step, ending with the switch; about a minute;',
    '  or by hand:',
    ...tokenOf(baseUrl, 'TOKEN', candidate),
    `    curl -s ${baseUrl}/v1/me -H "authorization: Bearer $TOKEN"`,
    `    curl -s '${baseUrl}/v1/electors?constituencyId=${putneyId}&name=Smith&limit=5' -H "authorization: Bearer $TOKEN" -H 'data-purpose: voter-contact'`,
    '  and see the walks that wait for the canvasser:',
    ...tokenOf(baseUrl, 'WALKER', canvasser),
    `    curl -s '${baseUrl}/v1/walks?constituencyId=${putneyId}' -H "authorization: Bearer $WALKER"`,
    '',
  ];
}

/** `npm run tour`, led by what it has to be told to find this server and its accounts. */
export function tourCommand(
  baseUrl: string,
  { HOST, ROSETTE_DATA_DIR }: Pick<Environment, 'HOST' | 'ROSETTE_DATA_DIR'>,
): string {
  const named = {
    HOST,
    // Where any free port was asked for, the one that was found.
    PORT: new URL(baseUrl).port,
    ROSETTE_DATA_DIR,
  };
  const usual = readEnvironment({});
  const told = Object.entries(named).filter(
    ([name, value]) => value !== String(usual[name as keyof typeof named]),
  );
  return [...told.map(([name, value]) => `${name}=${quoted(value)}`), 'npm run tour'].join(' ');
}

/** For a shell. */
function quoted(value: string): string {
  return /^[\w./:@%+,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

function tokenOf(
  baseUrl: string,
  variable: string,
  account: DemonstrationAccount | undefined,
): [string, string] {
  return [
    `    ${variable}=$(curl -s ${baseUrl}/v1/auth/token -H 'content-type: application/json' \\`,
    `      -d '{"username":"${account?.username}","password":"${account?.password}"}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')`,
  ];
}

function mailGoes({ SMTP_URL, PUBLIC_URL, ROSETTE_DATA_DIR }: Environment): string {
  if (SMTP_URL === undefined)
    return `never leaves this machine: each message is a file in ${join(ROSETTE_DATA_DIR, 'mail')}`;
  return PUBLIC_URL === undefined
    ? 'to the server of SMTP_URL, but no mailing before PUBLIC_URL is set'
    : 'to the server of SMTP_URL';
}
