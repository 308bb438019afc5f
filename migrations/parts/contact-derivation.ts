/**
 * What is derived from contacts, as SQL: the columns of electors, opinions and doors follow from the live contacts alone,
 * whatever the order in which these came. The latest in effect wins, of two at one moment the greater id. The same
 * queries derive and check. Another source of objections belongs into derived_electors, or it is overwritten.
 */

/** Live contacts `c` that count for the elector `x`. Indexes: contact_subject_pkey, contact_pkey. */
const liveContacts = `contact_creator.contact_subject s
            JOIN contact_creator.contact c ON c.constituency_id = p_constituency AND c.id = s.contact_id AND c.ended_at IS NULL`;
const ofElector = `s.constituency_id = p_constituency AND s.elector_id = x.id`;
const answerOf = `JOIN contact_creator.contact_answer a ON a.constituency_id = p_constituency AND a.contact_id = c.id`;
const latest = `c.effective_at DESC, c.id DESC`;
/** Somebody spoke with the elector himself. */
const isConversation = `c.elector_id = x.id AND c.outcome NOT IN ('not-in', 'inaccessible', 'moved', 'deceased')`;
/** What the last contact that could tell says of him. */
const lastSeen = `(array_agg(c.outcome ORDER BY ${latest}) FILTER (WHERE c.elector_id = x.id AND c.outcome IN ('canvassed', 'moved', 'deceased')))[1]`;

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

/** Of each elector named, one row. */
export const derivedElectorsSql = (electors: string) => `
        SELECT x.id AS elector_id, max(c.effective_at) AS last_attempt_at,
               max(c.effective_at) FILTER (WHERE ${isConversation}) AS last_contact_at,
               count(c.id)::integer AS attempt_count,
               (count(c.id) FILTER (WHERE ${isConversation}))::integer AS contact_count,
               -- Of each flag the last word.
               coalesce((
                 SELECT array_agg(f.flag ORDER BY f.flag) FROM (
                   SELECT DISTINCT ON (w.flag) w.flag, w.is_set
                   FROM ${liveContacts} ${answerOf}
                   CROSS JOIN LATERAL (SELECT unnest(a.flags), true UNION ALL SELECT unnest(a.flags_cleared), false) w (flag, is_set)
                   WHERE ${ofElector} ORDER BY w.flag, ${latest}) f
                 WHERE f.is_set), '{}') AS flags,
               -- An objection is absolute (UK GDPR Art. 21(3)): nothing said later takes it back.
               min(c.effective_at) FILTER (WHERE c.outcome = 'do-not-contact') AS objected_at,
               (array_agg(c.do_not_return_until ORDER BY ${latest}) FILTER (WHERE c.outcome = 'do-not-return'))[1] AS do_not_return_until,
               coalesce(${lastSeen} = 'deceased', false) AS is_deceased,
               coalesce(${lastSeen} = 'moved', false) AS has_moved
        FROM unnest(${electors}) x (id)
        LEFT JOIN (${liveContacts}) ON ${ofElector}
        GROUP BY x.id`;

