import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { AddVotingIntentionCode, VotingIntentionCode } from './voting-intention-code.dto.js';

export type VersionedCode = VotingIntentionCode & { version: number };

const columns = `id, code, label, category, party, valid_from::text AS "validFrom", valid_until::text AS "validUntil", version`;

/** The codes of voting intention: a few dozen rows of reference data, of no constituency. */
@Injectable()
export class VotingIntentionCodeRepository {
  /** By code, older meanings first. Index: voting_intention_code_by_code, and voting_intention_code_pkey for where to go on. */
  page(tx: Tx, limit: number, on: string | undefined, afterId: string | undefined): Promise<VersionedCode[]> {
    return tx.rows<VersionedCode>(
      `SELECT ${columns} FROM contact_creator.voting_intention_code v
       WHERE ($2::date IS NULL OR daterange(v.valid_from, v.valid_until) @> $2)
         AND ($3::uuid IS NULL OR (v.code, v.valid_from, v.id) >
              (SELECT o.code, o.valid_from, o.id FROM contact_creator.voting_intention_code o WHERE o.id = $3))
       ORDER BY v.code, v.valid_from, v.id LIMIT $1`,
      [limit, on ?? null, afterId ?? null],
    );
  }

  /** Index: voting_intention_code_pkey. */
  byId(tx: Tx, id: string): Promise<VersionedCode | undefined> {
    return tx.first<VersionedCode>(
      `SELECT ${columns} FROM contact_creator.voting_intention_code WHERE id = $1`,
      [id],
    );
  }

  /** Locked until commit, with the day it is. Index: voting_intention_code_pkey. */
  lock(tx: Tx, id: string): Promise<(VersionedCode & { today: string }) | undefined> {
    return tx.first<VersionedCode & { today: string }>(
      `SELECT ${columns}, current_date::text AS today FROM contact_creator.voting_intention_code WHERE id = $1 FOR UPDATE`,
      [id],
    );
  }

  /** Constraint: voting_intention_code_one_meaning. */
  async add(tx: Tx, id: string, wanted: AddVotingIntentionCode): Promise<void> {
    const { code, label, category, party = null, validFrom, validUntil = null } = wanted;
    await tx.run(
      `INSERT INTO contact_creator.voting_intention_code (id, code, label, category, party, valid_from, valid_until)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [id, code, label, category, party, validFrom, validUntil],
    );
  }

  /** Constraint: voting_intention_code_one_meaning, where an end is taken back. Index: voting_intention_code_pkey. */
  async change(tx: Tx, id: string, label: string, validUntil: string | null): Promise<void> {
    await tx.run(
      `UPDATE contact_creator.voting_intention_code SET label = $2, valid_until = $3, version = version + 1 WHERE id = $1`,
      [id, label, validUntil],
    );
  }
}
