import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { AccessStateController } from './access-state.controller.js';
import { AccessStateReadModel } from './access-state.read-model.js';
import { AccessStateService } from './access-state.service.js';
import { AccessStateStreams } from './access-state-streams.service.js';
import { DrillController } from './drill.controller.js';
import { DrillRepository } from './drill.repository.js';
import { DrillSchedule } from './drill-schedule.service.js';
import { DrillService } from './drill.service.js';
import { LedgerController } from './ledger.controller.js';
import { LedgerService } from './ledger.service.js';
import { LiftersWatch } from './lifters-watch.service.js';
import { PartitionSweep } from './partition-sweep.service.js';
import { SessionEndReadModel } from './session-end.read-model.js';
import { ProofController } from './sealing/proof.controller.js';
import { ProofService } from './sealing/proof.service.js';
import { Sealer } from './sealing/sealer.service.js';
import { ReplicaController } from './replica.controller.js';
import { ReplicaReadModel } from './replica.read-model.js';
import { ReplicaService } from './replica.service.js';
import { SuspensionController } from './suspension.controller.js';
import { SuspensionRepository } from './suspension.repository.js';
import { SuspensionService } from './suspension.service.js';

/** The HTTP face of the switch, and of the record below it: reading the record enters the fence. */
@Module({
  imports: [AccessModule, LedgerModule],
  controllers: [
    SuspensionController,
    ReplicaController,
    AccessStateController,
    DrillController,
    LedgerController,
    ProofController,
  ],
  providers: [
    SuspensionService,
    SuspensionRepository,
    AccessStateService,
    AccessStateReadModel,
    AccessStateStreams,
    SessionEndReadModel,
    DrillRepository,
    DrillSchedule,
    DrillService,
    LedgerService,
    LiftersWatch,
    PartitionSweep,
    ProofService,
    Sealer,
    ReplicaReadModel,
    ReplicaService,
  ],
})
export class SwitchboardModule {}
