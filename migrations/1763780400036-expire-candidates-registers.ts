import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  dropEmptyPlaces,
  registerSettings,
  takeBackRegister,
  undoRegisterImport,
} from './parts/register-apply.js';
import { takeWardsBack } from './parts/register-wards.js';

const replace = 'CREATE OR REPLACE FUNCTION';

/**
 * Which of the registers a copy is of, and the end of those that a candidate was given: they are for one election
 * (Representation of the People (England and Wales) Regulations 2001, reg. 108). After its day the copy goes by itself,
 * as if it had been taken back; whom somebody has spoken with stays, off the register.
 */
export class ExpireCandidatesRegisters1763780400036 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE contact_creator.register_import
        ADD COLUMN register_type text NOT NULL DEFAULT 'revised'
          CONSTRAINT register_import_type_known CHECK (register_type IN ('revised', 'monthly', 'election')),
        ADD COLUMN election_on date,
        DROP CONSTRAINT register_import_state_known,
        ADD CONSTRAINT register_import_state_known CHECK (state IN
          ('receiving', 'reading', 'staged', 'committing', 'committed', 'undoing', 'undone', 'expired', 'failed', 'cancelled'));
      -- Copies that were taken before an election was asked for end with the next general election at the latest.
      UPDATE contact_creator.register_import SET election_on = '2029-08-15' WHERE gateway = 'candidate';
      ALTER TABLE contact_creator.register_import ALTER COLUMN register_type DROP DEFAULT,
        ADD CONSTRAINT register_import_election_of_candidate CHECK ((gateway = 'candidate') = (election_on IS NOT NULL));
      CREATE INDEX register_import_candidates ON contact_creator.register_import (election_on)
        WHERE gateway = 'candidate' AND state NOT IN ('expired', 'undone', 'failed', 'cancelled');
      CREATE FUNCTION contact_creator.drop_empty_places(p_constituency text, p_import uuid) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER ${registerSettings} AS $$
      BEGIN
        ${dropEmptyPlaces}
      END $$;
      -- Asks nobody: for functions that do.
      CREATE FUNCTION contact_creator.take_back_register(p_constituency text, p_import uuid) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER ${registerSettings} AS $$
      BEGIN
        ${takeBackRegister(takeWardsBack)}
      END $$;
      ${undoRegisterImport(replace, 'PERFORM contact_creator.take_back_register(p_constituency, p_import);')}
      REVOKE ALL ON FUNCTION contact_creator.take_back_register(text, uuid), contact_creator.drop_empty_places(text, uuid) FROM PUBLIC;

      -- Ends the copies whose election is over: a file that is not committed is dropped, a register that is goes. Answers how many.
      CREATE FUNCTION contact_creator.expire_registers() RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, contact_creator, pg_temp AS $$
      DECLARE
        v_import contact_creator.register_import;
        v_newest uuid;
        v_count integer := 0;
      BEGIN
        FOR v_import IN SELECT * FROM contact_creator.register_import
                        WHERE gateway = 'candidate' AND state NOT IN ('expired', 'undone', 'failed', 'cancelled')
                          AND election_on < (now() AT TIME ZONE 'Europe/London')::date
                        ORDER BY committed_at DESC NULLS FIRST LOOP
          PERFORM pg_advisory_xact_lock(1919905908, hashtext(v_import.constituency_id));
          SELECT * INTO v_import FROM contact_creator.register_import
          WHERE constituency_id = v_import.constituency_id AND id = v_import.id FOR UPDATE;
          IF v_import.state IN ('expired', 'undone', 'failed', 'cancelled') THEN
            CONTINUE;
          ELSIF v_import.committed_at IS NULL THEN
            PERFORM contact_creator.drop_register_staging(v_import.id);
          ELSE
            SELECT id INTO v_newest FROM contact_creator.register_import
            WHERE constituency_id = v_import.constituency_id AND state IN ('committed', 'undoing') ORDER BY committed_at DESC LIMIT 1;
            IF v_newest = v_import.id THEN
              PERFORM contact_creator.take_back_register(v_import.constituency_id, v_import.id);
            ELSE
              -- A later register stands over it: who was on this one alone goes, and what it said of the others. They, and where
              -- they live, are as if that one had brought them.
              DELETE FROM contact_creator.register_entry WHERE constituency_id = v_import.constituency_id AND import_id = v_import.id;
              DELETE FROM contact_creator.elector e
              WHERE e.constituency_id = v_import.constituency_id AND e.import_id = v_import.id AND NOT e.is_current
                AND NOT EXISTS (SELECT FROM contact_creator.contact_subject s WHERE s.constituency_id = e.constituency_id AND s.elector_id = e.id);
              PERFORM contact_creator.drop_empty_places(v_import.constituency_id, v_import.id);
              UPDATE contact_creator.elector SET first_import_id = v_newest
              WHERE constituency_id = v_import.constituency_id AND first_import_id = v_import.id AND is_current;
              UPDATE contact_creator.door SET first_import_id = v_newest
              WHERE constituency_id = v_import.constituency_id AND first_import_id = v_import.id;
              UPDATE contact_creator.street SET first_import_id = v_newest
              WHERE constituency_id = v_import.constituency_id AND first_import_id = v_import.id;
              UPDATE contact_creator.polling_district SET first_import_id = v_newest
              WHERE constituency_id = v_import.constituency_id AND first_import_id = v_import.id;
            END IF;
          END IF;
          DELETE FROM contact_creator.register_upload WHERE constituency_id = v_import.constituency_id AND import_id = v_import.id;
          UPDATE contact_creator.register_import_row SET cells = NULL, entry = NULL
          WHERE constituency_id = v_import.constituency_id AND import_id = v_import.id;
          UPDATE contact_creator.register_import SET state = 'expired', undone_at = clock_timestamp()
          WHERE constituency_id = v_import.constituency_id AND id = v_import.id;
          v_count := v_count + 1;
        END LOOP;
        RETURN v_count;
      END $$;
      REVOKE ALL ON FUNCTION contact_creator.expire_registers() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION contact_creator.expire_registers() TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION contact_creator.expire_registers();
      ${undoRegisterImport(replace, takeBackRegister(takeWardsBack))}
      DROP FUNCTION contact_creator.take_back_register(text, uuid), contact_creator.drop_empty_places(text, uuid);
      DROP INDEX contact_creator.register_import_candidates;
      UPDATE contact_creator.register_import SET state = CASE WHEN committed_at IS NULL THEN 'cancelled' ELSE 'undone' END WHERE state = 'expired';
      ALTER TABLE contact_creator.register_import
        DROP CONSTRAINT register_import_election_of_candidate, DROP COLUMN election_on, DROP COLUMN register_type,
        DROP CONSTRAINT register_import_state_known,
        ADD CONSTRAINT register_import_state_known CHECK (state IN
          ('receiving', 'reading', 'staged', 'committing', 'committed', 'undoing', 'undone', 'failed', 'cancelled'));
    `);
  }
}
