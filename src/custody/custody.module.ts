import { Global, Module } from '@nestjs/common';
import { Custody } from './custody.service.js';

/** Global, because the one door is open to every room above it. */
@Global()
@Module({ providers: [Custody], exports: [Custody] })
export class CustodyModule {}
