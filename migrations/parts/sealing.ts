/**
 * How a row of the ledger becomes a leaf: its event as canonical JSON (RFC 8785), so that whoever has the event can compute
 * the leaf without a database. A member that is null is left out: a column that comes later leaves the events of older rows
 * as they were sealed.
 */
const member = (name: string, value: string) => `coalesce(',"${name}":' || ${value}, '')`;
const text = (column: string) => `to_json(row.${column}::text)::text`;
const list = (column: string) => `array_to_json(row.${column}::text[])::text`;
const moment = `'"' || to_char(row.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'`;

/** In the order of RFC 8785. */
const disclosureMembers = [
  member('accountId', text('account_id')),
  member('action', text('action')),
  member('addressClass', text('address_class')),
  member('at', moment),
  member('constituencyIds', list('constituencies')),
  member('dataClasses', list('data_classes')),
  member('id', text('id')),
  member('purpose', text('purpose')),
  member('record', `'"disclosure"'`),
  member('requestId', text('request_id')),
  member('role', text('role')),
  member('rows', 'row.rows'),
  member('sessionId', text('session_id')),
  member('subjectIds', list('subject_ids')),
  member('targetId', text('target_id')),
  member('targetKind', text('target_kind')),
  member('tool', text('tool')),
];
const actionMembers = [
  member('accountId', text('account_id')),
  member('action', text('action')),
  member('at', moment),
  member('code', text('code')),
  member('detail', 'ledger.canonical(row.detail)'),
  member('id', text('id')),
  member('outcome', text('outcome')),
  member('record', `'"action"'`),
  member('requestId', text('request_id')),
  member('sessionId', text('session_id')),
  member('targetId', text('target_id')),
  member('targetKind', text('target_kind')),
  member('tool', text('tool')),
];
const event = (record: string, members: string[]) => `
      CREATE FUNCTION ledger.${record}_event("row" ledger.${record}) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT '{' || ltrim(${members.map((part) => part.replaceAll('row.', '"row".')).join('\n          || ')}, ',') || '}'
      $$;
      REVOKE ALL ON FUNCTION ledger.${record}_event(ledger.${record}) FROM PUBLIC;`;

const canonical = `
      -- Members go by their names in UTF-16, as RFC 8785 has it: what UTF-8 begins with EE and EF comes after F0 to F4.
      CREATE FUNCTION ledger.member_order(p_name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE WHEN octet_length(p_name) = length(p_name) THEN encode(convert_to(p_name, 'UTF8'), 'hex') ELSE (
          SELECT string_agg(lpad(to_hex(CASE get_byte(b, i) WHEN 238 THEN 254 WHEN 239 THEN 255 ELSE get_byte(b, i) END), 2, '0'), '' ORDER BY i)
          FROM convert_to(p_name, 'UTF8') b, generate_series(0, octet_length(p_name) - 1) i) END
      $$;

      -- Numbers as ECMAScript writes them. What no double holds stands as a string: a row that could not be sealed would
      -- hold all others up.
      CREATE FUNCTION ledger.canonical_number(p_number numeric) RETURNS text LANGUAGE plpgsql IMMUTABLE SET extra_float_digits = 1 AS $$
      DECLARE
        v_double double precision;
      BEGIN
        IF abs(p_number) > 1.7976931348623157e308 THEN
          RETURN '"' || p_number || '"';
        END IF;
        v_double := CASE WHEN abs(p_number) < 2.5e-324 THEN 0 ELSE p_number END;
        RETURN CASE WHEN v_double = 0 OR abs(v_double) >= 1e-6 AND abs(v_double) < 1e21 THEN trim_scale(v_double::text::numeric)::text
               ELSE regexp_replace(v_double::text, 'e([+-])0', 'e\\1') END;
      END $$;

      CREATE FUNCTION ledger.canonical(p_value jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
      BEGIN
        RETURN CASE jsonb_typeof(p_value)
          WHEN 'object' THEN '{' || coalesce((
            SELECT string_agg(to_json(m.key)::text || ':' || ledger.canonical(m.value), ',' ORDER BY ledger.member_order(m.key) COLLATE "C")
            FROM jsonb_each(p_value) m), '') || '}'
          WHEN 'array' THEN '[' || coalesce((
            SELECT string_agg(ledger.canonical(e.value), ',' ORDER BY e.place)
            FROM jsonb_array_elements(p_value) WITH ORDINALITY e (value, place)), '') || ']'
          WHEN 'string' THEN to_json(p_value #>> '{}')::text
          WHEN 'number' THEN ledger.canonical_number(p_value::numeric)
          ELSE p_value::text END;
      END $$;
      REVOKE ALL ON FUNCTION ledger.member_order(text), ledger.canonical_number(numeric), ledger.canonical(jsonb) FROM PUBLIC;`;

