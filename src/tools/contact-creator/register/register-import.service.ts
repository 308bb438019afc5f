import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { Custody } from '../../../custody/custody.service.js';
import type { Tx } from '../../../database/tx.js';
import { Problem } from '../../../http/problem.js';
import { JobQueue } from '../../../jobs/job-queue.service.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import { receiveFile, type Receiver } from '../../../intake/receive-file.js';
import { mappingOf, type GivenMapping } from './layout-mapping.rules.js';
import type { DecideRegisterRow, RegisterImport, RegisterUploadQuery } from './register-import.dto.js';
import { registerImportKind } from './register-import-work.service.js';
import { RegisterImportReadModel } from './register-import.read-model.js';
import { RegisterImportRepository } from './register-import.repository.js';
import { RegisterUploadRepository } from './register-upload.repository.js';

export const mostBytes = 512 * 1024 * 1024;
const action = 'register.import';

/**
 * In charge of what a data officer does with an import: sends the file, lets it be committed, stops it, takes it back,
 * decides on a row. The work itself is the job's.
 */
@Injectable()
export class RegisterImports {
  constructor(
    private readonly fence: Fence,
    private readonly custody: Custody,
    private readonly queue: JobQueue,
    private readonly imports: RegisterImportRepository,
    private readonly uploads: RegisterUploadRepository,
    private readonly readModel: RegisterImportReadModel,
  ) {}

  /** Errors: `validation-failed`, and those of `receiveFile`. */
  async receive(
    access: Access,
    query: RegisterUploadQuery,
    body: AsyncIterable<Buffer>,
  ): Promise<RegisterImport> {
    refuseElection(query);
    const mapping = checkedMapping(query.mapping);
    const { constituencyId } = query;
    const ask = { action, constituencyIds: [constituencyId] } as const;
    const made = await this.fence.create(
      access,
      ask,
      async (tx) => {
        const id = randomUUID();
        await this.imports.insert(tx, id, query, mapping, access.principal.accountId);
        const value = await this.found(tx, id);
        return { value, target: { kind: 'register-import', id } };
      },
      (tx, id) => this.readModel.byId(tx, id),
    );
    const receiver: Receiver<RegisterImport> = {
      made,
      mostBytes,
      uploads: this.uploads,
      giveUp: (tx, fault) => this.imports.discard(tx, constituencyId, made.id, 'failed', fault),
      enqueue: (tx) => this.enqueue(tx, access, constituencyId, made.id),
      found: (tx) => this.found(tx, made.id),
    };
    return receiveFile(this.fence, access, ask, receiver, body);
  }

  /** Errors: `not-found`, `conflict`. */
  commit(access: Access, id: string): Promise<RegisterImport> {
    return this.moveOn(access, id, 'staged', 'committing');
  }

  /** Only the newest committed. Errors: `not-found`, `conflict`. */
  undo(access: Access, id: string): Promise<RegisterImport> {
    return this.moveOn(access, id, 'committed', 'undoing');
  }

  /** Errors: `not-found`, `conflict`. */
  cancel(access: Access, id: string): Promise<RegisterImport> {
    return this.fence.change(access, { action }, async (tx) => {
      const found = await this.found(tx, id);
      const jobId = await this.imports.jobOf(tx, id);
      if (!(await this.imports.discard(tx, found.constituencyId, id, 'cancelled')))
        throw new Problem('conflict', { detail: `the import is ${found.state}` });
      if (jobId !== undefined) await this.queue.cancel(tx, jobId);
      return { value: await this.found(tx, id), target: { kind: 'register-import', id } };
    });
  }

  /** A row that waits for review. Errors: `not-found`, `conflict`. */
  decide(access: Access, id: string, line: number, { decision }: DecideRegisterRow): Promise<RegisterImport> {
    return this.custody.change(access, { action }, async (tx) => {
      const { constituencyId } = await this.found(tx, id);
      const answer = await this.imports.decide(tx, constituencyId, id, line, decision);
      if (answer === 'absent') throw new Problem('not-found');
      if (answer !== 'decided') throw new Problem('conflict', { detail: conflicts[answer] });
      const target = { kind: 'register-import', id };
      return { value: await this.found(tx, id), target, detail: { line, decision } };
    });
  }

  private moveOn(access: Access, id: string, from: string, to: string): Promise<RegisterImport> {
    return this.fence.change(access, { action }, async (tx) => {
      const { constituencyId, state } = await this.found(tx, id);
      if (!(await this.imports.moveOn(tx, constituencyId, id, from, to)))
        throw new Problem('conflict', { detail: `the import is ${state}` });
      if (to === 'undoing' && !(await this.imports.isNewest(tx, constituencyId, id)))
        throw new Problem('conflict', { detail: conflicts['not-newest'] });
      await this.imports.setJob(tx, constituencyId, id, await this.enqueue(tx, access, constituencyId, id));
      return { value: await this.found(tx, id), target: { kind: 'register-import', id }, detail: { to } };
    });
  }

  private enqueue(tx: Tx, access: Access, constituencyId: string, importId: string): Promise<string> {
    return this.queue.enqueue(tx, {
      kind: registerImportKind,
      payload: { constituencyId, importId },
      scopes: [...access.admission.scopes, `area:${constituencyId}`],
      accountId: access.principal.accountId,
      sessionId: access.principal.sessionId,
    });
  }

  private async found(tx: Tx, id: string): Promise<RegisterImport> {
    const found = await this.readModel.byId(tx, id);
    if (!found) throw new Problem('not-found');
    return found;
  }
}

const conflicts: Readonly<Record<string, string>> = {
  'decided-otherwise': 'the row was decided otherwise',
  'not-newest': 'a newer register has been committed since, or this one never was',
};

function refuseElection({ gateway, electionOn }: RegisterUploadQuery): void {
  if (electionOn === undefined) return;
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format();
  const detail =
    gateway === 'candidate'
      ? electionOn < today && 'is over: the copy may not be used any more'
      : "is for a candidate's copy alone";
  if (detail)
    throw new Problem('validation-failed', { errors: [{ in: 'query', pointer: '/electionOn', detail }] });
}

/** Before anything is kept: what no file can be read by would fail only after the whole file has been sent. */
function checkedMapping(text: string | undefined): GivenMapping | null {
  if (text === undefined) return null;
  const read = mappingOf(text);
  if ('mapping' in read) return read.mapping;
  throw new Problem('validation-failed', {
    errors: read.faults.map((detail) => ({ in: 'query', pointer: '/mapping', detail })),
  });
}
