import { execFile } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { putney } from '../../test/support/people.js';
import { startReplicaProcess } from '../../test/support/replica-process.js';
import type { Measurement } from '../benchmark.js';
import { importRegister } from '../imported-register.js';
import { residentMegabytes, residentWhile } from '../resident-memory.js';

const electors = 2_500_000;
const mostMegabytes = 400;
const patienceMs = 3 * 3_600_000;
const run = promisify(execFile);

/** A region's register in one file, one run of the importer: what it holds in memory must not grow with the file. */
export const measurement: Measurement = {
  what: `import of a register of ${electors.toLocaleString('en-GB')} rows, from upload to committed`,
  isLong: true,

  async measure(arena) {
    const folder = mkdtempSync(join(tmpdir(), 'rosette-region-'));
    const database = await arena.database();
    const server = await startReplicaProcess(database.environment);
    try {
      const file = join(folder, 'register.csv');
      const order = [
        '--layout',
        'xpress',
        '--constituency',
        putney,
        '--seed',
        '1',
        '--electors',
        `${electors}`,
      ];
      await run(process.execPath, ['dist/src/make-register.command.js', ...order, '--out', file]);
      const idle = await residentMegabytes(server.pid);
      // Sent by the stream: the file is never in memory as a whole, here neither.
      const { value: seconds, most: measured } = await residentWhile(server.pid, () =>
        importRegister(database, server.url, { file: createReadStream(file), electors }, patienceMs),
      );
      arena.say(
        `    ${Math.round(electors / seconds)} rows/s, ${Math.round(seconds)} s; ${Math.round(idle)} MB before, ${Math.round(measured)} MB at most`,
      );
      const what = `memory of the server during the ${electors.toLocaleString('en-GB')} rows`;
      return [{ what, unit: 'MB', measured, most: mostMegabytes }];
    } finally {
      await server.stop();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
