import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api.js';
import { FenceClient } from '../support/fence-client.js';
import {
  createElectorsAndMembers,
  createPerson,
  grant,
  putney,
  wimbledon,
  type Person,
} from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { releaseOnceWaiting } from '../support/waiting.js';

interface Grant {
  id: string;
  role: string;
  state: string;
  fromAt: string;
  untilAt: string;
  approvedBy: string | null;
  renews: string | null;
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const everywhere = { kind: 'everywhere' };
const inPutney = { kind: 'constituency', constituencyId: putney };

describe('Grants', () => {
  let database: TestDatabase;
  let server: TestServer;
  let secretary: Person;
  let administrator: Person;
  let organiser: Person;
  let asSecretary: ApiClient;
  let asAdministrator: ApiClient;
  let asOrganiser: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 3);
    server = await startTestServer(database.environment);
    secretary = await createPerson(database, { role: 'general-secretary' });
    administrator = await createPerson(database, { role: 'administrator' });
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    asSecretary = new ApiClient(server.url, secretary);
    asAdministrator = new ApiClient(server.url, administrator);
    asOrganiser = new ApiClient(server.url, organiser);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const give = (client: ApiClient, accountId: string, gift: object = {}, headers = {}) =>
    client.post<Grant>(
      `/v1/users/${accountId}/grants`,
      { role: 'organiser', area: inPutney, purposes: ['voter-contact'], untilAt: inDays(100), ...gift },
      headers,
    );
  const approve = (client: ApiClient, accountId: string, id: string) =>
    client.post<Grant>(`/v1/users/${accountId}/grants/${id}/approve`);
  const end = (client: ApiClient, accountId: string, id: string) =>
    client.post<Grant>(`/v1/users/${accountId}/grants/${id}/end`, { reason: 'the campaign is over' });
  const renew = (client: ApiClient, accountId: string, id: string, untilAt: string) =>
    client.post<Grant>(`/v1/users/${accountId}/grants/${id}/renew`, { untilAt });
  const electors = (person: Person) =>
    new ApiClient(server.url, person, 'voter-contact').get(`/v1/electors?constituencyId=${putney}`);
  const grantOf = async (person: Person, role: string) =>
    (
      await database.admin.query<{ id: string }>(
        'SELECT id FROM access.role_grant WHERE account_id = $1 AND role = $2',
        [person.accountId, role],
      )
    ).rows[0]!.id;

  it('counts a privileged role of the giver as soon as his session has a second factor, and not before', async () => {
    const giver = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      hasSecondFactor: false,
    });
    // Whoever has held both since before they were kept apart.
    await database.admin.query('SET session_replication_role = replica');
    await grant(database.admin, giver.accountId, 'general-secretary');
    await database.admin.query('RESET session_replication_role');
    await database.admin.query(
      `UPDATE identity.session SET stepped_up_until = now() + interval '5 minutes' WHERE id = $1`,
      [giver.sessionId],
    );
    const client = new ApiClient(server.url, giver);
    const { accountId } = await createPerson(database);
    const gift = { role: 'canvasser', area: { kind: 'constituency', constituencyId: wimbledon } };
    expect(await give(client, accountId, gift)).toMatchObject({
      status: 403,
      body: { code: 'not-permitted' },
    });
    await database.admin.query('UPDATE identity.session SET mfa_at = now() WHERE id = $1', [giver.sessionId]);
    const given = await give(client, accountId, gift);
    expect(given.status).toBe(201);
    await database.admin.query('UPDATE identity.session SET mfa_at = NULL WHERE id = $1', [giver.sessionId]);
    expect(await end(client, accountId, given.body.id)).toMatchObject({ status: 403 });
    await database.admin.query('UPDATE identity.session SET mfa_at = now() WHERE id = $1', [giver.sessionId]);
    expect((await end(client, accountId, given.body.id)).status).toBe(200);
  });

  it('of a role that sees bulk let nobody in until a second person approves', async () => {
    const newcomer = await createPerson(database);
    const given = await give(asSecretary, newcomer.accountId);
    expect(given).toMatchObject({
      status: 201,
      body: { state: 'pending', grantedBy: secretary.accountId, approvedBy: null },
    });
    expect(await electors(newcomer)).toMatchObject({ status: 403 });
    expect(await approve(asSecretary, newcomer.accountId, given.body.id)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect(await approve(asAdministrator, newcomer.accountId, given.body.id)).toMatchObject({
      status: 200,
      body: { state: 'live', approvedBy: administrator.accountId },
    });
    expect((await electors(newcomer)).status).toBe(200);
    expect(await approve(asAdministrator, newcomer.accountId, given.body.id)).toMatchObject({ status: 409 });
  });

  it('are not approved by their holder, whatever he holds beside', async () => {
    const deputy = await createPerson(database, { role: 'administrator' });
    const { rows } = await database.admin.query<{ id: string }>(
      `INSERT INTO access.role_grant (account_id, role, area_kind, from_at, until_at, granted_by)
       VALUES ($1, 'general-secretary', 'everywhere', now(), now() + interval '1 day', $2) RETURNING id`,
      [deputy.accountId, secretary.accountId],
    );
    expect(await approve(new ApiClient(server.url, deputy), deputy.accountId, rows[0]!.id)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('neither who gave') as string },
    });
  });

  it('of any other role hold at once', async () => {
    const newcomer = await createPerson(database);
    const canvasser = await createPerson(database);
    expect(
      await give(asSecretary, newcomer.accountId, { role: 'administrator', area: everywhere, purposes: [] }),
    ).toMatchObject({
      status: 201,
      body: { state: 'live' },
    });
    expect((await new ApiClient(server.url, newcomer).get('/v1/tools')).status).toBe(200);
    expect(
      await give(asSecretary, canvasser.accountId, { role: 'canvasser', fromAt: inDays(10) }),
    ).toMatchObject({
      status: 201,
      body: { state: 'scheduled' },
    });
  });

  it('are approved once, by one of two who race', async () => {
    const other = new ApiClient(server.url, await createPerson(database, { role: 'administrator' }));
    const newcomer = await createPerson(database);
    const { body } = await give(asSecretary, newcomer.accountId);
    const answers = await Promise.all(
      [asAdministrator, other].map((client) => approve(client, newcomer.accountId, body.id)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('are given to nobody by himself', async () => {
    expect(await give(asSecretary, secretary.accountId)).toMatchObject({
      status: 403,
      body: { code: 'not-permitted' },
    });
    expect((await electors(secretary)).status).toBe(403);
  });

  it('are given by organisers to canvassers of their own area alone', async () => {
    const newcomer = await createPerson(database);
    const canvasser = { role: 'canvasser', untilAt: inDays(20) };
    expect((await give(asOrganiser, newcomer.accountId, canvasser)).status).toBe(201);
    for (const beyond of [
      { role: 'canvasser', area: everywhere },
      { role: 'canvasser', area: { kind: 'constituency', constituencyId: wimbledon } },
      { role: 'organiser' },
      { role: 'administrator', area: everywhere, purposes: [] },
    ]) {
      expect(await give(asOrganiser, newcomer.accountId, beyond)).toMatchObject({
        status: 403,
        body: { code: 'not-permitted' },
      });
    }
    expect(
      await end(asOrganiser, secretary.accountId, await grantOf(secretary, 'general-secretary')),
    ).toMatchObject({ status: 403 });
    expect((await end(asOrganiser, newcomer.accountId, await grantOf(newcomer, 'canvasser'))).status).toBe(
      200,
    );
  });

  it('are given by organisers for their own purposes, and for no longer than they are themselves', async () => {
    const newcomer = await createPerson(database);
    const canvasser = { role: 'canvasser', untilAt: inDays(29) };
    const given = await give(asOrganiser, newcomer.accountId, canvasser);
    expect(given).toMatchObject({ status: 201, body: { purposes: ['voter-contact'] } });
    expect(
      await give(asOrganiser, newcomer.accountId, { ...canvasser, purposes: ['register-management'] }),
    ).toMatchObject({
      status: 403,
      body: { code: 'not-permitted', detail: expect.stringMatching(/purpose/) as string },
    });
    const tooLong = {
      status: 403,
      body: { code: 'not-permitted', detail: expect.stringMatching(/that long/) as string },
    };
    expect(await give(asOrganiser, newcomer.accountId, { ...canvasser, untilAt: inDays(31) })).toMatchObject(
      tooLong,
    );
    expect(await renew(asOrganiser, newcomer.accountId, given.body.id, inDays(31))).toMatchObject(tooLong);
    expect((await renew(asOrganiser, newcomer.accountId, given.body.id, inDays(29.5))).status).toBe(201);
    const of = await give(asSecretary, newcomer.accountId, {
      ...canvasser,
      purposes: ['register-management'],
    });
    expect(await renew(asOrganiser, newcomer.accountId, of.body.id, inDays(29.5))).toMatchObject({
      status: 403,
    });
    expect((await renew(asSecretary, newcomer.accountId, of.body.id, inDays(300))).status).toBe(201);
  });

  it('are not for those to give whom the table does not name, nor without a fresh second factor', async () => {
    const newcomer = await createPerson(database);
    for (const role of [
      'canvasser',
      'candidate',
      'data-officer',
      'membership-secretary',
      'data-protection-officer',
    ] as const) {
      const person = await createPerson(database, { role, purposes: ['voter-contact'] });
      expect(
        await give(new ApiClient(server.url, person), newcomer.accountId, { role: 'canvasser' }),
      ).toMatchObject({
        status: 403,
        body: { code: 'not-permitted' },
      });
    }
    const stale = await createPerson(database, { role: 'administrator' });
    await database.admin.query('UPDATE identity.session SET stepped_up_until = now() WHERE id = $1', [
      stale.sessionId,
    ]);
    expect(await give(new ApiClient(server.url, stale), newcomer.accountId)).toMatchObject({
      status: 403,
      body: { code: 'step-up-required' },
    });
  });

  describe('that would mix control and reading', () => {
    const against = (role: string) => ({
      status: 409,
      body: {
        code: 'conflict',
        detail: expect.stringContaining(`the role ${role} stands against it`) as string,
      },
    });
    const asAdministratorGrant = { role: 'administrator', area: everywhere, purposes: [] };
    const asDataProtectionOfficer = { role: 'data-protection-officer', area: everywhere, purposes: [] };

    it.each([
      ['administrator', 'canvasser'],
      ['administrator', 'organiser'],
      ['administrator', 'candidate'],
      ['general-secretary', 'data-officer'],
      ['general-secretary', 'organiser'],
    ] as const)('are refused to a %s who would become %s', async (held, role) => {
      const person = await createPerson(database, { role: held });
      expect(await give(asSecretary, person.accountId, { role })).toMatchObject(against(held));
    });

    it.each(['canvasser', 'organiser', 'candidate', 'data-officer', 'membership-secretary'] as const)(
      'are refused to a %s who would control access',
      async (role) => {
        const person = await createPerson(database, { role, constituencyId: putney });
        expect(await give(asSecretary, person.accountId, asAdministratorGrant)).toMatchObject(against(role));
        const asGeneralSecretary = { ...asAdministratorGrant, role: 'general-secretary' };
        expect(await give(asSecretary, person.accountId, asGeneralSecretary)).toMatchObject(against(role));
      },
    );

    it('are refused while the other waits for its second person, or is to begin', async () => {
      const waiting = await createPerson(database);
      expect((await give(asSecretary, waiting.accountId)).status).toBe(201);
      expect(await give(asSecretary, waiting.accountId, asAdministratorGrant)).toMatchObject(
        against('organiser'),
      );
      const later = await createPerson(database);
      const scheduled = { role: 'canvasser', fromAt: inDays(10), untilAt: inDays(20) };
      expect((await give(asSecretary, later.accountId, scheduled)).status).toBe(201);
      expect(await give(asSecretary, later.accountId, asAdministratorGrant)).toMatchObject(
        against('canvasser'),
      );
    });

    it('are given where one ends before the other begins, and renewed no further', async () => {
      const person = await createPerson(database);
      const first = await give(asSecretary, person.accountId, { role: 'canvasser', untilAt: inDays(10) });
      const after = { ...asAdministratorGrant, fromAt: inDays(10), untilAt: inDays(20) };
      expect((await give(asSecretary, person.accountId, after)).status).toBe(201);
      expect(await renew(asSecretary, person.accountId, first.body.id, inDays(11))).toMatchObject(
        against('administrator'),
      );
      await end(asSecretary, person.accountId, await grantOf(person, 'administrator'));
      expect((await renew(asSecretary, person.accountId, first.body.id, inDays(11))).status).toBe(201);
    });

    it('are given once the other has ended or run out', async () => {
      const ended = await createPerson(database, { role: 'canvasser', constituencyId: putney });
      await end(asSecretary, ended.accountId, await grantOf(ended, 'canvasser'));
      expect((await give(asSecretary, ended.accountId, asAdministratorGrant)).status).toBe(201);
      const lapsed = await createPerson(database, { role: 'canvasser', constituencyId: putney });
      await database.admin.query(
        `UPDATE access.role_grant SET from_at = now() - interval '2 days', until_at = now() WHERE account_id = $1`,
        [lapsed.accountId],
      );
      expect((await give(asSecretary, lapsed.accountId, asAdministratorGrant)).status).toBe(201);
    });

    it('are given to one who supervises: the data protection officer neither controls nor reads', async () => {
      for (const role of ['administrator', 'organiser'] as const) {
        const person = await createPerson(database, { role, constituencyId: undefined });
        expect((await give(asSecretary, person.accountId, asDataProtectionOfficer)).status).toBe(201);
      }
    });

    it('are not approved where both were given before this was refused', async () => {
      const mixed = await createPerson(database, { role: 'administrator' });
      await database.admin.query('ALTER TABLE access.role_grant DISABLE TRIGGER role_grant_control_apart');
      const { body } = await give(asSecretary, mixed.accountId);
      await database.admin.query('ALTER TABLE access.role_grant ENABLE TRIGGER role_grant_control_apart');
      expect(await approve(asAdministrator, mixed.accountId, body.id)).toMatchObject(
        against('administrator'),
      );
    });

    it('are given one of the two where both are asked for at once', async () => {
      const person = await createPerson(database);
      await database.admin.query('BEGIN');
      await database.admin.query('SELECT FROM identity.account WHERE id = $1 FOR UPDATE', [person.accountId]);
      const giving = [
        give(asSecretary, person.accountId),
        give(asAdministrator, person.accountId, asAdministratorGrant),
      ];
      await releaseOnceWaiting(database.admin, 2, () => database.admin.query('COMMIT'));
      expect((await Promise.all(giving)).map(({ status }) => status).sort()).toEqual([201, 409]);
    });
  });

  it('never show electors or members to those who control access', async () => {
    for (const person of [secretary, administrator]) {
      expect((await electors(person)).status).toBe(403);
      const clerk = new ApiClient(server.url, person, 'membership-administration');
      expect((await clerk.get(`/v1/members?constituencyId=${putney}`)).status).toBe(403);
    }
  });

  it.each([
    ['an unknown role', { role: 'tsar' }, '/role'],
    ['no area', { area: undefined }, '/area'],
    ['a list for an area', { area: [] }, '/area'],
    ['an area without its constituency', { area: { kind: 'constituency' } }, '/area/constituencyId'],
    [
      'everywhere and a constituency',
      { area: { kind: 'everywhere', constituencyId: putney } },
      '/area/constituencyId',
    ],
    [
      'a constituency that does not exist',
      { area: { kind: 'constituency', constituencyId: 'E14999999' } },
      '/area/constituencyId',
    ],
    ['an area for a role without areas', { role: 'administrator', purposes: [] }, '/area/kind'],
    ['a purpose that does not exist', { purposes: ['petitions'] }, '/purposes/0'],
    ['a purpose of the other tool', { purposes: ['voter-contact', 'member-communication'] }, '/purposes/1'],
    ['a purpose twice', { purposes: ['voter-contact', 'voter-contact'] }, '/purposes'],
    ['an end before the beginning', { untilAt: inDays(-1) }, '/untilAt'],
    ['more than a year', { untilAt: inDays(367) }, '/untilAt'],
    ['a beginning in the past', { fromAt: inDays(-2) }, '/fromAt'],
    ['a day that does not exist', { untilAt: '2027-02-30T00:00:00Z' }, '/untilAt'],
    ['a time without an offset', { untilAt: '2027-02-20T00:00:00' }, '/untilAt'],
    ['an end at an offset of no place', { untilAt: '2027-02-20T00:00:00+16:00' }, '/untilAt'],
    ['a beginning at an offset of no place', { fromAt: '2027-02-20T00:00:00-23:00' }, '/fromAt'],
    ['a time that is a number', { untilAt: 5 }, '/untilAt'],
    ['what nobody knows', { approvedAt: inDays(0) }, '/approvedAt'],
  ])('with %s are refused with a pointer', async (_, gift, pointer) => {
    const newcomer = await createPerson(database);
    expect(await give(asSecretary, newcomer.accountId, gift)).toMatchObject({
      status: 400,
      body: { code: 'validation-failed', errors: [{ pointer }] },
    });
  });

  it('need a user: an unknown one is not found, a closed one is a conflict, a client gets no privileged role', async () => {
    expect(await give(asSecretary, randomUUID())).toMatchObject({ status: 404 });
    expect(await give(asSecretary, 'nonsense')).toMatchObject({ status: 400 });
    const closed = await createPerson(database);
    await database.admin.query('UPDATE identity.account SET closed_at = now() WHERE id = $1', [
      closed.accountId,
    ]);
    expect(await give(asSecretary, closed.accountId)).toMatchObject({ status: 409 });
    const client = await createPerson(database, { kind: 'client' });
    expect(
      await give(asSecretary, client.accountId, { role: 'administrator', area: everywhere, purposes: [] }),
    ).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/role' }] },
    });
  });

  it('are given once, however often the request is sent', async () => {
    const newcomer = await createPerson(database);
    const key = { 'idempotency-key': randomUUID() };
    const gift = { untilAt: inDays(50) };
    const first = await give(asSecretary, newcomer.accountId, gift, key);
    expect(await give(asSecretary, newcomer.accountId, gift, key)).toMatchObject({
      status: 201,
      body: { id: first.body.id },
    });
    expect(await give(asSecretary, newcomer.accountId, { ...gift, role: 'candidate' }, key)).toMatchObject({
      status: 409,
      body: { code: 'idempotency-key-reused' },
    });
    const list = await asSecretary.get<{ items: Grant[] }>(`/v1/users/${newcomer.accountId}/grants`);
    expect(list.body.items).toHaveLength(1);
  });

  it('end at once, for the holder and in the ledger', async () => {
    const person = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    expect((await electors(person)).status).toBe(200);
    const id = await grantOf(person, 'organiser');
    expect(await end(asSecretary, person.accountId, id)).toMatchObject({
      status: 200,
      body: { state: 'ended', endedBy: secretary.accountId, endedWhy: 'the campaign is over' },
    });
    expect(await electors(person)).toMatchObject({ status: 403, body: { code: 'grant-ended' } });
    expect(await end(asSecretary, person.accountId, id)).toMatchObject({ status: 409 });
    expect(await end(asSecretary, person.accountId, randomUUID())).toMatchObject({ status: 404 });
    expect(await end(asSecretary, organiser.accountId, id)).toMatchObject({ status: 404 });
    const { rows } = await database.admin.query(
      `SELECT detail FROM ledger.action WHERE action = 'grant.end' AND target_id = $1 AND outcome = 'done'`,
      [id],
    );
    expect(rows).toEqual([{ detail: { accountId: person.accountId, role: 'organiser' } }]);
  });

  it('cut what runs in the holder’s name when they end, on whatever connection', async () => {
    const person = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    const running = await FenceClient.connect(database);
    running.client.on('error', () => undefined);
    await running.enter(person);
    expect(await running.count('contact_creator.elector')).toBe(3);
    expect((await end(asSecretary, person.accountId, await grantOf(person, 'organiser'))).status).toBe(200);
    await expect(running.count('contact_creator.elector')).rejects.toThrow(/terminat|not queryable/i);
  });

  it('are not approved once they have ended', async () => {
    for (const how of [`ended_at = now()`, `from_at = now() - interval '2 days', until_at = now()`]) {
      const newcomer = await createPerson(database);
      const { body } = await give(asSecretary, newcomer.accountId);
      await database.admin.query(`UPDATE access.role_grant SET ${how} WHERE id = $1`, [body.id]);
      expect(await approve(asAdministrator, newcomer.accountId, body.id)).toMatchObject({
        status: 409,
        body: { detail: 'the grant has ended' },
      });
    }
  });

  it('are renewed by a grant that begins where they end, under the same rules, and ends with them', async () => {
    const person = await createPerson(database);
    await grant(database.admin, person.accountId, 'organiser', putney, ['voter-contact']);
    const id = await grantOf(person, 'organiser');
    const before = (await asSecretary.get<{ items: Grant[] }>(`/v1/users/${person.accountId}/grants`)).body
      .items[0]!;
    expect(await renew(asSecretary, person.accountId, id, inDays(20))).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/untilAt' }] },
    });
    expect(await renew(asSecretary, person.accountId, id, inDays(367))).toMatchObject({ status: 400 });
    expect(await renew(asOrganiser, person.accountId, id, inDays(60))).toMatchObject({ status: 403 });
    const renewed = await renew(asSecretary, person.accountId, id, inDays(300));
    expect(renewed).toMatchObject({
      status: 201,
      body: { state: 'pending', renews: id, fromAt: before.untilAt },
    });
    expect(await renew(asSecretary, person.accountId, id, inDays(301))).toMatchObject({
      status: 409,
      body: { code: 'already-exists' },
    });
    expect(await approve(asAdministrator, person.accountId, renewed.body.id)).toMatchObject({
      status: 200,
      body: { state: 'scheduled' },
    });
    await end(asSecretary, person.accountId, id);
    const { body } = await asSecretary.get<{ items: Grant[] }>(`/v1/users/${person.accountId}/grants`);
    expect(body.items.map(({ state }) => state)).toEqual(['ended', 'ended']);
    expect(await renew(asSecretary, person.accountId, id, inDays(300))).toMatchObject({ status: 409 });
  });

  it('are listed newest first, page by page, each once', async () => {
    const person = await createPerson(database);
    const given: string[] = [];
    for (let n = 0; n < 5; n += 1)
      given.push((await give(asSecretary, person.accountId, { role: 'canvasser' })).body.id);
    const seen: string[] = [];
    let after: string | null = '';
    while (after !== null) {
      const { body }: { body: { items: Grant[]; next: string | null } } = await asSecretary.get(
        `/v1/users/${person.accountId}/grants?limit=2${after && `&after=${after}`}`,
      );
      seen.push(...body.items.map(({ id }) => id));
      after = body.next;
    }
    expect(seen).toEqual(given.toReversed());
    expect(await asSecretary.get(`/v1/users/${randomUUID()}/grants`)).toMatchObject({ status: 404 });
    expect(await asSecretary.get(`/v1/users/${person.accountId}/grants?after=junk`)).toMatchObject({
      status: 400,
    });
  });

  it('leave at least one administrator, also when two requests race to end the last two', async () => {
    await database.admin.query(
      `UPDATE access.role_grant SET ended_at = now() WHERE role = 'administrator' AND ended_at IS NULL AND account_id <> $1`,
      [administrator.accountId],
    );
    const own = await grantOf(administrator, 'administrator');
    expect(await end(asSecretary, administrator.accountId, own)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect(await end(asAdministrator, administrator.accountId, own)).toMatchObject({ status: 409 });
    const second = await createPerson(database, { role: 'administrator' });
    const other = await createPerson(database, { role: 'general-secretary' });
    const theirs = await grantOf(second, 'administrator');
    // Both have asked who is left before either ends anything, unless one of them has to wait for the other.
    await database.admin.query(
      `BEGIN; SELECT FROM access.role_grant WHERE role = 'administrator' FOR UPDATE`,
    );
    const ending = [
      end(asSecretary, administrator.accountId, own),
      end(new ApiClient(server.url, other), second.accountId, theirs),
    ];
    await releaseOnceWaiting(database.admin, 2, () => database.admin.query('COMMIT'));
    const answers = await Promise.all(ending);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const { rows } = await database.admin.query(
      `SELECT FROM access.role_grant WHERE role = 'administrator' AND ended_at IS NULL`,
    );
    expect(rows).toHaveLength(1);
  });

  it('cannot be written, by the API role itself, but through the functions in a sealed context', async () => {
    const fence = await FenceClient.connect(database);
    const attempts: [string, string][] = [
      [`INSERT INTO access.role_grant DEFAULT VALUES`, '42501'],
      [`UPDATE access.role_grant SET ended_at = NULL`, '42501'],
      [`DELETE FROM access.role_grant`, '42501'],
      [`INSERT INTO access.office (name) VALUES ('x')`, '42501'],
      [`UPDATE access.office_member SET until_at = NULL`, '42501'],
      [`INSERT INTO access.departure DEFAULT VALUES`, '42501'],
      [
        `INSERT INTO protection.undertaking_acceptance (account_id, version) VALUES ('${secretary.accountId}', 1)`,
        '42501',
      ],
      [`SELECT ks.drain('{}')`, '42501'],
      [`SELECT ks.revoke('{}')`, 'KS009'],
      [
        `SELECT access.give_grant(gen_random_uuid(), '${secretary.accountId}', 'canvasser', NULL, '{}', now(), now() + interval '1 day', NULL)`,
        'KS009',
      ],
      [`SELECT access.approve_grant('${secretary.accountId}', gen_random_uuid())`, 'KS009'],
      [`SELECT access.end_grant('${secretary.accountId}', gen_random_uuid(), 'x')`, 'KS009'],
      [`SELECT access.open_office(gen_random_uuid(), 'x', 'party', NULL, NULL)`, 'KS009'],
      [`SELECT access.join_office(gen_random_uuid(), '${secretary.accountId}')`, 'KS009'],
      [`SELECT access.leave_office(gen_random_uuid(), '${secretary.accountId}')`, 'KS009'],
      [`SELECT access.depart(gen_random_uuid(), '${secretary.accountId}', 'resigned', 'x', '{}')`, 'KS009'],
      [`SELECT protection.accept_undertaking(1)`, 'KS009'],
    ];
    for (const [sql, refusal] of attempts) {
      expect([sql, await fence.outcome(() => fence.client.query(sql))]).toEqual([sql, refusal]);
    }
    await fence.close();
  });
});

