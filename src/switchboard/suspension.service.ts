import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Access } from '../access/access.js';
import { TOOLS } from '../config/vocabulary.js';
import { Fence } from '../kill-switch/fence.service.js';
import { Barrier } from '../kill-switch/flip/barrier.service.js';
import type { Tx } from '../database/tx.js';
import { decodeCursor, page, type Page, type PageQuery } from '../http/keyset.js';
import { Problem } from '../http/problem.js';
import { Sentinel } from '../kill-switch/sentinel/sentinel.service.js';
import type { LiftSuspension, OrderSuspension, Suspension, ToolStates } from './suspension.dto.js';
import { SuspensionRepository, type LiftOutcome } from './suspension.repository.js';
import { scopeMeant } from './suspension.rules.js';

/**
 * In charge of orders to the switch. A suspension is in force from its commit: from then on the fence refuses every
 * transaction of the scope on every replica. It is answered when it is true everywhere: nothing of the scope runs or is
 * sent any more, on any replica.
 */
@Injectable()
export class SuspensionService {
  constructor(
    private readonly fence: Fence,
    private readonly barrier: Barrier,
    private readonly sentinel: Sentinel,
    private readonly suspensions: SuspensionRepository,
  ) {}

  /**
   * One person's act, unconditional. Complete, or in force with something unfinished that another call, or any replica,
   * finishes. Errors: `validation-failed` where there is no such scope.
   */
  async order(access: Access, order: OrderSuspension): Promise<Suspension> {
    const suspend = async (tx: Tx) => {
      const id = randomUUID();
      const scope = scopeMeant(order.target);
      const epoch = scope && (await this.suspensions.suspend(tx, id, scope, order.reason, order.notice));
      if (scope === undefined || epoch == null) {
        throw new Problem('validation-failed', {
          errors: [{ pointer: '/target', detail: `there is no such ${order.target.kind}` }],
        });
      }
      const value = await this.suspensions.byId(tx, id);
      if (!value) throw new Error('a suspension vanished in its own transaction');
      return {
        value,
        target: { kind: 'suspension', id },
        detail: { scope: `${scope.kind}:${scope.id}`, epoch },
      };
    };
    const suspension = await this.fence.create(access, { action: 'suspension.order' }, suspend, (tx, id) =>
      this.suspensions.byId(tx, id),
    );
    // Not read again: who has stopped himself, or his office, may not.
    return Object.assign(suspension, await this.barrier.complete(suspension.epoch));
  }

  /**
   * Lifts; a tool or everything needs two different people, so the first call only asks.
   * Errors: `not-found`; `conflict` if already lifted, asked by the same person, or the actor's own.
   */
  async lift(access: Access, id: string, lift: LiftSuspension): Promise<Suspension> {
    const suspension = await this.fence.change(access, { action: 'suspension.lift' }, async (tx) => {
      const outcome = await this.suspensions.lift(tx, id, lift.reason);
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

  async list(access: Access, query: PageQuery): Promise<Page<Suspension>> {
    const after = decodeCursor(query.after, ['integer']);
    const found = await this.fence.consult(access, { action: 'suspension.read' }, (tx) =>
      this.suspensions.page(tx, query.limit + 1, after?.[0] as number | undefined),
    );
    return page(found, query.limit, (suspension) => [suspension.epoch]);
  }

  async tools(access: Access): Promise<ToolStates> {
    const inForce = await this.fence.consult(access, { action: 'tool.read' }, (tx) =>
      this.suspensions.inForce(tx),
    );
    return {
      items: TOOLS.map((name) => {
        const stopping = inForce.filter(
          ({ kind, targetId }) => kind === 'all' || (kind === 'tool' && targetId === name),
        );
        return { name, isRunning: stopping.length === 0, suspensionIds: stopping.map(({ id }) => id) };
      }),
    };
  }

  private async spread(): Promise<void> {
    await Promise.all([this.sentinel.refresh(), this.sentinel.announce()]);
  }
}

const refusals: Partial<Record<LiftOutcome, string>> = {
  'already-lifted': 'the suspension has been lifted already',
  'own-suspension': 'nobody lifts a suspension of which he is the subject',
  'same-person': 'another person has to confirm the lift',
};

function refuseLift(outcome: LiftOutcome): void {
  if (outcome === 'absent') throw new Problem('not-found');
  const detail = refusals[outcome];
  if (detail !== undefined) throw new Problem('conflict', { detail });
}
