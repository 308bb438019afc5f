/** In charge of telling a device what became of an item, and of an item that stands alone as a problem. */
import { Problem, type InputError } from '../../../http/problem.js';
import type { ProblemCode } from '../../../http/problem-codes.js';
import type { ContactResult } from './contact.dto.js';
import type { ItemFault, Taken } from './contact.repository.js';

interface Refusal {
  code: ProblemCode;
  detail: string;
  /** Of the property that is at fault. */
  property?: string;
}

const refusals: Record<ItemFault, Refusal> = {
  time: { code: 'validation-failed', detail: 'must lie within the last 366 days', property: '/deviceAt' },
  walk: {
    code: 'not-found',
    detail: 'must be a walk that was yours at the time, of a list that has not long expired',
    property: '/walkId',
  },
  elector: { code: 'not-found', detail: 'is nobody you may record here', property: '/electorId' },
  door: { code: 'not-found', detail: 'is no door you may record here', property: '/doorId' },
  opinions: {
    code: 'opinions-not-allowed',
    detail:
      'no opinion and no flag may be recorded until the profile of the controller is complete and its policy in force',
  },
  minor: {
    code: 'opinion-of-a-minor',
    detail: 'no opinion and no flag may be recorded of somebody under eighteen',
  },
  code: { code: 'validation-failed', detail: 'was no code on that day', property: '/votingIntentionCode' },
  'second-preference': {
    code: 'validation-failed',
    detail: 'was no code on that day',
    property: '/secondPreference',
  },
};

/** An item that could not be read. */
export function unreadable(id: string | null, errors: readonly InputError[]): ContactResult {
  const problem = { code: 'validation-failed', detail: 'the item is not valid', errors: [...errors] };
  return { id, status: 'rejected', problem };
}

/** The same id twice in one batch, with different content. */
export function conflicting(id: string): ContactResult {
  const detail = 'the id stands for a contact with other content';
  return { id, status: 'conflict', problem: { code: 'conflict', detail } };
}

export function resultOf({ id, status, fault }: Taken, pointer: string): ContactResult {
  if (status === 'conflict') return conflicting(id);
  if (fault === null) return { id, status };
  const { code, detail, property } = refusals[fault];
  const problem = { code, detail };
  return property === undefined
    ? { id, status, problem }
    : { id, status, problem: { ...problem, errors: [{ pointer: `${pointer}${property}`, detail }] } };
}

/** A refused item as the refusal of the whole request. */
export function problemOf(fault: ItemFault, pointer: string): Problem {
  const { code, detail, property } = refusals[fault];
  return new Problem(
    code,
    property === undefined
      ? { detail }
      : { detail: 'the contact is refused', errors: [{ pointer: `${pointer}${property}`, detail }] },
  );
}
