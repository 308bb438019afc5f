import { registerApplySql } from './register-apply.js';

/**
 * The definer functions of the register import. Each that changes anything asks the sealed context first: the action
 * register.import, a transaction for changes, and the area. Staging is a table per import without row-level security,
 * because COPY needs that; the application may add to it and never read it.
 */
const settings = `SET search_path = pg_catalog, contact_creator, pg_temp`;

export const registerFunctions = `
      CREATE FUNCTION contact_creator.require_register_import(p_constituency text) RETURNS void
      LANGUAGE plpgsql STABLE SECURITY DEFINER ${settings} AS $$
      BEGIN
        IF NOT ks.may_change('register.import') OR NOT coalesce(
             p_constituency = ANY (ks.areas('contact-creator', ''))
             OR p_constituency <> ALL (ks.all_areas_but('contact-creator', '')), false) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may import a register here';
        END IF;
      END $$;

      -- False: another attempt to send the file took over, or it is here already.
      CREATE FUNCTION contact_creator.receive_register_chunk(p_constituency text, p_import uuid, p_receipt uuid, p_chunk integer, p_bytes bytea)
      RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      BEGIN
        PERFORM contact_creator.require_register_import(p_constituency);
        PERFORM FROM contact_creator.register_import
        WHERE constituency_id = p_constituency AND id = p_import AND state = 'receiving' AND receipt = p_receipt FOR UPDATE;
        IF NOT FOUND THEN
          RETURN false;
        END IF;
        IF p_chunk = 0 THEN
          DELETE FROM contact_creator.register_upload WHERE constituency_id = p_constituency AND import_id = p_import;
        END IF;
        INSERT INTO contact_creator.register_upload (constituency_id, import_id, chunk, bytes) VALUES (p_constituency, p_import, p_chunk, p_bytes);
        RETURN true;
      END $$;

      CREATE FUNCTION contact_creator.register_upload_chunk(p_constituency text, p_import uuid, p_chunk integer) RETURNS bytea
      LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      BEGIN
        PERFORM contact_creator.require_register_import(p_constituency);
        RETURN (SELECT bytes FROM contact_creator.register_upload
                WHERE constituency_id = p_constituency AND import_id = p_import AND chunk = p_chunk);
      END $$;

      -- The staging table of an import, NULL if there is none.
      CREATE FUNCTION contact_creator.register_staging_of(p_import uuid) RETURNS text
      LANGUAGE sql STABLE SECURITY DEFINER ${settings} AS $$
        SELECT c.relname::text FROM pg_class c
        WHERE c.relnamespace = 'contact_creator'::regnamespace AND c.relname = 'register_staging_' || replace(p_import::text, '-', '')
      $$;

      CREATE FUNCTION contact_creator.drop_register_staging(p_import uuid) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      BEGIN
        EXECUTE format('DROP TABLE IF EXISTS contact_creator.%I', 'register_staging_' || replace(p_import::text, '-', ''));
      END $$;

      -- The columns of staging: as the reader delivers them, then what the commit works out.
      CREATE FUNCTION contact_creator.create_register_staging(p_import uuid) RETURNS text
      LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      DECLARE
        v_table text := 'register_staging_' || replace(p_import::text, '-', '');
      BEGIN
        PERFORM contact_creator.drop_register_staging(p_import);
        EXECUTE format($t$CREATE UNLOGGED TABLE contact_creator.%I (
          line integer, outcome text, prefix text COLLATE "C", number numeric(12, 4), suffix text COLLATE "C", entry_kind text, title text,
          forename text, middle_names text, surname text, name_suffix text, name_is_uncertain boolean, name_folded text COLLATE "C",
          franchise text, is_opted_out boolean, attains_on date, external_id text COLLATE "C", uprn bigint, ward_name text,
          address_lines text[], postcode text, unit text, building_name text, house_number integer, house_suffix text, house_end text,
          street text, street_folded text COLLATE "C", unit_key text, door_key text COLLATE "C", address_key text COLLATE "C",
          warnings jsonb, field text, reason text, cells text[], repeat_hash text,
          elector_id bigint, is_new boolean, door_id bigint) WITH (autovacuum_enabled = false)$t$, v_table);
        EXECUTE format('GRANT INSERT ON contact_creator.%I TO rosette_api', v_table);
        RETURN v_table;
      END $$;

      CREATE FUNCTION contact_creator.open_register_staging(p_constituency text, p_import uuid) RETURNS text
      LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      BEGIN
        PERFORM contact_creator.require_register_import(p_constituency);
        PERFORM FROM contact_creator.register_import
        WHERE constituency_id = p_constituency AND id = p_import AND state = 'reading' FOR UPDATE;
        IF NOT FOUND THEN
          RETURN NULL;
        END IF;
        RETURN contact_creator.create_register_staging(p_import);
      END $$;

      -- What is left of an import that goes no further: its rows and its file.
      CREATE FUNCTION contact_creator.discard_register_import(p_constituency text, p_import uuid, p_state text, p_code text, p_detail text)
      RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      BEGIN
        PERFORM contact_creator.require_register_import(p_constituency);
        UPDATE contact_creator.register_import SET state = p_state, error_code = p_code, error_detail = p_detail
        WHERE constituency_id = p_constituency AND id = p_import AND state IN ('receiving', 'reading', 'staged', 'committing');
        IF NOT FOUND THEN
          RETURN false;
        END IF;
        PERFORM contact_creator.drop_register_staging(p_import);
        DELETE FROM contact_creator.register_upload WHERE constituency_id = p_constituency AND import_id = p_import;
        RETURN true;
      END $$;

      -- Uploads and staging that nobody came back for: after 30 days they go, the file's hash stays.
      CREATE FUNCTION contact_creator.sweep_register_uploads() RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      DECLARE
        v_import contact_creator.register_import;
        v_count integer := 0;
      BEGIN
        FOR v_import IN SELECT * FROM contact_creator.register_import
                        WHERE requested_at < now() - interval '30 days' AND state IN ('receiving', 'reading', 'staged', 'committing')
                        FOR UPDATE SKIP LOCKED LOOP
          PERFORM contact_creator.drop_register_staging(v_import.id);
          DELETE FROM contact_creator.register_upload WHERE constituency_id = v_import.constituency_id AND import_id = v_import.id;
          UPDATE contact_creator.register_import SET state = 'cancelled', error_code = 'expired'
          WHERE constituency_id = v_import.constituency_id AND id = v_import.id;
          v_count := v_count + 1;
        END LOOP;
        RETURN v_count;
      END $$;
      ${registerApplySql}
      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA contact_creator FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION contact_creator.receive_register_chunk(text, uuid, uuid, integer, bytea),
        contact_creator.register_upload_chunk(text, uuid, integer), contact_creator.open_register_staging(text, uuid),
        contact_creator.discard_register_import(text, uuid, text, text, text), contact_creator.sweep_register_uploads(),
        contact_creator.stage_register_import(text, uuid, integer), contact_creator.commit_register_import(text, uuid),
        contact_creator.hold_shrinking_register(text, uuid),
        contact_creator.undo_register_import(text, uuid), contact_creator.decide_register_row(text, uuid, integer, text)
        TO rosette_api;`;

export const dropRegisterFunctions = `
      DROP FUNCTION contact_creator.hold_shrinking_register(text, uuid), contact_creator.decide_register_row(text, uuid, integer, text), contact_creator.undo_register_import(text, uuid),
        contact_creator.commit_register_import(text, uuid), contact_creator.stage_register_import(text, uuid, integer),
        contact_creator.apply_register_rows(text, uuid, text, boolean), contact_creator.keep_register_review(text, uuid, text),
        contact_creator.sweep_register_uploads(), contact_creator.discard_register_import(text, uuid, text, text, text),
        contact_creator.open_register_staging(text, uuid), contact_creator.create_register_staging(uuid),
        contact_creator.drop_register_staging(uuid), contact_creator.register_staging_of(uuid), contact_creator.register_upload_chunk(text, uuid, integer),
        contact_creator.receive_register_chunk(text, uuid, uuid, integer, bytea), contact_creator.require_register_import(text);`;
