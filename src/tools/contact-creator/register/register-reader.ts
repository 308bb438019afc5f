import type { FileFault, FileRecord } from '../../../intake/delimited-file.js';
import { parseAddress, type ParsedAddress } from './address.rules.js';
import { DateJudge, DateKindFinder, type DateKind } from './date-kind.rules.js';
import { DuplicateFinder } from './duplicate-finder.js';
import { foldName } from '../../../intake/fold.rules.js';
import { normaliseHeader } from '../../../intake/header.js';
import { isNotAllowed, type Layout, type RegisterField } from './layout.js';
import type { OtherSeats } from './other-seat.rules.js';
import { parseMarkers, parseOptOut } from './marker.rules.js';
import { isoOf, readDate, type Day } from '../../../intake/written-date.rules.js';
import { anonymousRow, type RefusedRow, type RegisterOutcome, type RegisterRow } from './register-row.js';
import {
  addressLinesOf,
  cellOf,
  likeDate,
  misfitOf,
  nameOf,
  numberOf,
  piecesOf,
  uprnOf,
  type Name,
} from './row-parts.rules.js';

/**
 * Reads the rows of one register file, in two passes: `observe` every record, `decide`, then `read` every record again.
 * Each record has exactly one outcome. Whether someone is under 16 is asked before everything else, because any other
 * refusal keeps the cells. Two people under one number are left to the staging table, which sees the whole file.
 */
export class RegisterReader {
  private readonly kinds = new DateKindFinder();
  private readonly duplicates = new DuplicateFinder();
  private judge: DateJudge | undefined;
  private readonly numberColumns: ReadonlySet<number | undefined>;
  private readonly forbiddenColumns: readonly number[];
  /** How many cells a row has at least: rows may end before columns without a name. */
  private readonly width: number;

  constructor(
    private readonly layout: Layout,
    private readonly publishedOn: string,
    private readonly otherSeats: OtherSeats,
  ) {
    const { columns, header } = layout;
    this.width = header.findLastIndex((cell) => normaliseHeader(cell) !== '') + 1;
    this.numberColumns = new Set([columns.prefix, columns.number, columns.suffix]);
    this.forbiddenColumns = [...header.keys()].filter((at) => isNotAllowed(normaliseHeader(header[at]!)));
  }

  observe(record: FileRecord): void {
    const { date } = this.layout.columns;
    if (date !== undefined && record.cells.length >= this.width) {
      this.kinds.observe(record.cells[date]!.trim());
    }
  }

  /** Ends the first pass. A fault refuses the file. */
  decide(): { kind: DateKind } | { fault: string } {
    const kind = this.kinds.decide(this.publishedOn);
    if (typeof kind !== 'string') return kind;
    this.judge = new DateJudge(kind, this.publishedOn);
    return { kind };
  }

  /** A record that could not be read as one is refused too, and blanked if a child may be in it. */
  refuse(fault: FileFault): RefusedRow {
    return this.rejected(fault, null, fault.reason);
  }

