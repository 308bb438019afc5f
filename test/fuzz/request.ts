/**
 * What a case looks like on the wire, with its references resolved and its mishap come to pass.
 */
import { randomUUID } from 'node:crypto';
import type { Case } from './case.js';
import type { Operation } from './document.js';
import type { Target } from './pool.js';
import { encoded, spoilt } from './spoilt.js';
import type { Sent } from './wire.js';

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
    return name === undefined ? segment : encoded(String(setting.resolve(ids[name])));
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
  return spoilt(asked.mishap, { segments, query, headers, value: given, text }, operation.method);
}
