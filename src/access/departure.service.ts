import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { Problem } from '../http/problem.js';
import { Fence } from '../kill-switch/fence.service.js';
import type { Access } from './access.js';
import { DEPARTURE_HOOKS, type DepartureHook } from './departure-hooks.js';
import type { Departure, OrderDeparture } from './departure.dto.js';
import { DepartureRepository, type DepartOutcome } from './departure.repository.js';
import { OfficeRepository } from './office.repository.js';
import { Standing } from './standing.service.js';

/**
 * In charge of departures: in one transaction every grant, session and membership of a person, or of a whole office,
 * ends and the hooks of the rooms above run. What ran in their names is cut before, so that after the commit nothing does.
 */
@Injectable()
export class DepartureService {
  constructor(
    private readonly fence: Fence,
    private readonly departures: DepartureRepository,
    private readonly offices: OfficeRepository,
    private readonly standing: Standing,
    @Inject(DEPARTURE_HOOKS) private readonly hooks: readonly DepartureHook[],
  ) {}

  /**
   * One person's act. Errors: `not-found`; `validation-failed` where the office is not the departed's; `conflict` for
   * the last administrator; whatever a hook throws, with nothing done.
   */
  async order(access: Access, accountId: string, order: OrderDeparture): Promise<Departure> {
    const depart = async (tx: Tx) => {
      const id = randomUUID();
      const officeIds = await this.officesMeant(tx, accountId, order.withOffice);
      const { standing, reason } = order;
      const { outcome, people } = await this.departures.depart(tx, {
        id,
        accountId,
        standing,
        reason,
        officeIds,
      });
      refuse(outcome);
      for (const hook of this.hooks)
        await hook(tx, { departureId: id, accountId, accountIds: people, officeIds });
      const value = await this.departures.byId(tx, id);
      if (!value) throw new Error('a departure vanished in its own transaction');
      await this.standing.revoke(tx, people);
      const { grants, sessions } = value;
      const detail = { accountId, grants, sessions, people: people.length, offices: officeIds.length };
      return { value, target: { kind: 'departure', id }, detail };
    };
    const departure = await this.fence.create(access, { action: 'user.depart' }, depart, (tx, id) =>
      this.departures.byId(tx, id),
    );
    await this.standing.spread();
    return departure;
  }

  /** The latest departure of a user. Errors: `not-found`. */
  async latest(access: Access, accountId: string): Promise<Departure> {
    const found = await this.fence.consult(access, { action: 'user.read' }, (tx) =>
      this.departures.latestOf(tx, accountId),
    );
    if (!found) throw new Problem('not-found');
    return found;
  }

  private async officesMeant(
    tx: Tx,
    accountId: string,
    withOffice: string | boolean | undefined,
  ): Promise<string[]> {
    if (typeof withOffice === 'string') return [withOffice];
    if (withOffice !== true) return [];
    const represented = await this.offices.representedBy(tx, accountId);
    if (represented.length === 0) refuse('no-such-office');
    return represented;
  }
}

function refuse(outcome: DepartOutcome): void {
  if (outcome === 'absent') throw new Problem('not-found');
  if (outcome === 'last-administrator')
    throw new Problem('conflict', { detail: 'nobody would be left to administer' });
  if (outcome === 'no-such-office') {
    const detail = 'must be an office that the user represents or belongs to';
    throw new Problem('validation-failed', { errors: [{ pointer: '/withOffice', detail }] });
  }
}
