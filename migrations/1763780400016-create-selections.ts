import type { MigrationInterface, QueryRunner } from 'typeorm';
import { partitionForeignKey, partitions } from './parts/partitions.js';
import { rowLevelSecurity } from './parts/row-level-security.js';

/**
 * What targeting asks of an elector beside the register row, kept up to date by whatever changes it; the opinion apart,
 * under its own class, for a name may be read by more people than an opinion. Selections, and what a frozen one answered.
 */
export class CreateSelections1763780400016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE contact_creator.elector
        ADD COLUMN last_attempt_at      timestamptz,
        ADD COLUMN last_contact_at      timestamptz,
        ADD COLUMN attempt_count        integer NOT NULL DEFAULT 0 CONSTRAINT elector_attempt_count_positive CHECK (attempt_count >= 0),
        ADD COLUMN contact_count        integer NOT NULL DEFAULT 0 CONSTRAINT elector_contact_count_positive CHECK (contact_count >= 0),
        ADD COLUMN absent_vote          text CONSTRAINT elector_absent_vote_known CHECK (absent_vote IN ('post', 'proxy', 'postal-proxy')),
        ADD COLUMN has_landline         boolean NOT NULL DEFAULT false,
        ADD COLUMN has_mobile           boolean NOT NULL DEFAULT false,
        ADD COLUMN has_email            boolean NOT NULL DEFAULT false,
        -- What was asked for or said at the door, e.g. 'poster-wanted'.
        ADD COLUMN flags                text[] NOT NULL DEFAULT '{}',
        -- Objection to direct marketing (UK GDPR Art. 21(2)): absolute, and it covers the doorstep.
        ADD COLUMN objected_at          timestamptz,
        ADD COLUMN do_not_return_until  date,
        ADD COLUMN is_deceased          boolean NOT NULL DEFAULT false,
        ADD COLUMN has_moved            boolean NOT NULL DEFAULT false;
      ALTER TABLE contact_creator.door ADD COLUMN do_not_knock_at timestamptz;
      CREATE INDEX elector_by_district ON contact_creator.elector (constituency_id, polling_district_id, id);

      CREATE TABLE contact_creator.elector_opinion (
        constituency_id  text COLLATE "C" NOT NULL,
        elector_id       bigint NOT NULL,
        vi_code          text COLLATE "C",
        vi_category      text CONSTRAINT elector_opinion_category_known CHECK (vi_category IN
                         ('firm-support', 'lean-support', 'undecided', 'lean-other', 'firm-other', 'wont-say', 'non-voter')),
        vi_party         text COLLATE "C",
        vi_at            timestamptz,
        vi_contact_id    uuid,
        likelihood       smallint CONSTRAINT elector_opinion_likelihood_range CHECK (likelihood BETWEEN 0 AND 10),
        CONSTRAINT elector_opinion_pkey PRIMARY KEY (constituency_id, elector_id)
      ) PARTITION BY HASH (constituency_id);
      ${partitions('contact_creator.elector_opinion')}
      ${partitionForeignKey('contact_creator.elector_opinion', 'elector', 'constituency_id, elector_id', 'contact_creator.elector')}
      ${rowLevelSecurity('contact_creator.elector_opinion', 'contact-creator', 'opinion')}

      CREATE TABLE contact_creator.selection (
        constituency_id  text COLLATE "C" NOT NULL CONSTRAINT selection_constituency_fkey REFERENCES geography.constituency,
        id               uuid NOT NULL,
        name             text NOT NULL CONSTRAINT selection_name_shape CHECK (length(name) BETWEEN 1 AND 200),
        definition       jsonb NOT NULL,
        uses_opinions    boolean NOT NULL,
        created_by       uuid NOT NULL CONSTRAINT selection_created_by_fkey REFERENCES identity.account,
        created_at       timestamptz NOT NULL DEFAULT now(),
        frozen_at        timestamptz,
        frozen_count     integer,
        version          integer NOT NULL DEFAULT 1,
        CONSTRAINT selection_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT selection_frozen_whole CHECK ((frozen_at IS NULL) = (frozen_count IS NULL))
      );
      CREATE INDEX selection_newest ON contact_creator.selection (constituency_id, created_at DESC, id);
      ${rowLevelSecurity('contact_creator.selection', 'contact-creator', '')}

      CREATE TABLE contact_creator.selection_member (
        constituency_id  text COLLATE "C" NOT NULL,
        selection_id     uuid NOT NULL,
        elector_id       bigint NOT NULL,
        CONSTRAINT selection_member_pkey PRIMARY KEY (constituency_id, selection_id, elector_id),
        -- Whoever removes a selection need not be let see whom it kept.
        CONSTRAINT selection_member_selection_fkey FOREIGN KEY (constituency_id, selection_id)
          REFERENCES contact_creator.selection ON DELETE CASCADE
      ) PARTITION BY HASH (constituency_id);
      ${partitions('contact_creator.selection_member')}
      ${rowLevelSecurity('contact_creator.selection_member', 'contact-creator', 'identity')}

      GRANT SELECT ON contact_creator.elector_opinion TO rosette_api;
      GRANT SELECT, INSERT, UPDATE, DELETE ON contact_creator.selection TO rosette_api;
      GRANT SELECT, INSERT, DELETE ON contact_creator.selection_member TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE contact_creator.selection_member, contact_creator.selection, contact_creator.elector_opinion;
      DROP INDEX contact_creator.elector_by_district;
      ALTER TABLE contact_creator.door DROP COLUMN do_not_knock_at;
      ALTER TABLE contact_creator.elector
        DROP COLUMN last_attempt_at, DROP COLUMN last_contact_at, DROP COLUMN attempt_count, DROP COLUMN contact_count,
        DROP COLUMN absent_vote, DROP COLUMN has_landline, DROP COLUMN has_mobile, DROP COLUMN has_email, DROP COLUMN flags,
        DROP COLUMN objected_at, DROP COLUMN do_not_return_until, DROP COLUMN is_deceased, DROP COLUMN has_moved;
    `);
  }
}
