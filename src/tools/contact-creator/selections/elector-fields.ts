/**
 * The fields that electors are selected by. In charge of what each means in SQL over `e` (the elector), `p` (its polling
 * district), `d` (its door), `s` (its street) and `o` (its opinion); the repository joins what a definition speaks of.
 */
import {
  operator,
  type Field,
  type FieldTable,
  type Operator,
  type Reader,
} from '../../../targeting/field.js';
import { not, within } from '../../../targeting/expression.rules.js';
import {
  boolean,
  date,
  days,
  id,
  integer,
  isRecord,
  listOf,
  nothing,
  oneOf,
  text,
} from '../../../targeting/value-readers.js';
import { eligibilityBounds } from '../register/eligibility.rules.js';
import { normalisePostcode } from '../../../intake/fold.rules.js';
import { nationOf, type ElectionType } from '../register/voting-age.rules.js';

export const VI_CATEGORIES = [
  'firm-support',
  'lean-support',
  'undecided',
  'lean-other',
  'firm-other',
  'wont-say',
  'non-voter',
] as const;
export const ABSENT_VOTES = ['post', 'proxy', 'postal-proxy', 'none'] as const;
export const ENTRY_KINDS = ['ordinary', 'other', 'anonymous'] as const;
export const ELECTION_TYPES: readonly ElectionType[] = [
  'uk-parliament',
  'devolved',
  'local',
  'police-and-crime-commissioner',
];

/** Ways to reach an elector that are known of him. Telephone and e-mail are not: a register has neither. */
export const CHANNELS = ['doorstep', 'post'] as const;
const byChannel: Record<(typeof CHANNELS)[number], string> = {
  doorstep: '(d.id IS NOT NULL AND d.do_not_knock_at IS NULL)',
  post: '(d.id IS NOT NULL)',
};

/** Not yet eighteen; nobody else has a date in the future. */
export const isUnderAge = 'e.attains_on > current_date';

const inTexts = <Value extends string>(column: string, element: Reader<Value>, datedBy?: string): Operator =>
  operator(listOf(element), (values, bind) => `${column} = ANY (${bind(values)}::text[])`, datedBy);
const inIds = (column: string): Operator =>
  operator(listOf(id), (ids, bind) => `${column} = ANY (${bind(ids)}::bigint[])`);
const isSo = (sql: string): Operator => operator(boolean, (wanted) => (wanted ? `(${sql})` : not(sql)));
const atLeast = (sign: '>=' | '<='): Operator =>
  operator(integer(0, 2_147_483_647), (n, bind) => `e.contact_count ${sign} ${bind(n)}::integer`);

/** When something last happened, if ever. */
const happened = (column: string): Record<string, Operator> => ({
  never: operator(nothing, () => `${column} IS NULL`),
  withinDays: operator(days, (count, bind) => within(column, bind(count))),
  notWithinDays: operator(days, (count, bind) => not(within(column, bind(count)))),
});

const opinion = (operators: Record<string, Operator>): Field => ({
  operators,
  classes: ['opinion'],
  table: 'opinion',
});
const electoralStatus = (operators: Record<string, Operator>): Field => ({
  operators,
  classes: ['electoral-status'],
});

const postcode: Reader<string> = (value, pointer, faults) =>
  (typeof value === 'string' ? normalisePostcode(value) : null) ??
  faults.add(pointer, 'must be a whole postcode');

/** `SW1` is a district and no beginning of `SW15`; a sector is written with its space, `SW15 1`. */
const postcodeArea: Reader<string> = (value, pointer, faults) => {
  const [, district, sector] =
    (typeof value === 'string' && /^([A-Z]{1,2}[0-9][A-Z0-9]?)(?: ([0-9]))?$/.exec(value.toUpperCase())) ||
    [];
  return district === undefined
    ? faults.add(pointer, 'must be a postcode district or sector, as SW15 or SW15 1')
    : `${district} ${sector ?? ''}`;
};

interface Poll {
  type: ElectionType;
  on: string;
}

const poll: Reader<Poll> = (value, pointer, faults) => {
  if (!isRecord(value) || Object.keys(value).some((key) => key !== 'type' && key !== 'on'))
    return faults.add(pointer, 'must be an object: type and on');
  const type = oneOf(ELECTION_TYPES)(value['type'], `${pointer}/type`, faults);
  const on = date(value['on'], `${pointer}/on`, faults);
  return type && on !== undefined ? { type, on } : undefined;
};

const eligible: Operator = operator(poll, (election, bind, constituencyId) => {
  const nation = nationOf(constituencyId);
  const bounds = nation && eligibilityBounds({ ...election, nation });
  if (!bounds) return 'false';
  const { barring, attainsBy } = bounds;
  return `(translate(e.franchise, ${bind(barring)}::text, '') = e.franchise
           AND (e.attains_on IS NULL OR e.attains_on <= ${bind(attainsBy)}::date))`;
});

// Whatever a code of voting intention may name: parties have brackets, ampersands and accents in their names.
const party = text(/^\P{C}{1,100}$/u, 'a party as a code names it, of at most 100 characters');
const flag = text(/^[a-z][a-z0-9-]{0,59}$/, 'the name of a flag, as poster-wanted');
const ward = text(/^[A-Z][0-9]{8}$/, 'the GSS code of a ward');

export const electorFields: FieldTable = {
  ward: { operators: { in: inTexts('p.ward_id', ward) }, table: 'district' },
  pollingDistrict: { operators: { in: inIds('e.polling_district_id') } },
  roadGroup: { operators: { in: inIds('s.road_group_id') }, table: 'street' },
  street: { operators: { in: inIds('d.street_id') }, table: 'door' },
  postcode: {
    operators: {
      is: operator(postcode, (value, bind) => `d.postcode = ${bind(value)}`),
      startsWith: operator(
        postcodeArea,
        // No text sorts after the last code point.
        (from, bind) => `(d.postcode >= ${bind(from)} AND d.postcode < ${bind(`${from}\u{10FFFF}`)})`,
      ),
    },
    table: 'door',
  },
  viCategory: opinion({ in: inTexts('o.vi_category', oneOf(VI_CATEGORIES), 'o.vi_at') }),
  viParty: opinion({ in: inTexts('o.vi_party', party, 'o.vi_at') }),
  viKnown: opinion({ is: isSo('o.vi_category IS NOT NULL') }),
  // A wanted poster tells what somebody thinks.
  flags: {
    operators: { has: operator(flag, (name, bind) => `${bind(name)}::text = ANY (e.flags)`) },
    classes: ['opinion'],
  },
  contacted: { operators: happened('e.last_contact_at') },
  attempted: { operators: happened('e.last_attempt_at') },
  contactCount: { operators: { gte: atLeast('>='), lte: atLeast('<=') } },
  absentVote: electoralStatus({ in: inTexts(`coalesce(e.absent_vote, 'none')`, oneOf(ABSENT_VOTES)) }),
  attainer: electoralStatus({
    is: isSo(isUnderAge),
    attainsBefore: operator(date, (day, bind) => `e.attains_on < ${bind(day)}::date`),
  }),
  eligibleFor: electoralStatus({ election: eligible }),
  isOptedOut: electoralStatus({ is: isSo('e.is_opted_out') }),
  entryKind: { operators: { in: inTexts('e.entry_kind', oneOf(ENTRY_KINDS)) } },
  channels: { operators: { has: operator(oneOf(CHANNELS), (channel) => byChannel[channel]) }, table: 'door' },
};
