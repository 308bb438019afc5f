import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Constituencies by their GSS code: the area that grants, row-level security and the switch speak of. */
export class CreateGeography1763780400001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA geography;
      GRANT USAGE ON SCHEMA geography TO rosette_api;

      CREATE TABLE geography.constituency (
        id       text COLLATE "C" CONSTRAINT constituency_pkey PRIMARY KEY
                 CONSTRAINT constituency_id_is_gss CHECK (id ~ '^[ENSW][0-9]{8}$'),
        name     text NOT NULL,
        name_cy  text,
        nation   text NOT NULL
                 CONSTRAINT constituency_nation_known CHECK (nation IN ('England', 'Northern Ireland', 'Scotland', 'Wales')),
        CONSTRAINT constituency_name_unique UNIQUE (name)
      );
      GRANT SELECT ON geography.constituency TO rosette_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA geography CASCADE`);
  }
}
