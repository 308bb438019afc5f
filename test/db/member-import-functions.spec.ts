import { randomUUID } from 'node:crypto';
import { tool } from '../../src/http/route.js';
import { FenceClient } from '../support/fence-client.js';
import { createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('The functions of the member import', () => {
  let database: TestDatabase;
  let fence: FenceClient;
  let secretary: Person;
  const id = randomUUID();
  const calls = (constituencyId: string) => [
    `SELECT organise.receive_member_chunk('${constituencyId}', '${id}', '${id}', 0, '\\x00')`,
    `SELECT organise.member_upload_chunk('${constituencyId}', '${id}', 0)`,
    `SELECT organise.open_member_staging('${constituencyId}', '${id}')`,
    `SELECT organise.stage_member_import('${constituencyId}', '${id}', 0)`,
    `SELECT organise.commit_member_import('${constituencyId}', '${id}')`,
    `SELECT organise.discard_member_import('${constituencyId}', '${id}', 'failed', 'x', 'x')`,
  ];
  const entry = {
    reach: tool('organise'),
    mode: 'change',
    action: 'member.import',
    purpose: undefined,
    classes: [],
  } as const;

  beforeAll(async () => {
    database = await createTestDatabase();
    fence = await FenceClient.connect(database);
    secretary = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: putney,
      purposes: ['membership-administration'],
    });
  });

  afterAll(async () => {
    await fence.close();
    await database.drop();
  });

  it('work only in a context sealed for importing', async () => {
    for (const sql of calls(putney)) {
      expect([sql, await fence.outcome(() => fence.client.query(sql))]).toEqual([sql, 'KS009']);
      await fence.enter(secretary, { ...entry, action: 'member.change' });
      expect([sql, await fence.outcome(() => fence.client.query(sql))]).toEqual([sql, 'KS009']);
    }
  });

  it('work only in the areas of that context', async () => {
    for (const sql of calls(wimbledon)) {
      await fence.enter(secretary, entry);
      expect([sql, await fence.outcome(() => fence.client.query(sql))]).toEqual([sql, 'KS009']);
    }
  });

  it('keep what they do among themselves from the application', async () => {
    await fence.enter(secretary, entry);
    const sql = `SELECT organise.apply_member_rows('${putney}', '${id}', 'member', '${id}')`;
    expect(await fence.outcome(() => fence.client.query(sql))).toBe('42501');
  });
});
