import { Module } from '@nestjs/common';
import { IdentityModule } from '../../../identity/identity.module.js';
import { DepositController } from './deposit.controller.js';
import { DepositRepository } from './deposit.repository.js';
import { DepositService } from './deposit.service.js';
import { DepositSweep } from './deposit-sweep.service.js';
import { DepositTokenGuard } from './deposit-token.guard.js';
import { DepositTokens } from './deposit-tokens.service.js';
import { QuarantineRepository } from './quarantine.repository.js';
import { Quarantine } from './quarantine.service.js';

/** Deposits: what a device hands in when nothing else is taken of it, kept in quarantine until somebody decides. */
@Module({
  imports: [IdentityModule],
  controllers: [DepositController],
  providers: [
    DepositRepository,
    DepositService,
    DepositSweep,
    DepositTokenGuard,
    DepositTokens,
    Quarantine,
    QuarantineRepository,
  ],
  exports: [DepositTokenGuard, DepositTokens, Quarantine],
})
export class DepositsModule {}
