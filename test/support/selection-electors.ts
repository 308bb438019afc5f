/**
 * Made-up electors with everything that a selection may ask of them, and an answer to every definition that reads the
 * same sentences without SQL.
 */
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { mayVote } from '../../src/tools/contact-creator/register/eligibility.rules.js';
import { foldName } from '../../src/intake/fold.rules.js';
import { nationOf, type ElectionType } from '../../src/tools/contact-creator/register/voting-age.rules.js';

export interface TestElector {
  id: string;
  isCurrent: boolean;
  entryKind: string;
  districtId: string;
  wardId: string | null;
  doorId: string | null;
  streetId: string | null;
  roadGroupId: string | null;
  postcode: string | null;
  isDoNotKnock: boolean;
  surname: string;
  franchise: string;
  attainsOn: string | null;
  isOptedOut: boolean;
  attemptDays: number | null;
  contactDays: number | null;
  contactCount: number;
  absentVote: string | null;
  flags: string[];
  hasObjected: boolean;
  returnUntil: string | null;
  isDeceased: boolean;
  hasMoved: boolean;
  viCategory: string | null;
  viParty: string | null;
  viDays: number | null;
  hasOpinion: boolean;
}

export interface TestLeaf {
  field: string;
  op: string;
  value?: unknown;
  withinDays?: number;
  olderThanDays?: number;
}
export type TestExpression =
  TestLeaf | { all: TestExpression[] } | { any: TestExpression[] } | { not: TestExpression };
export interface TestDefinition {
  unit: 'person' | 'door' | 'household';
  base: TestExpression;
  steps?: { op: 'add' | 'narrow' | 'remove'; expression: TestExpression }[];
  limit?: number;
  split?: { seed: string; parts: number; part: number };
  fatigueDays?: number;
  for: 'doorstep' | 'any';
}

export const wards = ['E05014014', 'E05014015'];
export const postcodes = ['SW15 1AA', 'SW15 2BB', 'SW1 4CC', 'SW18 1DD'];
export const parties = ['LAB', 'CON', 'LD'];
export const flags = ['poster-wanted', 'wants-visit'];
const surnames =
  "Smith|SMITH|O'Neill|O’Neill|Oneill|Smith-Jones|Smith Jones|Müller|Muller|Straße|Strasse|Łukasz|Lukasz|Ædan|Aedan|李|王|García".split(
    '|',
  );
const categories = 'firm-support lean-support undecided lean-other firm-other wont-say non-voter'.split(' ');
const nobody = '00000000-0000-4000-8000-000000000000';

/** Days from a day, as YYYY-MM-DD. */
export function dayPlus(today: string, days: number): string {
  return new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);
}

