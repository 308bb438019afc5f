import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The people: electors (Contact Creator) and members (Organise), each under row-level security that asks the sealed
 * context for tool, data class and area. Hash partitions keep one constituency's cost apart from the nation's.
 */
export class CreateElectorsAndMembers1763780400008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- One number space for all data subjects: the ledger names people by it. No table owns the sequence.
      CREATE SEQUENCE protection.subject_id AS bigint;
      GRANT USAGE ON SEQUENCE protection.subject_id TO rosette_api;

      CREATE SCHEMA contact_creator;
      GRANT USAGE ON SCHEMA contact_creator TO rosette_api;
      CREATE TABLE contact_creator.elector (
        constituency_id   text COLLATE "C" NOT NULL CONSTRAINT elector_constituency_fkey REFERENCES geography.constituency,
        id                bigint NOT NULL DEFAULT nextval('protection.subject_id'),
        number_prefix     text COLLATE "C" NOT NULL CONSTRAINT elector_number_prefix_shape CHECK (length(number_prefix) BETWEEN 1 AND 10),
        number            integer NOT NULL CONSTRAINT elector_number_positive CHECK (number >= 0),
        number_suffix     text COLLATE "C" NOT NULL DEFAULT '' CONSTRAINT elector_number_suffix_shape CHECK (length(number_suffix) <= 10),
        forename          text NOT NULL,
        surname           text NOT NULL,
        CONSTRAINT elector_pkey PRIMARY KEY (constituency_id, id)
      ) PARTITION BY HASH (constituency_id);

      CREATE SCHEMA organise;
      GRANT USAGE ON SCHEMA organise TO rosette_api;
      CREATE TABLE organise.member (
        constituency_id    text COLLATE "C" NOT NULL CONSTRAINT member_constituency_fkey REFERENCES geography.constituency,
        id                 bigint NOT NULL DEFAULT nextval('protection.subject_id'),
        membership_number  text COLLATE "C" NOT NULL CONSTRAINT member_membership_number_shape CHECK (length(membership_number) BETWEEN 1 AND 40),
        forename           text NOT NULL,
        surname            text NOT NULL,
        CONSTRAINT member_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT member_number_unique UNIQUE (constituency_id, membership_number)
      ) PARTITION BY HASH (constituency_id);

      DO $partitions$
      BEGIN
        FOR n IN 0..15 LOOP
          EXECUTE format('CREATE TABLE contact_creator.elector_%s PARTITION OF contact_creator.elector FOR VALUES WITH (MODULUS 16, REMAINDER %s)', n, n);
          EXECUTE format('CREATE TABLE organise.member_%s PARTITION OF organise.member FOR VALUES WITH (MODULUS 16, REMAINDER %s)', n, n);
        END LOOP;
      END $partitions$;

      ALTER TABLE contact_creator.elector ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY elector_read ON contact_creator.elector FOR SELECT TO rosette_api USING (
        constituency_id = ANY ((SELECT ks.areas('contact-creator', 'identity'))::text[])
        OR constituency_id <> ALL ((SELECT ks.all_areas_but('contact-creator', 'identity'))::text[]));
      GRANT SELECT ON contact_creator.elector TO rosette_api;

      ALTER TABLE organise.member ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY member_read ON organise.member FOR SELECT TO rosette_api USING (
        constituency_id = ANY ((SELECT ks.areas('organise', 'membership'))::text[])
        OR constituency_id <> ALL ((SELECT ks.all_areas_but('organise', 'membership'))::text[]));
      GRANT SELECT ON organise.member TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP SCHEMA organise CASCADE;
      DROP SCHEMA contact_creator CASCADE;
      DROP SEQUENCE protection.subject_id;
    `);
  }
}
