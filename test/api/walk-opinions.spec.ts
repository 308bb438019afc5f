import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api.js';
import { FenceClient } from '../support/fence-client.js';
import { createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { createRegister } from '../support/register.js';
import { createFrozenSelection, createWalks } from '../support/selection.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Opinions {
  items: {
    position: number;
    id: string;
    electors: { id: string; electorNumber: string; votingIntention: { category: string } | null }[];
  }[];
  next: string | null;
}

describe('Opinions on a walk', () => {
  let database: TestDatabase;
  let server: TestServer;
  let organiser: Person;
  let canvasser: Person;
  let mine: string;
  let another: string;
  const at = `constituencyId=${putney}`;

  const granted = (role: 'organiser' | 'canvasser' | 'data-officer', more = {}) =>
    createPerson(database, { role, constituencyId: putney, purposes: ['voter-contact'], ...more });
  const clientOf = (person: Person) => new ApiClient(server.url, person);
  const opinionsOf = (person: Person, walkId: string, query = '') =>
    clientOf(person).get<Opinions & { code?: string }>(`/v1/walks/${walkId}/opinions?${at}${query}`);

  beforeAll(async () => {
    database = await createTestDatabase();
    await createRegister(database.admin, putney, 'KA', 2, 10);
    server = await startTestServer(database.environment);
    organiser = await granted('organiser');
    canvasser = await granted('canvasser');
    const selectionId = await createFrozenSelection(database.admin, putney, organiser.accountId);
    [mine, another] = (await createWalks(clientOf(organiser), putney, selectionId)) as [string, string];
    await database.admin.query(
      `INSERT INTO contact_creator.elector_opinion (constituency_id, elector_id, vi_code, vi_category, vi_at)
       SELECT constituency_id, id, 'L', 'lean-support', '2026-01-17T14:20:00Z' FROM contact_creator.elector
       WHERE constituency_id = $1 AND number <> 2`,
      [putney],
    );
  });

  beforeEach(async () => {
    await database.admin.query(
      `UPDATE contact_creator.walk SET assigned_to = $2, assigned_from = now() - interval '1 hour',
              assigned_until = now() + interval '1 hour', claimed_by = NULL, claimed_at = NULL, claim_expires_at = NULL WHERE id = $1`,
      [mine, canvasser.accountId],
    );
    await database.admin.query(
      'UPDATE contact_creator.elector SET attains_on = NULL, objected_at = NULL, last_contact_at = NULL',
    );
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  it('are shown to the canvasser of the walk, page by page, each in the record as an opinion', async () => {
    const seen: Opinions['items'] = [];
    let after = '';
    do {
      const answer = await opinionsOf(canvasser, mine, `&limit=4${after && `&after=${after}`}`);
      expect(answer.status).toBe(200);
      const subjects = answer.body.items.flatMap(({ electors }) => electors.map(({ id }) => id));
      const { rows } = await database.admin.query(
        `SELECT action, purpose, data_classes, rows, subject_ids::text[] AS subject_ids FROM ledger.disclosure WHERE request_id = $1`,
        [answer.headers.get('request-id')],
      );
      expect(rows).toEqual([
        {
          action: 'walk.work',
          purpose: 'voter-contact',
          data_classes: ['identity', 'opinion'],
          rows: subjects.length,
          subject_ids: subjects.toSorted((one, other) => Number(one) - Number(other)),
        },
      ]);
      seen.push(...answer.body.items);
      after = answer.body.next ?? '';
    } while (after);
    expect(seen.map(({ position }) => position)).toEqual(Array.from({ length: 10 }, (_, n) => n + 1));
    const electors = seen.flatMap((door) => door.electors);
    expect(electors).toHaveLength(20);
    expect(electors.find(({ electorNumber }) => electorNumber === 'KA-2')?.votingIntention).toBeNull();
    expect(electors.find(({ electorNumber }) => electorNumber === 'KA-1')?.votingIntention).toEqual({
      code: 'L',
      category: 'lean-support',
      party: null,
      at: expect.stringMatching(/^2026-01-17T14:20:00/) as unknown,
    });
  });

  it('leave out everybody under 18, and whom nobody may call on by now', async () => {
    await database.admin.query(
      `UPDATE contact_creator.elector SET attains_on = current_date + 1 WHERE number = 1;
       UPDATE contact_creator.elector SET attains_on = current_date WHERE number = 3;
       UPDATE contact_creator.elector SET objected_at = now() WHERE number = 4`,
    );
    const { body } = await opinionsOf(canvasser, mine, '&limit=500');
    const numbers = body.items.flatMap(({ electors }) => electors.map(({ electorNumber }) => electorNumber));
    expect(numbers).toHaveLength(18);
    expect(numbers).not.toContain('KA-1');
    expect(numbers).not.toContain('KA-4');
    expect(numbers).toContain('KA-3');
  });

  it('are shown to organisers of the area for the purpose of the list, of every walk', async () => {
    for (const walkId of [mine, another])
      expect((await opinionsOf(organiser, walkId, '&limit=500')).body.items).toHaveLength(10);
    const far = await granted('organiser', { constituencyId: wimbledon });
    const forOther = await granted('organiser', { purposes: ['register-management'] });
    for (const person of [far, forOther])
      expect(await opinionsOf(person, mine)).toMatchObject({ status: 404 });
    expect(await opinionsOf(await granted('data-officer'), mine)).toMatchObject({ status: 403 });
  });

  it('are not there for anybody else, nor for the canvasser outside the hours', async () => {
    const other = await granted('canvasser');
    for (const [person, walkId] of [
      [other, mine],
      [canvasser, another],
      [canvasser, randomUUID()],
    ] as const)
      expect(await opinionsOf(person, walkId)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    await database.admin.query(
      `UPDATE contact_creator.walk SET assigned_until = now() - interval '1 minute' WHERE id = $1`,
      [mine],
    );
    expect(await opinionsOf(canvasser, mine)).toMatchObject({ status: 404 });
  });

  it('are answered by the database for their purpose and class alone', async () => {
    const fence = await FenceClient.connect(database);
    const work = { action: 'walk.work', constituencyIds: [putney] } as const;
    const opinions = (walkId: string) =>
      fence.client.query('SELECT FROM contact_creator.walk_opinions($1, $2, 0, 500)', [putney, walkId]);
    try {
      await fence.enter(canvasser, { ...work, classes: ['identity', 'opinion'] });
      expect(await fence.count('contact_creator.elector_opinion')).toBe(0);
      expect((await opinions(mine)).rows).toHaveLength(10);
      expect(await fence.outcome(() => opinions(another))).toBe('KS008');
      for (const entry of [{ classes: ['identity'] as const }, { classes: [], purpose: undefined }]) {
        await fence.enter(canvasser, { ...work, ...entry });
        expect(await fence.outcome(() => opinions(mine))).toBe('KS009');
      }
      expect(await fence.outcome(() => opinions(mine))).toBe('KS008');
    } finally {
      await fence.close();
    }
  });

  it('answer junk with a problem, never a defect', async () => {
    for (const path of [`/v1/walks/7/opinions?${at}`, `/v1/walks/${mine}/opinions`])
      expect(await clientOf(canvasser).get(path)).toMatchObject({ status: 400 });
    expect(await opinionsOf(canvasser, mine, '&after=junk')).toMatchObject({ status: 400 });
  });
});
