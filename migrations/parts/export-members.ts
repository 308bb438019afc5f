import { partitions } from './partitions.js';
import { rowLevelSecurity } from './row-level-security.js';

/** The frozen ids of exports, one a row, as SQL. */
export const exportMembers = `
      CREATE TABLE contact_creator.export_member (
        constituency_id  text COLLATE "C" NOT NULL,
        export_id        uuid NOT NULL,
        position         integer NOT NULL CONSTRAINT export_member_position_positive CHECK (position > 0),
        elector_id       bigint NOT NULL,
        CONSTRAINT export_member_pkey PRIMARY KEY (constituency_id, export_id, position)
      ) PARTITION BY HASH (constituency_id);
      ${partitions('contact_creator.export_member')}
      ${rowLevelSecurity('contact_creator.export_member', 'contact-creator', 'identity')}
      GRANT SELECT, INSERT ON contact_creator.export_member TO rosette_api;`;
