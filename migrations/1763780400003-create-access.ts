import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Offices, grants with tenure, and the permission table. The permission table and the role limits are written by
 * the migration runner from src/access/permissions.ts, so that the fence decides by the same table as the guard.
 */
export class CreateAccess1763780400003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA access;
      GRANT USAGE ON SCHEMA access TO rosette_api;

      CREATE TABLE access.office (
        id               uuid CONSTRAINT office_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
        name             text NOT NULL CONSTRAINT office_name_shape CHECK (length(name) BETWEEN 1 AND 200),
        constituency_id  text COLLATE "C" CONSTRAINT office_constituency_fkey REFERENCES geography.constituency,
        created_at       timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE access.office_member (
        office_id   uuid NOT NULL CONSTRAINT office_member_office_fkey REFERENCES access.office,
        account_id  uuid NOT NULL CONSTRAINT office_member_account_fkey REFERENCES identity.account,
        from_at     timestamptz NOT NULL DEFAULT now(),
        until_at    timestamptz,
        CONSTRAINT office_member_pkey PRIMARY KEY (account_id, office_id, from_at)
      );
      CREATE INDEX office_member_by_office ON access.office_member (office_id);

      CREATE TABLE access.role_permission (
        role    text NOT NULL,
        action  text NOT NULL,
        -- What it changes is of every constituency: a grant for one does not allow it.
        is_everywhere_only  boolean NOT NULL,
        CONSTRAINT role_permission_pkey PRIMARY KEY (role, action)
      );

      CREATE TABLE access.role_limit (
        role          text CONSTRAINT role_limit_pkey PRIMARY KEY,
        five_minutes  integer NOT NULL,
        hour          integer NOT NULL,
        day           integer NOT NULL,
        CONSTRAINT role_limit_positive CHECK (five_minutes > 0 AND five_minutes <= hour AND hour <= day)
      );

      -- Privileged roles count only in sessions with a second factor; bulk roles begin once a second person approved.
      CREATE TABLE access.role_rule (
        role           text CONSTRAINT role_rule_pkey PRIMARY KEY,
        is_privileged  boolean NOT NULL,
        sees_bulk      boolean NOT NULL
      );

      -- The one reach under which an action works, and whether it needs a second factor of the last five minutes.
      CREATE TABLE access.action_rule (
        action         text CONSTRAINT action_rule_pkey PRIMARY KEY,
        reach          text NOT NULL CONSTRAINT action_rule_reach_known CHECK (reach IN ('tool', 'control', 'rights', 'self')),
        tool           text CONSTRAINT action_rule_tool_of_reach CHECK ((reach = 'tool') = (tool IS NOT NULL)),
        needs_step_up  boolean NOT NULL
      );

      CREATE TABLE access.role_grant (
        id               uuid CONSTRAINT role_grant_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
        account_id       uuid NOT NULL CONSTRAINT role_grant_account_fkey REFERENCES identity.account,
        role             text NOT NULL,
        area_kind        text NOT NULL CONSTRAINT role_grant_area_kind_known CHECK (area_kind IN ('everywhere', 'constituency')),
        constituency_id  text COLLATE "C" CONSTRAINT role_grant_constituency_fkey REFERENCES geography.constituency,
        purposes         text[] NOT NULL DEFAULT '{}',
        from_at          timestamptz NOT NULL,
        until_at         timestamptz NOT NULL,
        granted_by       uuid CONSTRAINT role_grant_granted_by_fkey REFERENCES identity.account,
        approved_by      uuid CONSTRAINT role_grant_approved_by_fkey REFERENCES identity.account,
        approved_at      timestamptz,
        ended_at         timestamptz,
        ended_by         uuid CONSTRAINT role_grant_ended_by_fkey REFERENCES identity.account,
        ended_why        text,
        created_at       timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT role_grant_area_named CHECK ((area_kind = 'everywhere') = (constituency_id IS NULL)),
        CONSTRAINT role_grant_tenure_ordered CHECK (from_at < until_at),
        CONSTRAINT role_grant_tenure_at_most_a_year CHECK (until_at <= from_at + interval '366 days'),
        CONSTRAINT role_grant_not_to_oneself CHECK (granted_by <> account_id),
        CONSTRAINT role_grant_approved_by_another CHECK (approved_by <> granted_by AND approved_by <> account_id)
      );
      CREATE INDEX role_grant_live_by_account ON access.role_grant (account_id) WHERE ended_at IS NULL;

      CREATE FUNCTION access.live_grants(p_account uuid) RETURNS SETOF access.role_grant
      LANGUAGE sql STABLE AS $$
        SELECT g.* FROM access.role_grant g
        WHERE g.account_id = p_account AND g.ended_at IS NULL AND g.from_at <= now() AND g.until_at > now()
          AND g.approved_at IS NOT NULL
      $$;
      REVOKE ALL ON FUNCTION access.live_grants(uuid) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION access.live_grants(uuid) TO rosette_api;

      GRANT SELECT ON access.office, access.office_member, access.role_permission, access.role_limit, access.role_rule,
        access.action_rule, access.role_grant TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA access CASCADE`);
  }
}
