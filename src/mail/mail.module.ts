import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { FileTransport } from './file-transport.js';
import { HandOver } from './hand-over.service.js';
import { MailSender } from './mail-sender.service.js';
import { MAIL_TRANSPORT, type MailTransport } from './mail-transport.js';
import { OutboxRepository } from './outbox.repository.js';
import { Outbox } from './outbox.service.js';
import { senderOf } from './sender.js';
import { SmtpTransport } from './smtp-transport.js';

/** Global, because rooms above write to people: accounts, mailings, rights. */
@Global()
@Module({
  providers: [
    HandOver,
    MailSender,
    Outbox,
    OutboxRepository,
    {
      provide: MAIL_TRANSPORT,
      inject: [ENVIRONMENT],
      useFactory: (environment: Environment): MailTransport => {
        const from = senderOf(environment);
        const { SMTP_URL, ROSETTE_DATA_DIR } = environment;
        return SMTP_URL === undefined
          ? new FileTransport(join(ROSETTE_DATA_DIR, 'mail'), from)
          : new SmtpTransport(SMTP_URL, from);
      },
    },
  ],
  exports: [Outbox],
})
export class MailModule {}
