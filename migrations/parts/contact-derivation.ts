/**
 * What is derived from contacts, as SQL: the columns of electors, opinions and doors follow from the live contacts alone,
 * whatever the order in which these came. The latest in effect wins, of two at one moment the greater id. The same
 * queries derive and check. Another source of objections belongs into derived_electors, or it is overwritten.
 */

/**
 * Live contacts `c` that count for the elector `x`, with their answers. Indexes: contact_subject_pkey, contact_pkey,
 * contact_answer_pkey. OFFSET 0 keeps PostgreSQL to this order, elector by elector: left to its own estimates of tables
 * that have just begun to grow, it read all contacts of a constituency for each elector, and devices waited for seconds.
 */
const liveContacts = (
  more: string,
) => `SELECT c.id, c.elector_id, ${more}c.effective_at, c.outcome, c.do_not_return_until,
                 a.vi_code, a.vi_category, a.vi_party, a.likelihood, a.flags, a.flags_cleared
          FROM contact_creator.contact_subject s
          CROSS JOIN LATERAL (SELECT * FROM contact_creator.contact k
                              WHERE k.constituency_id = p_constituency AND k.id = s.contact_id AND k.ended_at IS NULL OFFSET 0) c
          LEFT JOIN LATERAL (SELECT * FROM contact_creator.contact_answer k
                             WHERE k.constituency_id = p_constituency AND k.contact_id = s.contact_id OFFSET 0) a ON true
          WHERE s.constituency_id = p_constituency AND s.elector_id = x.id OFFSET 0`;
const latest = `c.effective_at DESC, c.id DESC`;
/** Of the latest contact that meets the condition. */
const last = (column: string, condition: string) =>
  `(array_agg(c.${column} ORDER BY ${latest}) FILTER (WHERE ${condition}))[1]`;
/** Somebody spoke with the elector himself. */
const isConversation = `c.elector_id = x.id AND c.outcome NOT IN ('not-in', 'inaccessible', 'moved', 'deceased')`;
const couldTell = `c.elector_id = x.id AND c.outcome IN ('canvassed', 'moved', 'deceased')`;
/** What the last contact that could tell says of him, and at which door. */
const lastSeen = last('outcome', couldTell);
const lastDoor = last('door_id', couldTell);

const electorColumns = [
  'last_attempt_at',
  'last_contact_at',
  'attempt_count',
  'contact_count',
  'flags',
  'objected_at',
  'do_not_return_until',
  'is_deceased',
  'has_moved',
];
const opinionColumns = ['vi_code', 'vi_category', 'vi_party', 'vi_at', 'vi_contact_id', 'likelihood'];
const list = (alias: string, columns: readonly string[]) =>
  columns.map((column) => `${alias}.${column}`).join(', ');
const hasOpinion = `(n.vi_contact_id IS NOT NULL OR n.likelihood IS NOT NULL)`;

/** A contact that says of him that he has moved is of the door he has moved from. */
interface Moved {
  column: string;
  sql: string;
}
const forEver: Moved = { column: '', sql: `coalesce(${lastSeen} = 'moved', false)` };
/** He has moved no longer once the register has him at another door. Index: elector_pkey. */
const fromHisDoor: Moved = {
  column: 'c.door_id, ',
  sql: `CASE WHEN ${lastSeen} = 'moved'
                 THEN ${lastDoor} IS NOT DISTINCT FROM (SELECT e.door_id FROM contact_creator.elector e
                                                        WHERE e.constituency_id = p_constituency AND e.id = x.id)
                 ELSE false END`,
};

