import { Module } from '@nestjs/common';
import { DepositsModule } from '../../tools/contact-creator/deposits/deposits.module.js';
import { DepositDecisionController } from './deposit-decision.controller.js';
import { DepositDecisionService } from './deposit-decision.service.js';

/** What becomes of what devices have handed in: decided outside the tools, by who reads nothing of it. */
@Module({
  imports: [DepositsModule],
  controllers: [DepositDecisionController],
  providers: [DepositDecisionService],
})
export class DepositDecisionsModule {}
