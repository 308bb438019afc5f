import type { Definition } from '../../../targeting/definition.rules.js';
import type { Bind } from '../../../targeting/field.js';
import { electorColumns } from '../register/elector.read-model.js';
import { isUnderAge } from './elector-fields.js';
import {
  exclusionsOf,
  firstReasonSql,
  lastingReasons,
  noReasonSql,
  termsOf,
  type Reason,
} from './exclusion.rules.js';

/**
 * In charge of the statements that answer a selection, each one of its own with the constituency bound by value first.
 * Under a policy only leakproof operators reach an index; sending them is the repository's part.
 */
export interface Statement {
  sql: string;
  values: unknown[];
}

/** Whose answer is asked: a definition as it is now, or what a frozen selection kept. */
export interface Asked {
  constituencyId: string;
  definition: Definition;
  /** The selection that kept it; what it kept is split and limited already. */
  frozenId?: string;
}

const doorJoin = 'LEFT JOIN contact_creator.door d ON d.constituency_id = $1 AND d.id = e.door_id';
const joins: readonly (readonly [string, string])[] = [
  [
    'district',
    'LEFT JOIN contact_creator.polling_district p ON p.constituency_id = $1 AND p.id = e.polling_district_id',
  ],
  ['door', doorJoin],
  ['street', 'LEFT JOIN contact_creator.street s ON s.constituency_id = $1 AND s.id = d.street_id'],
  [
    'opinion',
    'LEFT JOIN contact_creator.elector_opinion o ON o.constituency_id = $1 AND o.elector_id = e.id',
  ],
];

/** Letters that do not decompose, as in fold.rules.ts. Under "C" alone lower() is the same on every PostgreSQL. */
const plain = `lower(translate(replace(replace(replace(replace(replace(replace(replace(normalize(e.surname, NFKD) COLLATE "C",
  'ß', 'ss'), 'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'Œ', 'oe'), 'þ', 'th'), 'Þ', 'th'), 'øØđĐðÐłŁı', 'ooddddlli'))`;
/** A surname without case, accents, blanks and punctuation: who shares it at a door is one household. */
const surnameKey = `CASE WHEN e.surname COLLATE "C" ~ '^[A-Za-z]*$' THEN lower(e.surname COLLATE "C")
  ELSE regexp_replace(${plain}, '[\\u0300-\\u036f\\s!-/:-@[-\`{-~´ʼ‘’]+', '', 'g') END`;
const unitColumns = { person: 'm.id', door: 'm.door_id', household: 'm.door_id, m.surname' } as const;

/** Also for the test that keeps its plans, as the next. */
export function pageSql(asked: Asked, limit: number, afterId: string, withOpinion: boolean): Statement {
  const { values, bind } = bindings(asked.constituencyId);
  const after = bind(afterId);
  const ids = idsSql(asked, bind, after);
  const [columns, table] = withOpinion
    ? [
        `, CASE WHEN o.elector_id IS NULL THEN NULL ELSE json_build_object('viCode', o.vi_code, 'viCategory', o.vi_category,
           'viParty', o.vi_party, 'viAt', o.vi_at, 'likelihood', o.likelihood) END AS opinion`,
        // Opinions of people under age are not shown with those one may ask for.
        `LEFT JOIN contact_creator.elector_opinion o ON o.constituency_id = $1 AND o.elector_id = e.id
           AND (${isUnderAge}) IS NOT TRUE`,
      ]
    : ['', ''];
  return {
    sql: `SELECT ${electorColumns}${columns}
          FROM (${ids} ORDER BY id LIMIT ${bind(limit)}::integer) a
          JOIN contact_creator.elector e ON e.constituency_id = $1 AND e.id = a.id
          LEFT JOIN contact_creator.door d ON d.constituency_id = $1 AND d.id = e.door_id ${table}
          ORDER BY e.id`,
    values,
  };
}

