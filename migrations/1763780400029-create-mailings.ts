import type { MigrationInterface, QueryRunner } from 'typeorm';
import { partitionForeignKey, partitions } from './parts/partitions.js';
import { rowLevelSecurity } from './parts/row-level-security.js';

/**
 * Mailings to members, and the addresses that nothing is sent to. A suppression holds no address but its keyed hash; the
 * API role adds suppressions, in whatever state the switch is, and cannot list them. The outbox asks them again under
 * the fence, in the statement that opens a message.
 */
export class CreateMailings1763780400029 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Party-wide, so without a constituency: who wants no more mail wants none from next door either.
      CREATE TABLE protection.suppression (
        channel       text NOT NULL CONSTRAINT suppression_channel_known CHECK (channel IN ('email')),
        address_hash  text COLLATE "C" NOT NULL CONSTRAINT suppression_address_hash_shape CHECK (address_hash ~ '^[0-9]{13}-[0-9a-f]{8}:[0-9a-f]{64}$'),
        reason        text NOT NULL CONSTRAINT suppression_reason_known CHECK (reason IN ('unsubscribed', 'objected', 'bounced')),
        subject_id    bigint,
        at            timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT suppression_pkey PRIMARY KEY (channel, address_hash, reason)
      );

      -- It asks no context: an objection counts from anybody who holds the link, also while everything is suspended.
      CREATE FUNCTION protection.suppress(p_channel text, p_hash text, p_reason text, p_subject bigint) RETURNS void
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, protection, pg_temp AS $$
        INSERT INTO protection.suppression (channel, address_hash, reason, subject_id) VALUES (p_channel, p_hash, p_reason, p_subject)
        ON CONFLICT DO NOTHING
      $$;

      -- Which of these are suppressed, each with its weightiest reason; inside the fence alone.
      CREATE FUNCTION protection.suppressed(p_channel text, p_hashes text[]) RETURNS TABLE (address_hash text, reason text)
      LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, protection, pg_temp AS $$
      #variable_conflict use_column
      BEGIN
        IF ks.sealed() IS NULL THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'suppressions are asked inside the fence';
        END IF;
        RETURN QUERY
          SELECT DISTINCT ON (s.address_hash) s.address_hash::text, s.reason FROM protection.suppression s
          WHERE s.channel = p_channel AND s.address_hash = ANY (p_hashes)
          ORDER BY s.address_hash, array_position(ARRAY['objected', 'unsubscribed', 'bounced'], s.reason);
      END $$;
      REVOKE ALL ON FUNCTION protection.suppress(text, text, text, bigint), protection.suppressed(text, text[]) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION protection.suppress(text, text, text, bigint), protection.suppressed(text, text[]) TO rosette_api;

      -- Whom a message must not reach if suppressed meanwhile: the address's hash under every key there is.
      ALTER TABLE mail.outbox ADD COLUMN recipient_hashes text[] NOT NULL DEFAULT '{}';
      GRANT INSERT (recipient_hashes) ON mail.outbox TO rosette_api;

      CREATE OR REPLACE FUNCTION mail.forget_content() RETURNS trigger
      LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        NEW.to_address := NULL; NEW.subject := NULL; NEW.text := NULL; NEW.html := NULL; NEW.headers := NULL;
        NEW.recipient_hashes := '{}';
        RETURN NEW;
      END $$;

      -- As before, but a message to a suppressed address is cancelled instead of opened: no row.
      CREATE OR REPLACE FUNCTION mail.begin_hand_over(p_id uuid, p_incarnation uuid, p_claim integer, p_lease interval)
      RETURNS TABLE (to_address text, subject text, text text, html text, headers jsonb, created_at timestamptz)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, mail, pg_temp AS $$
      #variable_conflict use_column
      BEGIN
        PERFORM ks.hold(p_incarnation, o.scopes) FROM mail.outbox o WHERE o.id = p_id;
        UPDATE mail.outbox o
        SET state = 'cancelled', error_code = 'suppressed', incarnation = NULL, lease_until = NULL
        WHERE o.id = p_id AND o.state = 'queued' AND o.incarnation = p_incarnation AND o.claim = p_claim
          AND EXISTS (SELECT FROM protection.suppression s WHERE s.channel = 'email' AND s.address_hash = ANY (o.recipient_hashes));
        RETURN QUERY
          UPDATE mail.outbox o
          SET state = 'handing-over', attempts = o.attempts + 1, lease_until = clock_timestamp() + p_lease
          WHERE o.id = p_id AND o.state = 'queued' AND o.incarnation = p_incarnation AND o.claim = p_claim
            AND o.lease_until > clock_timestamp()
          RETURNING o.to_address, o.subject, o.text, o.html, o.headers, o.created_at;
      END $$;

      CREATE TABLE organise.mailing (
        constituency_id  text COLLATE "C" NOT NULL CONSTRAINT mailing_constituency_fkey REFERENCES geography.constituency,
        id               uuid NOT NULL,
        name             text NOT NULL CONSTRAINT mailing_name_shape CHECK (length(name) BETWEEN 1 AND 200),
        subject          text NOT NULL CONSTRAINT mailing_subject_shape CHECK (length(subject) BETWEEN 1 AND 200 AND subject !~ '[[:cntrl:]]'),
        body_text        text NOT NULL CONSTRAINT mailing_body_text_shape CHECK (length(body_text) BETWEEN 1 AND 100000),
        segment          jsonb NOT NULL CONSTRAINT mailing_segment_shape CHECK (jsonb_typeof(segment) = 'object'),
        purpose          text NOT NULL DEFAULT 'member-communication',
        -- Whether it is sent or failed follows from its messages and its job.
        state            text NOT NULL DEFAULT 'draft' CONSTRAINT mailing_state_known CHECK (state IN ('draft', 'preparing', 'sending', 'cancelled')),
        job_id           uuid,
        created_by       uuid NOT NULL CONSTRAINT mailing_created_by_fkey REFERENCES identity.account,
        created_at       timestamptz NOT NULL DEFAULT now(),
        sent_by          uuid CONSTRAINT mailing_sent_by_fkey REFERENCES identity.account,
        sent_at          timestamptz,
        version          integer NOT NULL DEFAULT 1,
        CONSTRAINT mailing_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT mailing_sent_whole CHECK (num_nulls(job_id, sent_by, sent_at) IN (0, 3) AND (state <> 'draft' OR sent_at IS NULL))
      );
      CREATE INDEX mailing_newest ON organise.mailing (constituency_id, created_at DESC, id);

      -- Whom it was prepared for; once each. What became of a message that is in the outbox, the outbox knows.
      CREATE TABLE organise.mailing_recipient (
        constituency_id  text COLLATE "C" NOT NULL,
        mailing_id       uuid NOT NULL,
        member_id        bigint NOT NULL,
        state            text NOT NULL DEFAULT 'pending' CONSTRAINT mailing_recipient_state_known CHECK (state IN
                         ('pending', 'queued', 'suppressed', 'excluded', 'failed', 'cancelled')),
        outbox_id        uuid,
        at               timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT mailing_recipient_pkey PRIMARY KEY (constituency_id, mailing_id, member_id),
        CONSTRAINT mailing_recipient_mailing_fkey FOREIGN KEY (constituency_id, mailing_id) REFERENCES organise.mailing,
        CONSTRAINT mailing_recipient_queued_whole CHECK ((state = 'queued') = (outbox_id IS NOT NULL))
      ) PARTITION BY HASH (constituency_id);
      ${partitions('organise.mailing_recipient')}
      ${partitionForeignKey('organise.mailing_recipient', 'member', 'constituency_id, member_id', 'organise.member')}
      CREATE INDEX mailing_recipient_pending ON organise.mailing_recipient (constituency_id, mailing_id, member_id) WHERE state = 'pending';

      ${rowLevelSecurity('organise.mailing', 'organise', '')}
      ${rowLevelSecurity('organise.mailing_recipient', 'organise', 'contact-details')}
      GRANT SELECT, INSERT, UPDATE, DELETE ON organise.mailing TO rosette_api;
      GRANT SELECT, INSERT, UPDATE ON organise.mailing_recipient TO rosette_api;

      -- What became of a recipient: 'uncertain' is who may have got the message although it was not accounted for.
      CREATE FUNCTION organise.recipient_state(p_state text, p_outbox text, p_code text, p_is_uncertain boolean) RETURNS text
      LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
        SELECT CASE WHEN p_outbox IS NULL THEN p_state
                    WHEN p_outbox = 'handed-over' THEN 'handed-over'
                    WHEN p_outbox IN ('queued', 'handing-over') THEN 'queued'
                    WHEN p_is_uncertain THEN 'uncertain'
                    WHEN p_code = 'suppressed' THEN 'suppressed'
                    ELSE p_outbox END
      $$;

      -- How many, by what became of them: numbers, which need no sight of the recipients.
      CREATE FUNCTION organise.mailing_counts(p_constituency text, p_mailing uuid) RETURNS TABLE (state text, n integer)
      LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, organise, pg_temp AS $$
      #variable_conflict use_column
      BEGIN
        IF NOT coalesce(p_constituency = ANY (ks.areas('organise', '')), false) THEN
          RAISE EXCEPTION USING ERRCODE = 'KS009', MESSAGE = 'not in a context that may read mailings here';
        END IF;
        RETURN QUERY
          SELECT organise.recipient_state(r.state, o.state, o.error_code, o.is_uncertain), count(*)::integer
          FROM organise.mailing_recipient r LEFT JOIN mail.outbox o ON o.id = r.outbox_id
          WHERE r.constituency_id = p_constituency AND r.mailing_id = p_mailing GROUP BY 1;
      END $$;

      -- Ends what the departed had sent and has not left yet, wherever it is; answers the jobs of it. Their messages in the
      -- outbox carry their scope and are cancelled by that.
      CREATE FUNCTION organise.cancel_mailings_of(p_accounts uuid[]) RETURNS uuid[]
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, organise, pg_temp AS $$
      DECLARE
        v_jobs uuid[];
      BEGIN
        PERFORM access.require_change('user.depart');
        WITH stopped AS (
          UPDATE organise.mailing m SET state = 'cancelled', version = m.version + 1
          WHERE m.sent_by = ANY (p_accounts) AND (m.state = 'preparing' OR m.state = 'sending' AND EXISTS (
            SELECT FROM organise.mailing_recipient r LEFT JOIN mail.outbox o ON o.id = r.outbox_id
            WHERE r.constituency_id = m.constituency_id AND r.mailing_id = m.id
              AND (r.state = 'pending' OR o.state IN ('queued', 'handing-over'))))
          RETURNING m.constituency_id, m.id, m.job_id),
        unsent AS (
          UPDATE organise.mailing_recipient r SET state = 'cancelled', at = now() FROM stopped s
          WHERE r.constituency_id = s.constituency_id AND r.mailing_id = s.id AND r.state = 'pending')
        SELECT coalesce(array_agg(job_id), '{}') INTO v_jobs FROM stopped;
        RETURN v_jobs;
      END $$;
      REVOKE ALL ON FUNCTION organise.recipient_state(text, text, text, boolean), organise.mailing_counts(text, uuid),
        organise.cancel_mailings_of(uuid[]) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION organise.recipient_state(text, text, text, boolean), organise.mailing_counts(text, uuid),
        organise.cancel_mailings_of(uuid[]) TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION organise.cancel_mailings_of(uuid[]);
      DROP FUNCTION organise.mailing_counts(text, uuid);
      DROP FUNCTION organise.recipient_state(text, text, text, boolean);
      DROP TABLE organise.mailing_recipient, organise.mailing;
      CREATE OR REPLACE FUNCTION mail.begin_hand_over(p_id uuid, p_incarnation uuid, p_claim integer, p_lease interval)
      RETURNS TABLE (to_address text, subject text, text text, html text, headers jsonb, created_at timestamptz)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, mail, pg_temp AS $$
      #variable_conflict use_column
      BEGIN
        PERFORM ks.hold(p_incarnation, o.scopes) FROM mail.outbox o WHERE o.id = p_id;
        RETURN QUERY
          UPDATE mail.outbox o
          SET state = 'handing-over', attempts = o.attempts + 1, lease_until = clock_timestamp() + p_lease
          WHERE o.id = p_id AND o.state = 'queued' AND o.incarnation = p_incarnation AND o.claim = p_claim
            AND o.lease_until > clock_timestamp()
          RETURNING o.to_address, o.subject, o.text, o.html, o.headers, o.created_at;
      END $$;
      CREATE OR REPLACE FUNCTION mail.forget_content() RETURNS trigger
      LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        NEW.to_address := NULL; NEW.subject := NULL; NEW.text := NULL; NEW.html := NULL; NEW.headers := NULL;
        RETURN NEW;
      END $$;
      ALTER TABLE mail.outbox DROP COLUMN recipient_hashes;
      DROP FUNCTION protection.suppressed(text, text[]), protection.suppress(text, text, text, bigint);
      DROP TABLE protection.suppression;
    `);
  }
}
