import { randomUUID } from 'node:crypto';
import type { ScopeKind } from '../../src/config/vocabulary.js';
import { AccessTokenService } from '../../src/identity/access-token.service.js';
import { download, eventually, type Download } from '../support/download.js';
import { createElectorsAndMembers, createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { createRegister } from '../support/register.js';
import { startReplicaProcess, type ReplicaProcess } from '../support/replica-process.js';
import { flip } from '../support/switch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const electors = 40_000;
const columns =
  'electorId electorNumber entryKind forename surname pollingDistrict street address postcode franchise isOptedOut contactCount';

/** Clients that do not read, so that a fetch is under way when the switch is used. */
describe('A file that is being fetched', () => {
  let database: TestDatabase;
  let replicas: ReplicaProcess[];
  let secretary: Person;
  let clerk: Person;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createRegister(database.admin, putney, 'KA', 200, 100);
    // Twenty megabytes: more than any kernel takes for a client that does not read.
    await database.admin.query(
      `UPDATE contact_creator.door SET address_lines = ARRAY[repeat('A Long Building ', 32)] || address_lines`,
    );
    await createElectorsAndMembers(database.admin, wimbledon, 5);
    await database.admin.query('ANALYZE');
    await database.admin.query(
      `UPDATE access.role_limit SET export_day = 10000000 WHERE role = 'data-officer'`,
    );
    secretary = await createPerson(database, { role: 'general-secretary' });
    clerk = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: wimbledon,
      purposes: ['membership-administration'],
    });
    replicas = await Promise.all([1, 2].map(() => startReplicaProcess(database.environment)));
  }, 120_000);

  afterAll(async () => {
    expect(await Promise.all(replicas.map((replica) => replica.stop()))).toEqual([0, 0]);
    await database.drop();
  });

  const post = async <Body>(replica: number, by: Person, path: string, body: unknown): Promise<Body> => {
    const answer = await fetch(`${replicas[replica]?.url}${path}`, {
      method: 'POST',
      headers: {
        ...by.headers,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        'data-purpose': 'voter-contact',
      },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(201);
    return (await answer.json()) as Body;
  };
  const begin = async (livesSeconds = 86_400): Promise<{ id: string; officer: Person; file: Download }> => {
    const officer = await createPerson(database, {
      role: 'data-officer',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    const { id } = await post<{ id: string }>(0, officer, '/v1/exports', {
      constituencyId: putney,
      source: { kind: 'constituency' },
      columns: columns.split(' '),
      reason: 'a fetch that will be cut',
    });
    await database.admin.query(
      `UPDATE contact_creator.export SET expires_at = created_at + $2 * interval '1 second' WHERE id = $1`,
      [id, livesSeconds],
    );
    const url = `${replicas[0]?.url}/v1/exports/${id}/file.csv?constituencyId=${putney}`;
    const file = await download(url, officer.headers, true);
    expect(file.status).toBe(200);
    return { id, officer, file };
  };
  const secondSessionOf = async ({ accountId }: Person): Promise<Pick<Person, 'headers'>> => {
    const sessionId = randomUUID();
    await database.admin.query(
      `INSERT INTO identity.session (id, account_id, expires_at) VALUES ($1, $2, now() + interval '1 hour')`,
      [sessionId, accountId],
    );
    const token = await new AccessTokenService(database.environment).sign({ accountId, sessionId });
    return { headers: { authorization: `Bearer ${token}` } };
  };
  const suspend = (kind: ScopeKind, id: string) =>
    post<{ id: string }>(1, secretary, '/v1/suspensions', { target: { kind, id }, reason: 'a test' });
  const read = async <Body>(path: string): Promise<Body> =>
    (await (await fetch(`${replicas[1]?.url}${path}`, { headers: secretary.headers })).json()) as Body;
  const cutsOf = async (id: string) =>
    (await read<{ items: Record<string, unknown>[] }>(`/v1/suspensions/${id}/cuts`)).items;
  /** Over all replicas. */
  const countsOf = async (id: string) => {
    const outcomes = (await read<{ replicas: { cut: number; refused: number }[] }>(`/v1/suspensions/${id}`))
      .replicas;
    return outcomes.reduce(
      (sum, { cut, refused }) => ({ cut: sum.cut + cut, refused: sum.refused + refused }),
      {
        cut: 0,
        refused: 0,
      },
    );
  };
  const lift = async (kind: ScopeKind, id: string) => {
    await database.admin.query(
      'UPDATE ks.suspension SET lifted_at = now(), lifted_by = ordered_by, lift_epoch = epoch',
    );
    await flip(database.admin, [`${kind}:${id}`], false);
    // The gates ask each second.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
  };
  const endOf = async (id: string) => {
    let rows: Record<string, unknown>[] = [];
    await eventually(async () => {
      const found = await database.admin.query<Record<string, unknown>>(
        `SELECT f.outcome, f.why, f.bytes::integer, f.rows, a.detail, a.account_id
         FROM contact_creator.export_fetch f LEFT JOIN ledger.action a ON a.request_id = f.request_id AND a.outcome = 'done'
         WHERE f.export_id = $1 AND f.ended_at IS NOT NULL`,
        [id],
      );
      rows = found.rows;
      return rows.length > 0;
    });
    return rows;
  };

  const cases: [ScopeKind, (officer: Person) => string, string][] = [
    ['tool', () => 'contact-creator', 'tool-suspended'],
    ['user', ({ accountId }) => accountId, 'user-suspended'],
    ['area', () => putney, 'area-suspended'],
  ];

  it.each(cases)(
    'is cut when another replica suspends its %s, shows it, and is recorded with what left',
    async (kind, target, why) => {
      const { id, officer, file } = await begin();
      const suspension = await suspend(kind, target(officer));
      const refused = await fetch(`${replicas[0]?.url}/v1/exports?constituencyId=${putney}`, {
        headers: officer.headers,
      });
      // The other tool does not notice.
      const members = await fetch(`${replicas[0]?.url}/v1/members?constituencyId=${wimbledon}`, {
        headers: { ...clerk.headers, 'data-purpose': 'membership-administration' },
      });
      expect(members.status).toBe(200);
      const [end] = await endOf(id);
      expect(end).toMatchObject({ outcome: 'cut', why, account_id: officer.accountId });
      expect(end).toMatchObject({
        detail: { fetch: 'cut', why, bytes: end?.['bytes'], rows: end?.['rows'] },
      });
      file.resume();
      expect(await file.ended).toBe(false);
      expect(file.text()).not.toContain('# end of export');
      expect(Buffer.byteLength(file.text())).toBeLessThanOrEqual(end?.['bytes'] as number);
      expect(end?.['rows'] as number).toBeLessThan(electors);
      await eventually(async () => (await cutsOf(suspension.id)).length > 0);
      expect(await cutsOf(suspension.id)).toMatchObject([
        {
          what: 'stream',
          why,
          isLate: false,
          accountId: officer.accountId,
          route: 'GET /v1/exports/:id/file.csv',
          action: 'export.read',
          bytes: end?.['bytes'],
          rows: end?.['rows'],
        },
      ]);
      expect(await countsOf(suspension.id)).toMatchObject({ cut: 1 });
      expect(refused.status).not.toBe(200);
      await eventually(async () => (await countsOf(suspension.id)).refused > 0);
      await lift(kind, target(officer));
    },
    60_000,
  );

  it('is read no more than one block ahead of a client that does not read', async () => {
    const { id, file } = await begin();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const { rows } = await database.admin.query<{ n: number }>(
      `SELECT sum(d.rows)::integer AS n FROM ledger.disclosure d
       JOIN contact_creator.export_fetch f ON f.request_id = d.request_id WHERE f.export_id = $1`,
      [id],
    );
    expect(rows[0]?.n).toBeLessThan(electors);
    file.leave();
    const [end] = await endOf(id);
    expect(end).toMatchObject({ outcome: 'cut', why: 'client-left' });
    // The block being sent and the one ahead.
    expect(rows[0]!.n - (end?.['rows'] as number)).toBeLessThanOrEqual(10_000);
  }, 60_000);

  it.each(['that it is fetched in', 'of the same person’s other device'])(
    'is cut before another replica answers the end of the session %s',
    async (session) => {
      const { id, officer, file } = await begin();
      const own = session === 'that it is fetched in';
      const ended = own ? officer : await secondSessionOf(officer);
      const answer = await fetch(`${replicas[1]?.url}/v1/auth/logout`, {
        method: 'POST',
        headers: ended.headers,
      });
      expect(answer.status).toBe(204);
      const { rows } = await database.admin.query<{ how: string }>(
        `SELECT m.how FROM ks.flip f JOIN ks.flip_member m USING (epoch)
         WHERE f.scopes = ARRAY['user:' || $1::text] AND f.completed_at IS NOT NULL`,
        [officer.accountId],
      );
      expect(rows).toEqual([{ how: 'drained' }, { how: 'drained' }]);
      file.resume();
      expect(await file.ended).toBe(false);
      expect(await endOf(id)).toMatchObject([{ outcome: 'cut', why: 'access-changed' }]);
      const me = await fetch(`${replicas[0]?.url}/v1/me`, { headers: officer.headers });
      expect(me.status).toBe(own ? 401 : 200);
    },
    60_000,
  );

  it('ends with the session, also between two blocks', async () => {
    const session = await begin();
    await database.admin.query('UPDATE identity.session SET ended_at = now() WHERE id = $1', [
      session.officer.sessionId,
    ]);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    session.file.resume();
    expect(await session.file.ended).toBe(false);
    expect(await endOf(session.id)).toMatchObject([{ outcome: 'cut', why: 'unauthenticated' }]);
  }, 60_000);

  it('ends with the day of its export, before its ids are forgotten', async () => {
    const late = await begin(3);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    late.file.resume();
    expect(await late.file.ended).toBe(false);
    expect(await endOf(late.id)).toMatchObject([{ outcome: 'cut', why: 'export-expired' }]);
  }, 60_000);
});
