/**
 * The server's programs: makes those of the installed package runnable, or copies them to where they are.
 * Install scripts are denied, so the library links that the package would make are restored here. A copy is
 * needed when the package is read-only without them, or lies where PostgreSQL's account cannot read it.
 */
import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { type Account, succeeds } from './account.js';
import { hasCode, unlessAbsent } from './file-errors.js';
import type { PlatformPackage } from './package-files.js';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/** @param copyDirectory where a copy may be placed; the account can enter it */
export async function prepareBinaries(
  source: PlatformPackage,
  account: Account | undefined,
  copyDirectory: string,
): Promise<Binaries> {
  const linked = await restoreLinks(source.nativeDirectory);
  if (linked && (await isRunnable(source.nativeDirectory, account)))
    return binariesIn(source.nativeDirectory);
  const copy = join(copyDirectory, `server-${source.version}`);
  if ((await unlessAbsent(stat(copy))) === undefined) await copyNative(source.nativeDirectory, copy);
  if (await isRunnable(copy, account)) return binariesIn(copy);
  throw new Error(
    `The programs of ${source.name} do not run here${account === undefined ? '' : ` as ${account.name}`}, ` +
      `neither from ${source.nativeDirectory} nor from a copy in ${copy}. ` +
      'Set DATABASE_URL to use a PostgreSQL of your own.',
  );
}

function binariesIn(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

async function isRunnable(native: string, account: Account | undefined): Promise<boolean> {
  const { initdb, postgres } = binariesIn(native);
  const bootstrap = join(native, 'share', 'postgresql', 'postgres.bki');
  const plpgsql = join(native, 'lib', 'postgresql', 'dict_snowball.so');
  // Starting a program proves its libraries; reading one file each, that share and extensions are readable.
  return await succeeds(account, '/bin/sh', [
    '-c',
    '"$1" --version && "$2" --version && test -r "$3" && { test ! -e "$4" || test -r "$4"; }',
    'sh',
    initdb,
    postgres,
    bootstrap,
    plpgsql,
  ]);
}

/**
 * Makes the links that `pg-symlinks.json` lists. Those that exist stay; several processes may do it at once.
 * @returns false when the package cannot be written and a link is missing
 */
export async function restoreLinks(native: string): Promise<boolean> {
  const list = await unlessAbsent(readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  const links = list === undefined ? [] : (JSON.parse(list) as { source: string; target: string }[]);
  for (const link of links) {
    const target = resolve(dirname(native), link.target);
    const source = resolve(dirname(native), link.source);
    if (!target.startsWith(native + sep))
      throw new Error(`${native}/pg-symlinks.json points outside: ${target}`);
    // stat follows the link: one that leads nowhere counts as missing.
    if ((await unlessAbsent(stat(target))) !== undefined) continue;
    try {
      await symlink(relative(dirname(target), source), target);
    } catch (error) {
      if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return false;
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
  return true;
}

/** Copies under a temporary name and renames, so that a copy is whole or absent. */
async function copyNative(native: string, copy: string): Promise<void> {
  const parent = dirname(copy);
  for (const name of await readdir(parent)) {
    if (name.startsWith('server-') && name.endsWith('.partial')) {
      await rm(join(parent, name), { recursive: true, force: true });
    }
  }
  const root = join(parent, `server-${randomUUID()}.partial`);
  // The list's paths begin with "native", so the copy keeps that name until its links are made.
  const partial = join(root, basename(native));
  await mkdir(root, { mode: 0o755 });
  await cp(native, partial, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => extname(file) !== '.a' && basename(file) !== 'pkgconfig',
  });
  // First readable and writable: the package's own folders may be neither.
  await makeReadable(partial);
  if (!(await restoreLinks(partial))) throw new Error(`The libraries in ${partial} could not be linked.`);
  await rename(partial, copy);
  await rm(root, { recursive: true, force: true });
}

/** The package may have been installed under a strict umask. */
async function makeReadable(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await makeReadable(path);
    else if (entry.isFile()) await chmod(path, basename(directory) === 'bin' ? 0o755 : 0o644);
  }
}
