/**
 * In charge of what an order's target means, the scope as the switch keeps it, and of how the switch's refusals read. Whether
 * a scope exists and a time is acceptable the switch says: by its clock orders begin and end.
 */
import { Problem } from '../http/problem.js';
import type { OrderedTarget } from './suspension-order.dto.js';
import type { SuspensionTarget } from './suspension.dto.js';
import type { LiftOutcome, OrderOutcome } from './suspension.repository.js';

/** The scope that is meant; undefined where none can be. */
export function scopeMeant({ kind, id }: OrderedTarget): SuspensionTarget | undefined {
  // There is but one, so that it needs no name.
  if (kind === 'all') return id === undefined || id === '*' ? { kind, id: '*' } : undefined;
  if (id === undefined) return undefined;
  // Its other rows are the switch's own, such as the one for work over all areas.
  if (kind === 'area') return /^[ENSW][0-9]{8}$/.test(id) ? { kind, id } : undefined;
  return { kind, id: kind === 'tool' ? id : id.toLowerCase() };
}

const badTimes: Partial<Record<OrderOutcome, { pointer: string; detail: string }>> = {
  'starts-too-early': { pointer: '/startsAt', detail: 'must lie ahead; leave it out to suspend at once' },
  'starts-too-late': { pointer: '/startsAt', detail: 'must be within a year' },
  'expires-too-early': {
    pointer: '/expiresAt',
    detail: 'must be an hour after it begins at the earliest, of a tool or everything a day',
  },
  'expires-too-late': { pointer: '/expiresAt', detail: 'must be within a year after it begins' },
  'reviewed-too-early': { pointer: '/reviewAt', detail: 'must be after it begins' },
  'reviewed-too-late': { pointer: '/reviewAt', detail: 'must be within a year after it begins' },
};

/** @throws Problem validation-failed where there is no such scope, or a time is too early or too late */
export function refuseOrder(outcome: OrderOutcome, target: OrderedTarget): void {
  const fault =
    outcome === 'absent'
      ? { pointer: '/target', detail: `there is no such ${target.kind}` }
      : badTimes[outcome];
  if (fault) throw new Problem('validation-failed', { errors: [fault] });
}

const refusals: Partial<Record<LiftOutcome, string>> = {
  'already-lifted': 'the suspension has ended already',
  'own-suspension': 'nobody lifts a suspension of which he is the subject',
  stale: 'the target was suspended again since: read the suspension, and decide anew',
  'same-person': 'another person has to confirm the lift',
};

/** @throws Problem not-found, conflict, or validation-failed where what two people lift is lifted unseen */
export function refuseLift(outcome: LiftOutcome): void {
  if (outcome === 'absent') throw new Problem('not-found');
  if (outcome === 'needs-epoch') {
    const detail = 'must be the scopeEpoch of the suspension, for two people lift it';
    throw new Problem('validation-failed', { errors: [{ pointer: '/expectedEpoch', detail }] });
  }
  const detail = refusals[outcome];
  if (detail !== undefined) throw new Problem('conflict', { detail });
}
