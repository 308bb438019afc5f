/**
 * The length of text as PostgreSQL's `length()` and OpenAPI's `maxLength` count it: in code points. class-validator's own
 * rules leave variation selectors uncounted, and what they let through a CHECK would then refuse.
 */
import { ValidateBy, type ValidationOptions } from 'class-validator';

/** Declares a text of `least` to `most` code points. */
export function HasLength(least: number, most: number, options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'hasLength',
      constraints: [least, most],
      validator: {
        validate: (value) => typeof value === 'string' && isWithin(lengthOf(value), least, most),
        defaultMessage: () =>
          least === 0
            ? `must be at most ${most} characters`
            : `must be at least ${least} and at most ${most} characters`,
      },
    },
    options,
  );
}

/** In code points. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

function isWithin(length: number, least: number, most: number): boolean {
  return length >= least && length <= most;
}
