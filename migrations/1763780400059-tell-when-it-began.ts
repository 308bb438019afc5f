import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A renewal hands every gate since when each suspension is in force, so that a replica can tell a thousand open streams of
 * a flip without asking the database once.
 */
export class TellWhenItBegan1763780400059 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      renewal(`'appealNote', t.appeal_note`, `'appealNote', t.appeal_note, 'inForceAt', t.in_force_at`),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      renewal(`'appealNote', t.appeal_note, 'inForceAt', t.in_force_at`, `'appealNote', t.appeal_note`),
    );
  }
}

/** ks.renew as it stands, with other words in one place. */
const renewal = (from: string, to: string) => `
      DO $do$
      DECLARE
        v_old text := pg_get_functiondef('ks.renew(uuid, bigint, bigint, bigint, uuid)'::regprocedure);
        v_new text := replace(v_old, $from$${from})$from$, $to$${to})$to$);
      BEGIN
        IF v_new = v_old THEN
          RAISE 'ks.renew is not what it was';
        END IF;
        EXECUTE v_new;
      END $do$;`;
