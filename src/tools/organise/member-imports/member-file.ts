import { scanForm } from '../../../intake/file-form.js';
import { findHeader, isPassed, normaliseHeader } from '../../../intake/header.js';
import { isFault, readRecords } from '../../../intake/records.js';
import { stripRosetteColumns } from '../../../intake/rejected-file.js';
import type { FileFault, FileRecord } from '../../../intake/delimited-file.js';
import { columnsOf, isMemberHeader, type MemberMapping } from './member-columns.rules.js';
import { MemberReader } from './member-reader.js';
import type { MemberOutcome } from './member-row.js';

/**
 * In charge of the passes over a membership list: its form, then its header, then its rows in flat memory. Whatever is
 * wrong with the whole file is a MemberFileFault.
 */
export interface OpenedMemberFile {
  encoding: string;
  delimiter: string;
  header: readonly string[];
  droppedColumns: readonly string[];
  /** Mended rows of a file that was sent before: nobody is absent from it. */
  isSupplement: boolean;
  outcomes: AsyncIterable<MemberOutcome>;
}

/** Why a whole file is refused. The detail is shown to users and names nobody. */
export class MemberFileFault extends Error {
  override readonly name = 'MemberFileFault';

  constructor(
    readonly code: 'not-readable' | 'layout-unknown' | 'no-rows' | 'too-many-rows',
    readonly detail: string,
  ) {
    super(detail);
  }
}

/** `open` gives the bytes from the beginning, as often as it is called. */
export async function readMemberFile(
  open: () => AsyncIterable<Uint8Array>,
  mapping: MemberMapping | null,
): Promise<OpenedMemberFile> {
  const form = await scanForm(open());
  if ('fault' in form)
    throw new MemberFileFault('not-readable', form.fault.replaceAll('the register', 'the list'));
  const seen = { isFirst: true, isSupplement: false };
  const records = stripRosetteColumns(watched(readRecords(open(), form), seen));
  const found = await findHeader(records, (cells) => isMemberHeader(cells, mapping));
  if ('fault' in found)
    throw new MemberFileFault(
      'layout-unknown',
      `${found.fault} A list of members needs a column for the membership number and one for the surname.`,
    );
  const columns = columnsOf(found.header.cells, mapping);
  return {
    ...form,
    header: columns.header,
    droppedColumns: columns.dropped,
    isSupplement: seen.isSupplement,
    outcomes: outcomesOf(found.rows, new MemberReader(columns)),
  };
}

async function* outcomesOf(
  rows: AsyncIterable<Parameters<typeof isPassed>[0]>,
  reader: MemberReader,
): AsyncGenerator<MemberOutcome> {
  for await (const item of rows) {
    if (isPassed(item)) continue;
    yield isFault(item) ? { refused: reader.refuse(item) } : reader.read(item);
  }
}

/** Shows whether the first record is the header of a file that Rosette wrote. */
async function* watched(
  records: AsyncIterable<FileRecord | FileFault>,
  seen: { isFirst: boolean; isSupplement: boolean },
): AsyncGenerator<FileRecord | FileFault> {
  for await (const item of records) {
    if (seen.isFirst) seen.isSupplement = item.cells.map(normaliseHeader).includes('rosetteline');
    seen.isFirst = false;
    yield item;
  }
}
