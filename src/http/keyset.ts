/**
 * Paging by key: stable under writes, never an offset. A cursor is opaque to clients and says nothing a
 * client may rely on; it is checked for shape here and for meaning by the query that uses it.
 */
import type { Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { HasLength } from './has-length.js';
import { faultInString } from './input-text.js';
import { isMoment } from './is-moment.js';
import { Problem } from './problem.js';

/** The values a page is ordered by, last one unique. */
export type Key = readonly (string | number)[];

/**
 * What each element of a cursor must be, as narrow as the column it is compared with: what a cast or a column refuses
 * would be an error of ours. `integer` is a place or a number from 0, in four bytes; `microseconds` and `milliseconds` count from 1970.
 */
export type KeyShape = readonly (
  'string' | 'uuid' | 'id' | 'day' | 'integer' | 'milliseconds' | 'microseconds'
)[];

const VERSION = 1;
const LARGEST_INTEGER = 2_147_483_647;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `?limit=&after=`. The default sits in an initialiser: a query is never a PATCH, so nothing can leak. */
export class PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 500,
    default: 50,
    description: 'Most items to return',
  })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value,
  )
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 50;

  @ApiPropertyOptional({ type: String, maxLength: 2000, description: '`next` of the page before' })
  @IsOptional()
  @IsString()
  @HasLength(0, 2000)
  after?: string;
}

export interface Page<Item> {
  items: Item[];
  /** Cursor of the next page; `null` on the last. */
  next: string | null;
}

/** Declares the answer `{ items, next }` for the OpenAPI document; `name` is the schema's name. */
export function pageOf<Item>(item: Type<Item>, name: string): Type<Page<Item>> {
  @ApiSchema({ name })
  class PageOfItems implements Page<Item> {
    @ApiProperty({ type: [item] })
    items!: Item[];

    @ApiProperty({ type: String, nullable: true, description: 'Pass it as `after`; null on the last page' })
    next!: string | null;
  }
  Object.defineProperty(PageOfItems, 'name', { value: name });
  return PageOfItems;
}

export function encodeCursor(key: Key): string {
  return Buffer.from(JSON.stringify([VERSION, ...key])).toString('base64url');
}

/**
 * The key inside a cursor, `undefined` without one.
 * @throws Problem validation-failed if the cursor is not one of ours or not of this list
 */
export function decodeCursor(cursor: string | undefined, shape: KeyShape): Key | undefined {
  if (cursor === undefined) return undefined;
  const parsed = /^[\w-]+$/.test(cursor)
    ? parseQuietly(Buffer.from(cursor, 'base64url').toString('utf8'))
    : undefined;
  if (Array.isArray(parsed) && parsed[0] === VERSION && parsed.length === shape.length + 1) {
    const values: unknown[] = parsed.slice(1);
    if (shape.every((kind, position) => fits(kind, values[position]))) return values as Key[number][];
  }
  throw new Problem('validation-failed', {
    errors: [
      { in: 'query', pointer: '/after', detail: 'must be the `next` of an earlier page of this list' },
    ],
  });
}

/**
 * Cuts a page from a result that was asked for `limit + 1` rows: the extra row proves that there is more.
 * @param keyOf the key of an item, in the order of the query
 */
export function page<Item>(items: readonly Item[], limit: number, keyOf: (item: Item) => Key): Page<Item> {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown,
    next: items.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null,
  };
}

/** What is shown of a row that was read with its place in the order, `key`. */
export function withoutKey<Row extends { key: string }>(row: Row): Omit<Row, 'key'> {
  const { key: _, ...shown } = row;
  return shown;
}

function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Junk is reported as such by the caller, with a pointer.
  }
}

function fits(kind: KeyShape[number], value: unknown): boolean {
  switch (kind) {
    case 'string':
      // A NUL or half a surrogate pair would reach PostgreSQL as an error of ours.
      return typeof value === 'string' && faultInString(value) === undefined;
    case 'uuid':
      return typeof value === 'string' && UUID.test(value);
    case 'id':
      return typeof value === 'string' && /^[1-9][0-9]{0,17}$/.test(value);
    case 'day':
      return typeof value === 'string' && isMoment(`${value}T00:00:00Z`);
    case 'integer':
      return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LARGEST_INTEGER;
    case 'milliseconds':
      return Number.isInteger(value) && Number.isSafeInteger((value as number) * 1000);
    case 'microseconds':
      // The years 1684 to 2255.
      return Number.isSafeInteger(value);
  }
}
