import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { PollingStation } from './polling-station.dto.js';

export type VersionedStation = PollingStation & { version: number };
export type StationContent = Omit<PollingStation, 'id' | 'constituencyId'>;

// Index: polling_station_district_pkey.
const columns = `
  t.id, t.constituency_id AS "constituencyId", t.place, t.address, t.room, t.ballot_box_numbers AS "ballotBoxNumbers", t.version,
  ARRAY(SELECT o.polling_district_id::text FROM contact_creator.polling_station_district o
        WHERE o.constituency_id = $1 AND o.polling_station_id = t.id ORDER BY o.polling_district_id) AS "pollingDistrictIds"`;

/** Polling stations: the room where a district votes. */
@Injectable()
export class PollingStationRepository {
  /** As they were made. Index: polling_station_pkey. */
  async page(
    tx: Tx,
    constituencyId: string,
    limit: number,
    afterId: string | undefined,
  ): Promise<VersionedStation[]> {
    return tx.rows<VersionedStation>(
      `SELECT ${columns} FROM contact_creator.polling_station t
       WHERE t.constituency_id = $1 AND t.id > $2 ORDER BY t.id LIMIT $3`,
      [constituencyId, afterId ?? '0', limit],
    );
  }

  /** Index: polling_station_pkey. */
  async byId(tx: Tx, constituencyId: string, id: string): Promise<VersionedStation | undefined> {
    return tx.first<VersionedStation>(
      `SELECT ${columns} FROM contact_creator.polling_station t WHERE t.constituency_id = $1 AND t.id = $2`,
      [constituencyId, id],
    );
  }

  /** The version, locked. Index: polling_station_pkey. */
  async lock(tx: Tx, constituencyId: string, id: string): Promise<number | undefined> {
    const row = await tx.first<{ version: number }>(
      `SELECT version FROM contact_creator.polling_station WHERE constituency_id = $1 AND id = $2 FOR UPDATE`,
      [constituencyId, id],
    );
    return row?.version;
  }

  async add(tx: Tx, constituencyId: string, content: StationContent): Promise<string> {
    const { place, address, room, ballotBoxNumbers } = content;
    const [row] = await tx.rows<{ id: string }>(
      `INSERT INTO contact_creator.polling_station (constituency_id, id, place, address, room, ballot_box_numbers)
       VALUES ($1, nextval('protection.subject_id'), $2, $3, $4, $5) RETURNING id`,
      [constituencyId, place, address, room, ballotBoxNumbers],
    );
    if (!row) throw new Error('a polling station vanished as it was made');
    await this.assign(tx, constituencyId, row.id, content.pollingDistrictIds);
    return row.id;
  }

  async change(tx: Tx, constituencyId: string, id: string, content: StationContent): Promise<void> {
    const { place, address, room, ballotBoxNumbers } = content;
    await tx.run(
      `UPDATE contact_creator.polling_station
       SET place = $3, address = $4, room = $5, ballot_box_numbers = $6, version = version + 1
       WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id, place, address, room, ballotBoxNumbers],
    );
    await tx.run(
      'DELETE FROM contact_creator.polling_station_district WHERE constituency_id = $1 AND polling_station_id = $2',
      [constituencyId, id],
    );
    await this.assign(tx, constituencyId, id, content.pollingDistrictIds);
  }

  async close(tx: Tx, constituencyId: string, id: string): Promise<void> {
    await tx.run('DELETE FROM contact_creator.polling_station WHERE constituency_id = $1 AND id = $2', [
      constituencyId,
      id,
    ]);
  }

  /** Those of the ids that are districts of the constituency. Index: polling_district_pkey. */
  async knownDistricts(tx: Tx, constituencyId: string, ids: readonly string[]): Promise<Set<string>> {
    const rows = await tx.rows<{ id: string }>(
      'SELECT id FROM contact_creator.polling_district WHERE constituency_id = $1 AND id = ANY ($2::bigint[])',
      [constituencyId, ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  private async assign(
    tx: Tx,
    constituencyId: string,
    id: string,
    districts: readonly string[],
  ): Promise<void> {
    await tx.run(
      `INSERT INTO contact_creator.polling_station_district (constituency_id, polling_station_id, polling_district_id)
       SELECT $1, $2, unnest($3::bigint[])`,
      [constituencyId, id, districts],
    );
  }
}
