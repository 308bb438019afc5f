import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { GivenMapping } from './layout-mapping.rules.js';
import type { RegisterUploadQuery } from './register-import.dto.js';

/** Where an import stands, as its work needs it. */
export interface ImportWork extends Record<string, unknown> {
  state: string;
  isDryRun: boolean;
  publishedOn: string;
  mapping: Record<string, unknown> | null;
}

/**
 * In charge of the writes of an import, but for its file (RegisterUploadRepository). What touches the file, staging or electors is a definer function that asks the
 * sealed context; see migrations/parts/register-functions.ts. Index throughout: register_import_pkey.
 */
@Injectable()
export class RegisterImportRepository {
  async insert(
    tx: Tx,
    id: string,
    query: RegisterUploadQuery,
    mapping: GivenMapping | null,
    accountId: string,
  ): Promise<void> {
    await tx.run(
      `INSERT INTO contact_creator.register_import (constituency_id, id, state, gateway, register_type, election_on, ero, published_on, is_dry_run, mapping, requested_by)
       VALUES ($1, $2, 'receiving', $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        query.constituencyId,
        id,
        query.gateway,
        query.registerType,
        query.electionOn ?? null,
        query.ero,
        query.publishedOn,
        query.dryRun === 'true',
        mapping && JSON.stringify(mapping),
        accountId,
      ],
    );
  }

  work(tx: Tx, constituencyId: string, id: string): Promise<ImportWork | undefined> {
    return tx.first<ImportWork>(
      `SELECT state, is_dry_run AS "isDryRun", published_on::text AS "publishedOn", mapping
       FROM contact_creator.register_import WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id],
    );
  }

  async moveOn(tx: Tx, constituencyId: string, id: string, from: string, to: string): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE contact_creator.register_import SET state = $4 WHERE constituency_id = $1 AND id = $2 AND state = $3`,
      [constituencyId, id, from, to],
    );
    return changed === 1;
  }

  /** Index: register_import_newest; whoever undoes holds the row of the newest. */
  async isNewest(tx: Tx, constituencyId: string, id: string): Promise<boolean> {
    const row = await tx.first<{ id: string }>(
      `SELECT id FROM contact_creator.register_import
       WHERE constituency_id = $1 AND state IN ('committed', 'undoing') ORDER BY committed_at DESC LIMIT 1`,
      [constituencyId],
    );
    return row?.id === id;
  }

  async setJob(tx: Tx, constituencyId: string, id: string, jobId: string): Promise<void> {
    await tx.run(
      `UPDATE contact_creator.register_import SET job_id = $3 WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id, jobId],
    );
  }

  async jobOf(tx: Tx, id: string): Promise<string | undefined> {
    const row = await tx.first<{ jobId: string | null }>(
      `SELECT job_id AS "jobId" FROM contact_creator.register_import WHERE id = $1`,
      [id],
    );
    return row?.jobId ?? undefined;
  }

  /** Keeps a register that is far smaller than the one held for a person to decide. */
  async holdIfShrinking(tx: Tx, constituencyId: string, id: string): Promise<boolean> {
    const row = await tx.first<{ isHeld: boolean }>(
      'SELECT contact_creator.hold_shrinking_register($1, $2) AS "isHeld"',
      [constituencyId, id],
    );
    return row?.isHeld ?? false;
  }

  commit(tx: Tx, constituencyId: string, id: string): Promise<string> {
    return this.answerOf(tx, 'SELECT contact_creator.commit_register_import($1, $2) AS answer', [
      constituencyId,
      id,
    ]);
  }

  undo(tx: Tx, constituencyId: string, id: string): Promise<string> {
    return this.answerOf(tx, 'SELECT contact_creator.undo_register_import($1, $2) AS answer', [
      constituencyId,
      id,
    ]);
  }

  decide(tx: Tx, constituencyId: string, id: string, line: number, decision: string): Promise<string> {
    return this.answerOf(tx, 'SELECT contact_creator.decide_register_row($1, $2, $3, $4) AS answer', [
      constituencyId,
      id,
      line,
      decision,
    ]);
  }

  async discard(
    tx: Tx,
    constituencyId: string,
    id: string,
    state: 'failed' | 'cancelled',
    error?: { code: string; detail: string },
  ): Promise<boolean> {
    const row = await tx.first<{ done: boolean }>(
      'SELECT contact_creator.discard_register_import($1, $2, $3, $4, $5) AS done',
      [constituencyId, id, state, error?.code ?? null, error?.detail ?? null],
    );
    return row?.done ?? false;
  }

  async sweep(tx: Tx): Promise<void> {
    await tx.run('SELECT contact_creator.sweep_register_uploads()');
    await tx.run('SELECT contact_creator.expire_registers()');
    await tx.run('SELECT contact_creator.forget_rejected_rows()');
  }

  private async answerOf(tx: Tx, sql: string, values: readonly unknown[]): Promise<string> {
    return (await tx.first<{ answer: string }>(sql, values))?.answer ?? 'absent';
  }
}
