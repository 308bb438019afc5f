import { ApiClient } from '../support/api.js';
import { createPerson, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { releaseOnceWaiting } from '../support/waiting.js';

interface Profile {
  party: string | null;
  policy: { reference: string; adoptedOn: string; reviewOn: string } | null;
  areOpinionsAllowed: boolean;
  changedBy: string | null;
}

describe('The profile of the controller', () => {
  let database: TestDatabase;
  let server: TestServer;
  let secretary: Person;
  let client: ApiClient;
  const path = '/v1/controller-profile';

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer(database.environment);
  });

  beforeEach(async () => {
    await database.admin.query('DELETE FROM protection.controller_profile; DELETE FROM ledger.action');
    secretary = await createPerson(database, { role: 'general-secretary' });
    client = new ApiClient(server.url, secretary);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const wanted = (more: object = {}) => ({
    party: 'Example Party',
    partyRegistration: 'PP9999',
    icoRegistration: 'ZA999999',
    policy: { reference: 'Policy 1', adoptedOn: '2020-01-01', reviewOn: '2199-01-01' },
    ...more,
  });
  const put = (etag: string, more: object = {}) =>
    client.send<Profile>('PUT', path, wanted(more), { 'if-match': etag });
  const areOpinionsAllowed = async () => {
    const { rows } = await database.admin.query<{ is: boolean }>(
      'SELECT protection.opinions_allowed() AS is',
    );
    return rows[0]!.is;
  };

  it('is empty at first, and allows no opinion', async () => {
    const { status, body, headers } = await client.get<Profile>(path);
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('"0"');
    expect(body).toEqual({
      party: null,
      partyRegistration: null,
      icoRegistration: null,
      policy: null,
      areOpinionsAllowed: false,
      changedBy: null,
      changedAt: null,
    });
    expect(await areOpinionsAllowed()).toBe(false);
  });

  it('allows opinions to a registered party with a policy in force, and keeps every version', async () => {
    const first = await put('"0"');
    expect(first).toMatchObject({
      status: 200,
      body: { ...wanted(), areOpinionsAllowed: true, changedBy: secretary.accountId },
    });
    expect(first.headers.get('etag')).toBe('"1"');
    expect(await areOpinionsAllowed()).toBe(true);
    expect(await put('"1"', { party: 'Renamed Party' })).toMatchObject({ status: 200 });
    const { rows } = await database.admin.query(
      'SELECT version, party_name AS party FROM protection.controller_profile ORDER BY version',
    );
    expect(rows).toEqual([
      { version: 1, party: 'Example Party' },
      { version: 2, party: 'Renamed Party' },
    ]);
    const { rows: actions } = await database.admin.query(
      `SELECT target_id, detail FROM ledger.action WHERE action = 'controller-profile.change' AND outcome = 'done' ORDER BY target_id`,
    );
    expect(actions).toEqual([
      { target_id: '1', detail: { areOpinionsAllowed: true } },
      { target_id: '2', detail: { areOpinionsAllowed: true } },
    ]);
  });

  it.each([
    ['the party is not registered', { partyRegistration: null }],
    ['there is no policy document', { policy: null }],
    [
      'the document is not in force yet',
      { policy: { reference: 'P', adoptedOn: '2198-01-01', reviewOn: '2199-01-01' } },
    ],
    [
      'its review is overdue',
      { policy: { reference: 'P', adoptedOn: '2020-01-01', reviewOn: '2021-01-01' } },
    ],
  ])('withdraws the leave to record opinions where %s', async (_, more) => {
    await put('"0"');
    expect(await put('"1"', more)).toMatchObject({ status: 200, body: { areOpinionsAllowed: false } });
    expect(await areOpinionsAllowed()).toBe(false);
  });

  it('counts its document on the day of its review, and not on the day after', async () => {
    const {
      rows: [day],
    } = await database.admin.query<{ today: string; before: string }>(
      'SELECT current_date::text AS today, (current_date - 1)::text AS before',
    );
    const due = (reviewOn: string) => ({ policy: { reference: 'P', adoptedOn: '2020-01-01', reviewOn } });
    expect(await put('"0"', due(day!.today))).toMatchObject({ body: { areOpinionsAllowed: true } });
    expect(await put('"1"', due(day!.before))).toMatchObject({ body: { areOpinionsAllowed: false } });
  });

  it('is written by who read it last, also of several at once', async () => {
    expect(await client.send('PUT', path, wanted(), {})).toMatchObject({ status: 428 });
    const answers = await Promise.all(Array.from({ length: 6 }, () => put('"0"')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412]);
    expect(await put('"0"')).toMatchObject({ status: 412 });
  });

  it('is written by one of several who had read the same before any of them wrote', async () => {
    const { admin } = database;
    await admin.query(`BEGIN; SELECT pg_advisory_xact_lock(hashtext('protection.controller-profile'))`);
    const writers = [put('"0"'), put('"0"')];
    await releaseOnceWaiting(admin, writers.length, () => admin.query('COMMIT'));
    expect((await Promise.all(writers)).map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('is read by those who answer for data, and written by those who control access', async () => {
    for (const role of ['administrator', 'data-protection-officer', 'data-officer'] as const) {
      const other = new ApiClient(server.url, await createPerson(database, { role }));
      expect(await other.get(path)).toMatchObject({ status: 200 });
    }
    for (const role of ['data-protection-officer', 'data-officer', 'organiser'] as const) {
      const other = new ApiClient(server.url, await createPerson(database, { role }));
      expect(await other.send('PUT', path, wanted(), { 'if-match': '"0"' })).toMatchObject({ status: 403 });
    }
    const organiser = await createPerson(database, { role: 'organiser' });
    expect(await new ApiClient(server.url, organiser).get(path)).toMatchObject({ status: 403 });
  });

  it('is written with a second factor of the last minutes alone', async () => {
    await database.admin.query('UPDATE identity.session SET stepped_up_until = NULL WHERE id = $1', [
      secretary.sessionId,
    ]);
    expect(await put('"0"')).toMatchObject({ status: 403, body: { code: 'step-up-required' } });
    expect(await areOpinionsAllowed()).toBe(false);
  });

  it('names what is wrong with it', async () => {
    const policy = { reference: 'P', adoptedOn: '2026-01-01', reviewOn: '2027-01-01' };
    for (const [pointer, more] of [
      ['/party', { party: '' }],
      ['/party', { party: null }],
      ['/partyRegistration', { partyRegistration: '9999' }],
      ['/icoRegistration', { icoRegistration: 'z' }],
      ['/policy', { policy: 'P' }],
      ['/policy', { policy: [policy] }],
      ['/policy/reference', { policy: { ...policy, reference: '' } }],
      ['/policy/adoptedOn', { policy: { ...policy, adoptedOn: '2026-02-30' } }],
      ['/policy/reviewOn', { policy: { ...policy, reviewOn: '2026-01-01' } }],
      ['/more', { more: 1 }],
    ] as const)
      expect({ pointer, answer: await put('"0"', more) }).toMatchObject({
        answer: {
          status: 400,
          body: { errors: expect.arrayContaining([expect.objectContaining({ pointer })]) as unknown },
        },
      });
  });
});
