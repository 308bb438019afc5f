import type { Environment } from '../../src/config/environment.js';
import { DatabaseRelay } from '../support/database-relay.js';
import { startReplicaProcess, type ReplicaProcess } from '../support/replica-process.js';
import type { TestDatabase } from '../support/test-database.js';

/** A replica in a process of its own, with a network of its own to the database. */
export interface ChaosReplica {
  process: ReplicaProcess;
  relay: DatabaseRelay;
  /** Nothing is done to it, so that it may be asked for orders. */
  isSound: boolean;
  /** It is being killed, or started, at a moment of its own. */
  changing?: Promise<void>;
  startAgain(): Promise<ReplicaProcess>;
}

/** With `poolerUrl` every second one goes through the pooler for its requests, still by its own network. */
export function startReplicas(
  database: TestDatabase,
  count: number,
  settings: Partial<Environment>,
  poolerUrl?: string,
): Promise<ChaosReplica[]> {
  return Promise.all(
    Array.from({ length: count }, (_, n) =>
      startReplica(database, settings, n % 2 === 0 ? undefined : poolerUrl),
    ),
  );
}

async function startReplica(
  database: TestDatabase,
  settings: Partial<Environment>,
  poolerUrl: string | undefined,
): Promise<ChaosReplica> {
  const relay = await DatabaseRelay.before(database.url('api'));
  const pooled = poolerUrl === undefined ? undefined : await DatabaseRelay.before(poolerUrl);
  const environment = {
    ...database.environment,
    ...settings,
    DATABASE_URL: (pooled ?? relay).url,
    DATABASE_DIRECT_URL: relay.url,
  };
  const startAgain = () => startReplicaProcess(environment, ['--import', blockable]);
  return { relay, process: await startAgain(), isSound: true, startAgain };
}

/** Lets a test stop the main thread, and it alone. */
const blockable = './dist/test/support/blockable.js';
