/**
 * In charge of what leaves the services of this room as a resource that can be edited: the value without its version
 * number, and the number as its entity tag.
 */
import type { FastifyReply } from 'fastify';
import { Problem } from '../../../http/problem.js';

export interface Tagged<Value> {
  value: Value;
  etag: string;
}

/** Sends the tag as the header and hands on the value as the body. */
export function withTag<Value>(reply: FastifyReply, { value, etag }: Tagged<Value>): Value {
  void reply.header('ETag', etag);
  return value;
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
