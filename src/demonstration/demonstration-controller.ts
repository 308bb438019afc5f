/**
 * In charge of the made-up party that the demonstration's data belongs to: without a profile of its controller, nothing
 * said at a door could be recorded. Like the accounts it is the operator's act, written once and entered in the ledger.
 */
import type { Environment } from '../config/environment.js';
import { asOperator } from './as-operator.js';
import type { DemonstrationAccount } from './demonstration-accounts.js';

/** A profile that somebody has written stays. */
export async function ensureControllerProfile(
  environment: Environment,
  accounts: readonly DemonstrationAccount[],
): Promise<void> {
  await asOperator(environment, async (client) => {
    await client.query(profile, [accounts.find(({ role }) => role === 'general-secretary')?.username]);
  });
}

/** Registration numbers that are nobody's. */
const profile = `
  WITH added AS (
    INSERT INTO protection.controller_profile (version, party_name, party_registration, ico_registration, policy_reference,
                                               policy_adopted_on, policy_review_on, changed_by)
    SELECT 1, 'The Example Party (made up)', 'PP999999', 'ZA999999', 'https://example.org/appropriate-policy-document',
           current_date, current_date + 365, a.id
    FROM identity.account a
    WHERE a.username = $1 AND NOT EXISTS (SELECT FROM protection.controller_profile)
    ON CONFLICT DO NOTHING RETURNING version
  )
  INSERT INTO ledger.action (action, outcome, target_kind, target_id, detail)
  SELECT 'demonstration.load', 'done', 'controller-profile', version::text, '{"by": "operator"}' FROM added`;
