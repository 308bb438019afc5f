import type { FileFault, FileRecord } from '../../../intake/delimited-file.js';
import { foldName, normalisePostcode } from '../../../intake/fold.rules.js';
import { isoOf, readDate } from '../../../intake/written-date.rules.js';
import type { MemberColumns, MemberField } from './member-columns.rules.js';
import { emailOf, isMobile, telephoneOf } from './member-contact.rules.js';
import type { MemberOutcome, MemberRow, RefusedMemberRow } from './member-row.js';
import { kindOf, statusOf } from './member-standing.rules.js';

const mostOf: Partial<Record<MemberField, number>> = {
  membershipNumber: 40,
  title: 100,
  forename: 100,
  middleNames: 200,
  surname: 100,
};
const mostOfOthers = 250;
/** Folding may make a letter into many, and an entry of an index holds 2,700 bytes. */
const longestFolded = 300;
const addressFields = ['address1', 'address2', 'address3', 'address4', 'address5', 'address6'] as const;
/** What is wrong with these costs the value and not the row. */
const forgiven = new Set<MemberField>(['email', 'mobile', 'landline', 'telephone', 'joinedOn', 'leftOn']);

/**
 * In charge of what one row of a membership list says. Who somebody is and how he stands must be sure, else the row is
 * rejected; how to reach him need not: what cannot be read is left out with a warning.
 */
export class MemberReader {
  constructor(private readonly columns: MemberColumns) {}

  read(record: FileRecord): MemberOutcome {
    const { line, cells } = record;
    const cell = (field: MemberField): string => tidy(cells[this.columns.at.get(field) ?? -1] ?? '');
    const membershipNumber = cell('membershipNumber');
    const refuse = (field: MemberField | null, reason: string): MemberOutcome => ({
      refused: { line, field, reason, cells, membershipNumber: storableNumber(membershipNumber) },
    });
    if (cells.slice(this.columns.header.length).some((extra) => extra !== ''))
      return refuse(null, 'too-many-cells');
    // Cut off in transit, a name may be half of one. Spreadsheets fill a row up to its last heading.
    if (this.columns.header.slice(cells.length).some((heading) => heading !== ''))
      return refuse(null, 'too-few-cells');
    for (const field of this.columns.at.keys())
      if (!forgiven.has(field) && cell(field).length > (mostOf[field] ?? mostOfOthers))
        return refuse(field, 'too-long');
    if (membershipNumber === '') return refuse('membershipNumber', 'number-missing');
    const [forename, surname] = [cell('forename'), cell('surname')];
    if (forename === '' && surname === '') return refuse('surname', 'name-missing');
    const status = this.columns.at.has('status') ? statusOf(cell('status')) : null;
    if (status === undefined)
      return refuse('status', cell('status') === '' ? 'status-missing' : 'status-unknown');
    const middleNames = cell('middleNames');
    const warnings: MemberRow['warnings'] = [];
    const kind = cell('kind');
    return {
      row: {
        line,
        cells,
        membershipNumber,
        kind: kind === '' ? null : kindOf(kind),
        status,
        title: cell('title') || null,
        forename,
        middleNames: middleNames || null,
        surname,
        nameFolded: foldName(`${surname} ${forename} ${middleNames}`).slice(0, longestFolded),
        joinedOn: dateOf(cell('joinedOn'), 'joinedOn', warnings),
        leftOn: dateOf(cell('leftOn'), 'leftOn', warnings),
        branchName: cell('branch') || null,
        ...reachOf(cell, warnings),
        ...addressOf(cell, warnings),
        warnings,
      },
    };
  }

  refuse({ line, reason, cells }: FileFault): RefusedMemberRow {
    return { line, field: null, reason, cells, membershipNumber: null };
  }
}

type Cell = (field: MemberField) => string;

function reachOf(
  cell: Cell,
  warnings: MemberRow['warnings'],
): Pick<MemberRow, 'email' | 'mobile' | 'landline'> {
  const checked = (field: MemberField, read: (text: string) => string | undefined): string | null => {
    const text = cell(field);
    if (text === '') return null;
    const value = read(text);
    if (value === undefined)
      warnings.push({ field, reason: field === 'email' ? 'not-an-email-address' : 'not-a-telephone-number' });
    return value ?? null;
  };
  const email = checked('email', emailOf);
  const mobile = checked('mobile', telephoneOf);
  const landline = checked('landline', telephoneOf);
  const telephone = checked('telephone', telephoneOf);
  if (telephone === null) return { email, mobile, landline };
  return isMobile(telephone)
    ? { email, mobile: mobile ?? telephone, landline }
    : { email, mobile, landline: landline ?? telephone };
}

/** What is no British postcode stays as the last line of the address: a member may live abroad. */
function addressOf(
  cell: Cell,
  warnings: MemberRow['warnings'],
): Pick<MemberRow, 'addressLines' | 'postcode'> {
  const lines = addressFields.map(cell).filter((text) => text !== '');
  const text = cell('postcode');
  const postcode = normalisePostcode(text);
  if (text !== '' && postcode === null) {
    warnings.push({ field: 'postcode', reason: 'not-a-postcode' });
    lines.push(text);
  }
  return { addressLines: lines.length > 0 ? lines : null, postcode };
}

function dateOf(text: string, field: MemberField, warnings: MemberRow['warnings']): string | null {
  if (text === '') return null;
  const date = readDate(text);
  if (date) return isoOf(date.day);
  warnings.push({ field, reason: 'not-a-date' });
  return null;
}

function storableNumber(text: string): string | null {
  return text === '' || text.length > 40 ? null : text;
}

function tidy(cell: string): string {
  return cell.replace(/\s+/g, ' ').trim();
}
