/**
 * Who makes an administrator where none is: identity.finish_set_up, by a set-up token, or without one where the operator
 * named the account. Of two calls at once the second waits and is refused.
 */
const finishSetUp = (isTaken: string) => `
  CREATE OR REPLACE FUNCTION identity.finish_set_up(p_token bytea, p_username text, p_display_name text, p_hash text) RETURNS uuid
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DECLARE
    v_account uuid;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('identity.finish_set_up'));
    IF ${isTaken} THEN
      RETURN NULL;
    END IF;
    IF p_token IS NOT NULL AND NOT EXISTS (
      SELECT FROM identity.one_time_token WHERE hash = p_token AND kind = 'set-up' AND used_at IS NULL AND expires_at > now()
    ) THEN
      RETURN NULL;
    END IF;
    INSERT INTO identity.account (kind, username, display_name) VALUES ('person', p_username, p_display_name)
    ON CONFLICT (username) DO NOTHING RETURNING id INTO v_account;
    IF v_account IS NULL THEN
      RETURN NULL;
    END IF;
    INSERT INTO identity.password (account_id, hash) VALUES (v_account, p_hash);
    INSERT INTO access.role_grant (account_id, role, area_kind, from_at, until_at, approved_at)
    VALUES (v_account, 'administrator', 'everywhere', now(), now() + interval '1 year', now());
    DELETE FROM identity.one_time_token WHERE kind = 'set-up';
    RETURN v_account;
  END $$;`;

/** Where nobody administers. A grant still to begin counts: it is known when there will be somebody. */
export const firstAdministrator = `
  -- When the last of the grants to administer ends that are live or still to begin; NULL where there is none.
  CREATE FUNCTION access.administered_until() RETURNS timestamptz
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    -- Index: role_grant_live_by_role.
    SELECT max(g.until_at) FROM access.role_grant g JOIN identity.account a ON a.id = g.account_id
    WHERE g.role = 'administrator' AND g.ended_at IS NULL AND g.approved_at IS NOT NULL AND g.until_at > clock_timestamp()
      AND a.kind = 'person' AND a.closed_at IS NULL
  $$;
  REVOKE ALL ON FUNCTION access.administered_until() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION access.administered_until() TO rosette_api;
  ${finishSetUp('access.administered_until() IS NOT NULL')}`;

/** As 1763780400011 made it: once in the life of a database. */
export const onlyEverAdministrator = `
  ${finishSetUp(`EXISTS (SELECT FROM access.role_grant WHERE role = 'administrator')`)}
  DROP FUNCTION access.administered_until();`;
