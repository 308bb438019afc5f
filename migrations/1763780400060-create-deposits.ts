import type { MigrationInterface, QueryRunner } from 'typeorm';
import { depositFunctions, dropDepositFunctions } from './parts/deposit-functions.js';
import { contactsOfOthers, contactsOfOneself } from './parts/taking-contacts.js';

/**
 * Quarantine: what devices hand in whose tool is suspended or whose holder has gone. Sealed by the application, read by no
 * tool, and let in or thrown away by a named person (docs/decisions/0023-deposits-are-decided-by-who-reads-nothing.md).
 */
export class CreateDeposits1763780400060 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA quarantine;
      GRANT USAGE ON SCHEMA quarantine TO rosette_api;

      -- What a device may hand in for a walk, long after its holder may do anything else. Neither walk nor session is held by
      -- a foreign key: the right to hand in outlives both.
      CREATE TABLE quarantine.token (
        token_hash       bytea CONSTRAINT token_pkey PRIMARY KEY CONSTRAINT token_hash_size CHECK (length(token_hash) = 32),
        constituency_id  text COLLATE "C" NOT NULL CONSTRAINT token_constituency_fkey REFERENCES geography.constituency,
        list_id          uuid NOT NULL,
        walk_id          uuid NOT NULL,
        account_id       uuid NOT NULL CONSTRAINT token_account_fkey REFERENCES identity.account,
        session_id       uuid NOT NULL,
        issued_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
        expires_at       timestamptz NOT NULL,
        CONSTRAINT token_expires_later CHECK (expires_at > issued_at)
      );
      CREATE INDEX token_by_expiry ON quarantine.token (expires_at);

      -- The content is special category data (UK GDPR Art. 9): sealed, and gone with the decision. What it was is told by counts.
      CREATE TABLE quarantine.deposit (
        id               uuid CONSTRAINT deposit_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
        token_hash       bytea NOT NULL,
        -- As the device named it.
        device_id        uuid NOT NULL,
        digest           bytea NOT NULL CONSTRAINT deposit_digest_size CHECK (length(digest) = 32),
        constituency_id  text COLLATE "C" NOT NULL CONSTRAINT deposit_constituency_fkey REFERENCES geography.constituency,
        list_id          uuid NOT NULL,
        walk_id          uuid NOT NULL,
        account_id       uuid NOT NULL CONSTRAINT deposit_account_fkey REFERENCES identity.account,
        session_id       uuid NOT NULL,
        received_at      timestamptz NOT NULL,
        received         integer NOT NULL CONSTRAINT deposit_received_range CHECK (received BETWEEN 1 AND 500),
        bytes            integer NOT NULL CONSTRAINT deposit_bytes_positive CHECK (bytes > 0),
        key_id           text,
        sealed           bytea,
        state            text NOT NULL DEFAULT 'quarantined'
                         CONSTRAINT deposit_state_known CHECK (state IN ('quarantined', 'released', 'discarded')),
        decided_at       timestamptz,
        -- Nobody: its time was over.
        decided_by       uuid CONSTRAINT deposit_decided_by_fkey REFERENCES identity.account,
        reason           text CONSTRAINT deposit_reason_shape CHECK (length(reason) BETWEEN 1 AND 500),
        outcomes         jsonb CONSTRAINT deposit_outcomes_object CHECK (jsonb_typeof(outcomes) = 'object'),
        CONSTRAINT deposit_device_id_unique UNIQUE (token_hash, device_id),
        CONSTRAINT deposit_content_until_decided CHECK (
          num_nonnulls(key_id, sealed) = CASE state WHEN 'quarantined' THEN 2 ELSE 0 END),
        CONSTRAINT deposit_decision_whole CHECK (
          (state = 'quarantined') = (decided_at IS NULL) AND (decided_by IS NULL) = (reason IS NULL)
          AND (outcomes IS NOT NULL) = (state = 'released') AND (state <> 'released' OR decided_by IS NOT NULL)),
        CONSTRAINT deposit_decided_by_another CHECK (decided_by <> account_id)
      );
      CREATE INDEX deposit_newest ON quarantine.deposit (received_at DESC, id DESC);
      CREATE INDEX deposit_quarantined ON quarantine.deposit (received_at) WHERE state = 'quarantined';

      ALTER TABLE quarantine.token ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY token_owner ON quarantine.token TO rosette_owner USING (true) WITH CHECK (true);
      ALTER TABLE quarantine.deposit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY deposit_owner ON quarantine.deposit TO rosette_owner USING (true) WITH CHECK (true);

      -- Who let it in from quarantine; of what was recorded directly, nobody.
      ALTER TABLE contact_creator.contact
        ADD COLUMN released_by uuid CONSTRAINT contact_released_by_fkey REFERENCES identity.account;
      ${contactsOfOthers}
      ${depositFunctions}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${dropDepositFunctions}
      ${contactsOfOneself}
      ALTER TABLE contact_creator.contact DROP COLUMN released_by;
      DROP SCHEMA quarantine CASCADE;
    `);
  }
}
