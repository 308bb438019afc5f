import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import type { Tx } from '../../../database/tx.js';
import { Problem } from '../../../http/problem.js';
import { receiveFile, type Receiver } from '../../../intake/receive-file.js';
import { JobQueue } from '../../../jobs/job-queue.service.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import { mappingOf, type MemberMapping } from './member-columns.rules.js';
import { memberImportKind } from './member-import-work.service.js';
import type { MemberImport, MemberUploadQuery } from './member-import.dto.js';
import { MemberImportReadModel } from './member-import.read-model.js';
import { MemberImportRepository } from './member-import.repository.js';
import { MemberUploadRepository } from './member-upload.repository.js';

export const mostBytes = 256 * 1024 * 1024;
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

  /** Errors: `validation-failed`, and those of `receiveFile`. */
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
    const receiver: Receiver<MemberImport> = {
      made,
      mostBytes,
      uploads: this.uploads,
      giveUp: (tx, fault) => this.imports.discard(tx, constituencyId, made.id, 'failed', fault),
      enqueue: (tx) => this.enqueue(tx, access, constituencyId, made.id),
      found: (tx) => this.found(tx, made.id),
    };
    return receiveFile(this.fence, access, ask, receiver, body);
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
