import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { addEnvelopeKey } from '../../src/identity/envelope-keys.js';
import { addTokenKey } from '../../src/identity/token-keys.js';
import { addCheckpointKey } from '../../src/switchboard/sealing/checkpoint-keys.js';
import { ApiClient } from '../support/api.js';
import { createPerson } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const run = promisify(execFile);
const rosette = ['dist/src/rosette.command.js', 'keys', 'rotate'];

describe('Keys', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rosette-keys-'));
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    addTokenKey(directory);
    addEnvelopeKey(directory);
    addCheckpointKey(directory);
    database = await createTestDatabase();
    database.environment = { ...database.environment, ROSETTE_KEYS_DIR: directory };
    server = await startTestServer(database.environment);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
    rmSync(directory, { recursive: true });
  });

  it('are replaced without a restart, and tokens of the old one stay valid', async () => {
    const before = await createPerson(database);
    await run(process.execPath, [...rosette, 'token'], { env: { ROSETTE_KEYS_DIR: directory } });
    await sleep(1_100);
    const after = await createPerson(database);
    expect(before.token.split('.')[0]).not.toBe(after.token.split('.')[0]);
    for (const person of [before, after]) {
      expect((await new ApiClient(server.url, person).get('/v1/me')).status).toBe(200);
    }
    const { body } = await new ApiClient(server.url).get<{ keys: unknown[] }>('/.well-known/jwks.json');
    expect(body.keys).toHaveLength(2);
  });

  it('are made before the first start by a command that leaves those alone that are there', async () => {
    const fresh = join(directory, 'fresh');
    const make = () =>
      run(process.execPath, ['dist/src/rosette.command.js', 'keys', 'make'], {
        env: { ROSETTE_KEYS_DIR: fresh },
      });
    await make();
    const made = readdirSync(fresh).toSorted();
    expect(made.map((name) => name.split('-')[0])).toEqual(['checkpoint', 'envelope', 'token', 'tombstone']);
    for (const name of made) expect(statSync(join(fresh, name)).mode & 0o777).toBe(0o600);
    await make();
    expect(readdirSync(fresh).toSorted()).toEqual(made);
  });

  it('are rotated by a command that refuses what it does not know', async () => {
    for (const words of [['keys', 'rotate'], ['keys', 'rotate', 'toString'], ['nonsense'], []]) {
      await expect(
        run(process.execPath, ['dist/src/rosette.command.js', ...words], {
          env: { ROSETTE_KEYS_DIR: directory },
        }),
      ).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('Usage') as string });
    }
  });
});
