import { randomUUID } from 'node:crypto';
import { tool } from '../../src/http/route.js';
import { FenceClient } from '../support/fence-client.js';
import { createPerson, putney, wimbledon } from '../support/people.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('The functions of the register import', () => {
  let database: TestDatabase;
  let fence: FenceClient;
  const id = randomUUID();
  const calls = (constituencyId: string) => [
    `SELECT contact_creator.receive_register_chunk('${constituencyId}', '${id}', '${id}', 0, '\\x00')`,
    `SELECT contact_creator.register_upload_chunk('${constituencyId}', '${id}', 0)`,
    `SELECT contact_creator.open_register_staging('${constituencyId}', '${id}')`,
    `SELECT contact_creator.stage_register_import('${constituencyId}', '${id}', 0)`,
    `SELECT contact_creator.commit_register_import('${constituencyId}', '${id}')`,
    `SELECT contact_creator.undo_register_import('${constituencyId}', '${id}')`,
    `SELECT contact_creator.decide_register_row('${constituencyId}', '${id}', 1, 'take')`,
    `SELECT contact_creator.discard_register_import('${constituencyId}', '${id}', 'failed', 'x', 'x')`,
  ];

  beforeAll(async () => {
    database = await createTestDatabase();
    fence = await FenceClient.connect(database);
  });

  afterAll(async () => {
    await fence.close();
    await database.drop();
  });

  it('work only in a context sealed for importing', async () => {
    const officer = await createPerson(database, {
      role: 'data-officer',
      constituencyId: putney,
      purposes: ['register-management'],
    });
    for (const sql of calls(putney)) {
      expect([sql, await fence.outcome(() => fence.client.query(sql))]).toEqual([sql, 'KS009']);
      await fence.enter(officer, { purpose: 'register-management' });
      expect([sql, await fence.outcome(() => fence.client.query(sql))]).toEqual([sql, 'KS009']);
    }
  });

  it('work only in the areas of that context', async () => {
    const officer = await createPerson(database, {
      role: 'data-officer',
      constituencyId: putney,
      purposes: ['register-management'],
    });
    const entry = {
      reach: tool('contact-creator'),
      mode: 'change',
      action: 'register.import',
      purpose: undefined,
      classes: [],
    } as const;
    for (const sql of calls(wimbledon)) {
      await fence.enter(officer, entry);
      expect([sql, await fence.outcome(() => fence.client.query(sql))]).toEqual([sql, 'KS009']);
    }
  });
});
