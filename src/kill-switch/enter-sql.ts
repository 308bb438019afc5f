import { escapeLiteral } from 'pg';
import type { Action, DataClass } from '../config/vocabulary.js';
import type { Reach } from '../http/route.js';
import type { Admission } from './gate.js';

/** What a custody transaction tells the fence. Everything about the actor is resolved by the database from the session. */
export interface Entry {
  incarnation: string;
  sessionId: string;
  reach: Reach;
  mode: 'read' | 'change';
  action: Action;
  purpose?: string;
  classes: readonly DataClass[];
  /** The constituencies the work names; absent: all that the actor may see, less those suspended. */
  constituencyIds?: readonly string[];
  admission: Admission;
  /** Whether the statements of this work are named ones, of which one plan serves for all values. */
  keepsPlans?: boolean;
}

/** What the fence answered: where the transaction may look. */
export interface Entered {
  wide: boolean;
  areas: string[];
  excludedAreas: string[];
}

// Left to itself PostgreSQL plans anew for each value: it does not know that only one partition will be read.
const keepPlans = `set_config('plan_cache_mode', 'force_generic_plan', true)`;

/**
 * The fence as SQL text, so that it travels in one message with BEGIN. Values are quoted as literals because the simple
 * protocol, the only one that carries several statements, has no parameters.
 */
export function enterSql(entry: Entry): string {
  const { reach } = entry;
  const values = [
    escapeLiteral(entry.incarnation),
    escapeLiteral(entry.sessionId),
    escapeLiteral(reach.kind),
    'tool' in reach ? escapeLiteral(reach.tool) : 'NULL',
    escapeLiteral(entry.mode),
    escapeLiteral(entry.action),
    entry.purpose === undefined ? 'NULL' : escapeLiteral(entry.purpose),
    textArray(entry.classes),
    entry.constituencyIds === undefined ? 'NULL' : textArray(entry.constituencyIds),
    textArray(entry.admission.scopes),
    `'{${entry.admission.generations.join(',')}}'`,
  ];
  const plans = entry.keepsPlans === true ? `, ${keepPlans}` : '';
  return `SELECT ks.enter(${values.join(', ')}) AS entered${plans}`;
}

function textArray(values: readonly string[]): string {
  const items = values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`);
  return escapeLiteral(`{${items.join(',')}}`);
}
