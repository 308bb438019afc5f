import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import type { Tx } from '../database/tx.js';
import type { ScopeKey } from '../kill-switch/scopes.rules.js';
import { MailSender } from './mail-sender.service.js';
import { fitMessage, UnfitMessage, type Message } from './message.rules.js';
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
    await this.messages.insert(tx, id, this.messageIdOf(id), fit);
    this.sender.lookSoon();
    return id;
  }

  /** As `enqueue`, many at once: for each its id, or the fault for which it was left out. */
  async enqueueAll(tx: Tx, messages: readonly Message[]): Promise<(string | UnfitMessage)[]> {
    const judged = messages.map((message) => {
      try {
        const id = randomUUID();
        return { ...fitMessage(message), id, messageId: this.messageIdOf(id) };
      } catch (error) {
        if (error instanceof UnfitMessage) return error;
        throw error;
      }
    });
    const fit = judged.flatMap((message) => (message instanceof UnfitMessage ? [] : [message]));
    await this.messages.insertAll(tx, fit);
    this.sender.lookSoon();
    return judged.map((message) => (message instanceof UnfitMessage ? message : message.id));
  }

  /** What still waits of these; how many. One that is being handed over this moment may yet arrive. */
  cancel(tx: Tx, ids: readonly string[]): Promise<number> {
    return this.messages.cancel(tx, ids);
  }

  /** All that waits in a scope, as a departure needs it; how many. */
  cancelInScope(tx: Tx, scope: ScopeKey): Promise<number> {
    return this.messages.cancelInScope(tx, scope);
  }

  /** The same at every attempt, so that a receiver that gets a message twice can tell. */
  private messageIdOf(id: string): string {
    const { address } = senderOf(this.environment);
    return `<${id}@${address.slice(address.lastIndexOf('@') + 1)}>`;
  }
}
