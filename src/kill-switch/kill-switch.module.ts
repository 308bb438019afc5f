import { Global, Module } from '@nestjs/common';
import { Fence } from './fence.service.js';
import { Gate } from './gate.js';
import { Sentinel } from './sentinel/sentinel.service.js';

/** Global, because gate and fence stand before every room. */
@Global()
@Module({ providers: [Fence, Gate, Sentinel], exports: [Fence, Gate, Sentinel] })
export class KillSwitchModule {}
