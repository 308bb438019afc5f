import type { FileFault, FileForm, FileRecord } from '../../../intake/delimited-file.js';
import { scanForm } from '../../../intake/file-form.js';
import { findHeader, isPassed, normaliseHeader, type PassedLine } from '../../../intake/header.js';
import { isFault, readRecords } from '../../../intake/records.js';
import { stripRosetteColumns } from '../../../intake/rejected-file.js';
import { isMappedHeader, layoutFromMapping } from './layout-mapping.rules.js';
import type { Layout } from './layout.js';
import { OtherSeats } from './other-seat.rules.js';
import { RegisterFileFault, type OpenedRegister, type RegisterFileRequest } from './register-file.js';
import { RegisterReader } from './register-reader.js';
import type { RegisterOutcome } from './register-row.js';
import { detectLayout } from './supplier-layouts.rules.js';

/**
 * In charge of the passes over a register file: its form, then its header and the kind of its dates, then its rows.
 * Whatever is wrong with the whole file is a RegisterFileFault.
 */
type Mapping = Parameters<typeof layoutFromMapping>[0];
type Rows = AsyncIterable<FileRecord | FileFault | PassedLine>;

export async function readRegister(request: RegisterFileRequest): Promise<OpenedRegister> {
  const form = await scanForm(request.open());
  if ('fault' in form) throw new RegisterFileFault('not-readable', form.fault);
  const mapping = request.mapping as Mapping | null;
  const first = await rowsOf(request, form, mapping);
  const otherSeats = new OtherSeats(request.constituencyId, request.seats);
  const reader = new RegisterReader(first.layout, request.publishedOn, otherSeats);
  for await (const item of first.rows) if (!isPassed(item) && !isFault(item)) reader.observe(item);
  const kind = reader.decide();
  if ('fault' in kind) throw new RegisterFileFault('not-readable', kind.fault);
  const { layout } = first;
  return {
    layout: layout.name,
    encoding: form.encoding,
    delimiter: form.delimiter,
    header: layout.header,
    droppedColumns: layout.dropped.map(({ column }) => column),
    isSupplement: first.isSupplement,
    outcomes: outcomesOf(request, form, mapping, reader),
  };
}

async function* outcomesOf(
  request: RegisterFileRequest,
  form: FileForm,
  mapping: Mapping | null,
  reader: RegisterReader,
): AsyncGenerator<RegisterOutcome> {
  const { rows } = await rowsOf(request, form, mapping);
  for await (const item of rows) {
    if (isPassed(item)) continue;
    yield isFault(item) ? { refused: reader.refuse(item) } : reader.read(item);
  }
}

/** The file from its beginning, up to and including the header. */
async function rowsOf(
  request: RegisterFileRequest,
  form: FileForm,
  mapping: Mapping | null,
): Promise<{ layout: Layout; rows: Rows; isSupplement: boolean }> {
  let isSupplement = false;
  const records = stripRosetteColumns(
    watched(readRecords(request.open(), form), (cells) => (isSupplement ||= isOurs(cells))),
  );
  const isHeader = (cells: string[]): boolean =>
    mapping ? isMappedHeader(mapping, cells) : detectLayout(cells) !== undefined;
  const found = await findHeader(records, isHeader);
  if ('fault' in found) throw new RegisterFileFault('layout-unknown', found.fault);
  const detected = mapping
    ? layoutFromMapping(mapping, found.header.cells)
    : detectLayout(found.header.cells);
  if (!detected) throw new RegisterFileFault('layout-unknown', 'The layout of the file is not known.');
  if ('faults' in detected) throw new RegisterFileFault('layout-unknown', detected.faults.join('; '));
  if ('fault' in detected) throw new RegisterFileFault('layout-unknown', detected.fault);
  return { layout: detected.layout, rows: found.rows, isSupplement };
}

/** Shows the first records, among which the header is, before they pass on. */
async function* watched(
  records: AsyncIterable<FileRecord | FileFault>,
  look: (cells: string[]) => void,
): AsyncGenerator<FileRecord | FileFault> {
  let seen = 0;
  for await (const item of records) {
    if (seen++ === 0) look(item.cells);
    yield item;
  }
}

const isOurs = (cells: string[]): boolean => cells.map(normaliseHeader).includes('rosetteline');
