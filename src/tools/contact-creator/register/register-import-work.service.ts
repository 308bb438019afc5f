import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '../../../config/environment.js';
import type { Tx } from '../../../database/tx.js';
import { ConstituencyReadModel } from '../../../geography/constituency.read-model.js';
import { tool } from '../../../http/route.js';
import { CopyBlock } from '../../../intake/copy-lines.js';
import {
  JOB_HANDLERS,
  type JobHandler,
  type JobPayload,
  type RunningJob,
} from '../../../jobs/job-handler.js';
import { JobCancelled, JobFailed } from '../../../jobs/job-interruption.js';
import { Fence, type Entrant } from '../../../kill-switch/fence.service.js';
import { readTombstoneKeys, tombstoneOf } from '../../../protection/tombstone-keys.js';
import { REGISTER_READER, RegisterFileFault, type RegisterReader } from './register-file.js';
import { RegisterImportRepository, type ImportWork } from './register-import.repository.js';
import { RegisterUploadRepository } from './register-upload.repository.js';
import { copyIntoStaging, copyLineOf } from './register-staging.js';

export const registerImportKind = 'register-import';
const blockRows = 5_000;

/** What the job of an import is put in line with. */
export interface RegisterImportPayload extends JobPayload {
  constituencyId: string;
  importId: string;
}

type ImportJob = RunningJob<RegisterImportPayload>;

/**
 * In charge of an import after its file has arrived. Where it goes on is read from the import's own state, so that a
 * run that died is taken up by another: a broken reading begins again, commit and undo are one transaction each. Every
 * block enters the fence for itself, so that a flip waits for one block at most.
 */
@Injectable()
export class RegisterImportWork implements JobHandler<RegisterImportPayload>, OnModuleInit {
  readonly kind = registerImportKind;
  readonly reach = tool('contact-creator');

  constructor(
    private readonly fence: Fence,
    private readonly imports: RegisterImportRepository,
    private readonly uploads: RegisterUploadRepository,
    private readonly constituencies: ConstituencyReadModel,
    @Inject(REGISTER_READER) private readonly reader: RegisterReader,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    @Inject(JOB_HANDLERS) private readonly handlers: JobHandler[],
  ) {}

  onModuleInit(): void {
    this.handlers.push(this as unknown as JobHandler);
  }

  async run(job: ImportJob): Promise<void> {
    for (;;) {
      await job.step();
      const { constituencyId, importId } = job.payload;
      const work = await this.enter(job, (tx) => this.imports.work(tx, constituencyId, importId));
      switch (work?.state) {
        case 'reading':
          await this.read(job, work);
          break;
        case 'staged':
          if (await this.enter(job, (tx) => this.imports.holdIfShrinking(tx, constituencyId, importId)))
            return;
          if (work.isDryRun) return;
          await this.enter(job, (tx) =>
            this.imports.moveOn(tx, constituencyId, importId, 'staged', 'committing'),
          );
          break;
        case 'committing':
          await job.longStep(() =>
            this.enter(job, (tx) => this.imports.commit(tx, constituencyId, importId), {
              importId,
              did: 'commit',
            }),
          );
          break;
        case 'undoing':
          if (
            (await job.longStep(() =>
              this.enter(job, (tx) => this.imports.undo(tx, constituencyId, importId), {
                importId,
                did: 'undo',
              }),
            )) === 'not-newest'
          ) {
            // Committed as before: once the newer one is undone, this one can be.
            await this.enter(job, (tx) =>
              this.imports.moveOn(tx, constituencyId, importId, 'undoing', 'committed'),
            );
            throw new JobFailed('not-newest');
          }
          break;
        case 'cancelled':
          throw new JobCancelled();
        case undefined:
        default:
          return;
      }
    }
  }

  private async read(job: ImportJob, work: ImportWork): Promise<void> {
    const { constituencyId, importId } = job.payload;
    try {
      await this.readWhole(job, work);
    } catch (error) {
      if (!(error instanceof RegisterFileFault)) throw error;
      const fault = { code: error.code, detail: error.detail.slice(0, 1_000) };
      await this.enter(job, (tx) => this.imports.discard(tx, constituencyId, importId, 'failed', fault));
      throw new JobFailed(error.code, { cause: error });
    }
  }

  private async readWhole(job: ImportJob, work: ImportWork): Promise<void> {
    const { constituencyId, importId } = job.payload;
    const [key] = readTombstoneKeys(this.environment.ROSETTE_KEYS_DIR);
    if (!key) throw new JobFailed('tombstone-key-missing');
    const register = await this.reader({
      open: () => this.bytesOf(job),
      constituencyId,
      publishedOn: work.publishedOn,
      mapping: work.mapping,
      seats: await this.enter(job, (tx) => this.constituencies.all(tx)),
    });
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
    for await (const outcome of register.outcomes) {
      block.add(copyLineOf(outcome, (text) => tombstoneOf(key, `under-16|${constituencyId}|${text}`)));
      rows += 1;
      if (block.lines >= blockRows) await send();
    }
    if (rows === 0) throw new RegisterFileFault('no-rows', 'The file has a header and no rows.');
    await send();
    await job.step({ done: rows, total: rows, note: 'stage' });
    const isStaged = await job.longStep(() =>
      this.enter(job, (tx) => this.uploads.stage(tx, constituencyId, importId, rows, register)),
    );
    if (isStaged) return;
    const now = await this.enter(job, (tx) => this.imports.work(tx, constituencyId, importId));
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

  /** One block under the fence; the ledger gets a row where the electors change. */
  private enter<Value>(
    job: ImportJob,
    work: (tx: Tx) => Promise<Value>,
    recorded?: { importId: string; did: string },
  ): Promise<Value> {
    const ask = { action: 'register.import', constituencyIds: [job.payload.constituencyId] } as const;
    const entrant = entrantOf(job);
    if (!recorded) return this.fence.enter(entrant, ask, 'change', async (tx) => ({ value: await work(tx) }));
    return this.fence.change(entrant, ask, async (tx) => ({
      value: await work(tx),
      target: { kind: 'register-import', id: recorded.importId },
      detail: { did: recorded.did },
    }));
  }
}

function entrantOf(job: ImportJob): Entrant {
  if (!job.entrant) throw new JobFailed('no-session');
  return job.entrant;
}
