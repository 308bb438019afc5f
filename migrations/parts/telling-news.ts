/**
 * A renewal's answer told every scope that was ever flipped, with each flip. With these it tells what was flipped since the
 * state that the replica names, where that is one of this database's last thousand; to any other replica all, as before.
 * `since` says which: the epoch of that state, or NULL.
 */
const signature = 'ks.renew(uuid, bigint, bigint, bigint, uuid)';
const replaced: readonly (readonly [string, string])[] = [
  ['notices jsonb, database_ms', 'notices jsonb, since bigint, database_ms'],
  ['news.scopes, news.notices,', 'news.scopes, news.notices, news.since,'],
  [`SELECT n.scopes,`, `SELECT n.scopes, n.since,`],
  [
    `SELECT e ->> 0 FROM jsonb_array_elements(n.scopes) e WHERE (e ->> 1)::boolean`,
    `SELECT k.kind || ':' || k.id FROM ks.scope k WHERE k.suspended`,
  ],
  [
    `FROM ks.snapshot() n
          ) news ON s.stamp IS DISTINCT FROM p_stamp`,
    `FROM ks.news(p_stamp) n WHERE n.scopes IS NOT NULL
          ) news ON true`,
  ],
];

/** ks.renew as it stands, with other words in these places. */
const rewritten = (changes: readonly (readonly [string, string])[]) => `
      DO $do$
      DECLARE
        v_text text := pg_get_functiondef('${signature}'::regprocedure);
      BEGIN${changes
        .map(
          ([from, to]) => `
        IF strpos(v_text, $from$${from}$from$) = 0 THEN
          RAISE 'ks.renew is not what it was';
        END IF;
        v_text := replace(v_text, $from$${from}$from$, $to$${to}$to$);`,
        )
        .join('')}
        DROP FUNCTION ${signature};
        EXECUTE v_text;
      END $do$;
      REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ${signature} TO rosette_api;`;

export const tellingNews = `
      CREATE TABLE ks.past_stamp (
        stamp  uuid CONSTRAINT past_stamp_pkey PRIMARY KEY,
        epoch  bigint NOT NULL
      );
      CREATE INDEX past_stamp_by_epoch ON ks.past_stamp (epoch);
      CREATE INDEX scope_by_epoch ON ks.scope (since_epoch) WHERE gen > 0;

      -- A state whose epoch goes back has lost its past.
      CREATE FUNCTION ks.keep_stamp() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      BEGIN
        DELETE FROM ks.past_stamp p WHERE p.epoch <= OLD.epoch - 1000 OR NEW.epoch <= OLD.epoch;
        IF NEW.epoch > OLD.epoch THEN
          INSERT INTO ks.past_stamp (stamp, epoch) VALUES (OLD.stamp, OLD.epoch);
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER state_keeps_stamp AFTER UPDATE ON ks.state FOR EACH ROW EXECUTE FUNCTION ks.keep_stamp();

      -- What is changed without an epoch, by hand, is told to everybody in full.
      CREATE FUNCTION ks.tell_all() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      BEGIN
        UPDATE ks.state SET epoch = epoch;
        RETURN NULL;
      END $$;
      CREATE TRIGGER scope_tells_all AFTER UPDATE ON ks.scope FOR EACH ROW
        WHEN (NEW.since_epoch = OLD.since_epoch AND (NEW.suspended <> OLD.suspended OR NEW.gen <> OLD.gen))
        EXECUTE FUNCTION ks.tell_all();

      -- Called inside ks.renew, twice a second by every replica. No scopes where the stamp is the state's; all, and since NULL,
      -- where it is none of the past.
      CREATE FUNCTION ks.news(p_stamp uuid, OUT since bigint, OUT scopes jsonb)
      LANGUAGE plpgsql STABLE AS $$
      BEGIN
        IF p_stamp = (SELECT t.stamp FROM ks.state t) THEN
          RETURN;
        END IF;
        SELECT p.epoch INTO since FROM ks.past_stamp p WHERE p.stamp = p_stamp;
        SELECT coalesce(jsonb_agg(jsonb_build_array(s.kind || ':' || s.id, s.suspended, s.gen)), '[]') INTO scopes
        FROM ks.scope s WHERE s.gen > 0 AND s.since_epoch > coalesce(news.since, -1);
      END $$;
      REVOKE ALL ON FUNCTION ks.keep_stamp(), ks.tell_all(), ks.news(uuid) FROM PUBLIC;
      ${rewritten(replaced)}`;

export const tellingAll = `
      ${rewritten(replaced.toReversed().map(([from, to]) => [to, from] as const))}
      DROP FUNCTION ks.news(uuid);
      DROP TRIGGER scope_tells_all ON ks.scope;
      DROP TRIGGER state_keeps_stamp ON ks.state;
      DROP FUNCTION ks.tell_all(), ks.keep_stamp();
      DROP INDEX ks.scope_by_epoch;
      DROP TABLE ks.past_stamp;`;
