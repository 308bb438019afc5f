import { Module } from '@nestjs/common';
import { LedgerReadModel } from './ledger.read-model.js';

/** The record. Its HTTP face is in the switchboard: reading it enters the fence, which lies above this room. */
@Module({ providers: [LedgerReadModel], exports: [LedgerReadModel] })
export class LedgerModule {}
