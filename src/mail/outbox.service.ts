import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import type { Tx } from '../database/tx.js';
import type { ScopeKey } from '../kill-switch/scopes.rules.js';
import { MailSender } from './mail-sender.service.js';
import { fitMessage, type Message } from './message.rules.js';
import { OutboxRepository } from './outbox.repository.js';
import { senderOf } from './sender.js';

export { UnfitMessage, type Message } from './message.rules.js';

/**
 * In charge of what is to be mailed: it is written in the transaction of whoever writes it, so that neither happens
 * without the other, and sent after the commit. The outbox forgets address and words as soon as the message has left.
 */
@Injectable()
export class Outbox {
  constructor(
    private readonly messages: OutboxRepository,
    private readonly sender: MailSender,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  /** The message's id. Errors: UnfitMessage, which names the field; an unknown scope is a defect. */
  async enqueue(tx: Tx, message: Message): Promise<string> {
    const fit = fitMessage(message);
    const id = randomUUID();
    const { address } = senderOf(this.environment);
    // The same at every attempt, so that a receiver that gets a message twice can tell.
    await this.messages.insert(tx, id, `<${id}@${address.slice(address.lastIndexOf('@') + 1)}>`, fit);
    this.sender.lookSoon();
    return id;
  }

  /** All that waits in a scope, as a departure needs it; how many. */
  cancelInScope(tx: Tx, scope: ScopeKey): Promise<number> {
    return this.messages.cancelInScope(tx, scope);
  }
}
