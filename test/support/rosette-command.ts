import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Environment } from '../../src/config/environment.js';

export interface CommandEnd {
  code: number | null;
  stdout: string;
  stderr: string;
  tookMs: number;
}

/** `npx rosette …` as an operator runs it: compiled, in a process of its own, with these variables and no others. */
export async function runRosette(
  environment: Partial<Environment>,
  ...words: readonly string[]
): Promise<CommandEnd> {
  const begunAt = performance.now();
  const variables = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || Array.isArray(value) ? [] : [[name, String(value)]],
    ),
  );
  const child = spawn(process.execPath, ['dist/src/rosette.command.js', ...words], {
    env: { PATH: process.env['PATH'], ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString('utf8')));
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString('utf8')));
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr, tookMs: performance.now() - begunAt };
}
