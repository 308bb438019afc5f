#!/usr/bin/env node
import { readEnvironment } from './config/environment.js';
import { addEnvelopeKey, ensureEnvelopeKey } from './identity/envelope-keys.js';
import { addTokenKey, ensureTokenKey } from './identity/token-keys.js';
import { ensureTombstoneKey } from './protection/tombstone-keys.js';

/** `npx rosette …`: what an operator does at the machine itself. */
const usage = `Usage:
  npx rosette keys make              the first keys, before the first start; those that are there stay
  npx rosette keys rotate token      a new key signs access tokens; the old ones go on verifying
  npx rosette keys rotate envelope   a new key seals secrets; the old ones go on opening

Keys are files in ROSETTE_KEYS_DIR, the same on every machine. Running replicas take a new one up within a second; on
several machines, copy the file to each before any of them uses it. Delete an old token key after ten minutes; keep old
envelope keys, and the tombstone key for ever.
`;

const commands: Record<string, (directory: string) => string> = {
  'keys make': (directory) => {
    ensureTokenKey(directory);
    ensureEnvelopeKey(directory);
    ensureTombstoneKey(directory);
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
};

const words = process.argv.slice(2).join(' ');
const run = Object.hasOwn(commands, words) ? commands[words] : undefined;
if (run) {
  const directory = readEnvironment().ROSETTE_KEYS_DIR;
  process.stdout.write(`${run(directory)} in ${directory}.\n`);
} else {
  process.stderr.write(usage);
  process.exitCode = 2;
}
