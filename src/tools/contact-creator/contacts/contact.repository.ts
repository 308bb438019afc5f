import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { ContactItem } from './contact-item.rules.js';
import type { Status } from './contact-vocabulary.js';

/** Why the database refused an item. */
export type ItemFault =
  'time' | 'walk' | 'elector' | 'door' | 'opinions' | 'minor' | 'code' | 'second-preference';

export interface Taken {
  id: string;
  status: Status;
  fault: ItemFault | null;
}

/** Contacts are written by definer functions alone, which say what indexes they rely on. */
@Injectable()
export class ContactRepository {
  /** One call for all of them; the ids of the items differ. */
  async record(tx: Tx, constituencyId: string, items: readonly ContactItem[]): Promise<Taken[]> {
    return tx.rows<Taken & { id: string }>(
      'SELECT id, status, fault FROM contact_creator.record_contacts($1, $2)',
      [constituencyId, JSON.stringify(items)],
    );
  }

  async correct(
    tx: Tx,
    constituencyId: string,
    id: string,
    item: ContactItem,
    reason: string,
  ): Promise<{ status: Status | 'absent' | 'ended'; fault: ItemFault | null }> {
    const row = await tx.first<{ status: Status | 'absent' | 'ended'; fault: ItemFault | null }>(
      'SELECT status, fault FROM contact_creator.correct_contact($1, $2, $3, $4)',
      [constituencyId, id, JSON.stringify(item), reason],
    );
    return row ?? { status: 'absent', fault: null };
  }

  async retract(
    tx: Tx,
    constituencyId: string,
    id: string,
    reason: string,
  ): Promise<'retracted' | 'repeated' | 'absent' | 'replaced'> {
    const row = await tx.first<{ outcome: 'retracted' | 'repeated' | 'absent' | 'replaced' }>(
      'SELECT contact_creator.retract_contact($1, $2, $3) AS outcome',
      [constituencyId, id, reason],
    );
    return row?.outcome ?? 'absent';
  }
}
