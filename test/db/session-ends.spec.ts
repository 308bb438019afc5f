import { FenceClient } from '../support/fence-client.js';
import { createPerson, type Person } from '../support/people.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('A session, to the API role', () => {
  let database: TestDatabase;
  let fence: FenceClient;
  let person: Person;

  beforeAll(async () => {
    database = await createTestDatabase();
    fence = await FenceClient.connect(database);
    person = await createPerson(database);
  });

  afterAll(async () => {
    await fence.close();
    await database.drop();
  });

  const state = async () => {
    const { rows } = await database.admin.query(
      `SELECT (SELECT epoch FROM ks.state)::integer AS epoch, (SELECT count(*) FROM ks.flip)::integer AS flips,
              s.gen::integer AS generation, s.suspended
       FROM ks.scope s WHERE s.kind = 'user' AND s.id = $1`,
      [person.accountId],
    );
    return rows[0] as { epoch: number; flips: number; generation: number; suspended: boolean };
  };

  it.each(['ended_at = now()', `ended_why = 'signed-out'`, 'account_id = id', 'id = account_id'])(
    'cannot be changed by hand: %s',
    async (change) => {
      const changed = fence.client.query(`UPDATE identity.session SET ${change} WHERE id = $1`, [
        person.sessionId,
      ]);
      await expect(changed).rejects.toMatchObject({ code: '42501' });
    },
  );

  it('ends with the generation of whose it is, in a flip that stops nobody, and only once', async () => {
    const before = await state();
    const end = async () => {
      const values = [person.accountId, 'signed-out', person.sessionId];
      const { rows } = await fence.client.query<{ ended: number }>(
        'SELECT identity.end_sessions($1, $2, $3, NULL) AS ended',
        values,
      );
      return rows[0]!.ended;
    };
    expect(await end()).toBe(1);
    const after = {
      epoch: before.epoch + 1,
      flips: before.flips + 1,
      generation: before.generation + 1,
      suspended: false,
    };
    expect(await state()).toEqual(after);
    expect(await end()).toBe(0);
    expect(await state()).toEqual(after);
  });

  it('is the one thing by which it raises a generation without a context', async () => {
    for (const call of ['ks.raise_generation', 'ks.revoke']) {
      const raised = fence.client.query(`SELECT ${call}('{all:*}')`);
      await expect(raised).rejects.toMatchObject({ code: call === 'ks.revoke' ? 'KS009' : '42501' });
    }
  });
});
