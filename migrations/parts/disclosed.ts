/**
 * The row of the ledger that every disclosure writes before it leaves, as SQL. What a disclosure is charged to came with
 * the exports, which have a cap of their own.
 */
const spendBudget = `
        v_over := custody.spend_budget(field[3]::uuid, field[5], p_rows);
        IF v_over IS NOT NULL THEN
          RAISE EXCEPTION USING ERRCODE = 'KS010', MESSAGE = 'the budget is spent', DETAIL = v_over::text;
        END IF;`;

/** What is read under export.read is an export. The action is the sealed one, never the caller's word. */
const spendCapOrBudget = `
        IF field[9] = 'export.read' THEN
          -- Nobody spends less than he is shown: the ids count where the caller names fewer rows.
          PERFORM custody.spend_export(field[3]::uuid, field[5], greatest(p_rows, cardinality(p_subject_ids)));
        ELSE ${spendBudget}
        END IF;`;

/** What the rows were of, where those they are about have no id. */
const target = {
  parameters: ', p_target_kind text DEFAULT NULL, p_target_id text DEFAULT NULL',
  columns: ', target_kind, target_id',
  values: ', p_target_kind, p_target_id',
};
const noTarget = { parameters: '', columns: '', values: '' };

const disclosed = (spend: string, { parameters, columns, values } = noTarget) => `
      CREATE OR REPLACE FUNCTION custody.disclosed(p_request uuid, p_address_class text, p_rows integer, p_subject_ids bigint[]${parameters}) RETURNS uuid
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
      SET plan_cache_mode = force_generic_plan AS $$
      DECLARE
        field text[] := ks.sealed();
        v_id uuid;
        v_over integer;
      BEGIN
        IF field IS NULL OR field[10] = '' THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'a disclosure outside custody';
        END IF;
        INSERT INTO ledger.disclosure (account_id, session_id, role, tool, action, purpose, data_classes, constituencies,
                                       request_id, address_class, rows, subject_ids${columns})
        VALUES (field[3]::uuid, field[4]::uuid, field[5], nullif(field[7], ''), field[9], field[10], field[11]::text[],
                CASE WHEN field[12] = 't' THEN NULL ELSE field[13]::text[] END, p_request, p_address_class, p_rows, p_subject_ids${values})
        RETURNING id INTO v_id;
        ${spend}
        RETURN v_id;
      END $$;`;

export const disclosedToBudget = disclosed(spendBudget);
export const disclosedToCapOrBudget = disclosed(spendCapOrBudget);
export const disclosedOfTarget = disclosed(spendCapOrBudget, target);
