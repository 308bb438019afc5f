import type { Tx } from '../../../database/tx.js';
import { lineOf, type CopyBlock, type CopyValue } from '../../../intake/copy-lines.js';
import type { RegisterOutcome, RegisterRow } from './register-row.js';

/**
 * In charge of how an outcome of the reader looks as a line of COPY, and of sending lines to staging. Of somebody under
 * 16 a line holds the number of his row, the district's prefix at most, the reason and a keyed hash.
 */
const columns = [
  'line',
  'outcome',
  'prefix',
  'number',
  'suffix',
  'entry_kind',
  'title',
  'forename',
  'middle_names',
  'surname',
  'name_suffix',
  'name_is_uncertain',
  'name_folded',
  'franchise',
  'is_opted_out',
  'attains_on',
  'external_id',
  'uprn',
  'ward_name',
  'address_lines',
  'postcode',
  'unit',
  'building_name',
  'house_number',
  'house_suffix',
  'house_end',
  'street',
  'street_folded',
  'unit_key',
  'door_key',
  'address_key',
  'warnings',
  'field',
  'reason',
  'cells',
  'repeat_hash',
] as const;
type Column = (typeof columns)[number];

export function copyLineOf(outcome: RegisterOutcome, hashOf: (text: string) => string): string {
  const values: Partial<Record<Column, CopyValue>> =
    'row' in outcome
      ? valuesOf(outcome.row, outcome.cells)
      : {
          line: outcome.refused.line,
          outcome: outcome.refused.outcome,
          field: outcome.refused.field,
          reason: outcome.refused.reason,
          cells: outcome.refused.outcome === 'not-stored' ? null : outcome.refused.cells,
          repeat_hash: outcome.refused.repeatKey === undefined ? null : hashOf(outcome.refused.repeatKey),
          warnings: '[]',
        };
  return lineOf(columns.map((column) => values[column]));
}

/** One block of lines. `table` comes from the database, which made the name of an import's id. */
export function copyIntoStaging(tx: Tx, table: string, block: CopyBlock): Promise<void> {
  return block.copyInto(tx, `contact_creator."${table}"`, columns);
}

/** Written out whole: a copy with one more column would have a hidden class of its own for each row, 100 MB of them. */
function valuesOf(row: RegisterRow, cells: string[]): Partial<Record<Column, CopyValue>> {
  const { address } = row;
  return {
    line: row.line,
    outcome: 'row',
    prefix: row.prefix,
    number: row.number,
    suffix: row.suffix,
    entry_kind: row.entryKind,
    title: row.title,
    forename: row.forename,
    middle_names: row.middleNames,
    surname: row.surname,
    name_suffix: row.nameSuffix,
    name_is_uncertain: row.nameIsUncertain,
    name_folded: row.nameFolded,
    franchise: row.franchise,
    is_opted_out: row.isOptedOut,
    attains_on: row.attainsOn,
    external_id: row.externalId,
    uprn: row.uprn,
    ward_name: row.wardName,
    address_lines: row.addressLines,
    postcode: row.postcode,
    unit: address?.unit,
    building_name: address?.buildingName,
    house_number: address?.number,
    house_suffix: address?.numberSuffix,
    house_end: address?.numberEnd,
    street: address?.street,
    street_folded: address?.streetFolded,
    unit_key: address?.unitKey,
    door_key: address?.doorKey,
    address_key: address && addressKeyOf(row),
    warnings: JSON.stringify(row.warnings),
    cells,
  };
}

/** The address without its UPRN: finds the same door in a file that has none. */
function addressKeyOf({ address, postcode }: RegisterRow): string {
  const parts = [
    address?.streetFolded,
    address?.number,
    address?.numberSuffix,
    address?.numberEnd,
    address?.unit,
    address?.buildingName,
    postcode,
  ];
  return parts.map((part) => String(part ?? '').toLowerCase()).join('|');
}
