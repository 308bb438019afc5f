import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Doors without a postcode are told apart by their district too: `1 High Street` in two villages is two doors. Those that
 * are held already get the key under which the next register looks for them (address.rules.ts).
 */
export class TellDoorsByDistrict1763780400046 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE contact_creator.door d SET key = d.key || '|' || p.code
      FROM contact_creator.street s
      JOIN contact_creator.polling_district p ON p.constituency_id = s.constituency_id AND p.id = s.polling_district_id
      WHERE s.constituency_id = d.constituency_id AND s.id = d.street_id AND d.postcode IS NULL AND d.key LIKE 'a:%|';
    `);
  }

  /** Of doors that only their districts tell apart, the first gets the shorter key; the others keep theirs. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE contact_creator.door d SET key = k.key
      FROM (SELECT DISTINCT ON (constituency_id, regexp_replace(key, '\\|[^|]*$', ''))
                   constituency_id, id, regexp_replace(key, '\\|[^|]*$', '') AS key
            FROM contact_creator.door WHERE postcode IS NULL AND key LIKE 'a:%||%'
            ORDER BY constituency_id, regexp_replace(key, '\\|[^|]*$', ''), id) k
      WHERE d.constituency_id = k.constituency_id AND d.id = k.id;
    `);
  }
}