export function countSql(asked: Asked): Statement {
  const { values, bind } = bindings(asked.constituencyId);
  const matched = matchedSql(asked, bind, `e.id, e.door_id, ${surnameKey} AS surname`);
  const limit = limitOf(asked);
  const unit = unitColumns[asked.definition.unit];
  const placed =
    limit === undefined
      ? matched
      : `SELECT m.*, CASE WHEN m.place <= ${bind(limit)}::integer THEN m.reason ELSE coalesce(m.reason, 'over-limit') END AS why
         FROM (SELECT m.*, dense_rank() OVER (PARTITION BY m.reason ORDER BY ${unit}) AS place FROM (${matched}) m) m`;
  const reason = limit === undefined ? 'reason' : 'why';
  return {
    sql: `SELECT m.${reason} AS reason, count(*)::integer AS electors, count(DISTINCT m.door_id)::integer AS doors,
            (count(DISTINCT (m.door_id, m.surname)) FILTER (WHERE m.door_id IS NOT NULL))::integer AS households
          FROM (${placed}) m GROUP BY m.${reason}`,
    values,
  };
}

export function freezeSql(constituencyId: string, selectionId: string, definition: Definition): Statement {
  const { values, bind } = bindings(constituencyId);
  const id = bind(selectionId);
  const ids = idsSql({ constituencyId, definition }, bind, undefined);
  return {
    sql: `WITH kept AS (
            INSERT INTO contact_creator.selection_member (constituency_id, selection_id, elector_id)
            SELECT $1, ${id}::uuid, a.id FROM (${ids}) a RETURNING elector_id)
          UPDATE contact_creator.selection
          SET frozen_at = now(), frozen_count = (SELECT count(*) FROM kept), version = version + 1
          WHERE constituency_id = $1 AND id = ${id}
          RETURNING frozen_at AS "frozenAt", frozen_count AS "frozenCount"`,
    values,
  };
}

/** The ids of who is found. Without a limit the key is walked from where the last page ended. */
function idsSql(asked: Asked, bind: Bind, after: string | undefined): string {
  const beyond = (column: string) => (after === undefined ? '' : `AND ${column} > ${after}::bigint`);
  const limit = limitOf(asked);
  const { unit } = asked.definition;
  if (limit === undefined) return `${foundSql(asked, bind, 'e.id')} ${beyond('e.id')}`;
  const columns = unit === 'household' ? `e.id, e.door_id, ${surnameKey} AS surname` : 'e.id, e.door_id';
  return `SELECT m.id FROM (
            SELECT m.id, dense_rank() OVER (ORDER BY ${unitColumns[unit]}) AS place
            FROM (${foundSql(asked, bind, columns)}) m) m
          WHERE m.place <= ${bind(limit)}::integer ${beyond('m.id')}`;
}

function limitOf({ definition, frozenId }: Asked): number | undefined {
  return frozenId === undefined ? definition.limit : undefined;
}

function foundSql(asked: Asked, bind: Bind, columns: string): string {
  const { from, reasons } = sourceOf(asked, bind);
  return `SELECT ${columns} ${from} AND ${noReasonSql(reasons)}`;
}

/** Everybody the expression names, with the reason not to be found. */
function matchedSql(asked: Asked, bind: Bind, columns: string): string {
  const { from, reasons } = sourceOf(asked, bind);
  return `SELECT ${columns}, ${firstReasonSql(reasons)} AS reason ${from}`;
}

function sourceOf(asked: Asked, bind: Bind): { from: string; reasons: readonly Reason[] } {
  const { definition, constituencyId, frozenId } = asked;
  if (frozenId !== undefined) {
    // Index: selection_member_pkey, in the order of the page.
    const from = `FROM contact_creator.selection_member k
      JOIN contact_creator.elector e ON e.constituency_id = $1 AND e.id = k.elector_id
      ${definition.aim === 'doorstep' ? doorJoin : ''}
      WHERE k.constituency_id = $1 AND k.selection_id = ${bind(frozenId)}::uuid`;
    return { from, reasons: lastingReasons(termsOf(definition, bind)) };
  }
  const needed = new Set(definition.tables);
  if (needed.has('street') || definition.aim === 'doorstep') needed.add('door');
  const tables = joins.filter(([name]) => needed.has(name)).map(([, sql]) => sql);
  const condition = definition.condition(bind, constituencyId);
  const from = `FROM contact_creator.elector e ${tables.join(' ')} WHERE e.constituency_id = $1 AND ${condition}`;
  return { from, reasons: exclusionsOf(definition, bind) };
}

function bindings(constituencyId: string): { values: unknown[]; bind: Bind } {
  const values: unknown[] = [constituencyId];
  return { values, bind: (value) => `$${values.push(value)}` };
}
