/**
 * Cursors that nobody was ever given, to be refused as input: with another order or column they would reach the database.
 */
import { randomUUID } from 'node:crypto';
import type { ApiClient } from './api.js';
import { putney } from './people.js';

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

/** Of imports, and of the rows of one: cursors of another shape are refused, and their own page through all, newest first. */
export async function expectOwnCursors(
  client: ApiClient,
  kind: 'register-imports' | 'member-imports',
  rowsQuery: string,
  [newer, older]: readonly [string, string],
): Promise<void> {
  const list = `/v1/${kind}?constituencyId=${putney}`;
  const id = randomUUID();
  await expectRefusedCursors(client, list, [
    ['abc', id],
    ['2026-02-20 10:00:00+00', id],
    [0.5, id],
    [2 ** 53, id],
    [0, 'x'],
  ]);
  await expectRefusedCursors(client, `/v1/${kind}/${older}/rows?${rowsQuery}`, [
    [Number.MAX_SAFE_INTEGER, 0],
    [7, -1],
    [7, 2 ** 31],
    ['7', 0],
  ]);
  const first = await client.get<{ items: { id: string }[]; next: string }>(`${list}&limit=1`);
  expect(first.body.items.map((item) => item.id)).toEqual([newer]);
  const second = await client.get<typeof first.body>(`${list}&limit=1&after=${first.body.next}`);
  expect(second.body.items.map((item) => item.id)).toEqual([older]);
}
