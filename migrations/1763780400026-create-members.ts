import type { MigrationInterface, QueryRunner } from 'typeorm';
import { partitionForeignKey, partitions } from './parts/partitions.js';
import { rowLevelSecurity } from './parts/row-level-security.js';

/**
 * Nobody holds the same office of the same branch twice on one day. Member, branch and office as a range of one point, for
 * ranges have an operator class without an extension; partition by partition, for a key across them would need one.
 */
function oneTenure(): string {
  const held = `hashtextextended(member_id::text || ' ' || coalesce(branch_id::text, '') || ' ' || lower(office COLLATE "C"), 0)::numeric`;
  return Array.from(
    { length: 16 },
    (_, n) =>
      `ALTER TABLE organise.role_holder_${n} ADD CONSTRAINT role_holder_${n}_one_tenure EXCLUDE USING gist (
        numrange(${held}, ${held}, '[]') WITH &&, daterange(from_on, until_on) WITH &&);`,
  ).join('\n      ');
}

/**
 * Members whole: standing with its history, branches, role holders with tenure. How to reach a member is a table of its
 * own under its own class: to read who is a member is not to read a telephone number.
 */
export class CreateMembers1763780400026 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE organise.member;

      CREATE TABLE organise.branch (
        constituency_id  text COLLATE "C" NOT NULL CONSTRAINT branch_constituency_fkey REFERENCES geography.constituency,
        id               uuid NOT NULL,
        name             text NOT NULL CONSTRAINT branch_name_shape CHECK (length(name) BETWEEN 1 AND 200),
        closed_at        timestamptz,
        version          integer NOT NULL DEFAULT 1,
        CONSTRAINT branch_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT branch_name_unique UNIQUE (constituency_id, name)
      );
      -- A ward belongs to one branch at most.
      CREATE TABLE organise.branch_ward (
        constituency_id  text COLLATE "C" NOT NULL,
        ward_id          text COLLATE "C" NOT NULL,
        branch_id        uuid NOT NULL,
        CONSTRAINT branch_ward_pkey PRIMARY KEY (constituency_id, ward_id),
        CONSTRAINT branch_ward_branch_fkey FOREIGN KEY (constituency_id, branch_id) REFERENCES organise.branch
      );
      CREATE INDEX branch_ward_by_branch ON organise.branch_ward (constituency_id, branch_id);

      CREATE TABLE organise.member (
        constituency_id    text COLLATE "C" NOT NULL CONSTRAINT member_constituency_fkey REFERENCES geography.constituency,
        id                 bigint NOT NULL DEFAULT nextval('protection.subject_id'),
        membership_number  text COLLATE "C" NOT NULL CONSTRAINT member_membership_number_shape CHECK (length(membership_number) BETWEEN 1 AND 40),
        kind               text NOT NULL DEFAULT 'member' CONSTRAINT member_kind_known CHECK (kind IN ('member', 'affiliated-supporter')),
        status             text NOT NULL DEFAULT 'current' CONSTRAINT member_status_known CHECK (status IN
                           ('current', 'lapsed', 'suspended', 'resigned', 'expelled', 'died')),
        title              text,
        forename           text NOT NULL,
        middle_names       text,
        surname            text NOT NULL,
        name_folded        text COLLATE "C" NOT NULL DEFAULT '',
        joined_on          date,
        left_on            date,
        branch_id          uuid,
        -- What a segment asks, without the address itself.
        has_email          boolean NOT NULL DEFAULT false,
        has_mobile         boolean NOT NULL DEFAULT false,
        first_import_id    uuid,
        import_id          uuid,
        version            integer NOT NULL DEFAULT 1,
        CONSTRAINT member_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT member_number_unique UNIQUE (constituency_id, membership_number),
        CONSTRAINT member_branch_fkey FOREIGN KEY (constituency_id, branch_id) REFERENCES organise.branch
      ) PARTITION BY HASH (constituency_id);
      ${partitions('organise.member')}
      CREATE INDEX member_by_name ON organise.member (constituency_id, name_folded, id);
      CREATE INDEX member_by_branch ON organise.member (constituency_id, branch_id, id);

      CREATE TABLE organise.member_contact_detail (
        constituency_id  text COLLATE "C" NOT NULL,
        member_id        bigint NOT NULL,
        email            text CONSTRAINT member_contact_detail_email_shape CHECK (length(email) BETWEEN 3 AND 254),
        mobile           text CONSTRAINT member_contact_detail_mobile_shape CHECK (length(mobile) BETWEEN 3 AND 30),
        landline         text CONSTRAINT member_contact_detail_landline_shape CHECK (length(landline) BETWEEN 3 AND 30),
        address_lines    text[] NOT NULL DEFAULT '{}',
        postcode         text COLLATE "C",
        CONSTRAINT member_contact_detail_pkey PRIMARY KEY (constituency_id, member_id)
      ) PARTITION BY HASH (constituency_id);
      ${partitions('organise.member_contact_detail')}
      ${partitionForeignKey('organise.member_contact_detail', 'member', 'constituency_id, member_id', 'organise.member')}

      -- Append-only: how a standing came about. A first row has no status before.
      CREATE TABLE organise.member_status_change (
        constituency_id  text COLLATE "C" NOT NULL,
        id               uuid NOT NULL DEFAULT gen_random_uuid(),
        member_id        bigint NOT NULL,
        from_status      text,
        to_status        text NOT NULL,
        reason           text CONSTRAINT member_status_change_reason_shape CHECK (length(reason) BETWEEN 1 AND 1000),
        import_id        uuid,
        changed_by       uuid CONSTRAINT member_status_change_changed_by_fkey REFERENCES identity.account,
        changed_at       timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT member_status_change_pkey PRIMARY KEY (constituency_id, id)
      ) PARTITION BY HASH (constituency_id);
      ${partitions('organise.member_status_change')}
      ${partitionForeignKey('organise.member_status_change', 'member', 'constituency_id, member_id', 'organise.member')}
      CREATE INDEX member_status_change_by_member ON organise.member_status_change (constituency_id, member_id, changed_at);

      -- Who holds which office of the party, for how long.
      CREATE TABLE organise.role_holder (
        constituency_id  text COLLATE "C" NOT NULL,
        id               uuid NOT NULL,
        member_id        bigint NOT NULL,
        office           text NOT NULL CONSTRAINT role_holder_office_shape CHECK (length(office) BETWEEN 1 AND 100),
        branch_id        uuid,
        from_on          date NOT NULL,
        -- The first day on which it is no longer held; the same day as from_on: it never was.
        until_on         date NOT NULL,
        ended_reason     text CONSTRAINT role_holder_ended_reason_shape CHECK (length(ended_reason) BETWEEN 1 AND 1000),
        version          integer NOT NULL DEFAULT 1,
        CONSTRAINT role_holder_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT role_holder_tenure CHECK (until_on >= from_on),
        CONSTRAINT role_holder_tenure_at_most_five_years CHECK (until_on <= from_on + interval '5 years'),
        CONSTRAINT role_holder_branch_fkey FOREIGN KEY (constituency_id, branch_id) REFERENCES organise.branch
      ) PARTITION BY HASH (constituency_id);
      ${partitions('organise.role_holder')}
      ${partitionForeignKey('organise.role_holder', 'member', 'constituency_id, member_id', 'organise.member')}
      ${oneTenure()}
      CREATE INDEX role_holder_by_member ON organise.role_holder (constituency_id, member_id);
      CREATE INDEX role_holder_by_office ON organise.role_holder (constituency_id, until_on, id);

      ${rowLevelSecurity('organise.branch', 'organise', '')}
      ${rowLevelSecurity('organise.branch_ward', 'organise', '')}
      ${rowLevelSecurity('organise.member', 'organise', 'membership')}
      ${rowLevelSecurity('organise.member_contact_detail', 'organise', 'contact-details')}
      ${rowLevelSecurity('organise.member_status_change', 'organise', 'membership')}
      ${rowLevelSecurity('organise.role_holder', 'organise', 'membership')}
      GRANT SELECT, INSERT, UPDATE ON organise.branch, organise.member, organise.member_contact_detail, organise.role_holder TO rosette_api;
      GRANT SELECT, INSERT, DELETE ON organise.branch_ward TO rosette_api;
      GRANT SELECT, INSERT ON organise.member_status_change TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE organise.role_holder, organise.member_status_change, organise.member_contact_detail, organise.member,
        organise.branch_ward, organise.branch;
      CREATE TABLE organise.member (
        constituency_id    text COLLATE "C" NOT NULL CONSTRAINT member_constituency_fkey REFERENCES geography.constituency,
        id                 bigint NOT NULL DEFAULT nextval('protection.subject_id'),
        membership_number  text COLLATE "C" NOT NULL CONSTRAINT member_membership_number_shape CHECK (length(membership_number) BETWEEN 1 AND 40),
        forename           text NOT NULL,
        surname            text NOT NULL,
        CONSTRAINT member_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT member_number_unique UNIQUE (constituency_id, membership_number)
      ) PARTITION BY HASH (constituency_id);
      ${partitions('organise.member')}
      ALTER TABLE organise.member ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY member_read ON organise.member FOR SELECT TO rosette_api USING (
        constituency_id = ANY ((SELECT ks.areas('organise', 'membership'))::text[])
        OR constituency_id <> ALL ((SELECT ks.all_areas_but('organise', 'membership'))::text[]));
      GRANT SELECT ON organise.member TO rosette_api;
    `);
  }
}
