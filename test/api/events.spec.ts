import { randomUUID } from 'node:crypto';
import { tool } from '../../src/http/route.js';
import { ApiClient } from '../support/api.js';
import { expectRefusedCursors } from '../support/cursor.js';
import { FenceClient } from '../support/fence-client.js';
import { createElectorsAndMembers, createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Event {
  id: string;
  title: string;
  startsAt: string;
  endsAt: string;
  capacity: number | null;
  going: number;
  waiting: number;
  state: string;
}
interface SignUp {
  id: string;
  memberId: string;
  state: string;
  position: number | null;
  role: string;
}
interface Items<Item> {
  items: Item[];
  next: string | null;
}

const at = `constituencyId=${putney}`;
const hour = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * hour).toISOString();
const signUpsOf = (id: string) => `/v1/events/${id}/sign-ups?${at}`;
const states = (answers: readonly { body: SignUp }[]) => answers.map(({ body }) => body.state);

describe('Events', () => {
  let database: TestDatabase;
  let server: TestServer;
  let secretary: Person;
  let client: ApiClient;
  let members: string[];

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 60);
    await createElectorsAndMembers(database.admin, wimbledon, 1);
    server = await startTestServer(database.environment);
    secretary = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: putney,
      purposes: ['member-communication'],
    });
    client = new ApiClient(server.url, secretary, 'member-communication');
    members = await membersOf(putney);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const membersOf = async (constituencyId: string) =>
    (
      await database.admin.query<{ id: string }>(
        'SELECT id FROM organise.member WHERE constituency_id = $1 ORDER BY id',
        [constituencyId],
      )
    ).rows.map(({ id }) => id);
  const wanted = (more: Record<string, unknown> = {}) => ({
    constituencyId: putney,
    kind: 'canvass-session',
    title: 'Sunday morning',
    startsAt: inHours(6),
    endsAt: inHours(8),
    ...more,
  });
  const plan = async (more: Record<string, unknown> = {}) => {
    const made = await client.post<Event>('/v1/events', wanted(more));
    expect(made.status).toBe(201);
    return { ...made.body, etag: made.headers.get('etag')! };
  };
  const read = (id: string) => client.get<Event>(`/v1/events/${id}?${at}`);
  const change = (id: string, etag: string, body: unknown) =>
    client.send<Event>('PATCH', `/v1/events/${id}?${at}`, body, { 'if-match': etag });
  const cancel = (id: string, etag: string, reason = 'The hall is flooded') =>
    client.post<Event>(`/v1/events/${id}/cancel?${at}`, { reason }, { 'if-match': etag });
  const signUp = (id: string, memberId: string, headers = {}) =>
    client.post<SignUp>(signUpsOf(id), { memberId }, headers);
  const withdraw = (id: string) =>
    client.send<Record<string, unknown>>('DELETE', `/v1/sign-ups/${id}?${at}`, undefined, {});
  const checkIn = (id: string) =>
    client.send<SignUp>('PUT', `/v1/sign-ups/${id}/check-in?${at}`, undefined, {});
  const fill = async (id: string, count: number) => {
    const made: SignUp[] = [];
    for (const memberId of members.slice(0, count)) made.push((await signUp(id, memberId)).body);
    return made;
  };
  const makeOver = (id: string) =>
    database.admin.query(
      `UPDATE organise.event SET starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour' WHERE id = $1`,
      [id],
    );
  const counted = async (id: string) => {
    const { rows } = await database.admin.query<{ state: string; n: number }>(
      'SELECT state, count(*)::integer AS n FROM organise.sign_up WHERE event_id = $1 GROUP BY state',
      [id],
    );
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  };

  describe('as plans', () => {
    it('are made once, read, and changed by who saw the last version', async () => {
      const key = { 'idempotency-key': randomUUID() };
      const body = wanted({ venueName: 'Example Hall', venuePostcode: 'SW15 9ZZ', capacity: 3 });
      const made = await client.post<Event>('/v1/events', body, key);
      expect(made).toMatchObject({ status: 201, body: { state: 'planned', capacity: 3, going: 0 } });
      expect((await client.post('/v1/events', body, key)).body).toEqual(made.body);
      const etag = made.headers.get('etag')!;
      const title = await change(made.body.id, etag, { title: 'Sunday afternoon', venueName: null });
      expect(title).toMatchObject({
        status: 200,
        body: { title: 'Sunday afternoon', venueName: null, venuePostcode: 'SW15 9ZZ', capacity: 3 },
      });
      expect(await change(made.body.id, etag, { title: 'Late' })).toMatchObject({ status: 412 });
      const path = `/v1/events/${made.body.id}?${at}`;
      expect(await client.send('PATCH', path, { title: 'Blind' }, {})).toMatchObject({ status: 428 });
      expect((await read(made.body.id)).body).toEqual(title.body);
      expect(await read(randomUUID())).toMatchObject({ status: 404 });
    });

    it('are listed by their start, page by page, and filtered', async () => {
      const noon = Date.UTC(new Date().getUTCFullYear() + 3, 5, 1, 12);
      const starts = [2, 0, 1, 0].map((hours) => new Date(noon + hours * hour));
      for (const [n, start] of starts.entries())
        await plan({
          kind: n === 0 ? 'social' : 'meeting',
          startsAt: start.toISOString(),
          endsAt: new Date(start.getTime() + hour).toISOString(),
        });
      const path = `/v1/events?${at}&from=${new Date(noon).toISOString()}`;
      const seen: Event[] = [];
      let after = '';
      do {
        const { status, body } = await client.get<Items<Event>>(
          `${path}&limit=1${after && `&after=${after}`}`,
        );
        expect(status).toBe(200);
        seen.push(...body.items);
        after = body.next ?? '';
      } while (after);
      expect(seen.map(({ startsAt }) => (new Date(startsAt).getTime() - noon) / hour)).toEqual([0, 0, 1, 2]);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(4);
      const listed = async (query: string) =>
        (await client.get<Items<Event>>(path + query)).body.items.length;
      expect(await listed('&kind=social')).toBe(1);
      expect(await listed('&state=cancelled')).toBe(0);
      expect(await listed(`&until=${new Date(noon + hour).toISOString()}`)).toBe(2);
      expect(await listed(`&branchId=${randomUUID()}`)).toBe(0);
    });

    it('keep to the clock on the wall on the night the clocks go back', async () => {
      const year = new Date().getUTCFullYear() + 1;
      const last = new Date(Date.UTC(year, 9, 31));
      const day = `${year}-10-${31 - last.getUTCDay()}`;
      const night = await plan({ startsAt: `${day}T01:30:00+01:00`, endsAt: `${day}T01:30:00Z` });
      expect(night).toMatchObject({ startsAt: `${day}T01:30:00+01:00`, endsAt: `${day}T01:30:00+00:00` });
      expect(new Date(night.endsAt).getTime() - new Date(night.startsAt).getTime()).toBe(hour);
      const moved = await change(night.id, night.etag, { timeZone: 'Europe/Gibraltar' });
      expect(moved.body.startsAt).toBe(`${day}T02:30:00+02:00`);
    });

    it('belong to an open branch of the constituency or to none', async () => {
      const [open, closed, far] = [randomUUID(), randomUUID(), randomUUID()];
      await database.admin.query(
        `INSERT INTO organise.branch (constituency_id, id, name, closed_at)
         VALUES ($1, $3, 'Open', NULL), ($1, $4, 'Closed', now()), ($2, $5, 'Far', NULL)`,
        [putney, wimbledon, open, closed, far],
      );
      const event = await plan({ branchId: open });
      for (const branchId of [closed, far, randomUUID()]) {
        const refused = { status: 400, body: { errors: [{ pointer: '/branchId' }] } };
        expect(await client.post('/v1/events', wanted({ branchId }))).toMatchObject(refused);
        expect(await change(event.id, event.etag, { branchId })).toMatchObject(refused);
      }
      expect(await change(event.id, event.etag, { branchId: null })).toMatchObject({
        body: { branchId: null },
      });
    });

    it.each([
      ['/kind', { kind: 'rally' }],
      ['/title', { title: '   ' }],
      ['/title', { title: 'x'.repeat(201) }],
      ['/startsAt', { startsAt: '2027-02-30T10:00:00Z' }],
      ['/startsAt', { startsAt: '2027-02-03T10:00:00' }],
      ['/endsAt', { startsAt: inHours(3), endsAt: inHours(2) }],
      ['/endsAt', { startsAt: inHours(1), endsAt: inHours(15 * 24) }],
      ['/endsAt', { startsAt: inHours(-3), endsAt: inHours(-1) }],
      ['/timeZone', { timeZone: 'Europe/Camelot' }],
      ['/timeZone', { timeZone: null }],
      ['/venuePostcode', { venuePostcode: 'nowhere' }],
      ['/capacity', { capacity: 0 }],
      ['/capacity', { capacity: 1.5 }],
      ['/capacity', { capacity: 2 ** 31 }],
      ['/capacity', { capacity: '7' }],
      ['/allowWaiting', { allowWaiting: null }],
      ['/branchId', { branchId: 'x' }],
      ['/description', { description: ['a'] }],
      ['/constituencyId', { constituencyId: 'Putney' }],
      ['/going', { going: 5 }],
    ])('refuse a wrong value with a pointer to %s', async (pointer, more) => {
      const answer = await client.post<{ errors: { pointer: string }[] }>('/v1/events', wanted(more));
      expect(answer.status).toBe(400);
      expect(new Set(answer.body.errors.map((error) => error.pointer))).toEqual(new Set([pointer]));
    });

    it('refuse a cursor and a filter that make no sense', async () => {
      const keys = [Number.MAX_SAFE_INTEGER, 0.5, '2026-02-20'].map((ms) => [ms, randomUUID()]);
      await expectRefusedCursors(client, `/v1/events?${at}`, keys);
      for (const query of ['after=x', 'from=yesterday', 'kind=rally', 'branchId=7', 'limit=0'])
        expect(await client.get(`/v1/events?${at}&${query}`)).toMatchObject({ status: 400 });
      expect(await client.get(`/v1/events/7?${at}`)).toMatchObject({ status: 400 });
    });

    it('are cancelled once, with a reason, and keep who has to be told', async () => {
      const event = await plan();
      await fill(event.id, 2);
      expect(await cancel(event.id, event.etag, ' ')).toMatchObject({ status: 400 });
      const cancelled = await cancel(event.id, event.etag);
      expect(cancelled).toMatchObject({
        status: 200,
        body: { state: 'cancelled', cancelledReason: 'The hall is flooded', going: 2 },
      });
      const etag = cancelled.headers.get('etag')!;
      const refused = { status: 409, body: { code: 'event-cancelled' } };
      expect(await cancel(event.id, etag)).toMatchObject(refused);
      expect(await change(event.id, etag, { title: 'Again' })).toMatchObject(refused);
      expect(await signUp(event.id, members[5]!)).toMatchObject(refused);
      expect((await client.get<Items<SignUp>>(signUpsOf(event.id))).body.items).toHaveLength(2);
    });

    it('that are over take no sign-up and no change', async () => {
      const event = await plan();
      const [going] = await fill(event.id, 1);
      await makeOver(event.id);
      const refused = { status: 409, body: { code: 'event-over' } };
      expect(await signUp(event.id, members[5]!)).toMatchObject(refused);
      expect(await withdraw(going!.id)).toMatchObject(refused);
      expect(await change(event.id, event.etag, { title: 'History' })).toMatchObject(refused);
      expect(await cancel(event.id, event.etag)).toMatchObject(refused);
    });
  });

  describe('with places', () => {
    it('give ten places to ten of fifty who ask at once, and the rest a position each', async () => {
      const event = await plan({ capacity: 10 });
      const answers = await Promise.all(members.slice(0, 50).map((id) => signUp(event.id, id)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
      expect(states(answers).filter((state) => state === 'going')).toHaveLength(10);
      expect((await read(event.id)).body).toMatchObject({ going: 10, waiting: 40 });
      const waiting = await client.get<Items<SignUp>>(`${signUpsOf(event.id)}&state=waiting&limit=500`);
      expect(waiting.body.items.map(({ position }) => position)).toEqual(
        Array.from({ length: 40 }, (_, n) => n + 1),
      );
      const told = new Map(answers.map(({ body }) => [body.id, body.position]));
      expect(waiting.body.items.map(({ id }) => told.get(id))).toEqual(
        waiting.body.items.map(({ position }) => position),
      );
    });

    it('give the place of who withdraws to the first who waits, whoever else asks meanwhile', async () => {
      const event = await plan({ capacity: 5 });
      const made = await fill(event.id, 9);
      expect(made.map(({ position }) => position)).toEqual([null, null, null, null, null, 1, 2, 3, 4]);
      const [first, second] = made;
      const gone = await withdraw(first!.id);
      expect(gone.status).toBe(204);
      expect(await client.get(`/v1/sign-ups/${made[5]!.id}?${at}`)).toMatchObject({
        body: { state: 'going', position: null },
      });
      expect(await withdraw(first!.id)).toMatchObject({ status: 204 });
      expect(await counted(event.id)).toEqual({ going: 5, waiting: 3, cancelled: 1 });
      await Promise.all([
        withdraw(second!.id),
        withdraw(made[6]!.id),
        ...members.slice(20, 30).map((id) => signUp(event.id, id)),
      ]);
      expect(await counted(event.id)).toEqual({ going: 5, waiting: 11, cancelled: 3 });
      expect((await read(event.id)).body).toMatchObject({ going: 5, waiting: 11 });
      const late = await signUp(event.id, first!.memberId);
      expect(late).toMatchObject({ status: 201, body: { state: 'waiting', position: 12 } });
    });

    it('give no place to who is a member no longer, and go on to the next who waits', async () => {
      const event = await plan({ capacity: 1 });
      const [going, expelled, next] = await fill(event.id, 3);
      const stand = (status: string) =>
        database.admin.query('UPDATE organise.member SET status = $2 WHERE id = $1', [
          expelled!.memberId,
          status,
        ]);
      await stand('expelled');
      try {
        expect((await withdraw(going!.id)).status).toBe(204);
        const stateOf = async (id: string) =>
          (await client.get<SignUp>(`/v1/sign-ups/${id}?${at}`)).body.state;
        expect([await stateOf(expelled!.id), await stateOf(next!.id)]).toEqual(['waiting', 'going']);
        expect((await read(event.id)).body).toMatchObject({ going: 1, waiting: 1 });
      } finally {
        await stand('current');
      }
    });

    it('refuse who comes after the last place where nobody may wait', async () => {
      const event = await plan({ capacity: 1, allowWaiting: false });
      await fill(event.id, 1);
      expect(await signUp(event.id, members[1]!)).toMatchObject({
        status: 409,
        body: { code: 'event-full' },
      });
      expect(await counted(event.id)).toEqual({ going: 1 });
      const raced = await plan({ capacity: 3, allowWaiting: false });
      const answers = await Promise.all(members.slice(0, 12).map((id) => signUp(raced.id, id)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
      expect(await counted(raced.id)).toEqual({ going: 3 });
    });

    it('refuse to have fewer than are going, and give more to who waits', async () => {
      const event = await plan({ capacity: 3 });
      await fill(event.id, 6);
      const fewer = await change(event.id, event.etag, { capacity: 2 });
      expect(fewer).toMatchObject({ status: 409, body: { code: 'conflict' } });
      expect(await counted(event.id)).toEqual({ going: 3, waiting: 3 });
      const more = await change(event.id, event.etag, { capacity: 5 });
      expect(more.body).toMatchObject({ capacity: 5, going: 5, waiting: 1 });
      const all = await change(event.id, more.headers.get('etag')!, { capacity: null });
      expect(all.body).toMatchObject({ capacity: null, going: 6, waiting: 0 });
    });

    it('take a member once: asked twice at once, by the same key, or by another', async () => {
      const event = await plan();
      const [memberId = ''] = members;
      const answers = await Promise.all([signUp(event.id, memberId), signUp(event.id, memberId)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'already-exists' });
      const key = { 'idempotency-key': randomUUID() };
      const once = await signUp(event.id, members[1]!, key);
      expect(await signUp(event.id, members[1]!, key)).toMatchObject({ status: 201, body: once.body });
      expect(await signUp(event.id, members[2]!, key)).toMatchObject({
        status: 409,
        body: { code: 'idempotency-key-reused' },
      });
      expect(await counted(event.id)).toEqual({ going: 2 });
    });

    it('take current members of the constituency alone', async () => {
      const event = await plan();
      const [far = ''] = await membersOf(wimbledon);
      for (const memberId of [far, '999999999999999999', 'x', ''])
        expect(await signUp(event.id, memberId)).toMatchObject({
          status: 400,
          body: { errors: [{ pointer: '/memberId' }] },
        });
      const lapsed = members.at(-1)!;
      await database.admin.query(`UPDATE organise.member SET status = 'lapsed' WHERE id = $1`, [lapsed]);
      expect(await signUp(event.id, lapsed)).toMatchObject({ status: 409, body: { code: 'conflict' } });
      expect(await signUp(randomUUID(), members[0]!)).toMatchObject({ status: 404 });
      expect(await client.post(signUpsOf(event.id), { memberId: members[0], role: 'mayor' })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/role' }] },
      });
    });
  });

  describe('with sign-ups', () => {
    it('change as what somebody comes, by version', async () => {
      const event = await plan();
      const made = await signUp(event.id, members[0]!);
      const path = `/v1/sign-ups/${made.body.id}?${at}`;
      const etag = { 'if-match': made.headers.get('etag')! };
      expect(await client.send('PATCH', path, { role: 'driver' }, etag)).toMatchObject({
        status: 200,
        body: { role: 'driver', state: 'going' },
      });
      expect(await client.send('PATCH', path, { role: 'lead' }, etag)).toMatchObject({ status: 412 });
      expect(await client.send('PATCH', path, { role: 'lead' }, {})).toMatchObject({ status: 428 });
      await withdraw(made.body.id);
      expect(await client.send('PATCH', path, { role: 'lead' }, { 'if-match': '*' })).toMatchObject({
        status: 409,
      });
    });

    it('say who has come, from the day on, and take it back', async () => {
      const event = await plan({ capacity: 1 });
      const [going, waiting] = await fill(event.id, 2);
      const came = await checkIn(going!.id);
      expect(came).toMatchObject({ status: 200, body: { state: 'attended' } });
      expect((await checkIn(going!.id)).body).toEqual(came.body);
      expect(await withdraw(going!.id)).toMatchObject({ status: 409, body: { code: 'conflict' } });
      expect(await checkIn(waiting!.id)).toMatchObject({ status: 409 });
      expect((await read(event.id)).body).toMatchObject({ going: 1, waiting: 1 });
      const back = await client.send('DELETE', `/v1/sign-ups/${going!.id}/check-in?${at}`, undefined, {});
      expect(back.status).toBe(204);
      expect(await counted(event.id)).toEqual({ going: 1, waiting: 1 });
      await makeOver(event.id);
      expect(await checkIn(going!.id)).toMatchObject({ status: 200 });
      const far = await plan({ startsAt: inHours(30), endsAt: inHours(31) });
      const [early] = await fill(far.id, 1);
      expect(await checkIn(early!.id)).toMatchObject({ status: 409, body: { code: 'conflict' } });
      expect(await checkIn(randomUUID())).toMatchObject({ status: 404 });
    });

    it('write who saw whose, for which purpose, with every page that leaves', async () => {
      const event = await plan();
      await fill(event.id, 3);
      const seen: string[] = [];
      let after = '';
      do {
        const answer = await client.get<Items<SignUp & { surname: string }>>(
          `${signUpsOf(event.id)}&limit=2${after && `&after=${after}`}`,
        );
        const ids = answer.body.items.map(({ memberId }) => memberId);
        const { rows } = await database.admin.query('SELECT * FROM ledger.disclosure WHERE request_id = $1', [
          answer.headers.get('request-id'),
        ]);
        expect(rows).toMatchObject([
          {
            account_id: secretary.accountId,
            tool: 'organise',
            action: 'sign-up.read',
            purpose: 'member-communication',
            data_classes: ['identity', 'membership'],
            constituencies: [putney],
            rows: ids.length,
            subject_ids: ids,
          },
        ]);
        seen.push(...answer.body.items.map(({ surname }) => surname));
        after = answer.body.next ?? '';
      } while (after);
      expect(seen).toEqual(['Surname1', 'Surname2', 'Surname3']);
    });

    it('write what was done, without saying to whom', async () => {
      const event = await plan({ capacity: 1 });
      const [first] = await fill(event.id, 2);
      const answer = await withdraw(first!.id);
      const { rows } = await database.admin.query('SELECT * FROM ledger.action WHERE request_id = $1', [
        answer.headers.get('request-id'),
      ]);
      expect(rows).toMatchObject([
        {
          action: 'sign-up.change',
          target_id: first!.id,
          detail: { cancelled: true, promoted: 1 },
        },
      ]);
    });

    it('ask for a purpose of the tool and for an area of the asker', async () => {
      const event = await plan();
      const silent = new ApiClient(server.url, secretary);
      const body = { memberId: members[0] };
      for (const answer of [
        await silent.get(signUpsOf(event.id)),
        await silent.post(signUpsOf(event.id), body),
      ])
        expect(answer).toMatchObject({ status: 400, body: { code: 'purpose-required' } });
      const wrong = { 'data-purpose': 'voter-contact' };
      for (const answer of [
        await client.get(signUpsOf(event.id), wrong),
        await client.post(signUpsOf(event.id), body, wrong),
      ])
        expect(answer).toMatchObject({ status: 403, body: { code: 'purpose-not-authorised' } });
      const elsewhere = `/v1/events/${event.id}/sign-ups?constituencyId=${wimbledon}`;
      expect(await client.get(elsewhere)).toMatchObject({ status: 404 });
      expect(await client.post(elsewhere, body)).toMatchObject({ status: 404 });
      expect(await client.get(signUpsOf(randomUUID()))).toMatchObject({ status: 404 });
      const organiser = await createPerson(database, { role: 'organiser', constituencyId: putney });
      expect(await new ApiClient(server.url, organiser).get(`/v1/events?${at}`)).toMatchObject({
        status: 403,
        body: { code: 'not-permitted' },
      });
    });

    it('stay hidden from a context without their class, and are settled by a change alone', async () => {
      const event = await plan({ capacity: 1 });
      await fill(event.id, 2);
      const fence = await FenceClient.connect(database);
      try {
        const entry = { reach: tool('organise'), purpose: 'member-communication', constituencyIds: [putney] };
        const settle = () => fence.client.query('SELECT organise.settle_event($1, $2)', [putney, event.id]);
        await fence.enter(secretary, { ...entry, action: 'event.change', classes: [], mode: 'change' });
        expect([await fence.count('organise.event'), await fence.count('organise.sign_up')]).toEqual([
          expect.any(Number),
          0,
        ]);
        expect(await fence.outcome(settle)).toBe('entered');
        for (const refused of [
          { action: 'event.read', mode: 'read' },
          { action: 'branch.change', mode: 'change' },
        ] as const) {
          await fence.enter(secretary, { ...entry, ...refused, classes: [] });
          expect(await fence.outcome(settle)).toBe('KS009');
        }
        const other = await createPerson(database, {
          role: 'membership-secretary',
          constituencyId: wimbledon,
          purposes: ['member-communication'],
        });
        const there = { ...entry, constituencyIds: [wimbledon], classes: [] };
        await fence.enter(other, { ...there, action: 'event.change', mode: 'change' });
        expect(await fence.outcome(settle)).toBe('KS009');
      } finally {
        await fence.close();
      }
    });

    it('are shut with their area, and with the tool', async () => {
      const event = await plan();
      const general = new ApiClient(server.url, await createPerson(database, { role: 'general-secretary' }));
      const administrator = new ApiClient(
        server.url,
        await createPerson(database, { role: 'administrator' }),
      );
      const suspend = (kind: string, id: string) =>
        general.post<{ id: string }>('/v1/suspensions', {
          target: { kind, id },
          reason: 'a possible breach',
        });
      const tried = async () => [
        await client.get(`/v1/events?${at}`),
        await client.get(signUpsOf(event.id)),
        await signUp(event.id, members[0]!),
      ];
      const area = await suspend('area', putney);
      for (const answer of await tried())
        expect(answer).toMatchObject({ status: 403, body: { code: 'area-suspended' } });
      await administrator.post(`/v1/suspensions/${area.body.id}/lift`, { reason: 'nothing was taken' });
      expect((await tried()).map(({ status }) => status)).toEqual([200, 200, 201]);
      await suspend('tool', 'organise');
      for (const answer of await tried())
        expect(answer).toMatchObject({ status: 503, body: { code: 'tool-suspended' } });
    });
  });
});
