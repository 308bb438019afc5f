import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTORS } from './cast.js';
import { ApiDocument, type Operation } from './document.js';
import { drive, keyOf, seed, type Tally } from './drive.js';
import { fuzzedBytes, fuzzedFiles } from './files.js';
import { upload } from './import-preparation.js';
import { faultsInRightValues } from './right-values.js';
import { sendBytes } from './wire.js';
import { createWorld, type World } from './world.js';

/** Titles have to be known before the server is; what it serves is held against this below. */
const written = new ApiDocument(
  JSON.parse(readFileSync(join(__dirname, '../golden/openapi.json'), 'utf8')) as never,
);
/** These shut people out of tools: they come last. */
const isLate = (path: string) => path.startsWith('/v1/suspensions');
/** What deletes comes after what works on it; what only takes a claim or a check-in back works on it, too. */
const isDelete = ({ method, path }: Operation) => method === 'DELETE' && path.endsWith('}');
const early = written.operations
  .filter(({ path }) => !isLate(path))
  .sort((one, other) => Number(isDelete(one)) - Number(isDelete(other)));
const late = written.operations.filter(({ path }) => isLate(path));
const uploads = ['register-imports', 'member-imports'] as const;

describe(`Whatever is sent, with seed ${seed},`, () => {
  let world: World;
  const tally: Tally = {
    calls: 0,
    driven: new Set(),
    succeeded: new Set(),
    statuses: new Map(),
    problems: new Map(),
  };
  const began = performance.now();

  beforeAll(async () => {
    world = await createWorld();
  }, 420_000);

  afterAll(async () => {
    const statuses = Object.fromEntries([...tally.statuses].sort(([one], [other]) => one - other));
    const dull = [...early, ...late]
      .map(keyOf)
      .filter((key) => tally.problems.has(key) && !tally.succeeded.has(key))
      .map((key) => `${key} ${JSON.stringify(Object.fromEntries(tally.problems.get(key)!))}`);
    process.stdout.write(
      `fuzz: seed ${seed}, ${tally.calls} calls in ${Math.round((performance.now() - began) / 1000)} s, by status ${JSON.stringify(statuses)}\n` +
        `fuzz: never succeeded: ${dull.join('; ') || 'none'}\n`,
    );
    expect(await world.stop()).toBe(0);
  });

  beforeEach(async () => {
    const { admin } = world.database;
    for (const table of ['protection.budget_counter', 'protection.export_counter', 'identity.failed_attempt'])
      await admin.query(`DELETE FROM ${table}`);
    await world.pool.refresh();
  });

  const driveAll = async (key: string) => {
    const operation = world.document.operations.find((one) => keyOf(one) === key);
    if (!operation) throw new Error('it is in the golden file, and the server does not have it');
    for (const actor of ACTORS) await drive(world, operation, actor, tally);
  };

  it('is measured by the document that the server gives out', () => {
    expect(world.document.operations.map(keyOf)).toEqual(written.operations.map(keyOf));
  });

  it.each(written.operations.map(keyOf))('%s is asked with values that its schemas allow', (key) => {
    const operation = world.document.operations.find((one) => keyOf(one) === key);
    expect(operation && faultsInRightValues(world.document, world.pool, operation, seed)).toEqual([]);
  });

  it.each(early.map(keyOf))('%s answers from the registry or as documented', driveAll);

  it.each(uploads)(
    'every file ends as %s whole or not at all',
    async (path) => {
      const { rows: areas } = await world.database.admin.query<{ id: string }>(
        `SELECT id FROM geography.constituency ORDER BY id OFFSET 10`,
      );
      let n = 0;
      for (const [name, file] of fuzzedFiles(seed)) {
        // Half of them go on by themselves, each in an area of its own.
        n += 1;
        const { status, text } = await upload(world, path, areas[n]!.id, file, n % 2 === 0);
        expect({ name, status, text: status === 201 ? '' : text }).toEqual({ name, status: 201, text: '' });
      }
      await settle(world, 90_000);
      expect(await halfDone(world)).toEqual([]);
      expect(world.newErrors()).toEqual([]);
    },
    110_000,
  );

  it('bytes on a bare socket are answered with a problem, or not at all', async () => {
    for (const bytes of fuzzedBytes(seed)) {
      const answer = await sendBytes(world.server.url, bytes);
      const asked = JSON.stringify(bytes.toString('latin1').slice(0, 300));
      const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? [];
      if (answer === '') continue;
      expect({ asked, status }).not.toMatchObject({ status: expect.stringMatching(/^5(?!05)/) as unknown });
      if (Number(status) >= 400)
        expect({ asked, answer }).toMatchObject({
          answer: expect.stringMatching(/problem\+json/i) as unknown,
        });
    }
    expect(world.newErrors()).toEqual([]);
  });

  it.each(late.map(keyOf))('%s answers from the registry or as documented', async (key) => {
    await driveAll(key);
    await world.database.admin.query(
      `WITH e AS (UPDATE ks.state SET epoch = epoch + 1 RETURNING epoch)
       UPDATE ks.scope s SET suspended = false, since_epoch = e.epoch FROM e WHERE s.suspended`,
    );
  });

  it('no import is left half done, and the server is ready for more', async () => {
    await settle(world, 60_000);
    expect(await halfDone(world)).toEqual([]);
    expect(await (await fetch(`${world.server.url}/readyz`)).json()).toMatchObject({ isReady: true });
    expect(world.newErrors()).toEqual([]);
  });

  it('was asked by everybody, and did not only refuse', () => {
    if (tally.driven.size === 0 || process.env['FUZZ_ACTOR'] !== undefined) return;
    expect(tally.driven.size % ACTORS.length).toBe(0);
    // With `-t` only some operations were driven.
    const keys = [...new Set([...tally.driven].map((one) => one.replace(/ as .*/, '')))];
    const dull = keys.filter((key) => !tally.succeeded.has(key));
    // Every operation is prepared so that it can succeed; a few may miss it by the luck of a seed.
    expect(dull.length).toBeLessThanOrEqual(Math.ceil(keys.length / 60));
  });
});

