import { Client } from 'pg';
import { migrationDataSource } from '../../src/database/data-source.js';
import { migrate } from '../../src/database/migrate.js';
import { migrations } from '../../src/database/migrations.js';
import { readRolesSql } from '../../src/database/roles-sql.js';
import { declared } from '../../src/declared.js';
import { expectGolden } from '../support/golden.js';
import { schemaAsSql } from '../support/schema-catalogue.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const ours = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'public')`;
const personal = `n.nspname IN ('contact_creator', 'organise')`;
/** What these hold is sealed; rosette_api reaches it by functions alone, so that nothing is found by area. */
const sealed = `n.nspname = 'quarantine'`;

/** Tables of the tools that hold nobody's data. May only shrink. */
const notPersonal: string[] = ['contact_creator.voting_intention_code'];

describe('The schema', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(async () => {
    await database.drop();
  });

  /** What breaks a rule, by name. */
  const names = async (sql: string, values: unknown[] = []): Promise<string[]> => {
    const { rows } = await database.admin.query<{ name: string }>(sql, values);
    return rows.map(({ name }) => name).sort();
  };

  it('is the reviewed one', async () => {
    expectGolden('schema.sql', await schemaAsSql(database.admin));
  });

  it('belongs to rosette_owner, all of it, and rosette_api owns nothing', async () => {
    expect(
      await names(
        `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE ${ours} AND c.relowner <> 'rosette_owner'::regrole
         UNION ALL SELECT n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE ${ours} AND p.proowner <> 'rosette_owner'::regrole
         UNION ALL SELECT n.nspname FROM pg_namespace n WHERE ${ours} AND n.nspowner <> 'rosette_owner'::regrole`,
      ),
    ).toEqual([]);
    expect(
      await names(
        `SELECT classid::regclass || ' ' || objid AS name FROM pg_shdepend WHERE refobjid = 'rosette_api'::regrole AND deptype = 'o'`,
      ),
    ).toEqual([]);
  });

  it('is asked in UTC, whatever the server is set to', async () => {
    await database.admin.query(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone TO %L', current_database(), 'Asia/Kolkata'); END $$`,
    );
    const api = new Client({ connectionString: database.url('api') });
    await api.connect();
    const { rows } = await api.query('SHOW timezone');
    await api.end();
    expect(rows).toEqual([{ TimeZone: 'UTC' }]);
  });

  it('names every constraint by hand, after its table', async () => {
    expect(
      await names(
        `SELECT c.relname || ': ' || o.conname AS name
         FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE ${ours} AND NOT c.relispartition AND o.contype IN ('p', 'u', 'f', 'c', 'x') AND (
           o.conname !~ ('^' || c.relname || '_') OR o.conname ~ '[0-9]$' OR length(o.conname) > 62
           OR (o.contype = 'c' AND o.conname ~ '_check$') OR (o.contype = 'u' AND o.conname ~ '_key$'))`,
      ),
    ).toEqual([]);
  });

  it('gives all SECURITY DEFINER functions one fixed search path, so that what they share keeps its plans', async () => {
    expect(
      await names(
        `SELECT n.nspname || '.' || p.proname AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE ${ours} AND p.prosecdef AND NOT EXISTS (
           SELECT FROM unnest(p.proconfig) setting WHERE setting = 'search_path=pg_catalog, ks, pg_temp')`,
      ),
    ).toEqual([]);
  });

  it('lets nobody but the named roles call a function or touch a table', async () => {
    expect(
      await names(
        `SELECT n.nspname || '.' || p.proname AS name
         FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x WHERE ${ours} AND x.grantee = 0
         UNION ALL SELECT n.nspname || '.' || c.relname
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) x WHERE ${ours} AND x.grantee = 0
         UNION ALL SELECT n.nspname FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) x WHERE ${ours} AND x.grantee = 0`,
      ),
    ).toEqual([]);
  });

  it('puts every table of people under row-level security, enabled and forced, with a policy', async () => {
    const tables = `FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE (${personal} OR ${sealed}) AND c.relkind IN ('r', 'p') AND NOT c.relispartition`;
    expect((await names(`SELECT c.relname AS name ${tables}`)).length).toBeGreaterThan(0);
    expect(
      await names(
        `SELECT n.nspname || '.' || c.relname AS name ${tables}
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))`,
      ),
    ).toEqual([]);
  });

  it('has no policy that lets everything through or speaks to everybody', async () => {
    expect(
      await names(
        `SELECT c.relname || '.' || p.polname AS name FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
         WHERE 0 = ANY (p.polroles)
            -- The owner's definer functions ask the context themselves.
            OR p.polroles <> ARRAY['rosette_owner'::regrole::oid] AND coalesce(pg_get_expr(p.polqual, p.polrelid), 'ks.') !~ 'ks\\.'
            OR p.polroles <> ARRAY['rosette_owner'::regrole::oid] AND coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'ks.') !~ 'ks\\.'`,
      ),
    ).toEqual([]);
  });

  it('reaches people through the partitioned table alone, where the policies are', async () => {
    expect(
      await names(
        `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE ${ours} AND c.relispartition AND has_table_privilege('rosette_api', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')`,
      ),
    ).toEqual([]);
  });

  it('keys every table of people by its constituency', async () => {
    expect(
      await names(
        `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE ${personal} AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT EXISTS (
           SELECT FROM pg_constraint o JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (o.conkey)
           WHERE o.conrelid = c.oid AND o.contype = 'p' AND a.attname = 'constituency_id')`,
      ),
    ).toEqual(notPersonal);
  });

  it('takes no trigger, identity or sequence of its own on a table of people', async () => {
    expect(
      await names(
        `SELECT c.relname || '.' || t.tgname AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE ${personal} AND NOT t.tgisinternal
         UNION ALL SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE ${personal} AND a.attidentity <> ''
         UNION ALL SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${personal} AND c.relkind = 'S'`,
      ),
    ).toEqual([]);
  });

  it('lets rosette_api change no ledger, and reach ks and quarantine by functions alone', async () => {
    expect(
      await names(
        `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm') AND (
           (n.nspname = 'ledger' AND has_table_privilege('rosette_api', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'))
           OR ((n.nspname = 'ks' OR ${sealed}) AND has_table_privilege('rosette_api', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')))`,
      ),
    ).toEqual([]);
  });

  it('lets rosette_api truncate nothing, create nothing and make nothing temporary', async () => {
    expect(
      await names(
        `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE ${ours} AND c.relkind IN ('r', 'p') AND has_table_privilege('rosette_api', c.oid, 'TRUNCATE, REFERENCES, TRIGGER')
         UNION ALL SELECT nspname FROM pg_namespace WHERE has_schema_privilege('rosette_api', oid, 'CREATE')
         UNION ALL SELECT datname FROM pg_database WHERE datname = current_database()
           AND (has_database_privilege('rosette_api', datname, 'CREATE') OR has_database_privilege('rosette_api', datname, 'TEMP'))`,
      ),
    ).toEqual([]);
  });

  it('keeps no time without its zone, no text of bounded length and no serial', async () => {
    expect(
      await names(
        `SELECT n.nspname || '.' || c.relname || '.' || a.attname AS name
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE ${ours} AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
           AND format_type(a.atttypid, NULL) IN ('timestamp without time zone', 'time without time zone', 'time with time zone',
                                                 'character varying', 'character', 'money', 'json')`,
      ),
    ).toEqual([]);
  });

  it('names its tables in the singular, in snake case', async () => {
    expect(
      await names(
        `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE ${ours} AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND (c.relname !~ '^[a-z]+(_[a-z]+)*$' OR c.relname ~ '[^s]s$')`,
      ),
    ).toEqual([]);
  });

  it('indexes what a foreign key of people or of the switch points with, or says why not', async () => {
    // Reference data that is never deleted or renamed: nothing ever looks these up backwards.
    const never = ['constituency', 'account', 'undertaking', 'replica'];
    expect(
      await names(
        `SELECT c.relname || '.' || o.conname AS name
         FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE ${ours} AND o.contype = 'f' AND NOT c.relispartition AND NOT (o.confrelid::regclass::text ~ ('\\.(' || $1 || ')$'))
           AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND (i.indkey::smallint[])[0] = o.conkey[1])`,
        [never.join('|')],
      ),
    ).toEqual([]);
  });
});

