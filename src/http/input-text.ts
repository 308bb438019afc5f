/**
 * Looks through input for text that no later stage can hold: NUL and unpaired surrogates (PostgreSQL
 * refuses both), names of `Object.prototype`, and nesting deep enough to exhaust a recursive reader.
 */
import type { InputError } from './problem.js';

/** Deeper than any request of ours; shallow enough for every recursive library behind us. */
const MAX_DEPTH = 32;

/** With the `u` flag a proper pair is one code point, so only halves match. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The faults in a value, at most ten: a body full of NULs needs no million pointers. Texts below `itemwise`, a property
 * whose elements are judged one by one, are left to who judges them; names and nesting are not.
 */
export function faultsInText(value: unknown, place?: InputError['in'], itemwise?: string): InputError[] {
  const errors: InputError[] = [];
  const isLeft = (pointer: string) => itemwise !== undefined && pointer.startsWith(`/${itemwise}/`);
  visit(value, '', 0);
  return errors;

  function report(pointer: string, detail: string): void {
    errors.push(place === undefined ? { pointer, detail } : { in: place, pointer, detail });
  }

  function visit(item: unknown, pointer: string, depth: number): void {
    if (errors.length >= 10) return;
    if (typeof item === 'string') {
      const fault = isLeft(pointer) ? undefined : faultInString(item);
      if (fault) report(pointer, fault);
    } else if (typeof item === 'object' && item !== null) {
      if (depth >= MAX_DEPTH) return report(pointer, `must not be nested deeper than ${MAX_DEPTH} levels`);
      if (Array.isArray(item))
        item.forEach((element, index) => visit(element, `${pointer}/${index}`, depth + 1));
      else for (const [key, element] of Object.entries(item)) visitProperty(key, element, pointer, depth);
    }
  }

  function visitProperty(key: string, element: unknown, pointer: string, depth: number): void {
    const fault = faultInString(key);
    if (fault) report(pointer, `holds a property name that ${fault}`);
    // class-transformer skips some of these silently and class-validator calls others.
    else if (key in Object.prototype) report(joinPointer(pointer, key), 'unknown property');
    else visit(element, joinPointer(pointer, key), depth + 1);
  }
}

/** Appends one reference token to a JSON pointer (RFC 6901, section 3). */
export function joinPointer(pointer: string, token: string): string {
  return `${pointer}/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Why a text cannot be stored, as the end of a sentence; `undefined` if it can. */
export function faultInString(text: string): string | undefined {
  if (text.includes('\0')) return 'must not contain the character U+0000';
  return LONE_SURROGATE.test(text) ? 'must be well-formed Unicode' : undefined;
}
