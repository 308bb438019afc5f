/**
 * Times and days from outside: RFC 3339, a time with an offset, on a day that exists. class-validator's own checks let through
 * ordinal dates, times without an offset and 30 February, which PostgreSQL then refuses or moves; and offsets from 16 hours,
 * which RFC 3339 allows and PostgreSQL does not.
 */
import { ValidateBy, type ValidationOptions } from 'class-validator';

const RFC3339 =
  /^((?:19|20|21)\d\d)-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-](0\d|1[0-5]):[0-5]\d)$/;

/** Declares a time; the years 1900 to 2199 are enough for people. */
export function IsMoment(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isMoment',
      validator: {
        validate: isMoment,
        defaultMessage: () => 'must be a time with an offset, as 2026-02-20T21:14:03Z',
      },
    },
    options,
  );
}

export function isMoment(value: unknown): boolean {
  const [, year, month, day] = typeof value === 'string' ? (RFC3339.exec(value) ?? []) : [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= lastDay;
}

/** Declares a day, as 2026-02-20; the years 1900 to 2199. */
export function IsDay(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isDay',
      validator: {
        validate: (value) => typeof value === 'string' && isMoment(`${value}T00:00:00Z`),
        defaultMessage: () => 'must be a day, as 2026-02-20',
      },
    },
    options,
  );
}
