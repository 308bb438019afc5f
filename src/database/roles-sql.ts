import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './embedded/package-files.js';

/** The three roles as operators read them: the embedded database and the tests run the same file. */
export function readRolesSql(): string {
  return readFileSync(join(packageRoot(), 'docs', 'roles.sql'), 'utf8');
}