export const contactDerivation = `
      -- Run inside definer functions, or by the owner.
      CREATE FUNCTION contact_creator.derived_electors(p_constituency text, p_electors bigint[])
      RETURNS TABLE (elector_id bigint, last_attempt_at timestamptz, last_contact_at timestamptz, attempt_count integer, contact_count integer,
                     flags text[], objected_at timestamptz, do_not_return_until date, is_deceased boolean, has_moved boolean)
      LANGUAGE sql STABLE AS $$${derivedElectorsSql('p_electors')}
      $$;

      CREATE FUNCTION contact_creator.derived_opinions(p_constituency text, p_electors bigint[])
      RETURNS TABLE (elector_id bigint, vi_code text, vi_category text, vi_party text, vi_at timestamptz, vi_contact_id uuid, likelihood smallint)
      LANGUAGE sql STABLE AS $$
        SELECT x.id, v.vi_code, v.vi_category, v.vi_party, v.effective_at, v.id, l.likelihood
        FROM unnest(p_electors) x (id)
        LEFT JOIN LATERAL (
          SELECT a.vi_code, a.vi_category, a.vi_party, c.effective_at, c.id FROM ${liveContacts} ${answerOf}
          WHERE ${ofElector} AND a.vi_code IS NOT NULL ORDER BY ${latest} LIMIT 1) v ON true
        LEFT JOIN LATERAL (
          SELECT a.likelihood FROM ${liveContacts} ${answerOf}
          WHERE ${ofElector} AND a.likelihood IS NOT NULL ORDER BY ${latest} LIMIT 1) l ON true
        WHERE v.id IS NOT NULL OR l.likelihood IS NOT NULL
      $$;

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
        p_electors := ARRAY(SELECT DISTINCT unnest(p_electors));
        PERFORM FROM contact_creator.elector e
        WHERE e.constituency_id = p_constituency AND e.id = ANY (p_electors) ORDER BY e.id FOR NO KEY UPDATE;
        PERFORM FROM contact_creator.door d
        WHERE d.constituency_id = p_constituency AND d.id = ANY (p_doors) ORDER BY d.id FOR NO KEY UPDATE;
        UPDATE contact_creator.elector e SET (${electorColumns.join(', ')}) = ROW(${list('n', electorColumns)})
        FROM contact_creator.derived_electors(p_constituency, p_electors) n
        WHERE e.constituency_id = p_constituency AND e.id = n.elector_id
          AND (${list('e', electorColumns)}) IS DISTINCT FROM (${list('n', electorColumns)});
        INSERT INTO contact_creator.elector_opinion AS o (constituency_id, elector_id, ${opinionColumns.join(', ')})
        SELECT p_constituency, n.elector_id, ${list('n', opinionColumns)}
        FROM contact_creator.derived_opinions(p_constituency, p_electors) n
        JOIN contact_creator.elector e ON e.constituency_id = p_constituency AND e.id = n.elector_id
        ON CONFLICT ON CONSTRAINT elector_opinion_pkey DO UPDATE
        SET (${opinionColumns.join(', ')}) = ROW(${list('excluded', opinionColumns)})
        WHERE (${list('o', opinionColumns)}) IS DISTINCT FROM (${list('excluded', opinionColumns)});
        DELETE FROM contact_creator.elector_opinion o
        WHERE o.constituency_id = p_constituency AND o.elector_id = ANY (p_electors)
          AND NOT EXISTS (SELECT FROM contact_creator.derived_opinions(p_constituency, ARRAY[o.elector_id]));
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
        LEFT JOIN contact_creator.derived_opinions(p_constituency, ARRAY(SELECT i.id FROM contact_creator.elector i WHERE i.constituency_id = p_constituency)) n
          ON n.elector_id = e.id
        WHERE e.constituency_id = p_constituency AND ((o.elector_id IS NULL) <> (n.elector_id IS NULL)
          OR (${list('o', opinionColumns)}) IS DISTINCT FROM (${list('n', opinionColumns)}))
        UNION ALL
        SELECT 'door', d.id
        FROM contact_creator.door d
        JOIN contact_creator.derived_doors(p_constituency, ARRAY(SELECT i.id FROM contact_creator.door i WHERE i.constituency_id = p_constituency)) n
          ON n.door_id = d.id
        WHERE d.constituency_id = p_constituency AND d.do_not_knock_at IS DISTINCT FROM n.do_not_knock_at
      $$;
      REVOKE ALL ON FUNCTION contact_creator.derived_electors(text, bigint[]), contact_creator.derived_opinions(text, bigint[]),
        contact_creator.derived_doors(text, bigint[]), contact_creator.derive(text, bigint[], bigint[]),
        contact_creator.derived_differences(text) FROM PUBLIC;`;

export const dropContactDerivation = `
      DROP FUNCTION contact_creator.derived_differences(text), contact_creator.derive(text, bigint[], bigint[]),
        contact_creator.derived_doors(text, bigint[]), contact_creator.derived_opinions(text, bigint[]),
        contact_creator.derived_electors(text, bigint[]);`;
