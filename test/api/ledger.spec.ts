import { randomUUID } from 'node:crypto';
import { ROLES } from '../../src/config/vocabulary.js';
import { ApiClient } from '../support/api.js';
import { createElectorsAndMembers, createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Item {
  id: string;
  at: string;
  accountId: string;
  action: string;
}

describe('The record', () => {
  let database: TestDatabase;
  let server: TestServer;
  let officer: Person;
  let asOfficer: ApiClient;
  let organisers: Person[];

  beforeAll(async () => {
    database = await createTestDatabase();
    for (const area of [putney, wimbledon]) await createElectorsAndMembers(database.admin, area, 4);
    server = await startTestServer(database.environment);
    officer = await createPerson(database, { role: 'data-protection-officer' });
    asOfficer = new ApiClient(server.url, officer);
    organisers = [];
    for (const area of [putney, wimbledon]) {
      const person = await createPerson(database, {
        role: 'organiser',
        constituencyId: area,
        purposes: ['voter-contact', 'register-management'],
      });
      organisers.push(person);
      for (const purpose of ['voter-contact', 'register-management', 'voter-contact']) {
        const read = await new ApiClient(server.url, person, purpose).get(
          `/v1/electors?constituencyId=${area}&limit=3`,
        );
        expect(read.status).toBe(200);
      }
      await new ApiClient(server.url, person, 'voter-contact').get('/v1/electors?constituencyId=E14999999');
    }
    // Rows of one microsecond: only the id tells them apart.
    await database.admin.query(
      'UPDATE ledger.disclosure SET at = (SELECT max(at) FROM ledger.disclosure) WHERE account_id = $1',
      [organisers[1]!.accountId],
    );
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const all = async (path: string, query = '') => {
    const items: Item[] = [];
    let after: string | null = '';
    while (after !== null) {
      const { status, body }: { status: number; body: { items: Item[]; next: string | null } } =
        await asOfficer.get(`${path}?limit=2${query}${after && `&after=${after}`}`);
      expect(status).toBe(200);
      items.push(...body.items);
      after = body.next;
    }
    return items;
  };

  it('of disclosures is read newest first, page by page, each row once', async () => {
    const items = await all('/v1/disclosures');
    const { rows } = await database.admin.query<{ id: string }>(
      'SELECT id FROM ledger.disclosure ORDER BY at DESC, id DESC',
    );
    expect(items.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    expect(items).toHaveLength(6);
    expect(items[0]).toMatchObject({
      role: 'organiser',
      dataClasses: ['identity'],
      rows: 3,
      subjectCount: 3,
      subjectIds: [expect.any(String), expect.any(String), expect.any(String)],
    });
    expect(items[0]).not.toHaveProperty('micros');
  });

  it('is narrowed by person, purpose and time', async () => {
    const [first] = organisers;
    const ofFirst = await all('/v1/disclosures', `&accountId=${first!.accountId}`);
    expect(ofFirst).toHaveLength(3);
    expect(
      await all('/v1/disclosures', `&accountId=${first!.accountId}&purpose=register-management`),
    ).toHaveLength(1);
    const { rows } = await database.admin.query<{ at: Date }>(
      'SELECT at FROM ledger.disclosure WHERE account_id = $1 ORDER BY at',
      [first!.accountId],
    );
    const middle = encodeURIComponent(new Date(rows[1]!.at.getTime() + 1).toISOString());
    expect(await all('/v1/disclosures', `&accountId=${first!.accountId}&until=${middle}`)).toHaveLength(2);
    expect((await all('/v1/disclosures', `&since=${middle}`)).length).toBeGreaterThanOrEqual(3);
    expect(await all('/v1/disclosures', `&since=${encodeURIComponent('2100-01-01T00:00:00+01:00')}`)).toEqual(
      [],
    );
  });

  it('of actions shows what was done and refused', async () => {
    const refused = await all('/v1/actions', `&accountId=${organisers[0]!.accountId}&action=elector.read`);
    expect(refused).toMatchObject([
      { outcome: 'refused', code: 'not-found', accountId: organisers[0]!.accountId },
    ]);
  });

  it('keeps who read it, and what he asked for', async () => {
    const query = `accountId=${organisers[1]!.accountId}&purpose=voter-contact`;
    const answer = await asOfficer.get(`/v1/disclosures?limit=1&${query}`);
    const { rows } = await database.admin.query('SELECT * FROM ledger.action WHERE request_id = $1', [
      answer.headers.get('request-id'),
    ]);
    expect(rows).toMatchObject([
      {
        account_id: officer.accountId,
        action: 'disclosure.read',
        outcome: 'done',
        target_kind: 'ledger',
        target_id: expect.stringMatching(/^[0-9a-f]{64}$/),
        detail: { filter: { accountId: organisers[1]!.accountId, purpose: 'voter-contact' }, rows: 1 },
      },
    ]);
    const again = await asOfficer.get('/v1/actions');
    const own = await database.admin.query('SELECT FROM ledger.action WHERE request_id = $1', [
      again.headers.get('request-id'),
    ]);
    expect(own.rows).toHaveLength(1);
  });

  it.each([
    'accountId=nobody',
    'since=yesterday',
    'since=2026-02-30T00:00:00Z',
    'until=2026-02-20',
    'since=2026-02-20T00:00:00%2B16:00',
    'until=2026-02-20T00:00:00-23:59',
    'until=0000-01-01T00:00:00Z',
    'purpose=No%20Purpose',
    'limit=101',
    'limit=0',
    'after=junk',
    'colour=red',
    `after=${Buffer.from(JSON.stringify([1, 'x', randomUUID()])).toString('base64url')}`,
  ])('refuses %s as input, never as a defect', async (query) => {
    expect(await asOfficer.get(`/v1/disclosures?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'validation-failed', errors: expect.any(Array) as unknown },
    });
  });

  it('takes a cursor from anywhere in time', async () => {
    for (const micros of [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0]) {
      const after = Buffer.from(JSON.stringify([1, micros, randomUUID()])).toString('base64url');
      expect((await asOfficer.get(`/v1/disclosures?after=${after}`)).status).toBe(200);
    }
  });

  it('is not for those to read whom the table does not name', async () => {
    const mayRead: Record<string, readonly string[]> = {
      '/v1/disclosures': ['data-protection-officer'],
      '/v1/actions': ['data-protection-officer', 'general-secretary', 'administrator'],
    };
    for (const role of ROLES) {
      const client = new ApiClient(server.url, await createPerson(database, { role }));
      for (const [path, roles] of Object.entries(mayRead)) {
        expect({ role, path, status: (await client.get(path)).status }).toEqual({
          role,
          path,
          status: roles.includes(role) ? 200 : 403,
        });
      }
    }
  });
});
