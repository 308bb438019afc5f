#!/usr/bin/env node
import { readEnvironment, type Environment } from './config/environment.js';
import { backupUsage, isBackup } from './backup/backup-words.rules.js';
import { keepJournal } from './backup/journal/journal-drain.js';
import { runBackup } from './backup/run-backup.js';
import { declared } from './declared.js';
import { createLogger } from './http/logger.js';
import { addEnvelopeKey, ensureEnvelopeKey } from './identity/envelope-keys.js';
import { addTokenKey, ensureTokenKey } from './identity/token-keys.js';
import { makeOperatorDatabase, openOperatorDatabase } from './operator-database.js';
import { journalOf } from './prepare-database.js';
import { runVerify, verifyUsage } from './ledger/verify/run-verify.js';
import { ensureTombstoneKey } from './protection/tombstone-keys.js';
import { breakGlassUsage, isBreakGlass } from './switchboard/break-glass/break-glass-words.rules.js';
import { runBreakGlass } from './switchboard/break-glass/run-break-glass.js';
import { recordUsage, runRecord } from './switchboard/sealing/record-export.js';
import { addCheckpointKey, ensureCheckpointKey } from './switchboard/sealing/checkpoint-keys.js';

/** `npx rosette …`: what an operator does at the machine itself. */
const usage = `Usage:
  npx rosette keys make              the first keys, before the first start; those that are there stay
  npx rosette keys rotate token      a new key signs access tokens; the old ones go on verifying
  npx rosette keys rotate envelope   a new key seals secrets; the old ones go on opening
  npx rosette keys rotate checkpoint a new key signs checkpoints beside the old ones
${breakGlassUsage}
${backupUsage}
${recordUsage}
${verifyUsage}

Keys are files in ROSETTE_KEYS_DIR, the same on every machine. Running replicas take a new one up within a second; on
several machines, copy the file to each before any of them uses it. Delete an old token key after ten minutes, an
old checkpoint key when everybody who verifies knows the new one; keep old envelope keys, and the tombstone key for ever.
suspend, lift, status and record work through the database alone, as MIGRATION_DATABASE_URL or, where there is none, on the embedded
database of ROSETTE_DATA_DIR: docs/kill-switch.md. Exit codes: 0 proved everywhere, 3 in force but not proved, 1 refused.
backup and restore go the same way: docs/backup.md. Exit codes: 0 done, 1 refused or failed, and nothing was changed.
`;

const commands: Record<string, (directory: string) => string> = {
  'keys make': (directory) => {
    ensureTokenKey(directory);
    ensureEnvelopeKey(directory);
    ensureTombstoneKey(directory);
    ensureCheckpointKey(directory);
    return 'The keys are';
  },
  'keys rotate token': (directory) => {
    addTokenKey(directory);
    return 'A new token key is';
  },
  'keys rotate envelope': (directory) => {
    addEnvelopeKey(directory);
    return 'A new envelope key is';
  },
  'keys rotate checkpoint': (directory) => {
    addCheckpointKey(directory);
    return 'A new checkpoint key is';
  },
};

const out = (line: string) => void process.stdout.write(`${line}\n`);
const complain = (line: string) => void process.stderr.write(`${line}\n`);
/** The journal of servers that run with an operator's database is where JOURNAL_FILE says, or nowhere. */
const journalHere = (environment: Environment): string | undefined =>
  environment.MIGRATION_DATABASE_URL === undefined ? journalOf(environment) : environment.JOURNAL_FILE;

const words = process.argv.slice(2);
const named = words.join(' ');
const run = Object.hasOwn(commands, named) ? commands[named] : undefined;
if (run) {
  const directory = readEnvironment().ROSETTE_KEYS_DIR;
  process.stdout.write(`${run(directory)} in ${directory}.\n`);
} else if (isBreakGlass(words)) {
  // Whoever read the lines may be gone: what was begun is finished.
  process.stdout.on('error', () => undefined);
  process.exitCode = await runBreakGlass(words, {
    open: async () => {
      const environment = readEnvironment();
      const database = await openOperatorDatabase(environment);
      // Last, so that nothing waits for it.
      const stop = async () => {
        await keepJournal(database.url, journalHere(environment), complain);
        await database.stop();
      };
      return { url: database.url, stop };
    },
    logger: createLogger('silent'),
    out,
    complain,
  });
} else if (isBackup(words)) {
  process.stdout.on('error', () => undefined);
  process.exitCode = await runBackup(words, {
    open: async () => openOperatorDatabase(readEnvironment()),
    make: async () => makeOperatorDatabase(readEnvironment()),
    keysFolder: () => readEnvironment().ROSETTE_KEYS_DIR,
    journal: () => journalHere(readEnvironment()),
    declared,
    logger: createLogger('silent'),
    out,
    complain,
  });
} else if (words[0] === 'verify') {
  process.exitCode = await runVerify(words.slice(1), { out, complain });
} else if (words[0] === 'record') {
  process.exitCode = await runRecord(words.slice(1), {
    open: async () => openOperatorDatabase(readEnvironment()),
    write: (text) => new Promise((done) => void process.stdout.write(text, () => done())),
    complain,
  });
} else {
  process.stderr.write(usage);
  process.exitCode = 2;
}