/** Until no job waits or runs. */
async function settle({ database }: World, ms: number): Promise<void> {
  const until = performance.now() + ms;
  for (;;) {
    const { rows } = await database.admin.query<{ kind: string; state: string }>(
      `SELECT kind, state FROM jobs.job WHERE kind LIKE '%import%' AND state IN ('queued', 'running')`,
    );
    if (rows.length === 0) return;
    if (performance.now() > until) throw new Error(`still at work: ${JSON.stringify(rows)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Imports that are neither done, refused nor waiting for a person, and what is left of such; counts that do not add up. */
async function halfDone({ database }: World): Promise<unknown[]> {
  const { rows } = await database.admin.query(
    `WITH import AS (
       SELECT 'register' AS what, constituency_id, id, state, counts FROM contact_creator.register_import
       UNION ALL SELECT 'member', constituency_id, id, state, counts FROM organise.member_import),
     staging AS (
       SELECT relname, split_part(relname, '_staging_', 1) AS what, split_part(relname, '_staging_', 2) AS id
       FROM pg_class WHERE relkind = 'r' AND relname ~ '^(register|member)_staging_')
     SELECT what, id::text, state, 'is at work' AS fault FROM import WHERE state IN ('reading', 'committing', 'undoing')
     UNION ALL SELECT s.what, s.id, i.state, 'left its rows' FROM staging s
       LEFT JOIN import i ON i.what = s.what AND replace(i.id::text, '-', '') = s.id WHERE i.state IS DISTINCT FROM 'staged'
     UNION ALL SELECT i.what, i.id::text, i.state, 'left its file' FROM import i
       WHERE i.state IN ('failed', 'cancelled', 'undone')
         AND (EXISTS (SELECT FROM contact_creator.register_upload u WHERE u.import_id = i.id)
              OR EXISTS (SELECT FROM organise.member_upload u WHERE u.import_id = i.id))
     UNION ALL SELECT what, id::text, state, 'does not add up: ' || counts::text FROM import
       WHERE state IN ('staged', 'committed')
         AND (counts ->> 'rows')::integer IS DISTINCT FROM (counts ->> 'accepted')::integer + (counts ->> 'rejected')::integer
             + coalesce((counts ->> 'review')::integer, 0) + coalesce((counts ->> 'notStored')::integer, 0)
     UNION ALL SELECT what, id::text, state, 'changed electors' FROM import i WHERE state IN ('failed', 'cancelled')
         AND EXISTS (SELECT FROM contact_creator.elector e WHERE e.constituency_id = i.constituency_id AND e.import_id = i.id)`,
  );
  return rows;
}
