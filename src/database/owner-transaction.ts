/**
 * In charge of the operator's transactions: as the owner of the tables, on a connection of their own, outside the application.
 * What is done in one is seen whole or not at all.
 */
import type { Socket } from 'node:net';
import { Client } from 'pg';

/** `snapshot` sees one moment, whatever is written meanwhile, and writes nothing; `change` may also alter what is there. */
export async function inOwnerTransaction<Value>(
  url: string,
  kind: 'snapshot' | 'change',
  work: (client: Client) => Promise<Value>,
): Promise<Value> {
  const address = new URL(url);
  address.searchParams.set('options', '-c role=rosette_owner -c idle_in_transaction_session_timeout=0');
  const client = new Client({
    connectionString: address.href,
    application_name: 'rosette-operator',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  // What is lost is found out by the statement that needs it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(
      kind === 'snapshot'
        ? 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'
        : 'BEGIN ISOLATION LEVEL READ COMMITTED',
    );
    const value = await work(client);
    await client.query('COMMIT');
    await client.end();
    return value;
  } catch (error) {
    // With the connection goes what it had not committed. It may be in the midst of a COPY that nobody reads any more, and
    // would not hear a farewell.
    (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    throw error;
  }
}
