import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { ApiClient } from '../support/api.js';
import { download, eventually, type Download } from '../support/download.js';
import { createElectorsAndMembers, createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { createRegister } from '../support/register.js';
import { startReplicaProcess, type ReplicaProcess } from '../support/replica-process.js';
import { runRosette } from '../support/rosette-command.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** ⌈L(1 + ρ)/(1 − ρ)⌉ for a lease of two seconds and clocks that run within a thousandth of each other. */
const waitMs = 2_005;
const who = ['--by', 'Olive Operator', '--reason', 'nobody answers'];

interface Proved {
  scope: object;
  id: string;
  epoch: number;
  inForceAt: string;
  completeAt: string | null;
  database: { terminated: number; drainMs: number };
  replicas: { number: number; pid: number; how: string; drainedMs: number | null }[];
  sessionsEnded: number;
}
interface Status {
  suspensions: { id: string; scope: object; orderedByOperator: string | null }[];
  lifters: number;
  openFlips: { epoch: number; action: string; databaseDrained: boolean; waitingFor: number[] }[];
  replicas: { number: number; pid: number; fenced: boolean; mayHoldLease: boolean; lastSeenAt: string }[];
}

describe('Breaking glass', () => {
  let database: TestDatabase;
  let replicas: ReplicaProcess[];
  let organiser: Person;
  let secretary: Person;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createRegister(database.admin, putney, 'KA', 200, 100);
    // Ten megabytes: more than any kernel takes for a client that does not read.
    await database.admin.query(
      `UPDATE contact_creator.door SET address_lines = ARRAY[repeat('A Long Building ', 32)] || address_lines`,
    );
    await createElectorsAndMembers(database.admin, wimbledon, 5);
    await database.admin.query(`ANALYZE; UPDATE access.role_limit SET export_day = 10000000`);
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: wimbledon,
      purposes: ['voter-contact'],
    });
    secretary = await createPerson(database, { role: 'general-secretary' });
    replicas = await Promise.all([1, 2].map(() => startReplicaProcess(database.environment)));
  }, 120_000);

  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await database.drop();
  });

  const rosette = (...words: string[]) =>
    runRosette({ MIGRATION_DATABASE_URL: database.url('migrator') }, ...words);
  const proved = async (...words: string[]) => {
    const end = await rosette(...words, ...who, '--json');
    return { ...end, body: JSON.parse(end.stdout) as Proved };
  };
  const status = async (...words: string[]) => {
    const { code, stdout } = await rosette('status', ...words, '--json');
    return { code, ...(JSON.parse(stdout) as Status) };
  };
  const theOne = async (): Promise<string> => {
    const { suspensions } = await status();
    expect(suspensions).toHaveLength(1);
    return suspensions[0]!.id;
  };
  const lift = (id: string) => rosette('lift', id, ...who, '--confirm', id);
  const electors = (replica: number) =>
    new ApiClient(replicas[replica]!.url, organiser, 'voter-contact').get(
      `/v1/electors?constituencyId=${wimbledon}`,
    );
  const beginFile = async (replica: number): Promise<Download> => {
    const officer = await createPerson(database, {
      role: 'data-officer',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    const { url } = replicas[replica]!;
    const made = await new ApiClient(url, officer, 'voter-contact').post<{ id: string }>('/v1/exports', {
      constituencyId: putney,
      source: { kind: 'constituency' },
      columns: ['electorId', 'forename', 'surname', 'address'],
      reason: 'a fetch that will be cut',
    });
    expect(made.status).toBe(201);
    const path = `/v1/exports/${made.body.id}/file.csv?constituencyId=${putney}`;
    return download(`${url}${path}`, officer.headers, true);
  };

  it('stops a tool on every replica, cuts what is being sent there, and prints the proof', async () => {
    const files = await Promise.all([beginFile(0), beginFile(1)]);
    const { code, stdout, stderr } = await rosette(
      'suspend',
      'tool',
      'contact-creator',
      ...who,
      '--notice',
      'Stop',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^In force since \S+: tool contact-creator\. /);
    expect(stdout).toMatch(/\nComplete since \S+: nothing of it is admitted, continued or read anywhere/);
    expect(stdout).toMatch(/database: \d connections? ended; drained after \d+ ms/);
    for (const { pid } of replicas)
      expect(stdout).toMatch(new RegExp(`replica \\d+ \\(\\S+, process ${pid}\\): drained after \\d+ ms`));
    for (const replica of [0, 1]) {
      const refusal = await electors(replica);
      expect(refusal).toMatchObject({ status: 503, body: { code: 'tool-suspended' } });
    }
    for (const file of files) {
      file.resume();
      expect(await file.ended).toBe(false);
      expect(file.text()).not.toContain('# end of export');
    }
  }, 60_000);

  it('is written down as an order through the API is, with the name of who gave it', async () => {
    const id = await theOne();
    const { body } = await new ApiClient(replicas[0]!.url, secretary).get(`/v1/suspensions/${id}`);
    expect(body).toMatchObject({
      target: { kind: 'tool', id: 'contact-creator' },
      reason: 'nobody answers',
      notice: 'Stop',
      orderedBy: null,
      orderedByOperator: 'Olive Operator',
      replicas: [{ how: 'drained' }, { how: 'drained' }],
      state: 'in-force',
    });
    const { rows } = await database.admin.query(
      `SELECT action, outcome, account_id, detail FROM ledger.action WHERE target_id = $1 ORDER BY at`,
      [id],
    );
    expect(rows).toMatchObject([
      {
        action: 'suspension.order',
        outcome: 'done',
        account_id: null,
        detail: {
          by: 'break-glass',
          operator: 'Olive Operator',
          databaseRole: 'rosette_migrator',
          scope: 'tool:contact-creator',
          epoch: body['epoch'],
        },
      },
      {
        action: 'suspension.certify',
        account_id: null,
        detail: { order: { by: 'operator' }, deployment: null },
      },
    ]);
    // The command has no key: a replica seals and signs it.
    const { status } = await new ApiClient(replicas[0]!.url, secretary).get(
      `/v1/suspensions/${id}/certificate`,
    );
    expect(status).toBe(200);
  });

  it('lifts in two deliberate acts, and the replicas go on', async () => {
    const id = await theOne();
    const shown = await rosette('lift', id, ...who);
    expect(shown).toMatchObject({ code: 1, stdout: '' });
    expect(shown.stderr).toContain(`Nothing has been lifted. This suspension stops tool contact-creator`);
    // The secretary alone could: two are needed.
    expect(shown.stderr).toContain('Too few are left who can lift it through the API.');
    expect(shown.stderr).toContain(`npx rosette lift ${id} --confirm ${id}`);
    expect((await electors(0)).status).toBe(503);

    expect(await lift(id)).toMatchObject({
      code: 0,
      stdout: 'tool contact-creator: this suspension is lifted.\n',
    });
    await eventually(async () => (await electors(0)).status === 200 && (await electors(1)).status === 200);
    const { body } = await new ApiClient(replicas[0]!.url, secretary).get(`/v1/suspensions/${id}`);
    expect(body).toMatchObject({
      state: 'lifted',
      liftedBy: null,
      liftedByOperator: 'Olive Operator',
      liftReason: 'nobody answers',
    });
    const { rows } = await database.admin.query(
      `SELECT detail ->> 'by' AS by FROM ledger.action WHERE target_id = $1 AND action = 'suspension.lift'`,
      [id],
    );
    expect(rows).toEqual([{ by: 'break-glass' }]);
    // The same words again, as after an answer that was lost; then other words.
    expect((await lift(id)).code).toBe(0);
    const late = await rosette('lift', id, '--by', 'Another', '--reason', 'another', '--confirm', id);
    expect(late).toMatchObject({ code: 1, stderr: 'The suspension has been lifted already.\n' });
  }, 30_000);

  it('ends what has not begun, too', async () => {
    const startsAt = new Date(Date.now() + 3_600_000).toISOString();
    const scheduled = await new ApiClient(replicas[0]!.url, secretary).post<{ id: string }>(
      '/v1/suspensions',
      {
        target: { kind: 'tool', id: 'organise' },
        reason: 'for tomorrow',
        startsAt,
      },
    );
    expect(scheduled.status).toBe(202);
    expect((await rosette('status')).stdout).toContain(
      `tool organise, from ${startsAt}, by account ${secretary.accountId}: ${scheduled.body.id}`,
    );
    expect(await lift(scheduled.body.id)).toMatchObject({
      code: 0,
      stdout: 'tool organise: this suspension had not begun, and will not.\n',
    });
    const { body } = await new ApiClient(replicas[0]!.url, secretary).get(
      `/v1/suspensions/${scheduled.body.id}`,
    );
    expect(body).toMatchObject({ state: 'cancelled', liftedByOperator: 'Olive Operator' });
  }, 30_000);

  it('lifts its own suspension alone: what another stops stays stopped', async () => {
    const first = await proved('suspend', 'area', putney);
    const second = await proved('suspend', 'area', putney);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect((await lift(first.body.id)).stdout).toBe(
      `This suspension is lifted. area ${putney} stays suspended by ${second.body.id}.\n`,
    );
    expect((await lift(second.body.id)).stdout).toBe(`area ${putney}: this suspension is lifted.\n`);
  }, 30_000);

  it('takes a user by name, in any case, and names nobody else', async () => {
    const [{ username }] = (
      await database.admin.query<{ username: string }>(
        'SELECT username FROM identity.account WHERE id = $1',
        [organiser.accountId],
      )
    ).rows as [{ username: string }];
    const { code, body } = await proved('suspend', 'user', username.toUpperCase());
    expect({ code, scope: body.scope }).toEqual({
      code: 0,
      scope: { kind: 'user', id: organiser.accountId },
    });
    expect((await electors(0)).status).toBe(403);
    expect((await rosette('status')).stdout).not.toContain(username);
    expect((await lift(body.id)).code).toBe(0);
  }, 30_000);

  it('ends who holds the switch and stands still', async () => {
    const holder = new Client({ connectionString: database.url('api') });
    holder.on('error', () => undefined);
    await holder.connect();
    await holder.query(`BEGIN; SELECT ks.register_replica('${randomUUID()}', 'test', 1, 'test')`);
    const suspending = proved('suspend', 'office', await anOffice());
    // Whatever comes of it, the tests that follow are not held up.
    await Promise.race([suspending, sleep(8_000, undefined, { ref: false })]);
    const outcome = await holder.query('SELECT 1').then(
      () => 'goes on',
      () => 'ended',
    );
    await holder.end();
    expect(outcome).toBe('ended');
    const { code, body, stderr } = await suspending;
    expect({ code, sessionsEnded: body.sessionsEnded }).toEqual({ code: 0, sessionsEnded: 1 });
    expect(stderr).toContain('Ended 1 database session that held the switch.');
    expect((await lift(body.id)).code).toBe(0);
  }, 30_000);
  const anOffice = async (): Promise<string> => {
    await database.admin.query(`INSERT INTO access.office (name) VALUES ('The Press Office')`);
    return 'the press office';
  };

  it('waits for a replica that stands still until it has no lease, and shuts it out', async () => {
    const still = replicas[1]!;
    process.kill(still.pid, 'SIGSTOP');
    const { code, body, tookMs } = await proved('suspend', 'tool', 'contact-creator');
    expect(code).toBe(0);
    expect(tookMs).toBeGreaterThan(waitMs);
    expect(body.replicas).toHaveLength(2);
    expect(body.replicas.find(({ pid }) => pid === still.pid)).toMatchObject({
      how: 'fenced',
      drainedMs: null,
    });
    expect(body.replicas.find(({ pid }) => pid !== still.pid)).toMatchObject({ how: 'drained' });
    const seen = (await status()).replicas.find(({ pid }) => pid === still.pid);
    expect(seen).toMatchObject({ fenced: true, mayHoldLease: false });

    process.kill(still.pid, 'SIGCONT');
    // It begins a new life, in which it knows.
    await eventually(async () => (await electors(1)).body['code'] === 'tool-suspended');
    expect((await lift(body.id)).code).toBe(0);
    await eventually(async () => (await electors(1)).status === 200);
  }, 60_000);

  it('shows what is suspended, by whom, and which replicas there are', async () => {
    const { body } = await proved('suspend', 'tool', 'organise');
    const { code, suspensions, openFlips, replicas: seen } = await status();
    expect({ code, openFlips }).toEqual({ code: 0, openFlips: [] });
    expect(suspensions).toEqual([
      expect.objectContaining({
        id: body.id,
        scope: { kind: 'tool', id: 'organise' },
        inForceAt: body.inForceAt,
        orderedByOperator: 'Olive Operator',
      }),
    ]);
    const living = seen.filter(({ mayHoldLease }) => mayHoldLease).map(({ pid }) => pid);
    expect(living.sort()).toEqual(replicas.map(({ pid }) => pid).sort());
    const { stdout } = await rosette('status');
    expect(stdout).toContain('tool organise, since');
    expect(stdout).toContain('by Olive Operator at the database (break glass)');
    expect(stdout).toMatch(new RegExp(`process ${living[0]}\\): last seen [\\d,]+ ms ago, may hold a lease`));
    expect(stdout).not.toContain('nobody answers');
  }, 30_000);

  it('says what is missing where it is in force and cannot be proved', async () => {
    // Not a session that a flip may end.
    await database.admin.query(
      `BEGIN; SELECT pg_advisory_xact_lock_shared(1919905907, lock_id) FROM ks.scope WHERE kind = 'area' AND id = '${putney}'`,
    );
    const { code, stdout } = await rosette('suspend', 'area', putney, ...who);
    await database.admin.query('COMMIT');
    expect(code).toBe(3);
    expect(stdout).toContain('It is in force, but not proved everywhere:\n  the database has not drained\n');
    expect(stdout).not.toContain('Complete since');
    // The replicas go on with it, or this does.
    await eventually(async () => (await status('--finish')).code === 0);
    for (const { id, scope } of (await status()).suspensions)
      if (JSON.stringify(scope).includes(putney)) expect((await lift(id)).code).toBe(0);
  }, 60_000);

  it('is complete at once where no replica runs, and what it stops is stopped when one starts', async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    // A stopped process that was fenced has left its row.
    const { code, stdout } = await rosette('suspend', 'all', ...who);
    expect(code).toBe(0);
    expect(stdout).toContain('no replica was running');
    expect((await rosette('status')).stdout).toContain('everything, since');
    replicas = [await startReplicaProcess(database.environment)];
    expect(await electors(0)).toMatchObject({ status: 503, body: { code: 'tool-suspended' } });
    await replicas[0]!.stop();
    for (const { id } of (await status()).suspensions) expect((await lift(id)).code).toBe(0);
    expect((await rosette('status')).stdout).toContain('Nothing is suspended.');
  }, 60_000);

  it('says what is not proved yet, and goes on with it when it is told to', async () => {
    const incarnation = randomUUID();
    await database.admin.query(`SELECT ks.register_replica($1, 'elsewhere', 7, 'test')`, [incarnation]);
    await database.admin.query(
      `WITH changed AS (UPDATE ks.state SET epoch = epoch + 1 RETURNING epoch)
       SELECT ks.write_flip(epoch, 'suspend', '{tool:organise}', NULL) FROM changed`,
    );
    const before = await status();
    expect(before.code).toBe(3);
    const { number } = before.replicas.find(({ pid }) => pid === 7)!;
    expect(before.openFlips).toMatchObject([
      { action: 'suspend', databaseDrained: false, waitingFor: [number] },
    ]);
    expect((await rosette('status')).stdout).toContain(
      `the database has not drained; replica ${number} has not drained`,
    );
    await sleep(waitMs);
    const after = await status('--finish');
    expect(after).toMatchObject({ code: 0, openFlips: [] });
    expect(after.replicas.find(({ pid }) => pid === 7)).toMatchObject({ fenced: true });
  }, 30_000);

  it.each([
    [
      'suspend tool contact-creater',
      /^There is no tool "contact-creater"\. The tools are contact-creator, organise\.\n$/,
    ],
    ['suspend user nobody@example.org', /^There is no user "nobody@example\.org"\. Give the username/],
    ['suspend user 0b7a3c52-6f0e-4a5f-8a8e-7b7f0d0c4d11', /^There is no user "0b7a3c52/],
    ['suspend area E14999999', /^There is no area "E14999999"\. Give the GSS code/],
    // The switch's own scope, of work over all areas.
    ['suspend area 0', /^There is no area "0"/],
    ['suspend office nowhere', /^There is no office "nowhere"/],
    ['suspend client nobody', /^There is no client "nobody"/],
    ['suspend toool contact-creator', /^there is no scope "toool"/],
    [`lift ${randomUUID()}`, /^There is no such suspension/],
  ])('refuses `%s` in words, and changes nothing', async (words, says) => {
    const before = await database.admin.query('SELECT epoch FROM ks.state');
    const { code, stdout, stderr } = await rosette(...words.split(' '), ...who);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(says);
    expect((await database.admin.query('SELECT epoch FROM ks.state')).rows).toEqual(before.rows);
  });

  it('refuses in JSON where JSON is asked for', async () => {
    const { code, stdout, stderr } = await rosette('suspend', 'office', 'nowhere', ...who, '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      error: expect.stringMatching(/^There is no office "nowhere"/),
    });
  });

  it.each([
    [
      'a role that owns nothing',
      () => ({ MIGRATION_DATABASE_URL: database.url('api') }),
      /may not become rosette_owner/,
    ],
    [
      'no role but the server’s',
      () => ({ DATABASE_URL: database.url('api') }),
      /^MIGRATION_DATABASE_URL is not set/,
    ],
    [
      'no database of that name',
      () => ({ MIGRATION_DATABASE_URL: database.url('migrator').replace(database.name, 'absent') }),
      /^There is no database of that name/,
    ],
    [
      'a database that is not Rosette’s',
      () => ({ MIGRATION_DATABASE_URL: database.url('superuser').replace(database.name, 'template1') }),
      /^The database was not made by this version/,
    ],
    [
      'no server there',
      () => ({ MIGRATION_DATABASE_URL: 'postgresql://rosette_migrator@127.0.0.1:1/rosette' }),
      /trying again for ten seconds\.[^]*\nThe database does not answer \(ECONNREFUSED\)\. Is it running/,
    ],
    [
      'no embedded database',
      () => ({ ROSETTE_DATA_DIR: join(process.env['TEST_FOLDER'] as string, 'nowhere') }),
      /^There is no database in \S+nowhere\/postgres/,
    ],
    ['no address', () => ({ MIGRATION_DATABASE_URL: 'nonsense' }), /^The environment has a fault:/],
  ])(
    'says so where there is %s',
    async (_, environment, says) => {
      const { code, stdout, stderr, tookMs } = await runRosette(environment(), 'status');
      expect(code).toBe(1);
      expect(stdout + stderr).toMatch(says);
      expect(stdout + stderr).not.toContain('    at ');
      expect(tookMs).toBeLessThan(20_000);
    },
    30_000,
  );

  it('is for the owner of the tables alone, whoever may call what it calls', async () => {
    const api = new Client({ connectionString: database.url('api') });
    await api.connect();
    const calls = [
      `ks.break_glass_suspend(gen_random_uuid(), 'all', '*', 'a reason', NULL, 'me')`,
      `ks.break_glass_lift(gen_random_uuid(), 'a reason', 'me')`,
      `ks.write_break_glass('suspension.lift', gen_random_uuid(), 'me', 'all:*', 1)`,
    ];
    for (const call of calls)
      await expect(api.query(`SELECT ${call}`)).rejects.toMatchObject({ code: '42501' });
    await api.end();
    const { rows } = await database.admin.query(
      `SELECT proname FROM pg_proc WHERE proname LIKE '%break_glass%' AND prosecdef`,
    );
    expect(rows).toEqual([]);
  });
});
