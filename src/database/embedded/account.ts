/**
 * Under which account PostgreSQL runs. It refuses uid 0, so a launcher started by root lends it an account
 * that exists already; a plain user needs none. No account is ever created.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/** Enough for initdb and postgres, and nothing of ours: PGDATA, PGPORT or LC_ALL of the caller must not matter. */
export const childEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };

/** Dedicated account first; `nobody` is shared with other programs and only the last resort. */
const preferred = ['postgres', '_postgres', 'nobody'];

/**
 * @param dataOwner uid that owns an existing cluster: PostgreSQL accepts no other, so it wins over our taste
 * @returns undefined when this process is not root and PostgreSQL may run as it is
 */
export async function chooseAccount(dataOwner: number | undefined): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = parsePasswd(await readFile('/etc/passwd', 'utf8'));
  if (dataOwner !== undefined && dataOwner !== 0) {
    const owner = accounts.find((account) => account.uid === dataOwner);
    return owner ?? { name: `uid ${dataOwner}`, uid: dataOwner, gid: dataOwner };
  }
  for (const name of preferred) {
    const account = accounts.find((candidate) => candidate.name === name);
    if (account !== undefined) return account;
  }
  throw new Error(
    'PostgreSQL does not run as root and none of the accounts postgres or nobody exists here. ' +
      'Start as another user, or set DATABASE_URL.',
  );
}

function parsePasswd(text: string): Account[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name: name ?? '', uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }))
    .filter((account) => account.uid !== 0);
}

/** spawn options that make a child run as the account. Node also drops root's supplementary groups. */
export function runAs(account: Account | undefined): { uid?: number; gid?: number } {
  return account === undefined ? {} : { uid: account.uid, gid: account.gid };
}

/** Tried, not computed from mode bits: access lists, mounts and parents all count. */
export async function canEnter(account: Account | undefined, directory: string): Promise<boolean> {
  return await succeeds(account, '/bin/sh', ['-c', 'cd "$1"', 'sh', directory]);
}

export function succeeds(account: Account | undefined, command: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: '/',
      env: childEnvironment,
      stdio: 'ignore',
      ...runAs(account),
    });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
