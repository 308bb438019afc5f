/**
 * In charge of emptying tables between the tests of a file. Row by row, since TRUNCATE would visit every partition, and
 * without asking foreign keys: each row that goes would have them look through all rows that have just gone.
 */
import type { Client } from 'pg';

/** The tables, with their schema; whatever refers to their rows has to be among them. */
export async function emptyTables(admin: Client, tables: readonly string[]): Promise<void> {
  const deletions = tables.map((table) => `DELETE FROM ${table};`).join(' ');
  await admin.query(`BEGIN; SET LOCAL session_replication_role = replica; ${deletions} COMMIT`);
}

const ofRegisters = [
  'contact_answer',
  'contact_subject',
  'contact',
  'register_import_row',
  'register_entry',
  'elector',
  'door',
  'street',
  'road_group',
  'polling_district',
  'register_upload',
  'register_import',
].map((table) => `contact_creator.${table}`);

/** All that imports have brought, and what hangs on it. */
export function emptyRegisters(admin: Client): Promise<void> {
  return emptyTables(admin, ofRegisters);
}
