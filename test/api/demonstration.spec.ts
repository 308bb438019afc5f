import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROLES } from '../../src/config/vocabulary.js';
import { readEnvironment, type Environment } from '../../src/config/environment.js';
import type { DemonstrationAccount } from '../../src/demonstration/demonstration-accounts.js';
import { plannedRegisters } from '../../src/demonstration/demonstration-plan.js';
import { madeUpElectors } from '../../src/demonstration/register-generator.js';
import { isDemonstration } from '../../src/demonstration/load-demonstration.js';
import { startReplicaProcess, type ReplicaProcess } from '../support/replica-process.js';
import { bearing, codeOf, type Tokens } from '../support/sign-in.js';
import { ApiClient } from '../support/api.js';
import { createHolder } from '../support/sign-in.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Page<Item> {
  items: Item[];
}

/** Who sign in with a code to load what the demonstration holds. */
const loaders: readonly string[] = ['data-officer', 'membership-secretary'];

describe('A demonstration', () => {
  let database: TestDatabase;
  let environment: Environment;
  let server: ReplicaProcess | undefined;
  let file: string;

  const start = async (): Promise<ReplicaProcess> => {
    server = await startReplicaProcess(environment);
    return server;
  };
  const says = async (replica: ReplicaProcess, text: string): Promise<void> => {
    const until = performance.now() + 60_000;
    while (!replica.output().includes(text)) {
      if (performance.now() > until) throw new Error(`it never said "${text}":\n${replica.output()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const registers = async () =>
    (
      await database.admin.query<{ area: string; state: string; accepted: number; electors: number }>(
        `SELECT i.constituency_id AS area, i.state, (i.counts ->> 'accepted')::integer AS accepted,
                (SELECT count(*)::integer FROM contact_creator.elector e
                 WHERE e.constituency_id = i.constituency_id AND e.import_id = i.id AND e.is_current) AS electors
         FROM contact_creator.register_import i ORDER BY i.requested_at, i.id`,
      )
    ).rows;
  /** What each planned seat holds beside its register, in the order of the seats. */
  const heldBySeat = async () =>
    (
      await database.admin.query<Record<string, number>>(
        `SELECT s.id AS seat,
                (SELECT count(*)::integer FROM organise.branch b WHERE b.constituency_id = s.id) AS branches,
                (SELECT count(*)::integer FROM organise.member m WHERE m.constituency_id = s.id) AS members,
                (SELECT count(*)::integer FROM organise.sign_up u WHERE u.constituency_id = s.id) AS "signUps",
                (SELECT count(*)::integer FROM contact_creator.contact c WHERE c.constituency_id = s.id) AS contacts,
                (SELECT count(*)::integer FROM contact_creator.walk w
                 WHERE w.constituency_id = s.id AND w.assigned_to IS NOT NULL) AS assignments
         FROM unnest($1::text[]) WITH ORDINALITY AS s (id, place) ORDER BY s.place`,
        [plannedRegisters.map(({ constituencyId }) => constituencyId)],
      )
    ).rows;
  const accountsInFile = () => JSON.parse(readFileSync(file, 'utf8')) as DemonstrationAccount[];

  const makeDatabase = async () => {
    database = await createTestDatabase();
    environment = {
      ...database.environment,
      ROSETTE_DEMONSTRATION: 'true',
      ROSETTE_DEMONSTRATION_ELECTORS: 300,
    };
    file = join(environment.ROSETTE_DATA_DIR, 'demo-accounts.json');
  };
  const dropDatabase = async () => {
    await server?.stop();
    server = undefined;
    await database.drop();
  };

  describe('that has been loaded', () => {
    beforeAll(async () => {
      await makeDatabase();
      await says(await start(), 'Try next:');
    }, 90_000);
    afterAll(dropDatabase);

    it('commits the register of each planned constituency, with its electors', async () => {
      const held = await registers();
      expect(held.map(({ area }) => area).sort()).toEqual(
        plannedRegisters.map(({ constituencyId }) => constituencyId).sort(),
      );
      for (const { area, state, accepted, electors } of held) {
        expect({ area, state, electors }).toEqual({ area, state: 'committed', electors: accepted });
        expect(electors).toBe(environment.ROSETTE_DEMONSTRATION_ELECTORS);
      }
      for (const { name } of plannedRegisters)
        expect(server?.output()).toMatch(
          new RegExp(`${name}: the register is in: \\d+ electors of 300 rows`),
        );
    });

    it('holds members, an event and half a year of contacts in each seat, from which all that is derived follows', async () => {
      for (const seat of await heldBySeat()) {
        expect(seat).toMatchObject({ branches: 3, members: 750, signUps: 16 });
        expect(seat['contacts']).toBeGreaterThan(100);
        expect(seat['assignments']).toBeGreaterThan(0);
      }
      const outside = await database.admin.query(
        `SELECT email, mobile FROM organise.member_contact_detail
       WHERE email !~ '@example[.]org$' OR mobile !~ '^07700900[0-9]{3}$'`,
      );
      expect(outside.rows).toEqual([]);
      for (const { constituencyId } of plannedRegisters) {
        const { rows } = await database.admin.query('SELECT * FROM contact_creator.derived_differences($1)', [
          constituencyId,
        ]);
        expect(rows).toEqual([]);
      }
      const { rows } = await database.admin.query<{ spread: number; future: number }>(
        `SELECT extract(day FROM max(device_at) - min(device_at))::integer AS spread,
              count(*) FILTER (WHERE device_at > now())::integer AS future FROM contact_creator.contact`,
      );
      expect(rows[0]?.future).toBe(0);
      expect(rows[0]?.spread).toBeGreaterThan(90);
    });

    it('has its districts in real wards with their names, by which people are found, and cut into road groups', async () => {
      const { username, password } = accountsInFile().find(({ role }) => role === 'organiser')!;
      const { body: tokens } = await new ApiClient(server!.url).post<Tokens>('/v1/auth/token', {
        username,
        password,
      });
      const client = bearing(tokens, server!.url, 'voter-contact');
      const electors = environment.ROSETTE_DEMONSTRATION_ELECTORS;
      for (const register of plannedRegisters) {
        const { constituencyId } = register;
        const at = `constituencyId=${constituencyId}&limit=500`;
        const wards = await client.get<Page<{ id: string; name: string | null }>>(`/v1/wards?${at}`);
        const named = wards.body.items.filter(({ name }) => name !== null);
        expect(named.length).toBeGreaterThan(7);
        const districts = await client.get<Page<{ id: string; code: string; wardId: string }>>(
          `/v1/polling-districts?${at}`,
        );
        // The ward that the generator has laid the district in.
        const laid = new Map<string, string>();
        for (const { prefix, door } of madeUpElectors({ ...register, electors }))
          if (door) laid.set(prefix, door.wardId);
        expect(new Map(districts.body.items.map(({ code, wardId }) => [code, wardId]))).toEqual(laid);
        const wardId = [...laid.values()][0];
        const counted = await client.post<{ matched: number }>('/v1/selections/count', {
          constituencyId,
          definition: { unit: 'person', base: { field: 'ward', op: 'in', value: [wardId] }, for: 'doorstep' },
        });
        expect(counted.body.matched).toBeGreaterThan(10);
        const groups = await client.get<Page<{ pollingDistrictId: string; doors: number }>>(
          `/v1/road-groups?${at}`,
        );
        expect(new Set(groups.body.items.map(({ pollingDistrictId }) => pollingDistrictId))).toEqual(
          new Set(districts.body.items.map(({ id }) => id)),
        );
        for (const { doors } of groups.body.items) expect(doors).toBeGreaterThan(0);
      }
      // Who lives where the generator has laid him: in the ward of his district.
      const { rows } = await database.admin.query<{ stray: number }>(
        `SELECT count(*)::integer AS stray FROM contact_creator.door d
         JOIN contact_creator.street s ON s.constituency_id = d.constituency_id AND s.id = d.street_id
         JOIN contact_creator.polling_district p ON p.constituency_id = s.constituency_id AND p.id = s.polling_district_id
         JOIN geography.postcode k ON k.postcode = d.postcode
         WHERE k.ward_id <> p.ward_id OR NOT k.is_invented`,
      );
      expect(rows).toEqual([{ stray: 0 }]);
      const walks = await database.admin.query<{ walks: number }>(
        'SELECT count(*)::integer AS walks FROM contact_creator.walk WHERE road_group_id IS NULL',
      );
      expect(walks.rows).toEqual([{ walks: 0 }]);
    });

    it('stands in the ledger as the act of the operator', async () => {
      const { rows } = await database.admin.query<{ account_id: string | null; detail: { by: string } }>(
        `SELECT account_id, detail FROM ledger.action WHERE action = 'demonstration.load'`,
      );
      // The accounts, and the profile of the controller.
      expect(rows).toHaveLength(ROLES.length + 1);
      expect(rows.every(({ account_id, detail }) => account_id === null && detail.by === 'operator')).toBe(
        true,
      );
    });

    // From here on the tests build on one another: the server is started again, then its people sign in.
    it('is found again by the next start, which changes nothing and says the same accounts', async () => {
      const before = accountsInFile();
      const registersBefore = await registers();
      const heldBefore = await heldBySeat();
      expect(registersBefore).toHaveLength(plannedRegisters.length);
      for (const { password } of before) expect(server?.output()).toContain(password);
      await server?.stop();
      const again = await start();
      await says(again, 'Try next:');
      for (const { name } of plannedRegisters)
        expect(again.output()).toContain(`${name}: its register is there already`);
      expect(again.output()).not.toContain('uploading');
      expect(again.output()).not.toContain('making up');
      expect(await registers()).toEqual(registersBefore);
      expect(await heldBySeat()).toEqual(heldBefore);
      expect(accountsInFile()).toEqual(before);
      for (const { password } of before) expect(again.output()).toContain(password);
      const { rows } = await database.admin.query<{ count: number }>(
        'SELECT count(*)::integer AS count FROM identity.account',
      );
      expect(rows[0]?.count).toBe(ROLES.length);
      // The made-up party that may record opinions is written once.
      const profiles = await database.admin.query(
        `SELECT version, party_name AS party, protection.opinions_allowed() AS allowed FROM protection.controller_profile`,
      );
      expect(profiles.rows).toEqual([{ version: 1, party: 'The Example Party (made up)', allowed: true }]);
    }, 120_000);

    it('makes an account for each role, which signs in and holds that role', async () => {
      const replica = server!;
      const accounts = accountsInFile();
      expect(accounts.map(({ role }) => role).sort()).toEqual([...ROLES].sort());
      expect(statSync(file).mode & 0o777).toBe(0o600);
      for (const { role, username, password, totpSecret } of accounts) {
        expect(username).toMatch(/@example\.org$/);
        expect(replica.output()).toContain(password);
        const { status, body } = await new ApiClient(replica.url).post<Tokens>('/v1/auth/token', {
          username,
          password,
          // Their codes of this half-minute went into loading the registers and the members.
          ...(totpSecret === undefined ? {} : { code: codeOf(totpSecret, loaders.includes(role) ? 1 : 0) }),
        });
        expect({ role, status }).toEqual({ role, status: 200 });
        const me = await bearing(body, replica.url).get('/v1/me');
        expect(JSON.stringify(me.body)).toContain(`"${role}"`);
      }
    }, 90_000);
  });

  describe('at a start', () => {
    beforeEach(makeDatabase);
    afterEach(dropDatabase);

    it('is not loaded into a database that has accounts of its own', async () => {
      await createHolder(database, 'administrator');
      const replica = await start();
      await says(replica, 'no demonstration is loaded');
      expect(existsSync(file)).toBe(false);
    }, 60_000);
  });
});

describe('Whether a start is a demonstration', () => {
  const database = { DATABASE_URL: 'postgres://a@b/c' };

  it.each([
    ['nothing is set', {}, true],
    ['a database is named', database, false],
    ['an administrator is named', { ROSETTE_ADMIN_USERNAME: 'first@example.org' }, false],
    ['it is switched off', { ROSETTE_DEMONSTRATION: 'false' }, false],
    ['it is asked for on a named database', { ...database, ROSETTE_DEMONSTRATION: 'true' }, true],
  ])('is decided where %s', (_case, variables, expected) => {
    expect(isDemonstration(readEnvironment(variables))).toBe(expected);
  });
});

describe('npm run make-register', () => {
  const run = promisify(execFile);
  const make = (...more: string[]) =>
    run(process.execPath, ['dist/src/make-register.command.js', ...more], { encoding: 'utf8' });
  const whole = ['--layout', 'eros', '--constituency', 'E14001434', '--electors', '1000', '--seed', '7'];

  it('writes the same file to standard output and to a file', async () => {
    const out = join(mkdtempSync(join(tmpdir(), 'rosette-register-')), 'register.csv');
    const { stdout } = await make(...whole);
    const { stdout: said } = await make(...whole, '--out', out);
    expect(said).toBe(`1,000 made-up rows for E14001434, laid out as eros, are in ${out}.\n`);
    expect(stdout.trimEnd().split('\r\n')).toHaveLength(1_001);
    expect(readFileSync(out, 'utf8')).toBe(stdout);
  });

  it('says how many rows it wrote, with those under 16 whom nobody asked for', async () => {
    const out = join(mkdtempSync(join(tmpdir(), 'rosette-register-')), 'register.csv');
    const { stdout } = await make(
      ...whole,
      '--constituency',
      'W07000092',
      '--electors',
      '3000',
      '--out',
      out,
    );
    const rows = readFileSync(out, 'utf8').trimEnd().split('\r\n').length - 1;
    expect(rows).toBeGreaterThan(3_000);
    expect(stdout).toContain(`${rows.toLocaleString('en-GB')} made-up rows`);
  });

  it('says how it is used where that is asked for', async () => {
    const { stdout, stderr } = await make('--help');
    expect(stdout).toMatch(/^Usage: .*make-register[^]*Layouts: xpress, /);
    expect(stderr).toBe('');
  });

  it.each([
    ['an unknown layout', ['--layout', 'strand', ...whole.slice(2)], 'there is no layout "strand"'],
    ['a missing option', whole.slice(0, 6), '--seed is missing'],
    ['a number that is none', [...whole, '--electors', '1e3'], '--electors must be a whole number'],
    ['an unknown option', [...whole, '--year', '2026'], "Unknown option '--year'"],
    ['a bad date', [...whole, '--published', '1/12/2026'], 'the publication date must be a day'],
  ])('refuses %s, says why and how it is used, and leaves no file', async (_case, options, reason) => {
    const out = join(mkdtempSync(join(tmpdir(), 'rosette-register-')), 'register.csv');
    const refusal = make(...options, '--out', out);
    await expect(refusal).rejects.toMatchObject({ code: 2 });
    await expect(refusal).rejects.toHaveProperty('stderr', expect.stringContaining(reason));
    await expect(refusal).rejects.toHaveProperty('stderr', expect.stringContaining('Usage:'));
    expect(existsSync(out)).toBe(false);
  });
});