describe('Users', () => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer(database.environment);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  it('are shown to the three roles that answer for access, and to nobody else', async () => {
    const subject = await createPerson(database, { role: 'organiser', constituencyId: putney });
    for (const role of ['administrator', 'general-secretary', 'data-protection-officer'] as const) {
      const client = new ApiClient(server.url, await createPerson(database, { role }));
      const answer = await client.get(`/v1/users/${subject.accountId}`);
      expect(answer).toMatchObject({
        status: 200,
        body: { id: subject.accountId, roles: ['organiser'], departedAt: null },
      });
      expect(answer.headers.get('etag')).toMatch(/^"[\w-]{22}"$/);
      expect((await client.get('/v1/users?limit=2')).status).toBe(200);
      expect(await client.get(`/v1/users/${randomUUID()}`)).toMatchObject({ status: 404 });
    }
    for (const role of [
      'canvasser',
      'organiser',
      'candidate',
      'data-officer',
      'membership-secretary',
    ] as const) {
      const client = new ApiClient(server.url, await createPerson(database, { role }));
      for (const path of [
        '/v1/users',
        `/v1/users/${subject.accountId}`,
        `/v1/users/${subject.accountId}/grants`,
        '/v1/offices',
      ]) {
        expect(await client.get(path)).toMatchObject({ status: 403, body: { code: 'not-permitted' } });
      }
    }
  });

  it('change their tag with their standing, and are listed by name, each once', async () => {
    const client = new ApiClient(server.url, await createPerson(database, { role: 'administrator' }));
    const subject = await createPerson(database);
    const tag = async () => (await client.get(`/v1/users/${subject.accountId}`)).headers.get('etag');
    const before = await tag();
    expect(await tag()).toBe(before);
    await grant(database.admin, subject.accountId, 'canvasser', putney);
    expect(await tag()).not.toBe(before);
    const seen: string[] = [];
    let after: string | null = '';
    while (after !== null) {
      const { body }: { body: { items: { id: string }[]; next: string | null } } = await client.get(
        `/v1/users?limit=3${after && `&after=${after}`}`,
      );
      seen.push(...body.items.map(({ id }) => id));
      after = body.next;
    }
    const { rows } = await database.admin.query<{ id: string }>(
      'SELECT id FROM identity.account ORDER BY username',
    );
    expect(seen).toEqual(rows.map(({ id }) => id));
  });
});
