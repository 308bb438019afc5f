import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { OpenedMemberFile } from './member-file.js';

/**
 * In charge of the file of an import, from the first chunk received to the rows in staging. Its functions ask the sealed
 * context; see migrations/parts/member-import-functions.ts. Index throughout: member_import_pkey, member_upload_pkey.
 */
@Injectable()
export class MemberUploadRepository {
  /** From here on only this attempt may write; false: the file is here already. */
  async takeOver(tx: Tx, constituencyId: string, id: string, receipt: string): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE organise.member_import SET receipt = $3 WHERE constituency_id = $1 AND id = $2 AND state = 'receiving'`,
      [constituencyId, id, receipt],
    );
    return changed === 1;
  }

  async receive(
    tx: Tx,
    constituencyId: string,
    id: string,
    receipt: string,
    chunk: number,
    bytes: Buffer,
  ): Promise<boolean> {
    const row = await tx.first<{ taken: boolean }>(
      'SELECT organise.receive_member_chunk($1, $2, $3, $4, $5) AS taken',
      [constituencyId, id, receipt, chunk, bytes],
    );
    return row?.taken ?? false;
  }

  async received(
    tx: Tx,
    constituencyId: string,
    id: string,
    receipt: string,
    file: { hash: string; bytes: number; jobId: string },
  ): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE organise.member_import SET state = 'reading', file_hash = $4, file_bytes = $5, job_id = $6
       WHERE constituency_id = $1 AND id = $2 AND receipt = $3 AND state = 'receiving'`,
      [constituencyId, id, receipt, file.hash, file.bytes, file.jobId],
    );
    return changed === 1;
  }

  async chunk(tx: Tx, constituencyId: string, id: string, chunk: number): Promise<Buffer | undefined> {
    const row = await tx.first<{ bytes: Buffer | null }>(
      'SELECT organise.member_upload_chunk($1, $2, $3) AS bytes',
      [constituencyId, id, chunk],
    );
    return row?.bytes ?? undefined;
  }

  async openStaging(tx: Tx, constituencyId: string, id: string): Promise<string | undefined> {
    const row = await tx.first<{ name: string | null }>(
      'SELECT organise.open_member_staging($1, $2) AS name',
      [constituencyId, id],
    );
    return row?.name ?? undefined;
  }

  /** False: rows are missing from staging, or the import is not being read any more. */
  async stage(
    tx: Tx,
    constituencyId: string,
    id: string,
    rows: number,
    file: OpenedMemberFile,
  ): Promise<boolean> {
    await tx.run(
      `UPDATE organise.member_import SET encoding = $3, delimiter = $4, dropped_columns = $5, header = $6, is_supplement = $7
       WHERE constituency_id = $1 AND id = $2`,
      [
        constituencyId,
        id,
        file.encoding,
        file.delimiter,
        file.droppedColumns,
        file.header,
        file.isSupplement,
      ],
    );
    const row = await tx.first<{ counts: unknown }>(
      'SELECT organise.stage_member_import($1, $2, $3) AS counts',
      [constituencyId, id, rows],
    );
    return row?.counts != null;
  }
}