/** Of each elector named, one row. */
const derivedSql = (electors: string, moved: Moved) => `
        SELECT x.id, max(c.effective_at), max(c.effective_at) FILTER (WHERE ${isConversation}),
               count(c.id)::integer, (count(c.id) FILTER (WHERE ${isConversation}))::integer,
               -- Of each flag the last word.
               CASE WHEN bool_or(cardinality(c.flags) > 0) THEN coalesce((
                 SELECT array_agg(f.flag ORDER BY f.flag) FROM (
                   SELECT DISTINCT ON (w.flag) w.flag, w.is_set FROM (${liveContacts(moved.column)}) c
                   CROSS JOIN LATERAL (SELECT unnest(c.flags), true UNION ALL SELECT unnest(c.flags_cleared), false) w (flag, is_set)
                   ORDER BY w.flag, ${latest}) f
                 WHERE f.is_set), '{}') ELSE '{}' END,
               -- An objection is absolute (UK GDPR Art. 21(3)): nothing said later takes it back.
               min(c.effective_at) FILTER (WHERE c.outcome = 'do-not-contact'),
               ${last('do_not_return_until', `c.outcome = 'do-not-return'`)},
               coalesce(${lastSeen} = 'deceased', false), ${moved.sql},
               ${['vi_code', 'vi_category', 'vi_party', 'effective_at', 'id']
                 .map((column) => last(column, 'c.vi_code IS NOT NULL'))
                 .join(',\n               ')},
               ${last('likelihood', 'c.likelihood IS NOT NULL')}
        FROM unnest(${electors}) x (id)
        LEFT JOIN LATERAL (${liveContacts(moved.column)}) c ON true
        GROUP BY x.id`;

export const derivedElectorsSql = (electors: string) => derivedSql(electors, fromHisDoor);

const derivedElectors = (create: string, moved: Moved) => `
      -- Of each elector named, one row. Run inside definer functions, or by the owner.
      ${create} contact_creator.derived_electors(p_constituency text, p_electors bigint[])
      RETURNS TABLE (elector_id bigint, last_attempt_at timestamptz, last_contact_at timestamptz, attempt_count integer, contact_count integer,
                     flags text[], objected_at timestamptz, do_not_return_until date, is_deceased boolean, has_moved boolean,
                     vi_code text, vi_category text, vi_party text, vi_at timestamptz, vi_contact_id uuid, likelihood smallint)
      LANGUAGE sql STABLE AS $$${derivedSql('p_electors', moved)}
      $$;
`;
export const derivedElectorsForEver = derivedElectors('CREATE OR REPLACE FUNCTION', forEver);
export const derivedElectorsOfDoor = derivedElectors('CREATE OR REPLACE FUNCTION', fromHisDoor);

