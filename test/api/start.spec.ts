import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** A start that is expected to end by itself. */
interface Ended {
  code: number | null;
  said: string;
  complained: string;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

describe('A start that cannot succeed', () => {
  let database: TestDatabase;
  let occupied: Server;

  beforeAll(async () => {
    database = await createTestDatabase();
    occupied = createServer().listen(0, '127.0.0.1');
    await once(occupied, 'listening');
  });

  afterAll(async () => {
    occupied.close();
    await database.drop();
  });

  const start = (settings: Record<string, string>): Promise<Ended> => {
    const { DATABASE_URL, DATABASE_DIRECT_URL, ROSETTE_DATA_DIR, ROSETTE_KEYS_DIR } = database.environment;
    const given = { DATABASE_URL, DATABASE_DIRECT_URL, ROSETTE_DATA_DIR, ROSETTE_KEYS_DIR };
    const env = { PATH: process.env['PATH'], PORT: '0', LOG_LEVEL: 'silent', ...given, ...settings };
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        ['dist/src/main.js'],
        { env: env as NodeJS.ProcessEnv, timeout: 20_000, killSignal: 'SIGKILL' },
        (_, said, complained) => resolve({ code: child.exitCode, said, complained }),
      );
    });
  };
  const replicas = async () =>
    (
      await database.admin.query<{ known: number; running: number }>(
        `SELECT count(*)::integer AS known, (count(*) FILTER (WHERE ended_at IS NULL))::integer AS running
         FROM ks.replica`,
      )
    ).rows[0];

  it('for faults of the environment names all of them before it listens or asks the database', async () => {
    const { code, said, complained } = await start({
      METRICS_TOKEN: 'short',
      ROSETTE_ADMIN_USERNAME: 'first',
      ROSETTE_ADMIN_PASSWORD: 'greenlantern2026',
      ROSETTE_DEMONSTRATION: 'true',
      TLS_CERT_FILE: '/nowhere',
      TLS_KEY_FILE: '/nowhere',
    });
    expect({ code, said }).toEqual({ code: 1, said: '' });
    expect(complained.match(/^ {2}- \w+/gm)).toEqual([
      '  - METRICS_TOKEN',
      '  - TLS_CERT_FILE',
      '  - ROSETTE_ADMIN_USERNAME',
      '  - ROSETTE_ADMIN_PASSWORD',
      '  - MIGRATION_DATABASE_URL',
      '  - ROSETTE_DEMONSTRATION',
    ]);
    expect(complained).not.toMatch(/lantern/);
    expect(await replicas()).toEqual({ known: 0, running: 0 });
  });

  it('for want of a password beside the administrator says so, rather than print a token', async () => {
    const { code, said, complained } = await start({ ROSETTE_ADMIN_USERNAME: 'first@example.org' });
    expect({ code, said }).toEqual({ code: 1, said: '' });
    expect(complained).toContain('ROSETTE_ADMIN_PASSWORD must be set');
  });

  it('for want of keys names the command that makes them, and goes on to work once it was run', async () => {
    const ROSETTE_KEYS_DIR = join(database.environment.ROSETTE_DATA_DIR, 'no-keys');
    const { code, complained } = await start({ ROSETTE_KEYS_DIR });
    expect(code).toBe(1);
    const [, command = ''] = /"npx rosette ([^"]+)"/.exec(complained) ?? [];
    const [, advised] = /`npx rosette ([^`]+)`/.exec(readFileSync('README.md', 'utf8')) ?? [];
    expect(command).toBe(advised);
    await promisify(execFile)(process.execPath, ['dist/src/rosette.command.js', ...command.split(' ')], {
      env: { ROSETTE_KEYS_DIR },
    });
    const { complained: then } = await start({ ROSETTE_KEYS_DIR, PORT: String(portOf(occupied)) });
    expect(then).toContain('EADDRINUSE');
  });

  it('because its port is taken ends in order', async () => {
    const { code, complained } = await start({ PORT: String(portOf(occupied)) });
    expect(code).toBe(1);
    expect(complained).toContain(
      `EADDRINUSE: something listens on port ${portOf(occupied)} already; set PORT`,
    );
    const { known, running } = (await replicas()) ?? {};
    expect(known).toBeGreaterThan(0);
    expect(running).toBe(0);
  });

  it('because the demonstration cannot be made ends in order though it listens already', async () => {
    const before = (await replicas())?.known ?? 0;
    const { code, said, complained } = await start({
      ROSETTE_DEMONSTRATION: 'true',
      MIGRATION_DATABASE_URL: 'postgres://rosette_migrator@127.0.0.1:1/none',
    });
    expect(code).toBe(1);
    expect(said).toContain('Rosette answers at');
    expect(complained).toContain('ECONNREFUSED');
    expect(await replicas()).toEqual({ known: before + 1, running: 0 });
  });
});
