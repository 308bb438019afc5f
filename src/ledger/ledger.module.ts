import { Module } from '@nestjs/common';
import { LedgerReadModel } from './ledger.read-model.js';
import { PartitionRepository } from './partition.repository.js';
import { ProofReadModel } from './proof.read-model.js';

/**
 * The record. Its HTTP face is in the switchboard: reading it enters the fence, which lies above this room, and so does
 * what makes its partitions day by day.
 */
@Module({
  providers: [LedgerReadModel, PartitionRepository, ProofReadModel],
  exports: [LedgerReadModel, PartitionRepository, ProofReadModel],
})
export class LedgerModule {}
