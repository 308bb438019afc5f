/**
 * Contacts were judged and kept in the name of whoever worked in the transaction. With these, also in the name of who had
 * handed them in: by the rules of that moment, and never freely, since what he may do now is no matter. A departure keeps
 * whose the walks were, so that what was said on them before may still come in.
 */
type Words = readonly (readonly [string, string])[];

interface Rewritten {
  signature: string;
  /** With the parameters that it gains. */
  longer: string;
  words: Words;
}

const functions: readonly Rewritten[] = [
  {
    signature: 'contact_creator.judged_contacts(text, jsonb, timestamptz)',
    longer: 'contact_creator.judged_contacts(text, jsonb, timestamptz, uuid)',
    words: [
      ['p_now timestamp with time zone)', 'p_now timestamp with time zone, p_depositor uuid)'],
      ['v_actor uuid := ks.actor();', 'v_actor uuid := coalesce(p_depositor, ks.actor());'],
      ['v_is_free boolean := EXISTS (', 'v_is_free boolean := p_depositor IS NULL AND EXISTS ('],
    ],
  },
  {
    signature: 'contact_creator.take_contacts(text, jsonb)',
    longer: 'contact_creator.take_contacts(text, jsonb, uuid, timestamptz)',
    words: [
      [
        'p_items jsonb, OUT results',
        'p_items jsonb, p_depositor uuid DEFAULT NULL, p_handed_in timestamptz DEFAULT NULL, OUT results',
      ],
      ['v_actor uuid := ks.actor();', 'v_actor uuid := coalesce(p_depositor, ks.actor());'],
      [
        'judged_contacts(p_constituency, p_items, v_now)',
        'judged_contacts(p_constituency, p_items, coalesce(p_handed_in, v_now), p_depositor)',
      ],
    ],
  },
];

const released = 'contact_creator.release_departed(uuid[])';
const releasing: Words = [
  [
    `        UPDATE contact_creator.walk w
        SET assigned_to = CASE`,
    `        PERFORM contact_creator.keep_walk_past(w.constituency_id, w.id) FROM contact_creator.walk w
        WHERE w.assigned_to = ANY (p_accounts) OR w.claimed_by = ANY (p_accounts);
        UPDATE contact_creator.walk w
        SET assigned_to = CASE`,
  ],
];

/** A function as it stands, with other words in these places. */
const rewritten = (from: string, words: Words, after = '') => `
      DO $do$
      DECLARE
        v_text text := pg_get_functiondef('${from}'::regprocedure);
      BEGIN${words
        .map(
          ([old, text]) => `
        IF strpos(v_text, $from$${old}$from$) = 0 THEN
          RAISE '${from} is not what it was';
        END IF;
        v_text := replace(v_text, $from$${old}$from$, $to$${text}$to$);`,
        )
        .join('')}
        ${after}
        EXECUTE v_text;
      END $do$;`;

const replaced = (from: string, to: string, words: Words) => `
      ${rewritten(from, words, `DROP FUNCTION ${from};`)}
      REVOKE ALL ON FUNCTION ${to} FROM PUBLIC;`;

const back = (words: Words): Words => words.map(([old, text]) => [text, old] as const);

export const contactsOfOthers = `
      ${functions.map(({ signature, longer, words }) => replaced(signature, longer, words)).join('')}
      ${rewritten(released, releasing)}`;

/** As PostgreSQL writes the parameters that were gained. */
const asWritten = (words: Words): Words =>
  words.map(([old, text]) => [
    old,
    text
      .replace('uuid DEFAULT NULL,', 'uuid DEFAULT NULL::uuid,')
      .replace(
        'timestamptz DEFAULT NULL,',
        'timestamp with time zone DEFAULT NULL::timestamp with time zone,',
      ),
  ]);

export const contactsOfOneself = `
      ${rewritten(released, back(releasing))}
      ${functions
        .toReversed()
        .map(({ signature, longer, words }) => replaced(longer, signature, back(asWritten(words))))
        .join('')}`;
