import type { DataClass } from '../../../config/vocabulary.js';

/**
 * In charge of what a file may hold: the allow-list of columns, the class of data of each, and the SQL of its cell. What
 * is not listed cannot be exported.
 */

/** Whose cell it is: electors, their doors and districts are read apart, each once, and joined as cells. */
export type ExportPart = 'elector' | 'district' | 'door';
/** What a part reads besides its own table; joined only where a column asks for it. */
export type ExportJoin = 'street' | 'opinion';

interface ExportColumnRule {
  dataClass: DataClass;
  cell: string;
  /** Quoted whatever is in it, so that a formula in it is known for one. */
  isText: boolean;
  part: ExportPart;
  join?: ExportJoin;
}

type Cell = Pick<ExportColumnRule, 'cell' | 'isText'>;
const text = (cell: string): Cell => ({ cell, isText: true });
/** Holds nothing to quote: COPY writes it as it is. */
const plain = (cell: string): Cell => ({ cell, isText: false });

const identity = (cell: Cell, part: ExportPart = 'elector', join?: ExportJoin): ExportColumnRule => ({
  dataClass: 'identity',
  ...cell,
  part,
  ...(join && { join }),
});
const status = (cell: Cell): ExportColumnRule => ({
  dataClass: 'electoral-status',
  ...cell,
  part: 'elector',
});
const opinion = (cell: Cell): ExportColumnRule => ({
  dataClass: 'opinion',
  ...cell,
  part: 'elector',
  join: 'opinion',
});

const number = `e.number_prefix || '-' || trim_scale(e.number) || CASE WHEN e.number_suffix = '' THEN '' ELSE '/' || e.number_suffix END`;

const rules = {
  electorId: identity(plain('e.id')),
  electorNumber: identity(text(`(${number})`)),
  entryKind: identity(plain('e.entry_kind')),
  title: identity(text('e.title')),
  forename: identity(text('e.forename')),
  middleNames: identity(text('e.middle_names')),
  surname: identity(text('e.surname')),
  nameSuffix: identity(text('e.name_suffix')),
  pollingDistrict: identity(text('p.code'), 'district'),
  wardId: identity(text('p.ward_id'), 'district'),
  street: identity(text('s.name'), 'door', 'street'),
  address: identity(text(`array_to_string(d.address_lines, ', ')`), 'door'),
  postcode: identity(text('d.postcode'), 'door'),
  uprn: identity(plain('d.uprn'), 'door'),
  lastContactAt: identity(plain(utc('e.last_contact_at'))),
  contactCount: identity(plain('e.contact_count')),
  franchise: status(text('e.franchise')),
  attainsOn: status(plain('e.attains_on')),
  isOptedOut: status(plain('e.is_opted_out::text')),
  absentVote: status(plain('e.absent_vote')),
  votingIntention: opinion(plain('o.vi_category')),
  votingIntentionCode: opinion(text('o.vi_code')),
  votingIntentionParty: opinion(text('o.vi_party')),
  votingIntentionAt: opinion(plain(utc('o.vi_at'))),
  likelihood: opinion(plain('o.likelihood')),
} satisfies Record<string, ExportColumnRule>;

export type ExportColumn = keyof typeof rules;
export const EXPORT_COLUMNS = Object.keys(rules) as ExportColumn[];

export function isExportColumn(name: string): name is ExportColumn {
  return Object.hasOwn(rules, name);
}

export function ruleOf(column: ExportColumn): ExportColumnRule {
  return rules[column];
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
