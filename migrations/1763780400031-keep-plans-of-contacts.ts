import type { MigrationInterface, QueryRunner } from 'typeorm';

const recordContacts = 'contact_creator.record_contacts(text, jsonb)';

/**
 * A batch of contacts, and all that follows from it, is planned once in a connection: planning it anew for each batch took
 * about a third of PostgreSQL's time. Its statements find a few rows by their keys, whatever the values. A plan made while a
 * table is still empty takes any index that begins as its condition does: whom a contact counts for was looked for by
 * constituency.
 */
export class KeepPlansOfContacts1763780400031 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX contact_creator.contact_subject_by_contact;
      CREATE INDEX contact_subject_by_contact ON contact_creator.contact_subject (contact_id);
      ALTER FUNCTION ${recordContacts} SET plan_cache_mode = force_generic_plan;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER FUNCTION ${recordContacts} RESET plan_cache_mode;
      DROP INDEX contact_creator.contact_subject_by_contact;
      CREATE INDEX contact_subject_by_contact ON contact_creator.contact_subject (constituency_id, contact_id);
    `);
  }
}
