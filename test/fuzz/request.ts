/**
 * From an operation to a request: an arbitrary of cases, and what a case looks like on the wire. A case is plain data with
 * references, so that a seed makes the same case on every run.
 */
import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { bodyMishap, lineMishap, type Mishap } from './awkward.js';
import type { ApiDocument, Operation } from './document.js';
import type { Target } from './pool.js';
import { exampleOf, valueOf } from './value-arbitrary.js';
import type { Sent } from './wire.js';

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
  const mishaps: fc.WeightedArbitrary<Mishap>[] = [
    { weight: 5, arbitrary: fc.constant<Mishap>({ what: 'none' }) },
    { weight: 3, arbitrary: lineMishap },
    { weight: body ? 6 : 1, arbitrary: bodyMishap },
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
  const any = valueOf(document, schema);
  return example === undefined ? any : fc.oneof(fc.constant(example), any);
}

export interface Setting {
  operation: Operation;
  targets: readonly Target[];
  resolve(value: unknown): unknown;
  headers: Record<string, string>;
  purposes: readonly string[];
  etag?: string;
  lastKey: string;
  /** A body that fits the state, where no generator could know it. */
  knownBody?: unknown;
}

export function requestOf(asked: Case, setting: Setting): Sent {
  const { operation } = setting;
  const target =
    asked.target < 0 ? undefined : setting.targets[asked.target % Math.max(1, setting.targets.length)];
  const ids: Record<string, unknown> = { ...asked.path, ...target };
  const query: [string, string][] = Object.entries({
    ...asked.query,
    ...(target && 'constituencyId' in asked.query
      ? { constituencyId: target['constituencyId'] ?? asked.query['constituencyId'] }
      : {}),
  }).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, String(setting.resolve(one))]),
  );
  const segments = operation.path.split('/').map((segment) => {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    return name === undefined ? segment : encode(String(setting.resolve(ids[name])));
  });
  const headers: Record<string, string> = { ...setting.headers };
  for (const { name } of operation.parameters.filter((parameter) => parameter.in === 'header')) {
    if (name === 'Idempotency-Key')
      headers['idempotency-key'] = asked.idempotencyKey === 'new' ? randomUUID() : setting.lastKey;
    else if (name === 'If-Match') headers['if-match'] = setting.etag ?? '"1"';
    else if (name === 'Data-Purpose')
      headers['data-purpose'] =
        asked.purpose === 'own'
          ? (setting.purposes[asked.target % setting.purposes.length || 0] ?? 'voter-contact')
          : asked.purpose;
  }
  const given = setting.resolve(setting.knownBody === undefined ? asked.body : setting.knownBody);
  const contentType = Object.keys(operation.requestBody?.content ?? {})[0];
  if (contentType !== undefined) headers['content-type'] = contentType;
  const text =
    given === undefined
      ? undefined
      : typeof given === 'string' && contentType !== 'application/json'
        ? given
        : JSON.stringify(given);
  return afterMishap(asked.mishap, { segments, query, headers, value: given, text }, operation.method);
}

interface Draft {
  segments: string[];
  query: [string, string][];
  headers: Record<string, string>;
  value: unknown;
  text: string | undefined;
}

