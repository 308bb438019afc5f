import type { NamedSeat } from './other-seat.rules.js';
import type { RegisterOutcome } from './register-row.js';

/**
 * The door between the file and the import: what a reader of register files is asked and what it answers. The import
 * knows nothing of encodings, layouts or suppliers.
 */
export interface RegisterFileRequest {
  /** The bytes from the beginning, as often as they are asked for: form and date kinds are decided over the whole file. */
  open: () => AsyncIterable<Uint8Array>;
  constituencyId: string;
  publishedOn: string;
  mapping: Record<string, unknown> | null;
  /** All constituencies, by which a row of another one is known. */
  seats: readonly NamedSeat[];
}

export interface OpenedRegister {
  layout: string;
  encoding: string;
  delimiter: string;
  header: readonly string[];
  /** Columns that the register may not contain, or that nothing here reads. */
  droppedColumns: readonly string[];
  /** Mended rows of a file that was sent before: nobody is taken off the register for not being among them. */
  isSupplement: boolean;
  outcomes: AsyncIterable<RegisterOutcome>;
}

/** Why a whole file is refused. The detail is shown to users and names nobody. */
export class RegisterFileFault extends Error {
  override readonly name = 'RegisterFileFault';

  constructor(
    readonly code: 'not-readable' | 'layout-unknown' | 'no-rows' | 'file-changed',
    readonly detail: string,
  ) {
    super(detail);
  }
}

export type RegisterReader = (request: RegisterFileRequest) => Promise<OpenedRegister>;

/** Token of the reader. */
export const REGISTER_READER = Symbol('REGISTER_READER');