export const contactDerivation = `${derivedElectors('CREATE FUNCTION', forEver)}
      -- Index: contact_by_do_not_knock.
      CREATE FUNCTION contact_creator.derived_doors(p_constituency text, p_doors bigint[])
      RETURNS TABLE (door_id bigint, do_not_knock_at timestamptz)
      LANGUAGE sql STABLE AS $$
        SELECT x.id, (SELECT min(c.effective_at) FROM contact_creator.contact c
                      WHERE c.constituency_id = p_constituency AND c.door_id = x.id AND c.outcome = 'do-not-knock' AND c.ended_at IS NULL)
        FROM unnest(p_doors) x (id)
      $$;

      -- Electors, then doors, are locked in the order of their ids, so that devices that hand in at once wait and never
      -- deadlock; what they wait for is seen by the statements after the lock.
      CREATE FUNCTION contact_creator.derive(p_constituency text, p_electors bigint[], p_doors bigint[]) RETURNS void
      LANGUAGE plpgsql AS $$
      BEGIN
        -- Those that a register has since taken back fall away here.
        p_electors := ARRAY(
          SELECT e.id FROM contact_creator.elector e
          WHERE e.constituency_id = p_constituency AND e.id = ANY (p_electors) ORDER BY e.id FOR NO KEY UPDATE);
        PERFORM FROM contact_creator.door d
        WHERE d.constituency_id = p_constituency AND d.id = ANY (p_doors) ORDER BY d.id FOR NO KEY UPDATE;
        -- Each table is touched once for all of them, and only where something changes.
        WITH n AS MATERIALIZED (SELECT * FROM contact_creator.derived_electors(p_constituency, p_electors)),
        changed AS (
          UPDATE contact_creator.elector e SET (${electorColumns.join(', ')}) = ROW(${list('n', electorColumns)})
          FROM n
          WHERE e.constituency_id = p_constituency AND e.id = ANY (p_electors) AND e.id = n.elector_id
            AND (${list('e', electorColumns)}) IS DISTINCT FROM (${list('n', electorColumns)})),
        removed AS (
          DELETE FROM contact_creator.elector_opinion o USING n
          WHERE o.constituency_id = p_constituency AND o.elector_id = ANY (p_electors) AND o.elector_id = n.elector_id
            AND NOT ${hasOpinion})
        INSERT INTO contact_creator.elector_opinion AS o (constituency_id, elector_id, ${opinionColumns.join(', ')})
        SELECT p_constituency, n.elector_id, ${list('n', opinionColumns)} FROM n WHERE ${hasOpinion}
        ON CONFLICT ON CONSTRAINT elector_opinion_pkey DO UPDATE
        SET (${opinionColumns.join(', ')}) = ROW(${list('excluded', opinionColumns)})
        WHERE (${list('o', opinionColumns)}) IS DISTINCT FROM (${list('excluded', opinionColumns)});
        UPDATE contact_creator.door d SET do_not_knock_at = n.do_not_knock_at
        FROM contact_creator.derived_doors(p_constituency, p_doors) n
        WHERE d.constituency_id = p_constituency AND d.id = n.door_id AND d.do_not_knock_at IS DISTINCT FROM n.do_not_knock_at;
      END $$;

      -- What a rebuild from the contacts would change: nothing, unless something is broken.
      CREATE FUNCTION contact_creator.derived_differences(p_constituency text) RETURNS TABLE (kind text, id bigint)
      LANGUAGE sql STABLE AS $$
        SELECT 'elector', e.id
        FROM contact_creator.elector e
        JOIN contact_creator.derived_electors(p_constituency, ARRAY(SELECT i.id FROM contact_creator.elector i WHERE i.constituency_id = p_constituency)) n
          ON n.elector_id = e.id
        WHERE e.constituency_id = p_constituency AND (${list('e', electorColumns)}) IS DISTINCT FROM (${list('n', electorColumns)})
        UNION ALL
        SELECT 'opinion', e.id
        FROM contact_creator.elector e
        LEFT JOIN contact_creator.elector_opinion o ON o.constituency_id = p_constituency AND o.elector_id = e.id
        JOIN contact_creator.derived_electors(p_constituency, ARRAY(SELECT i.id FROM contact_creator.elector i WHERE i.constituency_id = p_constituency)) n
          ON n.elector_id = e.id
        WHERE e.constituency_id = p_constituency AND ((o.elector_id IS NOT NULL) <> ${hasOpinion}
          OR (${list('o', opinionColumns)}) IS DISTINCT FROM (${list('n', opinionColumns)}))
        UNION ALL
        SELECT 'door', d.id
        FROM contact_creator.door d
        JOIN contact_creator.derived_doors(p_constituency, ARRAY(SELECT i.id FROM contact_creator.door i WHERE i.constituency_id = p_constituency)) n
          ON n.door_id = d.id
        WHERE d.constituency_id = p_constituency AND d.do_not_knock_at IS DISTINCT FROM n.do_not_knock_at
      $$;
      REVOKE ALL ON FUNCTION contact_creator.derived_electors(text, bigint[]), contact_creator.derived_doors(text, bigint[]), contact_creator.derive(text, bigint[], bigint[]),
        contact_creator.derived_differences(text) FROM PUBLIC;`;

export const dropContactDerivation = `
      DROP FUNCTION contact_creator.derived_differences(text), contact_creator.derive(text, bigint[], bigint[]),
        contact_creator.derived_doors(text, bigint[]),
        contact_creator.derived_electors(text, bigint[]);`;
