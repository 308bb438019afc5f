import type { Client } from 'pg';

/** A profile under which opinions may be recorded, written past its route. */
export async function createControllerProfile(admin: Client, accountId: string): Promise<void> {
  await admin.query(
    `INSERT INTO protection.controller_profile (version, party_name, party_registration, policy_reference, policy_adopted_on,
                                                policy_review_on, changed_by)
     VALUES (1, 'The Example Party', 'PP9999', 'policy 1', current_date - 10, current_date + 300, $1)`,
    [accountId],
  );
}
