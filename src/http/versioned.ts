/**
 * In charge of what leaves a service as a resource that can be edited: the value without its version number, and the
 * number as its entity tag.
 */
import type { FastifyReply } from 'fastify';
import { etagOf } from './etag.js';
import { Problem } from './problem.js';

export interface Tagged<Value> {
  value: Value;
  etag: string;
}

/** Sends the tag as the header and hands on the value as the body. */
export function withTag<Value>(reply: FastifyReply, { value, etag }: Tagged<Value>): Value {
  void reply.header('ETag', etag);
  return value;
}

export function withoutVersion<Row extends { version: number }>(row: Row): Omit<Row, 'version'> {
  const { version: _, ...value } = row;
  return value;
}

export function tagged<Row extends { version: number }>(row: Row): Tagged<Omit<Row, 'version'>> {
  return { value: withoutVersion(row), etag: etagOf(row.version) };
}

/** @throws Problem not-found where there is none: not there, or not the reader's to know */
export function found<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Problem('not-found');
  return row;
}

/** @throws Problem validation-failed with one fault of the body */
export function refuse(pointer: string, detail: string): never {
  throw new Problem('validation-failed', { errors: [{ pointer, detail }] });
}
