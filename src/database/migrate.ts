import type { EntityManager } from 'typeorm';
import { migrationDataSource } from './data-source.js';

/** What the code declares and the database must hold before it serves. */
export interface Declared {
  rolePermissions: readonly { role: string; action: string }[];
  roleLimits: readonly { role: string; windowSeconds: number; maxRows: number }[];
  roleRules: readonly { role: string; isPrivileged: boolean; seesBulk: boolean }[];
  stepUpActions: readonly string[];
  purposes: readonly object[];
  undertakings: readonly { version: number; text: string }[];
}

/** Runs what has not run yet, as the owner; then writes what the code declares. Of two at once the second waits. */
export async function migrate(url: string, declared: Declared, log: (line: string) => void): Promise<void> {
  const dataSource = await migrationDataSource(url).initialize();
  try {
    await dataSource.query(`SELECT pg_advisory_lock(hashtext('rosette.migrate'))`);
    for (const migration of await dataSource.runMigrations()) log(`migrated: ${migration.name}`);
    await dataSource.transaction((manager) => writeDeclared(manager, declared));
  } finally {
    await dataSource.destroy();
  }
}

async function writeDeclared(manager: EntityManager, declared: Declared): Promise<void> {
  await manager.query(
    `WITH declared AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS d (role text, action text)),
          gone AS (DELETE FROM access.role_permission p
                   WHERE NOT EXISTS (SELECT FROM declared d WHERE d.role = p.role AND d.action = p.action))
     INSERT INTO access.role_permission (role, action) SELECT role, action FROM declared ON CONFLICT DO NOTHING`,
    [JSON.stringify(declared.rolePermissions)],
  );
  await manager.query(
    `INSERT INTO access.role_limit AS l (role, window_seconds, max_rows)
     SELECT role, "windowSeconds", "maxRows"
     FROM jsonb_to_recordset($1::jsonb) AS d (role text, "windowSeconds" integer, "maxRows" integer)
     ON CONFLICT (role, window_seconds) DO UPDATE SET max_rows = excluded.max_rows WHERE l.max_rows <> excluded.max_rows`,
    [JSON.stringify(declared.roleLimits)],
  );
  await manager.query(
    `INSERT INTO access.role_rule AS r (role, is_privileged, sees_bulk)
     SELECT role, "isPrivileged", "seesBulk"
     FROM jsonb_to_recordset($1::jsonb) AS d (role text, "isPrivileged" boolean, "seesBulk" boolean)
     ON CONFLICT (role) DO UPDATE SET is_privileged = excluded.is_privileged, sees_bulk = excluded.sees_bulk`,
    [JSON.stringify(declared.roleRules)],
  );
  await manager.query(
    `WITH gone AS (DELETE FROM access.step_up_action WHERE action <> ALL ($1::text[]))
     INSERT INTO access.step_up_action (action) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING`,
    [declared.stepUpActions],
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
