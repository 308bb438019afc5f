import type { FastifyReply } from 'fastify';
import type { Admission } from '../kill-switch/gate.js';

/** Some lines of a long answer, read and committed in one custody transaction. Types only. */
export interface AnswerBlock {
  bytes: Buffer;
  /** Length of each line in bytes, so that the record can say how many left. */
  lineLengths: readonly number[];
}

export interface LongAnswer {
  /** What the answer was admitted under: asked again before each piece. */
  admission: Admission;
  /** Sent before the first block; it is no row. */
  heading: Buffer;
  /** The block at a position from 0; undefined behind the last. Called in order, at most one ahead of what is being sent or waited for. */
  block(index: number): Promise<AnswerBlock | undefined>;
  /** Asked at most once a second: why the reader may no longer have the answer, if so. */
  standing(): Promise<string | undefined>;
  /** How long a client may leave a piece unread. */
  stallMs?: number;
  /** How long it waits without a lease. */
  frozenMs?: number;
}

/** What left: bytes of the body and rows begun, with nothing held back by us; what the kernel did with them is its own. */
export interface Delivery {
  /** Why it was cut; undefined when it is whole. */
  why?: string;
  /** Its last piece was handed over before this process knew that it may not be. */
  isLate?: boolean;
  bytes: number;
  rows: number;
}

export type Reply = Pick<FastifyReply, 'raw' | 'hijack' | 'getHeaders'>;
