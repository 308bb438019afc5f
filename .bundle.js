/**
 * In charge of bundling the control room's page: a script, a style sheet and an icon, named by what is in them so that a
 * browser may keep them for ever, and a list of the names. `.compile.js` and `npm run build` do it; types are checked by
 * `npm run check`.
 *
 *   node .bundle.js [<folder, else dist>]
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const page = join(root, 'src', 'control-room', 'page');

/** @param {string} dist */
export async function bundlePage(dist) {
  const out = join(dist, 'control-room');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['main.tsx', 'page.css', 'icon.svg'].map((file) => join(page, file)),
    outdir: out,
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    // One classic script: deferred, it runs once the page stands.
    format: 'iife',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    loader: { '.svg': 'copy' },
    tsconfig: join(page, 'tsconfig.json'),
    legalComments: 'inline',
    write: false,
    logLevel: 'warning',
  });
  const files = outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
  const named = (/** @type {string} */ ending) => files.find(({ name }) => name.endsWith(ending))?.name;
  const list = { script: named('.js'), style: named('.css'), icon: named('.svg') };
  files.push({ name: 'files.json', contents: Buffer.from(`${JSON.stringify(list)}\n`) });
  mkdirSync(out, { recursive: true });
  for (const { name, contents } of files) write(join(out, name), contents);
  const kept = new Set(files.map(({ name }) => name));
  for (const name of readdirSync(out)) if (!kept.has(name)) rmSync(join(out, name), { force: true });
}

/**
 * What is the same is left alone: a server that starts from this folder may be reading it.
 * @param {string} path
 * @param {Uint8Array} contents
 */
function write(path, contents) {
  if (!existsSync(path) || !readFileSync(path).equals(contents)) writeFileSync(path, contents);
}

if (argv[1] === fileURLToPath(import.meta.url)) await bundlePage(argv[2] ?? join(root, 'dist'));
