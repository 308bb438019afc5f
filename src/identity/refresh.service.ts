import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { Problem } from '../http/problem.js';
import { Barrier } from '../kill-switch/flip/barrier.service.js';
import type { TokenSet } from './auth.dto.js';
import { RefreshTokenRepository } from './refresh-token.repository.js';
import { judgeRefresh } from './refresh.rules.js';
import { sha256 } from './secret.js';
import { SessionTokens, absoluteSeconds, slidingSeconds } from './session-tokens.service.js';
import { SessionRepository } from './session.repository.js';
import { SignInLedgerRepository } from './sign-in-ledger.repository.js';

/** In charge of exchanging a refresh token for a new pair; a reuse ends the session and is written down. */
@Injectable()
export class RefreshService {
  constructor(
    private readonly database: Database,
    private readonly barrier: Barrier,
    private readonly refreshTokens: RefreshTokenRepository,
    private readonly sessions: SessionRepository,
    private readonly tokens: SessionTokens,
    private readonly ledger: SignInLedgerRepository,
  ) {}

  /** Errors: `unauthenticated`, whatever is wrong with the token. */
  async refresh(requestId: string, refreshToken: string): Promise<TokenSet> {
    // Answered as a value: a thrown error would undo the end of the session.
    const tokens = await this.database.write((tx) => this.exchange(tx, requestId, sha256(refreshToken)));
    if (tokens === 'reused') await this.barrier.completeOpen();
    if (typeof tokens === 'string') throw new Problem('unauthenticated');
    return tokens;
  }

  private async exchange(tx: Tx, requestId: string, hash: Buffer): Promise<TokenSet | 'over' | 'reused'> {
    const owner = await this.refreshTokens.lockOwner(tx, hash);
    if (!owner?.isLive) return 'over';
    const { sessionId, accountId } = owner;
    if (judgeRefresh(await this.refreshTokens.stateOf(tx, hash)) === 'reused') {
      const code = 'unauthenticated';
      await this.ledger.record(tx, { action: 'session.refresh', requestId, accountId, sessionId, code });
      await this.sessions.endOne(tx, accountId, sessionId, 'refresh-reused');
      return 'reused';
    }
    await this.refreshTokens.markRotated(tx, hash);
    await this.refreshTokens.prolong(tx, sessionId, slidingSeconds, absoluteSeconds);
    return this.tokens.forPerson(tx, { sessionId, accountId }, hash);
  }
}
