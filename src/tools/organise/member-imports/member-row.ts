import type { MemberKind, MemberStatus } from './member-standing.rules.js';

/** One row of a membership list. Null says nothing: what is held of the member stays. */
export interface MemberRow {
  line: number;
  cells: string[];
  membershipNumber: string;
  kind: MemberKind | null;
  status: MemberStatus | null;
  title: string | null;
  forename: string;
  middleNames: string | null;
  surname: string;
  nameFolded: string;
  joinedOn: string | null;
  leftOn: string | null;
  branchName: string | null;
  email: string | null;
  mobile: string | null;
  landline: string | null;
  addressLines: string[] | null;
  postcode: string | null;
  warnings: { field: string; reason: string }[];
}

/** A row that is not taken. Its number, if it can be read, keeps the member from counting as absent. */
export interface RefusedMemberRow {
  line: number;
  field: string | null;
  reason: string;
  cells: string[];
  membershipNumber: string | null;
}

export type MemberOutcome = { row: MemberRow } | { refused: RefusedMemberRow };