/** `count` electors at fewer doors on six streets of three districts; times lie between whole days, so no test waits for one. */
export async function createSelectionElectors(
  admin: Client,
  constituencyId: string,
  count: number,
): Promise<TestElector[]> {
  let state = 20_261_122;
  const random = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!;
  const maybe = <Value>(chance: number, value: () => Value): Value | null =>
    random() < chance ? value() : null;
  const today = (await admin.query<{ today: string }>('SELECT current_date::text AS today')).rows[0]!.today;
  const base = 500_000_000;
  const districts = [0, 1, 2].map((n) => ({ id: String(base + n), code: `S${n}`, wardId: wards[n] ?? null }));
  const groups = districts.map(({ id }, n) => ({ id: String(base + 10 + n), districtId: id }));
  const streets = [0, 1, 2, 3, 4, 5].map((n) => ({
    id: String(base + 20 + n),
    districtId: districts[n % 3]!.id,
    name: `Street ${n}`,
    roadGroupId: n < 3 ? groups[n % 3]!.id : null,
  }));
  const doors = Array.from({ length: Math.ceil(count / 3) }, (_, n) => ({
    id: String(base + 1000 + n),
    street: pick(streets),
    postcode: maybe(0.9, () => pick(postcodes)),
    isDoNotKnock: random() < 0.05,
  }));
  const electors = Array.from({ length: count }, (_, n): TestElector => {
    const entryKind = random() < 0.9 ? 'ordinary' : pick(['other', 'anonymous']);
    const door = entryKind === 'anonymous' ? null : maybe(0.92, () => pick(doors));
    const street = door?.street;
    const district = districts.find(({ id }) => id === street?.districtId) ?? pick(districts);
    const hasOpinion = random() < 0.5;
    return {
      id: String(base + 100_000 + n),
      isCurrent: random() < 0.95,
      entryKind,
      districtId: district.id,
      wardId: district.wardId,
      doorId: door?.id ?? null,
      streetId: street?.id ?? null,
      roadGroupId: street?.roadGroupId ?? null,
      postcode: door?.postcode ?? null,
      isDoNotKnock: door?.isDoNotKnock ?? false,
      surname: entryKind === 'anonymous' ? '' : pick(surnames),
      franchise: random() < 0.8 ? '' : pick(['G', 'E', 'F', 'K', 'M', 'GK', 'X']),
      attainsOn: maybe(0.1, () => dayPlus(today, Math.floor(random() * 1500) - 400)),
      isOptedOut: random() < 0.5,
      attemptDays: maybe(0.6, () => Math.floor(random() * 120)),
      contactDays: maybe(0.5, () => Math.floor(random() * 400)),
      contactCount: Math.floor(random() * 6),
      absentVote: maybe(0.3, () => pick(['post', 'proxy', 'postal-proxy'])),
      flags: flags.filter(() => random() < 0.2),
      hasObjected: random() < 0.04,
      returnUntil: maybe(0.1, () => dayPlus(today, Math.floor(random() * 60) - 30)),
      isDeceased: random() < 0.03,
      hasMoved: random() < 0.03,
      viCategory: hasOpinion ? maybe(0.9, () => pick(categories)) : null,
      viParty: hasOpinion ? maybe(0.6, () => pick(parties)) : null,
      viDays: hasOpinion ? maybe(0.9, () => Math.floor(random() * 900)) : null,
      hasOpinion,
    };
  });
  const load = (sql: string, rows: unknown) => admin.query(sql, [constituencyId, JSON.stringify(rows)]);
  await load(
    `INSERT INTO contact_creator.polling_district (constituency_id, id, code, ward_id)
     SELECT $1, id, code, "wardId" FROM jsonb_to_recordset($2) r (id bigint, code text, "wardId" text)`,
    districts,
  );
  await load(
    `INSERT INTO contact_creator.road_group (constituency_id, id, polling_district_id, name)
     SELECT $1, id, "districtId", 'Group' FROM jsonb_to_recordset($2) r (id bigint, "districtId" bigint)`,
    groups,
  );
  await load(
    `INSERT INTO contact_creator.street (constituency_id, id, polling_district_id, name, name_folded, road_group_id)
     SELECT $1, id, "districtId", name, lower(name), "roadGroupId"
     FROM jsonb_to_recordset($2) r (id bigint, "districtId" bigint, name text, "roadGroupId" bigint)`,
    streets,
  );
  await load(
    `INSERT INTO contact_creator.door (constituency_id, id, street_id, key, address_lines, postcode, do_not_knock_at)
     SELECT $1, id, "streetId", id::text, ARRAY['1 Example Road'], postcode, CASE WHEN "isDoNotKnock" THEN now() END
     FROM jsonb_to_recordset($2) r (id bigint, "streetId" bigint, postcode text, "isDoNotKnock" boolean)`,
    doors.map(({ street, ...door }) => ({ ...door, streetId: street.id })),
  );
  await load(
    `INSERT INTO contact_creator.elector (constituency_id, id, is_current, entry_kind, polling_district_id, door_id, number_prefix, number,
       forename, surname, name_folded, franchise, is_opted_out, attains_on, first_import_id, import_id, last_attempt_at, last_contact_at,
       attempt_count, contact_count, absent_vote, flags, objected_at, do_not_return_until, is_deceased, has_moved)
     SELECT $1, id, "isCurrent", "entryKind", "districtId", "doorId", 'S', row_number() OVER (ORDER BY id),
       CASE WHEN surname = '' THEN '' ELSE 'Ada' END, surname, lower(surname), franchise, "isOptedOut", "attainsOn", '${nobody}', '${nobody}',
       now() - ("attemptDays" + 0.5) * interval '24 hours', now() - ("contactDays" + 0.5) * interval '24 hours',
       0, "contactCount", "absentVote", ARRAY(SELECT jsonb_array_elements_text(flags)),
       CASE WHEN "hasObjected" THEN now() END, "returnUntil", "isDeceased", "hasMoved"
     FROM jsonb_to_recordset($2) r (id bigint, "isCurrent" boolean, "entryKind" text, "districtId" bigint, "doorId" bigint, surname text,
       franchise text, "isOptedOut" boolean, "attainsOn" date, "attemptDays" numeric, "contactDays" numeric, "contactCount" integer,
       "absentVote" text, flags jsonb, "hasObjected" boolean,
       "returnUntil" date, "isDeceased" boolean, "hasMoved" boolean)`,
    electors,
  );
  await load(
    `INSERT INTO contact_creator.elector_opinion (constituency_id, elector_id, vi_category, vi_party, vi_at)
     SELECT $1, id, "viCategory", "viParty", now() - ("viDays" + 0.5) * interval '24 hours'
     FROM jsonb_to_recordset($2) r (id bigint, "viCategory" text, "viParty" text, "viDays" numeric)`,
    electors.filter(({ hasOpinion }) => hasOpinion),
  );
  return electors;
}

