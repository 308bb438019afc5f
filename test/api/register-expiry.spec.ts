import { layouts } from '../../src/demonstration/register-layout.js';
import { RegisterDesk, type Dispatch } from '../support/imported-register.js';
import { putney } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const fileOf = (...forenames: string[]) =>
  [
    layouts.xpress.header,
    ...forenames.map((name, n) => `KA,${n + 1},0,,,Example,${name},SW15 1AA,${name} House,London,,,,`),
  ].join('\r\n');
const dayFromToday = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe("A candidate's copy of a register", () => {
  let database: TestDatabase;
  let server: TestServer;
  let desk: RegisterDesk;

  beforeEach(async () => {
    database = await createTestDatabase();
    server = await startTestServer(database.environment);
    desk = await RegisterDesk.open(database, server, putney);
  });

  afterEach(async () => {
    await server.stop();
    await database.drop();
  });

  const forCandidate = { gateway: 'candidate', registerType: 'election', electionOn: dayFromToday(20) };
  /** The election is over, and a replica starts, as one does on most days. */
  const dayAfter = async (id: string) => {
    await database.admin.query(
      `UPDATE contact_creator.register_import SET election_on = '2026-05-07' WHERE id = $1`,
      [id],
    );
    await server.stop();
    server = await startTestServer(database.environment);
    desk = await RegisterDesk.open(database, server, putney);
    await desk.reached(id, 'expired');
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
    const refused: Dispatch[] = [
      { gateway: 'candidate' },
      { gateway: 'candidate', electionOn: '2026-05-07' },
      { gateway: 'candidate', electionOn: '2027-02-30' },
      { ...forCandidate, gateway: 'constituency-party' },
    ];
    for (const more of refused)
      expect([more, await desk.send(fileOf('Ada'), more)]).toMatchObject([
        more,
        { status: 400, body: { errors: [{ in: 'query', pointer: '/electionOn' }] } },
      ]);
  });

  it('goes after the election, but for whom somebody spoke with', async () => {
    const { id } = await desk.import(fileOf('Ada', 'Bob'), forCandidate);
    expect((await desk.client.get(`/v1/register-imports/${id}`)).body).toMatchObject({
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
      [putney, desk.officer.accountId],
    );
    await dayAfter(id);
    expect(await electors()).toEqual(['Ada off']);
    expect(await entries()).toBe(0);
    expect((await desk.client.post(`/v1/register-imports/${id}/undo`)).status).toBe(409);
  });

  it('leaves who is on a later register, and nobody else, and nothing of what it said', async () => {
    const { id } = await desk.import(fileOf('Ada', 'Bob'), forCandidate);
    const later = await desk.import(fileOf('Ada'));
    expect(await electors()).toEqual(['Ada on', 'Bob off']);
    await dayAfter(id);
    expect(await electors()).toEqual(['Ada on']);
    expect(await entries()).toBe(1);
    expect((await database.admin.query('SELECT FROM contact_creator.door')).rowCount).toBe(1);
    await desk.undo(later.id);
    expect(await electors()).toEqual([]);
    expect((await database.admin.query('SELECT FROM contact_creator.door')).rowCount).toBe(0);
  });

  it('is dropped where it was not committed by then', async () => {
    const { id } = await desk.import(fileOf('Ada'), { ...forCandidate, dryRun: 'true' }, 'staged');
    await dayAfter(id);
    const { rowCount } = await database.admin.query(
      `SELECT FROM contact_creator.register_upload UNION ALL SELECT FROM pg_tables WHERE tablename ~ 'register_staging_[0-9a-f]'`,
    );
    expect(rowCount).toBe(0);
    expect((await desk.client.post(`/v1/register-imports/${id}/commit`)).status).toBe(409);
  });

  it('stays until its election is over', async () => {
    const { id } = await desk.import(fileOf('Ada'), forCandidate);
    await database.admin.query(
      `UPDATE contact_creator.register_import SET election_on = (now() AT TIME ZONE 'Europe/London')::date`,
    );
    const { rows } = await database.admin.query('SELECT contact_creator.expire_registers() AS ended');
    expect(rows).toEqual([{ ended: 0 }]);
    expect((await desk.client.get<{ state: string }>(`/v1/register-imports/${id}`)).body.state).toBe(
      'committed',
    );
  });
});
