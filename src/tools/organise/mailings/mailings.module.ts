import { Module } from '@nestjs/common';
import { AccessModule } from '../../../access/access.module.js';
import { ProtectionModule } from '../../../protection/protection.module.js';
import { MailingDepartures } from './mailing-departures.service.js';
import { MailingDispatchController } from './mailing-dispatch.controller.js';
import { MailingDispatchService } from './mailing-dispatch.service.js';
import { MailingRecipientRepository } from './mailing-recipient.repository.js';
import { MailingWork } from './mailing-work.service.js';
import { MailingController } from './mailing.controller.js';
import { MailingRepository } from './mailing.repository.js';
import { MailingService } from './mailing.service.js';

/** Mail to a segment of the members: written, released, sent, accounted for. */
@Module({
  imports: [AccessModule, ProtectionModule],
  controllers: [MailingController, MailingDispatchController],
  providers: [
    MailingDepartures,
    MailingDispatchService,
    MailingRecipientRepository,
    MailingRepository,
    MailingService,
    MailingWork,
  ],
})
export class MailingsModule {}
