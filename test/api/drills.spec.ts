import { randomUUID } from 'node:crypto';
import { register } from 'prom-client';
import { DrillService } from '../../src/switchboard/drill.service.js';
import { ApiClient } from '../support/api.js';
import { eventually } from '../support/download.js';
import { createElectorsAndMembers, createPerson, putney } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Drill {
  id: string;
  suspensionId: string;
  epoch: number;
  orderedBy: string | null;
  isScheduled: boolean;
  isOk: boolean | null;
  wasRefused: boolean | null;
  endedAt: string | null;
  completeAt: string | null;
  barrierMs: number;
  replicas: { how: string }[];
}

describe('A drill', () => {
  let database: TestDatabase;
  let servers: TestServer[];
  let asOfficer: ApiClient;
  let asSecretary: ApiClient;
  let asOrganiser: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 2);
    servers = [await startTestServer(database.environment), await startTestServer(database.environment)];
    const client = async (role: Parameters<typeof createPerson>[1], purpose?: string, server = 0) =>
      new ApiClient(servers[server]!.url, await createPerson(database, role), purpose);
    asOfficer = await client({ role: 'data-protection-officer' });
    asSecretary = await client({ role: 'general-secretary' }, undefined, 1);
    asOrganiser = await client(
      { role: 'organiser', constituencyId: putney, purposes: ['voter-contact'] },
      'voter-contact',
    );
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await database.drop();
  });

  const canary = (client = asSecretary) => client.get('/v1/canary/electors');
  const electors = () => asOrganiser.get(`/v1/electors?constituencyId=${putney}`);
  const run = (client = asOfficer, headers = {}) => client.post<Drill>('/v1/drills', undefined, headers);
  const service = (server: number) => servers[server]!.app.get(DrillService);
  const isSuspended = async () =>
    (await database.admin.query<{ suspended: boolean }>(`SELECT suspended FROM ks.scope WHERE id = 'canary'`))
      .rows[0]!.suspended;
  const metric = async (name: string, labels: object = {}) =>
    (await register.getSingleMetric(name)!.get()).values.find((value) =>
      Object.entries(labels).every(([label, one]) => value.labels[label] === one),
    )!.value;

  it('is proved on every replica, finds the canary refused, and lets it go', async () => {
    expect(await canary()).toMatchObject({
      status: 200,
      body: { items: [{ forename: 'Canary' }, {}, {}, {}, {}] },
    });
    const { status, body } = await run();
    expect({ status, ...body }).toMatchObject({
      status: 201,
      isOk: true,
      wasRefused: true,
      isScheduled: false,
      replicas: [{ how: 'drained' }, { how: 'drained' }],
    });
    expect(body.barrierMs).toBeLessThan(2_000);
    // The other replica hears of it a moment later.
    await eventually(async () => (await canary()).status === 200);
    const { rows } = await database.admin.query(
      `SELECT action FROM ledger.action WHERE target_id = $1 ORDER BY at`,
      [body.id],
    );
    expect(rows).toEqual([{ action: 'drill.run' }, { action: 'drill.finish' }]);
    expect(await asSecretary.get(`/v1/suspensions/${body.suspensionId}`)).toMatchObject({
      body: { state: 'expired', target: { kind: 'tool', id: 'canary' }, liftReason: 'The drill is over.' },
    });
    expect(await metric('rosette_last_drill_ok')).toBe(1);
    expect(await metric('rosette_last_drill_timestamp_seconds')).toBeGreaterThan(Date.now() / 1_000 - 60);
    expect(await metric('rosette_barrier_seconds', { purpose: 'drill', le: 5 })).toBe(1);
  });

  it('touches nobody’s work, and is answered again to a repeat', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const work: Promise<{ status: number }>[] = [];
    const [first] = await Promise.all([
      run(asOfficer, key),
      (async () => {
        for (let n = 0; n < 20; n += 1) work.push(electors());
      })(),
    ]);
    expect((await Promise.all(work)).map(({ status }) => status)).toEqual(Array(20).fill(200));
    const again = await run(asOfficer, key);
    expect(again).toMatchObject({ status: 201, body: { id: first.body.id, isOk: true } });
    expect(
      (await asOfficer.get<{ items: Drill[] }>('/v1/drills')).body.items.filter(
        ({ id }) => id === first.body.id,
      ),
    ).toHaveLength(1);
  });

  it('leaves a suspension of the canary that somebody ordered as it is', async () => {
    const ordered = await asSecretary.post<{ id: string }>('/v1/suspensions', {
      target: { kind: 'tool', id: 'canary' },
      reason: 'to see that it stays',
    });
    expect(ordered.status).toBe(201);
    expect((await run()).body).toMatchObject({ isOk: true });
    expect(await canary()).toMatchObject({ status: 503, body: { code: 'tool-suspended' } });
    expect(await asSecretary.get(`/v1/suspensions/${ordered.body.id}`)).toMatchObject({
      body: { state: 'in-force' },
    });
    await database.admin.query('SELECT ks.end_suspension($1, NULL, NULL, true)', [ordered.body.id]);
  });

  it('is one at a time, and one that its replica has left is ended as failed', async () => {
    const id = randomUUID();
    await database.admin.query(`SELECT ks.open_drill($1, NULL, NULL)`, [id]);
    expect(await run()).toMatchObject({ status: 409, body: { code: 'conflict' } });
    await service(0).look();
    expect(await isSuspended()).toBe(true);
    await database.admin.query(
      `UPDATE ks.drill SET started_at = started_at - interval '61 seconds' WHERE id = $1`,
      [id],
    );
    await service(0).look();
    expect(await isSuspended()).toBe(false);
    const { rows } = await database.admin.query(`SELECT action FROM ledger.action WHERE target_id = $1`, [
      id,
    ]);
    expect(rows).toEqual([{ action: 'drill.fail' }]);
    expect(await metric('rosette_last_drill_ok')).toBe(0);
  });

  it('is made on schedule by one replica of all, once in its time', async () => {
    const made = await Promise.all([0, 1, 0, 1].map((server) => service(server).runScheduled(24)));
    expect(made.filter((drill) => drill !== undefined)).toMatchObject([
      { isOk: true, isScheduled: true, orderedBy: null },
    ]);
    expect(await service(0).runScheduled(24)).toBeUndefined();
    await service(1).look();
    expect(await metric('rosette_last_drill_ok')).toBe(1);
  });

  it('is for those who watch over the switch, and so is the canary; a suspension of everything stops it', async () => {
    expect(await run(asOrganiser)).toMatchObject({ status: 403 });
    expect(await canary(asOrganiser)).toMatchObject({ status: 403 });
    expect(await asOrganiser.get('/v1/drills')).toMatchObject({ status: 403 });
    const weary = new ApiClient(
      servers[0]!.url,
      await createPerson(database, { role: 'data-protection-officer', hasSecondFactor: false }),
    );
    expect(await run(weary)).toMatchObject({ status: 403 });
    const everything = { target: { kind: 'all' }, reason: 'to see that it stops' };
    expect(await asSecretary.post('/v1/suspensions', everything)).toMatchObject({ status: 201 });
    expect(await canary()).toMatchObject({ status: 503, body: { code: 'tool-suspended' } });
    expect((await run()).body).toMatchObject({ isOk: true });
  });
});
