import type { ParsedAddress } from './address.rules.js';

/** One row of a register file, read and made uniform, whatever the supplier. */
export interface RegisterRow {
  /** Physical line of the file, from 1. */
  line: number;
  prefix: string;
  /** Decimal text without trailing zeros: `124`, `3.5`. */
  number: string;
  /** '' for none. */
  suffix: string;
  entryKind: 'ordinary' | 'other' | 'anonymous';
  title: string | null;
  forename: string;
  middleNames: string | null;
  surname: string;
  nameSuffix: string | null;
  nameIsUncertain: boolean;
  /** `foldName(surname forename middleNames)`: lower case, no accents, no punctuation; for search and matching. */
  nameFolded: string;
  /** The franchise letter, '' for all elections. */
  franchise: string;
  isOptedOut: boolean;
  /** The day on which voting age is attained, YYYY-MM-DD; null for others. Birth dates are never kept. */
  attainsOn: string | null;
  externalId: string | null;
  uprn: string | null;
  wardName: string | null;
  addressLines: string[];
  postcode: string | null;
  /** Null for other and anonymous entries. */
  address: ParsedAddress | null;
  warnings: { field: string; reason: string }[];
}

/** A row that is not taken. Of someone under 16 nothing is kept but where it stood: `cells` is null. */
export interface RefusedRow {
  line: number;
  outcome: 'rejected' | 'not-stored';
  field: string | null;
  reason: string;
  cells: string[] | null;
  /** Of an under-16 entry: what a keyed hash recognises a repeat by. Never stored in clear. */
  repeatKey?: string;
}

/** `cells` is how the sender wrote the row: should the whole file tell against it, it goes back as it came. */
export type RegisterOutcome = { row: RegisterRow; cells: string[] } | { refused: RefusedRow };

/** A number and nothing else: what else the row may say of an anonymous elector is not kept. */
export function anonymousRow(
  line: number,
  number: { prefix: string; number: string; suffix: string },
): RegisterRow {
  return {
    line,
    ...number,
    entryKind: 'anonymous',
    title: null,
    forename: '',
    middleNames: null,
    surname: '',
    nameSuffix: null,
    nameIsUncertain: false,
    nameFolded: '',
    franchise: '',
    isOptedOut: false,
    attainsOn: null,
    externalId: null,
    uprn: null,
    wardName: null,
    addressLines: [],
    postcode: null,
    address: null,
    warnings: [],
  };
}
