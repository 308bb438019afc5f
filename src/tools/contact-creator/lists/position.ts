/** In charge of cursors that are a position in a list or walk: an integer as the database has them. */
import { decodeCursor } from '../../../http/keyset.js';

/** @throws Problem validation-failed if the cursor is not one of ours */
export function positionAfter(cursor: string | undefined): number {
  return (decodeCursor(cursor, ['integer'])?.[0] as number | undefined) ?? 0;
}
