/**
 * In charge of what a change of standing means: which statuses end a membership, what such a change must carry, and the
 * day that follows. Storing it, with its line of history, is left to the service.
 */
import { refuse } from '../../../http/versioned.js';

export const MEMBER_KINDS = ['member', 'affiliated-supporter'] as const;
export type MemberKind = (typeof MEMBER_KINDS)[number];

export const MEMBER_STATUSES = ['current', 'lapsed', 'suspended', 'resigned', 'expelled', 'died'] as const;
export type MemberStatus = (typeof MEMBER_STATUSES)[number];

/** Who is suspended is a member still. */
const ENDINGS: readonly MemberStatus[] = ['lapsed', 'resigned', 'expelled', 'died'];

export interface Standing {
  status: MemberStatus;
  joinedOn: string | null;
  leftOn: string | null;
}

/**
 * The standing after a change. Days are compared as they are written: four-digit years.
 * @throws Problem validation-failed naming what is missing, or does not go with the rest
 */
export function standingAfter(
  held: Standing,
  change: Partial<Omit<Standing, 'leftOn'>> & { reason?: string; leftOn?: string },
  today: string,
): Standing {
  const { joinedOn = held.joinedOn, status = held.status } = change;
  if (change.status === undefined) {
    if (change.reason !== undefined) refuse('/reason', 'must go with another `status`');
    if (change.leftOn !== undefined) refuse('/leftOn', 'must go with another `status`');
    if (joinedOn !== null && held.leftOn !== null && joinedOn > held.leftOn)
      refuse('/joinedOn', 'must not lie after the day on which the membership ended');
    return { status, joinedOn, leftOn: held.leftOn };
  }
  if (change.status === held.status) refuse('/status', 'is the status already');
  if (change.reason === undefined) refuse('/reason', 'must say why the status changes');
  if (!ENDINGS.includes(status)) {
    if (change.leftOn !== undefined) refuse('/leftOn', 'must go with a status that ends the membership');
    return { status, joinedOn, leftOn: null };
  }
  // From one ending to another the membership ended when it did.
  const leftOn = change.leftOn ?? held.leftOn ?? today;
  if (leftOn > today) refuse('/leftOn', 'must not lie in the future');
  if (joinedOn !== null && leftOn < joinedOn) refuse('/leftOn', 'must not lie before `joinedOn`');
  return { status, joinedOn, leftOn };
}
