/**
 * What a check may take for right and PostgreSQL refuses: aimed by name at the properties and parameters whose schema it
 * would pass at a glance. Values that are awkward anywhere are another file's.
 */
import * as fc from 'fast-check';
import type { ApiDocument, Operation, Schema } from './document.js';
import type { Mishap } from './mishap.js';

const days = ['2026-02-30', '2026-13-01', '2025-02-29', '0000-00-00', '2026-00-10'];
const moments = ['+16:00', '-16:00', '+23:59', '-23:00', '+15:59', '-15:59']
  .map((offset) => `2026-06-01T10:00:00${offset}`)
  .concat(days.map((day) => `${day}T10:00:00Z`));
const jsonTexts = ['[]', '7', 'null', '{}', '{"shoeSize":"x"}', '{"__proto__":"x"}'].concat(
  ['"\\u0000"', '"\\ud800"', '1e999999', '[[["x"]]]', '{"a":"\\u0000"}'].flatMap((value) => [
    `{"number":${value}}`,
    `{"surname":${value}}`,
    `{"number":"A","surname":"B","addressLines":["C"],"title":${value}}`,
  ]),
);
const cursorElements: unknown[] = [
  'abc 0 -1 99999999999999999999 2026-02-30 2026-02-20 infinity E14001160 person@example.org'.split(' '),
  ['', 'a\0b', '\ud800', '2026-13-45 00:00:00+00', '2026-02-20 10:00:00.123456+00', null, true, {}, [[]]],
  ['00000000-0000-0000-0000-000000000000', '018f4e5a-7b00-7000-8000-0a1b2c3d4e5f'],
  [0, -1, 1.5, 1e308, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 53],
].flat();
const cursorElement = fc.constantFrom(...cursorElements);
const uuid = '018f4e5a-7b00-7000-8000-0a1b2c3d4e5f';
/** Most lists are ordered by one thing, or by one thing and an id. */
const cursor: fc.Arbitrary<string> = fc
  .oneof(
    fc.tuple(cursorElement),
    cursorElement.map((element) => [element, uuid]),
    fc.tuple(cursorElement, cursorElement),
  )
  .map((key) => Buffer.from(JSON.stringify([1, ...key])).toString('base64url'));

/** A mishap for one of the operation's own properties or parameters; nothing where there is none to aim at. */
export function justBeyond(document: ApiDocument, operation: Operation): fc.Arbitrary<Mishap> | undefined {
  const inQuery = operation.parameters
    .filter((parameter) => parameter.in === 'query')
    .flatMap(({ name, schema }) => {
      const value =
        name === 'after' ? cursor : name === 'mapping' ? fc.constantFrom(...jsonTexts) : beyond(schema);
      return value
        ? [
            fc.record({
              what: fc.constant('query' as const),
              name: fc.constant(name),
              value,
              how: fc.constant('set' as const),
            }),
          ]
        : [];
    });
  const schema = operation.requestBody?.content['application/json']?.schema;
  const inBody = [...named(document, schema ?? {})].map(([key, value]) =>
    fc.record({ what: fc.constant('named' as const), key: fc.constant(key), value }),
  );
  const all: fc.Arbitrary<Mishap>[] = [...inQuery, ...inBody];
  return all.length > 0 ? fc.oneof(...all) : undefined;
}

function beyond({ format, maxLength, minLength }: Schema): fc.Arbitrary<string> | undefined {
  if (format === 'date') return fc.constantFrom(...days);
  if (format === 'date-time') return fc.constantFrom(...moments);
  if (maxLength === undefined) return undefined;
  // Half of its code points are variation selectors, which some ways of counting pass over.
  const selected = [(minLength ?? 1) / 2, maxLength / 2, maxLength / 2 + 1, maxLength * 0.75, maxLength].map(
    (pairs) => 'a\uFE0F'.repeat(Math.max(1, Math.floor(pairs))),
  );
  return fc.constantFrom('x'.repeat(maxLength + 1), '😀'.repeat(maxLength), ...selected);
}

/** Every property of a body with something just beyond it, however deep it is. */
function named(
  document: ApiDocument,
  given: Schema,
  found = new Map<string, fc.Arbitrary<string>>(),
  seen = new Set<Schema>(),
): Map<string, fc.Arbitrary<string>> {
  const schema = document.resolve(given);
  if (seen.has(schema)) return found;
  seen.add(schema);
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const value = beyond(document.resolve(property));
    if (value) found.set(key, value);
    named(document, property, found, seen);
  }
  for (const part of [
    schema.items,
    ...(schema.allOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
  ])
    if (part) named(document, part, found, seen);
  return found;
}
