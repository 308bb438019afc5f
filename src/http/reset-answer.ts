import type { ServerResponse } from 'node:http';

/**
 * Breaks an answer off so that it shows: no terminating chunk, and nothing of what still waits to be sent. A TLS socket
 * cannot be reset; it is destroyed without its closing alert, which shows as well.
 */
export function resetAnswer(raw: ServerResponse): void {
  const { socket } = raw;
  if (socket && !('encrypted' in socket)) socket.resetAndDestroy();
  raw.destroy();
}
