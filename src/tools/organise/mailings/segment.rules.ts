/**
 * In charge of whom a segment means: an expression over members, narrowed to those of current standing and of whatever
 * further standing it names itself. It is read afresh whenever it is asked.
 */
import { Problem } from '../../../http/problem.js';
import { ExpressionReader } from '../../../targeting/expression.rules.js';
import { Faults, type Condition } from '../../../targeting/field.js';
import { isRecord } from '../../../targeting/value-readers.js';
import { MAILABLE_STATUSES, memberFields } from './member-fields.js';

/** @throws Problem validation-failed with a pointer to every fault */
export function readSegment(value: unknown, pointer: string): Condition {
  const faults = new Faults();
  const condition = new ExpressionReader(memberFields, faults).read(value, pointer);
  if (!condition || faults.found.length > 0) throw new Problem('validation-failed', { errors: faults.found });
  const statuses = ['current', ...namedStatuses(value)];
  return (bind, constituencyId) =>
    `(m.status = ANY (${bind(statuses)}::text[]) AND ${condition(bind, constituencyId)})`;
}

/** Every standing that is written anywhere in the segment. */
function namedStatuses(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namedStatuses);
  if (!isRecord(value)) return [];
  if (value['field'] !== 'status') return Object.values(value).flatMap(namedStatuses);
  const wanted: unknown = value['value'];
  return MAILABLE_STATUSES.filter((status) => Array.isArray(wanted) && wanted.includes(status));
}
