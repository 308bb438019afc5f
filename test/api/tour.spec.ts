import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rowLimits } from '../../src/access/permissions.js';
import { readEnvironment } from '../../src/config/environment.js';
import { ApiClient } from '../support/api.js';
import { headerOf, textOf } from '../support/mail-server.js';
import { createPerson, putney, wimbledon } from '../support/people.js';
import { startReplicaProcess, type ReplicaProcess } from '../support/replica-process.js';
import { flip } from '../support/switch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const tourMs = 240_000;

interface Taken {
  said: string;
  complained: string;
  code: number | null;
  /** How long it lived on after it had said something for the last time. */
  lingeredMs: number;
}

/** `npm run tour` as the reader starts it. `hears` is called with all it has said so far. */
async function takeTour(
  port: number | string,
  dataDir: string,
  hears: (said: string, child: ChildProcess) => void = () => undefined,
): Promise<Taken> {
  const child = spawn(process.execPath, ['dist/src/tour.command.js'], {
    env: { PATH: process.env['PATH'], PORT: String(port), ROSETTE_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complained = '';
  let saidAt = performance.now();
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
    saidAt = performance.now();
    hears(said, child);
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (complained += piece));
  await once(child, 'close');
  return { said, complained, code: child.exitCode, lingeredMs: performance.now() - saidAt };
}

describe('npm run tour', () => {
  let database: TestDatabase;
  let server: ReplicaProcess;
  let port: string;
  let dataDir: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataDir = database.environment.ROSETTE_DATA_DIR;
    // Beside the database and the size nothing that `npm start` does not set.
    server = await startReplicaProcess({
      ...database.environment,
      RATE_PER_MINUTE: readEnvironment({}).RATE_PER_MINUTE,
      LOG_LEVEL: 'trace',
      ROSETTE_DEMONSTRATION: 'true',
      ROSETTE_DEMONSTRATION_ELECTORS: 300,
    });
    port = new URL(server.url).port;
    const until = performance.now() + 150_000;
    while (!server.output().includes('Try next:')) {
      if (performance.now() > until) throw new Error(`it was never ready:\n${server.output()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }, 180_000);

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const rows = async (sql: string, values: unknown[] = []) =>
    (await database.admin.query<Record<string, unknown>>(sql, values)).rows;
  const numberIn = (said: string, pattern: RegExp) => Number(pattern.exec(said)?.[1] ?? 'nothing');
  const stopped = () =>
    rows(`SELECT kind, id FROM ks.scope WHERE suspended UNION ALL
          SELECT 'suspension', id::text FROM ks.suspension WHERE lifted_at IS NULL`);

  describe('on a demonstration', () => {
    let said: string;
    let lingeredMs: number;

    /** States of the imports of the practice register, and how many electors they left behind. */
    const practice = () =>
      rows(
        `SELECT array_agg(DISTINCT i.state) AS states, (SELECT count(*)::integer FROM contact_creator.elector e
                                                         WHERE e.constituency_id = $1 AND e.is_current) AS electors
         FROM contact_creator.register_import i WHERE i.constituency_id = $1`,
        [wimbledon],
      );

    beforeAll(async () => {
      const taken = await takeTour(port, dataDir);
      ({ said, lingeredMs } = taken);
      expect({ code: taken.code, said }).toEqual({ code: 0, said: expect.any(String) as string });
    }, tourMs);

    it('ends with its last line', () => {
      expect(lingeredMs).toBeLessThan(5_000);
    });

    it('tells each chapter to its end', () => {
      for (const words of [
        'Nobody falls off the register by it',
        '3 more, 0 fewer; the register now holds 1,200',
        'Called on in the last day: 0 electors before the batch',
        'known already, 0 recorded',
        'Whoever controls access sees nobody',
        'and the last line, by which a whole file is known, never came',
        '503 tool-suspended',
        'Gene Secretary asked and Ada Ministrator confirmed',
        'cut, because: tool-suspended',
        'and nothing leaves this machine',
        'Each step went as it should',
      ])
        expect(said.replace(/\s+/g, ' ')).toContain(words);
    });

    it('records each contact once, though the batch was sent twice', async () => {
      const recorded = numberIn(said, /(\d+) contacts recorded/);
      expect(recorded).toBeGreaterThan(5);
      const held = await rows(
        `SELECT count(*)::integer AS n, count(DISTINCT c.id)::integer AS ids FROM contact_creator.contact c
         JOIN contact_creator.walk w ON w.constituency_id = c.constituency_id AND w.id = c.walk_id
         JOIN contact_creator.list l ON l.constituency_id = w.constituency_id AND l.id = w.list_id
         WHERE c.constituency_id = $1 AND l.name LIKE 'Tour: %'`,
        [putney],
      );
      expect(held).toEqual([{ n: recorded, ids: recorded }]);
      expect(await rows('SELECT * FROM contact_creator.derived_differences($1)', [putney])).toEqual([]);
    });

    it('sends the mailing, as files on this machine, each message with a link that leads back to it', async () => {
      const sent = numberIn(said, /(\d+) messages handed over/);
      expect(sent).toBeGreaterThan(0);
      const folder = join(dataDir, 'mail');
      const messages = readdirSync(folder).map((name) => ({ raw: readFileSync(join(folder, name), 'utf8') }));
      expect(messages).toHaveLength(sent);
      expect(new Set(messages.map((message) => headerOf(message, 'To'))).size).toBe(sent);
      for (const message of messages) {
        expect(headerOf(message, 'To')).toMatch(/@example\.org$/);
        expect(headerOf(message, 'Subject')).toMatch(/^Come canvassing, \w/);
        expect(textOf(message)).toContain(`${server.url}/v1/unsubscribe/`);
      }
      const link = /http:\S+/.exec(textOf(messages[0] ?? { raw: '' }))?.[0] ?? '';
      expect((await fetch(link, { method: 'POST' })).status).toBe(200);
    });

    it('has a running export cut by the switch, and lifts the suspension', async () => {
      const [fetched] = await rows(
        `SELECT f.outcome, f.why, f.rows < e.row_count AS "isPart" FROM contact_creator.export_fetch f
         JOIN contact_creator.export e ON e.constituency_id = f.constituency_id AND e.id = f.export_id`,
      );
      expect(fetched).toEqual({ outcome: 'cut', why: 'tool-suspended', isPart: true });
      const suspensions = await rows(
        `SELECT s.target_kind AS kind, s.target_id AS id, s.lift_asked_by <> s.lifted_by AS "byTwo" FROM ks.suspension s`,
      );
      expect(suspensions).toEqual([{ kind: 'tool', id: 'contact-creator', byTwo: true }]);
      expect(await stopped()).toEqual([]);
    });

    it('takes the practice register back', async () => {
      expect(await practice()).toEqual([{ states: ['undone'], electors: 0 }]);
    });

    it('exports so few electors that a day has room for twenty tours', async () => {
      const [spent] = await rows('SELECT sum(day_rows)::integer AS n FROM protection.export_counter');
      expect(Number(spent?.['n']) * 20).toBeLessThan(rowLimits['data-officer'].exportDay);
    });

    it(
      'goes as far on the same data again, and where a step fails, says which, shows the problem, and puts right what it changed',
      async () => {
        const [secretary] = await rows(`SELECT id FROM identity.account WHERE username LIKE 'membership-%'`);
        const scope = `user:${String(secretary?.['id'])}` as const;
        let flipped: Promise<void> | undefined;
        const { said: again, code } = await takeTour(port, dataDir, (soFar) => {
          // The file is on its way; the next to be asked of the membership secretary comes after the switch.
          if (soFar.includes('of the file have arrived')) flipped ??= flip(database.admin, [scope], true);
        });
        await flipped;
        await flip(database.admin, [scope], false);
        expect(code).toBe(1);
        expect(again).toContain('In force after');
        expect(again).toMatch(/This step did not go as it should:\n\d+\. Organise goes on/);
        expect(again).toContain('"code": "user-suspended"');
        expect(again).toContain('Contact Creator; that is lifted now.\nDone.');
        expect(again).toContain('The practice register is taken back.\nDone.');
        expect(await stopped()).toEqual([]);
        expect(await practice()).toEqual([{ states: ['undone'], electors: 0 }]);
      },
      tourMs,
    );

    it(
      'puts right what it changed and ends quietly where nobody listens any more',
      async () => {
        const { code, complained } = await takeTour(port, dataDir, (soFar, child) => {
          if (soFar.includes('new electors')) child.stdout?.destroy();
        });
        expect({ code, complained }).toEqual({ code: 0, complained: '' });
        expect(await practice()).toEqual([{ states: ['undone'], electors: 0 }]);
      },
      tourMs,
    );

    it(
      'says no more of its story once it is interrupted, and puts right what it was about to change',
      async () => {
        let isInterrupted = false;
        const { said: broken, code } = await takeTour(port, dataDir, (soFar, child) => {
          if (isInterrupted || !soFar.includes('News: somebody')) return;
          isInterrupted = child.kill('SIGINT');
        });
        const [, after = ''] = broken.split('\nBroken off.\n');
        expect(code).toBe(130);
        expect(
          after
            .trim()
            .split('\n')
            .filter((line) => !line.includes('… ')),
        ).toEqual([
          'The tour has suspended Contact Creator; that is lifted now.',
          'Done.',
          'The practice register is taken back.',
          'Done.',
        ]);
        expect(await stopped()).toEqual([]);
        expect(await practice()).toEqual([{ states: ['undone'], electors: 0 }]);
      },
      tourMs,
    );

    it(
      'leaves in the log, at its most talkative, no name, address or number of an elector or a member',
      async () => {
        const asked = await askByName();
        await expectLogged(asked);
        // The guide, which is for people, shows how to look for a name.
        const lines = server
          .output()
          .split('\n')
          .filter((line) => line.startsWith('{'));
        const output = lines.join('\n');
        // Requests, imports, jobs and mail have all had their say, or nothing is proved.
        for (const path of [
          'register-imports',
          'electors',
          'contacts',
          'members',
          'member-imports',
          'mailings',
          'exports',
        ])
          expect(output).toContain(`/v1/${path}`);
        expect(lines.length).toBeGreaterThan(200);
        const found = (await personalData()).filter((piece) => output.includes(piece));
        expect(found).toEqual([]);
      },
      tourMs,
    );

    /** What a log that quotes addresses, bodies or values would give away: searches by name, and input that is refused. */
    const askByName = async (): Promise<string[]> => {
      const [elector] = await rows(
        'SELECT surname FROM contact_creator.elector WHERE constituency_id = $1 AND length(surname) > 3 LIMIT 1',
        [putney],
      );
      const name = encodeURIComponent(String(elector?.['surname']));
      const at = `constituencyId=${putney}`;
      const organiser = new ApiClient(
        server.url,
        await createPerson(database, { role: 'organiser', purposes: ['voter-contact'] }),
        'voter-contact',
      );
      const clerk = new ApiClient(
        server.url,
        await createPerson(database, {
          role: 'membership-secretary',
          purposes: ['membership-administration'],
        }),
        'membership-administration',
      );
      const [known] = await rows('SELECT forename, surname FROM organise.member LIMIT 1');
      const answers = [
        await organiser.get(`/v1/electors?${at}&name=${name}`),
        await organiser.get(`/v1/electors?${at}&name=${name}&limit=${name}`),
        await clerk.get(`/v1/members?${at}&name=${name}`),
        await clerk.post('/v1/members', { constituencyId: putney, ...known, email: 'refused@example.org' }),
        await organiser.get(`/v1/electors/${name}?${at}`),
      ];
      expect(answers.map(({ status }) => Math.floor(status / 100))).toEqual([2, 4, 2, 4, 4]);
      return answers.map(({ headers }) => headers.get('request-id') as string);
    };
    /** A line is written after its answer has left. */
    const expectLogged = async (requestIds: readonly string[]) => {
      const until = performance.now() + 10_000;
      while (!requestIds.every((id) => server.output().includes(id)) && performance.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 50));
      for (const id of requestIds) expect(server.output()).toContain(id);
    };
    /** Names as they are written and as they are searched, first lines of addresses, postcodes, mailboxes and telephones. */
    const personalData = async (): Promise<string[]> => {
      const pieces = await rows(
        `SELECT DISTINCT piece FROM (
           SELECT unnest(ARRAY[forename || ' ' || surname, surname || ', ' || forename, surname || ' ' || forename, name_folded,
                               format('"surname":"%s"', surname), format('"forename":"%s"', forename)]) AS piece
           FROM contact_creator.elector WHERE entry_kind <> 'anonymous'
           UNION ALL
           SELECT unnest(ARRAY[forename || ' ' || surname, surname || ', ' || forename, surname || ' ' || forename, name_folded,
                               format('"surname":"%s"', surname), format('"forename":"%s"', forename)])
           FROM organise.member
           UNION ALL SELECT unnest(ARRAY[address_lines[1], postcode]) FROM contact_creator.door
           UNION ALL SELECT unnest(ARRAY[email, mobile, landline, address_lines[1], postcode]) FROM organise.member_contact_detail
           UNION ALL SELECT unnest(ARRAY['refused@example.org', 'name='])
         ) personal WHERE length(trim(piece)) > 4`,
      );
      expect(pieces.length).toBeGreaterThan(2_000);
      return pieces.map(({ piece }) => String(piece));
    };
  });

  it('says in one sentence what to do where there are no accounts', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'rosette-tour-'));
    const { said, code } = await takeTour(port, elsewhere);
    expect(code).toBe(1);
    expect(said.trim().split('\n')).toEqual([
      expect.stringMatching(/^There are no demonstration accounts in .*demo-accounts\.json: run `npm start`/),
    ]);
  });

  it('says where its accounts came from where they are those of another server', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'rosette-tour-'));
    const accounts = readFileSync(join(dataDir, 'demo-accounts.json'), 'utf8');
    writeFileSync(
      join(elsewhere, 'demo-accounts.json'),
      accounts.replaceAll(/"password": "[^"]+"/g, '"password": "of-another-server"'),
    );
    const { said, code } = await takeTour(port, elsewhere);
    expect(code).toBe(1);
    expect(said).toContain('credentials-refused');
    expect(said).toContain(`The accounts were read from ${join(elsewhere, 'demo-accounts.json')}. Are they`);
  });

  it('says in one sentence what to do where no server answers', async () => {
    const unused = createServer().listen(0, '127.0.0.1');
    await once(unused, 'listening');
    const free = (unused.address() as AddressInfo).port;
    unused.close();
    await once(unused, 'close');
    const { said, code } = await takeTour(free, dataDir);
    expect(code).toBe(1);
    expect(said.trim().split('\n')).toEqual([
      expect.stringMatching(`^No server is ready at http://127\\.0\\.0\\.1:${free}: run \`npm start\``),
    ]);
  });
});
