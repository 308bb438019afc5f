import { ApiClient } from '../support/api.js';
import { createElectorsAndMembers, createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface ElectorPage {
  items: { id: string; surname: string }[];
  next: string | null;
}

describe('The door to personal data', () => {
  let database: TestDatabase;
  let server: TestServer;
  let organiser: Person;
  let client: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 12);
    server = await startTestServer(database.environment);
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    client = new ApiClient(server.url, organiser, 'voter-contact');
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const disclosures = async (requestId: string | null) =>
    (await database.admin.query('SELECT * FROM ledger.disclosure WHERE request_id = $1', [requestId]))
      .rows as Record<string, unknown>[];
  const refusals = async (requestId: string | null) =>
    (
      await database.admin.query(
        `SELECT * FROM ledger.action WHERE request_id = $1 AND outcome = 'refused'`,
        [requestId],
      )
    ).rows as Record<string, unknown>[];

  it('writes who saw whom, for which purpose, with every page that leaves', async () => {
    let after = '';
    const seen: string[] = [];
    do {
      const answer = await client.get<ElectorPage>(
        `/v1/electors?constituencyId=${putney}&limit=5${after && `&after=${after}`}`,
      );
      expect(answer.status).toBe(200);
      const ids = answer.body.items.map(({ id }) => id);
      expect(await disclosures(answer.headers.get('request-id'))).toMatchObject([
        {
          account_id: organiser.accountId,
          session_id: organiser.sessionId,
          role: 'organiser',
          tool: 'contact-creator',
          action: 'elector.read',
          purpose: 'voter-contact',
          data_classes: ['identity'],
          constituencies: [putney],
          address_class: 'loopback',
          rows: ids.length,
          subject_ids: ids,
        },
      ]);
      seen.push(...ids);
      after = answer.body.next ?? '';
    } while (after);
    expect(new Set(seen).size).toBe(12);
  });

  it('asks for a purpose, and for one that the grant carries', async () => {
    const path = `/v1/electors?constituencyId=${putney}`;
    const withoutPurpose = new ApiClient(server.url, organiser);
    expect(await withoutPurpose.get(path)).toMatchObject({ status: 400, body: { code: 'purpose-required' } });
    const answer = await client.get(path, { 'data-purpose': 'register-management' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'purpose-not-authorised' } });
    expect(await refusals(answer.headers.get('request-id'))).toMatchObject([
      { account_id: organiser.accountId, code: 'purpose-not-authorised', action: 'elector.read' },
    ]);
  });

  it('does not tell an area that is not the reader’s from one that does not exist', async () => {
    for (const area of [wimbledon, 'E14999999']) {
      expect(await client.get(`/v1/electors?constituencyId=${area}`)).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      });
    }
  });

  it('asks for the undertaking before the first row', async () => {
    const newcomer = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
      hasAccepted: false,
    });
    const answer = await new ApiClient(server.url, newcomer, 'voter-contact').get(
      `/v1/electors?constituencyId=${putney}`,
    );
    expect(answer).toMatchObject({ status: 403, body: { code: 'undertaking-required' } });
  });

  it('tells a grant that has ended from one that never was', async () => {
    const former = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    await database.admin.query('UPDATE access.role_grant SET ended_at = now() WHERE account_id = $1', [
      former.accountId,
    ]);
    const path = `/v1/electors?constituencyId=${putney}`;
    expect(await new ApiClient(server.url, former, 'voter-contact').get(path)).toMatchObject({
      status: 403,
      body: { code: 'grant-ended' },
    });
    const stranger = await createPerson(database);
    expect(await new ApiClient(server.url, stranger, 'voter-contact').get(path)).toMatchObject({
      status: 403,
      body: { code: 'not-permitted' },
    });
  });

  it('ends a session within the request that follows, whatever its token says', async () => {
    const person = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    const asPerson = new ApiClient(server.url, person, 'voter-contact');
    const path = `/v1/electors?constituencyId=${putney}`;
    expect((await asPerson.get(path)).status).toBe(200);
    await database.admin.query('UPDATE identity.session SET ended_at = now() WHERE id = $1', [
      person.sessionId,
    ]);
    expect(await asPerson.get(path)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('stops at the budget, never a row over it, and records the refusal', async () => {
    await database.admin.query(`UPDATE access.role_limit SET five_minutes = 25 WHERE role = 'candidate'`);
    const candidate = await createPerson(database, {
      role: 'candidate',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    const asCandidate = new ApiClient(server.url, candidate, 'voter-contact');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        asCandidate.get<ElectorPage & { code?: string }>(`/v1/electors?constituencyId=${putney}&limit=10`),
      ),
    );
    const shown = answers.filter(({ status }) => status === 200);
    expect(shown).toHaveLength(2);
    for (const refused of answers.filter(({ status }) => status !== 200)) {
      expect(refused).toMatchObject({ status: 429, body: { code: 'budget-exceeded' } });
      expect(refused.headers.get('retry-after')).toBe('300');
      expect(await refusals(refused.headers.get('request-id'))).toMatchObject([{ code: 'budget-exceeded' }]);
    }
    const { rows } = await database.admin.query<{ n: string }>(
      'SELECT sum(rows) AS n FROM ledger.disclosure WHERE account_id = $1',
      [candidate.accountId],
    );
    expect(rows[0]!.n).toBe('20');
  });

  it('counts the last bucket for as much of it as the window still covers', async () => {
    await database.admin.query(
      `UPDATE access.role_limit SET five_minutes = 1000, hour = 1000, day = 1000 WHERE role = 'candidate'`,
    );
    const candidate = await createPerson(database, {
      role: 'candidate',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    await database.admin.query(
      `INSERT INTO protection.budget_counter
       SELECT $1, 0, 0, 0, 0, 0, 0, floor(extract(epoch FROM now()) / 86400) - 1, 100000000, 0`,
      [candidate.accountId],
    );
    const answer = await new ApiClient(server.url, candidate, 'voter-contact').get(
      `/v1/electors?constituencyId=${putney}`,
    );
    expect(answer).toMatchObject({ status: 429 });
    expect(answer.headers.get('retry-after')).toBe('86400');
  });
});
