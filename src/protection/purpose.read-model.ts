import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { Purpose } from './purpose.dto.js';

const columns = `
  code, title, lawful_basis AS "lawfulBasis", article9_condition AS "article9Condition", tools, data_classes AS "dataClasses",
  retention, author, created_at AS "createdAt", ended_at AS "endedAt"`;

/** The register of purposes. Index: purpose_pkey. */
@Injectable()
export class PurposeReadModel {
  async byCode(tx: Tx, code: string): Promise<Purpose | undefined> {
    return tx.first<Purpose & { code: string }>(`SELECT ${columns} FROM protection.purpose WHERE code = $1`, [
      code,
    ]);
  }

  async page(tx: Tx, limit: number, afterCode: string | undefined): Promise<Purpose[]> {
    return tx.rows<Purpose>(
      `SELECT ${columns} FROM protection.purpose WHERE $2::text IS NULL OR code > $2 ORDER BY code LIMIT $1`,
      [limit, afterCode ?? null],
    );
  }
}
