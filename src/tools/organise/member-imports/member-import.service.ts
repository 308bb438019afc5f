import { createHash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import type { Tx } from '../../../database/tx.js';
import { Problem } from '../../../http/problem.js';
import { blocksOf, STORED_BLOCK_BYTES } from '../../../intake/file-text.js';
import { JobQueue } from '../../../jobs/job-queue.service.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import { mappingOf, type MemberMapping } from './member-columns.rules.js';
import { memberImportKind } from './member-import-work.service.js';
import type { MemberImport, MemberUploadQuery } from './member-import.dto.js';
import { MemberImportReadModel } from './member-import.read-model.js';
import { MemberImportRepository } from './member-import.repository.js';
import { MemberUploadRepository } from './member-upload.repository.js';

export const mostBytes = 256 * 1024 * 1024;
const tooLarge = { code: 'body-too-large', detail: 'A file may have 256 MiB at most.' };
const action = 'member.import';

/**
 * In charge of what a membership secretary does with an import: sends the list, lets a dry run take effect, stops it.
 * The work itself is the job's.
 */
@Injectable()
export class MemberImports {
  constructor(
    private readonly fence: Fence,
    private readonly queue: JobQueue,
    private readonly imports: MemberImportRepository,
    private readonly uploads: MemberUploadRepository,
    private readonly readModel: MemberImportReadModel,
  ) {}

  /**
   * Takes the file in blocks, each a transaction of its own, so that a slow line holds up no flip. The Idempotency-Key
   * stands for the address first; a repeat whose file has arrived is compared by the file's hash, one whose file broke
   * off takes over and sends it whole. Errors: `validation-failed`, `body-too-large`, `idempotency-key-reused`, `conflict`.
   */
  async receive(
    access: Access,
    query: MemberUploadQuery,
    body: AsyncIterable<Buffer>,
  ): Promise<MemberImport> {
    const { constituencyId } = query;
    const mapping = checkedMapping(query.mapping);
    const ask = { action, constituencyIds: [constituencyId] } as const;
    const made = await this.fence.create(
      access,
      ask,
      async (tx) => {
        const id = randomUUID();
        await this.imports.insert(tx, id, query, mapping, access.principal.accountId);
        return { value: await this.found(tx, id), target: { kind: 'member-import', id } };
      },
      (tx, id) => this.readModel.byId(tx, id),
    );
    const receipt = randomUUID();
    const isMine = await this.fence.enter(access, ask, 'change', async (tx) => ({
      value: await this.uploads.takeOver(tx, constituencyId, made.id, receipt),
    }));
    const hash = createHash('sha256');
    let bytes = 0;
    let chunk = 0;
    for await (const block of blocksOf(body, STORED_BLOCK_BYTES)) {
      bytes += block.length;
      if (bytes > mostBytes) {
        if (isMine)
          await this.fence.enter(access, ask, 'change', async (tx) => ({
            value: await this.imports.discard(tx, constituencyId, made.id, 'failed', tooLarge),
          }));
        throw new Problem('body-too-large');
      }
      hash.update(block);
      if (!isMine) continue;
      const at = chunk++;
      const isTaken = await this.fence.enter(access, ask, 'change', async (tx) => ({
        value: await this.uploads.receive(tx, constituencyId, made.id, receipt, at, block),
      }));
      if (!isTaken) throw new Problem('conflict', { detail: 'another request sends the same file' });
    }
    const file = { hash: hash.digest('hex'), bytes };
    if (!isMine) {
      if (made.fileHash !== file.hash) throw new Problem('idempotency-key-reused');
      return made;
    }
    return this.fence.enter(access, ask, 'change', async (tx) => {
      const jobId = await this.enqueue(tx, access, constituencyId, made.id);
      if (!(await this.uploads.received(tx, constituencyId, made.id, receipt, { ...file, jobId })))
        throw new Problem('conflict', { detail: 'another request sends the same file' });
      return { value: await this.found(tx, made.id) };
    });
  }

  /** Of a dry run. Errors: `not-found`, `conflict`. */
  commit(access: Access, id: string): Promise<MemberImport> {
    return this.fence.change(access, { action }, async (tx) => {
      const { constituencyId, state } = await this.found(tx, id);
      if (!(await this.imports.moveOn(tx, constituencyId, id)))
        throw new Problem('conflict', { detail: `the import is ${state}` });
      await this.imports.setJob(tx, constituencyId, id, await this.enqueue(tx, access, constituencyId, id));
      return { value: await this.found(tx, id), target: { kind: 'member-import', id } };
    });
  }

  /** Errors: `not-found`, `conflict`. */
  cancel(access: Access, id: string): Promise<MemberImport> {
    return this.fence.change(access, { action }, async (tx) => {
      const { constituencyId, state } = await this.found(tx, id);
      const jobId = await this.imports.jobOf(tx, constituencyId, id);
      if (!(await this.imports.discard(tx, constituencyId, id, 'cancelled')))
        throw new Problem('conflict', { detail: `the import is ${state}` });
      if (jobId !== undefined) await this.queue.cancel(tx, jobId);
      return { value: await this.found(tx, id), target: { kind: 'member-import', id } };
    });
  }

  private enqueue(tx: Tx, access: Access, constituencyId: string, importId: string): Promise<string> {
    return this.queue.enqueue(tx, {
      kind: memberImportKind,
      payload: { constituencyId, importId },
      scopes: [...access.admission.scopes, `area:${constituencyId}`],
      accountId: access.principal.accountId,
      sessionId: access.principal.sessionId,
    });
  }

  private async found(tx: Tx, id: string): Promise<MemberImport> {
    const found = await this.readModel.byId(tx, id);
    if (!found) throw new Problem('not-found');
    return found;
  }
}

/** Before anything is kept: a mapping that names no field would fail only after the whole file has been sent. */
function checkedMapping(text: string | undefined): MemberMapping | null {
  if (text === undefined) return null;
  const read = mappingOf(text);
  if ('mapping' in read) return read.mapping;
  throw new Problem('validation-failed', {
    errors: [{ in: 'query', pointer: '/mapping', detail: read.fault }],
  });
}
