/**
 * In charge of when somebody is left in peace because he was tried lately, by whoever and however: the one measure for
 * selections and for the lists cut from them. Nobody switches it off (docs/decisions/0011-one-measure-of-fatigue.md).
 */
import { within } from './expression.rules.js';

export const fatigueRange = { least: 1, most: 365, unlessAsked: 30 } as const;

/** Whether the last attempt on `column` lies within the days of the placeholder; never NULL. */
export function wasTriedSql(column: string, placeholder: string): string {
  return `(${column} IS NOT NULL AND ${within(column, placeholder)})`;
}
