import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import { readDefinition } from '../../../targeting/definition.rules.js';
import type { Elector } from '../register/elector.dto.js';
import { electorFields } from './elector-fields.js';
import type { Exclusion } from './exclusion.rules.js';
import type { ElectorOpinion } from './selection-answer.dto.js';
import { countSql, freezeSql, pageSql, type Asked } from './selection-statement.read-model.js';

export interface Counted {
  /** Null for who is found. */
  reason: Exclusion | null;
  electors: number;
  doors: number;
  households: number;
}

export interface Frozen {
  frozenAt: Date;
  frozenCount: number;
}

export type FoundElector = Elector & { opinion?: ElectorOpinion | null };

/** In charge of who a selection finds: a page of them, their number, and the answer kept for good. */
@Injectable()
export class SelectionAnswer {
  /** In the order in which they were first seen. Indexes: elector_pkey or elector_by_district, door_pkey. */
  page(tx: Tx, asked: Asked, limit: number, afterId: string, withOpinion: boolean): Promise<FoundElector[]> {
    const { sql, values } = pageSql(asked, limit, afterId, withOpinion);
    return tx.rows<FoundElector & Record<string, unknown>>(sql, values);
  }

  /** One row for who is found (no reason) and one for each reason not to be. Indexes: as for a page. */
  count(tx: Tx, asked: Asked): Promise<Counted[]> {
    const { sql, values } = countSql(asked);
    return tx.rows<Counted & Record<string, unknown>>(sql, values);
  }

  /**
   * Keeps the answer of this moment, in one statement; a frozen selection stays as it is. The transaction is one for
   * changes that may see identity and whatever the definition asks of. Undefined where there is no such selection.
   */
  async freeze(tx: Tx, constituencyId: string, selectionId: string): Promise<Frozen | undefined> {
    const key = [constituencyId, selectionId];
    // The lock makes the second of two that freeze at once find the answer of the first. Index: selection_pkey.
    const found = await tx.first<{ definition: unknown; frozenAt: Date | null; frozenCount: number }>(
      `SELECT definition, frozen_at AS "frozenAt", frozen_count AS "frozenCount" FROM contact_creator.selection
       WHERE constituency_id = $1 AND id = $2 FOR UPDATE`,
      key,
    );
    if (!found) return undefined;
    if (found.frozenAt) return { frozenAt: found.frozenAt, frozenCount: found.frozenCount };
    const definition = readDefinition(found.definition, electorFields, '');
    const { sql, values } = freezeSql(constituencyId, selectionId, definition);
    return tx.first<Frozen & Record<string, unknown>>(sql, values);
  }
}
