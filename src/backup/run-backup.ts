/** In charge of the commands: reads the words, opens the database, and answers in lines with an exit code. */
import type { Logger } from 'pino';
import type { Declared } from '../database/migrate.js';
import { databaseError } from '../database/sqlstate.js';
import { BackupFault } from './backup-fault.js';
import { readBackupOrder, type BackupOrder } from './backup-words.rules.js';
import { takeBackup } from './backup.js';
import { keepJournal } from './journal/journal-drain.js';
import { examine, restore } from './restore.js';

interface OpenDatabase {
  url: string;
  stop(): Promise<void>;
}

export interface Surroundings {
  /** The database that there is. Errors: in words for the operator. */
  open: () => Promise<OpenDatabase>;
  /** One to restore into; made where it is the embedded one. */
  make: () => Promise<OpenDatabase>;
  keysFolder: () => string;
  /** Where the servers of this machine keep theirs. */
  journal: () => string | undefined;
  declared: () => Declared;
  logger: Logger;
  out: (line: string) => void;
  complain: (line: string) => void;
}

/** The exit code. Never rejects. */
export async function runBackup(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const order = readBackupOrder(words);
  if ('faults' in order) {
    for (const fault of order.faults) surroundings.complain(fault);
    return 1;
  }
  try {
    await carryOut(order, surroundings);
    return 0;
  } catch (error) {
    surroundings.complain(wordsOf(error));
    return 1;
  }
}

async function carryOut(order: BackupOrder, surroundings: Surroundings): Promise<void> {
  const { open, make, keysFolder, declared, logger, out: say } = surroundings;
  const { folder, by } = order;
  if (order.verb === 'backup') {
    await using(open, async ({ url }) => {
      await takeBackup({ url, folder, keysFolder: keysFolder(), by, say });
      await keepJournal(url, surroundings.journal(), surroundings.complain);
    });
    say(
      `The keys in ${keysFolder()} are not in it: keep a copy of them elsewhere. Nothing can be restored without them.`,
    );
    return;
  }
  const options = {
    folder,
    keysFolder: keysFolder(),
    by,
    journal: order.journal ?? surroundings.journal(),
    withoutJournal: order.withoutJournal,
    confirm: order.confirm,
    say,
  };
  const examined = await examine(options);
  await using(make, async ({ url }) => {
    await restore(url, examined, { ...options, declared: declared(), logger });
    await keepJournal(url, surroundings.journal(), surroundings.complain);
  });
}

async function using(
  open: () => Promise<OpenDatabase>,
  work: (database: OpenDatabase) => Promise<unknown>,
): Promise<void> {
  const database = await open();
  try {
    await work(database);
  } finally {
    await database.stop();
  }
}

/** A message of PostgreSQL's may quote a row: of a constraint its name is told, of all else the code. */
function wordsOf(error: unknown): string {
  if (error instanceof BackupFault) return error.message;
  const fault = databaseError(error);
  if (fault)
    return `The database refuses: ${fault.code}${fault.constraint ? ` (${fault.constraint})` : ''}. Nothing was changed.`;
  return error instanceof Error ? error.message : String(error);
}
