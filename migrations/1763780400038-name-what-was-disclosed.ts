import type { MigrationInterface, QueryRunner } from 'typeorm';
import { disclosedOfTarget, disclosedToCapOrBudget } from './parts/disclosed.js';

const before = 'custody.disclosed(uuid, text, integer, bigint[])';
const after = 'custody.disclosed(uuid, text, integer, bigint[], text, text)';

/** Rows of a file that were not taken are about people who have no id: the ledger names the file instead. */
export class NameWhatWasDisclosed1763780400038 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE ledger.disclosure ADD COLUMN target_kind text, ADD COLUMN target_id text,
        ADD CONSTRAINT disclosure_target_whole CHECK ((target_kind IS NULL) = (target_id IS NULL));
      DROP FUNCTION ${before};
      ${disclosedOfTarget}
      ${mayBeCalled(after)}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION ${after};
      ${disclosedToCapOrBudget}
      ${mayBeCalled(before)}
      ALTER TABLE ledger.disclosure DROP COLUMN target_kind, DROP COLUMN target_id;`);
  }
}

/** Its statements are planned as ever, whatever the block before it has switched off. */
const mayBeCalled = (disclosed: string) => `
      ALTER FUNCTION ${disclosed} SET enable_nestloop = on;
      REVOKE ALL ON FUNCTION ${disclosed} FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ${disclosed} TO rosette_api;`;
