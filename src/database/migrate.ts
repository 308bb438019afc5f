import type { DataSource, EntityManager } from 'typeorm';
import { migrationDataSource } from './data-source.js';
import { migrations } from './migrations.js';

/** What the code declares and the database must hold before it serves. */
export interface Declared {
  rolePermissions: readonly { role: string; action: string; isEverywhereOnly: boolean }[];
  roleLimits: readonly { role: string; fiveMinutes: number; hour: number; day: number; exportDay: number }[];
  roleRules: readonly {
    role: string;
    isPrivileged: boolean;
    seesBulk: boolean;
    controlsAccess: boolean;
    seesPeople: boolean;
  }[];
  actionRules: readonly { action: string; reach: string; tool: string | null; needsStepUp: boolean }[];
  purposes: readonly object[];
  undertakings: readonly { version: number; text: string }[];
}

/** Runs what has not run yet, as the owner; then writes what the code declares and makes the
 * ledger's next partitions. Of two at once the second waits. `only`: makes the database of an older version, to restore it.
 * Errors: where this version does not know one of those, or the database has others already. */
export async function migrate(
  url: string,
  declared: Declared,
  log: (line: string) => void,
  only?: readonly string[],
): Promise<void> {
  const dataSource = await migrationDataSource(url, only).initialize();
  try {
    await dataSource.query(`SELECT pg_advisory_lock(hashtext('rosette.migrate'))`);
    if (only) await refuseOthers(dataSource, only);
    for (const migration of await dataSource.runMigrations()) log(`migrated: ${migration.name}`);
    await dataSource.transaction((manager) => writeDeclared(manager, declared));
    await dataSource.query('SELECT ledger.ensure_partitions()');
  } finally {
    await dataSource.destroy();
  }
}

async function refuseOthers(dataSource: DataSource, only: readonly string[]): Promise<void> {
  const unknown = only.filter((name) => !migrations.some((migration) => migration.name === name));
  if (unknown.length > 0)
    throw new Error(
      `This version of Rosette is older than the backup: it does not know ${unknown.join(', ')}. Take the version that made it, or a newer one.`,
    );
  const [there] = await dataSource.query<{ made: string | null }[]>(
    `SELECT to_regclass('public.migration')::text AS made`,
  );
  if (there?.made == null) return;
  const [more] = await dataSource.query<{ names: string[] | null }[]>(
    'SELECT array_agg(name::text) AS names FROM public.migration WHERE name <> ALL ($1)',
    [only],
  );
  if (more?.names)
    throw new Error(
      'This database was made by a newer Rosette than the backup. Restore into a new database, with nothing migrated in it: it is migrated after the restore.',
    );
}

async function writeDeclared(manager: EntityManager, declared: Declared): Promise<void> {
  await manager.query(
    `WITH declared AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS d (role text, action text, "isEverywhereOnly" boolean)),
          gone AS (DELETE FROM access.role_permission p
                   WHERE NOT EXISTS (SELECT FROM declared d WHERE d.role = p.role AND d.action = p.action))
     INSERT INTO access.role_permission (role, action, is_everywhere_only) SELECT role, action, "isEverywhereOnly" FROM declared
     ON CONFLICT (role, action) DO UPDATE SET is_everywhere_only = excluded.is_everywhere_only`,
    [JSON.stringify(declared.rolePermissions)],
  );
  await manager.query(
    `INSERT INTO access.role_limit (role, five_minutes, hour, day, export_day)
     SELECT role, "fiveMinutes", hour, day, "exportDay"
     FROM jsonb_to_recordset($1::jsonb) AS d (role text, "fiveMinutes" integer, hour integer, day integer, "exportDay" integer)
     ON CONFLICT (role) DO UPDATE SET five_minutes = excluded.five_minutes, hour = excluded.hour, day = excluded.day,
                                      export_day = excluded.export_day`,
    [JSON.stringify(declared.roleLimits)],
  );
  await manager.query(
    `INSERT INTO access.role_rule AS r (role, is_privileged, sees_bulk, controls_access, sees_people)
     SELECT role, "isPrivileged", "seesBulk", "controlsAccess", "seesPeople"
     FROM jsonb_to_recordset($1::jsonb) AS d (role text, "isPrivileged" boolean, "seesBulk" boolean,
                                              "controlsAccess" boolean, "seesPeople" boolean)
     ON CONFLICT (role) DO UPDATE SET is_privileged = excluded.is_privileged, sees_bulk = excluded.sees_bulk,
                                      controls_access = excluded.controls_access, sees_people = excluded.sees_people`,
    [JSON.stringify(declared.roleRules)],
  );
  await manager.query(
    `WITH declared AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS d (action text, reach text, tool text, "needsStepUp" boolean)),
          gone AS (DELETE FROM access.action_rule r WHERE NOT EXISTS (SELECT FROM declared d WHERE d.action = r.action))
     INSERT INTO access.action_rule (action, reach, tool, needs_step_up) SELECT action, reach, tool, "needsStepUp" FROM declared
     ON CONFLICT (action) DO UPDATE SET reach = excluded.reach, tool = excluded.tool, needs_step_up = excluded.needs_step_up`,
    [JSON.stringify(declared.actionRules)],
  );
  // What a controller has changed or ended stays as the controller left it.
  await manager.query(
    `INSERT INTO protection.purpose (code, title, lawful_basis, article9_condition, tools, data_classes, retention, author)
     SELECT code, title, "lawfulBasis", "article9Condition", tools, "dataClasses", retention, 'Rosette'
     FROM jsonb_to_recordset($1::jsonb) AS d (code text, title text, "lawfulBasis" text, "article9Condition" text,
                                              tools text[], "dataClasses" text[], retention text)
     ON CONFLICT (code) DO NOTHING`,
    [JSON.stringify(declared.purposes)],
  );
  await manager.query(
    `INSERT INTO protection.undertaking (version, text)
     SELECT version, text FROM jsonb_to_recordset($1::jsonb) AS d (version integer, text text)
     ON CONFLICT (version) DO NOTHING`,
    [JSON.stringify(declared.undertakings)],
  );
}
