import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../../../access/access.js';
import { roleAllows } from '../../../access/permissions.js';
import { PrincipalReadModel } from '../../../access/principal.read-model.js';
import { Custody } from '../../../custody/custody.service.js';
import { Database } from '../../../database/database.js';
import { admittedTo } from '../../../exports/admitted-areas.js';
import type { AnswerBlock, Delivery, LongAnswer } from '../../../exports/answer-block.js';
import { AnswerStreams } from '../../../exports/answer-stream.service.js';
import { csvLine } from '../../../http/csv-cell.js';
import { Problem } from '../../../http/problem.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import { Gate } from '../../../kill-switch/gate.js';
import { ExportBlockReadModel } from './export-block.read-model.js';
import type { Export } from './export.dto.js';
import { blockRows, ExportRepository } from './export.repository.js';

/**
 * In charge of the file of an export: for its requester alone, for a day. Each block is disclosed and committed before
 * its first byte leaves, and each fetch is recorded with what left of it, however it ends.
 */
@Injectable()
export class ExportFileService {
  constructor(
    private readonly fence: Fence,
    private readonly gate: Gate,
    private readonly custody: Custody,
    private readonly database: Database,
    private readonly streams: AnswerStreams,
    private readonly principals: PrincipalReadModel,
    private readonly exports: ExportRepository,
    private readonly blocks: ExportBlockReadModel,
  ) {}

  /** Errors: `not-found`, `export-expired`, `http-version-not-supported`, those of custody. */
  async send(
    access: Access,
    constituencyId: string,
    id: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    // Without chunks the end of a file is the end of the connection: a cut would look like one.
    if (request.raw.httpVersion === '1.0') throw new Problem('http-version-not-supported');
    const isHead = request.method === 'HEAD';
    const fetchId = randomUUID();
    const ask = { action: 'export.read', constituencyIds: [constituencyId] } as const;
    const wanted = await this.fence.consult(access, ask, async (tx) => {
      const found = await this.exports.byId(tx, constituencyId, id);
      const fetch = isHead ? undefined : { id: fetchId, requestId: access.requestId };
      const state = found ? await this.exports.open(tx, found, fetch) : 'absent';
      if (!found || state === 'absent') throw new Problem('not-found');
      if (state === 'expired') throw new Problem('export-expired');
      return found;
    });
    void reply.headers({
      'Content-Disposition': `attachment; filename="export-${id.slice(0, 8)}.csv"`,
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    if (isHead) return void reply.send();
    const end = (delivery: Delivery) =>
      this.database.write((tx) => this.exports.end(tx, wanted, fetchId, delivery));
    await this.streams.send(reply, () => this.answer(access, wanted), end);
  }

  private answer(access: Access, wanted: Export): LongAnswer {
    const admitted = admittedTo(this.gate, access, [wanted.constituencyId]);
    return {
      admission: admitted.admission,
      heading: Buffer.from(csvLine(wanted.columns)),
      block: (index) => this.block(admitted, wanted, index),
      standing: () => this.standing(access, wanted),
    };
  }

  private block(access: Access, wanted: Export, index: number): Promise<AnswerBlock | undefined> {
    if (index * blockRows >= wanted.rowCount) return Promise.resolve(undefined);
    const { id, constituencyId, source, columns, classes, purpose } = wanted;
    const ask = { action: 'export.read', purpose, classes, constituencyIds: [constituencyId] } as const;
    return this.custody.disclose(access, ask, async (tx) => {
      const { keys, ...value } = await this.blocks.block(
        tx,
        constituencyId,
        id,
        { kind: source.kind, columns },
        index,
      );
      return { value, subjectIds: keys };
    });
  }

  /**
   * Between two blocks of a slow client minutes may pass: a session or grant that ends meanwhile ends the file too, and so
   * does its day. Its ids are forgotten an hour later; a file that ran on would lack rows and look whole.
   */
  private async standing(access: Access, wanted: Export): Promise<string | undefined> {
    const { constituencyId, purpose, expiresAt } = wanted;
    if (new Date(expiresAt) <= new Date()) return 'export-expired';
    const principal = await this.principals.bySession(access.principal.sessionId);
    if (!principal) return 'unauthenticated';
    const holds = principal.grants.some(
      (grant) =>
        roleAllows(grant.role, 'export.read') &&
        grant.purposes.includes(purpose) &&
        (grant.constituencyId === null || grant.constituencyId === constituencyId),
    );
    return holds ? undefined : 'grant-ended';
  }
}
