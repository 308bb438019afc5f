import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The register of purposes, the undertaking that precedes the first row, and the budget counters. */
export class CreateProtection1763780400004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA protection;
      GRANT USAGE ON SCHEMA protection TO rosette_api;

      CREATE TABLE protection.purpose (
        code               text CONSTRAINT purpose_pkey PRIMARY KEY CONSTRAINT purpose_code_shape CHECK (code ~ '^[a-z][a-z0-9-]{2,59}$'),
        title              text NOT NULL,
        lawful_basis       text NOT NULL,
        article9_condition text,
        tools              text[] NOT NULL,
        data_classes       text[] NOT NULL,
        retention          text NOT NULL,
        author             text NOT NULL,
        created_at         timestamptz NOT NULL DEFAULT now(),
        ended_at           timestamptz
      );

      CREATE TABLE protection.undertaking (
        version      integer CONSTRAINT undertaking_pkey PRIMARY KEY,
        text         text NOT NULL,
        in_force_at  timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE protection.undertaking_acceptance (
        account_id   uuid NOT NULL CONSTRAINT undertaking_acceptance_account_fkey REFERENCES identity.account,
        version      integer NOT NULL CONSTRAINT undertaking_acceptance_version_fkey REFERENCES protection.undertaking,
        accepted_at  timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT undertaking_acceptance_pkey PRIMARY KEY (account_id, version)
      );

      -- Rows disclosed to one account in one bucket of one window. Counters belong to one account, never shared:
      -- a shared row would serialise everyone's reads.
      CREATE TABLE protection.budget_counter (
        account_id      uuid NOT NULL,
        window_seconds  integer NOT NULL,
        bucket_at       timestamptz NOT NULL,
        rows            integer NOT NULL,
        CONSTRAINT budget_counter_pkey PRIMARY KEY (account_id, window_seconds, bucket_at)
      ) WITH (fillfactor = 70);

      GRANT SELECT ON protection.purpose, protection.undertaking, protection.undertaking_acceptance TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA protection CASCADE`);
  }
}