describe('The migrations', () => {
  it('run up, all the way down and up again, and leave the same schema', async () => {
    const database = await createTestDatabase('template0');
    try {
      await database.admin.query(readRolesSql());
      const up = () => migrate(database.url('migrator'), declared(), () => undefined);
      await up();
      const first = await inOwnSession(database, schemaAsSql);
      await undoAll(database.url('migrator'));
      expect(await inOwnSession(database, schemaNames)).toEqual([]);
      await up();
      expect(await inOwnSession(database, schemaAsSql)).toBe(first);
      expectGolden('schema.sql', first);
    } finally {
      await database.drop();
    }
  });

  it('may run twice at once, and again when there is nothing to do', async () => {
    const database = await createTestDatabase('template0');
    try {
      await database.admin.query(readRolesSql());
      const lines: string[] = [];
      const run = () => migrate(database.url('migrator'), declared(), (line) => lines.push(line));
      await Promise.all([run(), run()]);
      expect(lines).toHaveLength(migrations.length);
      await run();
      expect(lines).toHaveLength(migrations.length);
    } finally {
      await database.drop();
    }
  });
});

async function undoAll(url: string): Promise<void> {
  const dataSource = await migrationDataSource(url).initialize();
  try {
    for (const _ of migrations) await dataSource.undoLastMigration();
  } finally {
    await dataSource.destroy();
  }
}

async function inOwnSession<Value>(
  database: TestDatabase,
  work: (client: Client) => Promise<Value>,
): Promise<Value> {
  const client = new Client({ connectionString: database.url('superuser') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function schemaNames(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT n.nspname AS name FROM pg_namespace n WHERE ${ours}`,
  );
  return rows.map(({ name }) => name);
}
