import type { DataSource } from 'typeorm';

interface Powers {
  role: string;
  superuser: boolean;
  bypassrls: boolean;
  createrole: boolean;
  createdb: boolean;
  owns: string | null;
  mayCreate: boolean;
  mayTemp: boolean;
  becomesOwner: boolean;
  changesLedger: boolean;
}

/** Start-up refuses an API role that could step around row-level security or the ledger. Names every power at once. */
export async function refuseUnsafeRole(dataSource: DataSource): Promise<void> {
  const [powers] = await dataSource.query<Powers[]>(`
    SELECT r.rolname AS role, r.rolsuper AS superuser, r.rolbypassrls AS bypassrls, r.rolcreaterole AS createrole,
      r.rolcreatedb AS createdb,
      (SELECT min(n.nspname || '.' || c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relowner = r.oid) AS owns,
      has_database_privilege(current_database(), 'CREATE') OR EXISTS (
        SELECT FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND has_schema_privilege(oid, 'CREATE')) AS "mayCreate",
      has_database_privilege(current_database(), 'TEMP') AS "mayTemp",
      coalesce((SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = 'rosette_owner'), false) AS "becomesOwner",
      has_table_privilege('ledger.disclosure', 'INSERT, UPDATE, DELETE, TRUNCATE')
        OR has_table_privilege('ledger.action', 'INSERT, UPDATE, DELETE, TRUNCATE') AS "changesLedger"
    FROM pg_roles r WHERE r.rolname = current_user`);
  if (!powers) throw new Error('The database role of the API is not known to the database.');
  const faults = [
    powers.superuser && 'is a superuser',
    powers.bypassrls && 'bypasses row-level security',
    powers.createrole && 'may create roles',
    powers.createdb && 'may create databases',
    powers.owns && `owns ${powers.owns}`,
    powers.mayCreate && 'may create objects',
    powers.mayTemp && 'may create temporary tables',
    powers.becomesOwner && 'may become rosette_owner',
    powers.changesLedger && 'may change the ledger',
  ].filter((fault): fault is string => typeof fault === 'string');
  if (faults.length > 0) {
    throw new Error(
      `The database role ${powers.role} is more than the API may be: it ${faults.join(', ')}. See docs/roles.sql.`,
    );
  }
}
