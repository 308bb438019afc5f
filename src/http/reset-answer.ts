/**
 * In charge of breaking an answer off so that it shows, on every transport: nothing more of what waits to be sent leaves,
 * and nothing that a client could take for an end.
 */
import type { ServerResponse } from 'node:http';
import { constants } from 'node:http2';
import { connectionOf, isHoldingBack, streamOf } from './connection.js';

/**
 * HTTP/1 loses its connection, with what lies in the send buffer. Over HTTP/2 the stream is closed with INTERNAL_ERROR and the
 * others go on, unless the connection holds back what was written to it, which closing a stream would not call back. When
 * this returns nothing of the answer leaves any more.
 */
export function resetAnswer(raw: ServerResponse): void {
  const stream = streamOf(raw);
  if (!stream) return resetConnection(raw);
  const connection = connectionOf(raw);
  // Never CANCEL or NO_ERROR: clients take those for an end.
  if (!stream.destroyed) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  if (connection && isHoldingBack(connection)) connection.raw.resetAndDestroy();
}

/**
 * As `resetAnswer`, for what was written in this turn of the loop and must not leave: over HTTP/2 it has reached no socket yet,
 * and closing its stream would send it first.
 */
export function resetConnection(raw: ServerResponse): void {
  const connection = connectionOf(raw);
  // A TLS socket cannot be reset, what lies below it can: no closing alert either. It follows by itself; destroyed while Node still
  // reads the request it would keep the server from closing.
  connection?.raw.resetAndDestroy();
  if (connection?.secure === undefined) raw.destroy();
}
