/** What forgets exports, as SQL: the frozen ids lie in the table that is named. */
export const forgetExports = (frozenIds: string): string => `
      -- The frozen ids of exports that nobody can fetch any more. A fetch ends with the day of its export at the latest, so
      -- one that has not told its end by now never will: its replica died, and what left of it is in the disclosures.
      CREATE OR REPLACE FUNCTION contact_creator.forget_exports() RETURNS void
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, contact_creator, pg_temp AS $$
        WITH forgotten AS (
          UPDATE contact_creator.export SET forgotten_at = now()
          WHERE forgotten_at IS NULL AND expires_at < now() - interval '1 hour' RETURNING constituency_id, id),
        lost AS (
          UPDATE contact_creator.export_fetch l SET ended_at = clock_timestamp(), outcome = 'cut', why = 'replica-lost'
          FROM forgotten f WHERE l.constituency_id = f.constituency_id AND l.export_id = f.id AND l.ended_at IS NULL
          RETURNING l.account_id, l.session_id, l.export_id, l.request_id),
        told AS (
          INSERT INTO ledger.action (account_id, session_id, tool, action, outcome, target_kind, target_id, request_id, detail)
          SELECT account_id, session_id, 'contact-creator', 'export.read', 'done', 'export', export_id::text, request_id,
                 '{"fetch": "cut", "why": "replica-lost"}'
          FROM lost)
        DELETE FROM ${frozenIds} m USING forgotten f
        WHERE m.constituency_id = f.constituency_id AND m.export_id = f.id
      $$;`;
