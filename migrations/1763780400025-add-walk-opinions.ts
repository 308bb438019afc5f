import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropWalkOpinionFunctions, walkOpinionFunctions } from './parts/walk-opinion-functions.js';

/** What the electors of a walk said before, for who works it. */
export class AddWalkOpinions1763780400025 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(walkOpinionFunctions);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(dropWalkOpinionFunctions);
  }
}
