/**
 * In charge of how refused changes of standing look to a client: outcomes that the database answers with, and
 * constraints that it holds, by name.
 */
import { databaseError } from '../database/sqlstate.js';
import { Problem } from '../http/problem.js';
import type { ApproveOutcome, EndOutcome, GiveOutcome } from './grant.repository.js';

type Refused = Exclude<GiveOutcome | ApproveOutcome | EndOutcome, 'given' | 'approved'>;

const details: Record<Exclude<Refused, 'absent' | 'persons-only'>, string> = {
  closed: 'the account is closed',
  departed: 'the person has departed in this moment',
  'not-renewable': 'only an approved grant that has not ended is renewed; give a new one',
  ended: 'the grant has ended',
  'already-approved': 'the grant has been approved already',
  'same-person': 'neither who gave the grant nor who holds it may approve it',
  'already-ended': 'the grant has ended already',
  'last-administrator': 'it is the last live grant of an administrator',
};

/** The problem of an outcome that is a refusal. */
export function grantProblem(outcome: Refused): Problem {
  if (outcome === 'absent') return new Problem('not-found');
  if (outcome === 'persons-only') {
    return new Problem('validation-failed', {
      errors: [{ pointer: '/role', detail: 'is for people, not for API clients' }],
    });
  }
  return new Problem('conflict', { detail: details[outcome] });
}

/** Constraints of schema access, as problems. */
export function accessProblem(error: unknown): Problem | undefined {
  const invalid = (pointer: string, detail: string) =>
    new Problem('validation-failed', { errors: [{ pointer, detail }], cause: error });
  switch (databaseError(error)?.constraint) {
    case 'role_grant_not_to_oneself':
      return new Problem('not-permitted', { detail: 'nobody grants anything to himself', cause: error });
    case 'role_grant_control_apart':
      return new Problem('conflict', {
        detail: `the role ${databaseError(error)?.detail} stands against it: nobody both controls access and sees people`,
        cause: error,
      });
    case 'role_grant_constituency_fkey':
      return invalid('/area/constituencyId', 'there is no such constituency');
    case 'role_grant_tenure_ordered':
      return invalid('/untilAt', 'must lie after the beginning');
    case 'role_grant_tenure_at_most_a_year':
      return invalid('/untilAt', 'must lie at most 366 days after the beginning');
    case 'role_grant_renewal_unique':
      return new Problem('already-exists', { detail: 'the grant is renewed already', cause: error });
    case 'office_constituency_fkey':
      return invalid('/constituencyId', 'there is no such constituency');
    case 'office_representative_fkey':
      return invalid('/representativeId', 'there is no such user');
    case 'office_member_live_unique':
    case 'office_member_pkey':
      return new Problem('already-exists', {
        detail: 'the user belongs to the office already',
        cause: error,
      });
    case undefined:
    default:
      return undefined;
  }
}
