/**
 * In charge of who is never selected, whatever a definition says, and of the order in which the reasons are asked: an
 * elector is counted under the first. Sources: UK GDPR Art. 21(2)-(3), objection; the register regulations, anonymous
 * entries. Aliases as in elector-fields.ts.
 */
import type { Bind } from '../../../targeting/field.js';
import type { Definition } from '../../../targeting/definition.rules.js';
import { wasTriedSql } from '../../../targeting/fatigue.rules.js';
import { isUnderAge } from './elector-fields.js';

export const EXCLUSIONS = [
  'not-current',
  'anonymous',
  'deceased',
  'moved',
  'objected',
  'under-age',
  'no-address',
  'do-not-knock',
  'do-not-return',
  'tried-recently',
  'other-part',
  'over-limit',
] as const;
export type Exclusion = (typeof EXCLUSIONS)[number];

export type Reason = readonly [Exclusion, string];

/** The day named is still one of peace, as it is on a walk. */
const isLeftInPeace = 'e.do_not_return_until >= current_date';

/** What the reasons need to know of a definition, as SQL. */
export interface Terms {
  /** Whether it asks opinions, leads to doors, and leads to doorsteps. */
  byOpinion: string;
  atDoors: string;
  atDoorsteps: string;
  isDoNotKnock: string;
  /** When somebody was last tried, and a limit in days. */
  triedAt: string;
  fatigueDays: string;
}

/** Why somebody whom a definition names is not found, in the order in which it is asked. */
export function exclusionsOf(definition: Definition, bind: Bind): readonly Reason[] {
  const { unit, split } = definition;
  const reasons = lastingReasons(termsOf(definition, bind));
  if (split) {
    // A door goes to one part as a whole. SHA-256 is the same on every machine and for ever.
    const whole = unit === 'person' ? 'e.id' : 'e.door_id';
    const hash = `encode(sha256(convert_to(${bind(split.seed)}::text || ':' || ${whole}, 'UTF8')), 'hex')`;
    const part = `('x' || left(${hash}, 8))::bit(32)::bigint % ${bind(split.parts)}::integer`;
    reasons.push(['other-part', `${part} <> ${bind(split.part - 1)}::integer`]);
  }
  return reasons;
}

/** Of a definition at hand; `d` is joined where it leads to doorsteps. */
export function termsOf({ aim, unit, fatigueDays, classes }: Definition, bind: Bind): Terms {
  return {
    byOpinion: String(classes.includes('opinion')),
    atDoors: String(aim === 'doorstep' || unit !== 'person'),
    atDoorsteps: String(aim === 'doorstep'),
    isDoNotKnock: 'd.do_not_knock_at IS NOT NULL',
    triedAt: 'e.last_attempt_at',
    fatigueDays: bind(fatigueDays),
  };
}

/** The reasons that hold at every moment, also of who was found before: frozen is whom an answer may name, not that it may. */
export function lastingReasons(terms: Terms): Reason[] {
  const { byOpinion, atDoors, atDoorsteps, isDoNotKnock, triedAt, fatigueDays } = terms;
  return [
    ['not-current', 'NOT e.is_current'],
    ['anonymous', `e.entry_kind = 'anonymous'`],
    ['deceased', 'e.is_deceased'],
    ['moved', 'e.has_moved'],
    ['objected', 'e.objected_at IS NOT NULL'],
    ...where(byOpinion, 'under-age', isUnderAge),
    ...where(atDoors, 'no-address', 'e.door_id IS NULL'),
    ...where(atDoorsteps, 'do-not-knock', isDoNotKnock),
    ['do-not-return', isLeftInPeace],
    ['tried-recently', wasTriedSql(triedAt, fatigueDays)],
  ];
}

function where(isAsked: string, name: Exclusion, sql: string): Reason[] {
  if (isAsked === 'false') return [];
  return [[name, isAsked === 'true' ? sql : `${isAsked} AND ${sql}`]];
}

/** Whether there is no reason: written out, since PostgreSQL takes a CASE that is NULL for one row in two hundred. */
export function noReasonSql(reasons: readonly Reason[]): string {
  return reasons.map(([, sql]) => `(${sql}) IS NOT TRUE`).join(' AND ');
}

/** The first reason, or NULL. */
export function firstReasonSql(reasons: readonly Reason[]): string {
  return `CASE ${reasons.map(([name, sql]) => `WHEN ${sql} THEN '${name}'`).join(' ')} END`;
}
