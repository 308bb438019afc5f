import type { MigrationInterface, QueryRunner } from 'typeorm';
import { firstAdministrator, onlyEverAdministrator } from './parts/first-administrator.js';

/**
 * What was made once and would have run out: the ledger's partitions, which are made anew each day, and the last
 * administrator's grant, which lapses after a year and which nobody else could renew.
 */
export class RenewWhatLapses1763780400043 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ensurePartitions);
    await runner.query(firstAdministrator);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(onlyEverAdministrator);
    await runner.query(ensurePartitionsOnce);
  }
}

const head = `
  CREATE OR REPLACE FUNCTION ledger.ensure_partitions() RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$`;

/**
 * Makes the partitions of this month and the next two that are not there. What the default partition has caught of a month
 * moves into its partition. Attached, not created in place: whoever writes the record, as a suspension does, does not wait
 * for the export that is writing it; who reads the default partition does, for a moment once a month.
 */
const ensurePartitions = `${head}
  DECLARE
    parent text;
    first_day date;
    name text;
    first_at timestamptz;
    next_at timestamptz;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger.ensure_partitions'));
    FOREACH parent IN ARRAY ARRAY['disclosure', 'action'] LOOP
      FOR n IN 0..2 LOOP
        first_day := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n))::date;
        name := parent || '_' || to_char(first_day, 'YYYY_MM');
        CONTINUE WHEN to_regclass(format('ledger.%I', name)) IS NOT NULL;
        first_at := first_day::timestamp AT TIME ZONE 'UTC';
        next_at := (first_day + interval '1 month') AT TIME ZONE 'UTC';
        EXECUTE format('CREATE TABLE ledger.%I (LIKE ledger.%I INCLUDING ALL)', name, parent);
        -- Nothing of the month comes in between.
        EXECUTE format('LOCK TABLE ledger.%I IN ACCESS EXCLUSIVE MODE', parent || '_other');
        EXECUTE format(
          'WITH caught AS (DELETE FROM ledger.%I WHERE at >= %L AND at < %L RETURNING *) INSERT INTO ledger.%I SELECT * FROM caught',
          parent || '_other', first_at, next_at, name);
        EXECUTE format('ALTER TABLE ledger.%I ATTACH PARTITION ledger.%I FOR VALUES FROM (%L) TO (%L)',
                       parent, name, first_at, next_at);
      END LOOP;
    END LOOP;
  END $$`;

/** As 1763780400005 made it. */
const ensurePartitionsOnce = `${head}
  DECLARE
    parent text;
    first_day date;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger.ensure_partitions'));
    FOREACH parent IN ARRAY ARRAY['disclosure', 'action'] LOOP
      EXECUTE format('CREATE TABLE IF NOT EXISTS ledger.%I PARTITION OF ledger.%I DEFAULT', parent || '_other', parent);
      FOR n IN 0..2 LOOP
        first_day := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n))::date;
        EXECUTE format(
          'CREATE TABLE IF NOT EXISTS ledger.%I PARTITION OF ledger.%I FOR VALUES FROM (%L) TO (%L)',
          parent || '_' || to_char(first_day, 'YYYY_MM'), parent,
          first_day::text || ' 00:00:00+00', (first_day + interval '1 month')::date::text || ' 00:00:00+00');
      END LOOP;
    END LOOP;
  END $$`;
