import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import { tool } from '../../../http/route.js';
import { CopyBlock } from '../../../intake/copy-lines.js';
import {
  JOB_HANDLERS,
  type JobHandler,
  type JobPayload,
  type RunningJob,
} from '../../../jobs/job-handler.js';
import { JobCancelled, JobFailed } from '../../../jobs/job-interruption.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import type { MemberMapping } from './member-columns.rules.js';
import { MemberFileFault, readMemberFile } from './member-file.js';
import { MemberImportRepository } from './member-import.repository.js';
import { copyIntoStaging, stagingLineOf } from './member-staging.js';
import { MemberUploadRepository } from './member-upload.repository.js';

export const memberImportKind = 'member-import';
const blockRows = 5_000;
/** More than any British party has members. A commit that outlasts its lease is still made once: the next run waits. */
const mostRows = 500_000;

/** What the job of an import is put in line with. */
export interface MemberImportPayload extends JobPayload {
  constituencyId: string;
  importId: string;
}

type ImportJob = RunningJob<MemberImportPayload>;

/**
 * In charge of an import after its file has arrived. Where it goes on is read from the import's own state, so that a run
 * that died is taken up by another: a broken reading begins again, the commit is one transaction. Every block enters the
 * fence for itself, so that a flip waits for one block at most.
 */
@Injectable()
export class MemberImportWork implements JobHandler<MemberImportPayload>, OnModuleInit {
  readonly kind = memberImportKind;
  readonly reach = tool('organise');

  constructor(
    private readonly fence: Fence,
    private readonly imports: MemberImportRepository,
    private readonly uploads: MemberUploadRepository,
    @Inject(JOB_HANDLERS) private readonly handlers: JobHandler[],
  ) {}

  onModuleInit(): void {
    this.handlers.push(this as unknown as JobHandler);
  }

  async run(job: ImportJob): Promise<void> {
    const { constituencyId, importId } = job.payload;
    for (;;) {
      await job.step();
      const found = await this.enter(job, (tx) => this.imports.state(tx, constituencyId, importId));
      switch (found?.state) {
        case 'reading':
          await this.read(job, found.mapping);
          break;
        case 'staged':
          if (found.isDryRun) return;
          await this.enter(job, (tx) => this.imports.moveOn(tx, constituencyId, importId));
          break;
        case 'committing':
          await job.longStep(() => this.commit(job));
          break;
        case 'cancelled':
          throw new JobCancelled();
        case undefined:
        default:
          return;
      }
    }
  }

  private async read(job: ImportJob, mapping: MemberMapping | null): Promise<void> {
    const { constituencyId, importId } = job.payload;
    try {
      await this.readWhole(job, mapping);
    } catch (error) {
      if (!(error instanceof MemberFileFault)) throw error;
      const fault = { code: error.code, detail: error.detail.slice(0, 1_000) };
      await this.enter(job, (tx) => this.imports.discard(tx, constituencyId, importId, 'failed', fault));
      throw new JobFailed(error.code, { cause: error });
    }
  }

  private async readWhole(job: ImportJob, mapping: MemberMapping | null): Promise<void> {
    const { constituencyId, importId } = job.payload;
    const file = await readMemberFile(() => this.bytesOf(job), mapping);
    const table = await this.enter(job, (tx) => this.uploads.openStaging(tx, constituencyId, importId));
    // Another run has read it, or it was cancelled: its state says how to go on.
    if (table === undefined) return;
    let rows = 0;
    let block = new CopyBlock();
    const send = async (): Promise<void> => {
      const full = block;
      block = new CopyBlock();
      await job.step({ done: rows, note: 'read' });
      await this.enter(job, (tx) => copyIntoStaging(tx, table, full));
    };
    for await (const outcome of file.outcomes) {
      if (rows >= mostRows)
        throw new MemberFileFault('too-many-rows', `A list holds ${mostRows} rows at most.`);
      block.add(stagingLineOf(outcome));
      rows += 1;
      if (block.lines >= blockRows) await send();
    }
    if (rows === 0) throw new MemberFileFault('no-rows', 'The file has a header and no rows.');
    await send();
    await job.step({ done: rows, total: rows, note: 'stage' });
    const isStaged = await job.longStep(() =>
      this.enter(job, (tx) => this.uploads.stage(tx, constituencyId, importId, rows, file)),
    );
    if (isStaged) return;
    const now = await this.enter(job, (tx) => this.imports.state(tx, constituencyId, importId));
    if (now?.state === 'reading') throw new Error('rows are missing from staging');
  }

  private async *bytesOf(job: ImportJob): AsyncGenerator<Buffer> {
    const { constituencyId, importId } = job.payload;
    for (let chunk = 0; ; chunk += 1) {
      const bytes = await this.enter(job, (tx) => this.uploads.chunk(tx, constituencyId, importId, chunk));
      if (!bytes) return;
      yield bytes;
      if (chunk % 16 === 15) await job.step();
    }
  }

  /** The one block that changes members: the ledger gets a row of it. */
  private async commit(job: ImportJob): Promise<void> {
    const { constituencyId, importId } = job.payload;
    const ask = { action: 'member.import', constituencyIds: [constituencyId] } as const;
    await this.fence.change(entrantOf(job), ask, async (tx) => ({
      value: await this.imports.commit(tx, constituencyId, importId),
      target: { kind: 'member-import', id: importId },
      detail: { did: 'commit' },
    }));
  }

  private enter<Value>(job: ImportJob, work: (tx: Tx) => Promise<Value>): Promise<Value> {
    const ask = { action: 'member.import', constituencyIds: [job.payload.constituencyId] } as const;
    return this.fence.enter(entrantOf(job), ask, 'change', async (tx) => ({ value: await work(tx) }));
  }
}

function entrantOf(job: ImportJob): NonNullable<ImportJob['entrant']> {
  if (!job.entrant) throw new JobFailed('no-session');
  return job.entrant;
}
