import type { MigrationInterface, QueryRunner } from 'typeorm';
import { derivedElectorsForEver, derivedElectorsOfDoor } from './parts/contact-derivation.js';
import { deriveMoved, dropDeriveMoved } from './parts/derive-moved.js';

/** Who had moved is found again where a register has him at another door: no statement about a door follows him there. */
export class EndMoves1763780400048 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${derivedElectorsOfDoor}
      ${deriveMoved}
      SELECT contact_creator.derive_moved(c.constituency_id)
      FROM (SELECT DISTINCT constituency_id FROM contact_creator.contact WHERE outcome = 'moved') c;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${dropDeriveMoved}
      ${derivedElectorsForEver}`);
  }
}
