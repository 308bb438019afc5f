import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropSealingFunctions, sealingFunctions } from './parts/sealing.js';

/**
 * The ledger is sealed: every row gets a position and a leaf in a Merkle tree, in rounds that hold nobody up, and
 * checkpoints of the tree are signed (docs/decisions/0021-the-record-is-sealed.md). The database computes what is sealed
 * from the rows themselves: the API role never sees them for it, and cannot say that they were others.
 */
export class SealTheLedger1763780400056 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A constant first, so that what is there is not written anew: the first round takes it whole.
      ALTER TABLE ledger.disclosure ADD COLUMN xid xid8 NOT NULL DEFAULT '1';
      ALTER TABLE ledger.disclosure ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
      CREATE INDEX disclosure_by_xid ON ledger.disclosure (xid);
      ALTER TABLE ledger.action ADD COLUMN xid xid8 NOT NULL DEFAULT '1';
      ALTER TABLE ledger.action ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
      CREATE INDEX action_by_xid ON ledger.action (xid);

      -- Which log this is; the first line of its checkpoints.
      CREATE TABLE ledger.log (
        is_only  boolean CONSTRAINT log_pkey PRIMARY KEY DEFAULT true CONSTRAINT log_is_one CHECK (is_only),
        origin   text NOT NULL DEFAULT 'rosette/' || gen_random_uuid()
      );
      INSERT INTO ledger.log DEFAULT VALUES;

      -- Without its salt a leaf says nothing of the event any more, and the tree still holds.
      CREATE TABLE ledger.leaf (
        position  bigint CONSTRAINT leaf_pkey PRIMARY KEY,
        record    text NOT NULL CONSTRAINT leaf_record_known CHECK (record IN ('disclosure', 'action')),
        at        timestamptz NOT NULL,
        id        uuid NOT NULL CONSTRAINT leaf_id_unique UNIQUE,
        salt      uuid,
        hash      bytea NOT NULL CONSTRAINT leaf_hash_whole CHECK (octet_length(hash) = 32)
      );
      -- The hash of the 256^(level / 8) leaves from place * 256^(level / 8) on.
      CREATE TABLE ledger.node (
        level  integer CONSTRAINT node_level_kept CHECK (level > 0 AND level % 8 = 0),
        place  bigint,
        hash   bytea NOT NULL CONSTRAINT node_hash_whole CHECK (octet_length(hash) = 32),
        CONSTRAINT node_pkey PRIMARY KEY (level, place)
      );
      CREATE TABLE ledger.round (
        size       bigint CONSTRAINT round_pkey PRIMARY KEY,
        root       bytea NOT NULL,
        sealed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
        -- What the round saw, and of which server's transactions it speaks.
        snapshot   pg_snapshot NOT NULL,
        cluster    bigint NOT NULL
      );
      CREATE TABLE ledger.checkpoint (
        size       bigint CONSTRAINT checkpoint_pkey PRIMARY KEY CONSTRAINT checkpoint_round_fkey REFERENCES ledger.round,
        note       text NOT NULL CONSTRAINT checkpoint_note_bounded CHECK (length(note) <= 4000),
        signed_at  timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      -- Every key that has ever signed, as its verifiers name it.
      CREATE TABLE ledger.checkpoint_key (
        name           text CONSTRAINT checkpoint_key_pkey PRIMARY KEY CONSTRAINT checkpoint_key_name_bounded CHECK (length(name) <= 200),
        first_used_at  timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      -- Hashes and signatures are no secret. Salts are.
      GRANT SELECT ON ledger.log, ledger.node, ledger.checkpoint, ledger.checkpoint_key TO rosette_api;
      GRANT SELECT (size, root, sealed_at) ON ledger.round TO rosette_api;
      GRANT SELECT (position, hash) ON ledger.leaf TO rosette_api;
      ${sealingFunctions}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${dropSealingFunctions}
      DROP TABLE ledger.checkpoint_key, ledger.checkpoint, ledger.round, ledger.node, ledger.leaf, ledger.log;
      DROP INDEX ledger.action_by_xid, ledger.disclosure_by_xid;
      ALTER TABLE ledger.action DROP COLUMN xid;
      ALTER TABLE ledger.disclosure DROP COLUMN xid;
    `);
  }
}
