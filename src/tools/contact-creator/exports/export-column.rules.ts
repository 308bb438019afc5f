import type { DataClass } from '../../../config/vocabulary.js';
import { plainCellSql, textCellSql } from '../../../exports/csv-sql.rules.js';

/**
 * In charge of what a file may hold: the allow-list of columns, the class of data of each, and the SQL of its cell. What
 * is not listed cannot be exported.
 */

/** What a cell reads besides the elector; joined only where a column asks for it. */
export type ExportJoin = 'district' | 'door' | 'street' | 'opinion';

interface ExportColumnRule {
  dataClass: DataClass;
  cell: string;
  joins: readonly ExportJoin[];
}

const identity = (cell: string, ...joins: ExportJoin[]): ExportColumnRule => ({
  dataClass: 'identity',
  cell,
  joins,
});
const status = (cell: string): ExportColumnRule => ({ dataClass: 'electoral-status', cell, joins: [] });
const opinion = (cell: string): ExportColumnRule => ({ dataClass: 'opinion', cell, joins: ['opinion'] });

const number = `e.number_prefix || '-' || trim_scale(e.number) || CASE WHEN e.number_suffix = '' THEN '' ELSE '/' || e.number_suffix END`;

const rules = {
  electorId: identity(plainCellSql('e.id')),
  electorNumber: identity(textCellSql(`(${number})`)),
  entryKind: identity(plainCellSql('e.entry_kind')),
  title: identity(textCellSql('e.title')),
  forename: identity(textCellSql('e.forename')),
  middleNames: identity(textCellSql('e.middle_names')),
  surname: identity(textCellSql('e.surname')),
  nameSuffix: identity(textCellSql('e.name_suffix')),
  pollingDistrict: identity(textCellSql('p.code'), 'district'),
  wardId: identity(textCellSql('p.ward_id'), 'district'),
  street: identity(textCellSql('s.name'), 'door', 'street'),
  address: identity(textCellSql(`array_to_string(d.address_lines, ', ')`), 'door'),
  postcode: identity(textCellSql('d.postcode'), 'door'),
  uprn: identity(plainCellSql('d.uprn'), 'door'),
  lastContactAt: identity(plainCellSql(utc('e.last_contact_at'))),
  contactCount: identity(plainCellSql('e.contact_count')),
  franchise: status(textCellSql('e.franchise')),
  attainsOn: status(plainCellSql('e.attains_on')),
  isOptedOut: status(plainCellSql('e.is_opted_out')),
  absentVote: status(plainCellSql('e.absent_vote')),
  votingIntention: opinion(plainCellSql('o.vi_category')),
  votingIntentionCode: opinion(textCellSql('o.vi_code')),
  votingIntentionParty: opinion(textCellSql('o.vi_party')),
  votingIntentionAt: opinion(plainCellSql(utc('o.vi_at'))),
  likelihood: opinion(plainCellSql('o.likelihood')),
} as const satisfies Record<string, ExportColumnRule>;

export type ExportColumn = keyof typeof rules;
export const EXPORT_COLUMNS = Object.keys(rules) as ExportColumn[];

export function isExportColumn(name: string): name is ExportColumn {
  return Object.hasOwn(rules, name);
}

export function cellOf(column: ExportColumn): string {
  return rules[column].cell;
}

export function joinsOf(columns: readonly ExportColumn[]): Set<ExportJoin> {
  return new Set(columns.flatMap((column) => rules[column].joins as readonly ExportJoin[]));
}

/**
 * The classes of data in a file. Whoever is in it is identified; and a file of those with an opinion tells the opinion,
 * whatever its columns.
 */
export function classesOf(columns: readonly ExportColumn[], isByOpinion: boolean): DataClass[] {
  const classes = new Set<DataClass>(['identity', ...columns.map((column) => rules[column].dataClass)]);
  if (isByOpinion) classes.add('opinion');
  return [...classes].sort();
}

/** RFC 3339 in whole seconds of UTC. */
function utc(moment: string): string {
  return `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
}
