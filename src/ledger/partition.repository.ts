import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';

/** The months of the record, as partitions. */
@Injectable()
export class PartitionRepository {
  /** Makes those of this month and the next two that are not there yet, whatever the default partition has caught of them. */
  async ensure(tx: Tx): Promise<void> {
    // A reader who takes long must not make others wait behind us: tomorrow is soon enough.
    await tx.run(`SELECT set_config('lock_timeout', '5s', true)`);
    await tx.run('SELECT ledger.ensure_partitions()');
  }
}
