import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api.js';
import { faultAt, startMembership, type Membership } from '../support/members.js';
import { createPerson, putney, wimbledon } from '../support/people.js';

interface Member {
  id: string;
  surname: string;
  membershipNumber: string;
  status: string;
  leftOn: string | null;
  hasEmail: boolean;
  hasMobile: boolean;
  statusHistory: { from: string | null; to: string; reason: string | null; changedBy: string | null }[];
}
interface MemberPage {
  items: Member[];
  next: string | null;
}

describe('Members', () => {
  let organise: Membership;
  const at = `constituencyId=${putney}`;

  beforeAll(async () => {
    organise = await startMembership();
  });

  afterAll(async () => {
    await organise.stop();
  });

  const of = (id: string) => `/v1/members/${id}?${at}`;
  const contactOf = (id: string) => `/v1/members/${id}/contact-details?${at}`;
  const read = (id: string) => organise.client.get<Member>(of(id));
  const change = (id: string, body: object) => organise.change('PATCH', of(id), body);
  const search = (query: string) => organise.client.get<MemberPage>(`/v1/members?${at}${query}`);
  const all = async (query: string) => {
    const items: Member[] = [];
    let after = '';
    do {
      const { status, body } = await search(`${query}&limit=2${after && `&after=${after}`}`);
      expect(status).toBe(200);
      items.push(...body.items);
      after = body.next ?? '';
    } while (after);
    return items;
  };
  const disclosures = async (headers: Headers) =>
    (
      await organise.database.admin.query(
        `SELECT account_id, tool, action, purpose, data_classes, rows, subject_ids::text[] AS subjects
         FROM ledger.disclosure WHERE request_id = $1`,
        [headers.get('request-id')],
      )
    ).rows as Record<string, unknown>[];
  const actions = async (headers: Headers) =>
    (
      await organise.database.admin.query(
        'SELECT account_id, action, outcome, target_kind, target_id, detail FROM ledger.action WHERE request_id = $1',
        [headers.get('request-id')],
      )
    ).rows as Record<string, unknown>[];
  const today = async () =>
    (await organise.database.admin.query<{ day: string }>('SELECT current_date::text AS day')).rows[0]!.day;

  it('are entered once by hand, as current, with the first line of their history', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const wanted = { constituencyId: putney, membershipNumber: 'M 1', forename: 'Ada', surname: "O'Neill" };
    const added = await organise.client.post<Member>('/v1/members', wanted, key);
    expect(added).toMatchObject({ status: 201, body: { constituencyId: putney } });
    // The answer to a change names nobody: to read is a disclosure of its own.
    expect(Object.keys(added.body)).toEqual(['id', 'constituencyId']);
    expect(added.headers.get('etag')).toBe('"1"');
    const again = await organise.client.post<Member>('/v1/members', wanted, key);
    expect(again).toMatchObject({ status: 201, body: added.body });
    expect(await organise.client.post('/v1/members', wanted)).toMatchObject({
      status: 409,
      body: { code: 'already-exists' },
    });
    expect((await read(added.body.id)).body).toMatchObject({
      membershipNumber: 'M 1',
      kind: 'member',
      status: 'current',
      leftOn: null,
      hasEmail: false,
      statusHistory: [{ from: null, to: 'current', reason: null, changedBy: organise.secretary.accountId }],
    });
    expect(await actions(added.headers)).toMatchObject([
      { action: 'member.change', outcome: 'done', target_kind: 'member', target_id: added.body.id },
    ]);
  });

  it('are entered once where two enter the same number at once', async () => {
    const wanted = { constituencyId: putney, membershipNumber: 'RACE', forename: 'A', surname: 'Race' };
    const answers = await Promise.all([1, 2, 3].map(() => organise.client.post('/v1/members', wanted)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it('are found by name, status, kind and branch, page by page, each page in the ledger', async () => {
    const branch = await organise.client.post<{ id: string }>('/v1/branches', {
      constituencyId: putney,
      name: 'Search',
      wardIds: [],
    });
    const ids: string[] = [];
    for (const surname of ['Šearch-Zed', 'Searchable', 'Search', "Se'archly", 'Searcher'])
      ids.push(await organise.addMember({ surname, branchId: branch.body.id }));
    const kind = 'affiliated-supporter';
    const supporter = await organise.addMember({ surname: 'Searchxyz', kind });
    const names = (found: Member[]) => found.map(({ surname }) => surname);
    expect(names(await all('&name=SEARCH'))).toEqual(
      ['Search', 'Searchable', 'Searcher', "Se'archly", 'Searchxyz', 'Šearch-Zed'].sort((a, b) =>
        fold(a).localeCompare(fold(b)),
      ),
    );
    expect(names(await all('&name=search ada'))).toEqual(['Search']);
    expect((await all(`&branchId=${branch.body.id}`)).map(({ id }) => id)).toEqual(ids);
    expect((await all(`&kind=${kind}`)).map(({ id }) => id)).toEqual([supporter]);
    expect(await change(ids[0]!, { status: 'suspended', reason: 'A complaint' })).toMatchObject({
      status: 200,
    });
    expect((await all('&status=suspended')).map(({ id }) => id)).toEqual([ids[0]]);
    const page = await search(`&branchId=${branch.body.id}&limit=3`);
    expect(await disclosures(page.headers)).toEqual([
      {
        account_id: organise.secretary.accountId,
        tool: 'organise',
        action: 'member.read',
        purpose: 'membership-administration',
        data_classes: ['identity', 'membership'],
        rows: 3,
        subjects: ids.slice(0, 3),
      },
    ]);
    for (const query of [
      '&status=gone',
      '&kind=x',
      '&branchId=1',
      '&name=%27%27',
      '&name=a',
      '&after=e30',
      '&limit=0',
    ])
      expect(await search(query)).toMatchObject({ status: 400 });
    expect((await search(`&after=${(await search('&name=search&limit=1')).body.next}`)).status).toBe(400);
  });

  it('leave with a reason, a day and a line of history, and come back with another', async () => {
    const id = await organise.addMember({ joinedOn: '2020-01-01' });
    const left = await change(id, { status: 'resigned', reason: 'Wrote to the chair', leftOn: '2026-02-20' });
    expect(left).toMatchObject({ status: 200, body: { id, constituencyId: putney } });
    expect(await actions(left.headers)).toMatchObject([
      { detail: { fields: ['status', 'reason', 'leftOn'], tenuresEnded: 0 } },
    ]);
    expect((await read(id)).body).toMatchObject({ status: 'resigned', leftOn: '2026-02-20' });
    expect(await change(id, { status: 'died', reason: 'Told by the family' })).toMatchObject({ status: 200 });
    expect((await read(id)).body).toMatchObject({ status: 'died', leftOn: '2026-02-20' });
    expect(await change(id, { status: 'current', reason: 'Mistaken for another' })).toMatchObject({
      status: 200,
    });
    const reread = await read(id);
    expect(reread.body).toMatchObject({ status: 'current', leftOn: null });
    expect(reread.body.statusHistory.map(({ from, to, reason }) => [from, to, reason])).toEqual([
      ['died', 'current', 'Mistaken for another'],
      ['resigned', 'died', 'Told by the family'],
      ['current', 'resigned', 'Wrote to the chair'],
      [null, 'current', null],
    ]);
    expect(await disclosures(reread.headers)).toMatchObject([{ rows: 1, subjects: [id] }]);
    await change(id, { status: 'lapsed', reason: 'Unpaid' });
    expect((await read(id)).body.leftOn).toBe(await today());
  });

  it.each([
    ['no reason', { status: 'resigned' }, '/reason'],
    ['a reason of spaces', { status: 'resigned', reason: '  ' }, '/reason'],
    ['a reason without a status', { reason: 'x' }, '/reason'],
    ['the same status', { status: 'current', reason: 'x' }, '/status'],
    ['an unknown status', { status: 'gone', reason: 'x' }, '/status'],
    ['a day of leaving alone', { leftOn: '2026-01-01' }, '/leftOn'],
    ['a day of leaving of who stays', { status: 'suspended', reason: 'x', leftOn: '2026-01-01' }, '/leftOn'],
    ['a day that is none', { status: 'lapsed', reason: 'x', leftOn: '2026-02-30' }, '/leftOn'],
    ['a day to come', { status: 'lapsed', reason: 'x', leftOn: '2199-01-01' }, '/leftOn'],
    ['a day before joining', { status: 'lapsed', reason: 'x', leftOn: '2019-12-31' }, '/leftOn'],
    ['no surname', { surname: '' }, '/surname'],
    ['a surname that is null', { surname: null }, '/surname'],
    ['a branch that is none', { branchId: randomUUID() }, '/branchId'],
    ['another id', { id: '1' }, '/id'],
  ])('are not changed with %s', async (_, body, pointer) => {
    const id = await organise.addMember({ joinedOn: '2020-01-01' });
    expect(await change(id, body)).toMatchObject(faultAt(pointer));
    expect((await read(id)).headers.get('etag')).toBe('"1"');
    expect((await read(id)).body.statusHistory).toHaveLength(1);
  });

  it('did not join after they left', async () => {
    const id = await organise.addMember({ joinedOn: '2020-01-01' });
    await change(id, { status: 'resigned', reason: 'x', leftOn: '2021-01-01' });
    expect(await change(id, { joinedOn: '2021-01-02' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/joinedOn' }] },
    });
    expect(await change(id, { joinedOn: '2021-01-01' })).toMatchObject({ status: 200 });
  });

  it('are found by their new name, and let one of two changes of the same version through', async () => {
    const id = await organise.addMember({ surname: 'Before' });
    const send = (surname: string) =>
      organise.client.send('PATCH', of(id), { surname }, { 'if-match': '"1"' });
    const answers = await Promise.all([send('Afterone'), send('Aftertwo')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await all('&name=after')).map((member) => member.id)).toEqual([id]);
    expect(await all('&name=before')).toEqual([]);
    expect(await organise.client.send('PATCH', of(id), { surname: 'X' }, {})).toMatchObject({ status: 428 });
  });

  it('keep how they are reached apart, under its own class, and their flags right', async () => {
    const id = await organise.addMember();
    const details = {
      email: 'ada@example.org',
      mobile: '07700 900123',
      addressLines: ['9 Example Road'],
      postcode: 'sw159zz',
    };
    expect(await organise.client.get(contactOf(id))).toMatchObject({
      status: 200,
      body: { memberId: id, email: null, addressLines: [] },
    });
    const set = await organise.change('PUT', contactOf(id), details);
    expect(set).toMatchObject({ status: 200, body: { id } });
    expect(JSON.stringify([set.body, await actions(set.headers)])).not.toMatch(/example\.org|07700/);
    const held = await organise.client.get(contactOf(id));
    expect(held.body).toEqual({ memberId: id, landline: null, ...details, postcode: 'SW15 9ZZ' });
    expect(await disclosures(held.headers)).toMatchObject([
      { data_classes: ['contact-details', 'membership'], rows: 1, subjects: [id] },
    ]);
    expect((await read(id)).body).toMatchObject({ hasEmail: true, hasMobile: true });
    expect(JSON.stringify((await read(id)).body)).not.toMatch(/example\.org|07700/);
    expect(await organise.client.send('PUT', contactOf(id), details, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
    });
    expect(await organise.client.send('PUT', contactOf(id), details, {})).toMatchObject({ status: 428 });
    expect(await organise.change('PUT', contactOf(id), { mobile: '+44 7700 900123' })).toMatchObject({
      status: 200,
    });
    expect((await read(id)).body).toMatchObject({ hasEmail: false, hasMobile: true });
    expect(await organise.change('PUT', contactOf(id), {})).toMatchObject({ status: 200 });
    expect((await read(id)).body).toMatchObject({ hasEmail: false, hasMobile: false });
  });

  it.each([
    ['an address without a domain', { email: 'ada' }, '/email'],
    ['two addresses', { email: 'a@example.org,b@example.org' }, '/email'],
    ['words for a telephone', { mobile: 'ring the bell' }, '/mobile'],
    ['a short telephone', { landline: '12345' }, '/landline'],
    ['no postcode', { postcode: 'London' }, '/postcode'],
    ['lines that are none', { addressLines: 'x' }, '/addressLines'],
    ['lines that are null', { addressLines: null }, '/addressLines'],
  ])('are not reached by %s', async (_, body, pointer) => {
    const id = await organise.addMember();
    expect(await organise.change('PUT', contactOf(id), body)).toMatchObject(faultAt(pointer));
  });

  it.each([
    ['an empty number', { membershipNumber: '' }, '/membershipNumber'],
    ['a number of spaces', { membershipNumber: '  ' }, '/membershipNumber'],
    ['a long number', { membershipNumber: 'x'.repeat(41) }, '/membershipNumber'],
    ['no forename', { forename: undefined }, '/forename'],
    ['an unknown kind', { kind: 'friend' }, '/kind'],
    ['a status', { status: 'died' }, '/status'],
    ['a branch that is none', { branchId: randomUUID() }, '/branchId'],
    ['a day that is none', { joinedOn: '2023-02-29' }, '/joinedOn'],
  ])('are not entered with %s', async (_, more, pointer) => {
    const wanted = { constituencyId: putney, membershipNumber: 'Bad', forename: 'A', surname: 'B', ...more };
    expect(await organise.client.post('/v1/members', wanted)).toMatchObject(faultAt(pointer));
  });

  it('of another constituency are not there', async () => {
    const everywhere = await createPerson(organise.database, {
      role: 'membership-secretary',
      purposes: ['membership-administration'],
    });
    const wide = new ApiClient(organise.server.url, everywhere, 'membership-administration');
    const wanted = { constituencyId: wimbledon, membershipNumber: 'W1', forename: 'Far', surname: 'Away' };
    const { body, status } = await wide.post<{ id: string }>('/v1/members', wanted);
    expect(status).toBe(201);
    const far = `constituencyId=${wimbledon}`;
    for (const path of [
      `/v1/members?${far}`,
      `/v1/members/${body.id}?${far}`,
      of(body.id),
      contactOf(body.id),
    ])
      expect(await organise.client.get(path)).toMatchObject({ status: 404 });
    const ifMatch = { 'if-match': '*' };
    for (const where of [at, far]) {
      const path = `/v1/members/${body.id}`;
      expect(
        await organise.client.send('PATCH', `${path}?${where}`, { surname: 'X' }, ifMatch),
      ).toMatchObject({
        status: 404,
      });
      expect(
        await organise.client.send('PUT', `${path}/contact-details?${where}`, {}, ifMatch),
      ).toMatchObject({
        status: 404,
      });
    }
    expect(await organise.client.post('/v1/members', { ...wanted, membershipNumber: 'W2' })).toMatchObject({
      status: 404,
    });
    expect((await organise.client.get(`/v1/members/x?${at}`)).status).toBe(400);
  });

  it('are shown and changed for a purpose that the grant carries, and by nobody else', async () => {
    const id = await organise.addMember();
    const plain = new ApiClient(organise.server.url, organise.secretary);
    expect(await plain.get(of(id))).toMatchObject({ status: 400, body: { code: 'purpose-required' } });
    const writer = await createPerson(organise.database, {
      role: 'membership-secretary',
      constituencyId: putney,
      purposes: ['member-communication'],
    });
    const ifMatch = { 'if-match': '*' };
    const asWriter = new ApiClient(organise.server.url, writer, 'member-communication');
    expect(await asWriter.get(of(id))).toMatchObject({ status: 200 });
    for (const answer of [
      await asWriter.send('PATCH', of(id), { surname: 'X' }, ifMatch),
      await asWriter.send('PUT', contactOf(id), {}, ifMatch),
    ])
      expect(answer).toMatchObject({ status: 403, body: { code: 'purpose-not-authorised' } });
    const organiser = await createPerson(organise.database, { role: 'organiser', constituencyId: putney });
    const asOrganiser = new ApiClient(organise.server.url, organiser, 'membership-administration');
    for (const path of [of(id), contactOf(id), `/v1/members?${at}`])
      expect(await asOrganiser.get(path)).toMatchObject({ status: 403, body: { code: 'not-permitted' } });
  });

  it.each([
    ['the tool', 'tool:organise', 503, 'tool-suspended'],
    ['the constituency', `area:${putney}`, 403, 'area-suspended'],
  ] as const)('are neither shown nor changed while %s is suspended', async (_, scope, status, code) => {
    const id = await organise.addMember();
    const ifMatch = { 'if-match': '*' };
    const wanted = { constituencyId: putney, membershipNumber: randomUUID(), forename: 'A', surname: 'B' };
    await organise.whileSuspended(scope, async () => {
      const refused = { status, body: { code } };
      for (const path of [of(id), contactOf(id), `/v1/members?${at}`])
        expect(await organise.client.get(path)).toMatchObject(refused);
      expect(await organise.client.post('/v1/members', wanted)).toMatchObject(refused);
      expect(await organise.client.send('PATCH', of(id), { surname: 'X' }, ifMatch)).toMatchObject(refused);
      expect(await organise.client.send('PUT', contactOf(id), {}, ifMatch)).toMatchObject(refused);
    });
  });
});

function fold(name: string): string {
  return name.replace("'", '').replace('Š', 'S').toLowerCase();
}