  read(record: FileRecord): RegisterOutcome {
    if (!this.judge) throw new Error('The kind of dates is decided before rows are read.');
    const { layout } = this;
    const { cells } = record;
    const misfit = misfitOf(cells, this.width, layout.header.length);
    if (misfit !== undefined) {
      return { refused: this.rejected(record, null, misfit) };
    }
    const dateText = cellOf(layout, cells, 'date');
    const date = dateText === '' ? undefined : this.judge.judge(dateText);
    if (date && 'isUnder16' in date) return { refused: this.notStored(record, date.adultOn) };
    // Whoever is listed with a date may be a child: unread, it is for a person to mend, not for us to leave out.
    if (date && 'dropped' in date && date.dropped === 'unreadable') {
      if (!this.judge.mayMeanUnder16(dateText)) return this.reject(record, 'date', whyDropped.unreadable);
      return { refused: this.blanked(record, this.columnOf('date'), whyDropped.unreadable) };
    }
    for (let column = 0; column < cells.length; column += 1) {
      if (cells[column]!.includes('\0')) {
        return {
          refused: this.rejected(record, layout.header[column] ?? null, 'contains a NUL character'),
        };
      }
    }
    const otherSeat = this.otherSeats.named(cellOf(layout, cells, 'constituency'));
    if (otherSeat !== undefined) return this.reject(record, 'constituency', isElsewhere(otherSeat));
    const number = numberOf(layout, cells);
    if ('fault' in number) return this.reject(record, number.field, number.fault);
    const name = nameOf(layout, cells);
    if ('fault' in name) return this.reject(record, name.field, name.fault);
    const markers = parseMarkers(cellOf(layout, cells, 'markers'));
    if ('fault' in markers) return this.reject(record, 'markers', markers.fault);

    const warnings: RegisterRow['warnings'] = [];
    const warn = (field: RegisterField, reason: string): void => {
      warnings.push({ field: this.columnOf(field), reason });
    };
    const hasName = name.surname !== '' || name.forename !== '' || name.middleNames !== '';
    const lines = addressLinesOf(layout, cells);
    if (!hasName) {
      if (lines.length > 0) {
        return this.reject(record, layout.columns.fullName === undefined ? 'surname' : 'fullName', noName);
      }
      return this.taken(record, anonymousRow(record.line, number));
    }

    let isOptedOut = name.isOptedOut || markers.isOptedOut;
    let uprnText = cellOf(layout, cells, 'uprn');
    if (layout.columns.optOut !== undefined) {
      const text = cellOf(layout, cells, 'optOut');
      const optOut = parseOptOut(text);
      // Some exports of Eros write the UPRN into their last column.
      if (optOut === undefined && /^\d{6,12}$/.test(text)) uprnText ||= text;
      else if (optOut === undefined) warn('optOut', `"${text}" is neither yes nor no; held for opted out`);
      isOptedOut ||= optOut ?? !/^\d{6,12}$/.test(text);
    }
    const uprn = uprnOf(uprnText);
    if (uprn === undefined) warn('uprn', 'is no UPRN; left out');
    if (markers.unknown !== '') {
      warn('markers', `unknown marker ${markers.unknown.split('').join(', ')}; kept`);
    }
    let attainsOn: string | null = null;
    if (date && 'dropped' in date) warn('date', whyDropped[date.dropped]);
    else if (date) attainsOn = isoOf(date.attainsOn);
    if (date && readDate(dateText)?.isMangled) warn('date', 'read as the serial number of a spreadsheet');

    let address: ParsedAddress | null = null;
    let addressLines = lines;
    let postcode: string | null = null;
    if (lines.length > 0) {
      const given = cellOf(layout, cells, 'postcode');
      const parsed = parseAddress({
        lines,
        postcode: given || null,
        subHouse: cellOf(layout, cells, 'subHouse'),
        house: cellOf(layout, cells, 'house'),
        uprn: uprn ?? null,
        district: number.prefix,
      });
      if ('fault' in parsed) return this.rejectLine(record, parsed.fault);
      ({ address, lines: addressLines, postcode } = parsed);
      if (given !== '' && postcode === null) warn('postcode', `"${given}" is no postcode; left out`);
    }
    return this.taken(record, {
      line: record.line,
      prefix: number.prefix,
      number: number.number,
      suffix: number.suffix,
      entryKind: address ? 'ordinary' : 'other',
      title: cellOf(layout, cells, 'title') || null,
      forename: name.forename,
      middleNames: name.middleNames || null,
      surname: name.surname,
      nameSuffix: cellOf(layout, cells, 'nameSuffix') || null,
      nameIsUncertain: name.isUncertain,
      nameFolded: foldedOf(name),
      franchise: markers.franchise,
      isOptedOut,
      attainsOn,
      externalId: cellOf(layout, cells, 'externalId') || null,
      uprn: uprn ?? null,
      wardName: cellOf(layout, cells, 'ward') || null,
      addressLines,
      postcode,
      address,
      warnings,
    });
  }

  private taken(record: FileRecord, row: RegisterRow): RegisterOutcome {
    const first = this.duplicates.firstLineOf(record.cells, record.line);
    if (first === undefined) return { row, cells: this.kept(record.cells, row.entryKind === 'anonymous') };
    return { refused: this.rejected(record, null, `The same row stands on line ${first}.`) };
  }

