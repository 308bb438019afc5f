/**
 * What a grant may be, before the database is asked: who may give it, for how long, and with which purposes. A second
 * person, the last administrator and what was given to oneself are held by the database (migrations/*-add-standing.ts).
 */
import type { Role, Tool } from '../config/vocabulary.js';
import type { InputError } from '../http/problem.js';
import { mayGive, roleRules, roleTools } from './permissions.js';

/** A live grant of whoever gives, one that counts in his session (GrantRepository.ofActor). */
export interface GiversGrant {
  role: Role;
  constituencyId: string | null;
  purposes: readonly string[];
  untilAt: Date;
}

const dayMs = 86_400_000;
const maxTenureDays = 366;
/** A clock may be a little ahead of ours: what began a minute ago begins now. */
const graceMs = 60_000;

/** Whether one of the giver's grants lets him give, or end, this role in this area. */
export function isGivableBy(
  grants: readonly GiversGrant[],
  role: Role,
  constituencyId: string | null,
): boolean {
  return grantsThatGive(grants, role, constituencyId).length > 0;
}

function grantsThatGive(
  grants: readonly GiversGrant[],
  role: Role,
  constituencyId: string | null,
): GiversGrant[] {
  return grants.filter((grant) => {
    const rule = mayGive[grant.role];
    if (!rule?.roles.includes(role)) return false;
    return (
      rule.where === 'anywhere' || grant.constituencyId === null || grant.constituencyId === constituencyId
    );
  });
}

/**
 * What of a gift lies above the giver: a purpose that none of the grants that let him give it has, or a time that they do
 * not reach. Undefined where nothing does. Whoever controls access has no purposes of his own and gives any.
 */
export function excessOfGift(
  grants: readonly GiversGrant[],
  gift: { role: Role; constituencyId: string | null; purposes: readonly string[]; untilAt: string },
): string | undefined {
  const givers = grantsThatGive(grants, gift.role, gift.constituencyId);
  if (givers.some(({ role }) => roleRules[role].controlsAccess)) return undefined;
  const untilMs = Date.parse(gift.untilAt);
  const lasting = givers.filter(({ untilAt }) => untilAt.getTime() >= untilMs);
  if (lasting.length === 0) return 'no grant of yours lasts that long here';
  const missing = gift.purposes.find((code) => !lasting.some(({ purposes }) => purposes.includes(code)));
  return missing === undefined ? undefined : `you do not hold the purpose ${missing} here for that long`;
}

/** The faults in an area: a constituency is named where one is meant, and a role without areas has none. */
export function faultsInArea(role: Role, area: { kind: string; constituencyId?: string }): InputError[] {
  if (area.kind === 'constituency' && area.constituencyId === undefined) {
    return [{ pointer: '/area/constituencyId', detail: 'is required with the kind constituency' }];
  }
  if (area.kind === 'everywhere' && area.constituencyId !== undefined) {
    return [{ pointer: '/area/constituencyId', detail: 'goes with the kind constituency alone' }];
  }
  if (
    area.kind === 'constituency' &&
    (mayGive[role]?.where === 'anywhere' || role === 'data-protection-officer')
  ) {
    return [{ pointer: '/area/kind', detail: `the role ${role} knows no areas: it is granted everywhere` }];
  }
  return [];
}

/** The faults in a time of office that begins at `fromAt`, by default now. */
export function faultsInTenure(nowMs: number, fromAt: string | undefined, untilAt: string): InputError[] {
  const fromMs = fromAt === undefined ? nowMs : Date.parse(fromAt);
  const untilMs = Date.parse(untilAt);
  if (fromMs < nowMs - graceMs) return [{ pointer: '/fromAt', detail: 'must not lie in the past' }];
  if (fromMs > nowMs + maxTenureDays * dayMs)
    return [{ pointer: '/fromAt', detail: 'must lie within a year' }];
  if (untilMs <= Math.max(fromMs, nowMs))
    return [{ pointer: '/untilAt', detail: 'must lie after the beginning' }];
  if (untilMs > fromMs + maxTenureDays * dayMs)
    return [{ pointer: '/untilAt', detail: `must lie at most ${maxTenureDays} days after the beginning` }];
  return [];
}

/** The faults in the end of a renewal: no chain of renewals reaches further than one grant could. */
export function faultsInRenewal(nowMs: number, endsAt: Date, untilAt: string): InputError[] {
  const untilMs = Date.parse(untilAt);
  if (untilMs <= endsAt.getTime())
    return [{ pointer: '/untilAt', detail: 'must lie after the end of the grant' }];
  if (untilMs > nowMs + maxTenureDays * dayMs)
    return [{ pointer: '/untilAt', detail: `must lie at most ${maxTenureDays} days from now` }];
  return [];
}

/** The faults in purposes: each is live, and of a tool that the role works in. `live` are those the register holds. */
export function faultsInPurposes(
  role: Role,
  codes: readonly string[],
  live: readonly { code: string; tools: readonly Tool[] }[],
): InputError[] {
  return codes.flatMap((code, index) => {
    const pointer = `/purposes/${index}`;
    const purpose = live.find((one) => one.code === code);
    if (!purpose) return [{ pointer, detail: 'there is no such live purpose' }];
    if (purpose.tools.some((tool) => roleTools[role].includes(tool))) return [];
    return [{ pointer, detail: `is of no tool that the role ${role} works in` }];
  });
}
