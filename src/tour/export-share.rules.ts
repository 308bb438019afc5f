/**
 * In charge of how many electors of Putney tours may take out of what a data officer may export in a day. The rest is for
 * the practice register, so that the tour can be taken many times over.
 */
import type { Schemas } from './story.js';

/** Three quarters of a data officer's day. */
export const mostOfPutney = 150_000;
/** What the server has read ahead counts against the day, though it never left. */
const readAhead = 10_000;
/** A day's exports count less and less during the next one. */
const countedMs = 2 * 86_400_000;

/** Whether a file of so many electors may be fetched, beside those of the last days. One that runs still counts whole. */
export function isRoomFor(
  electors: number,
  exported: readonly Pick<Schemas['Export'], 'rowCount' | 'fetches'>[],
  now: Date,
): boolean {
  const taken = exported.flatMap(({ rowCount, fetches }) =>
    fetches
      .filter(({ startedAt }) => now.getTime() - Date.parse(startedAt) < countedMs)
      .map(({ rows }) => Math.min(rowCount, (rows ?? rowCount) + readAhead)),
  );
  return taken.reduce((sum, rows) => sum + rows, electors) <= mostOfPutney;
}
