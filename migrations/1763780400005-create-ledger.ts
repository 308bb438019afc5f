import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was disclosed and what was done, in monthly partitions. The API role may only read; rows are written by the
 * custody functions, which take the actor from the sealed context and never from the caller's word.
 */
export class CreateLedger1763780400005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA ledger;
      GRANT USAGE ON SCHEMA ledger TO rosette_api;

      CREATE TABLE ledger.disclosure (
        id             uuid NOT NULL DEFAULT gen_random_uuid(),
        at             timestamptz NOT NULL DEFAULT clock_timestamp(),
        account_id     uuid NOT NULL,
        session_id     uuid NOT NULL,
        role           text NOT NULL,
        tool           text,
        action         text NOT NULL,
        purpose        text NOT NULL,
        data_classes   text[] NOT NULL,
        constituencies text[],
        request_id     uuid NOT NULL,
        address_class  text NOT NULL,
        rows           integer NOT NULL,
        subject_ids    bigint[] NOT NULL CONSTRAINT disclosure_subjects_bounded CHECK (cardinality(subject_ids) <= 5000),
        CONSTRAINT disclosure_pkey PRIMARY KEY (at, id)
      ) PARTITION BY RANGE (at);
      CREATE INDEX disclosure_by_account ON ledger.disclosure (account_id, at);

      CREATE TABLE ledger.action (
        id           uuid NOT NULL DEFAULT gen_random_uuid(),
        at           timestamptz NOT NULL DEFAULT clock_timestamp(),
        account_id   uuid,
        session_id   uuid,
        tool         text,
        action       text NOT NULL,
        outcome      text NOT NULL CONSTRAINT action_outcome_known CHECK (outcome IN ('done', 'refused')),
        code         text,
        target_kind  text,
        target_id    text,
        request_id   uuid,
        detail       jsonb NOT NULL DEFAULT '{}',
        CONSTRAINT action_pkey PRIMARY KEY (at, id),
        CONSTRAINT action_refusal_has_code CHECK ((outcome = 'refused') = (code IS NOT NULL))
      ) PARTITION BY RANGE (at);
      CREATE INDEX action_by_account ON ledger.action (account_id, at);

      -- Makes the partitions of this month and the next two. The default partitions only ever catch a clock that is far off.
      CREATE FUNCTION ledger.ensure_partitions() RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
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
      END $$;
      REVOKE ALL ON FUNCTION ledger.ensure_partitions() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ledger.ensure_partitions() TO rosette_api;
      SELECT ledger.ensure_partitions();

      GRANT SELECT ON ledger.disclosure, ledger.action TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA ledger CASCADE`);
  }
}