  /** As they came, but for what a register may not hold; of an anonymous elector his number alone. */
  private kept(cells: string[], isAnonymous: boolean): string[] {
    if (isAnonymous) return cells.map((cell, column) => (this.numberColumns.has(column) ? cell : ''));
    if (this.forbiddenColumns.length === 0) return cells;
    const kept = [...cells];
    for (const column of this.forbiddenColumns) if (column < kept.length) kept[column] = '';
    return kept;
  }

  private columnOf(field: RegisterField): string {
    const column = this.layout.columns[field];
    return column === undefined ? field : this.layout.header[column]!.trim();
  }

  private reject(record: FileRecord, field: RegisterField, reason: string): RegisterOutcome {
    return { refused: this.rejected(record, this.columnOf(field), reason) };
  }

  private rejectLine(record: FileRecord, reason: string): RegisterOutcome {
    return {
      refused: this.rejected(record, this.layout.header[this.layout.addressLines[0]![0]!]!.trim(), reason),
    };
  }

  /** Rows to reject may be shifted, and a child's date stand anywhere in them: then their cells are not kept. */
  private rejected(record: FileRecord, field: string | null, reason: string): RefusedRow {
    const child = this.childAnywhere(record);
    if (child) return child;
    if (this.mayHoldChild(record)) return this.blanked(record, field, reason);
    const cells = this.kept(record.cells, false);
    return { line: record.line, outcome: 'rejected', field, reason, cells };
  }

  /** Somebody mends the row in the file it came from: here his district is left of it, where that has a column. */
  private blanked({ line, cells }: FileRecord, field: string | null, reason: string): RefusedRow {
    const { prefix } = this.layout.columns;
    const isWhole = misfitOf(cells, this.width, this.layout.header.length) === undefined;
    const left = cells.map((cell, column) => (isWhole && column === prefix ? cell : ''));
    return { line, outcome: 'rejected', field, reason: `${reason}${mayBeChild}`, cells: left };
  }

  private mayHoldChild({ cells }: FileRecord): boolean {
    return cells.some((cell) =>
      piecesOf(cell).some(
        (text) => likeDate.test(text) && !readDate(text) && this.judge?.mayMeanUnder16(text) === true,
      ),
    );
  }

  private notStored(record: FileRecord, adultOn: Day | null): RefusedRow {
    const number = numberOf(this.layout, record.cells);
    const name = nameOf(this.layout, record.cells);
    const numberKey =
      'fault' in number
        ? `${cellOf(this.layout, record.cells, 'prefix')}-${cellOf(this.layout, record.cells, 'number')}`
        : `${number.prefix}-${number.number}/${number.suffix}`;
    return {
      line: record.line,
      outcome: 'not-stored',
      field: this.columnOf('date'),
      reason: under16,
      cells: null,
      repeatKey: [numberKey, 'fault' in name ? '' : foldedOf(name), adultOn ?? ''].join('|'),
    };
  }

  private childAnywhere(record: FileRecord): RefusedRow | undefined {
    if (!this.judge) return undefined;
    for (const cell of record.cells) {
      for (const text of piecesOf(cell)) {
        if (text.length < 6 || text.length > 30 || !/[-/. ]/.test(text) || !readDate(text)) continue;
        const date = this.judge.judge(text);
        if ('isUnder16' in date) return this.notStored(record, date.adultOn);
      }
    }
    return undefined;
  }
}

const noName = 'There is an address but no name.';
/** Taken, the row would show an elector to whoever acts here, and nobody there. */
const isElsewhere = (seat: string): string => `The row is of another constituency: ${seat}.`;
const under16 =
  'The entry is of a person under 16 at the date of publication, and nothing of it is kept. Destroy the file it came in ' +
  'and tell the electoral registration officer (ERO) who supplied it.';
const whyDropped = {
  past: 'an attainment date before publication; left out',
  old: 'a birth date more than 18 years before publication; left out',
  unreadable: 'is not a date that can be read',
};

const mayBeChild = '; nothing of the row is kept, because it may be of a person under 16';

function foldedOf({ surname, forename, middleNames }: Name): string {
  return foldName(middleNames === '' ? `${surname} ${forename}` : `${surname} ${forename} ${middleNames}`);
}
