import { randomUUID } from 'node:crypto';
import type { Access } from '../../src/access/access.js';
import { tool } from '../../src/http/route.js';
import { receiveFile } from '../../src/intake/receive-file.js';
import { Fence } from '../../src/kill-switch/fence.service.js';
import { RegisterImportRepository } from '../../src/tools/contact-creator/register/register-import.repository.js';
import { RegisterUploadRepository } from '../../src/tools/contact-creator/register/register-upload.repository.js';
import { createPerson, putney } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const mebibyte = 1024 ** 2;
const ask = { action: 'register.import', constituencyIds: [putney] } as const;

describe('A file that is longer than it may be', () => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer(database.environment);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  it('fails when it becomes so, though nothing said how long it would be, and nothing of it is kept', async () => {
    const { accountId, sessionId } = await createPerson(database, {
      role: 'data-officer',
      purposes: ['register-management'],
    });
    const access = {
      requestId: randomUUID(),
      reach: tool('contact-creator'),
      admission: { epoch: 0n, scopes: [], generations: [] },
      principal: { accountId, sessionId },
    } as unknown as Access;
    const fence = server.app.get(Fence);
    const imports = server.app.get(RegisterImportRepository);
    const uploads = server.app.get(RegisterUploadRepository);
    const id = randomUUID();
    const asked = {
      constituencyId: putney,
      publishedOn: '2026-12-01',
      registerType: 'revised',
      gateway: 'constituency-party',
      ero: 'Example',
      dryRun: 'false',
    } as const;
    await fence.enter(access, ask, 'change', async (tx) => ({
      value: await imports.insert(tx, id, asked, accountId),
    }));
    let sent = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        sent += mebibyte / 4;
        yield await Promise.resolve(Buffer.alloc(mebibyte / 4, 'a'));
      }
    }
    const receiving = receiveFile(
      fence,
      access,
      ask,
      {
        made: { fileHash: null },
        mostBytes: mebibyte,
        takeOver: (tx, receipt) => uploads.takeOver(tx, putney, id, receipt),
        keep: (tx, receipt, chunk, bytes) => uploads.receive(tx, putney, id, receipt, chunk, bytes),
        giveUp: (tx, fault) => imports.discard(tx, putney, id, 'failed', fault),
        received: () => Promise.reject(new Error('an endless file has arrived')),
        found: () => Promise.reject(new Error('an endless file has arrived')),
      },
      endless(),
    );
    await expect(receiving).rejects.toMatchObject({ code: 'body-too-large' });
    expect(sent).toBe(mebibyte + mebibyte / 4);
    const { rows } = await database.admin.query(
      `SELECT state, error_code, error_detail, (SELECT count(*)::integer FROM contact_creator.register_upload) AS chunks
       FROM contact_creator.register_import WHERE id = $1`,
      [id],
    );
    expect(rows).toEqual([
      {
        state: 'failed',
        error_code: 'body-too-large',
        error_detail: 'A file may have 1 MiB at most.',
        chunks: 0,
      },
    ]);
  });
});
