#!/usr/bin/env node
import { readEnvironment } from './config/environment.js';
import { addEnvelopeKey } from './identity/envelope-keys.js';
import { addTokenKey } from './identity/token-keys.js';

/** `npx rosette …`: what an operator does at the machine itself. */
const usage = `Usage:
  npx rosette keys rotate token      a new key signs access tokens; the old ones go on verifying
  npx rosette keys rotate envelope   a new key seals secrets; the old ones go on opening

Keys are files in ROSETTE_KEYS_DIR. Running replicas take a new one up within a second; on several machines, copy the
file to each before any of them uses it. Delete an old token key after ten minutes; keep old envelope keys.
`;

const rotations: Record<string, (directory: string) => void> = {
  token: addTokenKey,
  envelope: addEnvelopeKey,
};

const [room, verb, which, ...rest] = process.argv.slice(2);
const rotate = which !== undefined && Object.hasOwn(rotations, which) ? rotations[which] : undefined;
if (room === 'keys' && verb === 'rotate' && rotate && rest.length === 0) {
  const directory = readEnvironment().ROSETTE_KEYS_DIR;
  rotate(directory);
  process.stdout.write(`A new ${which} key is in ${directory}.\n`);
} else {
  process.stderr.write(usage);
  process.exitCode = 2;
}
