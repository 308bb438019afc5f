/**
 * Whether what the generators call right is what the document calls right: else the fuzz would only ever see refusals.
 */
import * as fc from 'fast-check';
import { casesOf } from './case.js';
import type { ApiDocument, Operation } from './document.js';
import type { Pool } from './pool.js';

/** Each way in which values for an operation are not as documented, once. */
export function faultsInRightValues(
  document: ApiDocument,
  pool: Pool,
  operation: Operation,
  seed: number,
): string[] {
  const schema = operation.requestBody?.content['application/json']?.schema;
  const faults = new Set<string>();
  for (const { body, query } of fc.sample(casesOf(document, operation), { numRuns: 20, seed })) {
    const fault = schema && document.faultsIn(pool.resolved(asSent(body)), schema, 'asked');
    if (fault !== undefined) faults.add(fault);
    for (const { name, schema: own } of operation.parameters.filter((one) => one.in === 'query')) {
      if (!(name in query)) continue;
      const wrong = document.faultsIn(pool.resolved(asSent(query[name])), own, 'asked');
      if (wrong !== undefined) faults.add(`${name}: ${wrong}`);
    }
  }
  return [...faults];
}

const asSent = (value: unknown): unknown =>
  value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
