import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { TestDatabase } from '../support/test-database.js';
import type { ChaosReplica } from './replicas.js';

interface Circumstances {
  database: TestDatabase;
  choose: () => number;
}

/** What is done to one replica while the switch is used, and undone when the suspension has been answered for a while. */
export interface Fault {
  name: string;
  /** It is the one that is asked for the order. */
  isAuthors?: true;
  begin(replica: ChaosReplica, circumstances: Circumstances): Promise<void> | void;
  end(replica: ChaosReplica, circumstances: Circumstances): Promise<void> | void;
}

const nothing = () => undefined;
const again = async (replica: ChaosReplica) => {
  replica.process = await replica.startAgain();
};

export const faults: readonly Fault[] = [
  { name: 'none', begin: nothing, end: nothing },
  {
    name: 'stopped',
    begin: (replica) => void process.kill(replica.process.pid, 'SIGSTOP'),
    end: (replica) => void process.kill(replica.process.pid, 'SIGCONT'),
  },
  { name: 'killed', begin: (replica) => replica.process.kill(), end: again },
  {
    name: 'starting',
    begin: async (replica) => {
      await replica.process.kill();
      replica.changing = again(replica);
    },
    end: (replica) => replica.changing,
  },
  {
    name: 'author killed',
    isAuthors: true,
    begin: (replica, { choose }) => {
      replica.changing = sleep(choose() * 40).then(() => replica.process.kill());
    },
    end: async (replica) => {
      await replica.changing;
      await again(replica);
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
  {
    name: 'loop blocked',
    begin: (replica) => void process.kill(replica.process.pid, 'SIGUSR2'),
    end: () => sleep(500),
  },
  {
    name: 'nobody listens',
    begin: async (_, { database }) => {
      await database.admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'rosette-sentinel' AND query ILIKE 'LISTEN%'`,
      );
    },
    end: nothing,
  },
];

/**
 * PostgreSQL loses a process and ends all others at once, as it does when its memory may be spoilt; then it recovers from its
 * files. For a server that nobody else uses.
 */
export const databaseRestarted: Fault = {
  name: 'database restarted',
  begin: async (replica, { database, choose }) => {
    const victim = new Client({ connectionString: database.url('superuser') });
    victim.on('error', nothing);
    database.admin.on('error', nothing);
    await victim.connect();
    const { rows } = await victim.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    replica.changing = sleep(choose() * 60).then(() => void process.kill(rows[0]!.pid, 'SIGKILL'));
  },
  end: async (replica, { database }) => {
    await replica.changing;
    await database.reconnect();
  },
};

/** A fault is older than the flip, or just as old: half of them begin a moment before it. */
export async function leadTime(choose: () => number): Promise<void> {
  if (choose() < 0.5) await sleep(choose() * 60);
}
