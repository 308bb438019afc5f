import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { Constituency } from './geography.dto.js';

const columns = `id, name, name_cy AS "nameCy", nation`;

/** The 650 constituencies. All of them fit a few pages of the heap, so a filter needs no index of its own. */
@Injectable()
export class ConstituencyReadModel {
  /** By name. */
  async page(
    tx: Tx,
    filter: { nation?: string; name?: string },
    limit: number,
    afterName: string | undefined,
  ): Promise<Constituency[]> {
    return tx.rows<Constituency & { id: string }>(
      `SELECT ${columns} FROM geography.constituency
       WHERE ($1::text IS NULL OR nation = $1)
         AND ($2::text IS NULL OR starts_with(lower(name), lower($2)) OR starts_with(lower(name_cy), lower($2)))
         AND ($3::text IS NULL OR name COLLATE "C" > $3)
       ORDER BY name COLLATE "C" LIMIT $4`,
      [filter.nation ?? null, filter.name ?? null, afterName ?? null, limit],
    );
  }

  /** In no order. */
  all(tx: Tx): Promise<Constituency[]> {
    return tx.rows<Constituency & { id: string }>(`SELECT ${columns} FROM geography.constituency`);
  }

  /** Index: constituency_pkey. */
  async byId(tx: Tx, id: string): Promise<Constituency | undefined> {
    return tx.first<Constituency & { id: string }>(
      `SELECT ${columns} FROM geography.constituency WHERE id = $1`,
      [id],
    );
  }
}
