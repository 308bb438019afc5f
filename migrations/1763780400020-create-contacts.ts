import type { MigrationInterface, QueryRunner } from 'typeorm';
import { contactDerivation, dropContactDerivation } from './parts/contact-derivation.js';
import { contactFunctions, dropContactFunctions } from './parts/contact-functions.js';
import { partitionForeignKey, partitions } from './parts/partitions.js';
import { rowLevelSecurity } from './parts/row-level-security.js';

/**
 * Contacts: every attempt and conversation, with whom it counts for; what was said apart, under the class of opinions.
 * Rows are added by definer functions alone and are never changed but to end: by a correction or a retraction.
 */
export class CreateContacts1763780400020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The id is the device's. Neither elector, door nor walk is held by a foreign key: what was said outlives a register
      -- that is undone and a list that is deleted.
      CREATE TABLE contact_creator.contact (
        constituency_id      text COLLATE "C" NOT NULL,
        id                   uuid NOT NULL,
        -- Who was named; at a door where nobody was, NULL.
        elector_id           bigint,
        door_id              bigint,
        -- Somebody at the door who is not on the register; never an elector.
        found_name           text CONSTRAINT contact_found_name_shape CHECK (length(found_name) BETWEEN 1 AND 200),
        walk_id              uuid,
        method               text NOT NULL CONSTRAINT contact_method_known CHECK (method IN ('doorstep', 'phone', 'street', 'message')),
        -- There is no "collected postal vote": campaigners may not handle them (RPA 1983 s. 112A).
        outcome              text COLLATE "C" NOT NULL CONSTRAINT contact_outcome_known CHECK (outcome IN
                             ('canvassed', 'not-in', 'refused', 'moved', 'deceased', 'inaccessible', 'language-difference',
                              'do-not-return', 'do-not-contact', 'do-not-knock')),
        do_not_return_until  date,
        -- As the device said, and as it counts: never later than the server's clock.
        device_at            timestamptz NOT NULL,
        effective_at         timestamptz NOT NULL,
        recorded_at          timestamptz NOT NULL,
        recorded_by          uuid NOT NULL CONSTRAINT contact_recorded_by_fkey REFERENCES identity.account,
        payload_hash         bytea NOT NULL CONSTRAINT contact_payload_hash_size CHECK (length(payload_hash) = 32),
        ended_at             timestamptz,
        ended_by             uuid CONSTRAINT contact_ended_by_fkey REFERENCES identity.account,
        end_reason           text CONSTRAINT contact_end_reason_shape CHECK (length(end_reason) BETWEEN 1 AND 500),
        replaced_by          uuid,
        CONSTRAINT contact_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT contact_whom CHECK (num_nonnulls(elector_id, found_name) <= 1 AND num_nonnulls(elector_id, door_id) >= 1),
        CONSTRAINT contact_return_dated CHECK ((outcome = 'do-not-return') = (do_not_return_until IS NOT NULL)),
        CONSTRAINT contact_effective_by_then CHECK (effective_at <= recorded_at),
        CONSTRAINT contact_ending_whole CHECK ((ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (end_reason IS NULL)
                   AND (replaced_by IS NULL OR ended_at IS NOT NULL))
      ) PARTITION BY HASH (constituency_id);
      ${partitions('contact_creator.contact')}
      CREATE INDEX contact_by_do_not_knock ON contact_creator.contact (constituency_id, door_id) WHERE outcome = 'do-not-knock';

      -- Whom a contact counts for: the elector named, or whoever was to be called on at a door where nobody was in.
      CREATE TABLE contact_creator.contact_subject (
        constituency_id  text COLLATE "C" NOT NULL,
        elector_id       bigint NOT NULL,
        contact_id       uuid NOT NULL,
        CONSTRAINT contact_subject_pkey PRIMARY KEY (constituency_id, elector_id, contact_id)
      ) PARTITION BY HASH (constituency_id);
      ${partitions('contact_creator.contact_subject')}
      CREATE INDEX contact_subject_by_contact ON contact_creator.contact_subject (constituency_id, contact_id);
      ${partitionForeignKey('contact_creator.contact_subject', 'contact', 'constituency_id, contact_id', 'contact_creator.contact')}

      -- Opinions (UK GDPR Art. 9), with category and party as the code meant them on the day.
      CREATE TABLE contact_creator.contact_answer (
        constituency_id    text COLLATE "C" NOT NULL,
        contact_id         uuid NOT NULL,
        vi_code            text COLLATE "C",
        vi_category        text CONSTRAINT contact_answer_category_known CHECK (vi_category IN
                           ('firm-support', 'lean-support', 'undecided', 'lean-other', 'firm-other', 'wont-say', 'non-voter')),
        vi_party           text COLLATE "C",
        second_preference  text COLLATE "C",
        likelihood         smallint CONSTRAINT contact_answer_likelihood_range CHECK (likelihood BETWEEN 0 AND 10),
        answers            jsonb NOT NULL CONSTRAINT contact_answer_answers_object CHECK (jsonb_typeof(answers) = 'object'),
        flags              text[] COLLATE "C" NOT NULL,
        flags_cleared      text[] COLLATE "C" NOT NULL,
        CONSTRAINT contact_answer_pkey PRIMARY KEY (constituency_id, contact_id),
        CONSTRAINT contact_answer_code_mapped CHECK ((vi_code IS NULL) = (vi_category IS NULL))
      ) PARTITION BY HASH (constituency_id);
      ${partitions('contact_creator.contact_answer')}
      ${partitionForeignKey('contact_creator.contact_answer', 'contact', 'constituency_id, contact_id', 'contact_creator.contact')}

      ${rowLevelSecurity('contact_creator.contact', 'contact-creator', 'identity')}
      ${rowLevelSecurity('contact_creator.contact_subject', 'contact-creator', 'identity')}
      ${rowLevelSecurity('contact_creator.contact_answer', 'contact-creator', 'opinion')}
      GRANT SELECT ON contact_creator.contact, contact_creator.contact_subject, contact_creator.contact_answer TO rosette_api;
      ${contactDerivation}
      ${contactFunctions}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${dropContactFunctions}
      ${dropContactDerivation}
      DROP TABLE contact_creator.contact_answer, contact_creator.contact_subject, contact_creator.contact;
    `);
  }
}
