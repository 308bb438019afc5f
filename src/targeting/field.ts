/**
 * What targeting knows of a field: which operators it has, what their values look like, and the SQL they become. The
 * tools own the tables of fields; a value is always bound, never written into the SQL.
 */
import type { DataClass } from '../config/vocabulary.js';
import type { InputError } from '../http/problem.js';

/** Binds a value and answers its placeholder. */
export type Bind = (value: unknown) => string;

/** A condition as SQL; NULL counts as false, wherever the condition stands. */
export type Condition = (bind: Bind, constituencyId: string) => string;

/** Faults of one definition, each with a pointer; it stops counting where a reader would stop reading. */
export class Faults {
  readonly found: InputError[] = [];

  add(pointer: string, detail: string): undefined {
    if (this.found.length < 50) this.found.push({ pointer, detail });
    return undefined;
  }
}

/** Reads a value, or adds to the faults and answers undefined. */
export type Reader<Value> = (value: unknown, pointer: string, faults: Faults) => Value | undefined;

export interface Operator {
  /** Undefined where the value is refused; the faults say why. */
  read: Reader<Condition>;
  /** The column that `withinDays` and `olderThanDays` speak of; absent: the operator takes neither. */
  datedBy?: string;
}

export interface Field {
  operators: Readonly<Record<string, Operator>>;
  /** Classes of personal data beyond identity that an answer reveals. */
  classes?: readonly DataClass[];
  /** The further table that the SQL speaks of, by the name its owner gives it. */
  table?: string;
}

export type FieldTable = Readonly<Record<string, Field>>;

/** An operator of a value that was read. */
export function operator<Value>(
  reader: Reader<Value>,
  sql: (value: Value, bind: Bind, constituencyId: string) => string,
  datedBy?: string,
): Operator {
  return {
    read: (value, pointer, faults) => {
      const read = reader(value, pointer, faults);
      return read === undefined ? undefined : (bind, constituencyId) => sql(read, bind, constituencyId);
    },
    ...(datedBy === undefined ? {} : { datedBy }),
  };
}
