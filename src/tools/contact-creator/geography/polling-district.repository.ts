import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { ChangePollingDistrict, PollingDistrict } from './polling-district.dto.js';

export type VersionedDistrict = PollingDistrict & { version: number };

const columns = `id, constituency_id AS "constituencyId", code, name, ward_id AS "wardId", version`;

/** Polling districts. They come with the register; here they are named and given their ward. */
@Injectable()
export class PollingDistrictRepository {
  /** By code. Index: polling_district_code_unique. */
  async page(
    tx: Tx,
    constituencyId: string,
    limit: number,
    afterCode: string | undefined,
  ): Promise<VersionedDistrict[]> {
    return tx.rows<VersionedDistrict>(
      `SELECT ${columns} FROM contact_creator.polling_district
       WHERE constituency_id = $1 AND code > $2 ORDER BY code LIMIT $3`,
      [constituencyId, afterCode ?? '', limit],
    );
  }

  /** Index: polling_district_pkey. */
  async byId(tx: Tx, constituencyId: string, id: string): Promise<VersionedDistrict | undefined> {
    return tx.first<VersionedDistrict>(
      `SELECT ${columns} FROM contact_creator.polling_district WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id],
    );
  }

  /** As `byId`; nobody else changes the district, or cuts it, before this transaction ends. */
  async lock(tx: Tx, constituencyId: string, id: string): Promise<VersionedDistrict | undefined> {
    return tx.first<VersionedDistrict>(
      `SELECT ${columns} FROM contact_creator.polling_district WHERE constituency_id = $1 AND id = $2 FOR UPDATE`,
      [constituencyId, id],
    );
  }

  /** What is absent from `change` stays; a ward that is named, or none, no register changes again. Index: polling_district_pkey. */
  async change(tx: Tx, held: VersionedDistrict, change: ChangePollingDistrict): Promise<VersionedDistrict> {
    const { name = held.name, wardId = held.wardId } = change;
    const [changed] = await tx.rows<VersionedDistrict>(
      `UPDATE contact_creator.polling_district SET name = $3, ward_id = $4, version = version + 1,
         ward_source = CASE WHEN $5 THEN 'person' ELSE ward_source END,
         ward_import_id = CASE WHEN $5 THEN NULL ELSE ward_import_id END
       WHERE constituency_id = $1 AND id = $2 RETURNING ${columns}`,
      [held.constituencyId, held.id, name, wardId, change.wardId !== undefined],
    );
    if (!changed) throw new Error('a locked polling district vanished');
    return changed;
  }
}
