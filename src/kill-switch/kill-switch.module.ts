import { Global, Module } from '@nestjs/common';
import { Fence } from './fence.service.js';
import { Barrier } from './flip/barrier.service.js';
import { DueOrders } from './flip/due-orders.service.js';
import { FlipFinisher } from './flip/flip-finisher.service.js';
import { CutRecords } from './cut-records.service.js';
import { Gate } from './gate.js';
import { OpenAnswers } from './open-answers.service.js';
import { Sentinel } from './sentinel/sentinel.service.js';

/** Global, because gate and fence stand before every room. */
@Global()
@Module({
  providers: [Barrier, CutRecords, DueOrders, Fence, FlipFinisher, Gate, OpenAnswers, Sentinel],
  exports: [Barrier, CutRecords, Fence, Gate, OpenAnswers, Sentinel],
})
export class KillSwitchModule {}
