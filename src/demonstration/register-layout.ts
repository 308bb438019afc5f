/**
 * In charge of writing a made-up elector as each supplier would: the supplier's columns in the supplier's order. How the
 * importer reads them is none of its business; the two know nothing of each other.
 */
import { createHash } from 'node:crypto';
import type { MadeUpElector } from './made-up-elector.js';

export const LAYOUTS = [
  'xpress',
  'xpress-13',
  'eros',
  'eros-no-status',
  'democracy-counts-2015',
  'democracy-counts-2026',
] as const;
export type RegisterLayout = (typeof LAYOUTS)[number];

type Cells = (elector: MadeUpElector, constituencyId: string) => string[];

const xpressAddress = 'PostCode,Address1,Address2,Address3,Address4,Address5,Address6';
const xpressNumber = 'Elector Number Prefix,Elector Number,Elector Number Suffix,Elector Markers,Elector DOB';
const erosAddress = Array.from({ length: 9 }, (_, index) => `Address ${index + 1}`).join(',');
const countsAddress =
  'FranchiseMarker,RegisteredAddress1,RegisteredAddress2,RegisteredAddress3,RegisteredAddress4,RegisteredAddress5,RegisteredAddress6,PostCode,Euro,Parl,County,Ward,SubHouse,House';
const countsName = 'PDCode,RollNo,ElectorTitle,ElectorSurname,ElectorForename,ElectorMiddleName';

/** Each supplier's header row, and its row of cells. */
export const layouts: Record<RegisterLayout, { header: string; cells: Cells }> = {
  xpress: {
    header: `${xpressNumber},Elector Surname,Elector Forename,${xpressAddress}`,
    cells: (elector) => [
      ...xpressStart(elector),
      elector.name?.surname ?? '',
      forenames(elector),
      ...xpressEnd(elector),
    ],
  },
  'xpress-13': {
    header: `${xpressNumber},Elector Name,${xpressAddress}`,
    cells: (elector) => [
      ...xpressStart(elector),
      [elector.name?.surname ?? '', forenames(elector)].filter((part) => part !== '').join(' '),
      ...xpressEnd(elector),
    ],
  },
  eros: {
    header: `PD,ENO,Status,Title,First Names,Initials,Surname,Suffix,Date of Attainment,Franchise Flag,${erosAddress},Postcode,Opt Out`,
    cells: (elector) => [
      elector.prefix,
      slashed(elector),
      '',
      elector.name?.title ?? '',
      forenames(elector),
      initials(elector),
      elector.name?.surname ?? '',
      '',
      british(elector.attainsOn),
      elector.franchise,
      ...erosLines(elector),
      elector.door?.postcode ?? '',
      elector.isOptedOut ? 'Y' : 'N',
    ],
  },
  'eros-no-status': {
    header: `PD,ENO,Title,First Name,Initials,Surname,Suffix,Date Of Attainment,Franchise Flag,${erosAddress},Postcode`,
    cells: (elector) => [
      elector.prefix,
      slashed(elector),
      elector.name?.title ?? '',
      forenames(elector),
      initials(elector),
      elector.name === null ? '' : `${elector.isOptedOut ? '(z) ' : ''}${elector.name.surname}`,
      '',
      british(elector.attainsOn),
      elector.franchise,
      ...erosLines(elector),
      elector.door?.postcode ?? '',
    ],
  },
  'democracy-counts-2015': {
    header: `${countsName},AttainersDOB,${countsAddress}`,
    cells: (elector, constituencyId) => [
      ...countsStart(elector),
      birthDate(elector.attainsOn),
      ...countsEnd(elector, constituencyId),
    ],
  },
  'democracy-counts-2026': {
    header: `${countsName},IERStatus,DateOfAttainment,${countsAddress},MethodOfVerification,ElectorID,UPRN`,
    cells: (elector, constituencyId) => [
      ...countsStart(elector),
      '',
      british(elector.attainsOn),
      ...countsEnd(elector, constituencyId),
      '',
      // Never a UPRN: an invented one could be a stranger's door.
      electorId(elector),
      '',
    ],
  },
};

/** One line of the file, with its ending. */
export function lineOf(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}

/** Of the person, not of the number: another seed's people are others, under whatever numbers they stand. */
function electorId({ person, name }: MadeUpElector): string {
  const whole = [person, name?.surname ?? '', name?.forename ?? ''].join('|');
  return createHash('sha256').update(whole).digest('hex').slice(0, 16).toUpperCase();
}

function xpressStart({ prefix, number, suffix, franchise, isOptedOut, attainsOn }: MadeUpElector): string[] {
  const markers = `${franchise}${isOptedOut ? 'Z' : ''}`;
  return [prefix, String(number), String(suffix), markers, birthDate(attainsOn)];
}

function xpressEnd({ door }: MadeUpElector): string[] {
  // Xpress repeats the postcode behind the address.
  return [
    door?.postcode ?? '',
    ...padded(door === null ? [] : [...door.lines, door.postTown, door.postcode], 6),
  ];
}

function erosLines({ door, name }: MadeUpElector): string[] {
  const others = name === null ? [] : ['OTHER ELECTORS'];
  return padded(door === null ? others : [...door.lines, door.postTown], 9);
}

function countsStart({ prefix, number, suffix, name }: MadeUpElector): string[] {
  const rollNumber = suffix === 0 ? String(number) : `${number}.${suffix}`;
  return [
    prefix,
    rollNumber,
    name?.title ?? '',
    name?.surname ?? '',
    name?.forename ?? '',
    name?.middleNames ?? '',
  ];
}

function countsEnd({ franchise, isOptedOut, door }: MadeUpElector, constituencyId: string): string[] {
  // Some councils print the flat in the address too; here it stands in SubHouse alone, as in most files.
  const lines = door === null ? [] : door.lines.filter((line) => line !== door.unit);
  return [
    `${franchise}${isOptedOut ? 'Z' : ''}`,
    ...padded(door === null ? [] : [...lines, door.postTown], 6),
    door?.postcode ?? '',
    '',
    constituencyId,
    '',
    door?.wardId ?? '',
    door?.unit ?? '',
    door?.house ?? '',
  ];
}

function padded(lines: readonly string[], width: number): string[] {
  return Array.from({ length: width }, (_, index) => lines[index] ?? '');
}

function forenames({ name }: MadeUpElector): string {
  if (name === null) return '';
  return name.middleNames === '' ? name.forename : `${name.forename} ${name.middleNames}`;
}

function initials({ name }: MadeUpElector): string {
  return name?.middleNames.charAt(0) ?? '';
}

function slashed({ number, suffix }: MadeUpElector): string {
  return suffix === 0 ? String(number) : `${number}/${suffix}`;
}

/** `2027-03-09` → `09/03/2027`. */
function british(date: string): string {
  return date.split('-').toReversed().join('/');
}

/** Eighteen years before. The generator gives nobody a birthday on 29 February. */
function birthDate(attainsOn: string): string {
  return attainsOn === '' ? '' : british(`${Number(attainsOn.slice(0, 4)) - 18}${attainsOn.slice(4)}`);
}
