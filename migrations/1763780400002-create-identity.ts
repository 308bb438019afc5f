import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts (people and API clients) and their sessions. A token names a session; the fence resolves the rest here. */
export class CreateIdentity1763780400002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA identity;
      GRANT USAGE ON SCHEMA identity TO rosette_api;

      CREATE TABLE identity.account (
        id            uuid CONSTRAINT account_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
        kind          text NOT NULL CONSTRAINT account_kind_known CHECK (kind IN ('person', 'client')),
        username      text NOT NULL CONSTRAINT account_username_shape CHECK (username = lower(username) AND length(username) BETWEEN 3 AND 254),
        display_name  text NOT NULL CONSTRAINT account_display_name_shape CHECK (length(display_name) BETWEEN 1 AND 200),
        created_at    timestamptz NOT NULL DEFAULT now(),
        closed_at     timestamptz,
        CONSTRAINT account_username_unique UNIQUE (username)
      );

      CREATE TABLE identity.session (
        id          uuid CONSTRAINT session_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
        account_id  uuid NOT NULL CONSTRAINT session_account_fkey REFERENCES identity.account,
        created_at  timestamptz NOT NULL DEFAULT now(),
        expires_at  timestamptz NOT NULL,
        mfa_at      timestamptz,
        stepped_up_until timestamptz,
        ended_at    timestamptz,
        ended_why   text
      );
      CREATE INDEX session_live_by_account ON identity.session (account_id) WHERE ended_at IS NULL;

      GRANT SELECT, INSERT, UPDATE ON identity.account, identity.session TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA identity CASCADE`);
  }
}
