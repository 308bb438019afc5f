import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api.js';
import { faultAt, startMembership, type Membership } from '../support/members.js';
import { createPerson, putney, wimbledon } from '../support/people.js';

interface Branch {
  id: string;
  name: string;
  wardIds: string[];
  closedAt: string | null;
}

describe('Branches', () => {
  let organise: Membership;
  let wards: string[];
  let farWard: string;
  const at = `constituencyId=${putney}`;

  beforeAll(async () => {
    organise = await startMembership();
    const wardsOf = async (constituencyId: string) =>
      (
        await organise.database.admin.query<{ id: string }>(
          'SELECT ward_id AS id FROM geography.ward_constituency WHERE constituency_id = $1 ORDER BY 1',
          [constituencyId],
        )
      ).rows.map(({ id }) => id);
    wards = await wardsOf(putney);
    farWard = (await wardsOf(wimbledon)).find((id) => !wards.includes(id)) as string;
  });

  beforeEach(async () => {
    await organise.database.admin.query('DELETE FROM organise.branch_ward');
  });

  afterAll(async () => {
    await organise.stop();
  });

  const of = (id: string) => `/v1/branches/${id}?${at}`;
  const make = (name: string, wardIds: string[] = [], headers = {}) =>
    organise.client.post<Branch>('/v1/branches', { constituencyId: putney, name, wardIds }, headers);
  const change = (id: string, body: object) => organise.change('PATCH', of(id), body);

  it('are founded once with their wards, renamed and listed page by page', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const made = await make('Roehampton', wards.slice(0, 2), key);
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'Roehampton', wardIds: wards.slice(0, 2), closedAt: null },
    });
    expect(await make('Roehampton', wards.slice(0, 2), key)).toMatchObject({ status: 201, body: made.body });
    expect(await change(made.body.id, { name: 'Roehampton and Putney Heath' })).toMatchObject({
      status: 200,
      body: { name: 'Roehampton and Putney Heath', wardIds: wards.slice(0, 2) },
    });
    await make('Two');
    const first = await organise.client.get<{ items: Branch[]; next: string }>(`/v1/branches?${at}&limit=1`);
    const second = await organise.client.get<{ items: Branch[] }>(
      `/v1/branches?${at}&limit=1&after=${first.body.next}`,
    );
    expect(second.body.items[0]!.id > first.body.items[0]!.id).toBe(true);
    const { rows } = await organise.database.admin.query(
      `SELECT outcome, target_kind, target_id FROM ledger.action WHERE request_id = $1`,
      [made.headers.get('request-id')],
    );
    expect(rows).toEqual([{ outcome: 'done', target_kind: 'branch', target_id: made.body.id }]);
  });

  it('never share a ward or a name, also where two take it at once', async () => {
    const [ward = ''] = wards;
    const one = await make('One', [ward]);
    const taken = { status: 409, body: { code: 'already-exists' } };
    expect(await make('Other', [ward])).toMatchObject(taken);
    expect(await make('One')).toMatchObject(taken);
    const other = await make('Another');
    expect(await change(other.body.id, { wardIds: [ward] })).toMatchObject(taken);
    expect(await change(other.body.id, { name: 'One' })).toMatchObject(taken);
    expect(await change(one.body.id, { wardIds: [] })).toMatchObject({ status: 200, body: { wardIds: [] } });
    const race = await Promise.all([1, 2, 3].map((n) => make(`Race ${n}`, [ward])));
    expect(race.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it('let one of two changes of the same version through', async () => {
    const made = await make('Raced');
    const ifMatch = { 'if-match': '"1"' };
    const rename = (name: string) => organise.client.send('PATCH', of(made.body.id), { name }, ifMatch);
    const answers = await Promise.all([rename('Raced A'), rename('Raced B')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(await organise.client.send('PATCH', of(made.body.id), {}, {})).toMatchObject({ status: 428 });
  });

  it('let go of their wards when they are closed, and take neither wards nor members', async () => {
    const made = await make('Closing', wards.slice(0, 1));
    const { id } = made.body;
    const member = await organise.addMember({ branchId: id });
    expect(await change(id, { isClosed: true, wardIds: wards.slice(0, 1) })).toMatchObject(
      faultAt('/wardIds'),
    );
    const closed = await change(id, { isClosed: true });
    expect(closed).toMatchObject({ status: 200, body: { wardIds: [] } });
    expect((closed.body as unknown as Branch).closedAt).not.toBeNull();
    expect(await change(id, { wardIds: wards.slice(0, 1) })).toMatchObject(faultAt('/wardIds'));
    expect(await make('Successor', wards.slice(0, 1))).toMatchObject({ status: 201 });
    await expect(organise.addMember({ branchId: id })).rejects.toThrow('/branchId');
    // Who is in it already is still changed.
    const path = `/v1/members/${member}?${at}`;
    expect(await organise.change('PATCH', path, { surname: 'New', branchId: id })).toMatchObject({
      status: 200,
    });
    const reopened = await change(id, { isClosed: false });
    expect(reopened).toMatchObject({ status: 200, body: { closedAt: null } });
    expect(await organise.addMember({ branchId: id })).toBeTruthy();
  });

  it.each([
    ['a ward of elsewhere', () => ({ wardIds: [wards[0], farWard] }), '/wardIds/1'],
    ['a ward twice', () => ({ wardIds: [wards[0], wards[0]] }), '/wardIds'],
    ['a ward that is none', () => ({ wardIds: ['x'] }), '/wardIds'],
    ['no wards', () => ({ wardIds: null }), '/wardIds'],
    ['no name', () => ({ name: ' ' }), '/name'],
    ['another property', () => ({ members: [] }), '/members'],
  ])('are neither founded nor changed with %s', async (_, more, pointer) => {
    const wanted = { constituencyId: putney, name: 'Bad', wardIds: [], ...more() };
    expect(await organise.client.post('/v1/branches', wanted)).toMatchObject(faultAt(pointer));
    const { body } = await make(`Good ${randomUUID()}`);
    expect(await change(body.id, more())).toMatchObject(faultAt(pointer));
  });

  it('of another constituency are not there, nor for who keeps no members', async () => {
    const { body } = await make('Here');
    const far = `constituencyId=${wimbledon}`;
    expect(await organise.client.get(`/v1/branches?${far}`)).toMatchObject({ status: 404 });
    expect(await organise.client.get(`/v1/branches/${body.id}?${far}`)).toMatchObject({ status: 404 });
    expect(await organise.client.get(of(randomUUID()))).toMatchObject({ status: 404 });
    expect(await organise.client.get(of('x'))).toMatchObject({ status: 400 });
    const wanted = { constituencyId: wimbledon, name: 'Far', wardIds: [] };
    expect(await organise.client.post('/v1/branches', wanted)).toMatchObject({ status: 404 });
    const everywhere = await createPerson(organise.database, { role: 'membership-secretary' });
    const wide = new ApiClient(organise.server.url, everywhere);
    expect(await wide.get(`/v1/branches/${body.id}?${far}`)).toMatchObject({ status: 404 });
    const canvasser = await createPerson(organise.database, { role: 'canvasser', constituencyId: putney });
    expect(await new ApiClient(organise.server.url, canvasser).get(of(body.id))).toMatchObject({
      status: 403,
      body: { code: 'not-permitted' },
    });
  });

  it.each([
    ['the tool', 'tool:organise', 503],
    ['the constituency', `area:${putney}`, 403],
  ] as const)('are neither shown nor changed while %s is suspended', async (_, scope, status) => {
    const { body } = await make(`Kept ${scope}`);
    await organise.whileSuspended(scope, async () => {
      expect(await organise.client.get(`/v1/branches?${at}`)).toMatchObject({ status });
      expect(await organise.client.get(of(body.id))).toMatchObject({ status });
      expect(await make('Never')).toMatchObject({ status });
      const answer = await organise.client.send('PATCH', of(body.id), { name: 'Never' }, { 'if-match': '*' });
      expect(answer).toMatchObject({ status });
    });
  });
});
