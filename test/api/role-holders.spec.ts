import { randomUUID } from 'node:crypto';
import { faultAt, startMembership, type Membership } from '../support/members.js';
import { ApiClient } from '../support/api.js';
import { createPerson, putney, wimbledon } from '../support/people.js';

interface RoleHolder {
  id: string;
  office: string;
  member: { id: string; surname: string };
  branchId: string | null;
  fromOn: string;
  untilOn: string;
  endedReason: string | null;
}
interface RoleHolderPage {
  items: RoleHolder[];
  next: string | null;
}

describe('Role holders', () => {
  let organise: Membership;
  let member: string;
  let branchId: string;
  const at = `constituencyId=${putney}`;

  beforeAll(async () => {
    organise = await startMembership();
    const wanted = { constituencyId: putney, name: 'Roehampton', wardIds: [] };
    branchId = (await organise.client.post<{ id: string }>('/v1/branches', wanted)).body.id;
  });

  beforeEach(async () => {
    member = await organise.addMember();
  });

  afterAll(async () => {
    await organise.stop();
  });

  const of = (id: string) => `/v1/role-holders/${id}?${at}`;
  const wanted = (more: object = {}) => ({
    constituencyId: putney,
    memberId: member,
    office: 'Chair',
    fromOn: '2090-03-01',
    untilOn: '2091-03-01',
    ...more,
  });
  const add = (more: object = {}, headers = {}) =>
    organise.client.post<RoleHolder>('/v1/role-holders', wanted(more), headers);
  const end = (id: string, untilOn: string, reason = 'Stood down') =>
    organise.change('PATCH', of(id), { untilOn, reason });
  const list = (query: string) => organise.client.get<RoleHolderPage>(`/v1/role-holders?${at}${query}`);
  const taken = { status: 409, body: { code: 'already-exists' } };

  it('are entered once, and read with their name as a disclosure', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const added = await add({ branchId }, key);
    expect(added).toMatchObject({ status: 201, body: { constituencyId: putney } });
    expect(Object.keys(added.body)).toEqual(['id', 'constituencyId']);
    expect(await add({ branchId }, key)).toMatchObject({ status: 201, body: added.body });
    const read = await organise.client.get<RoleHolder>(of(added.body.id));
    expect(read).toMatchObject({
      status: 200,
      body: {
        office: 'Chair',
        branchId,
        fromOn: '2090-03-01',
        untilOn: '2091-03-01',
        endedReason: null,
        member: { id: member, surname: 'Example' },
      },
    });
    for (const { headers } of [read, await list(`&memberId=${member}`)]) {
      const { rows } = await organise.database.admin.query(
        'SELECT action, data_classes, rows, subject_ids::text[] AS subjects FROM ledger.disclosure WHERE request_id = $1',
        [headers.get('request-id')],
      );
      const data_classes = ['identity', 'membership'];
      expect(rows).toEqual([{ action: 'role-holder.read', data_classes, rows: 1, subjects: [member] }]);
    }
    const { rows } = await organise.database.admin.query(
      'SELECT action, outcome, target_kind, target_id FROM ledger.action WHERE request_id = $1',
      [added.headers.get('request-id')],
    );
    const target = { target_kind: 'role-holder', target_id: added.body.id };
    expect(rows).toEqual([{ action: 'role-holder.change', outcome: 'done', ...target }]);
  });

  it('are listed by the end of their tenure, page by page, and by day, member and branch', async () => {
    const tenures = [
      { office: 'Treasurer', fromOn: '2080-01-01', untilOn: '2082-01-01' },
      { office: 'Chair', fromOn: '2080-06-01', untilOn: '2081-01-01', branchId },
      { office: 'Secretary', fromOn: '2081-01-01', untilOn: '2082-01-01' },
    ];
    for (const tenure of tenures) expect((await add(tenure)).status).toBe(201);
    const offices = async (query: string) => {
      const found: string[] = [];
      let after = '';
      do {
        const { status, body } = await list(
          `&memberId=${member}${query}&limit=1${after && `&after=${after}`}`,
        );
        expect(status).toBe(200);
        found.push(...body.items.map(({ office }) => office));
        after = body.next ?? '';
      } while (after);
      return found;
    };
    const every = await offices('');
    expect([every[0], every.slice(1).sort()]).toEqual(['Chair', ['Secretary', 'Treasurer']]);
    expect(await offices('&on=2080-05-31')).toEqual(['Treasurer']);
    expect(await offices('&on=2080-12-31')).toEqual(['Chair', 'Treasurer']);
    // The last day is the one before the end.
    expect((await offices('&on=2081-01-01')).sort()).toEqual(['Secretary', 'Treasurer']);
    expect(await offices('&on=2082-01-01')).toEqual([]);
    expect(await offices(`&branchId=${branchId}`)).toEqual(['Chair']);
    const junk = Buffer.from(JSON.stringify([1, '2026-02-30', randomUUID()])).toString('base64url');
    for (const query of ['&on=2026-02-30', '&memberId=x', '&branchId=x', `&after=${junk}`])
      expect(await list(query)).toMatchObject({ status: 400 });
  });

  it('never hold one office of one branch twice on a day, and may hold it again', async () => {
    expect((await add()).status).toBe(201);
    expect(await add({ fromOn: '2091-02-28', untilOn: '2092-03-01' })).toMatchObject(taken);
    expect(await add({ office: 'chair' })).toMatchObject(taken);
    expect((await add({ fromOn: '2091-03-01', untilOn: '2092-03-01' })).status).toBe(201);
    expect((await add({ branchId })).status).toBe(201);
    expect(await add({ branchId, fromOn: '2090-01-01' })).toMatchObject(taken);
    expect((await add({ office: 'Treasurer' })).status).toBe(201);
    expect((await add({ memberId: await organise.addMember() })).status).toBe(201);
  });

  it('never hold it twice where many enter it at once', async () => {
    const answers = await Promise.all(
      ['01', '02', '03', '04'].map((month) => add({ office: 'Agent', fromOn: `2090-${month}-01` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const { body } = await list(`&memberId=${member}`);
    expect(body.items).toHaveLength(1);
  });

  it('end with a reason, once, and leave the days after to another tenure', async () => {
    const { body } = await add();
    const ended = await end(body.id, '2090-09-01');
    expect(ended).toMatchObject({ status: 200, body: { id: body.id } });
    expect((await organise.client.get(of(body.id))).body).toMatchObject({
      untilOn: '2090-09-01',
      endedReason: 'Stood down',
    });
    expect((await add({ fromOn: '2090-09-01' })).status).toBe(201);
    expect(await end(body.id, '2090-10-01')).toMatchObject(taken);
    // Ended on its first day it never was.
    expect(await end(body.id, '2090-03-01')).toMatchObject({ status: 200 });
    expect((await add({ untilOn: '2090-09-01' })).status).toBe(201);
    const past = await add({ office: 'Past', fromOn: '2020-01-01', untilOn: '2021-01-01' });
    expect(await end(past.body.id, '2020-06-01')).toMatchObject(faultAt('/untilOn'));
    const ifMatch = { 'if-match': '"9"' };
    const sent = { untilOn: '2090-08-01', reason: 'x' };
    expect(await organise.client.send('PATCH', of(body.id), sent, ifMatch)).toMatchObject({ status: 412 });
    expect(await organise.client.send('PATCH', of(body.id), sent, {})).toMatchObject({ status: 428 });
  });

  it.each([
    ['before its beginning', { untilOn: '2090-02-28', reason: 'x' }, '/untilOn'],
    ['more than five years after it', { untilOn: '2095-03-02', reason: 'x' }, '/untilOn'],
    ['on no day', { untilOn: '2090-02-30', reason: 'x' }, '/untilOn'],
    ['without a reason', { untilOn: '2090-09-01' }, '/reason'],
    ['for a reason of spaces', { untilOn: '2090-09-01', reason: ' ' }, '/reason'],
  ])('do not end %s', async (_, body, pointer) => {
    const added = await add();
    expect(await organise.change('PATCH', of(added.body.id), body)).toMatchObject(faultAt(pointer));
  });

  it.each([
    ['nobody', { memberId: '999999999' }, '/memberId'],
    ['a name', { memberId: 'Ada' }, '/memberId'],
    ['no office', { office: '' }, '/office'],
    ['an office that ends as it begins', { untilOn: '2090-03-01' }, '/untilOn'],
    ['an office for more than five years', { untilOn: '2095-03-02' }, '/untilOn'],
    ['no end', { untilOn: undefined }, '/untilOn'],
    ['a branch that is none', { branchId: randomUUID() }, '/branchId'],
  ])('are not entered with %s', async (_, more, pointer) => {
    expect(await add(more)).toMatchObject(faultAt(pointer));
    expect((await add({ untilOn: '2095-03-01' })).status).toBe(201);
  });

  it('hold no office from the day on which they left', async () => {
    const held = await add({ fromOn: '2025-01-01', untilOn: '2029-01-01' });
    const future = await add({ office: 'Agent' });
    const past = await add({ office: 'Past', fromOn: '2020-01-01', untilOn: '2021-01-01' });
    const path = `/v1/members/${member}?${at}`;
    const leaving = { status: 'expelled', reason: 'A ruling', leftOn: '2026-02-20' };
    expect(await organise.change('PATCH', path, leaving)).toMatchObject({ status: 200 });
    const untilOn = async (id: string) => (await organise.client.get<RoleHolder>(of(id))).body.untilOn;
    expect(await untilOn(held.body.id)).toBe('2026-02-20');
    expect(await untilOn(future.body.id)).toBe('2090-03-01');
    expect(await untilOn(past.body.id)).toBe('2021-01-01');
    expect(await add({ office: 'Late' })).toMatchObject(faultAt('/memberId'));
    expect((await list(`&memberId=${member}&on=2090-03-01`)).body.items).toEqual([]);
  });

  it('of another constituency are not there, nor shown without the right or the purpose', async () => {
    const { body } = await add();
    const far = `constituencyId=${wimbledon}`;
    expect(await organise.client.get(`/v1/role-holders?${far}`)).toMatchObject({ status: 404 });
    expect(await organise.client.get(`/v1/role-holders/${body.id}?${far}`)).toMatchObject({ status: 404 });
    expect(await organise.client.get(of(randomUUID()))).toMatchObject({ status: 404 });
    expect(await add({ constituencyId: wimbledon })).toMatchObject({ status: 404 });
    const sent = { untilOn: '2090-08-01', reason: 'x' };
    const elsewhere = `/v1/role-holders/${body.id}?${far}`;
    expect(await organise.client.send('PATCH', elsewhere, sent, { 'if-match': '*' })).toMatchObject({
      status: 404,
    });
    const plain = new ApiClient(organise.server.url, organise.secretary);
    expect(await plain.get(of(body.id))).toMatchObject({ status: 400, body: { code: 'purpose-required' } });
    const organiser = await createPerson(organise.database, { role: 'organiser', constituencyId: putney });
    const asOrganiser = new ApiClient(organise.server.url, organiser, 'membership-administration');
    expect(await asOrganiser.get(of(body.id))).toMatchObject({
      status: 403,
      body: { code: 'not-permitted' },
    });
  });

  it.each([
    ['the tool', 'tool:organise', 503],
    ['the constituency', `area:${putney}`, 403],
  ] as const)('are neither shown nor changed while %s is suspended', async (_, scope, status) => {
    const { body } = await add();
    await organise.whileSuspended(scope, async () => {
      expect(await list('')).toMatchObject({ status });
      expect(await organise.client.get(of(body.id))).toMatchObject({ status });
      expect(await add({ office: 'Never' })).toMatchObject({ status });
      const sent = { untilOn: '2090-08-01', reason: 'x' };
      expect(await organise.client.send('PATCH', of(body.id), sent, { 'if-match': '*' })).toMatchObject({
        status,
      });
    });
  });
});