function afterMishap(mishap: Mishap, draft: Draft, method: string): Sent {
  const { segments, headers } = draft;
  let query = draft.query.map(([name, value]) => `${encode(name)}=${encode(value)}`);
  let body = draft.text === undefined ? undefined : Buffer.from(draft.text);
  const placed = segments.map((_, index) => index).slice(2);
  switch (mishap.what) {
    case 'none':
      break;
    case 'replace':
    case 'add':
    case 'drop':
    case 'repeat':
      if (typeof draft.value === 'object')
        body = Buffer.from(JSON.stringify(changed(draft.value, mishap)) ?? 'null');
      else if (method !== 'GET')
        body = Buffer.from(JSON.stringify('value' in mishap ? mishap.value : 1) ?? '1');
      break;
    case 'number': {
      let n = 0;
      const count = draft.text?.match(/:\s*(-?\d+|"[^"]*")/g)?.length ?? 0;
      body = Buffer.from(
        (draft.text ?? '0').replace(/:\s*(-?\d+|"[^"]*")/g, (found) =>
          n++ === mishap.at % Math.max(1, count) ? `:${mishap.text}` : found,
        ),
      );
      break;
    }
    case 'cut':
      body = body?.subarray(0, Math.floor(body.length * mishap.share));
      break;
    case 'bytes':
      body = Buffer.from(mishap.bytes);
      break;
    case 'prefix':
      body = Buffer.concat([Buffer.from(mishap.bytes), body ?? Buffer.alloc(0)]);
      break;
    case 'utf16':
      body = Buffer.from(draft.text ?? '{}', 'utf16le');
      break;
    case 'duplicate-keys':
      body = Buffer.from((draft.text ?? '{}').replace(/^\{("[^"]+"):/, '{$1:null,$1:'));
      break;
    case 'proto':
      body = Buffer.from(
        (draft.text ?? '{}').replace(/^\{/, '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}},'),
      );
      break;
    case 'deep':
      body = Buffer.from('['.repeat(20_000) + ']'.repeat(20_000));
      break;
    case 'huge':
      body = Buffer.from(JSON.stringify({ name: 'x'.repeat(2 * 1024 * 1024) }));
      break;
    case 'no-body':
      body = undefined;
      break;
    case 'type':
      if (mishap.type === null) delete headers['content-type'];
      else headers['content-type'] = mishap.type;
      break;
    case 'query': {
      const name =
        typeof mishap.name === 'string'
          ? mishap.name
          : (draft.query[mishap.name % Math.max(1, draft.query.length)]?.[0] ?? 'limit');
      const pair = `${encode(name)}${mishap.how === 'nested' ? '[a][]' : ''}=${mishap.how === 'raw' ? mishap.value : encode(mishap.value)}`;
      query =
        mishap.how === 'set'
          ? [...query.filter((one) => !one.startsWith(`${name}=`)), pair]
          : [...query, pair];
      break;
    }
    case 'drop-query':
      query = query.filter((_, index) => index !== mishap.at % Math.max(1, query.length));
      break;
    case 'path':
      if (placed.length > 0)
        segments[placed[mishap.at % placed.length]!] = mishap.isRaw ? mishap.value : encode(mishap.value);
      break;
    case 'header':
      if (mishap.value === null) delete headers[mishap.name];
      else headers[mishap.name] = mishap.value;
      break;
  }
  if (body && method !== 'GET') headers['content-type'] ??= mishap.what === 'type' ? '' : 'application/json';
  if (headers['content-type'] === '') delete headers['content-type'];
  const target = `${segments.join('/')}${query.length > 0 ? `?${query.join('&')}` : ''}`.slice(0, 12_000);
  return {
    method,
    target: target.startsWith('/') ? target : `/${target}`,
    headers,
    ...(body && method !== 'GET' ? { body } : {}),
  };
}

/** A JSON value with one of its places changed: replaced, dropped, put in twice, or given a neighbour. */
function changed(value: unknown, mishap: Extract<Mishap, { at: number }>): unknown {
  const places: (readonly (string | number)[])[] = [];
  const walk = (at: unknown, path: readonly (string | number)[]) => {
    places.push(path);
    if (Array.isArray(at)) at.forEach((element, index) => walk(element, [...path, index]));
    else if (typeof at === 'object' && at !== null)
      Object.entries(at).forEach(([key, element]) => walk(element, [...path, key]));
  };
  walk(value, []);
  const chosen = places[mishap.at % places.length]!;
  const rebuild = (at: unknown, path: readonly (string | number)[]): unknown => {
    const [step, ...rest] = path;
    if (step === undefined) {
      if (mishap.what === 'add')
        return typeof at === 'object' && at !== null && !Array.isArray(at)
          ? { ...at, [mishap.key]: mishap.value }
          : [at, mishap.value];
      if (mishap.what === 'repeat') return [at, at];
      return mishap.what === 'replace' ? mishap.value : undefined;
    }
    if (Array.isArray(at)) {
      const copy = at.map((element, index) =>
        index === step ? rebuild(element, rest) : (element as unknown),
      );
      return copy.filter((element) => element !== undefined);
    }
    const copy = { ...(at as Record<string, unknown>) };
    copy[step] = rebuild(copy[step], rest);
    return copy;
  };
  return rebuild(value, chosen);
}

function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}
