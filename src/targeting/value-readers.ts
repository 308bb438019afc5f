/**
 * In charge of what a value in a definition may be. Everything that gets through can be bound: integers fit their type,
 * dates exist, and texts follow a pattern that leaves no room for NUL or half a surrogate pair.
 */
import type { Reader } from './field.js';

const longestList = 1000;
const latestDay = 36_500;

export const boolean: Reader<boolean> = (value, pointer, faults) =>
  typeof value === 'boolean' ? value : faults.add(pointer, 'must be true or false');

export function integer(min: number, max: number): Reader<number> {
  return (value, pointer, faults) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : faults.add(pointer, `must be a whole number from ${min} to ${max}`);
}

/** Whole days back from now: more than nobody's memory, less than a timestamp can hold. */
export const days = integer(1, latestDay);

export function text(pattern: RegExp, what: string): Reader<string> {
  return (value, pointer, faults) =>
    typeof value === 'string' && pattern.test(value) ? value : faults.add(pointer, `must be ${what}`);
}

export function oneOf<Value extends string>(values: readonly Value[]): Reader<Value> {
  return (value, pointer, faults) =>
    values.includes(value as Value)
      ? (value as Value)
      : faults.add(pointer, `must be one of ${values.join(', ')}`);
}

/** A list of at least one; every element that is refused is named. */
export function listOf<Value>(element: Reader<Value>): Reader<Value[]> {
  return (value, pointer, faults) => {
    if (!Array.isArray(value) || value.length === 0 || value.length > longestList)
      return faults.add(pointer, `must be a list of 1 to ${longestList} values`);
    const read = value.map((item, index) => element(item, `${pointer}/${index}`, faults));
    return read.every((item) => item !== undefined) ? read : undefined;
  };
}

export const id = text(/^[1-9][0-9]{0,17}$/, 'an id: digits alone, as a text');

/** YYYY-MM-DD, a day that exists, 1900 to 2199. */
export const date: Reader<string> = (value, pointer, faults) => {
  const isDay =
    typeof value === 'string' &&
    /^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$/.test(value) &&
    !Number.isNaN(Date.parse(value)) &&
    new Date(value).toISOString().startsWith(value);
  return isDay ? value : faults.add(pointer, 'must be a day, as 2026-05-07');
};

/** For an operator that says everything itself; `true` stands for the absent value. */
export const nothing: Reader<true> = (value, pointer, faults) =>
  value === undefined ? true : faults.add(pointer, 'must be absent: the operator says it all');

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
