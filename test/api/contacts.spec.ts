import { randomUUID } from 'node:crypto';
import { Sentinel } from '../../src/kill-switch/sentinel/sentinel.service.js';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { ApiClient } from '../support/api.js';
import { createControllerProfile } from '../support/controller-profile.js';
import { emptyTables } from '../support/empty-tables.js';
import { FenceClient } from '../support/fence-client.js';
import { createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { createRegister } from '../support/register.js';
import { createFrozenSelection, createWalks } from '../support/selection.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { flip } from '../support/switch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Result {
  id: string | null;
  status: string;
  problem?: { code: string; detail: string; errors?: { pointer: string; detail: string }[] };
}
interface Results {
  contacts: Result[];
  code?: string;
  errors?: { pointer: string }[];
}
interface Contact {
  id: string;
  outcome: string;
  recordedBy: string;
  opinion: { category: string; flags: string[]; likelihood: number } | null;
  ended: { reason: string; replacedBy: string | null } | null;
}

describe('Contacts', () => {
  let database: TestDatabase;
  let servers: TestServer[];
  let organiser: Person;
  let canvasser: Person;
  let walkIds: string[];
  let electors: { id: string; door_id: string }[];
  const at = `constituencyId=${putney}`;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createRegister(database.admin, putney, 'KA', 4, 10);
    await createRegister(database.admin, wimbledon, 'WA', 1, 3);
    servers = [await startTestServer(database.environment), await startTestServer(database.environment)];
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    canvasser = await createCanvasser();
    const selectionId = await createFrozenSelection(database.admin, putney, organiser.accountId);
    walkIds = await createWalks(clientOf(organiser), putney, selectionId);
    await assign(walkIds[0]!, canvasser, -2, 2);
    electors = await electorsOf(walkIds[0]!);
  });

  beforeEach(async () => {
    await emptyTables(database.admin, [
      'contact_creator.contact_answer',
      'contact_creator.contact_subject',
      'contact_creator.contact',
    ]);
    await database.admin.query(
      `UPDATE contact_creator.elector SET last_attempt_at = NULL, last_contact_at = NULL, attempt_count = 0, contact_count = 0,
              flags = '{}', objected_at = NULL, do_not_return_until = NULL, is_deceased = false, has_moved = false, attains_on = NULL`,
    );
    await database.admin.query('DELETE FROM contact_creator.elector_opinion');
    await database.admin.query('UPDATE contact_creator.door SET do_not_knock_at = NULL');
    await database.admin.query('DELETE FROM protection.controller_profile');
    await createControllerProfile(database.admin, organiser.accountId);
  });

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await database.drop();
  });

  const clientOf = (person: Person, replica = 0) =>
    new ApiClient(servers[replica]!.url, person, 'voter-contact');
  const createCanvasser = () =>
    createPerson(database, { role: 'canvasser', constituencyId: putney, purposes: ['voter-contact'] });
  const assign = async (walkId: string, person: Person, from: number, until: number) => {
    await database.admin.query(
      `UPDATE contact_creator.walk SET assigned_to = $2, assigned_from = now() + $3 * interval '1 hour',
              assigned_until = now() + $4 * interval '1 hour' WHERE id = $1`,
      [walkId, person.accountId, from, until],
    );
  };
  const electorsOf = async (walkId: string) =>
    (
      await database.admin.query<{ id: string; door_id: string }>(
        'SELECT elector_id AS id, door_id FROM contact_creator.walk_elector WHERE walk_id = $1 ORDER BY elector_id',
        [walkId],
      )
    ).rows;
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const said = (more: object = {}) => ({
    id: randomUUID(),
    electorId: electors[0]!.id,
    walkId: walkIds[0],
    method: 'doorstep',
    outcome: 'canvassed',
    deviceAt: minutesAgo(5),
    ...more,
  });
  const record = (person: Person, contacts: unknown, replica = 0, constituencyId = putney) =>
    clientOf(person, replica).post<Results>('/v1/contacts', { constituencyId, contacts });
  /** As a device does: where the server is busy it waits as long as it is told, and hands in the same once more. */
  const handIn = async (person: Person, contacts: unknown, replica: number) => {
    for (let attempt = 1; ; attempt++) {
      const answer = await record(person, contacts, replica);
      const waitSeconds = answer.headers.get('retry-after');
      if (answer.status !== 503 || waitSeconds === null || attempt === 5) return answer;
      await new Promise((resolve) => setTimeout(resolve, Number(waitSeconds) * 1_000));
    }
  };
  const statuses = async (person: Person, contacts: object[]) =>
    (await record(person, contacts)).body.contacts.map(({ status }) => status);
  const problemsOf = async (person: Person, contact: object) => {
    const { problem } = (await record(person, [contact])).body.contacts[0]!;
    return problem && [problem.code, ...(problem.errors ?? []).map(({ pointer }) => pointer)];
  };
  const stateOf = async (electorId: string) =>
    (
      await database.admin.query<Record<string, unknown>>(
        `SELECT e.attempt_count, e.contact_count, e.last_attempt_at, e.last_contact_at, e.flags, e.objected_at, e.do_not_return_until,
                e.is_deceased, e.has_moved, d.do_not_knock_at, o.vi_code, o.vi_category, o.vi_contact_id, o.likelihood
         FROM contact_creator.elector e LEFT JOIN contact_creator.door d ON d.id = e.door_id
         LEFT JOIN contact_creator.elector_opinion o ON o.elector_id = e.id WHERE e.id = $1`,
        [electorId],
      )
    ).rows[0]!;
  const differences = async () =>
    (await database.admin.query('SELECT * FROM contact_creator.derived_differences($1)', [putney])).rows;
  const correct = (person: Person, id: string, contact: object, reason = 'the wrong neighbour') =>
    clientOf(person).post<Result & { code?: string }>(`/v1/contacts/${id}/correction`, {
      constituencyId: putney,
      reason,
      contact,
    });
  const retract = (person: Person, id: string) =>
    clientOf(person).post(`/v1/contacts/${id}/retraction`, {
      constituencyId: putney,
      reason: 'never happened',
    });
  const history = (person: Person, electorId: string, query = '') =>
    clientOf(person).get<{ items: Contact[]; next: string | null }>(
      `/v1/contacts?${at}&electorId=${electorId}${query}`,
    );

  it('are recorded once, with outcome and answers together, and counted on the elector', async () => {
    const one = said({
      votingIntentionCode: 'L',
      likelihood: 8,
      secondPreference: 'A',
      flags: ['poster-wanted'],
      answers: { topIssue: 'buses', isOnWaitingList: true },
    });
    const answer = await record(canvasser, [one]);
    expect(answer).toMatchObject({ status: 200, body: { contacts: [{ id: one.id, status: 'recorded' }] } });
    expect(await statuses(canvasser, [one])).toEqual(['repeated']);
    expect(await statuses(organiser, [{ ...one, flags: ['poster-wanted', 'poster-wanted'] }])).toEqual([
      'repeated',
    ]);
    expect(await statuses(canvasser, [{ ...one, likelihood: 7 }])).toEqual(['conflict']);
    expect(await stateOf(electors[0]!.id)).toMatchObject({
      attempt_count: 1,
      contact_count: 1,
      last_contact_at: new Date(one.deviceAt),
      flags: ['poster-wanted'],
      vi_code: 'L',
      vi_category: 'lean-support',
      vi_contact_id: one.id,
      likelihood: 8,
    });
    const { rows } = await database.admin.query(
      `SELECT account_id, action, target_id, detail FROM ledger.action WHERE request_id = $1`,
      [answer.headers.get('request-id')],
    );
    expect(rows).toEqual([
      {
        account_id: canvasser.accountId,
        action: 'contact.record',
        target_id: putney,
        detail: { recorded: 1, repeated: 0, conflict: 0, rejected: 0 },
      },
    ]);
    expect(await differences()).toEqual([]);
  });

  it('that are refused fail no other of their batch, each with its pointer', async () => {
    const good = said();
    const bad = [
      7,
      {},
      said({ outcome: 'collected-postal-vote' }),
      said({ flags: ['postal-vote-collected'] }),
      said({ likelihood: 11 }),
      said({ electorId: '99999999999999999999' }),
      said({ doorId: electors[0]!.door_id }),
      said({ deviceAt: '2026-02-30T10:00:00Z' }),
      said({ outcome: 'do-not-return' }),
      said({ answers: { nested: {} } }),
      said({ nickname: 'Al' }),
      said({ flags: ['casework'], flagsCleared: ['casework'] }),
      said({
        electorId: undefined,
        doorId: electors[0]!.door_id,
        votingIntentionCode: 'F',
        outcome: 'refused',
      }),
      said({ electorId: undefined, doorId: electors[0]!.door_id, flags: ['casework'], outcome: 'refused' }),
      said({ electorId: undefined, doorId: electors[0]!.door_id }),
      said({ electorId: undefined, foundAtDoor: { doorId: electors[0]!.door_id, name: ' ' } }),
      said({ answers: { question: 'a\0b' } }),
      said({ electorId: undefined, foundAtDoor: { doorId: electors[0]!.door_id, name: 'A\ud800' } }),
      said({ deviceAt: '2026-02-20T10:00:00+16:00' }),
      said({ deviceAt: '2026-02-20T10:00:00-23:59' }),
    ];
    const again = said({ outcome: 'refused' });
    const { body, status } = await record(canvasser, [
      ...bad,
      good,
      again,
      again,
      { ...again, outcome: 'moved' },
    ]);
    expect(status).toBe(200);
    expect(body.contacts.slice(bad.length).map((one) => one.status)).toEqual([
      'recorded',
      'recorded',
      'repeated',
      'conflict',
    ]);
    const refused = body.contacts.slice(0, bad.length);
    expect(refused.map((one) => [one.status, one.problem?.code])).toEqual(
      bad.map(() => ['rejected', 'validation-failed']),
    );
    expect(refused.map(({ problem }) => problem!.errors!.at(-1)!.pointer)).toEqual([
      '/contacts/0',
      '/contacts/1',
      '/contacts/2/outcome',
      '/contacts/3/flags/0',
      '/contacts/4/likelihood',
      '/contacts/5/electorId',
      '/contacts/6',
      '/contacts/7/deviceAt',
      '/contacts/8/doNotReturnUntil',
      '/contacts/9/answers/nested',
      '/contacts/10/nickname',
      '/contacts/11/flagsCleared',
      '/contacts/12',
      '/contacts/13/flags',
      '/contacts/14/outcome',
      '/contacts/15/foundAtDoor/name',
      '/contacts/16/answers/question',
      '/contacts/17/foundAtDoor/name',
      '/contacts/18/deviceAt',
      '/contacts/19/deviceAt',
    ]);
    expect((await stateOf(electors[0]!.id))['attempt_count']).toBe(2);
    for (const contacts of [[], {}, undefined, Array.from({ length: 501 }, () => good)])
      expect(await record(canvasser, contacts)).toMatchObject({
        status: 400,
        body: {
          code: 'validation-failed',
          errors: expect.arrayContaining([expect.objectContaining({ pointer: '/contacts' })]) as unknown,
        },
      });
  });

  it('of a canvasser are of whom he met on his walk in its hours, handed in late or not', async () => {
    const other = await createCanvasser();
    const elsewhere = (await electorsOf(walkIds[1]!))[0]!;
    const refusals: [Person, object, string][] = [
      [other, said(), '/contacts/0/walkId'],
      [canvasser, said({ walkId: undefined }), '/contacts/0/walkId'],
      [canvasser, said({ walkId: walkIds[1] }), '/contacts/0/walkId'],
      [canvasser, said({ walkId: randomUUID() }), '/contacts/0/walkId'],
      [canvasser, said({ deviceAt: minutesAgo(3 * 60) }), '/contacts/0/walkId'],
      [canvasser, said({ electorId: elsewhere.id }), '/contacts/0/electorId'],
      [
        canvasser,
        said({ electorId: undefined, doorId: elsewhere.door_id, outcome: 'not-in' }),
        '/contacts/0/doorId',
      ],
    ];
    for (const [person, contact, pointer] of refusals)
      expect(await problemsOf(person, contact)).toEqual(['not-found', pointer]);
    expect(
      await statuses(organiser, [said({ walkId: undefined }), said({ electorId: elsewhere.id })]),
    ).toEqual(['recorded', 'recorded']);
    expect(await problemsOf(organiser, said({ walkId: randomUUID() }))).toEqual([
      'not-found',
      '/contacts/0/walkId',
    ]);
    await assign(walkIds[0]!, canvasser, -50, -48);
    const late = said({ deviceAt: minutesAgo(49 * 60) });
    expect(await statuses(canvasser, [late])).toEqual(['recorded']);
    await database.admin.query(`UPDATE contact_creator.list SET expires_at = now() - interval '15 days'`);
    expect(await statuses(canvasser, [said({ deviceAt: minutesAgo(49 * 60) }), late])).toEqual([
      'rejected',
      'repeated',
    ]);
    await database.admin.query(`UPDATE contact_creator.list SET expires_at = now() - interval '13 days'`);
    expect(await statuses(canvasser, [said({ deviceAt: minutesAgo(49 * 60) })])).toEqual(['recorded']);
    await database.admin.query(`UPDATE contact_creator.list SET expires_at = now() + interval '30 days'`);
    // A claim counts as an assignment does.
    await database.admin.query(
      `UPDATE contact_creator.walk SET claimed_by = $2, claimed_at = now() - interval '1 hour', claim_expires_at = now() + interval '1 hour' WHERE id = $1`,
      [walkIds[0], other.accountId],
    );
    expect(await statuses(other, [said(), said({ deviceAt: minutesAgo(61) })])).toEqual([
      'recorded',
      'rejected',
    ]);
    await assign(walkIds[0]!, canvasser, -2, 2);
  });

  it('that a phone hands in after the walk was given back, given to another or taken over are still taken', async () => {
    const [walkId] = walkIds as [string];
    const first = await createCanvasser();
    const second = await createCanvasser();
    const hours = (from: number, until: number) => ({
      from: new Date(Date.now() + from * 3_600_000).toISOString(),
      until: new Date(Date.now() + until * 3_600_000).toISOString(),
    });
    const give = async (person: Person | null) =>
      expect(
        await clientOf(organiser).send(
          'PATCH',
          `/v1/walks/${walkId}?constituencyId=${putney}`,
          { assignment: person && { accountId: person.accountId, ...hours(-2, 2) } },
          { 'if-match': '*' },
        ),
      ).toMatchObject({ status: 200 });
    const claim = async (person: Person, method: 'POST' | 'DELETE', status: number) => {
      const path = `/v1/walks/${walkId}/claim?constituencyId=${putney}`;
      expect((await clientOf(person).send(method, path, undefined, {})).status).toBe(status);
    };
    const saidThen = (minutes: number) => said({ deviceAt: minutesAgo(minutes) });

    // Given to another: what the first said before is his, what he says after is not.
    await give(first);
    await give(second);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const now = said({ deviceAt: new Date().toISOString() });
    expect(await statuses(first, [saidThen(60), saidThen(121), now])).toEqual([
      'recorded',
      'rejected',
      'rejected',
    ]);
    expect(await statuses(second, [saidThen(60), saidThen(121)])).toEqual(['recorded', 'rejected']);
    // Given back, and then to nobody.
    await claim(organiser, 'POST', 200);
    await claim(organiser, 'DELETE', 204);
    await give(null);
    expect(await statuses(second, [saidThen(30)])).toEqual(['recorded']);
    // Claimed without hours assigned, run out and taken over.
    await database.admin.query(
      `UPDATE contact_creator.walk SET claimed_by = $2, claimed_at = now() - interval '5 hours', claim_expires_at = now() - interval '1 hour' WHERE id = $1`,
      [walkId, second.accountId],
    );
    await claim(organiser, 'POST', 200);
    expect(await statuses(second, [saidThen(4 * 60), saidThen(6 * 60)])).toEqual(['recorded', 'rejected']);
    await claim(organiser, 'DELETE', 204);
    // Released by the canvasser himself.
    const third = await createCanvasser();
    await database.admin.query(
      `UPDATE contact_creator.walk SET claimed_by = $2, claimed_at = now() - interval '1 hour', claim_expires_at = now() + interval '1 hour' WHERE id = $1`,
      [walkId, third.accountId],
    );
    await claim(third, 'DELETE', 204);
    expect(await statuses(third, [saidThen(30), saidThen(90)])).toEqual(['recorded', 'rejected']);
    await assign(walkId, canvasser, -2, 2);
  });

  it('are recorded in the areas of the actor, and by nobody without the action', async () => {
    expect(await record(canvasser, [said()], 0, wimbledon)).toMatchObject({ status: 404 });
    const candidate = await createPerson(database, { role: 'candidate', constituencyId: putney });
    expect(await record(candidate, [said()])).toMatchObject({ status: 403, body: { code: 'not-permitted' } });
    expect(await history(canvasser, electors[0]!.id)).toMatchObject({ status: 403 });
    const far = (
      await database.admin.query<{ id: string }>(
        'SELECT id FROM contact_creator.elector WHERE constituency_id = $1 LIMIT 1',
        [wimbledon],
      )
    ).rows[0]!.id;
    const anonymous = (
      await database.admin.query<{ id: string }>(
        `SELECT id FROM contact_creator.elector WHERE constituency_id = $1 AND entry_kind = 'anonymous'`,
        [putney],
      )
    ).rows[0]!.id;
    for (const electorId of [far, anonymous])
      expect(await problemsOf(organiser, said({ electorId, walkId: undefined }))).toEqual([
        'not-found',
        '/contacts/0/electorId',
      ]);
    const fence = await FenceClient.connect(database);
    const entry = { action: 'contact.record', mode: 'change', constituencyIds: [putney] } as const;
    const call = (constituencyId: string) =>
      fence.client.query('SELECT * FROM contact_creator.record_contacts($1, $2)', [constituencyId, '[]']);
    try {
      for (const person of [
        canvasser,
        await createPerson(database, { role: 'canvasser', purposes: ['voter-contact'] }),
      ]) {
        await fence.enter(
          person,
          person === canvasser ? entry : { action: 'contact.record', mode: 'change' },
        );
        for (const table of [
          'elector',
          'contact',
          'contact_answer',
          'contact_subject',
          'door',
          'walk_elector',
        ])
          expect({ table, rows: await fence.count(`contact_creator.${table}`) }).toEqual({ table, rows: 0 });
        await fence.client.query('ROLLBACK');
      }
      await fence.enter(organiser, entry);
      expect(await fence.outcome(() => call(wimbledon))).toBe('KS008');
      await fence.enter(organiser, { ...entry, mode: 'read' });
      expect(await fence.outcome(() => call(putney))).toBe('KS009');
      await fence.enter(organiser, { action: 'list.change', mode: 'change', constituencyIds: [putney] });
      expect(await fence.outcome(() => call(putney))).toBe('KS009');
    } finally {
      await fence.close();
    }
  });

  it('hold no opinion where the profile does not allow it, nor of anybody under eighteen, nor by a code of another day', async () => {
    const opinions = [
      { votingIntentionCode: 'F' },
      { likelihood: 0 },
      { secondPreference: 'A' },
      { answers: { topIssue: 'buses' } },
      { flags: ['lift-wanted'] },
      { flagsCleared: ['lift-wanted'] },
    ];
    for (const code of ['ZZ', 'OLD'])
      expect(await problemsOf(canvasser, said({ votingIntentionCode: code }))).toEqual([
        'validation-failed',
        '/contacts/0/votingIntentionCode',
      ]);
    expect(await problemsOf(canvasser, said({ secondPreference: 'ZZ' }))).toEqual([
      'validation-failed',
      '/contacts/0/secondPreference',
    ]);
    await database.admin.query(
      `INSERT INTO contact_creator.voting_intention_code (code, label, category, valid_from, valid_until)
       VALUES ('OLD', 'Of another day', 'undecided', current_date - 50, current_date - 40)`,
    );
    expect(await problemsOf(canvasser, said({ votingIntentionCode: 'OLD' }))).toEqual([
      'validation-failed',
      '/contacts/0/votingIntentionCode',
    ]);
    const then = said({ votingIntentionCode: 'OLD', walkId: undefined, deviceAt: minutesAgo(45 * 24 * 60) });
    expect(await statuses(organiser, [then])).toEqual(['recorded']);
    await database.admin.query(
      `UPDATE contact_creator.elector SET attains_on = current_date + 2 WHERE id = $1`,
      [electors[0]!.id],
    );
    for (const opinion of opinions)
      expect(await problemsOf(canvasser, said(opinion))).toEqual(['opinion-of-a-minor']);
    expect(await statuses(canvasser, [said()])).toEqual(['recorded']);
    await database.admin.query('UPDATE contact_creator.elector SET attains_on = NULL');
    await database.admin.query('DELETE FROM protection.controller_profile');
    for (const opinion of opinions)
      expect(await problemsOf(canvasser, said(opinion))).toEqual(['opinions-not-allowed']);
    expect(await statuses(canvasser, [said()])).toEqual(['recorded']);
    await createControllerProfile(database.admin, organiser.accountId);
    for (const opinion of opinions) expect(await statuses(canvasser, [said(opinion)])).toEqual(['recorded']);
  });

  it('count by the clock of the device, but never later than the server’s nor more than 366 days back', async () => {
    const future = said({ deviceAt: '2199-01-01T00:00:00Z' });
    expect(await statuses(canvasser, [future])).toEqual(['recorded']);
    const { rows } = await database.admin.query<{ device_at: Date; is_now: boolean }>(
      `SELECT device_at, effective_at BETWEEN now() - interval '1 minute' AND now() AS is_now FROM contact_creator.contact`,
    );
    expect(rows).toEqual([{ device_at: new Date('2199-01-01T00:00:00Z'), is_now: true }]);
    expect(
      await problemsOf(organiser, said({ walkId: undefined, deviceAt: minutesAgo(367 * 24 * 60) })),
    ).toEqual(['validation-failed', '/contacts/0/deviceAt']);
    const lastYear = { electorId: electors[1]!.id, walkId: undefined, deviceAt: minutesAgo(365 * 24 * 60) };
    expect(await statuses(organiser, [said(lastYear)])).toEqual(['recorded']);
    const seconds = new Date(Date.now() - 60_000).toISOString();
    const early = said({ votingIntentionCode: 'U', deviceAt: minutesAgo(30) });
    const tied = [
      said({ id: 'ffffffff-ffff-4fff-bfff-ffffffffffff', votingIntentionCode: 'F', deviceAt: seconds }),
      said({ id: '00000000-0000-4000-8000-000000000001', votingIntentionCode: 'A', deviceAt: seconds }),
    ];
    for (const one of [tied[0]!, tied[1]!, early]) await record(canvasser, [one]);
    expect(await stateOf(electors[0]!.id)).toMatchObject({ vi_code: 'F', attempt_count: 4 });
    expect(await differences()).toEqual([]);
  });

  it('of a door count for whom the walk meant there, and of somebody found for nobody', async () => {
    const { door_id } = electors[0]!;
    const household = electors.filter((elector) => elector.door_id === door_id);
    expect(household).toHaveLength(2);
    const found = { doorId: door_id, name: 'Mary Example' };
    expect(
      await statuses(canvasser, [
        said({ electorId: undefined, doorId: door_id, outcome: 'not-in' }),
        said({ electorId: undefined, foundAtDoor: found, flags: ['registration-wanted'] }),
      ]),
    ).toEqual(['recorded', 'recorded']);
    for (const { id } of household)
      expect(await stateOf(id)).toMatchObject({ attempt_count: 1, contact_count: 0, last_contact_at: null });
    const { rows } = await database.admin.query(
      'SELECT elector_id, found_name FROM contact_creator.contact WHERE found_name IS NOT NULL',
    );
    expect(rows).toEqual([{ elector_id: null, found_name: 'Mary Example' }]);
    expect((await history(organiser, household[1]!.id)).body.items.map(({ outcome }) => outcome)).toEqual([
      'not-in',
    ]);
    expect(await differences()).toEqual([]);
  });

  it('close doors and lives at once: on the walk and for every selection', async () => {
    const doors = async () =>
      (
        await clientOf(canvasser).get<{ items: { id: string; electors: { id: string }[] }[] }>(
          `/v1/walks/${walkIds[0]}/doors?${at}`,
        )
      ).body.items;
    const before = await doors();
    const [first, second] = [before[0]!, before[1]!];
    const objector = first.electors[0]!.id;
    const neighbour = second.electors[0]!.id;
    expect(
      await statuses(canvasser, [
        said({ electorId: objector, outcome: 'do-not-contact' }),
        said({ electorId: neighbour, outcome: 'do-not-knock' }),
      ]),
    ).toEqual(['recorded', 'recorded']);
    const after = await doors();
    expect(after.map(({ id }) => id)).not.toContain(second.id);
    expect(after.flatMap((door) => door.electors.map(({ id }) => id))).not.toContain(objector);
    const definition = {
      unit: 'person',
      base: { field: 'isOptedOut', op: 'is', value: false },
      for: 'doorstep',
    };
    const count = await clientOf(organiser).post<{ excluded: { reason: string; electors: number }[] }>(
      '/v1/selections/count',
      { constituencyId: putney, definition },
    );
    expect(count.body.excluded).toEqual(
      expect.arrayContaining([
        { reason: 'objected', electors: 1 },
        { reason: 'do-not-knock', electors: 2 },
      ]),
    );
    // What is said later takes no objection back.
    expect(await statuses(canvasser, [said({ electorId: objector, deviceAt: minutesAgo(1) })])).toEqual([
      'recorded',
    ]);
    expect((await stateOf(objector))['objected_at']).not.toBeNull();
    expect(await differences()).toEqual([]);
  });

  it('are corrected and retracted with a trail, by whose they are and by organisers', async () => {
    const other = await createCanvasser();
    const wrong = said({ votingIntentionCode: 'F', outcome: 'do-not-contact', flags: ['casework'] });
    await record(canvasser, [wrong]);
    const right = said({ votingIntentionCode: 'A', likelihood: 3 });
    for (const answer of [await correct(other, wrong.id, right), await retract(other, wrong.id)])
      expect(answer).toMatchObject({ status: 404 });
    expect(await correct(canvasser, wrong.id, { ...right, likelihood: 12 })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/contact/likelihood' }] },
    });
    expect(await correct(canvasser, wrong.id, { ...right, walkId: walkIds[1] })).toMatchObject({
      status: 404,
      body: { errors: [{ pointer: '/contact/walkId' }] },
    });
    expect(await correct(canvasser, wrong.id, wrong)).toMatchObject({ status: 409 });
    expect(await correct(canvasser, wrong.id, right)).toMatchObject({
      status: 200,
      body: { id: right.id, status: 'recorded' },
    });
    expect(await correct(canvasser, wrong.id, right)).toMatchObject({
      status: 200,
      body: { status: 'repeated' },
    });
    expect(await correct(canvasser, wrong.id, { ...right, likelihood: 4 })).toMatchObject({ status: 409 });
    expect(await correct(canvasser, wrong.id, said())).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect(await retract(canvasser, wrong.id)).toMatchObject({ status: 409 });
    expect(await stateOf(electors[0]!.id)).toMatchObject({
      objected_at: null,
      vi_code: 'A',
      likelihood: 3,
      flags: [],
      attempt_count: 1,
    });
    expect(await differences()).toEqual([]);
    expect(await retract(organiser, right.id)).toMatchObject({ status: 204 });
    expect(await retract(canvasser, right.id)).toMatchObject({ status: 204 });
    expect(await correct(canvasser, right.id, said())).toMatchObject({ status: 409 });
    expect(await retract(canvasser, randomUUID())).toMatchObject({ status: 404 });
    expect(await stateOf(electors[0]!.id)).toMatchObject({
      attempt_count: 0,
      vi_code: null,
      last_attempt_at: null,
    });
    expect(await differences()).toEqual([]);
    const answer = await history(organiser, electors[0]!.id);
    expect(answer.body.items).toHaveLength(2);
    expect(answer.body.items.find(({ id }) => id === wrong.id)).toMatchObject({
      recordedBy: canvasser.accountId,
      opinion: { category: 'firm-support', flags: ['casework'] },
      ended: { reason: 'the wrong neighbour', replacedBy: right.id },
    });
    expect(answer.body.items.find(({ id }) => id === right.id)).toMatchObject({
      ended: { reason: 'never happened', replacedBy: null },
    });
    const { rows } = await database.admin.query(
      'SELECT action, data_classes, rows, subject_ids::text[] AS subjects FROM ledger.disclosure WHERE request_id = $1',
      [answer.headers.get('request-id')],
    );
    expect(rows).toEqual([
      { action: 'contact.read', data_classes: ['identity', 'opinion'], rows: 2, subjects: [electors[0]!.id] },
    ]);
    const page = await history(organiser, electors[0]!.id, '&limit=1');
    const next = await history(organiser, electors[0]!.id, `&limit=1&after=${page.body.next}`);
    expect([...page.body.items, ...next.body.items]).toEqual(answer.body.items);
    expect(next.body.next).toBeNull();
  });

  it('of one id that come at the same moment over two replicas are recorded once', async () => {
    for (let n = 0; n < 5; n++) {
      const batch = Array.from({ length: 20 }, () => said());
      const answers = await Promise.all([record(canvasser, batch), record(canvasser, batch.toReversed(), 1)]);
      const all = answers.flatMap(({ body }) => body.contacts.map(({ status }) => status));
      expect(all.filter((status) => status === 'recorded')).toHaveLength(20);
      expect(all.filter((status) => status === 'repeated')).toHaveLength(20);
      const one = said();
      const race = await Promise.all([
        record(canvasser, [one]),
        record(canvasser, [{ ...one, outcome: 'moved' }], 1),
      ]);
      expect(race.map(({ body }) => body.contacts[0]!.status).sort()).toEqual(['conflict', 'recorded']);
    }
    expect(await differences()).toEqual([]);
  });

  it('of twenty devices at once leave what a rebuild would make', async () => {
    const outcomes = [
      'canvassed',
      'not-in',
      'refused',
      'moved',
      'deceased',
      'do-not-contact',
      'do-not-knock',
    ];
    const codes = ['F', 'L', 'U', 'S', 'A'];
    const devices = Array.from({ length: 20 }, (_, device) =>
      Array.from({ length: 10 }, (_, n) =>
        said({
          electorId: electors[(device * 7 + n * 3) % electors.length]!.id,
          outcome: outcomes[(device + n) % outcomes.length],
          votingIntentionCode: codes[(device * n) % codes.length],
          deviceAt: minutesAgo((device * 13 + n * 5) % 110),
        }),
      ),
    );
    const answers = await Promise.all(devices.map((batch, n) => handIn(canvasser, batch, n % 2)));
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(new Set(body.contacts.map((one) => one.status))).toEqual(new Set(['recorded']));
    }
    expect(await differences()).toEqual([]);
    const { rows } = await database.admin.query(
      'SELECT sum(attempt_count)::integer AS attempts FROM contact_creator.elector',
    );
    expect(rows).toEqual([{ attempts: 200 }]);
  });

  it('that a broken rebuild would change are named', async () => {
    await record(canvasser, [said({ likelihood: 5 })]);
    const { id, door_id } = electors[0]!;
    await database.admin.query('UPDATE contact_creator.elector SET contact_count = 9 WHERE id = $1', [id]);
    await database.admin.query(
      'UPDATE contact_creator.elector_opinion SET likelihood = 1 WHERE elector_id = $1',
      [id],
    );
    await database.admin.query('UPDATE contact_creator.door SET do_not_knock_at = now() WHERE id = $1', [
      door_id,
    ]);
    expect(await differences()).toEqual([
      { kind: 'elector', id },
      { kind: 'opinion', id },
      { kind: 'door', id: door_id },
    ]);
  });

  it('are refused whole while user, area or tool are suspended, and nothing is written', async () => {
    const scopes: [ScopeKey, number][] = [
      [`user:${canvasser.accountId}`, 403],
      [`area:${putney}`, 403],
      ['tool:contact-creator', 503],
    ];
    for (const [scope, status] of scopes) {
      await flip(database.admin, [scope], true);
      expect(await record(canvasser, [said()])).toMatchObject({ status });
      expect((await database.admin.query('SELECT FROM contact_creator.contact')).rowCount).toBe(0);
      await flip(database.admin, [scope], false);
      await Promise.all(servers.map(({ app }) => app.get(Sentinel).refresh()));
    }
    expect(await statuses(canvasser, [said()])).toEqual(['recorded']);
  });
});
