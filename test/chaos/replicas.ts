import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseRelay } from '../support/database-relay.js';
import { startReplicaProcess, type ReplicaProcess } from '../support/replica-process.js';
import type { TestDatabase } from '../support/test-database.js';

/** A replica in a process of its own, with a network of its own to the database. */
export interface ChaosReplica {
  process: ReplicaProcess;
  relay: DatabaseRelay;
  /** Nothing is done to it, so that it may be asked for orders. */
  isSound: boolean;
  /** It is being killed at a moment of its own. */
  dying?: Promise<void>;
}

export async function startReplicas(database: TestDatabase, count: number): Promise<ChaosReplica[]> {
  return Promise.all(Array.from({ length: count }, () => startReplica(database)));
}

async function startReplica(database: TestDatabase): Promise<ChaosReplica> {
  const relay = await DatabaseRelay.before(database.url('api'));
  return { relay, process: await start(database, relay), isSound: true };
}

function start(database: TestDatabase, relay: DatabaseRelay): Promise<ReplicaProcess> {
  return startReplicaProcess({
    ...database.environment,
    DATABASE_URL: relay.url,
    DATABASE_DIRECT_URL: relay.url,
  });
}

/** What is done to one replica while the switch is used, and undone when the suspension has been answered for a while. */
export interface Fault {
  name: string;
  /** It is the one that is asked for the order. */
  isAuthors?: true;
  begin(replica: ChaosReplica, choose: () => number): Promise<void> | void;
  end(replica: ChaosReplica, database: TestDatabase): Promise<void> | void;
}

export const faults: readonly Fault[] = [
  { name: 'none', begin: () => undefined, end: () => undefined },
  {
    name: 'stopped',
    begin: (replica) => void process.kill(replica.process.pid, 'SIGSTOP'),
    end: (replica) => void process.kill(replica.process.pid, 'SIGCONT'),
  },
  {
    name: 'killed',
    begin: (replica) => replica.process.kill(),
    end: async (replica, database) => {
      replica.process = await start(database, replica.relay);
    },
  },
  {
    name: 'author killed',
    isAuthors: true,
    begin: (replica, choose) => {
      replica.dying = sleep(choose() * 40).then(() => replica.process.kill());
    },
    end: async (replica, database) => {
      await replica.dying;
      replica.process = await start(database, replica.relay);
    },
  },
  {
    name: 'partitioned',
    begin: (replica) => replica.relay.pause(),
    end: (replica) => replica.relay.resume(),
  },
  {
    name: 'cut off from the database',
    begin: (replica) => replica.relay.close(),
    end: (replica) => replica.relay.open(),
  },
];

/** A fault is older than the flip, or just as old: half of them begin a moment before it. */
export async function leadTime(choose: () => number): Promise<void> {
  if (choose() < 0.5) await sleep(choose() * 60);
}
