-- The three roles of Rosette. Run once per cluster, connected to the database that Rosette will use,
-- as a superuser or (on a managed PostgreSQL) as a role with CREATEROLE that owns the database.
-- Safe to run again. Give the two LOGIN roles a password afterwards: \password rosette_api
--
--   rosette_owner     NOLOGIN  owns every object; may end sessions of rosette_api, which a flip must do
--   rosette_migrator  LOGIN    may become the owner; used by `npm run migrate`, and to break glass
--   rosette_api       LOGIN    what the application runs as: owns nothing, creates nothing, bypasses nothing

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rosette_owner') THEN
    CREATE ROLE rosette_owner NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rosette_migrator') THEN
    CREATE ROLE rosette_migrator LOGIN NOINHERIT;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rosette_api') THEN
    CREATE ROLE rosette_api LOGIN;
  END IF;
  EXECUTE format('GRANT rosette_owner TO %I', current_user);
END $$;

-- What "today" is must not depend on how a server was set up.
ALTER ROLE rosette_api SET timezone TO 'UTC';
-- Where PostgreSQL can compile plans, it would: seconds, for statements that take milliseconds.
ALTER ROLE rosette_api SET jit TO off;

GRANT rosette_owner TO rosette_migrator;
GRANT rosette_api TO rosette_owner;

DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I OWNER TO rosette_owner', current_database());
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO rosette_api, rosette_migrator', current_database());
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
