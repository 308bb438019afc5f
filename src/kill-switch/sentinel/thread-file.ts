import { fileURLToPath } from 'node:url';

/**
 * In charge of where the sentinel's thread is. A thread is started from a compiled file and never from TypeScript: Jest's
 * transform does not reach into it, and node 20 reads none. A test that runs the source starts the thread of dist, which
 * `npm test` compiles before anything else; in dist the file lies beside this one.
 */
export function threadFile(): string {
  const here = fileURLToPath(import.meta.url).replaceAll('\\', '/');
  const compiled = here.endsWith('.ts') ? here.replace(/\/src\/(?!.*\/src\/)/, '/dist/src/') : here;
  return compiled.replace(/thread-file\.[jt]s$/, 'sentinel-thread.js');
}
