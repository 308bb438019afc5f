/**
 * Values that a schema of the document allows, as an arbitrary of fast-check. A property whose name means something that
 * exists is filled with a reference (`@elector:3`), which is resolved to a real id when the request is sent.
 */
import * as fc from 'fast-check';
import { absentVoteKinds, selectionFields } from './vocabulary.js';
import type { ApiDocument, Operation, Schema } from './document.js';
import { kindByName } from './pool.js';

const reference = (kind: string): fc.Arbitrary<string> => fc.nat({ max: 30 }).map((n) => `@${kind}:${n}`);

const leaf = fc.record({
  field: fc.constantFrom(...selectionFields, 'nothing'),
  op: fc.constantFrom(
    'in',
    'is',
    'has',
    'startsWith',
    'never',
    'withinDays',
    'notWithinDays',
    'gte',
    'lte',
    'attainsBefore',
    'election',
    'before',
    'after',
  ),
  value: fc.oneof(
    fc.boolean(),
    fc.integer(),
    fc.constantFrom<unknown>(
      'SW15',
      '2026-01-01',
      'uk-parliament',
      null,
      ...absentVoteKinds.map((kind) => [kind]),
      ['firm-support'],
      ['current'],
      ['LAB'],
      [],
    ),
    fc
      .constantFrom('ward', 'district', 'roadGroup', 'street', 'branch')
      .chain((kind) => fc.array(reference(kind), { maxLength: 3 })),
  ),
});
/** What selections and mailings are defined by; the document shows it as an open object. */
export const expression: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.constant({ all: [] }),
    fc.record({ all: fc.array(tie('node'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('node'), { maxLength: 3 }) }),
    fc.record({ not: tie('node') }),
  ),
})).node;

export function valueOf(document: ApiDocument, given: Schema, name = ''): fc.Arbitrary<unknown> {
  const schema = document.resolve(given);
  const one = schema.allOf?.[0] && schema.allOf.length === 1 ? schema.allOf[0] : undefined;
  if (one) return valueOf(document, one, name);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) return fc.oneof(...branches.map((branch) => valueOf(document, branch, name)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return fc.oneof(...types.map((type) => valueOfType(document, schema, type, name)));
}

function valueOfType(
  document: ApiDocument,
  schema: Schema,
  type: string | undefined,
  name: string,
): fc.Arbitrary<unknown> {
  switch (type ?? 'string') {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 2_147_483_647 });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 1_000, noNaN: true });
    case 'array':
      return arrayOf(document, schema, name);
    case 'object':
      return objectOf(document, schema, name);
    default:
      return textOf(schema, name);
  }
}

function arrayOf(document: ApiDocument, schema: Schema, name: string): fc.Arbitrary<unknown> {
  const minLength = schema.minItems ?? 0;
  const maxLength = Math.max(minLength, Math.min(schema.maxItems ?? 4, 4));
  const element = valueOf(document, schema.items ?? {}, name.replace(/s$/, ''));
  return schema.uniqueItems
    ? fc.uniqueArray(element, {
        minLength,
        maxLength,
        comparator: (a, b) => JSON.stringify(a) === JSON.stringify(b),
      })
    : fc.array(element, { minLength, maxLength });
}

function objectOf(document: ApiDocument, schema: Schema, name: string): fc.Arbitrary<unknown> {
  const isExpression = schema.additionalProperties === true && /^(base|expression|segment)$/.test(name);
  if (isExpression) return expression;
  const properties = Object.entries(schema.properties ?? {}).map(([key, value]) => [
    key,
    valueOf(document, value, key),
  ]);
  const fixed = fc.record(Object.fromEntries(properties) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: schema.required ?? [],
  });
  if (typeof schema.additionalProperties !== 'object') return fixed;
  const key = fc.constantFrom('first question', 'second', 'q3');
  return fc.dictionary(key, valueOf(document, schema.additionalProperties), { maxKeys: 3 });
}

function textOf(schema: Schema, name: string): fc.Arbitrary<unknown> {
  const kind = kindByName(name);
  const plain = plainText(schema, name);
  return kind === undefined
    ? plain
    : fc.oneof({ weight: 8, arbitrary: reference(kind) }, { weight: 1, arbitrary: plain });
}

function plainText(schema: Schema, name: string): fc.Arbitrary<string> {
  const minLength = schema.minLength ?? 0;
  const maxLength = schema.maxLength ?? 40;
  switch (schema.format ?? 'none') {
    case 'uuid':
      return fc.uuid();
    case 'date':
      return moment().map((at) => at.toISOString().slice(0, 10));
    case 'date-time':
      return fc
        .tuple(moment(), fc.constantFrom('Z', '+01:00', '-11:30'))
        .map(([at, zone]) => at.toISOString().replace('Z', zone));
    case 'email':
      return fc.oneof(fc.constantFrom('ada@example.org', 'a.b+c@example.co.uk'), fc.emailAddress());
    default:
  }
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern, 'u'));
  const length = Math.min(maxLength, Math.max(minLength, 24));
  const words = fc.constantFrom(
    'Saturday morning',
    'Ada',
    "O'Neill-Ó",
    'E14001434',
    'SW15 1AA',
    '07700 900123',
    'meeting',
    '{{forename}}',
    '🐝',
  );
  const arbitrary = fc
    .string({ unit: 'grapheme', minLength, maxLength: length })
    .filter((text) => !/\p{Surrogate}|\0/u.test(text));
  const fitting = words.filter((text) => Array.from(text).length >= minLength && text.length <= maxLength);
  return minLength <= 2 && maxLength >= 20 && name !== 'password' ? fc.oneof(fitting, arbitrary) : arbitrary;
}

function moment(): fc.Arbitrary<Date> {
  const near = fc.date({ min: new Date('2025-11-01'), max: new Date('2027-06-01'), noInvalidDate: true });
  const far = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  return fc.oneof({ weight: 5, arbitrary: near }, { weight: 1, arbitrary: far });
}

/** The documented example of a body, with ids that exist in place of made-up ones. */
export function exampleOf(operation: Operation): unknown {
  const content = Object.values(operation.requestBody?.content ?? {})[0];
  const value = content?.example ?? Object.values(content?.examples ?? {})[0]?.value;
  return value === undefined ? undefined : withReferences(value, '');
}

function withReferences(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((element) => withReferences(element, name.replace(/s$/, '')));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, element]) => [key, withReferences(element, key)]),
    );
  const kind = typeof value === 'string' ? kindByName(name) : undefined;
  return kind === undefined ? value : `@${kind}:0`;
}
