import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Access } from '../access/access.js';
import { TOOLS } from '../config/vocabulary.js';
import { Fence } from '../kill-switch/fence.service.js';
import { Barrier } from '../kill-switch/flip/barrier.service.js';
import type { Tx } from '../database/tx.js';
import { decodeCursor, page, type Page, type PageQuery, withoutKey } from '../http/keyset.js';
import { Problem } from '../http/problem.js';
import { Sentinel } from '../kill-switch/sentinel/sentinel.service.js';
import { Sealer } from './sealing/sealer.service.js';
import type { CutAnswer } from './cut.dto.js';
import type { LiftSuspension, OrderSuspension, SuspensionQuery } from './suspension-order.dto.js';
import type { Suspension, ToolStates } from './suspension.dto.js';
import { SuspensionRepository } from './suspension.repository.js';
import { refuseLift, refuseOrder, scopeMeant } from './suspension.rules.js';

/**
 * In charge of orders to the switch. A suspension is in force from its commit: from then on the fence refuses every
 * transaction of the scope on every replica. It is answered when it is true everywhere: nothing of the scope runs or is
 * sent any more, on any replica, and its certificate is sealed and signed.
 */
@Injectable()
export class SuspensionService {
  constructor(
    private readonly fence: Fence,
    private readonly barrier: Barrier,
    private readonly sentinel: Sentinel,
    private readonly suspensions: SuspensionRepository,
    private readonly sealer: Sealer,
  ) {}

  /**
   * One person's act, unconditional. Complete, or in force with something unfinished that another call, or any replica,
   * finishes; or scheduled. Errors: `validation-failed` where there is no such scope, or a time cannot be.
   */
  async order(access: Access, order: OrderSuspension): Promise<Suspension> {
    const suspend = async (tx: Tx) => {
      const id = randomUUID();
      const scope = scopeMeant(order.target);
      const made = scope && (await this.suspensions.suspend(tx, id, scope, order));
      refuseOrder(made?.outcome ?? 'absent', order.target);
      const value = await this.suspensions.byId(tx, id);
      if (!value) throw new Error('a suspension vanished in its own transaction');
      return {
        value,
        target: { kind: 'suspension', id },
        detail: {
          scope: `${value.target.kind}:${value.target.id}`,
          epoch: made?.epoch ?? null,
          ...(order.startsAt !== undefined && { startsAt: order.startsAt }),
          ...(order.expiresAt !== undefined && { expiresAt: order.expiresAt }),
        },
      };
    };
    const suspension = await this.fence.create(access, { action: 'suspension.order' }, suspend, (tx, id) =>
      this.suspensions.byId(tx, id),
    );
    if (suspension.epoch === null) return suspension;
    // Not read again: who has stopped himself, or his office, may not.
    const report = await this.barrier.complete(suspension.epoch);
    if (report && (await this.sealer.certify(suspension.id)))
      suspension.certificateUrl = `/v1/suspensions/${suspension.id}/certificate`;
    return Object.assign(suspension, report);
  }

  /**
   * Lifts; a tool, everything, or what no person ordered needs two different people, so the first call only asks.
   * Errors: `not-found`; `conflict` if already over, asked by the same person, decided on an old state, or the actor's own.
   */
  async lift(access: Access, id: string, lift: LiftSuspension): Promise<Suspension> {
    const suspension = await this.fence.change(access, { action: 'suspension.lift' }, async (tx) => {
      const outcome = await this.suspensions.lift(tx, id, lift.reason, lift.expectedEpoch);
      refuseLift(outcome);
      const value = await this.suspensions.byId(tx, id);
      if (!value) throw new Error('a suspension vanished in its own transaction');
      return { value, target: { kind: 'suspension', id }, detail: { outcome } };
    });
    await this.spread();
    return suspension;
  }

  async byId(access: Access, id: string): Promise<Suspension> {
    const found = await this.fence.consult(access, { action: 'suspension.read' }, (tx) =>
      this.suspensions.byId(tx, id),
    );
    if (!found) throw new Problem('not-found');
    return found;
  }

  async list(access: Access, { limit, due, after }: SuspensionQuery): Promise<Page<Suspension>> {
    const key = decodeCursor(after, ['microseconds', 'uuid']) as [number, string] | undefined;
    const found = await this.fence.consult(access, { action: 'suspension.read' }, (tx) =>
      this.suspensions.page(tx, limit + 1, due === 'review', key),
    );
    const shown = page(found, limit, (suspension) => [Number(suspension.key), suspension.id]);
    return { ...shown, items: shown.items.map(withoutKey) };
  }

  /** Errors: `not-found`. */
  async cuts(access: Access, id: string, { limit, after }: PageQuery): Promise<Page<CutAnswer>> {
    const key = decodeCursor(after, ['integer']) as [number] | undefined;
    const found = await this.fence.consult(access, { action: 'suspension.read' }, async (tx) =>
      (await this.suspensions.byId(tx, id))
        ? this.suspensions.cuts(tx, id, limit + 1, key?.[0] ?? 0)
        : undefined,
    );
    if (!found) throw new Problem('not-found');
    const shown = page(found, limit, (cut) => [Number(cut.key)]);
    return { ...shown, items: shown.items.map(withoutKey) };
  }

  async tools(access: Access): Promise<ToolStates> {
    const { inForce, lifters } = await this.fence.consult(access, { action: 'tool.read' }, async (tx) => ({
      inForce: await this.suspensions.inForce(tx),
      lifters: await this.suspensions.lifters(tx),
    }));
    return {
      lifters,
      items: TOOLS.map((name) => {
        const stopping = inForce.filter(
          ({ kind, targetId }) => kind === 'all' || (kind === 'tool' && targetId === name),
        );
        return { name, isRunning: stopping.length === 0, suspensionIds: stopping.map(({ id }) => id) };
      }),
    };
  }

  private async spread(): Promise<void> {
    await Promise.all([this.sentinel.refresh(), this.barrier.announce()]);
  }
}
