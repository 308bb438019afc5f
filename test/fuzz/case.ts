/**
 * From an operation to an arbitrary of cases. A case is plain data with references, so that a seed makes the same case on
 * every run.
 */
import * as fc from 'fast-check';
import type { ApiDocument, Operation } from './document.js';
import { justBeyond } from './just-beyond.js';
import { bodyMishap, lineMishap, type Mishap } from './mishap.js';
import { exampleOf, valueOf } from './value-arbitrary.js';

export interface Case {
  /** Which of what the path can lead to; below zero: none of it. */
  target: number;
  path: Record<string, string>;
  query: Record<string, unknown>;
  purpose: string;
  idempotencyKey: 'new' | 'again';
  body: unknown;
  mishap: Mishap;
}

export const purposes = [
  'voter-contact',
  'membership-administration',
  'member-communication',
  'register-management',
];

export function casesOf(document: ApiDocument, operation: Operation): fc.Arbitrary<Case> {
  const inPlace = (place: 'path' | 'query') =>
    Object.fromEntries(
      operation.parameters
        .filter((parameter) => parameter.in === place)
        .map(({ name, schema }) => [name, valueOf(document, schema, name)]),
    );
  const required = operation.parameters.filter((p) => p.in === 'query' && p.required).map(({ name }) => name);
  const optional = operation.parameters
    .filter((p) => p.in === 'query' && !p.required && p.name !== 'after')
    .map(({ name }) => name);
  const body = bodyOf(document, operation);
  const aimed = justBeyond(document, operation);
  const mishaps: fc.WeightedArbitrary<Mishap>[] = [
    { weight: 5, arbitrary: fc.constant<Mishap>({ what: 'none' }) },
    { weight: 3, arbitrary: lineMishap },
    { weight: body ? 6 : 1, arbitrary: bodyMishap },
    ...(aimed ? [{ weight: 4, arbitrary: aimed }] : []),
  ];
  return fc.record({
    target: fc.oneof(
      { weight: 9, arbitrary: fc.nat({ max: 20 }) },
      { weight: 1, arbitrary: fc.constant(-1) },
    ),
    path: fc.record(inPlace('path')) as fc.Arbitrary<Record<string, string>>,
    // Every optional one at once is almost always refused; `after` is almost never right by chance.
    query: fc
      .tuple(
        fc.record(inPlace('query')) as fc.Arbitrary<Record<string, unknown>>,
        fc.subarray(optional, { maxLength: Math.min(2, optional.length) }),
      )
      .map(([all, chosen]) =>
        Object.fromEntries(
          Object.entries(all).filter(([name]) => required.includes(name) || chosen.includes(name)),
        ),
      ),
    purpose: fc.oneof(
      { weight: 6, arbitrary: fc.constant('own') },
      { weight: 1, arbitrary: fc.constantFrom(...purposes, 'nothing') },
    ),
    idempotencyKey: fc.oneof(
      { weight: 9, arbitrary: fc.constant('new' as const) },
      { weight: 1, arbitrary: fc.constant('again' as const) },
    ),
    body: body ?? fc.constant(undefined),
    mishap: fc.oneof(...mishaps),
  });
}

function bodyOf(document: ApiDocument, operation: Operation): fc.Arbitrary<unknown> | undefined {
  const content = operation.requestBody?.content;
  if (!content) return undefined;
  const schema = content['application/json']?.schema;
  if (!schema)
    return fc.constantFrom('Elector Number Prefix,Elector Number,Elector Surname\nKA,1,Example\n', '');
  const example = exampleOf(operation);
  const valid = valueOf(document, schema);
  return example === undefined ? valid : fc.oneof(fc.constant(example), valid);
}
