import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The certificate of a suspension: what was ordered, and how it came to be true everywhere, as a row of the ledger that is
 * written in the transaction that completes the flip and sealed like every other. Whoever completes it writes it: the replica
 * that took the order, another that finishes it, or an operator at the database.
 */
export class CertifyFlips1763780400057 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE ks.flip ADD COLUMN certificate_id uuid;

      -- What is said of one flip. The generation is the one that this flip made, whatever came after it.
      CREATE FUNCTION ks.certificate(p_epoch bigint, p_deployment jsonb) RETURNS jsonb
      LANGUAGE sql STABLE AS $$
        SELECT jsonb_build_object(
          'form', 'rosette-flip/1',
          'action', f.action,
          'epoch', f.epoch,
          'suspensionId', s.id,
          'scopes', (SELECT jsonb_agg(jsonb_build_object('kind', c.kind, 'id', c.id, 'gen', c.gen - (
                       SELECT count(*) FROM ks.flip l
                       WHERE l.epoch > f.epoch AND l.action <> 'lift' AND c.kind || ':' || c.id = ANY (l.scopes))) ORDER BY c.kind, c.id)
                     FROM ks.scope c WHERE c.kind || ':' || c.id = ANY (f.scopes)),
          'order', jsonb_build_object(
            'at', s.ordered_at, 'account', s.ordered_by, 'approvedBy', NULL,
            'by', CASE WHEN s.ordered_by IS NOT NULL THEN 'account' WHEN s.ordered_by_operator IS NOT NULL THEN 'operator' ELSE 'system' END),
          'inForceAt', s.in_force_at,
          'completeAt', f.completed_at,
          'members', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'incarnation', r.incarnation, 'number', r.number, 'host', r.host, 'pid', r.pid, 'build', r.build, 'leaseMs', r.lease_ms,
                        'how', m.how, 'closedMs', m.closed_ms, 'drainedMs', m.drained_ms) ORDER BY r.number), '[]')
                      FROM ks.flip_member m JOIN ks.replica r USING (incarnation) WHERE m.epoch = f.epoch),
          'database', jsonb_build_object('terminated', f.terminated, 'drainedAt', f.drained_at,
                                         'drainMs', round(extract(epoch FROM f.drained_at - f.at) * 1000)::integer),
          'bound', jsonb_build_object('leaseMs', g.lease_ms, 'rhoPpm', g.rho_ppm, 'waitMs', ks.wait_ms(g.lease_ms, g.rho_ppm)),
          'durability', jsonb_build_object('fsync', current_setting('fsync'), 'fullPageWrites', current_setting('full_page_writes'),
                                           'synchronousCommit', current_setting('synchronous_commit'), 'postgres', current_setting('server_version')),
          'deployment', p_deployment,
          'ledger', (SELECT jsonb_build_object('size', t.size, 'root', encode(t.root, 'base64')) FROM ledger.round t ORDER BY t.size DESC LIMIT 1))
        FROM ks.flip f JOIN ks.suspension s ON s.id = f.suspension_id CROSS JOIN ks.config g
        WHERE f.epoch = p_epoch
      $$;

      -- Completes a flip as ks.complete_flip does; a suspension that is complete gets its certificate in the same transaction, once.
      CREATE FUNCTION ks.prove_flip(p_epoch bigint, p_members jsonb, p_deployment jsonb) RETURNS jsonb
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        v_report jsonb;
        v_id uuid := gen_random_uuid();
        v_suspension uuid;
      BEGIN
        -- A lift waits for this, or was before it: of what is lifted nothing is certified any more.
        SELECT s.id INTO v_suspension FROM ks.flip f JOIN ks.suspension s ON s.id = f.suspension_id
        WHERE f.epoch = p_epoch AND f.action = 'suspend' AND s.lifted_at IS NULL FOR SHARE OF s;
        v_report := ks.complete_flip(p_epoch, p_members);
        UPDATE ks.flip f SET certificate_id = v_id
        WHERE f.epoch = p_epoch AND v_suspension IS NOT NULL AND f.completed_at IS NOT NULL AND f.certificate_id IS NULL;
        IF FOUND THEN
          INSERT INTO ledger.action (id, action, outcome, target_kind, target_id, detail)
          VALUES (v_id, 'suspension.certify', 'done', 'suspension', v_suspension::text, ks.certificate(p_epoch, p_deployment));
        END IF;
        RETURN v_report;
      END $$;

      -- The entry in the ledger that certifies a suspension; NULL while there is none.
      CREATE FUNCTION ks.certificate_of(p_suspension uuid) RETURNS uuid
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT f.certificate_id FROM ks.flip f WHERE f.suspension_id = p_suspension AND f.action = 'suspend'
      $$;

      -- Whether a signed checkpoint covers an entry.
      CREATE FUNCTION ledger.is_signed(p_id uuid) RETURNS boolean
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT EXISTS (SELECT FROM ledger.leaf l WHERE l.id = p_id AND l.position < (SELECT max(c.size) FROM ledger.checkpoint c))
      $$;

      -- An entry as it was sealed, with the salt of its leaf, for who may read it: a certificate is shown to whoever may read
      -- suspensions, everything else in the context in which the record is read.
      CREATE FUNCTION ledger.entry(p_id uuid) RETURNS TABLE ("position" bigint, record text, salt bytea, event text)
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
        SELECT l.position, l.record, uuid_send(l.salt), coalesce(
          (SELECT ledger.disclosure_event(d) FROM ledger.disclosure d
           WHERE l.record = 'disclosure' AND d.at = l.at AND d.id = l.id),
          (SELECT ledger.action_event(a) FROM ledger.action a
           WHERE l.record = 'action' AND a.at = l.at AND a.id = l.id)) AS event
        FROM ledger.leaf l
        WHERE l.id = p_id AND (ks.may_change(l.record || '.read')
          OR EXISTS (SELECT FROM ledger.action a WHERE l.record = 'action' AND a.at = l.at AND a.id = l.id AND a.action = 'suspension.certify'))
      $$;

      REVOKE ALL ON FUNCTION ks.certificate(bigint, jsonb), ks.prove_flip(bigint, jsonb, jsonb), ks.certificate_of(uuid),
        ledger.is_signed(uuid), ledger.entry(uuid) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ks.prove_flip(bigint, jsonb, jsonb), ks.certificate_of(uuid), ledger.is_signed(uuid), ledger.entry(uuid) TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION ledger.entry(uuid), ledger.is_signed(uuid), ks.certificate_of(uuid), ks.prove_flip(bigint, jsonb, jsonb),
        ks.certificate(bigint, jsonb);
      ALTER TABLE ks.flip DROP COLUMN certificate_id;
    `);
  }
}
