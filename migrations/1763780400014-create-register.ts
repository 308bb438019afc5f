import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropRegisterFunctions, registerFunctions } from './parts/register-functions.js';
import { partitionForeignKey, partitions } from './parts/partitions.js';
import { rowLevelSecurity } from './parts/row-level-security.js';

/**
 * The register: districts, streets and doors; electors with their entry on each register version; imports with every
 * rejected row. An elector's identity is Rosette's own id; the printed number is history of a version.
 */
export class CreateRegister1763780400014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE contact_creator.elector;

      CREATE TABLE contact_creator.polling_district (
        constituency_id  text COLLATE "C" NOT NULL CONSTRAINT polling_district_constituency_fkey REFERENCES geography.constituency,
        id               bigint NOT NULL,
        code             text COLLATE "C" NOT NULL CONSTRAINT polling_district_code_shape CHECK (length(code) BETWEEN 1 AND 10),
        name             text,
        ward_id          text COLLATE "C",
        first_import_id  uuid,
        version          integer NOT NULL DEFAULT 1,
        CONSTRAINT polling_district_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT polling_district_code_unique UNIQUE (constituency_id, code)
      );

      CREATE TABLE contact_creator.road_group (
        constituency_id      text COLLATE "C" NOT NULL,
        id                   bigint NOT NULL,
        polling_district_id  bigint NOT NULL,
        name                 text NOT NULL CONSTRAINT road_group_name_shape CHECK (length(name) BETWEEN 1 AND 200),
        version              integer NOT NULL DEFAULT 1,
        CONSTRAINT road_group_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT road_group_district_fkey FOREIGN KEY (constituency_id, polling_district_id) REFERENCES contact_creator.polling_district
      );

      -- Streets with one name in two districts are two streets. An unnumbered block or park is a street of kind 'group'.
      CREATE TABLE contact_creator.street (
        constituency_id      text COLLATE "C" NOT NULL,
        id                   bigint NOT NULL,
        polling_district_id  bigint NOT NULL,
        name                 text NOT NULL,
        name_folded          text COLLATE "C" NOT NULL,
        road_group_id        bigint,
        side_mode            text NOT NULL DEFAULT 'both' CONSTRAINT street_side_mode_known
                             CHECK (side_mode IN ('both', 'odd', 'even', 'odd-then-even', 'loop')),
        walk_position        integer,
        first_import_id      uuid,
        version              integer NOT NULL DEFAULT 1,
        CONSTRAINT street_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT street_name_unique UNIQUE (constituency_id, polling_district_id, name_folded),
        CONSTRAINT street_district_fkey FOREIGN KEY (constituency_id, polling_district_id) REFERENCES contact_creator.polling_district,
        CONSTRAINT street_road_group_fkey FOREIGN KEY (constituency_id, road_group_id) REFERENCES contact_creator.road_group
      );

      -- A door: its key is its UPRN, else its normalised address and postcode. The parsed parts sort it into walk order.
      CREATE TABLE contact_creator.door (
        constituency_id  text COLLATE "C" NOT NULL,
        id               bigint NOT NULL,
        street_id        bigint NOT NULL,
        key              text COLLATE "C" NOT NULL,
        uprn             bigint,
        address_lines    text[] NOT NULL,
        postcode         text COLLATE "C",
        unit             text,
        building_name    text,
        number           integer,
        number_suffix    text COLLATE "C" NOT NULL DEFAULT '',
        number_end       text,
        -- '' for the whole house, else a key under which floors and units sort naturally (walk-order.rules.ts).
        unit_key         text COLLATE "C" NOT NULL DEFAULT '',
        -- The lowest elector number at the door: where unnumbered doors stand in the street.
        first_number     numeric(12, 4),
        -- The parsed parts in one line: finds the door when a later file brings its UPRN.
        address_key      text COLLATE "C" NOT NULL DEFAULT '',
        first_import_id  uuid,
        CONSTRAINT door_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT door_key_unique UNIQUE (constituency_id, key),
        CONSTRAINT door_street_fkey FOREIGN KEY (constituency_id, street_id) REFERENCES contact_creator.street
      ) PARTITION BY HASH (constituency_id);
      CREATE INDEX door_by_street ON contact_creator.door (constituency_id, street_id, number, number_suffix, unit_key);
      CREATE INDEX door_by_address ON contact_creator.door (constituency_id, address_key);
      CREATE INDEX door_by_postcode ON contact_creator.door (constituency_id, postcode);

      CREATE TABLE contact_creator.register_import (
        constituency_id    text COLLATE "C" NOT NULL CONSTRAINT register_import_constituency_fkey REFERENCES geography.constituency,
        id                 uuid NOT NULL,
        state              text NOT NULL CONSTRAINT register_import_state_known CHECK (state IN
                           ('receiving', 'reading', 'staged', 'committing', 'committed', 'undoing', 'undone', 'failed', 'cancelled')),
        gateway            text NOT NULL CONSTRAINT register_import_gateway_known CHECK (gateway IN
                           ('constituency-party', 'registered-party', 'candidate', 'elected-representative')),
        ero                text NOT NULL,
        published_on       date NOT NULL,
        is_dry_run         boolean NOT NULL,
        -- Mended rows of a file that was sent before: adds, and takes nobody off.
        is_supplement      boolean NOT NULL DEFAULT false,
        layout             text,
        mapping            jsonb,
        encoding           text,
        delimiter          text,
        file_hash          text,
        file_bytes         bigint,
        dropped_columns    text[] NOT NULL DEFAULT '{}',
        header             text[] NOT NULL DEFAULT '{}',
        counts             jsonb NOT NULL DEFAULT '{}',
        error_code         text,
        error_detail       text,
        requested_by       uuid NOT NULL CONSTRAINT register_import_requested_by_fkey REFERENCES identity.account,
        requested_at       timestamptz NOT NULL DEFAULT now(),
        committed_at       timestamptz,
        undone_at          timestamptz,
        job_id             uuid,
        -- Which attempt to send the file may write: a retry takes over from the one that broke off.
        receipt            uuid,
        CONSTRAINT register_import_pkey PRIMARY KEY (constituency_id, id)
      );
      CREATE INDEX register_import_newest ON contact_creator.register_import (constituency_id, requested_at DESC, id);

      -- The raw upload, until commit or undo, at most 30 days. Read by definer functions alone.
      CREATE TABLE contact_creator.register_upload (
        constituency_id  text COLLATE "C" NOT NULL,
        import_id        uuid NOT NULL,
        chunk            integer NOT NULL,
        bytes            bytea NOT NULL,
        CONSTRAINT register_upload_pkey PRIMARY KEY (constituency_id, import_id, chunk),
        CONSTRAINT register_upload_import_fkey FOREIGN KEY (constituency_id, import_id) REFERENCES contact_creator.register_import ON DELETE CASCADE
      );
      ALTER TABLE contact_creator.register_upload ALTER COLUMN bytes SET STORAGE EXTERNAL;

      -- Every row that was not taken: rejected, not stored (under 16: no cells), or waiting for review.
      CREATE TABLE contact_creator.register_import_row (
        constituency_id  text COLLATE "C" NOT NULL,
        import_id        uuid NOT NULL,
        line             integer NOT NULL,
        outcome          text NOT NULL CONSTRAINT register_import_row_outcome_known CHECK (outcome IN ('rejected', 'not-stored', 'review', 'warning')),
        field            text,
        reason           text NOT NULL,
        cells            text[],
        repeat_hash      text,
        decision         text CONSTRAINT register_import_row_decision_known CHECK (decision IN ('take', 'leave')),
        decided_by       uuid CONSTRAINT register_import_row_decided_by_fkey REFERENCES identity.account,
        decided_at       timestamptz,
        position         integer NOT NULL DEFAULT 0,
        -- The row as it was read, while it waits for a decision.
        entry            jsonb,
        CONSTRAINT register_import_row_pkey PRIMARY KEY (constituency_id, import_id, line, position),
        CONSTRAINT register_import_row_import_fkey FOREIGN KEY (constituency_id, import_id) REFERENCES contact_creator.register_import,
        CONSTRAINT register_import_row_under_16_empty CHECK (outcome <> 'not-stored' OR (cells IS NULL AND entry IS NULL))
      );

      CREATE TABLE contact_creator.elector (
        -- That the constituency exists is said by the district's foreign key: asked again, it would cost each of 73,000 rows.
        constituency_id      text COLLATE "C" NOT NULL,
        id                   bigint NOT NULL DEFAULT nextval('protection.subject_id'),
        is_current           boolean NOT NULL DEFAULT true,
        entry_kind           text NOT NULL CONSTRAINT elector_entry_kind_known CHECK (entry_kind IN ('ordinary', 'other', 'anonymous')),
        polling_district_id  bigint NOT NULL,
        door_id              bigint,
        number_prefix        text COLLATE "C" NOT NULL CONSTRAINT elector_number_prefix_shape CHECK (length(number_prefix) BETWEEN 1 AND 10),
        number               numeric(12, 4) NOT NULL CONSTRAINT elector_number_positive CHECK (number >= 0),
        -- Searched by: under a policy an equality of numeric, which is not leakproof, reaches no index; one of text does.
        number_text          text COLLATE "C" NOT NULL GENERATED ALWAYS AS (trim_scale(number)::text) STORED,
        number_suffix        text COLLATE "C" NOT NULL DEFAULT '',
        title                text,
        forename             text NOT NULL,
        middle_names         text,
        surname              text NOT NULL,
        name_suffix          text,
        name_folded          text COLLATE "C" NOT NULL,
        name_is_uncertain    boolean NOT NULL DEFAULT false,
        franchise            text COLLATE "C" NOT NULL DEFAULT '',
        is_opted_out         boolean NOT NULL DEFAULT false,
        attains_on           date,
        external_id          text COLLATE "C",
        first_import_id      uuid NOT NULL,
        import_id            uuid NOT NULL,
        removed_at           timestamptz,
        removed_import_id    uuid,
        CONSTRAINT elector_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT elector_district_fkey FOREIGN KEY (constituency_id, polling_district_id) REFERENCES contact_creator.polling_district,
        CONSTRAINT elector_anonymous_bare CHECK (entry_kind <> 'anonymous' OR (forename = '' AND surname = '' AND door_id IS NULL))
      ) PARTITION BY HASH (constituency_id);
      CREATE INDEX elector_by_door ON contact_creator.elector (constituency_id, door_id);
      CREATE INDEX elector_by_name ON contact_creator.elector (constituency_id, name_folded, id);
      CREATE INDEX elector_by_number ON contact_creator.elector (constituency_id, number_prefix, number_text, number_suffix);

      -- What one register version said of an elector. Undo and "the register as of" read it.
      CREATE TABLE contact_creator.register_entry (
        constituency_id  text COLLATE "C" NOT NULL,
        elector_id       bigint NOT NULL,
        import_id        uuid NOT NULL,
        line             integer NOT NULL,
        door_id          bigint,
        polling_district_id bigint NOT NULL,
        entry_kind       text NOT NULL,
        number_prefix    text COLLATE "C" NOT NULL,
        number           numeric(12, 4) NOT NULL,
        number_suffix    text COLLATE "C" NOT NULL,
        title            text,
        forename         text NOT NULL,
        middle_names     text,
        surname          text NOT NULL,
        name_suffix      text,
        name_folded      text COLLATE "C" NOT NULL,
        name_is_uncertain boolean NOT NULL,
        franchise        text COLLATE "C" NOT NULL,
        is_opted_out     boolean NOT NULL,
        attains_on       date,
        external_id      text COLLATE "C",
        -- How the elector stood before this version: what an undo puts back. No previous import: first seen here.
        previous_import_id          uuid,
        previous_is_current         boolean,
        previous_removed_at         timestamptz,
        previous_removed_import_id  uuid,
        CONSTRAINT register_entry_pkey PRIMARY KEY (constituency_id, import_id, elector_id)
      ) PARTITION BY HASH (constituency_id);
      CREATE INDEX register_entry_by_elector ON contact_creator.register_entry (constituency_id, elector_id);

      ${['door', 'elector', 'register_entry'].map((table) => partitions(`contact_creator.${table}`)).join('\n      ')}
      ${partitionForeignKey('contact_creator.elector', 'door', 'constituency_id, door_id', 'contact_creator.door')}
      ${partitionForeignKey('contact_creator.register_entry', 'elector', 'constituency_id, elector_id', 'contact_creator.elector')}
      ${rowLevelSecurity('contact_creator.polling_district', 'contact-creator', '')}
      ${rowLevelSecurity('contact_creator.road_group', 'contact-creator', '')}
      ${rowLevelSecurity('contact_creator.street', 'contact-creator', '')}
      ${rowLevelSecurity('contact_creator.door', 'contact-creator', '')}
      ${rowLevelSecurity('contact_creator.register_import', 'contact-creator', '')}
      ${rowLevelSecurity('contact_creator.register_import_row', 'contact-creator', 'identity')}
      ${rowLevelSecurity('contact_creator.elector', 'contact-creator', 'identity')}
      ${rowLevelSecurity('contact_creator.register_entry', 'contact-creator', 'identity')}
      ALTER TABLE contact_creator.register_upload ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY register_upload_owner ON contact_creator.register_upload TO rosette_owner USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE ON contact_creator.polling_district, contact_creator.road_group, contact_creator.street,
        contact_creator.register_import TO rosette_api;
      GRANT SELECT ON contact_creator.door, contact_creator.elector, contact_creator.register_entry TO rosette_api;
      GRANT SELECT ON contact_creator.register_import_row TO rosette_api;
      ${registerFunctions}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${dropRegisterFunctions}
      DROP TABLE contact_creator.register_entry, contact_creator.elector,
        contact_creator.register_import_row, contact_creator.register_upload, contact_creator.register_import,
        contact_creator.door, contact_creator.street, contact_creator.road_group, contact_creator.polling_district;
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
      ${partitions('contact_creator.elector')}
      ALTER TABLE contact_creator.elector ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY elector_read ON contact_creator.elector FOR SELECT TO rosette_api USING (
        constituency_id = ANY ((SELECT ks.areas('contact-creator', 'identity'))::text[])
        OR constituency_id <> ALL ((SELECT ks.all_areas_but('contact-creator', 'identity'))::text[]));
      GRANT SELECT ON contact_creator.elector TO rosette_api;
    `);
  }
}
