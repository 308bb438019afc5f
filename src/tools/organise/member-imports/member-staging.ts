import type { Tx } from '../../../database/tx.js';
import { lineOf, type CopyBlock, type CopyValue } from '../../../intake/copy-lines.js';
import type { MemberOutcome } from './member-row.js';

/** In charge of how an outcome of the reader looks as a line of staging. */
const columns = [
  'line',
  'outcome',
  'membership_number',
  'kind',
  'status',
  'title',
  'forename',
  'middle_names',
  'surname',
  'name_folded',
  'joined_on',
  'left_on',
  'branch_name',
  'email',
  'mobile',
  'landline',
  'address_lines',
  'postcode',
  'warnings',
  'field',
  'reason',
  'cells',
] as const;
type Values = Partial<Record<(typeof columns)[number], CopyValue>>;

export function stagingLineOf(outcome: MemberOutcome): string {
  const values = 'row' in outcome ? taken(outcome.row) : refused(outcome.refused);
  return lineOf(columns.map((column) => values[column]));
}

/** `table` comes from the database, which made the name of an import's id. */
export function copyIntoStaging(tx: Tx, table: string, block: CopyBlock): Promise<void> {
  return block.copyInto(tx, `organise."${table}"`, columns);
}

function taken(row: Extract<MemberOutcome, { row: unknown }>['row']): Values {
  return {
    line: row.line,
    outcome: 'row',
    membership_number: row.membershipNumber,
    kind: row.kind,
    status: row.status,
    title: row.title,
    forename: row.forename,
    middle_names: row.middleNames,
    surname: row.surname,
    name_folded: row.nameFolded,
    joined_on: row.joinedOn,
    left_on: row.leftOn,
    branch_name: row.branchName,
    email: row.email,
    mobile: row.mobile,
    landline: row.landline,
    address_lines: row.addressLines,
    postcode: row.postcode,
    warnings: JSON.stringify(row.warnings),
    cells: row.cells,
  };
}

function refused(row: Extract<MemberOutcome, { refused: unknown }>['refused']): Values {
  return {
    line: row.line,
    outcome: 'rejected',
    membership_number: row.membershipNumber,
    warnings: '[]',
    field: row.field,
    reason: row.reason,
    cells: row.cells,
  };
}
