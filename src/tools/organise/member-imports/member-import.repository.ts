import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { MemberMapping } from './member-columns.rules.js';
import type { MemberUploadQuery } from './member-import.dto.js';

/** Where an import stands, as its work needs it. */
export interface MemberImportState extends Record<string, unknown> {
  state: string;
  isDryRun: boolean;
  mapping: MemberMapping | null;
}

/**
 * In charge of the writes of an import, but for its file (MemberUploadRepository). What touches the file, staging or
 * members is a definer function; see migrations/parts/member-import-functions.ts. Index throughout: member_import_pkey.
 */
@Injectable()
export class MemberImportRepository {
  async insert(
    tx: Tx,
    id: string,
    query: MemberUploadQuery,
    mapping: MemberMapping | null,
    accountId: string,
  ): Promise<void> {
    await tx.run(
      `INSERT INTO organise.member_import (constituency_id, id, state, published_on, is_dry_run, is_complete, mapping, requested_by)
       VALUES ($1, $2, 'receiving', $3, $4, $5, $6, $7)`,
      [
        query.constituencyId,
        id,
        query.publishedOn ?? null,
        query.dryRun === 'true',
        query.complete === 'true',
        mapping && JSON.stringify(mapping),
        accountId,
      ],
    );
  }

  state(tx: Tx, constituencyId: string, id: string): Promise<MemberImportState | undefined> {
    return tx.first<MemberImportState>(
      `SELECT state, is_dry_run AS "isDryRun", mapping FROM organise.member_import WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id],
    );
  }

  async moveOn(tx: Tx, constituencyId: string, id: string): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE organise.member_import SET state = 'committing' WHERE constituency_id = $1 AND id = $2 AND state = 'staged'`,
      [constituencyId, id],
    );
    return changed === 1;
  }

  async setJob(tx: Tx, constituencyId: string, id: string, jobId: string): Promise<void> {
    await tx.run(`UPDATE organise.member_import SET job_id = $3 WHERE constituency_id = $1 AND id = $2`, [
      constituencyId,
      id,
      jobId,
    ]);
  }

  async jobOf(tx: Tx, constituencyId: string, id: string): Promise<string | undefined> {
    const row = await tx.first<{ jobId: string | null }>(
      `SELECT job_id AS "jobId" FROM organise.member_import WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id],
    );
    return row?.jobId ?? undefined;
  }

  async commit(tx: Tx, constituencyId: string, id: string): Promise<void> {
    await tx.run('SELECT organise.commit_member_import($1, $2)', [constituencyId, id]);
  }

  async discard(
    tx: Tx,
    constituencyId: string,
    id: string,
    state: 'failed' | 'cancelled',
    error?: { code: string; detail: string },
  ): Promise<boolean> {
    const row = await tx.first<{ done: boolean }>(
      'SELECT organise.discard_member_import($1, $2, $3, $4, $5) AS done',
      [constituencyId, id, state, error?.code ?? null, error?.detail ?? null],
    );
    return row?.done ?? false;
  }

  async sweep(tx: Tx): Promise<void> {
    await tx.run('SELECT organise.sweep_member_uploads()');
  }
}
