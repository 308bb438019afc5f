import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What goes on now, for whoever may have to stop it: which replicas there are and how far each is with the switch; who is at
 * work; and how much is disclosed by the minute. The record itself stays closed to them: they are told sums, and only in a
 * transaction that entered the fence for that.
 */
export class ShowWhatGoesOn1763780400063 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Those that live or may, and those that were shut out within a day. A row is a start of a process: they are few.
      CREATE FUNCTION ks.replicas() RETURNS TABLE (
        number integer, host text, pid integer, build text, started_at timestamptz, last_seen_at timestamptz, silent_ms bigint,
        may_hold_lease boolean, fenced boolean, closed_epoch bigint, drained_epoch bigint, epoch bigint
      ) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT r.number, r.host, r.pid, r.build, r.started_at, r.last_seen_at,
               greatest(0, extract(epoch FROM clock_timestamp() - r.last_seen_at) * 1000)::bigint,
               NOT r.fenced AND r.last_seen_at + ks.wait_ms(r.lease_ms, c.rho_ppm) * interval '1 millisecond' > clock_timestamp(),
               r.fenced, r.closed_epoch, r.drained_epoch, s.epoch
        FROM ks.replica r CROSS JOIN ks.config c CROSS JOIN ks.state s
        WHERE ks.sealed() IS NOT NULL AND r.ended_at IS NULL
          AND (NOT r.fenced OR r.last_seen_at > clock_timestamp() - interval '1 day')
        ORDER BY r.number DESC LIMIT 100
      $$;

      -- What each account did in at most an hour, as sums. Indexes: disclosure_pkey, action_pkey (both by time).
      CREATE FUNCTION ledger.activity(p_since timestamptz, p_until timestamptz) RETURNS TABLE (
        account_id uuid, last_seen_at timestamptz, disclosures integer, rows bigint, refusals integer
      ) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT d.account_id, max(d.at), sum(d.disclosures)::integer, sum(d.rows), sum(d.refusals)::integer
        FROM (
          SELECT account_id, at, 1 AS disclosures, rows, 0 AS refusals FROM ledger.disclosure
          WHERE at >= greatest(p_since, p_until - interval '1 hour') AND at < p_until
          UNION ALL
          SELECT account_id, at, 0, 0, CASE outcome WHEN 'refused' THEN 1 ELSE 0 END FROM ledger.action
          WHERE at >= greatest(p_since, p_until - interval '1 hour') AND at < p_until AND account_id IS NOT NULL
            AND p_until > now() - interval '2 hours'
        ) d
        WHERE (SELECT (ks.sealed())[9]) = 'activity.read'
        GROUP BY d.account_id
      $$;

      -- The minutes in which something was disclosed, at most sixty. Index: disclosure_pkey.
      CREATE FUNCTION ledger.disclosure_rates(p_minutes integer) RETURNS TABLE (
        at timestamptz, tool text, disclosures integer, rows bigint
      ) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT date_trunc('minute', d.at), d.tool, count(*)::integer, sum(d.rows)
        FROM ledger.disclosure d
        WHERE d.at >= date_trunc('minute', now()) - (least(p_minutes, 60) - 1) * interval '1 minute'
          AND (SELECT (ks.sealed())[9]) = 'activity.read'
        GROUP BY 1, 2
      $$;

      REVOKE ALL ON FUNCTION ks.replicas(), ledger.activity(timestamptz, timestamptz), ledger.disclosure_rates(integer) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ks.replicas(), ledger.activity(timestamptz, timestamptz), ledger.disclosure_rates(integer)
      TO rosette_api;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP FUNCTION ks.replicas(), ledger.activity(timestamptz, timestamptz), ledger.disclosure_rates(integer)',
    );
  }
}
