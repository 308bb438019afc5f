import { Injectable } from '@nestjs/common';
import { Database } from '../../../database/database.js';
import { Problem } from '../../../http/problem.js';
import { Envelope } from '../../../identity/envelope.service.js';
import { sha256 } from '../../../identity/secret.js';
import { unknownToken } from './deposit-token.guard.js';
import type { HandedInReceipt, HandIn } from './deposit.dto.js';
import { DepositRepository, type TakeOutcome } from './deposit.repository.js';
import { sealedFor } from './sealed-for.rules.js';

const refusals: Record<Exclude<TakeOutcome, 'taken'>, () => Problem> = {
  unknown: unknownToken,
  conflict: () => new Problem('conflict', { detail: 'the id stands for a deposit with other content' }),
  'too-much': () => new Problem('body-too-large', { detail: 'The token has taken nearly all that it may.' }),
  'too-often': () =>
    new Problem('rate-limited', {
      detail: 'The token has taken as many deposits as it may in an hour.',
      headers: { 'Retry-After': '3600' },
    }),
};

/**
 * In charge of taking in what devices hand in: sealed before it reaches the database, judged by nobody, and answered with
 * nothing that the device did not say itself.
 */
@Injectable()
export class DepositService {
  constructor(
    private readonly database: Database,
    private readonly deposits: DepositRepository,
    private readonly envelope: Envelope,
  ) {}

  /** Errors: `unauthenticated`; `conflict` for other content under the id; `body-too-large` and `rate-limited` beyond the token's limits. */
  async handIn(token: string, requestId: string, { id, contacts }: HandIn): Promise<HandedInReceipt> {
    const tokenHash = sha256(token);
    const deviceId = id.toLowerCase();
    const text = JSON.stringify(contacts);
    const outcome = await this.database.write((tx) =>
      this.deposits.take(tx, {
        tokenHash,
        deviceId,
        // Keyed by the token, which is not kept: a copy of the database confirms no guess of what somebody said.
        digest: sha256(`${token} ${text}`),
        received: contacts.length,
        bytes: Buffer.byteLength(text),
        content: this.envelope.seal(text, sealedFor(tokenHash, deviceId)),
        requestId,
      }),
    );
    if (outcome !== 'taken') throw refusals[outcome]();
    return { id, received: contacts.length };
  }
}
