import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Access } from '../access/access.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { decodeCursor, page, type Page, type PageQuery, withoutKey } from '../http/keyset.js';
import { LOGGER } from '../http/logger.js';
import { Problem } from '../http/problem.js';
import { Fence } from '../kill-switch/fence.service.js';
import { Barrier } from '../kill-switch/flip/barrier.service.js';
import { Gate } from '../kill-switch/gate.js';
import { scopesOf } from '../kill-switch/scopes.rules.js';
import { Sentinel } from '../kill-switch/sentinel/sentinel.service.js';
import type { Drill } from './drill.dto.js';
import { showDrill } from './drill-metrics.js';
import { DrillRepository } from './drill.repository.js';

/**
 * In charge of drills: the canary is suspended, that is waited for as for any order, this replica is asked whether it refuses
 * it, and it is let go. Whoever begins one ends it, also where it fails; one whose author died another replica ends.
 */
@Injectable()
export class DrillService {
  constructor(
    private readonly fence: Fence,
    private readonly database: Database,
    private readonly barrier: Barrier,
    private readonly gate: Gate,
    private readonly sentinel: Sentinel,
    private readonly drills: DrillRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Errors: `conflict` while another is under way. */
  async run(access: Access): Promise<Drill> {
    const begunAt = performance.now();
    const begin = async (tx: Tx) => {
      const id = randomUUID();
      if (!(await this.drills.begin(tx, id)))
        throw new Problem('conflict', { detail: 'another drill is under way' });
      const value = await this.drills.byId(tx, id);
      if (!value) throw new Error('a drill vanished in its own transaction');
      return { value, target: { kind: 'drill', id }, detail: { epoch: value.epoch } };
    };
    const drill = await this.fence.create(access, { action: 'drill.run' }, begin, (tx, id) =>
      this.drills.byId(tx, id),
    );
    return drill.endedAt === null ? this.finish(drill, begunAt) : drill;
  }

  /** The one that is due, if no other replica has made it. */
  async runScheduled(everyHours: number): Promise<Drill | undefined> {
    const begunAt = performance.now();
    const drill = await this.database.write((tx) => this.drills.beginScheduled(tx, randomUUID(), everyHours));
    return drill && this.finish(drill, begunAt);
  }

  async list(access: Access, { limit, after }: PageQuery): Promise<Page<Drill>> {
    const key = decodeCursor(after, ['microseconds', 'uuid']) as [number, string] | undefined;
    const found = await this.fence.consult(access, { action: 'suspension.read' }, (tx) =>
      this.drills.page(tx, limit + 1, key),
    );
    const shown = page(found, limit, (drill) => [Number(drill.key), drill.id]);
    return { ...shown, items: shown.items.map(withoutKey) };
  }

  /** What others' drills came to is shown by this replica too, and what one of them has left open is ended. */
  async look(): Promise<void> {
    const { abandoned, last } = await this.database.write(async (tx) => ({
      abandoned: await this.drills.endAbandoned(tx),
      last: await this.drills.last(tx),
    }));
    if (abandoned !== undefined) {
      this.logger.error({ event: 'drill-failed', drillId: abandoned, because: 'its replica ended' });
      await this.spread();
    }
    if (last) showDrill(last);
  }

  private async finish(drill: Drill, begunAt: number): Promise<Drill> {
    const committedAt = performance.now();
    const report = await this.barrier.complete(drill.epoch, 'drill');
    const provedAt = performance.now();
    const verdict = this.gate.ask(scopesOf({ kind: 'tool', tool: 'canary' }));
    const wasRefused = !verdict.admitted && verdict.because === 'suspended';
    const isOk = report !== undefined && wasRefused;
    const ended = await this.database.write(async (tx) => {
      const barrierMs = report ? Math.round(provedAt - committedAt) : null;
      await this.drills.end(tx, drill.id, {
        isOk,
        wasRefused,
        barrierMs,
        answerMs: Math.round(provedAt - begunAt),
      });
      return this.drills.byId(tx, drill.id);
    });
    await this.spread();
    if (!ended) throw new Error('a drill vanished');
    if (!isOk)
      this.logger.error({
        event: 'drill-failed',
        drillId: drill.id,
        isProved: report !== undefined,
        wasRefused,
      });
    showDrill({ endedAt: new Date(), isOk });
    return ended;
  }

  /** What is let go is admitted at once, and not at the next beat. */
  private async spread(): Promise<void> {
    await Promise.all([this.sentinel.refresh(), this.barrier.announce()]);
  }
}
