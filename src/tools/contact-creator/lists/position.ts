/** In charge of cursors that are a position in a list or walk: an integer as the database has them. */
import { decodeCursor } from '../../../http/keyset.js';

const largest = 2_147_483_647;

/** @throws Problem validation-failed if the cursor is not one of ours */
export function positionAfter(cursor: string | undefined): number {
  const position = (decodeCursor(cursor, ['integer'])?.[0] as number | undefined) ?? 0;
  return Math.min(Math.max(position, 0), largest);
}