/** Whom a definition finds, and why it does not find the others it names. */
export function bruteForce(
  definition: TestDefinition,
  electors: readonly TestElector[],
  { constituencyId, today }: { constituencyId: string; today: string },
): { ids: string[]; doors: number; households: number; excluded: Record<string, number>; matched: number } {
  const { unit, split, limit, fatigueDays = 30, steps = [] } = definition;
  const within = (days: number | null, count: number) => days !== null && days + 0.5 < count;
  const isTrue = (expression: TestExpression, e: TestElector): boolean => {
    if ('all' in expression) return expression.all.every((inner) => isTrue(inner, e));
    if ('any' in expression) return expression.any.some((inner) => isTrue(inner, e));
    if ('not' in expression) return !isTrue(expression.not, e);
    const { field, op, value, withinDays, olderThanDays } = expression;
    const isIn = (one: string | null) => one !== null && (value as string[]).includes(one);
    const isAged = (days: number | null) =>
      (withinDays === undefined || within(days, withinDays)) &&
      (olderThanDays === undefined || (days !== null && days + 0.5 >= olderThanDays));
    const happened = (days: number | null) => {
      if (op === 'never') return days === null;
      return within(days, value as number) === (op === 'withinDays');
    };
    switch (field) {
      case 'ward':
        return isIn(e.wardId);
      case 'pollingDistrict':
        return isIn(e.districtId);
      case 'roadGroup':
        return isIn(e.roadGroupId);
      case 'street':
        return isIn(e.streetId);
      case 'postcode': {
        if (op === 'is') return e.postcode === value;
        const [district, sector] = (value as string).split(' ') as [string, string | undefined];
        const [out, inward] = (e.postcode ?? ' ').split(' ') as [string, string];
        return out === district && (sector === undefined || inward.startsWith(sector));
      }
      case 'viCategory':
        return isIn(e.viCategory) && isAged(e.viDays);
      case 'viParty':
        return isIn(e.viParty) && isAged(e.viDays);
      case 'viKnown':
        return (e.viCategory !== null) === value;
      case 'flags':
        return e.flags.includes(value as string);
      case 'contacted':
        return happened(e.contactDays);
      case 'attempted':
        return happened(e.attemptDays);
      case 'contactCount':
        return op === 'gte' ? e.contactCount >= (value as number) : e.contactCount <= (value as number);
      case 'absentVote':
        return isIn(e.absentVote ?? 'none');
      case 'attainer':
        if (op === 'is') return (e.attainsOn !== null && e.attainsOn > today) === value;
        return e.attainsOn !== null && e.attainsOn < (value as string);
      case 'eligibleFor': {
        const { type, on } = value as { type: ElectionType; on: string };
        const nation = nationOf(constituencyId)!;
        return mayVote(e.franchise, e.attainsOn, { type, nation, on });
      }
      case 'isOptedOut':
        return e[field] === value;
      case 'channels':
        return e.doorId !== null && (value === 'post' || !e.isDoNotKnock);
      case 'entryKind':
        return isIn(e.entryKind);
      default:
        throw new Error(`no such field: ${field}`);
    }
  };
  const asksOpinions = /"(viCategory|viParty|viKnown|flags)"/.test(JSON.stringify(definition));
  const keyOf = (e: TestElector) => {
    const surname = foldName(e.surname).replaceAll(' ', '');
    return unit === 'person' ? e.id : unit === 'door' ? e.doorId! : `${e.doorId} ${surname}`;
  };
  const reasonOf = (e: TestElector): string | undefined => {
    if (!e.isCurrent) return 'not-current';
    if (e.entryKind === 'anonymous') return 'anonymous';
    if (e.isDeceased) return 'deceased';
    if (e.hasMoved) return 'moved';
    if (e.hasObjected) return 'objected';
    if (asksOpinions && e.attainsOn !== null && e.attainsOn > today) return 'under-age';
    if ((definition.for === 'doorstep' || unit !== 'person') && e.doorId === null) return 'no-address';
    if (definition.for === 'doorstep' && e.isDoNotKnock) return 'do-not-knock';
    if (e.returnUntil !== null && e.returnUntil >= today) return 'do-not-return';
    if (within(e.attemptDays, fatigueDays)) return 'tried-recently';
    if (split) {
      const whole = unit === 'person' ? e.id : e.doorId;
      const hash = createHash('sha256').update(`${split.seed}:${whole}`).digest().readUInt32BE(0);
      if (hash % split.parts !== split.part - 1) return 'other-part';
    }
    return undefined;
  };
  const isMatched = (e: TestElector) =>
    steps.reduce(
      (before, { op, expression }) => {
        const is = isTrue(expression, e);
        return op === 'add' ? before || is : before && (op === 'narrow' ? is : !is);
      },
      isTrue(definition.base, e),
    );
  const matched = electors.filter(isMatched);
  const excluded: Record<string, number> = {};
  const exclude = (reason: string) => (excluded[reason] = (excluded[reason] ?? 0) + 1);
  let answer = matched.filter((e) => {
    const reason = reasonOf(e);
    if (reason) exclude(reason);
    return reason === undefined;
  });
  if (limit !== undefined) {
    const kept = new Set(keptUnits(answer, unit, keyOf).slice(0, limit));
    answer = answer.filter((e) => {
      if (!kept.has(keyOf(e))) exclude('over-limit');
      return kept.has(keyOf(e));
    });
  }
  const homes = answer.filter(({ doorId }) => doorId !== null);
  return {
    ids: answer.map(({ id }) => id),
    doors: new Set(homes.map(({ doorId }) => doorId)).size,
    households: new Set(homes.map((e) => `${e.doorId} ${foldName(e.surname).replaceAll(' ', '')}`)).size,
    excluded,
    matched: matched.length,
  };
}

/** By the id of person or door; households of one door by surname, as their letters are numbered. */
function keptUnits(
  electors: readonly TestElector[],
  unit: TestDefinition['unit'],
  keyOf: (e: TestElector) => string,
): string[] {
  const order = (key: string) => {
    const [id = '', surname = ''] = key.split(' ');
    return { id: Number(id), surname: Buffer.from(surname) };
  };
  return [...new Set(electors.map(keyOf))].sort((one, other) => {
    const [a, b] = [order(one), order(other)];
    return a.id - b.id || (unit === 'household' ? Buffer.compare(a.surname, b.surname) : 0);
  });
}
