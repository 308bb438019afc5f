import type { MigrationInterface, QueryRunner } from 'typeorm';
import { partitions } from './parts/partitions.js';
import { rowLevelSecurity } from './parts/row-level-security.js';
import { dropWalkFunctions, walkFunctions } from './parts/walk-functions.js';

/**
 * Lists: a frozen selection cut into walks, with their doors in walk order and the electors meant at each. A walk is
 * assigned for some hours and claimed while it is walked; who works it reads it through definer functions alone.
 */
export class CreateLists1763780400017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE contact_creator.list (
        constituency_id  text COLLATE "C" NOT NULL CONSTRAINT list_constituency_fkey REFERENCES geography.constituency,
        id               uuid NOT NULL,
        kind             text NOT NULL DEFAULT 'walk' CONSTRAINT list_kind_known CHECK (kind = 'walk'),
        name             text NOT NULL CONSTRAINT list_name_shape CHECK (length(name) BETWEEN 1 AND 200),
        selection_id     uuid,
        purpose          text COLLATE "C" NOT NULL,
        -- Made by a selection that asks opinions: to be on it says one.
        uses_opinions    boolean NOT NULL,
        cut_by           text NOT NULL CONSTRAINT list_cut_by_known CHECK (cut_by IN ('road-group', 'size')),
        max_doors        integer NOT NULL CONSTRAINT list_max_doors_range CHECK (max_doors BETWEEN 10 AND 200),
        side_mode        text CONSTRAINT list_side_mode_known CHECK (side_mode IN ('both', 'odd', 'even', 'odd-then-even', 'loop')),
        -- Whom somebody spoke with in so many days is left in peace; 0: no limit.
        fatigue_days     integer NOT NULL CONSTRAINT list_fatigue_days_range CHECK (fatigue_days BETWEEN 0 AND 365),
        selected_count   integer NOT NULL,
        walk_count       integer NOT NULL DEFAULT 0,
        door_count       integer NOT NULL DEFAULT 0,
        elector_count    integer NOT NULL DEFAULT 0,
        created_by       uuid NOT NULL CONSTRAINT list_created_by_fkey REFERENCES identity.account,
        created_at       timestamptz NOT NULL DEFAULT now(),
        expires_at       timestamptz NOT NULL,
        version          integer NOT NULL DEFAULT 1,
        CONSTRAINT list_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT list_selection_fkey FOREIGN KEY (constituency_id, selection_id)
                   REFERENCES contact_creator.selection ON DELETE SET NULL (selection_id)
      );
      CREATE INDEX list_by_selection ON contact_creator.list (constituency_id, selection_id);

      CREATE TABLE contact_creator.walk (
        constituency_id      text COLLATE "C" NOT NULL,
        id                   uuid NOT NULL,
        list_id              uuid NOT NULL,
        position             integer NOT NULL,
        polling_district_id  bigint NOT NULL,
        road_group_id        bigint,
        name                 text NOT NULL,
        door_count           integer NOT NULL,
        elector_count        integer NOT NULL,
        assigned_to          uuid CONSTRAINT walk_assigned_to_fkey REFERENCES identity.account,
        assigned_from        timestamptz,
        assigned_until       timestamptz,
        claimed_by           uuid CONSTRAINT walk_claimed_by_fkey REFERENCES identity.account,
        claimed_at           timestamptz,
        claim_expires_at     timestamptz,
        version              integer NOT NULL DEFAULT 1,
        CONSTRAINT walk_pkey PRIMARY KEY (constituency_id, id),
        CONSTRAINT walk_position_unique UNIQUE (constituency_id, list_id, position),
        CONSTRAINT walk_list_fkey FOREIGN KEY (constituency_id, list_id) REFERENCES contact_creator.list ON DELETE CASCADE,
        CONSTRAINT walk_assignment_whole CHECK ((assigned_to IS NULL) = (assigned_from IS NULL) AND (assigned_to IS NULL) = (assigned_until IS NULL)),
        CONSTRAINT walk_assignment_ordered CHECK (assigned_from < assigned_until),
        CONSTRAINT walk_claim_whole CHECK ((claimed_by IS NULL) = (claimed_at IS NULL) AND (claimed_by IS NULL) = (claim_expires_at IS NULL))
      );
      -- By account first: a departure looks in every constituency.
      CREATE INDEX walk_by_assignee ON contact_creator.walk (assigned_to, constituency_id) WHERE assigned_to IS NOT NULL;
      CREATE INDEX walk_by_holder ON contact_creator.walk (claimed_by, constituency_id) WHERE claimed_by IS NOT NULL;

      -- Whose a walk was before: what was said on it then may still come in, from a phone that was out of reach when the
      -- walk was given back, given to another or taken over. Written and read by definer functions alone.
      CREATE TABLE contact_creator.walk_past (
        constituency_id  text COLLATE "C" NOT NULL,
        walk_id          uuid NOT NULL,
        account_id       uuid NOT NULL CONSTRAINT walk_past_account_fkey REFERENCES identity.account,
        from_at          timestamptz NOT NULL,
        until_at         timestamptz NOT NULL,
        CONSTRAINT walk_past_pkey PRIMARY KEY (constituency_id, walk_id, account_id, from_at),
        CONSTRAINT walk_past_walk_fkey FOREIGN KEY (constituency_id, walk_id) REFERENCES contact_creator.walk ON DELETE CASCADE
      );

      -- Neither doors nor electors are held by a foreign key: an import may be undone under a list, and what has gone
      -- is no longer shown.
      CREATE TABLE contact_creator.walk_door (
        constituency_id  text COLLATE "C" NOT NULL,
        walk_id          uuid NOT NULL,
        position         integer NOT NULL,
        door_id          bigint NOT NULL,
        CONSTRAINT walk_door_pkey PRIMARY KEY (constituency_id, walk_id, position),
        CONSTRAINT walk_door_walk_fkey FOREIGN KEY (constituency_id, walk_id) REFERENCES contact_creator.walk ON DELETE CASCADE
      ) PARTITION BY HASH (constituency_id);
      ${partitions('contact_creator.walk_door')}
      CREATE INDEX walk_door_by_door ON contact_creator.walk_door (constituency_id, door_id, walk_id);

      CREATE TABLE contact_creator.walk_elector (
        constituency_id  text COLLATE "C" NOT NULL,
        walk_id          uuid NOT NULL,
        door_id          bigint NOT NULL,
        elector_id       bigint NOT NULL,
        CONSTRAINT walk_elector_pkey PRIMARY KEY (constituency_id, walk_id, door_id, elector_id),
        CONSTRAINT walk_elector_walk_fkey FOREIGN KEY (constituency_id, walk_id) REFERENCES contact_creator.walk ON DELETE CASCADE
      ) PARTITION BY HASH (constituency_id);
      ${partitions('contact_creator.walk_elector')}

      ${rowLevelSecurity('contact_creator.list', 'contact-creator', '')}
      ${rowLevelSecurity('contact_creator.walk', 'contact-creator', '')}
      ALTER TABLE contact_creator.walk_past ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY walk_past_owner ON contact_creator.walk_past TO rosette_owner USING (true) WITH CHECK (true);
      ${rowLevelSecurity('contact_creator.walk_door', 'contact-creator', '')}
      ${rowLevelSecurity('contact_creator.walk_elector', 'contact-creator', 'identity')}
      GRANT SELECT, INSERT, UPDATE, DELETE ON contact_creator.list, contact_creator.walk TO rosette_api;
      GRANT SELECT, INSERT ON contact_creator.walk_door, contact_creator.walk_elector TO rosette_api;
      ${walkFunctions}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${dropWalkFunctions}
      DROP TABLE contact_creator.walk_elector, contact_creator.walk_door, contact_creator.walk_past, contact_creator.walk,
        contact_creator.list;
    `);
  }
}
