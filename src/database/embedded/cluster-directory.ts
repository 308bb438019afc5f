/**
 * Decides where a cluster lives and makes it. Normally that is the directory asked for; when root starts the
 * server below a directory that PostgreSQL's account cannot enter, another one, remembered in `located-at`.
 * Called by the keeper only, under its lock.
 */
import {
  chmod,
  lchown,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
} from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, canEnter, chooseAccount } from './account.js';
import { hasCode, unlessAbsent } from './file-errors.js';
import { startGuarded } from './guarded-process.js';
import { readPointer, rememberedDirectory } from './remembered-directory.js';
import { directoryMode } from './socket-room.js';

const supportedVersion = '18';

export interface ClusterHome {
  /** Holds the cluster and, where needed, a copy of the programs. */
  base: string;
  dataDirectory: string;
  account: Account | undefined;
}

export async function findClusterHome(directory: string, log: (line: string) => void): Promise<ClusterHome> {
  const pointer = join(directory, 'located-at');
  const located = await readPointer(pointer);
  const base = located ?? directory;
  const dataDirectory = join(base, 'data');
  if (located !== undefined && (await unlessAbsent(stat(located))) === undefined) {
    throw new Error(
      `The data of ${directory} were in ${located}, which is gone. ` +
        `Put it back, or delete ${pointer} to begin with an empty database.`,
    );
  }
  const data = await unlessAbsent(stat(dataDirectory));
  const account = await chooseAccount(data?.uid);
  if (account === undefined || (await canEnter(account, base))) return { base, dataDirectory, account };
  if (data !== undefined) {
    throw new Error(
      `PostgreSQL runs as ${account.name} here, which cannot enter ${base}. ` +
        'Move the data to a directory it can reach, or let other accounts pass through the directories above.',
    );
  }
  const made = await rememberedDirectory(pointer, () => makeReachableDirectory(account));
  log(`${account.name} cannot enter ${directory}; the data live in ${made}, named in ${pointer}`);
  return { base: made, dataDirectory: join(made, 'data'), account };
}

/** /var/tmp comes last: some systems delete what lies there unread for a month. */
async function makeReachableDirectory(account: Account): Promise<string> {
  for (const parent of ['/var/lib', '/var/db', '/var/tmp']) {
    try {
      const made = await mkdtemp(join(parent, 'rosette-'));
      await chmod(made, directoryMode());
      if (await canEnter(account, made)) return made;
      await rmdir(made);
    } catch (error) {
      if (!hasCode(error, 'ENOENT', 'EACCES', 'EPERM', 'EROFS')) throw error;
    }
  }
  throw new Error(
    `No directory was found that ${account.name} can enter. Start as another user, or set DATABASE_URL.`,
  );
}

/** Makes the cluster when there is none: under a temporary name, so that a killed initdb leaves no half cluster. */
export async function ensureCluster(home: ClusterHome, initdb: string, signal: AbortSignal): Promise<void> {
  await removeLeftovers(home.base);
  const names = (await unlessAbsent(readdir(home.dataDirectory))) ?? [];
  if (names.length > 0) {
    await adoptCluster(home);
    return;
  }
  await rm(home.dataDirectory, { recursive: true, force: true });
  const draft = await mkdtemp(join(home.base, 'initialising-'));
  await giveTo(home.account, draft);
  await runInitdb(home.account, initdb, draft, signal);
  await rename(draft, home.dataDirectory);
  await syncDirectory(home.base);
}

async function adoptCluster(home: ClusterHome): Promise<void> {
  const version = (await unlessAbsent(readFile(join(home.dataDirectory, 'PG_VERSION'), 'utf8')))?.trim();
  if (version === undefined) {
    throw new Error(
      `${home.dataDirectory} holds files but no PostgreSQL cluster. Choose another ROSETTE_DATA_DIR.`,
    );
  }
  if (version !== supportedVersion) {
    throw new Error(
      `${home.dataDirectory} was made by PostgreSQL ${version}; this version brings ${supportedVersion}. ` +
        'Carry the data over by dump and restore.',
    );
  }
  // Restored or copied by root: PostgreSQL wants to own its data.
  if ((await stat(home.dataDirectory)).uid === 0) await giveAllTo(home.account, home.dataDirectory);
}

async function runInitdb(
  account: Account | undefined,
  initdb: string,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  // Peers are trusted: only who may enter the 0700 socket directory reaches the server at all.
  const { child, ended } = startGuarded(account, initdb, [
    `--pgdata=${directory}`,
    '--username=postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--no-instructions',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
  ]);
  const interrupt = () => child.kill('SIGINT');
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  const outcome = await ended;
  signal.removeEventListener('abort', interrupt);
  signal.throwIfAborted();
  if (outcome !== 'exit code 0') throw new Error(`initdb could not make the database cluster (${outcome}).`);
}

async function removeLeftovers(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    // An initdb that is just being interrupted may still write: hence the retries.
    if (name.startsWith('initialising-')) {
      await rm(join(base, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  }
}

/** A directory of the account's own, 0700. */
export async function ensureAccountDirectory(account: Account | undefined, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await giveTo(account, directory);
  await chmod(directory, 0o700);
}

async function giveTo(account: Account | undefined, path: string): Promise<void> {
  if (account !== undefined) await lchown(path, account.uid, account.gid);
}

async function giveAllTo(account: Account | undefined, directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    await giveTo(account, join(entry.parentPath, entry.name));
  }
  await giveTo(account, directory);
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
