import type { MigrationInterface, QueryRunner } from 'typeorm';
import { applyRegisterRows, takeBackRegister, undoRegisterImport } from './parts/register-apply.js';
import { districtWardsSql, dropDistrictWards, giveWards, takeWardsBack } from './parts/register-wards.js';

/**
 * A register brings its districts their wards, and its undo takes them away again. Until now only people had said in which
 * ward a district lies: what is there is theirs.
 */
export class GiveDistrictsWards1763780400033 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE contact_creator.polling_district
        -- Who said so. NULL: nobody has yet. With 'person' and no ward: a person has said that there is none.
        ADD COLUMN ward_source text CONSTRAINT polling_district_ward_source_known
          CHECK (ward_source IN ('person', 'register', 'postcodes', 'sectors')),
        ADD COLUMN ward_import_id uuid,
        ADD CONSTRAINT polling_district_ward_import_named CHECK ((ward_import_id IS NULL) = (coalesce(ward_source, 'person') = 'person'));
      UPDATE contact_creator.polling_district SET ward_source = 'person' WHERE ward_id IS NOT NULL;
      ${districtWardsSql}
      ${applyRegisterRows('CREATE OR REPLACE FUNCTION', giveWards)}
      ${undoRegisterImport('CREATE OR REPLACE FUNCTION', takeBackRegister(takeWardsBack))}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${applyRegisterRows('CREATE OR REPLACE FUNCTION', '')}
      ${undoRegisterImport('CREATE OR REPLACE FUNCTION', takeBackRegister(''))}
      ${dropDistrictWards}
      ALTER TABLE contact_creator.polling_district DROP COLUMN ward_source, DROP COLUMN ward_import_id;
    `);
  }
}
