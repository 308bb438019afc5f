/**
 * Does to a request what its mishap says.
 */
import type { Mishap } from './mishap.js';
import type { Sent } from './wire.js';

/** A request that is right, in the pieces that can be spoilt. */
export interface Draft {
  segments: string[];
  query: [string, string][];
  headers: Record<string, string>;
  value: unknown;
  text: string | undefined;
}

export function spoilt(mishap: Mishap, draft: Draft, method: string): Sent {
  const { segments, headers } = draft;
  let query = draft.query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
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
    case 'named':
      body = Buffer.from(JSON.stringify(renamed(draft.value, mishap)));
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
      const pair = `${encoded(name)}${mishap.how === 'nested' ? '[a][]' : ''}=${mishap.how === 'raw' ? mishap.value : encoded(mishap.value)}`;
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
        segments[placed[mishap.at % placed.length]!] = mishap.isRaw ? mishap.value : encoded(mishap.value);
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

/** A JSON value with every property of a name set to another value; put in where there is none. */
function renamed(value: unknown, { key, value: other }: Extract<Mishap, { what: 'named' }>): unknown {
  let isThere = false;
  const set = JSON.parse(JSON.stringify(value ?? {}), (name: string, held: unknown) => {
    if (name !== key) return held;
    isThere = true;
    return other;
  }) as unknown;
  return isThere || typeof set !== 'object' || set === null ? set : { ...set, [key]: other };
}

export function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}
