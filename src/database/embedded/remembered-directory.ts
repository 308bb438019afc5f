/**
 * A directory with a name that had to be made up, remembered in a pointer file so that every process and
 * every later start finds the same one. Several processes may ask at once: the first pointer wins.
 */
import { randomUUID } from 'node:crypto';
import { link, readFile, rmdir, unlink, writeFile } from 'node:fs/promises';
import { hasCode, unlessAbsent } from './file-errors.js';

export async function rememberedDirectory(pointerFile: string, make: () => Promise<string>): Promise<string> {
  const known = await readPointer(pointerFile);
  if (known !== undefined) return known;
  const made = await make();
  const draft = `${pointerFile}.${randomUUID()}`;
  await writeFile(draft, `${made}\n`, { mode: 0o600 });
  try {
    // link, unlike rename, fails when the pointer exists: it never replaces the choice of another process.
    await link(draft, pointerFile);
    return made;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    await rmdir(made);
    return await rememberedDirectory(pointerFile, make);
  } finally {
    await unlink(draft);
  }
}

export async function readPointer(pointerFile: string): Promise<string | undefined> {
  return (await unlessAbsent(readFile(pointerFile, 'utf8')))?.trim();
}
