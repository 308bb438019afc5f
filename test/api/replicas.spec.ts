import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemonstrationAccount } from '../../src/demonstration/demonstration-accounts.js';
import { ApiClient } from '../support/api.js';
import { processesOf, until } from '../support/embedded-postgres-processes.js';
import { runRosette } from '../support/rosette-command.js';

/** `npm run replicas` on an embedded database of its own, and breaking glass on the same. */
describe('Several replicas for a try', () => {
  const directory = join(process.env['TEST_FOLDER'] as string, 'replicas');
  let command: ChildProcess;
  let output = '';

  const start = (...words: string[]): ChildProcess => {
    output = '';
    const started = spawn(process.execPath, ['dist/src/replicas.command.js', ...words], {
      env: {
        PATH: process.env['PATH'],
        ROSETTE_DATA_DIR: directory,
        ROSETTE_DEMONSTRATION_ELECTORS: '50',
        LOG_LEVEL: 'warn',
        PORT: '0',
      },
    });
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (piece: Buffer) => (output += piece.toString('utf8')));
    return started;
  };
  const says = (text: string) => until(() => output.includes(text), `${text} in ${output}`, 100_000);

  afterAll(async () => {
    if (command.exitCode !== null) return;
    command.kill('SIGINT');
    await once(command, 'exit');
  });

  it('answer on addresses of their own, over one demonstration; one that dies is told; all end together', async () => {
    command = start('2');
    await says('Ctrl-C stops them all.');
    const listed = [...output.matchAll(/^ {2}\d {2}(http:\S+) {2}process (\d+)$/gm)];
    expect(listed).toHaveLength(2);
    expect(output.match(/^Loading the demonstration/gm)).toHaveLength(1);
    expect(output).toContain('canvasser@example.org');
    const accounts = JSON.parse(
      readFileSync(join(directory, 'demo-accounts.json'), 'utf8'),
    ) as DemonstrationAccount[];
    const canvasser = accounts.find(({ role }) => role === 'canvasser')!;
    for (const [, url] of listed) {
      const { status } = await new ApiClient(url!).post('/v1/auth/token', {
        username: canvasser.username,
        password: canvasser.password,
      });
      expect(status).toBe(200);
    }

    const [, , first] = listed[0]!;
    const [, address, pid] = listed[1]!;
    process.kill(Number(pid), 'SIGKILL');
    await says(`Replica 2 (${address}, process ${pid}) has died: signal SIGKILL. 1 left.`);
    // Found by the data directory alone, while the server of the others runs.
    const stopped = await runRosette(
      { ROSETTE_DATA_DIR: directory },
      'suspend',
      'tool',
      'contact-creator',
      '--by=Olive',
      '--reason=a try',
    );
    expect(stopped).toMatchObject({ code: 0, stderr: '' });
    expect(stopped.stdout).toMatch(new RegExp(`process ${pid}\\): was silent for [\\d,]+ ms`));
    expect(stopped.stdout).toMatch(/: drained after \d+ ms/);

    // Also one that somebody has stopped ends in order.
    process.kill(Number(first), 'SIGSTOP');
    command.kill('SIGINT');
    await once(command, 'exit');
    expect(command.exitCode).toBe(0);
    await until(() => processesOf(directory).length === 0, 'that nothing runs');
    // The server is started for the question, and ended after it.
    const { code, stdout } = await runRosette({ ROSETTE_DATA_DIR: directory }, 'status');
    expect(code).toBe(0);
    expect(stdout).toContain('tool contact-creator, since');
    expect(stdout).toContain(`process ${pid}): last seen`);
    expect(stdout).not.toContain(`process ${first})`);
    expect(processesOf(directory)).toEqual([]);
  }, 240_000);

  it.each([['0'], ['7'], ['two'], ['2', '3']])('are not as many as %s', async (...words) => {
    const refused = start(...words);
    await once(refused, 'close');
    expect([refused.exitCode, output]).toEqual([2, 'Usage: npm run replicas -- <how many: 1 to 6>\n']);
  });
});
