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

      -- Rows disclosed to one account: for each window the number of the running bucket since 1970, the rows in it and
      -- the rows in the one before. One row an account: a shared one would serialise everyone's reads.
      CREATE TABLE protection.budget_counter (
        account_id           uuid CONSTRAINT budget_counter_pkey PRIMARY KEY,
        five_minutes_bucket  integer NOT NULL,
        five_minutes_rows    integer NOT NULL,
        five_minutes_before  integer NOT NULL,
        hour_bucket          integer NOT NULL,
        hour_rows            integer NOT NULL,
        hour_before          integer NOT NULL,
        day_bucket           integer NOT NULL,
        day_rows             integer NOT NULL,
        day_before           integer NOT NULL
      ) WITH (fillfactor = 50);

      GRANT SELECT ON protection.purpose, protection.undertaking, protection.undertaking_acceptance TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA protection CASCADE`);
  }
}
