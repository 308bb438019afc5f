import { Global, Module } from '@nestjs/common';
import { Fence } from './fence.service.js';
import { Gate } from './gate.js';
import { GateKeeper } from './gate-keeper.service.js';
import { Replica } from './replica.service.js';

/** Global, because gate and fence stand before every room. */
@Global()
@Module({ providers: [Fence, Gate, GateKeeper, Replica], exports: [Fence, Gate, GateKeeper, Replica] })
export class KillSwitchModule {}
