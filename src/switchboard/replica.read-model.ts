import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { Replica } from './replica.dto.js';

/** The processes that act on the switch, through ks.replicas: the API role reads no table of the switch. */
@Injectable()
export class ReplicaReadModel {
  /** Newest first. Index: replica_pkey; a row is a start of a process. */
  async known(tx: Tx): Promise<(Replica & { epoch: number })[]> {
    return tx.rows(
      `SELECT number, host, pid AS "processId", build, started_at AS "startedAt", last_seen_at AS "lastSeenAt",
              silent_ms::float8 AS "silentMs", may_hold_lease AS "mayHoldLease", fenced AS "isFenced",
              closed_epoch::float8 AS "closedEpoch", drained_epoch::float8 AS "drainedEpoch", epoch::float8 AS epoch
       FROM ks.replicas()`,
    );
  }
}
