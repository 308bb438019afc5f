/**
 * In charge of finding the page that was bundled: in `dist` beside the compiled server, wherever this file runs from. Where it
 * was not bundled there is no page, and the server runs on without it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PageFile {
  contentType: string;
  content: Buffer;
}

export interface PageFiles {
  script: string;
  style: string;
  icon: string;
  /** By the name under which each is asked for; nothing else exists. */
  files: ReadonlyMap<string, PageFile>;
}

const contentTypes = {
  script: 'text/javascript; charset=utf-8',
  style: 'text/css; charset=utf-8',
  icon: 'image/svg+xml',
} as const;

export function readPageFiles(folder: string | undefined = bundledFolder()): PageFiles | undefined {
  if (folder === undefined) return undefined;
  const names = JSON.parse(readFileSync(join(folder, 'files.json'), 'utf8')) as Record<
    keyof typeof contentTypes,
    string
  >;
  const files = (Object.keys(contentTypes) as (keyof typeof contentTypes)[]).map(
    (kind): [string, PageFile] => [
      names[kind],
      { contentType: contentTypes[kind], content: readFileSync(join(folder, names[kind])) },
    ],
  );
  return { ...names, files: new Map(files) };
}

/** `<dist>/control-room`, from `<dist>/src/control-room` or, under a test, from `src/control-room`. */
function bundledFolder(): string | undefined {
  const up = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
  return [join(up, 'control-room'), join(up, 'dist', 'control-room')].find((folder) =>
    existsSync(join(folder, 'files.json')),
  );
}
