import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a flip cut and refused, replica by replica. A replica writes it after the cut, so that it holds nothing up: what is
 * missing when a flip is answered follows. No personal data: who asked, what for, how much had left, and why it was cut.
 */
export class RecordCuts1763780400058 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- epoch: the flip that cut it; NULL where the replica had lost its lease. bytes: at most so many of the body had been handed
      -- over; rows: those begun, of an answer that is counted by rows. id is the replica's, so that what it repeats stands here once.
      CREATE TABLE ks.cut (
        number       bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT cut_number_once UNIQUE,
        id           uuid CONSTRAINT cut_pkey PRIMARY KEY,
        incarnation  uuid NOT NULL CONSTRAINT cut_replica_fkey REFERENCES ks.replica,
        epoch        bigint CONSTRAINT cut_flip_fkey REFERENCES ks.flip,
        at           timestamptz NOT NULL,
        what         text NOT NULL CONSTRAINT cut_what_known CHECK (what IN ('answer', 'stream')),
        is_late      boolean NOT NULL,
        why          text NOT NULL CONSTRAINT cut_why_shape CHECK (why ~ '^[a-z-]{1,60}$'),
        request_id   uuid NOT NULL,
        account_id   uuid NOT NULL,
        session_id   uuid NOT NULL,
        route        text NOT NULL CONSTRAINT cut_route_shape CHECK (length(route) BETWEEN 1 AND 200),
        action       text NOT NULL CONSTRAINT cut_action_shape CHECK (action ~ '^[a-z][a-z.-]{1,60}$'),
        bytes        bigint NOT NULL CONSTRAINT cut_bytes_not_negative CHECK (bytes >= 0),
        rows         integer CONSTRAINT cut_rows_not_negative CHECK (rows >= 0)
      );
      CREATE INDEX cut_by_flip ON ks.cut (epoch, number);

      -- Requests that a replica refused for a flip, so far.
      CREATE TABLE ks.refusal_count (
        epoch        bigint CONSTRAINT refusal_count_flip_fkey REFERENCES ks.flip,
        incarnation  uuid CONSTRAINT refusal_count_replica_fkey REFERENCES ks.replica,
        refused      integer NOT NULL CONSTRAINT refusal_count_positive CHECK (refused > 0),
        CONSTRAINT refusal_count_pkey PRIMARY KEY (epoch, incarnation)
      );

      -- The flip that ended what was admitted at one epoch and cut at another: the first of one of its scopes.
      CREATE FUNCTION ks.flip_between(p_admitted bigint, p_cut bigint, p_scopes text[]) RETURNS bigint
      LANGUAGE sql STABLE SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT f.epoch FROM ks.flip f
        WHERE f.epoch > p_admitted AND f.epoch <= p_cut AND f.action <> 'lift'
          AND (f.scopes && p_scopes OR 'area:0' = ANY (p_scopes) AND array_to_string(f.scopes, ' ') LIKE '%area:%')
        ORDER BY f.epoch LIMIT 1
      $$;
      REVOKE ALL ON FUNCTION ks.flip_between(bigint, bigint, text[]) FROM PUBLIC;

      CREATE FUNCTION ks.record_cuts(p_incarnation uuid, p_cuts jsonb) RETURNS void
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        INSERT INTO ks.cut (id, incarnation, epoch, at, what, is_late, why, request_id, account_id, session_id, route, action, bytes, rows)
        SELECT c.id, p_incarnation, ks.flip_between(c.admitted, c.known, c.scopes), clock_timestamp() - c.ago * interval '1 millisecond',
               c.what, c."isLate", c.why, c."requestId", c."accountId", c."sessionId", c.route, c.action, c.bytes, c.rows
        FROM jsonb_to_recordset(p_cuts) AS c (id uuid, admitted bigint, known bigint, scopes text[], ago double precision, what text,
          "isLate" boolean, why text, "requestId" uuid, "accountId" uuid, "sessionId" uuid, route text, action text, bytes bigint, rows integer)
        -- A database that lost a replica's registration has nothing to hang them on.
        WHERE EXISTS (SELECT FROM ks.replica r WHERE r.incarnation = p_incarnation)
        ON CONFLICT (id) DO NOTHING
      $$;

      -- Counts only grow, so that what is repeated does no harm. Counted under a generation that has passed, they belong to no flip that
      -- could still be named here.
      CREATE FUNCTION ks.count_refusals(p_incarnation uuid, p_counts jsonb) RETURNS void
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        INSERT INTO ks.refusal_count AS r (epoch, incarnation, refused)
        SELECT s.since_epoch, p_incarnation, sum(c.refused)
        FROM jsonb_to_recordset(p_counts) AS c (scope text, generation bigint, refused integer)
        JOIN ks.scope s ON s.kind = split_part(c.scope, ':', 1) AND s.id = split_part(c.scope, ':', 2) AND s.gen = c.generation
        JOIN ks.flip f ON f.epoch = s.since_epoch AND f.action = 'suspend'
        WHERE EXISTS (SELECT FROM ks.replica r WHERE r.incarnation = p_incarnation)
        GROUP BY s.since_epoch
        ON CONFLICT ON CONSTRAINT refusal_count_pkey DO UPDATE SET refused = greatest(r.refused, excluded.refused)
      $$;

      -- Per replica what a flip cut and refused, as far as it is written down: [{ number, cut, late, refused }].
      CREATE FUNCTION ks.cuts_of(p_epoch bigint) RETURNS jsonb
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT coalesce(jsonb_agg(jsonb_build_object('number', r.number, 'cut', t.cut, 'late', t.late, 'refused', t.refused) ORDER BY r.number), '[]')
        FROM (SELECT u.incarnation, sum(u.cut)::integer AS cut, sum(u.late)::integer AS late, sum(u.refused)::integer AS refused
              FROM (SELECT c.incarnation, count(*) AS cut, count(*) FILTER (WHERE c.is_late) AS late, 0 AS refused
                    FROM ks.cut c WHERE c.epoch = p_epoch GROUP BY c.incarnation
                    UNION ALL SELECT n.incarnation, 0, 0, n.refused FROM ks.refusal_count n WHERE n.epoch = p_epoch) u
              GROUP BY u.incarnation) t
        JOIN ks.replica r USING (incarnation)
      $$;

      -- What was cut for a suspension, in the order in which it was written down.
      CREATE FUNCTION ks.cuts_of_suspension(p_suspension uuid, p_after bigint, p_limit integer)
      RETURNS TABLE (number bigint, replica integer, at timestamptz, what text, is_late boolean, why text, request_id uuid, account_id uuid,
                     session_id uuid, route text, action text, bytes bigint, rows integer)
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT c.number, r.number, c.at, c.what, c.is_late, c.why, c.request_id, c.account_id, c.session_id, c.route, c.action, c.bytes, c.rows
        FROM ks.suspension s JOIN ks.cut c ON c.epoch = s.epoch JOIN ks.replica r USING (incarnation)
        WHERE s.id = p_suspension AND c.number > p_after AND ks.sealed() IS NOT NULL
        ORDER BY c.number LIMIT p_limit
      $$;

      REVOKE ALL ON FUNCTION ks.record_cuts(uuid, jsonb), ks.count_refusals(uuid, jsonb), ks.cuts_of(bigint),
        ks.cuts_of_suspension(uuid, bigint, integer) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ks.record_cuts(uuid, jsonb), ks.count_refusals(uuid, jsonb), ks.cuts_of(bigint),
        ks.cuts_of_suspension(uuid, bigint, integer) TO rosette_api;
      ${reportOfReplica(plain, counted)}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${reportOfReplica(counted, plain)}
      DROP FUNCTION ks.cuts_of_suspension(uuid, bigint, integer), ks.cuts_of(bigint), ks.count_refusals(uuid, jsonb), ks.record_cuts(uuid, jsonb),
        ks.flip_between(bigint, bigint, text[]);
      DROP TABLE ks.refusal_count, ks.cut;`);
  }
}

const plain = `'drainedMs', m.drained_ms)`;
const counted = `'drainedMs', m.drained_ms, 'cut', (SELECT count(*) FROM ks.cut c WHERE c.epoch = m.epoch AND c.incarnation = m.incarnation), 'refused', (SELECT coalesce(sum(n.refused), 0) FROM ks.refusal_count n WHERE n.epoch = m.epoch AND n.incarnation = m.incarnation))`;

/** The report of a flip says of each replica what it cut and refused: ks.flip_report as it stands, with other words in one place. */
const reportOfReplica = (from: string, to: string) => `
      DO $do$
      DECLARE
        v_old text := pg_get_functiondef('ks.flip_report(bigint)'::regprocedure);
        v_new text := replace(v_old, $from$${from}$from$, $to$${to}$to$);
      BEGIN
        IF v_new = v_old THEN
          RAISE 'ks.flip_report is not what it was';
        END IF;
        EXECUTE v_new;
      END $do$;`;