/**
 * The tree of RFC 6962 over the leaves. Beside the leaves only every eighth level is kept, one hash for 256 below it: all
 * between is computed from at most 256 neighbours, and a path needs a handful of such tiles, however tall the tree.
 */
const tree = `
      -- Of subtrees of one height, but for the last, which may be smaller.
      CREATE FUNCTION ledger.tree_hash(p_hashes bytea[]) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
      DECLARE
        h bytea[] := p_hashes;
      BEGIN
        WHILE cardinality(h) > 1 LOOP
          h := ARRAY(SELECT coalesce(sha256('\\x01'::bytea || h[i] || h[i + 1]), h[i]) FROM generate_series(1, cardinality(h), 2) i ORDER BY i);
        END LOOP;
        RETURN h[1];
      END $$;

      CREATE FUNCTION ledger.hashes(p_level integer, p_from bigint, p_to bigint) RETURNS bytea[] LANGUAGE sql STABLE AS $$
        SELECT CASE p_level
          WHEN 0 THEN ARRAY(SELECT l.hash FROM ledger.leaf l WHERE l.position >= p_from AND l.position < p_to ORDER BY l.position)
          ELSE ARRAY(SELECT n.hash FROM ledger.node n WHERE n.level = p_level AND n.place >= p_from AND n.place < p_to ORDER BY n.place) END
      $$;

      -- The leaves from p_from on are new: keeps the tiles that they fill; answers the root of the first p_to leaves.
      CREATE FUNCTION ledger.grow_tree(p_from bigint, p_to bigint) RETURNS bytea LANGUAGE plpgsql AS $$
      DECLARE
        v_level integer := 0;
        v_from bigint := p_from;
        v_to bigint := p_to;
        v_last bytea;
      BEGIN
        LOOP
          INSERT INTO ledger.node (level, place, hash)
          SELECT v_level + 8, t, ledger.tree_hash(ledger.hashes(v_level, t * 256, (t + 1) * 256))
          FROM generate_series(v_from / 256, v_to / 256 - 1) t;
          v_last := ledger.tree_hash(ledger.hashes(v_level, v_to / 256 * 256, v_to) || array_remove(ARRAY[v_last], NULL));
          EXIT WHEN v_to < 256;
          v_from := v_from / 256;
          v_to := v_to / 256;
          v_level := v_level + 8;
        END LOOP;
        RETURN v_last;
      END $$;
      REVOKE ALL ON FUNCTION ledger.tree_hash(bytea[]), ledger.hashes(integer, bigint, bigint), ledger.grow_tree(bigint, bigint) FROM PUBLIC;`;

const unsealed = (record: string) => `
            SELECT '${record}' AS record, e.at, e.id FROM ledger.${record} e
            WHERE (e.xid >= v_since OR e.xid = ANY (v_late)) AND NOT EXISTS (SELECT FROM ledger.leaf l WHERE l.id = e.id)`;

