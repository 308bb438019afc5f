import type { MigrationInterface, QueryRunner } from 'typeorm';

const functions = ['my_walks(text, uuid, integer, integer)', 'walk_doors(text, uuid, integer, integer)'];

/**
 * What a canvasser's telephone asks is planned once in a connection: with more than one constituency loaded PostgreSQL
 * planned each reading of a walk anew, which took longer than the reading. The plans are the golden ones.
 */
export class KeepPlansOfWalks1763780400050 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const name of functions)
      await runner.query(`ALTER FUNCTION contact_creator.${name} SET plan_cache_mode = force_generic_plan`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of functions)
      await runner.query(`ALTER FUNCTION contact_creator.${name} RESET plan_cache_mode`);
  }
}
