import { randomUUID } from 'node:crypto';
import { until } from '../support/embedded-postgres-processes.js';
import { ApiClient } from '../support/api.js';
import { createPerson, putney, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const header =
  'Elector Number Prefix,Elector Number,Elector Number Suffix,Elector Markers,Elector DOB,Elector Surname,' +
  'Elector Forename,PostCode,Address1,Address2,Address3,Address4,Address5,Address6';
const fileOf = (...forenames: string[]) =>
  [
    header,
    ...forenames.map((name, n) => `KA,${n + 1},0,,,Example,${name},SW15 1AA,${name} House,London,,,,`),
  ].join('\r\n');
const dayFromToday = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe("A candidate's copy of a register", () => {
  let database: TestDatabase;
  let server: TestServer;
  let officer: Person;
  let client: ApiClient;

  beforeEach(async () => {
    database = await createTestDatabase();
    server = await startTestServer(database.environment);
    officer = await createPerson(database, {
      role: 'data-officer',
      constituencyId: putney,
      purposes: ['register-management'],
    });
    client = new ApiClient(server.url, officer, 'register-management');
  });

  afterEach(async () => {
    await server.stop();
    await database.drop();
  });

  const upload = async (file: string, more: Record<string, string>) => {
    const query = new URLSearchParams({
      constituencyId: putney,
      publishedOn: '2026-12-01',
      registerType: 'election',
      ero: 'Wandsworth',
      dryRun: 'false',
      ...more,
    });
    const answer = await fetch(`${server.url}/v1/register-imports?${query.toString()}`, {
      method: 'POST',
      headers: { ...officer.headers, 'content-type': 'text/csv', 'idempotency-key': randomUUID() },
      body: file,
    });
    return { status: answer.status, body: (await answer.json()) as { id: string; errors?: unknown } };
  };
  const imported = async (file: string, more: Record<string, string>, state = 'committed') => {
    const { status, body } = await upload(file, more);
    expect(status).toBe(201);
    await until(async () => (await stateOf(body.id)) === state, state);
    return body.id;
  };
  const stateOf = async (id: string) =>
    (await client.get<{ state: string }>(`/v1/register-imports/${id}`)).body.state;
  const forCandidate = { gateway: 'candidate', electionOn: dayFromToday(20) };
  /** The election is over, and a replica starts, as one does on most days. */
  const dayAfter = async (id: string) => {
    await database.admin.query(
      `UPDATE contact_creator.register_import SET election_on = '2026-05-07' WHERE id = $1`,
      [id],
    );
    await server.stop();
    server = await startTestServer(database.environment);
    client = new ApiClient(server.url, officer, 'register-management');
    await until(async () => (await stateOf(id)) === 'expired', 'the end of the copy');
  };
  const electors = async () =>
    (
      await database.admin.query<{ forename: string; is_current: boolean }>(
        'SELECT forename, is_current FROM contact_creator.elector ORDER BY forename',
      )
    ).rows.map(({ forename, is_current }) => `${forename} ${is_current ? 'on' : 'off'}`);
  const entries = async () =>
    (await database.admin.query('SELECT FROM contact_creator.register_entry')).rowCount;

  it('is refused without an election that is still to come, and any other copy with one', async () => {
    const refused: Record<string, string>[] = [
      { gateway: 'candidate' },
      { gateway: 'candidate', electionOn: '2026-05-07' },
      { gateway: 'candidate', electionOn: '2027-02-30' },
      { ...forCandidate, gateway: 'constituency-party' },
    ];
    for (const more of refused)
      expect([more, await upload(fileOf('Ada'), more)]).toMatchObject([
        more,
        { status: 400, body: { errors: [{ in: 'query', pointer: '/electionOn' }] } },
      ]);
  });

  it('goes after the election, but for whom somebody spoke with', async () => {
    const id = await imported(fileOf('Ada', 'Bob'), forCandidate);
    expect((await client.get(`/v1/register-imports/${id}`)).body).toMatchObject({
      registerType: 'election',
      electionOn: forCandidate.electionOn,
    });
    await database.admin.query(
      `WITH contact AS (
         INSERT INTO contact_creator.contact (constituency_id, id, elector_id, method, outcome, device_at, effective_at, recorded_at,
                                              recorded_by, payload_hash)
         SELECT $1, gen_random_uuid(), e.id, 'doorstep', 'do-not-contact', now(), now(), now(), $2, sha256('')
         FROM contact_creator.elector e WHERE e.forename = 'Ada'
         RETURNING constituency_id, elector_id, id)
       INSERT INTO contact_creator.contact_subject SELECT * FROM contact`,
      [putney, officer.accountId],
    );
    await dayAfter(id);
    expect(await electors()).toEqual(['Ada off']);
    expect(await entries()).toBe(0);
    expect((await client.post(`/v1/register-imports/${id}/undo`)).status).toBe(409);
  });

  it('leaves who is on a later register, and nobody else, and nothing of what it said', async () => {
    const id = await imported(fileOf('Ada', 'Bob'), forCandidate);
    const later = await imported(fileOf('Ada'), { gateway: 'constituency-party' });
    expect(await electors()).toEqual(['Ada on', 'Bob off']);
    await dayAfter(id);
    expect(await electors()).toEqual(['Ada on']);
    expect(await entries()).toBe(1);
    expect((await database.admin.query('SELECT FROM contact_creator.door')).rowCount).toBe(1);
    await client.post(`/v1/register-imports/${later}/undo`);
    await until(async () => (await stateOf(later)) === 'undone', 'the undo');
    expect(await electors()).toEqual([]);
    expect((await database.admin.query('SELECT FROM contact_creator.door')).rowCount).toBe(0);
  });

  it('is dropped where it was not committed by then', async () => {
    const id = await imported(fileOf('Ada'), { ...forCandidate, dryRun: 'true' }, 'staged');
    await dayAfter(id);
    const { rowCount } = await database.admin.query(
      `SELECT FROM contact_creator.register_upload UNION ALL SELECT FROM pg_tables WHERE tablename ~ 'register_staging_[0-9a-f]'`,
    );
    expect(rowCount).toBe(0);
    expect((await client.post(`/v1/register-imports/${id}/commit`)).status).toBe(409);
  });

  it('stays until its election is over', async () => {
    const id = await imported(fileOf('Ada'), forCandidate);
    await database.admin.query(
      `UPDATE contact_creator.register_import SET election_on = (now() AT TIME ZONE 'Europe/London')::date`,
    );
    const { rows } = await database.admin.query('SELECT contact_creator.expire_registers() AS ended');
    expect(rows).toEqual([{ ended: 0 }]);
    expect(await stateOf(id)).toBe('committed');
  });
});
