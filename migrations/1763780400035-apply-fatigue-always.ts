import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Nobody switches fatigue off: what said 0 says one day from now on. Selections and lists have one range, of at most a
 * year.
 */
export class ApplyFatigueAlways1763780400035 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE contact_creator.list SET fatigue_days = 1 WHERE fatigue_days = 0;
      ALTER TABLE contact_creator.list DROP CONSTRAINT list_fatigue_days_range,
        ADD CONSTRAINT list_fatigue_days_range CHECK (fatigue_days BETWEEN 1 AND 365);
      UPDATE contact_creator.selection
      SET definition = jsonb_set(definition, '{fatigueDays}',
                                 to_jsonb(least(365, greatest(1, (definition ->> 'fatigueDays')::integer))))
      WHERE (definition ->> 'fatigueDays')::integer NOT BETWEEN 1 AND 365;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE contact_creator.list DROP CONSTRAINT list_fatigue_days_range,
        ADD CONSTRAINT list_fatigue_days_range CHECK (fatigue_days BETWEEN 0 AND 365);
    `);
  }
}
