import type { MigrationInterface, QueryRunner } from 'typeorm';
import { exportMembers } from './parts/export-members.js';
import { forgetExports } from './parts/forget-exports.js';
import { partitions } from './parts/partitions.js';
import { rowLevelSecurity } from './parts/row-level-security.js';

const disclosed = 'custody.disclosed(uuid, text, integer, bigint[])';

/**
 * The frozen ids of an export lie together by the block, as they are read. They and those of the ledger's rows are kept as they
 * are: compressing 5,000 ids took PostgreSQL longer than all else of a disclosure. And the disclosure plans its own statements
 * as ever, whatever the block before it has switched off.
 */
export class SpeedExports1763780400030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE contact_creator.export_block (
        constituency_id  text COLLATE "C" NOT NULL,
        export_id        uuid NOT NULL,
        index            integer NOT NULL CONSTRAINT export_block_index_positive CHECK (index >= 0),
        -- In the order of the file.
        elector_ids      bigint[] NOT NULL CONSTRAINT export_block_electors_bounded CHECK (cardinality(elector_ids) BETWEEN 1 AND 5000),
        CONSTRAINT export_block_pkey PRIMARY KEY (constituency_id, export_id, index)
      ) PARTITION BY HASH (constituency_id);
      ALTER TABLE contact_creator.export_block ALTER COLUMN elector_ids SET STORAGE EXTERNAL;
      ${partitions('contact_creator.export_block')}
      INSERT INTO contact_creator.export_block (constituency_id, export_id, index, elector_ids)
      SELECT constituency_id, export_id, (position - 1) / 5000, array_agg(elector_id ORDER BY position)
      FROM contact_creator.export_member GROUP BY 1, 2, 3;
      ${rowLevelSecurity('contact_creator.export_block', 'contact-creator', 'identity')}
      GRANT SELECT, INSERT ON contact_creator.export_block TO rosette_api;
      ${forgetExports('contact_creator.export_block')}
      DROP TABLE contact_creator.export_member;

      ALTER TABLE ledger.disclosure ALTER COLUMN subject_ids SET STORAGE EXTERNAL;
      ALTER FUNCTION ${disclosed} SET enable_nestloop = on;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER FUNCTION ${disclosed} RESET enable_nestloop;
      ALTER TABLE ledger.disclosure ALTER COLUMN subject_ids SET STORAGE EXTENDED;

      ${exportMembers}
      INSERT INTO contact_creator.export_member (constituency_id, export_id, position, elector_id)
      SELECT b.constituency_id, b.export_id, b.index * 5000 + m.position, m.elector_id
      FROM contact_creator.export_block b, unnest(b.elector_ids) WITH ORDINALITY AS m (elector_id, position);
      ${forgetExports('contact_creator.export_member')}
      DROP TABLE contact_creator.export_block;
    `);
  }
}
