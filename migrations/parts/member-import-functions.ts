import { memberApplySql } from './member-apply.js';

/**
 * The definer functions of the member import. Each that changes anything asks the sealed context first: the action
 * member.import, a transaction for changes, and the area. Staging is a table per import without row-level security,
 * because COPY needs that; the application may add to it and never read it.
 */
const settings = `SET search_path = pg_catalog, organise, pg_temp`;

export const memberImportFunctions = `
      CREATE FUNCTION organise.require_member_import(p_constituency text) RETURNS void
      LANGUAGE plpgsql STABLE SECURITY DEFINER ${settings} AS $$
      BEGIN
        IF NOT ks.may_change('member.import') OR NOT coalesce(
             p_constituency = ANY (ks.areas('organise', ''))
             OR p_constituency <> ALL (ks.all_areas_but('organise', '')), false) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may import members here';
        END IF;
      END $$;

      -- False: another attempt to send the file took over, or it is here already.
      CREATE FUNCTION organise.receive_member_chunk(p_constituency text, p_import uuid, p_receipt uuid, p_chunk integer, p_bytes bytea)
      RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      BEGIN
        PERFORM organise.require_member_import(p_constituency);
        PERFORM FROM organise.member_import
        WHERE constituency_id = p_constituency AND id = p_import AND state = 'receiving' AND receipt = p_receipt FOR UPDATE;
        IF NOT FOUND THEN
          RETURN false;
        END IF;
        IF p_chunk = 0 THEN
          DELETE FROM organise.member_upload WHERE constituency_id = p_constituency AND import_id = p_import;
        END IF;
        INSERT INTO organise.member_upload (constituency_id, import_id, chunk, bytes) VALUES (p_constituency, p_import, p_chunk, p_bytes);
        RETURN true;
      END $$;

      CREATE FUNCTION organise.member_upload_chunk(p_constituency text, p_import uuid, p_chunk integer) RETURNS bytea
      LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      BEGIN
        PERFORM organise.require_member_import(p_constituency);
        RETURN (SELECT bytes FROM organise.member_upload
                WHERE constituency_id = p_constituency AND import_id = p_import AND chunk = p_chunk);
      END $$;

      -- The staging table of an import, NULL if there is none.
      CREATE FUNCTION organise.member_staging_of(p_import uuid) RETURNS text
      LANGUAGE sql STABLE SECURITY DEFINER ${settings} AS $$
        SELECT c.relname::text FROM pg_class c
        WHERE c.relnamespace = 'organise'::regnamespace AND c.relname = 'member_staging_' || replace(p_import::text, '-', '')
      $$;

      CREATE FUNCTION organise.drop_member_staging(p_import uuid) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      BEGIN
        EXECUTE format('DROP TABLE IF EXISTS organise.%I', 'member_staging_' || replace(p_import::text, '-', ''));
      END $$;

      -- NULL: the import is not being read. A value that is NULL in a row says nothing: what is held of the member stays.
      CREATE FUNCTION organise.open_member_staging(p_constituency text, p_import uuid) RETURNS text
      LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      DECLARE
        v_table text := 'member_staging_' || replace(p_import::text, '-', '');
      BEGIN
        PERFORM organise.require_member_import(p_constituency);
        PERFORM FROM organise.member_import
        WHERE constituency_id = p_constituency AND id = p_import AND state = 'reading' FOR UPDATE;
        IF NOT FOUND THEN
          RETURN NULL;
        END IF;
        PERFORM organise.drop_member_staging(p_import);
        EXECUTE format($t$CREATE UNLOGGED TABLE organise.%I (
          line integer, outcome text, membership_number text COLLATE "C", kind text, status text, title text, forename text,
          middle_names text, surname text, name_folded text COLLATE "C", joined_on date, left_on date, branch_name text,
          email text, mobile text, landline text, address_lines text[], postcode text COLLATE "C",
          warnings jsonb, field text, reason text, cells text[]) WITH (autovacuum_enabled = false)$t$, v_table);
        EXECUTE format('GRANT INSERT ON organise.%I TO rosette_api', v_table);
        RETURN v_table;
      END $$;

      -- What is left of an import that goes no further: its rows and its file.
      CREATE FUNCTION organise.discard_member_import(p_constituency text, p_import uuid, p_state text, p_code text, p_detail text)
      RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      BEGIN
        PERFORM organise.require_member_import(p_constituency);
        UPDATE organise.member_import SET state = p_state, error_code = p_code, error_detail = p_detail
        WHERE constituency_id = p_constituency AND id = p_import AND state IN ('receiving', 'reading', 'staged', 'committing');
        IF NOT FOUND THEN
          RETURN false;
        END IF;
        PERFORM organise.drop_member_staging(p_import);
        DELETE FROM organise.member_upload WHERE constituency_id = p_constituency AND import_id = p_import;
        RETURN true;
      END $$;

      -- Uploads and staging that nobody came back for: after 30 days they go, the file's hash stays.
      CREATE FUNCTION organise.sweep_member_uploads() RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $$
      DECLARE
        v_import organise.member_import;
        v_count integer := 0;
      BEGIN
        FOR v_import IN SELECT * FROM organise.member_import
                        WHERE requested_at < now() - interval '30 days' AND state IN ('receiving', 'reading', 'staged', 'committing')
                        FOR UPDATE SKIP LOCKED LOOP
          PERFORM organise.drop_member_staging(v_import.id);
          DELETE FROM organise.member_upload WHERE constituency_id = v_import.constituency_id AND import_id = v_import.id;
          UPDATE organise.member_import SET state = 'cancelled', error_code = 'expired'
          WHERE constituency_id = v_import.constituency_id AND id = v_import.id;
          v_count := v_count + 1;
        END LOOP;
        RETURN v_count;
      END $$;
      ${memberApplySql}
      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA organise FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION organise.receive_member_chunk(text, uuid, uuid, integer, bytea),
        organise.member_upload_chunk(text, uuid, integer), organise.open_member_staging(text, uuid),
        organise.discard_member_import(text, uuid, text, text, text), organise.sweep_member_uploads(),
        organise.stage_member_import(text, uuid, integer), organise.commit_member_import(text, uuid)
        TO rosette_api;`;

export const dropMemberImportFunctions = `
      DROP FUNCTION organise.commit_member_import(text, uuid), organise.stage_member_import(text, uuid, integer),
        organise.record_member_rows(text, uuid, text), organise.apply_member_rows(text, uuid, text, uuid),
        organise.sweep_member_uploads(), organise.discard_member_import(text, uuid, text, text, text),
        organise.open_member_staging(text, uuid), organise.drop_member_staging(uuid), organise.member_staging_of(uuid),
        organise.member_upload_chunk(text, uuid, integer), organise.receive_member_chunk(text, uuid, uuid, integer, bytea),
        organise.require_member_import(text);`;
