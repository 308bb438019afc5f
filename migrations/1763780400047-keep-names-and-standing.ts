import type { MigrationInterface, QueryRunner } from 'typeorm';
import { applyMemberRows, asWritten, heldIfUnsaid, recordMemberRows } from './parts/member-apply.js';
import { dropMemberNames, memberNamesSql, rejectBlankNames } from './parts/member-names.js';
import { isStillMember, settleEvent } from './parts/settle-event.js';

const replace = 'CREATE OR REPLACE FUNCTION';

/** No row of a list takes a name away that is held, and nobody who has left moves up to a place at an event. */
export class KeepNamesAndStanding1763780400047 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${memberNamesSql}
      ${recordMemberRows(replace, rejectBlankNames, heldIfUnsaid)}
      ${applyMemberRows(replace, heldIfUnsaid)}
      ${settleEvent(isStillMember)}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${settleEvent('')}
      ${applyMemberRows(replace, asWritten)}
      ${recordMemberRows(replace, '', asWritten)}
      ${dropMemberNames}`);
  }
}
