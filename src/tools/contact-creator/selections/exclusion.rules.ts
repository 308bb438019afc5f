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

/** Why somebody whom a definition names is not found, in the order in which it is asked. */
export function exclusionsOf(definition: Definition, bind: Bind): readonly Reason[] {
  const { aim, unit, fatigueDays, split, classes } = definition;
  const isAtDoors = aim === 'doorstep' || unit !== 'person';
  const reasons: Reason[] = [
    ['not-current', 'NOT e.is_current'],
    ['anonymous', `e.entry_kind = 'anonymous'`],
    ['deceased', 'e.is_deceased'],
    ['moved', 'e.has_moved'],
    ['objected', 'e.objected_at IS NOT NULL'],
  ];
  if (classes.includes('opinion')) reasons.push(['under-age', isUnderAge]);
  if (isAtDoors) reasons.push(['no-address', 'e.door_id IS NULL']);
  if (aim === 'doorstep') reasons.push(['do-not-knock', 'd.do_not_knock_at IS NOT NULL']);
  reasons.push(['do-not-return', isLeftInPeace]);
  reasons.push(['tried-recently', wasTriedSql('e.last_attempt_at', bind(fatigueDays))]);
  if (split) {
    // A door goes to one part as a whole. SHA-256 is the same on every machine and for ever.
    const whole = unit === 'person' ? 'e.id' : 'e.door_id';
    const hash = `encode(sha256(convert_to(${bind(split.seed)}::text || ':' || ${whole}, 'UTF8')), 'hex')`;
    const part = `('x' || left(${hash}, 8))::bit(32)::bigint % ${bind(split.parts)}::integer`;
    reasons.push(['other-part', `${part} <> ${bind(split.part - 1)}::integer`]);
  }
  return reasons;
}

/** Who has left a frozen answer since: what a person may forbid at once is not frozen. */
export const leftFrozen: readonly Reason[] = [
  ['anonymous', `e.entry_kind = 'anonymous'`],
  ['deceased', 'e.is_deceased'],
  ['moved', 'e.has_moved'],
  ['objected', 'e.objected_at IS NOT NULL'],
  ['do-not-return', isLeftInPeace],
];

/** Whether there is no reason: written out, since PostgreSQL takes a CASE that is NULL for one row in two hundred. */
export function noReasonSql(reasons: readonly Reason[]): string {
  return reasons.map(([, sql]) => `(${sql}) IS NOT TRUE`).join(' AND ');
}

/** The first reason, or NULL. */
export function firstReasonSql(reasons: readonly Reason[]): string {
  return `CASE ${reasons.map(([name, sql]) => `WHEN ${sql} THEN '${name}'`).join(' ')} END`;
}
