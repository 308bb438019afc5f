import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';

/** What the reader found out about the file as a whole. */
export interface FoundForm {
  layout: string;
  encoding: string;
  delimiter: string;
  droppedColumns: readonly string[];
  header: readonly string[];
  isSupplement: boolean;
}

/**
 * In charge of the file of an import, from the first chunk received to the rows in staging. Its functions ask the sealed
 * context; see migrations/parts/register-functions.ts. Index throughout: register_import_pkey, register_upload_pkey.
 */
@Injectable()
export class RegisterUploadRepository {
  /** From here on only this attempt may write; false: the file is here already. */
  async takeOver(tx: Tx, constituencyId: string, id: string, receipt: string): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE contact_creator.register_import SET receipt = $3 WHERE constituency_id = $1 AND id = $2 AND state = 'receiving'`,
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
      'SELECT contact_creator.receive_register_chunk($1, $2, $3, $4, $5) AS taken',
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
      `UPDATE contact_creator.register_import SET state = 'reading', file_hash = $4, file_bytes = $5, job_id = $6
       WHERE constituency_id = $1 AND id = $2 AND receipt = $3 AND state = 'receiving'`,
      [constituencyId, id, receipt, file.hash, file.bytes, file.jobId],
    );
    return changed === 1;
  }

  async chunk(tx: Tx, constituencyId: string, id: string, chunk: number): Promise<Buffer | undefined> {
    const row = await tx.first<{ bytes: Buffer | null }>(
      'SELECT contact_creator.register_upload_chunk($1, $2, $3) AS bytes',
      [constituencyId, id, chunk],
    );
    return row?.bytes ?? undefined;
  }

  async openStaging(tx: Tx, constituencyId: string, id: string): Promise<string | undefined> {
    const row = await tx.first<{ name: string | null }>(
      'SELECT contact_creator.open_register_staging($1, $2) AS name',
      [constituencyId, id],
    );
    return row?.name ?? undefined;
  }

  /** False: rows are missing from staging, or the import is not being read any more. */
  async stage(tx: Tx, constituencyId: string, id: string, rows: number, form: FoundForm): Promise<boolean> {
    const row = await tx.first<{ counts: unknown }>(
      'SELECT contact_creator.stage_register_import($1, $2, $3) AS counts',
      [constituencyId, id, rows],
    );
    await tx.run(
      `UPDATE contact_creator.register_import SET layout = $3, encoding = $4, delimiter = $5, dropped_columns = $6, header = $7,
         is_supplement = $8
       WHERE constituency_id = $1 AND id = $2`,
      [
        constituencyId,
        id,
        form.layout,
        form.encoding,
        form.delimiter,
        form.droppedColumns,
        form.header,
        form.isSupplement,
      ],
    );
    return row?.counts != null;
  }
}
