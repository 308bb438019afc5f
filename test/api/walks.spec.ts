import { randomUUID } from 'node:crypto';
import { Sentinel } from '../../src/kill-switch/sentinel/sentinel.service.js';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { ApiClient } from '../support/api.js';
import { FenceClient } from '../support/fence-client.js';
import { createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { createRegister } from '../support/register.js';
import { createFrozenSelection } from '../support/selection.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { flip } from '../support/switch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Walk {
  id: string;
  position: number;
  assignment: { accountId: string } | null;
  claim: { accountId: string; expiresAt: string } | null;
}
interface MyWalk {
  id: string;
  claimExpiresAt: string | null;
  isHeldByAnother: boolean;
}
interface Doors {
  items: { position: number; id: string; electors: { id: string; surname: string }[] }[];
  next: string | null;
}

describe('Walks', () => {
  let database: TestDatabase;
  let servers: TestServer[];
  let organiser: Person;
  let asOrganiser: ApiClient;
  let selectionId: string;
  const at = `constituencyId=${putney}`;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createRegister(database.admin, putney, 'KA', 4, 10);
    await createRegister(database.admin, wimbledon, 'WA', 1, 3);
    servers = [await startTestServer(database.environment), await startTestServer(database.environment)];
    organiser = await createOrganiser();
    asOrganiser = clientOf(organiser);
    selectionId = await createFrozenSelection(database.admin, putney, organiser.accountId);
  });

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await database.drop();
  });

  // No list of one test holds doors in the next.
  afterEach(async () => {
    await database.admin.query('DELETE FROM contact_creator.list');
  });

  const clientOf = (person: Person, replica = 0) => new ApiClient(servers[replica]!.url, person);
  const createOrganiser = () =>
    createPerson(database, { role: 'organiser', constituencyId: putney, purposes: ['voter-contact'] });
  const createCanvasser = (more = {}) =>
    createPerson(database, {
      role: 'canvasser',
      constituencyId: putney,
      purposes: ['voter-contact'],
      ...more,
    });
  const cut = async (more: object = {}) => {
    const list = await asOrganiser.post<{ id: string }>('/v1/lists', {
      constituencyId: putney,
      name: 'Saturday',
      selectionId,
      cutBy: 'size',
      maxDoorsPerWalk: 10,
      purpose: 'voter-contact',
      ...more,
    });
    expect(list.status).toBe(201);
    const walks = await asOrganiser.get<{ items: Walk[] }>(`/v1/lists/${list.body.id}/walks?${at}`);
    return {
      listId: list.body.id,
      walkIds: walks.body.items.map(({ id }) => id) as [string, string, string, string],
    };
  };
  const hours = (from: number, until: number) => ({
    from: new Date(Date.now() + from * 3_600_000).toISOString(),
    until: new Date(Date.now() + until * 3_600_000).toISOString(),
  });
  const assign = (walkId: string, person: Person | null, when = hours(-1, 2), etag = '*') =>
    asOrganiser.send<Walk & { code?: string }>(
      'PATCH',
      `/v1/walks/${walkId}?${at}`,
      { assignment: person && { accountId: person.accountId, ...when } },
      { 'if-match': etag },
    );
  const claim = (person: Person, walkId: string, replica = 0) =>
    clientOf(person, replica).send<MyWalk & { code?: string }>(
      'POST',
      `/v1/walks/${walkId}/claim?${at}`,
      undefined,
      {},
    );
  const release = (person: Person, walkId: string) =>
    clientOf(person).send('DELETE', `/v1/walks/${walkId}/claim?${at}`, undefined, {});
  const doorsOf = (person: Person, walkId: string, query = '') =>
    clientOf(person).get<Doors & { code?: string }>(`/v1/walks/${walkId}/doors?${at}${query}`);
  const mine = async (person: Person) =>
    (await clientOf(person).get<{ items: MyWalk[] }>(`/v1/walks?${at}`)).body.items.map(({ id }) => id);
  const walk = async (id: string) => (await asOrganiser.get<Walk>(`/v1/walks/${id}?${at}`)).body;

  it('show a canvasser his own, door by door in walk order, each page in the record with whom it showed', async () => {
    const canvasser = await createCanvasser();
    const { walkIds } = await cut();
    expect((await assign(walkIds[1], canvasser)).status).toBe(200);
    expect(await mine(canvasser)).toEqual([walkIds[1]]);
    const seen: Doors['items'] = [];
    let after = '';
    do {
      const answer = await doorsOf(canvasser, walkIds[1], `&limit=4${after && `&after=${after}`}`);
      expect(answer.status).toBe(200);
      const subjects = answer.body.items.flatMap(({ electors }) => electors.map(({ id }) => id));
      const { rows } = await database.admin.query(
        `SELECT account_id, role, action, purpose, data_classes, constituencies, rows, subject_ids::text[] AS subject_ids
         FROM ledger.disclosure WHERE request_id = $1`,
        [answer.headers.get('request-id')],
      );
      expect(rows).toEqual([
        {
          account_id: canvasser.accountId,
          role: 'canvasser',
          action: 'walk.work',
          purpose: 'voter-contact',
          data_classes: ['identity'],
          constituencies: [putney],
          rows: subjects.length,
          subject_ids: subjects.toSorted((one, other) => Number(one) - Number(other)),
        },
      ]);
      seen.push(...answer.body.items);
      after = answer.body.next ?? '';
    } while (after);
    expect(seen.map(({ position }) => position)).toEqual(Array.from({ length: 10 }, (_, n) => n + 1));
    const { rows } = await database.admin.query<{ door_id: string }>(
      'SELECT door_id FROM contact_creator.walk_door WHERE walk_id = $1 ORDER BY position',
      [walkIds[1]],
    );
    expect(seen.map(({ id }) => id)).toEqual(rows.map(({ door_id }) => door_id));
    expect(seen[0]!.electors).toHaveLength(2);
    expect(seen[0]!.electors[0]!.surname).toMatch(/^Surname/);
  });

  it('are not there for somebody else, nor for their own canvasser before and after the hours', async () => {
    const canvasser = await createCanvasser();
    const other = await createCanvasser();
    const { walkIds, listId } = await cut();
    await assign(walkIds[0], canvasser);
    await assign(walkIds[1], canvasser, hours(1, 2));
    await assign(walkIds[2], canvasser);
    await database.admin.query(
      `UPDATE contact_creator.walk SET assigned_from = now() - interval '2 hours', assigned_until = now() - interval '1 minute' WHERE id = $1`,
      [walkIds[2]],
    );
    expect(await mine(canvasser)).toEqual([walkIds[0]]);
    for (const [person, walkId] of [
      [other, walkIds[0]],
      [canvasser, walkIds[1]],
      [canvasser, walkIds[2]],
      [canvasser, walkIds[3]],
      [canvasser, randomUUID()],
    ] as const) {
      expect(await doorsOf(person, walkId)).toMatchObject({ status: 404, body: { code: 'not-found' } });
      expect(await claim(person, walkId)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    }
    expect(await mine(other)).toEqual([]);
    for (const path of [
      `/v1/lists?${at}`,
      `/v1/lists/${listId}/walks?${at}`,
      `/v1/walks/${walkIds[0]}?${at}`,
    ])
      expect(await clientOf(canvasser).get(path)).toMatchObject({
        status: 403,
        body: { code: 'not-permitted' },
      });
    expect(await clientOf(canvasser).get(`/v1/walks?constituencyId=${wimbledon}`)).toMatchObject({
      status: 404,
    });
  });

  it('are all shown to who reads the lists of the area, doors too, but not to who reads another', async () => {
    const { listId, walkIds } = await cut();
    const path = `/v1/lists/${listId}/doors?${at}&walkId=${walkIds[2]}`;
    const answer = await asOrganiser.get<Doors>(path);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body.items).toHaveLength(10);
    const { rows } = await database.admin.query('SELECT rows FROM ledger.disclosure WHERE request_id = $1', [
      answer.headers.get('request-id'),
    ]);
    expect(rows).toEqual([{ rows: 20 }]);
    const far = await createPerson(database, {
      role: 'organiser',
      constituencyId: wimbledon,
      purposes: ['voter-contact'],
    });
    expect(await clientOf(far).get(path)).toMatchObject({ status: 404 });
    expect(await asOrganiser.get(`/v1/lists/${randomUUID()}/doors?${at}&walkId=${walkIds[2]}`)).toMatchObject(
      {
        status: 404,
      },
    );
  });

  it('show the API role under walk.work one worked walk and no row besides', async () => {
    const canvasser = await createCanvasser();
    const { walkIds } = await cut();
    await assign(walkIds[0], canvasser);
    const fence = await FenceClient.connect(database);
    const work = { action: 'walk.work', constituencyIds: [putney] } as const;
    const doors = (walkId: string) =>
      fence.client.query<{ electors: unknown[] }>(
        'SELECT electors FROM contact_creator.walk_doors($1, $2, 0, 500)',
        [putney, walkId],
      );
    try {
      for (const entry of [
        work,
        { ...work, constituencyIds: undefined },
        { ...work, mode: 'change' } as const,
      ]) {
        await fence.enter(canvasser, entry);
        for (const table of [
          'elector',
          'register_entry',
          'selection_member',
          'list',
          'walk',
          'walk_door',
          'walk_elector',
          'door',
        ])
          expect({ table, rows: await fence.count(`contact_creator.${table}`) }).toEqual({ table, rows: 0 });
        expect((await doors(walkIds[0])).rows).toHaveLength(10);
        expect(await fence.outcome(() => doors(walkIds[1]))).toBe('KS008');
      }
      // The same of somebody granted everywhere, whose context is wide.
      const wide = await createPerson(database, { role: 'canvasser', purposes: ['voter-contact'] });
      await fence.enter(wide, { action: 'walk.work' });
      expect(await fence.count('contact_creator.elector')).toBe(0);
      expect(await fence.outcome(() => doors(walkIds[0]))).toBe('KS008');
      for (const entry of [
        { ...work, classes: [] },
        { ...work, purpose: undefined, classes: [] },
      ]) {
        await fence.enter(canvasser, entry);
        expect(await fence.outcome(() => doors(walkIds[0]))).toBe('KS009');
      }
      expect(await fence.outcome(() => doors(walkIds[0]))).toBe('KS008');
      await fence.enter(organiser, { action: 'elector.read', mode: 'change' });
      expect(
        await fence.outcome(() =>
          fence.client.query('SELECT contact_creator.claim_walk($1, $2)', [putney, walkIds[0]]),
        ),
      ).toBe('KS009');
    } finally {
      await fence.close();
    }
  });

  it('of nobody are not claimed on the strength of a grant that does not count in the session', async () => {
    const canvasser = await createCanvasser();
    await database.admin.query(
      `INSERT INTO access.role_grant (account_id, role, area_kind, constituency_id, purposes, from_at, until_at, granted_by, approved_by, approved_at)
       SELECT $1, 'data-officer', area_kind, constituency_id, purposes, from_at, until_at, granted_by, approved_by, now()
       FROM access.role_grant WHERE account_id = $1`,
      [canvasser.accountId],
    );
    await database.admin.query('UPDATE identity.session SET mfa_at = NULL WHERE id = $1', [
      canvasser.sessionId,
    ]);
    const { walkIds } = await cut();
    expect(await claim(canvasser, walkIds[0])).toMatchObject({ status: 404 });
    expect(await doorsOf(canvasser, walkIds[0])).toMatchObject({ status: 404 });
  });

  it('are claimed by one of many who try at once, and by the next when given back', async () => {
    const { walkIds } = await cut();
    const others: Person[] = [];
    for (let n = 0; n < 3; n++) others.push(await createOrganiser());
    const answers = await Promise.all(
      [organiser, ...others].map((person, index) => claim(person, walkIds[0], index % 2)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    const holder = [organiser, ...others][answers.findIndex(({ status }) => status === 200)]!;
    const loser = [organiser, ...others].find((person) => person !== holder)!;
    const held = await walk(walkIds[0]);
    expect(held.claim?.accountId).toBe(holder.accountId);
    expect(Date.parse(held.claim!.expiresAt) - Date.now()).toBeGreaterThan(3.9 * 3_600_000);
    expect(await release(loser, walkIds[0])).toMatchObject({ status: 404 });
    expect(await claim(holder, walkIds[0])).toMatchObject({ status: 200 });
    expect(await release(holder, walkIds[0])).toMatchObject({ status: 204 });
    expect(await release(holder, walkIds[0])).toMatchObject({ status: 404 });
    expect(await claim(loser, walkIds[0])).toMatchObject({ status: 200, body: { isHeldByAnother: false } });
  });

  it('show no door to their own canvasser while somebody else holds them', async () => {
    const canvasser = await createCanvasser();
    const { walkIds } = await cut();
    await assign(walkIds[0], canvasser);
    expect(await doorsOf(canvasser, walkIds[0])).toMatchObject({ status: 200 });
    expect(await claim(organiser, walkIds[0])).toMatchObject({ status: 200 });
    expect(await doorsOf(canvasser, walkIds[0])).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const fence = await FenceClient.connect(database);
    try {
      await fence.enter(canvasser, { action: 'walk.work', constituencyIds: [putney] });
      for (const read of ['walk_doors', 'walk_opinions'])
        expect(
          await fence.outcome(() =>
            fence.client.query(`SELECT * FROM contact_creator.${read}($1, $2, 0, 500)`, [putney, walkIds[0]]),
          ),
        ).toBe('KS008');
    } finally {
      await fence.close();
    }
    expect(await mine(canvasser)).toEqual([walkIds[0]]);
    expect(await release(organiser, walkIds[0])).toMatchObject({ status: 204 });
    expect(await doorsOf(canvasser, walkIds[0])).toMatchObject({ status: 200 });
  });

  it('that have run out are free for another', async () => {
    const { walkIds } = await cut();
    const other = await createOrganiser();
    await claim(other, walkIds[0]);
    await database.admin.query(
      `UPDATE contact_creator.walk SET claim_expires_at = now() - interval '1 second' WHERE id = $1`,
      [walkIds[0]],
    );
    expect((await walk(walkIds[0])).claim).toBeNull();
    expect(await doorsOf(other, walkIds[0])).toMatchObject({ status: 404 });
    expect(await claim(organiser, walkIds[0])).toMatchObject({ status: 200 });
    expect(await doorsOf(organiser, walkIds[0])).toMatchObject({ status: 200 });
  });

  it('of two lists that share a door are never claimed together, also at the same moment', async () => {
    const one = await cut();
    const two = await cut({ maxDoorsPerWalk: 20 });
    const other = await createOrganiser();
    const answers = await Promise.all([claim(organiser, one.walkIds[1]), claim(other, two.walkIds[0], 1)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    // The second walk of the second list has other doors.
    expect(await claim(other, two.walkIds[1])).toMatchObject({ status: 200 });
    const [winner, loser] = answers[0].status === 200 ? [organiser, other] : [other, organiser];
    const [won, lost] =
      answers[0].status === 200 ? [one.walkIds[1], two.walkIds[0]] : [two.walkIds[0], one.walkIds[1]];
    expect(await release(winner, won)).toMatchObject({ status: 204 });
    expect(await claim(loser, lost)).toMatchObject({ status: 200 });
  });

  it('wait for a claim that is under way on a shared door, and then see it', async () => {
    const one = await cut();
    const two = await cut();
    const other = await createOrganiser();
    const first = await FenceClient.connect(database);
    const second = await FenceClient.connect(database);
    const work = { action: 'walk.work', mode: 'change', constituencyIds: [putney] } as const;
    const take = async (fence: FenceClient, walkId: string) =>
      (
        await fence.client.query<{ outcome: string }>(
          'SELECT contact_creator.claim_walk($1, $2) AS outcome',
          [putney, walkId],
        )
      ).rows[0]!.outcome;
    try {
      await first.enter(organiser, work);
      await second.enter(other, work);
      expect(await take(first, one.walkIds[0])).toBe('claimed');
      const later = take(second, two.walkIds[0]);
      expect(await Promise.race([later, new Promise((resolve) => setTimeout(resolve, 200, 'waits'))])).toBe(
        'waits',
      );
      await first.client.query('COMMIT');
      expect(await later).toBe('doors-held');
      await second.client.query('ROLLBACK');
    } finally {
      await first.close();
      await second.close();
    }
  });

  it('held by a canvasser end with the hours, and are lost to whom they are given next', async () => {
    const canvasser = await createCanvasser();
    const next = await createCanvasser();
    const { walkIds } = await cut();
    const when = hours(-1, 1);
    await assign(walkIds[0], canvasser, when);
    expect(await claim(canvasser, walkIds[0])).toMatchObject({
      status: 200,
      body: { claimExpiresAt: when.until },
    });
    expect((await walk(walkIds[0])).claim).toMatchObject({ accountId: canvasser.accountId });
    const sooner = hours(-1, 0.5);
    const moved = await assign(walkIds[0], canvasser, sooner);
    expect(Date.parse(moved.body.claim!.expiresAt)).toBe(Date.parse(sooner.until));
    expect(await assign(walkIds[0], next)).toMatchObject({ status: 200, body: { claim: null } });
    expect(await doorsOf(canvasser, walkIds[0])).toMatchObject({ status: 404 });
    expect(await claim(next, walkIds[0])).toMatchObject({ status: 200 });
    expect(await assign(walkIds[0], null)).toMatchObject({
      status: 200,
      body: { assignment: null, claim: null },
    });
    expect(await doorsOf(next, walkIds[0])).toMatchObject({ status: 404 });
  });

  it('are assigned to a live canvasser of the area for its purpose alone, by who read them last', async () => {
    const { walkIds } = await cut();
    const canvasser = await createCanvasser();
    const ended = await createCanvasser();
    await database.admin.query('UPDATE access.role_grant SET ended_at = now() WHERE account_id = $1', [
      ended.accountId,
    ]);
    const suspended = await createCanvasser();
    await flip(database.admin, [`user:${suspended.accountId}`], true);
    const unfit = [
      ended,
      suspended,
      await createCanvasser({ constituencyId: wimbledon }),
      await createCanvasser({ purposes: [] }),
      await createPerson(database, {
        role: 'candidate',
        constituencyId: putney,
        purposes: ['voter-contact'],
      }),
      { accountId: randomUUID() } as Person,
    ];
    for (const person of unfit)
      expect(await assign(walkIds[0], person)).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/assignment/accountId' }] },
      });
    expect(await assign(walkIds[0], canvasser, hours(2, 1))).toMatchObject({ status: 400 });
    expect(await assign(walkIds[0], canvasser, hours(-2, -1))).toMatchObject({ status: 400 });
    const read = await asOrganiser.get(`/v1/walks/${walkIds[0]}?${at}`);
    const etag = read.headers.get('etag')!;
    expect(await assign(walkIds[0], canvasser, hours(0, 1), etag)).toMatchObject({ status: 200 });
    expect(await assign(walkIds[0], null, undefined, etag)).toMatchObject({ status: 412 });
    const patch = (body: object, headers: Record<string, string> = { 'if-match': '*' }) =>
      asOrganiser.send('PATCH', `/v1/walks/${walkIds[0]}?${at}`, body, headers);
    expect(await patch({ assignment: null }, {})).toMatchObject({ status: 428 });
    for (const body of [{}, { assignment: 7 }, { assignment: [] }, { assignment: {} }])
      expect(await patch(body)).toMatchObject({ status: 400, body: { code: 'validation-failed' } });
  });

  it('show nobody who objected, died, moved or was spoken with since, and no door that asked for peace', async () => {
    const canvasser = await createCanvasser();
    const { walkIds } = await cut();
    await assign(walkIds[0], canvasser);
    await claim(canvasser, walkIds[0]);
    const before = (await doorsOf(canvasser, walkIds[0])).body.items;
    const marks = [
      'objected_at = now()',
      'is_deceased = true',
      'has_moved = true',
      `do_not_return_until = current_date + 30`,
      'is_current = false',
      `last_contact_at = now() - interval '1 day'`,
      `door_id = ${before[9]!.id}`,
    ];
    for (const [index, mark] of marks.entries())
      await database.admin.query(`UPDATE contact_creator.elector SET ${mark} WHERE id = $1`, [
        before[index]!.electors[0]!.id,
      ]);
    await database.admin.query('UPDATE contact_creator.door SET do_not_knock_at = now() WHERE id = $1', [
      before[7]!.id,
    ]);
    await database.admin.query('UPDATE contact_creator.elector SET objected_at = now() WHERE door_id = $1', [
      before[8]!.id,
    ]);
    // Spoken with on this very walk: still shown to its holder.
    await database.admin.query('UPDATE contact_creator.elector SET last_contact_at = now() WHERE id = $1', [
      before[9]!.electors[0]!.id,
    ]);
    const after = (await doorsOf(canvasser, walkIds[0])).body.items;
    expect(after.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7, 10]);
    expect(after.map(({ electors }) => electors.length)).toEqual([1, 1, 1, 1, 1, 1, 1, 2]);
    await release(canvasser, walkIds[0]);
    await claim(canvasser, walkIds[0]);
    const again = (await doorsOf(canvasser, walkIds[0])).body.items;
    expect(again.at(-1)!.electors).toHaveLength(1);
    await database.admin.query(
      `UPDATE contact_creator.elector SET objected_at = NULL, is_deceased = false, has_moved = false, do_not_return_until = NULL,
              last_contact_at = NULL, is_current = true`,
    );
    await database.admin.query('UPDATE contact_creator.elector SET door_id = $2 WHERE id = $1', [
      before[6]!.electors[0]!.id,
      before[6]!.id,
    ]);
    await database.admin.query('UPDATE contact_creator.door SET do_not_knock_at = NULL');
  });

  it('of a list that has expired show nothing to anybody', async () => {
    const canvasser = await createCanvasser();
    const { listId, walkIds } = await cut();
    await assign(walkIds[0], canvasser);
    await claim(canvasser, walkIds[0]);
    await database.admin.query(`UPDATE contact_creator.list SET expires_at = now() - interval '1 second'`);
    expect(await mine(canvasser)).toEqual([]);
    expect(await doorsOf(canvasser, walkIds[0])).toMatchObject({ status: 404 });
    expect(await claim(canvasser, walkIds[0])).toMatchObject({ status: 404 });
    for (const path of [
      `/v1/lists/${listId}/walks?${at}`,
      `/v1/lists/${listId}/doors?${at}&walkId=${walkIds[0]}`,
      `/v1/walks/${walkIds[0]}?${at}`,
    ])
      expect(await asOrganiser.get(path)).toMatchObject({ status: 404 });
    expect(await assign(walkIds[0], canvasser)).toMatchObject({ status: 404 });
    // Its claim no longer holds the doors.
    expect(await claim(organiser, (await cut()).walkIds[0])).toMatchObject({ status: 200 });
  });

  it('made of opinions are in the record under the class of opinions', async () => {
    const canvasser = await createCanvasser();
    const usesOpinions = await createFrozenSelection(database.admin, putney, organiser.accountId, {
      usesOpinions: true,
    });
    const { walkIds } = await cut({ selectionId: usesOpinions });
    await assign(walkIds[0], canvasser);
    const answer = await doorsOf(canvasser, walkIds[0]);
    const { rows } = await database.admin.query(
      'SELECT data_classes FROM ledger.disclosure WHERE request_id = $1',
      [answer.headers.get('request-id')],
    );
    expect(rows).toEqual([{ data_classes: ['identity', 'opinion'] }]);
  });

  it('are taken from the departed in the departure itself', async () => {
    const canvasser = await createCanvasser();
    const staying = await createCanvasser();
    const { walkIds } = await cut();
    await assign(walkIds[0], canvasser);
    await claim(canvasser, walkIds[0]);
    await assign(walkIds[1], canvasser);
    await assign(walkIds[2], staying);
    await claim(staying, walkIds[2]);
    const secretary = await createPerson(database, { role: 'general-secretary' });
    const departed = await clientOf(secretary).post(`/v1/users/${canvasser.accountId}/departure`, {
      standing: 'resigned',
      reason: 'resigned this morning',
    });
    expect(departed.status).toBe(201);
    for (const id of [walkIds[0], walkIds[1]])
      expect(await walk(id)).toMatchObject({ assignment: null, claim: null });
    expect(await walk(walkIds[2])).toMatchObject({
      assignment: { accountId: staying.accountId },
      claim: { accountId: staying.accountId },
    });
    expect(await assign(walkIds[0], canvasser)).toMatchObject({ status: 400 });
  });

  it('close with the user, the area and the tool', async () => {
    const canvasser = await createCanvasser();
    const { walkIds } = await cut();
    await assign(walkIds[0], canvasser);
    const scopes: [ScopeKey, number][] = [
      [`user:${canvasser.accountId}`, 403],
      [`area:${putney}`, 403],
      ['tool:contact-creator', 503],
    ];
    const refresh = () => Promise.all(servers.map(({ app }) => app.get(Sentinel).refresh()));
    for (const [scope, status] of scopes) {
      await flip(database.admin, [scope], true);
      expect(await doorsOf(canvasser, walkIds[0])).toMatchObject({ status });
      expect(await claim(canvasser, walkIds[0])).toMatchObject({ status });
      await flip(database.admin, [scope], false);
      await refresh();
      expect(await doorsOf(canvasser, walkIds[0])).toMatchObject({ status: 200 });
    }
  });
});
