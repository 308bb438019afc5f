/** The three functions that change the epoch: to suspend, to lift, to revoke; each with its row in ks.flip, or as before. */
const orders = (writes: boolean) => `
      CREATE OR REPLACE FUNCTION ks.suspend(p_id uuid, p_kind text, p_target text, p_reason text, p_notice text) RETURNS bigint
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        v_epoch bigint;
      BEGIN
        IF NOT ks.may_change('suspension.order') THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may suspend';
        END IF;
        UPDATE ks.state SET epoch = epoch + 1 RETURNING epoch INTO v_epoch;
        UPDATE ks.scope SET suspended = true, gen = gen + 1, since_epoch = v_epoch WHERE kind = p_kind AND id = p_target;
        IF NOT FOUND THEN
          RETURN NULL;
        END IF;
        INSERT INTO ks.suspension (id, target_kind, target_id, reason, notice, epoch, ordered_by)
        VALUES (p_id, p_kind, p_target, p_reason, p_notice, v_epoch, ks.actor());
        ${writes ? `PERFORM ks.write_flip(v_epoch, 'suspend', ARRAY[p_kind || ':' || p_target], p_id);` : ''}
        RETURN v_epoch;
      END $$;

      CREATE OR REPLACE FUNCTION ks.lift(p_id uuid, p_reason text, OUT outcome text, OUT epoch bigint)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        v_suspension ks.suspension;
        v_actor uuid := ks.actor();
      BEGIN
        IF NOT ks.may_change('suspension.lift') THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may lift';
        END IF;
        UPDATE ks.state SET epoch = state.epoch + 1 RETURNING state.epoch INTO epoch;
        SELECT * INTO v_suspension FROM ks.suspension WHERE id = p_id FOR UPDATE;
        IF v_suspension.id IS NULL THEN
          outcome := 'absent';
        ELSIF v_suspension.lifted_at IS NOT NULL THEN
          outcome := 'already-lifted';
        ELSIF v_suspension.target_kind = 'user' AND v_suspension.target_id = v_actor::text THEN
          outcome := 'own-suspension';
        ELSIF v_suspension.target_kind IN ('all', 'tool') AND v_suspension.lift_asked_by IS NULL THEN
          UPDATE ks.suspension SET lift_asked_by = v_actor, lift_asked_at = clock_timestamp(), lift_reason = p_reason WHERE id = p_id;
          outcome := 'asked';
        ELSIF v_suspension.target_kind IN ('all', 'tool') AND v_suspension.lift_asked_by = v_actor THEN
          outcome := 'same-person';
        ELSE
          UPDATE ks.suspension
          SET lifted_by = v_actor, lifted_at = clock_timestamp(), lift_epoch = lift.epoch, lift_reason = coalesce(lift_reason, p_reason)
          WHERE id = p_id;
          -- Suspended while any suspension of the scope is in force: lifting one never lifts another's.
          UPDATE ks.scope s SET since_epoch = lift.epoch, suspended = EXISTS (
            SELECT FROM ks.suspension o
            WHERE o.target_kind = s.kind AND o.target_id = s.id AND o.lifted_at IS NULL)
          WHERE s.kind = v_suspension.target_kind AND s.id = v_suspension.target_id;
          ${writes ? `PERFORM ks.write_flip(epoch, 'lift', ARRAY[v_suspension.target_kind || ':' || v_suspension.target_id], p_id);` : ''}
          outcome := 'lifted';
        END IF;
      END $$;
`;
const revoking = (writes: boolean) => `
      -- Generation + 1, not suspended, so that what was admitted earlier is refused and every gate hears of it.
      -- Locks the state row until commit: call it last, or suspensions wait.
      CREATE OR REPLACE FUNCTION ks.revoke(p_keys text[]) RETURNS bigint
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ks, pg_temp AS $$
      DECLARE
        v_epoch bigint;
      BEGIN
        IF NOT ks.may_change() THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may revoke';
        END IF;
        UPDATE ks.state SET epoch = epoch + 1 RETURNING epoch INTO v_epoch;
        UPDATE ks.scope s SET gen = s.gen + 1, since_epoch = v_epoch
        WHERE (s.kind, s.id) IN (SELECT split_part(k, ':', 1), split_part(k, ':', 2) FROM unnest(p_keys) k);
        ${writes ? `PERFORM ks.write_flip(v_epoch, 'revoke', p_keys, NULL);` : ''}
        RETURN v_epoch;
      END $$;`;

export const flippingFunctions = orders(true) + revoking(true);
export const unwrittenFlips = orders(false) + revoking(false);
/** Without the one that revokes. */
export const orderingFunctions = orders(true);