const rounds = `
      -- One round: what is visible now and was not in the last round's snapshot gets the next positions. What was still open
      -- then is named in that snapshot, so that a late commit is found by its transaction, whatever else stays open.
      -- One round at a time: is_done is false where another is under way. is_more: there is more than a round takes.
      CREATE FUNCTION ledger.seal(p_min_age_ms integer, OUT is_done boolean, OUT is_more boolean, OUT size bigint, OUT root bytea, OUT is_signed boolean)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp
      -- By index alone, and planned for the values: the new is a sliver of a table that only grows.
      SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
      DECLARE
        sealing_class constant integer := 1919905908;
        v_most constant integer := 10000;
        v_last ledger.round;
        v_cluster bigint := (SELECT c.system_identifier FROM pg_control_system() c);
        v_since xid8 := '0';
        v_late xid8[] := '{}';
        v_snapshot pg_snapshot;
        v_taken integer;
      BEGIN
        is_done := pg_try_advisory_xact_lock(sealing_class, 0);
        IF NOT is_done THEN
          RETURN;
        END IF;
        SELECT * INTO v_last FROM ledger.round r ORDER BY r.size DESC LIMIT 1;
        size := coalesce(v_last.size, 0);
        root := v_last.root;
        is_more := false;
        IF v_last.sealed_at IS NULL OR v_last.sealed_at <= clock_timestamp() - p_min_age_ms * interval '1 millisecond'
           OR v_last.sealed_at > clock_timestamp() THEN
          -- Transactions of another server, from which this database was restored, have nothing to do with ours.
          IF v_last.cluster = v_cluster THEN
            v_since := pg_snapshot_xmax(v_last.snapshot);
            v_late := ARRAY(SELECT pg_snapshot_xip(v_last.snapshot));
          END IF;
          WITH unsealed AS MATERIALIZED (${unsealed('disclosure')}
            UNION ALL${unsealed('action')}
          ), taken AS (
            SELECT *, size - 1 + row_number() OVER (ORDER BY u.at, u.id) AS position FROM unsealed u ORDER BY u.at, u.id LIMIT v_most
          ), salted AS MATERIALIZED (
            SELECT t.*, gen_random_uuid() AS salt, coalesce(
              (SELECT ledger.disclosure_event(d) FROM ledger.disclosure d WHERE t.record = 'disclosure' AND d.at = t.at AND d.id = t.id),
              (SELECT ledger.action_event(a) FROM ledger.action a WHERE t.record = 'action' AND a.at = t.at AND a.id = t.id)) AS event
            FROM taken t
          ), leaf AS (
            INSERT INTO ledger.leaf (position, record, at, id, salt, hash)
            SELECT s.position, s.record, s.at, s.id, s.salt, sha256('\\x00'::bytea || uuid_send(s.salt) || convert_to(s.event, 'UTF8'))
            FROM salted s ORDER BY s.position RETURNING 1
          )
          SELECT count(*), pg_current_snapshot() INTO v_taken, v_snapshot FROM leaf;
          IF v_taken > 0 THEN
            is_more := v_taken = v_most;
            root := ledger.grow_tree(size, size + v_taken);
            size := size + v_taken;
            INSERT INTO ledger.round (size, root, snapshot, cluster)
            VALUES (size, root, CASE WHEN is_more THEN coalesce(v_last.snapshot, '1:1:') ELSE v_snapshot END,
                    CASE WHEN is_more THEN coalesce(v_last.cluster, v_cluster) ELSE v_cluster END);
            IF v_last.cluster <> v_cluster AND NOT is_more THEN
              -- Their numbers would be found again and again among ours. What has come since this round looked is not theirs.
              UPDATE ledger.disclosure d SET xid = '1'
              WHERE d.xid >= pg_snapshot_xmax(v_snapshot) AND EXISTS (SELECT FROM ledger.leaf l WHERE l.id = d.id);
              UPDATE ledger.action a SET xid = '1'
              WHERE a.xid >= pg_snapshot_xmax(v_snapshot) AND EXISTS (SELECT FROM ledger.leaf l WHERE l.id = a.id);
            END IF;
          END IF;
        END IF;
        is_signed := EXISTS (SELECT FROM ledger.checkpoint c WHERE c.size = seal.size);
      END $$;

      -- A round that is under way elsewhere and does not end is ended. Answers how many were.
      CREATE FUNCTION ledger.end_sealer() RETURNS integer
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT count(pg_terminate_backend(l.pid))::integer FROM pg_locks l
        WHERE l.locktype = 'advisory' AND l.classid = 1919905908::oid AND l.objid = 0::oid AND l.objsubid = 2
          AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
          AND l.granted AND l.pid <> pg_backend_pid()
      $$;

      -- A signed checkpoint of a round, once. It must be of this log and of what that round has sealed.
      CREATE FUNCTION ledger.put_checkpoint(p_size bigint, p_note text, p_keys text[]) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      BEGIN
        IF NOT EXISTS (
          SELECT FROM ledger.round r, ledger.log g
          WHERE r.size = p_size AND starts_with(p_note, g.origin || E'\\n' || r.size || E'\\n' || encode(r.root, 'base64') || E'\\n\\n')) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'a checkpoint of what was not sealed';
        END IF;
        INSERT INTO ledger.checkpoint_key (name) SELECT k FROM unnest(p_keys) k ON CONFLICT ON CONSTRAINT checkpoint_key_pkey DO NOTHING;
        INSERT INTO ledger.checkpoint (size, note) VALUES (p_size, p_note) ON CONFLICT ON CONSTRAINT checkpoint_pkey DO NOTHING;
      END $$;
      REVOKE ALL ON FUNCTION ledger.seal(integer), ledger.end_sealer(), ledger.put_checkpoint(bigint, text, text[]) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ledger.seal(integer), ledger.end_sealer(), ledger.put_checkpoint(bigint, text, text[]) TO rosette_api;`;

export const sealingFunctions =
  canonical + event('disclosure', disclosureMembers) + event('action', actionMembers) + tree + rounds;

export const dropSealingFunctions = `
      DROP FUNCTION ledger.put_checkpoint(bigint, text, text[]), ledger.end_sealer(), ledger.seal(integer), ledger.grow_tree(bigint, bigint),
        ledger.hashes(integer, bigint, bigint), ledger.tree_hash(bytea[]), ledger.action_event(ledger.action),
        ledger.disclosure_event(ledger.disclosure), ledger.canonical(jsonb), ledger.canonical_number(numeric), ledger.member_order(text);`;
