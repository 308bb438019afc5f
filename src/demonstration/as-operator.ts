/**
 * In charge of the operator's hand: what the demonstration needs and no route makes is written as the owner of the
 * database, over a connection of its own.
 */
import { Client } from 'pg';
import type { Environment } from '../config/environment.js';

export async function asOperator<Value>(
  environment: Environment,
  work: (client: Client) => Promise<Value>,
): Promise<Value> {
  const client = new Client({
    connectionString: environment.MIGRATION_DATABASE_URL,
    application_name: 'rosette-demonstration',
    options: '-c role=rosette_owner',
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
