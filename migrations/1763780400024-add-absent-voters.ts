import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How who votes by post or by proxy is entered and cleared: many at a time, by elector number, through one function. */
export class AddAbsentVoters1763780400024 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Enters (or clears, where the kind is NULL) each of the numbers, and answers for each what came of it, in its place:
      -- 'done', 'unchanged', 'unknown' or 'ambiguous'. Of the columns of an elector it writes absent_vote alone. A number is
      -- that of a current entry; an anonymous one has no other name to be known by and counts too. Index: elector_by_number.
      CREATE FUNCTION contact_creator.set_absent_votes(p_constituency text, p_prefixes text[], p_numbers text[], p_suffixes text[], p_kinds text[])
      RETURNS text[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, contact_creator, pg_temp AS $$
      DECLARE
        v_outcomes text[];
      BEGIN
        PERFORM access.require_change('absent-voter.change');
        IF NOT contact_creator.acts_in('absent-voter.change', p_constituency) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS008', MESSAGE = 'not among the areas of the actor';
        END IF;
        -- In the order of ids, so that two who change the same electors do not wait for each other crosswise.
        PERFORM FROM contact_creator.elector e
        WHERE e.constituency_id = p_constituency AND e.is_current AND (e.number_prefix, e.number_text, e.number_suffix) IN (
          SELECT i.prefix, i.number, i.suffix FROM unnest(p_prefixes, p_numbers, p_suffixes) AS i (prefix, number, suffix))
        ORDER BY e.id FOR NO KEY UPDATE;
        WITH wanted AS (
          SELECT i.place, i.kind, f.electors, f.elector_id, f.held
          FROM unnest(p_prefixes, p_numbers, p_suffixes, p_kinds) WITH ORDINALITY AS i (prefix, number, suffix, kind, place)
          CROSS JOIN LATERAL (
            SELECT count(*) AS electors, min(e.id) AS elector_id, min(e.absent_vote) AS held FROM contact_creator.elector e
            WHERE e.constituency_id = p_constituency AND e.number_prefix = i.prefix AND e.number_text = i.number
              AND e.number_suffix = i.suffix AND e.is_current) f
        ), changed AS (
          UPDATE contact_creator.elector e SET absent_vote = w.kind
          FROM wanted w
          WHERE e.constituency_id = p_constituency AND e.id = w.elector_id AND w.electors = 1 AND w.held IS DISTINCT FROM w.kind
        )
        SELECT array_agg(CASE WHEN w.electors = 0 THEN 'unknown' WHEN w.electors > 1 THEN 'ambiguous'
                              WHEN w.held IS DISTINCT FROM w.kind THEN 'done' ELSE 'unchanged' END ORDER BY w.place)
        INTO v_outcomes FROM wanted w;
        RETURN coalesce(v_outcomes, '{}');
      END $$;

      REVOKE ALL ON FUNCTION contact_creator.set_absent_votes(text, text[], text[], text[], text[]) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION contact_creator.set_absent_votes(text, text[], text[], text[], text[]) TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION contact_creator.set_absent_votes(text, text[], text[], text[], text[]);
    `);
  }
}
