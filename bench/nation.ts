/**
 * The same constituency twice: alone in a database, and with nineteen others loaded beside it. What its people ask for must not
 * grow dearer by the others.
 */
import { putney } from '../test/support/people.js';
import type { Arena, BenchDatabase } from './arena.js';
import { copyElectorate, createElectorate, settle } from './electorate.js';
import { canvassers, endAll, type Canvasser } from './electoral-page.js';

export const others = 19;

export interface Side {
  database: BenchDatabase;
  canvassers: Canvasser[];
}

export async function sideOf(arena: Arena, more: number): Promise<Side> {
  const database = await arena.database();
  const { admin } = database;
  await createElectorate(admin, putney);
  const { rows } = await admin.query<{ id: string }>(
    'SELECT id FROM geography.constituency WHERE id <> $1 ORDER BY md5(id) LIMIT $2',
    [putney, more],
  );
  for (const [index, { id }] of rows.entries()) await copyElectorate(admin, putney, id, index + 1);
  await settle(admin);
  return { database, canvassers: await canvassers(database) };
}

export async function clearSides(sides: readonly Side[]): Promise<void> {
  for (const { canvassers: all, database } of sides) {
    await endAll(all.map(({ client }) => client));
    await database.drop();
  }
}
