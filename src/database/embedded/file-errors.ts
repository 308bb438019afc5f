/**
 * Asks an unknown error for its system code, so that a caller can tell "absent" or "taken" from trouble.
 * Not by `instanceof Error`: under jest the file system's errors come from another realm.
 */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));
}

/** The value, or undefined when the file it is read from does not exist. */
export async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
