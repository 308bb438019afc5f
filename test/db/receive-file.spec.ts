import { randomUUID } from 'node:crypto';
import type { Access } from '../../src/access/access.js';
import { tool } from '../../src/http/route.js';
import { receiveFile, type Receiver } from '../../src/intake/receive-file.js';
import { Fence } from '../../src/kill-switch/fence.service.js';
import { RegisterImportRepository } from '../../src/tools/contact-creator/register/register-import.repository.js';
import { RegisterUploadRepository } from '../../src/tools/contact-creator/register/register-upload.repository.js';
import { createPerson, putney } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const mebibyte = 1024 ** 2;
const ask = { action: 'register.import', constituencyIds: [putney] } as const;

interface Kept {
  id: string;
  constituencyId: string;
  state: string;
  fileHash: string | null;
}

/** Sent through the real fence into the real tables; only the limit is this test's. */
describe('A file on its way in', () => {
  let database: TestDatabase;
  let server: TestServer;
  let access: Access;
  let id: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer(database.environment);
    const { accountId, sessionId } = await createPerson(database, {
      role: 'data-officer',
      purposes: ['register-management'],
    });
    access = {
      requestId: randomUUID(),
      reach: tool('contact-creator'),
      admission: { epoch: 0n, scopes: [], generations: [] },
      principal: { accountId, sessionId },
    } as unknown as Access;
  });

  beforeEach(async () => {
    id = randomUUID();
    const { principal } = access;
    const asked = {
      constituencyId: putney,
      publishedOn: '2026-12-01',
      registerType: 'revised',
      gateway: 'constituency-party',
      ero: 'Example',
      dryRun: 'false',
    } as const;
    await server.app.get(Fence).enter(access, ask, 'change', async (tx) => ({
      value: await server.app.get(RegisterImportRepository).insert(tx, id, asked, null, principal.accountId),
    }));
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const kept = async (): Promise<Record<string, unknown>> => {
    const { rows } = await database.admin.query<Record<string, unknown>>(
      `SELECT state, error_code, error_detail,
              (SELECT coalesce(sum(length(bytes)), 0)::integer FROM contact_creator.register_upload u WHERE u.import_id = i.id) AS bytes
       FROM contact_creator.register_import i WHERE id = $1`,
      [id],
    );
    return rows[0]!;
  };

  const receive = (body: AsyncIterable<Buffer>): Promise<Kept> => {
    const made: Kept = { id, constituencyId: putney, state: 'receiving', fileHash: null };
    const receiver: Receiver<Kept> = {
      made,
      mostBytes: mebibyte,
      uploads: server.app.get(RegisterUploadRepository),
      giveUp: (tx, fault) =>
        server.app.get(RegisterImportRepository).discard(tx, putney, id, 'failed', fault),
      enqueue: () => Promise.resolve(randomUUID()),
      found: () => Promise.resolve({ ...made, state: 'reading' }),
    };
    return receiveFile(server.app.get(Fence), access, ask, receiver, body);
  };

  async function* blocks(count: number, sent = { bytes: 0 }): AsyncGenerator<Buffer> {
    for (let block = 0; block < count; block += 1) {
      sent.bytes += mebibyte / 4;
      yield await Promise.resolve(Buffer.alloc(mebibyte / 4, 'a'));
    }
  }

  it('is taken as long as it may be', async () => {
    expect(await receive(blocks(4))).toMatchObject({ state: 'reading' });
    expect(await kept()).toMatchObject({ state: 'reading', error_code: null, bytes: mebibyte });
  });

  it('fails when it grows longer, though nothing said how long it would be, and nothing of it is kept', async () => {
    const sent = { bytes: 0 };
    await expect(receive(blocks(Infinity, sent))).rejects.toMatchObject({ code: 'body-too-large' });
    expect(sent.bytes).toBe(mebibyte + mebibyte / 4);
    expect(await kept()).toEqual({
      state: 'failed',
      error_code: 'body-too-large',
      error_detail: 'A file may have 1 MiB at most.',
      bytes: 0,
    });
  });

  it('is left to the attempt that has taken over', async () => {
    async function* overtaken(): AsyncGenerator<Buffer> {
      yield* blocks(1);
      await receive(blocks(1));
      yield* blocks(1);
    }
    await expect(receive(overtaken())).rejects.toMatchObject({ code: 'conflict' });
    expect(await kept()).toMatchObject({ state: 'reading', bytes: mebibyte / 4 });
  });
});
