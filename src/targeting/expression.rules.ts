/**
 * In charge of expressions: groups of conditions, read from JSON and turned into one condition in SQL. What a field is
 * belongs to the field table. Every fault is named by a pointer; nothing unknown is passed over.
 */
import type { DataClass } from '../config/vocabulary.js';
import { joinPointer } from '../http/input-text.js';
import { Faults, type Bind, type Condition, type FieldTable, type Operator } from './field.js';
import { days, isRecord } from './value-readers.js';

const deepest = 8;
const mostLeaves = 200;

/** Reads all expressions of one definition, and gathers what they need. */
export class ExpressionReader {
  readonly classes = new Set<DataClass>();
  readonly tables = new Set<string>();
  private leaves = 0;

  constructor(
    private readonly fields: FieldTable,
    private readonly faults: Faults,
  ) {}

  /** Undefined where it was refused; the faults say why. */
  read(value: unknown, pointer: string, depth = 1): Condition | undefined {
    if (!isRecord(value)) return this.faults.add(pointer, 'must be an object: all, any, not, or a condition');
    if (depth > deepest) return this.faults.add(pointer, `must not be nested deeper than ${deepest} groups`);
    if ('all' in value) return this.group(value, 'all', pointer, depth);
    if ('any' in value) return this.group(value, 'any', pointer, depth);
    if ('not' in value) {
      const isAlone = this.onlyKnows(value, ['not'], pointer);
      const inner = this.read(value['not'], `${pointer}/not`, depth + 1);
      return inner && isAlone ? (...how) => not(inner(...how)) : undefined;
    }
    return this.leaf(value, pointer);
  }

  private group(
    value: Readonly<Record<string, unknown>>,
    kind: 'all' | 'any',
    pointer: string,
    depth: number,
  ): Condition | undefined {
    const isAlone = this.onlyKnows(value, [kind], pointer);
    const items = value[kind];
    if (!Array.isArray(items) || items.length > mostLeaves)
      return this.faults.add(`${pointer}/${kind}`, `must be a list of at most ${mostLeaves} expressions`);
    const read = items.map((item, index) => this.read(item, `${pointer}/${kind}/${index}`, depth + 1));
    if (!isAlone || !read.every((item) => item !== undefined)) return undefined;
    const [word, whenEmpty] = kind === 'all' ? [' AND ', 'true'] : [' OR ', 'false'];
    return (...how) =>
      read.length === 0 ? whenEmpty : `(${read.map((condition) => condition(...how)).join(word)})`;
  }

  private leaf(value: Readonly<Record<string, unknown>>, pointer: string): Condition | undefined {
    this.leaves += 1;
    if (this.leaves > mostLeaves)
      return this.leaves > mostLeaves + 1
        ? undefined
        : this.faults.add(pointer, `a definition has at most ${mostLeaves} conditions`);
    const field = own(this.fields, value['field']);
    if (!field) return this.faults.add(`${pointer}/field`, `must be one of ${names(this.fields)}`);
    const operator = own(field.operators, value['op']);
    if (!operator) return this.faults.add(`${pointer}/op`, `must be one of ${names(field.operators)}`);
    const ages = operator.datedBy === undefined ? [] : ['withinDays', 'olderThanDays'];
    const isKnown = this.onlyKnows(value, ['field', 'op', 'value', ...ages], pointer);
    const condition = operator.read(value['value'], `${pointer}/value`, this.faults);
    const age = this.ageOf(value, operator, pointer);
    field.classes?.forEach((name) => this.classes.add(name));
    if (field.table !== undefined) this.tables.add(field.table);
    if (!isKnown || !condition || !age) return undefined;
    return (bind, constituencyId) => age(condition(bind, constituencyId), bind);
  }

  /** Narrows a condition to answers of an age. */
  private ageOf(
    value: Readonly<Record<string, unknown>>,
    { datedBy }: Operator,
    pointer: string,
  ): ((sql: string, bind: Bind) => string) | undefined {
    const wanted = (['withinDays', 'olderThanDays'] as const).filter((key) => value[key] !== undefined);
    if (datedBy === undefined || wanted.length === 0) return (sql) => sql;
    const read = wanted.map((key) => ({ key, count: days(value[key], `${pointer}/${key}`, this.faults) }));
    if (read.some(({ count }) => count === undefined)) return undefined;
    return (sql, bind) => {
      const parts = read.map(({ key, count }) =>
        key === 'withinDays' ? within(datedBy, bind(count)) : `${datedBy} <= ${daysAgo(bind(count))}`,
      );
      return `(${[sql, ...parts].join(' AND ')})`;
    };
  }

  private onlyKnows(
    value: Readonly<Record<string, unknown>>,
    keys: readonly string[],
    pointer: string,
  ): boolean {
    const unknown = Object.keys(value).filter((key) => !keys.includes(key));
    unknown.forEach((key) => this.faults.add(joinPointer(pointer, key), 'unknown property'));
    return unknown.length === 0;
  }
}

/** What is unknown is not so: the contrary of NULL is true. */
export function not(sql: string): string {
  return `((${sql}) IS NOT TRUE)`;
}

/** Later than so many times 24 hours ago: a day is as long in the night the clocks change. */
export function within(column: string, placeholder: string): string {
  return `${column} > ${daysAgo(placeholder)}`;
}

function daysAgo(placeholder: string): string {
  return `now() - ${placeholder}::integer * interval '24 hours'`;
}

function own<Value>(table: Readonly<Record<string, Value>>, key: unknown): Value | undefined {
  return typeof key === 'string' && Object.hasOwn(table, key) ? table[key] : undefined;
}

function names(table: Readonly<Record<string, unknown>>): string {
  return Object.keys(table).join(', ');
}
