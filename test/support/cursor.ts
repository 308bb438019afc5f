/**
 * Cursors that nobody was ever given, to be refused as input: with another order or column they would reach the database.
 */
import type { ApiClient } from './api.js';

export function forgedCursor(...key: unknown[]): string {
  return Buffer.from(JSON.stringify([1, ...key])).toString('base64url');
}

/** Asks a list with each cursor; all have to be refused with a pointer to it. */
export async function expectRefusedCursors(
  client: ApiClient,
  path: string,
  keys: readonly (readonly unknown[])[],
): Promise<void> {
  for (const key of keys) {
    const after = forgedCursor(...key);
    const answer = await client.get(`${path}${path.includes('?') ? '&' : '?'}after=${after}`);
    expect({ path, key, status: answer.status, body: answer.body }).toMatchObject({
      status: 400,
      body: { code: 'validation-failed', errors: [{ in: 'query', pointer: '/after' }] },
    });
  }
}
