/**
 * Prepares imports that wait for somebody, in a constituency of their own, and sends files.
 */
import { randomUUID } from 'node:crypto';
import { createPerson, wimbledon } from '../support/people.js';
import type { Preparation } from './prepared.js';
import { send } from './wire.js';
import type { World } from './world.js';

type ImportPath = 'register-imports' | 'member-imports';

export const staged =
  (path: ImportPath, state: string): Preparation =>
  async (world) => {
    const table = path === 'register-imports' ? 'contact_creator.register_import' : 'organise.member_import';
    const sql = `SELECT 1 FROM ${table} WHERE state = $1 AND constituency_id = $2 LIMIT 1`;
    await ensure(world, path, sql, [state, wimbledon], state === 'staged');
    return { isFresh: true };
  };

/** Rows of a committed register that wait for a person: two people under one number. */
export const undecided: Preparation = async (world) => {
  const sql = `SELECT 1 FROM contact_creator.register_import i
    JOIN contact_creator.register_import_row r ON r.constituency_id = i.constituency_id AND r.import_id = i.id
    WHERE i.state = 'committed' AND i.constituency_id = $1 AND r.outcome = 'review' LIMIT 1`;
  await ensure(world, 'register-imports', sql, [wimbledon], false);
  return { isFresh: true };
};

/** Sends a file unless there is what is looked for, and waits a while until there is. */
async function ensure(
  world: World,
  path: ImportPath,
  sql: string,
  values: string[],
  isDryRun: boolean,
): Promise<void> {
  const isThere = async () => (await world.database.admin.query(sql, values)).rows.length > 0;
  if (await isThere()) return;
  await upload(world, path, wimbledon, csvOf(path), isDryRun);
  const until = performance.now() + 5_000;
  while (performance.now() < until && !(await isThere()))
    await new Promise((resolve) => setTimeout(resolve, 50));
}

export function csvOf(path: ImportPath): string {
  const n = randomUUID().slice(0, 8);
  return path === 'register-imports'
    ? `Elector Number Prefix,Elector Number,Elector Number Suffix,Elector Markers,Elector DOB,Elector Surname,Elector Forename,PostCode,Address1,Address2,Address3,Address4,Address5,Address6\r\n` +
        [1, 7, 7, 8, 8, 9, 9]
          .map((number, at) => `KA,${number},0,,,Example${n},Ada${at},SW15 1AA,${at} Example Road,,,,,\r\n`)
          .join('')
    : `Membership Number,First Name,Surname,Email\r\n${n},Ada,Example,ada-${n}@example.org\r\n`;
}

/** Sends a file as somebody who may; answers the status. */
export async function upload(
  world: World,
  path: ImportPath,
  constituencyId: string,
  file: string | Buffer,
  isDryRun: boolean,
): Promise<{ status: number; text: string }> {
  const officer = await createPerson(world.database, {
    role: path === 'register-imports' ? 'data-officer' : 'membership-secretary',
    purposes: [path === 'register-imports' ? 'register-management' : 'membership-administration'],
  });
  const more =
    path === 'register-imports'
      ? '&gateway=registered-party&registerType=revised&ero=Example'
      : '&complete=false';
  return send(world.server.url, {
    method: 'POST',
    target: `/v1/${path}?constituencyId=${constituencyId}&publishedOn=2026-02-01&dryRun=${isDryRun}${more}`,
    headers: { ...officer.headers, 'content-type': 'text/csv', 'idempotency-key': randomUUID() },
    body: Buffer.from(file as string),
  });
}
