/**
 * In charge of compiling the application alone, file by file with SWC, in about a second: what `npm start` needs, and
 * with test/support beside it `npm test`. The control room's page is bundled with it (`.bundle.js`). Types are not read, so nothing is checked; `npm run build` and `npm run check`
 * do that.
 *
 *   node .compile.js [<folder, else dist>] [<what else to compile>...]
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';
import { bundlePage } from './.bundle.js';

const root = dirname(fileURLToPath(import.meta.url));
const out = argv[2] ?? join(root, 'dist');
/** For browsers: `.bundle.js` makes one script of it. */
const page = join('src', 'control-room', 'page', '/');
const buildInfo = join(out, '.tsbuildinfo');

/** As tsconfig.json says it to tsc, and test/jest.config.js to the tests. */
const options = {
  swcrc: false,
  sourceMaps: true,
  module: { type: 'es6' },
  jsc: {
    target: 'es2023',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};

/** @param {string} folder */
function sourcesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(d|spec|fixture)\.ts$/.test(name))
    .map((name) => join(folder, name))
    .filter((name) => !name.startsWith(page));
}

/**
 * What is the same is left alone: a server that starts from this folder may be reading it.
 * @param {string} path
 * @param {string} text
 */
function write(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  // tsc believes by this file that what it wrote is still there.
  rmSync(buildInfo, { force: true });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** @param {string} source */
async function compile(source) {
  const target = join(out, source.replace(/\.ts$/, '.js'));
  const from = join(root, source);
  const { code, map } = await transformFile(from, {
    ...options,
    sourceFileName: relative(dirname(target), from),
  });
  write(target, code);
  if (map !== undefined) write(`${target}.map`, map);
}

await Promise.all([
  bundlePage(out),
  ...['src', 'migrations', ...argv.slice(3)].flatMap(sourcesIn).map(compile),
]);
