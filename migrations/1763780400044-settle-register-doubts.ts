import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  applyRegisterRows,
  commitRegisterImport,
  decideRegisterRow,
  keepRegisterReview,
} from './parts/register-apply.js';
import { giveWards } from './parts/register-wards.js';

const replace = 'CREATE OR REPLACE FUNCTION';

/**
 * Doubt about a row of a register. Rows that were not taken are kept as their sender wrote them; mended rows make no second
 * elector under a number and hinder no decision on the others; who has no door is protected by a row that waits as well.
 */
export class SettleRegisterDoubts1763780400044 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${keepRegisterReview(replace, 'mended')}
      ${applyRegisterRows(replace, giveWards, 'mended')}
      ${commitRegisterImport(replace, 'mended')}
      ${decideRegisterRow(replace, 'mended')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${keepRegisterReview(replace, 'as-made')}
      ${applyRegisterRows(replace, giveWards)}
      ${commitRegisterImport(replace, 'as-made')}
      ${decideRegisterRow(replace, 'as-made')}
    `);
  }
}
