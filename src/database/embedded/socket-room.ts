/**
 * Where Unix sockets may live. Their paths are limited to about a hundred bytes, so below a long data
 * directory they move to a short one, made once and remembered in the data directory.
 */
import { chmod, lstat, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasCode } from './file-errors.js';
import { rememberedDirectory } from './remembered-directory.js';

/** 104 on macOS, 108 on Linux, each with a closing zero. */
const longestSocketPath = 103;
/** The longer of `/run/.s.PGSQL.5432` and `/keeper/<number>.sock`, with air. */
const roomForNames = 26;

export function isShortEnough(directory: string): boolean {
  return Buffer.byteLength(directory) + roomForNames <= longestSocketPath;
}

/** Root passes through its own directories; the account that PostgreSQL runs under has to as well. */
export function directoryMode(): number {
  return process.getuid?.() === 0 ? 0o711 : 0o700;
}

/** @returns `directory` itself when it is short enough, else a short directory that belongs to it. */
export async function socketRoom(directory: string): Promise<string> {
  if (isShortEnough(directory)) return directory;
  const room = await rememberedDirectory(join(directory, 'sockets-at'), async () => {
    // As root never below TMPDIR: it may be private, and PostgreSQL's account must get in.
    const parent =
      process.getuid?.() !== 0 && isShortEnough(join(tmpdir(), 'rosette-abcdef')) ? tmpdir() : '/tmp';
    return await mkdtemp(join(parent, 'rosette-'));
  });
  // A restart of the machine may have emptied the temporary directory.
  await ensureOwnDirectory(room, directoryMode());
  return room;
}

/** Makes the directory or makes sure that it is ours: in a shared parent somebody else may have taken the name. */
export async function ensureOwnDirectory(directory: string, mode: number): Promise<void> {
  try {
    await mkdir(directory, { mode });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  const found = await lstat(directory);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(
      `${directory} belongs to another account. Start as the account that made it, or choose another ROSETTE_DATA_DIR.`,
    );
  }
  if ((found.mode & 0o777) !== mode) await chmod(directory, mode);
}
