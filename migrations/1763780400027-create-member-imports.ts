import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropMemberImportFunctions, memberImportFunctions } from './parts/member-import-functions.js';
import { rowLevelSecurity } from './parts/row-level-security.js';

/**
 * Imports of members: the file while it is needed, every row that was not taken or not wholly, and of a complete list
 * whoever is absent from it.
 */
export class CreateMemberImports1763780400027 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE organise.member_import (
        constituency_id    text COLLATE "C" NOT NULL CONSTRAINT member_import_constituency_fkey REFERENCES geography.constituency,
        id                 uuid NOT NULL,
        state              text NOT NULL CONSTRAINT member_import_state_known CHECK (state IN
                           ('receiving', 'reading', 'staged', 'committing', 'committed', 'failed', 'cancelled')),
        published_on       date,
        is_dry_run         boolean NOT NULL,
        -- The list claims to hold every member: whoever is absent from it is reported, and stays a member.
        is_complete        boolean NOT NULL,
        -- Mended rows of a file that was sent before: nobody is absent from it.
        is_supplement      boolean NOT NULL DEFAULT false,
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
        requested_by       uuid NOT NULL CONSTRAINT member_import_requested_by_fkey REFERENCES identity.account,
        requested_at       timestamptz NOT NULL DEFAULT now(),
        committed_at       timestamptz,
        job_id             uuid,
        -- Which attempt to send the file may write: a retry takes over from the one that broke off.
        receipt            uuid,
        CONSTRAINT member_import_pkey PRIMARY KEY (constituency_id, id)
      );
      CREATE INDEX member_import_newest ON organise.member_import (constituency_id, requested_at DESC, id);

      -- The raw upload, until commit, at most 30 days. Read by definer functions alone.
      CREATE TABLE organise.member_upload (
        constituency_id  text COLLATE "C" NOT NULL,
        import_id        uuid NOT NULL,
        chunk            integer NOT NULL,
        bytes            bytea NOT NULL,
        CONSTRAINT member_upload_pkey PRIMARY KEY (constituency_id, import_id, chunk),
        CONSTRAINT member_upload_import_fkey FOREIGN KEY (constituency_id, import_id) REFERENCES organise.member_import ON DELETE CASCADE
      );
      ALTER TABLE organise.member_upload ALTER COLUMN bytes SET STORAGE EXTERNAL;

      -- A rejected row with its cells; a warning about a row that was taken; a member who is absent from a complete list.
      CREATE TABLE organise.member_import_row (
        constituency_id  text COLLATE "C" NOT NULL,
        import_id        uuid NOT NULL,
        line             integer NOT NULL,
        position         integer NOT NULL,
        outcome          text NOT NULL CONSTRAINT member_import_row_outcome_known CHECK (outcome IN ('rejected', 'warning', 'absent')),
        field            text,
        reason           text NOT NULL,
        cells            text[],
        member_id        bigint,
        CONSTRAINT member_import_row_pkey PRIMARY KEY (constituency_id, import_id, line, position),
        CONSTRAINT member_import_row_import_fkey FOREIGN KEY (constituency_id, import_id) REFERENCES organise.member_import,
        CONSTRAINT member_import_row_absent_member CHECK ((outcome = 'absent') = (member_id IS NOT NULL))
      );

      ${rowLevelSecurity('organise.member_import', 'organise', '')}
      ${rowLevelSecurity('organise.member_import_row', 'organise', 'contact-details')}
      ALTER TABLE organise.member_upload ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY member_upload_owner ON organise.member_upload TO rosette_owner USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE ON organise.member_import TO rosette_api;
      GRANT SELECT ON organise.member_import_row TO rosette_api;
      ${memberImportFunctions}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${dropMemberImportFunctions}
      DROP TABLE organise.member_import_row, organise.member_upload, organise.member_import;
    `);
  }
}
