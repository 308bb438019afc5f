/**
 * In charge of what a backup is made of: every table that the migrations made, read from the catalogue, so that one that is
 * added is in the next backup. Named here is what is left out, each with its reason.
 */
import type { ClientBase } from 'pg';
import { BackupFault } from './backup-fault.js';

/** What nobody may have back, or nobody needs. */
const leftOut: readonly string[] = [
  // Everybody signs in anew: no token of before opens anything.
  'identity.session',
  'identity.refresh_token',
  'identity.one_time_token',
  // Of seconds and minutes.
  'identity.failed_attempt',
  'identity.used_totp_counter',
  'http.idempotency_key',
  'ks.past_stamp',
  // Files that are being read, and would have to be sent again.
  'contact_creator.register_upload',
  'organise.member_upload',
  // A secret of the database, made anew in each.
  'ks.seal_key',
  'ks.lineage',
];

export interface TableShape {
  name: string;
  columns: string[];
  partitions: { name: string; bound: string }[];
  isForced: boolean;
}

const ours = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'public') AND c.relpersistence = 'p'`;

/**
 * In an order in which each comes after what it refers to. Columns that the database computes, and numbers of transactions,
 * which mean nothing elsewhere, are not carried.
 */
export async function tablesOf(client: ClientBase): Promise<TableShape[]> {
  const { rows } = await client.query<TableShape>(
    `SELECT n.nspname || '.' || c.relname AS name, c.relforcerowsecurity AS "isForced",
            ARRAY(SELECT a.attname::text FROM pg_attribute a
                  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                    AND a.atttypid <> 'xid8'::regtype ORDER BY a.attnum) AS columns,
            (SELECT coalesce(json_agg(json_build_object('name', pn.nspname || '.' || p.relname, 'bound', pg_get_expr(p.relpartbound, p.oid))
                                      ORDER BY p.relname), '[]')
             FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
             JOIN pg_partitioned_table t ON t.partrelid = c.oid
             WHERE i.inhparent = c.oid AND t.partstrat = 'r') AS partitions
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${ours} AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname || '.' || c.relname <> ALL ($1)
     ORDER BY 1`,
    [leftOut],
  );
  const refers = await client.query<{ from: string; to: string }>(
    `SELECT DISTINCT fn.nspname || '.' || f.relname AS "from", tn.nspname || '.' || t.relname AS "to"
     FROM pg_constraint o
     JOIN pg_class f ON f.oid = coalesce(pg_partition_root(o.conrelid), o.conrelid) JOIN pg_namespace fn ON fn.oid = f.relnamespace
     JOIN pg_class t ON t.oid = coalesce(pg_partition_root(o.confrelid), o.confrelid) JOIN pg_namespace tn ON tn.oid = t.relnamespace
     WHERE o.contype = 'f' AND f.oid <> t.oid`,
  );
  return inOrder(rows, refers.rows);
}

/** Where each sequence stands. */
export async function sequencesOf(
  client: ClientBase,
): Promise<{ name: string; value: string; isCalled: boolean }[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${ours} AND c.relkind = 'S' ORDER BY 1`,
  );
  const sequences = [];
  for (const { name } of rows) {
    const found = await client.query<{ value: string; isCalled: boolean }>(
      `SELECT last_value AS value, is_called AS "isCalled" FROM ${quoted(name)}`,
    );
    sequences.push({ name, ...found.rows[0]! });
  }
  return sequences;
}

/** Columns in which the id of a key stands beside what it sealed, or before what it hashed. */
export async function keyIdsOf(
  client: ClientBase,
): Promise<{ kind: 'envelope' | 'tombstone'; id: string }[]> {
  const { rows } = await client.query<{ table: string; column: string; isList: boolean }>(
    `SELECT n.nspname || '.' || c.relname AS "table", a.attname::text AS "column", a.atttypid = 'text[]'::regtype AS "isList"
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${ours} AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT a.attisdropped
       AND a.atttypid IN ('text'::regtype, 'text[]'::regtype) AND (a.attname = 'key_id' OR a.attname ~ '_hash(es)?$')
       AND n.nspname || '.' || c.relname <> ALL ($1)`,
    [leftOut],
  );
  const found = new Set<string>();
  for (const { table, column, isList } of rows) {
    const value = isList ? `unnest(${column})` : column;
    const ids = await client.query<{ id: string }>(
      `SELECT DISTINCT split_part(v, ':', 1) AS id FROM (SELECT ${value} AS v FROM ${quoted(table)}) x
       WHERE v ~ '^[0-9]{13}-[0-9a-f]{8}(:|$)'`,
    );
    for (const { id } of ids.rows) found.add(`${column === 'key_id' ? 'envelope' : 'tombstone'} ${id}`);
  }
  return [...found].sort().map((pair) => {
    const [kind, id] = pair.split(' ') as ['envelope' | 'tombstone', string];
    return { kind, id };
  });
}

/** A name with its schema, as SQL. */
export function quoted(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}

function inOrder(
  tables: readonly TableShape[],
  refers: readonly { from: string; to: string }[],
): TableShape[] {
  const left = new Map(tables.map((table) => [table.name, table]));
  const ordered: TableShape[] = [];
  while (left.size > 0) {
    const ready = [...left.values()].filter(
      ({ name }) => !refers.some(({ from, to }) => from === name && left.has(to)),
    );
    if (ready.length === 0)
      throw new BackupFault(`These tables refer to each other in a circle: ${[...left.keys()].join(', ')}.`);
    for (const table of ready) left.delete(table.name);
    ordered.push(...ready);
  }
  return ordered;
}
