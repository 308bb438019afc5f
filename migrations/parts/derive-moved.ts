/**
 * In charge of whether those who have moved still have, once a register says where everybody is: a contact with the
 * outcome `moved` counts while its door is the elector's. The functions by which a register sets doors, and by which it is
 * taken back, are called by new ones of their names, so that none of those who call them can forget it.
 */
const settings = 'SECURITY DEFINER SET search_path = pg_catalog, contact_creator, pg_temp';
const applyArguments = '(text, uuid, text, boolean)';
const takeBackArguments = '(text, uuid)';

export const deriveMoved = `
      CREATE INDEX contact_by_moved ON contact_creator.contact (constituency_id, elector_id) WHERE outcome = 'moved';

      -- Few of a constituency. Indexes: contact_by_moved, elector_pkey. Asks nobody: for functions that do.
      CREATE FUNCTION contact_creator.derive_moved(p_constituency text) RETURNS void
      LANGUAGE plpgsql ${settings} AS $$
      BEGIN
        PERFORM contact_creator.derive(p_constituency, ARRAY(
          SELECT DISTINCT e.id FROM contact_creator.contact c
          JOIN contact_creator.elector e ON e.constituency_id = p_constituency AND e.id = c.elector_id
          WHERE c.constituency_id = p_constituency AND c.outcome = 'moved' AND c.ended_at IS NULL
            AND e.has_moved <> (c.door_id IS NOT DISTINCT FROM e.door_id)), '{}');
      END $$;

      ALTER FUNCTION contact_creator.apply_register_rows${applyArguments} RENAME TO apply_register_rows_alone;
      CREATE FUNCTION contact_creator.apply_register_rows(p_constituency text, p_import uuid, p_table text, p_decided boolean) RETURNS jsonb
      LANGUAGE plpgsql ${settings} AS $$
      DECLARE
        v_counts jsonb := contact_creator.apply_register_rows_alone(p_constituency, p_import, p_table, p_decided);
      BEGIN
        PERFORM contact_creator.derive_moved(p_constituency);
        RETURN v_counts;
      END $$;

      ALTER FUNCTION contact_creator.take_back_register${takeBackArguments} RENAME TO take_back_register_alone;
      CREATE FUNCTION contact_creator.take_back_register(p_constituency text, p_import uuid) RETURNS void
      LANGUAGE plpgsql ${settings} AS $$
      BEGIN
        PERFORM contact_creator.take_back_register_alone(p_constituency, p_import);
        PERFORM contact_creator.derive_moved(p_constituency);
      END $$;
      REVOKE ALL ON FUNCTION contact_creator.derive_moved(text), contact_creator.apply_register_rows${applyArguments},
        contact_creator.take_back_register${takeBackArguments} FROM PUBLIC;`;

export const dropDeriveMoved = `
      DROP FUNCTION contact_creator.take_back_register${takeBackArguments}, contact_creator.apply_register_rows${applyArguments};
      ALTER FUNCTION contact_creator.take_back_register_alone${takeBackArguments} RENAME TO take_back_register;
      ALTER FUNCTION contact_creator.apply_register_rows_alone${applyArguments} RENAME TO apply_register_rows;
      DROP FUNCTION contact_creator.derive_moved(text);
      DROP INDEX contact_creator.contact_by_moved;`;
