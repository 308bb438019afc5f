import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The codes by which voting intention is recorded, which belong to the organisation and change with time, and the
 * profile of the controller, without which no opinion may be recorded.
 */
export class CreateVotingIntentionCodes1763780400019 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE contact_creator.voting_intention_code (
        id           uuid CONSTRAINT voting_intention_code_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
        code         text COLLATE "C" NOT NULL CONSTRAINT voting_intention_code_code_shape CHECK (code ~ '^[A-Z0-9]{1,8}$'),
        label        text NOT NULL CONSTRAINT voting_intention_code_label_shape CHECK (length(label) BETWEEN 1 AND 100),
        category     text NOT NULL CONSTRAINT voting_intention_code_category_known CHECK (category IN
                     ('firm-support', 'lean-support', 'undecided', 'lean-other', 'firm-other', 'wont-say', 'non-voter')),
        party        text CONSTRAINT voting_intention_code_party_shape CHECK (length(party) BETWEEN 1 AND 100),
        valid_from   date NOT NULL,
        -- The first day on which it is no longer recorded; the same day as valid_from: it never was.
        valid_until  date,
        version      integer NOT NULL DEFAULT 1,
        CONSTRAINT voting_intention_code_validity_ordered CHECK (valid_from <= valid_until),
        -- One meaning of a code a day. The code as a range of one point, for ranges have an operator class without an extension.
        CONSTRAINT voting_intention_code_one_meaning EXCLUDE USING gist (
          numrange(hashtextextended(code, 0)::numeric, hashtextextended(code, 0)::numeric, '[]') WITH &&,
          daterange(valid_from, valid_until) WITH &&)
      );
      CREATE INDEX voting_intention_code_by_code ON contact_creator.voting_intention_code (code, valid_from, id);

      -- Nobody's data, and of no constituency: whoever is in a context reads it, who may act everywhere changes it.
      ALTER TABLE contact_creator.voting_intention_code ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY voting_intention_code_read ON contact_creator.voting_intention_code FOR SELECT TO rosette_api
        USING ((SELECT ks.actor()) IS NOT NULL);
      CREATE POLICY voting_intention_code_add ON contact_creator.voting_intention_code FOR INSERT TO rosette_api
        WITH CHECK ((SELECT ks.may_change('voting-intention-code.change')) AND (SELECT ks.all_areas_but('contact-creator', '')) IS NOT NULL);
      CREATE POLICY voting_intention_code_change ON contact_creator.voting_intention_code FOR UPDATE TO rosette_api
        USING ((SELECT ks.may_change('voting-intention-code.change')) AND (SELECT ks.all_areas_but('contact-creator', '')) IS NOT NULL);
      CREATE POLICY voting_intention_code_owner ON contact_creator.voting_intention_code TO rosette_owner
        USING (true) WITH CHECK (true);
      -- What a code means is never changed in place, nor is it deleted: what was recorded by it stays readable.
      GRANT SELECT, INSERT, UPDATE (label, valid_until, version) ON contact_creator.voting_intention_code TO rosette_api;

      INSERT INTO contact_creator.voting_intention_code (code, label, category, valid_from) VALUES
        ('F', 'Firm support', 'firm-support', '2000-01-01'),
        ('L', 'Leaning to us', 'lean-support', '2000-01-01'),
        ('U', 'Undecided', 'undecided', '2000-01-01'),
        ('S', 'Leaning to another party', 'lean-other', '2000-01-01'),
        ('A', 'Firmly for another party', 'firm-other', '2000-01-01'),
        ('W', 'Would not say', 'wont-say', '2000-01-01'),
        ('N', 'Does not vote', 'non-voter', '2000-01-01');

      -- One row a version; the last is in force.
      CREATE TABLE protection.controller_profile (
        version             integer CONSTRAINT controller_profile_pkey PRIMARY KEY
                            CONSTRAINT controller_profile_version_positive CHECK (version > 0),
        party_name          text NOT NULL CONSTRAINT controller_profile_party_name_shape CHECK (length(party_name) BETWEEN 1 AND 200),
        party_registration  text CONSTRAINT controller_profile_party_registration_shape CHECK (party_registration ~ '^PP[0-9]{1,6}$'),
        ico_registration    text CONSTRAINT controller_profile_ico_registration_shape CHECK (ico_registration ~ '^[A-Z][A-Z0-9]{5,11}$'),
        policy_reference    text CONSTRAINT controller_profile_policy_reference_shape CHECK (length(policy_reference) BETWEEN 1 AND 500),
        policy_adopted_on   date,
        policy_review_on    date,
        changed_by          uuid NOT NULL CONSTRAINT controller_profile_changed_by_fkey REFERENCES identity.account,
        changed_at          timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT controller_profile_policy_whole CHECK ((policy_reference IS NULL) = (policy_adopted_on IS NULL)
                   AND (policy_reference IS NULL) = (policy_review_on IS NULL)),
        CONSTRAINT controller_profile_policy_ordered CHECK (policy_adopted_on < policy_review_on)
      );
      GRANT SELECT ON protection.controller_profile TO rosette_api;

      -- Adds the version after the one that was read; false where another is in force by now.
      CREATE FUNCTION protection.change_controller_profile(p_read integer, p_party_name text, p_party_registration text, p_ico_registration text,
                                                           p_policy_reference text, p_policy_adopted_on date, p_policy_review_on date)
      RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, protection, pg_temp AS $$
      BEGIN
        PERFORM access.require_change('controller-profile.change');
        PERFORM pg_advisory_xact_lock(hashtext('protection.controller-profile'));
        IF p_read <> (SELECT coalesce(max(version), 0) FROM protection.controller_profile) THEN
          RETURN false;
        END IF;
        INSERT INTO protection.controller_profile (version, party_name, party_registration, ico_registration, policy_reference,
                                                   policy_adopted_on, policy_review_on, changed_by)
        VALUES (p_read + 1, p_party_name, p_party_registration, p_ico_registration, p_policy_reference,
                p_policy_adopted_on, p_policy_review_on, ks.actor());
        RETURN true;
      END $$;

      -- Whether opinions may be recorded today: a registered party (DPA 2018 Sch. 1 para. 22) with an appropriate policy
      -- document that is in force and reviewed in time (paras. 38 to 41).
      CREATE FUNCTION protection.opinions_allowed() RETURNS boolean
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, protection, pg_temp AS $$
        SELECT coalesce((
          SELECT p.party_registration IS NOT NULL AND p.policy_adopted_on <= current_date AND p.policy_review_on >= current_date
          FROM protection.controller_profile p ORDER BY p.version DESC LIMIT 1), false)
      $$;

      REVOKE ALL ON FUNCTION protection.opinions_allowed(),
        protection.change_controller_profile(integer, text, text, text, text, date, date) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION protection.opinions_allowed(),
        protection.change_controller_profile(integer, text, text, text, text, date, date) TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION protection.opinions_allowed(),
        protection.change_controller_profile(integer, text, text, text, text, date, date);
      DROP TABLE protection.controller_profile;
      DROP TABLE contact_creator.voting_intention_code;
    `);
  }
}
