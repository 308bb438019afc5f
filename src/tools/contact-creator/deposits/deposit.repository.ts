import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { Sealed } from '../../../identity/envelope.service.js';

export type TakeOutcome = 'taken' | 'unknown' | 'conflict' | 'too-much' | 'too-often';

/** What is handed in, as quarantine keeps it. */
export interface HandedIn {
  tokenHash: Buffer;
  deviceId: string;
  digest: Buffer;
  received: number;
  bytes: number;
  content: Sealed;
  requestId: string;
}

/** Quarantine towards devices, by definer functions alone. Index: token_pkey, deposit_device_id_unique. */
@Injectable()
export class DepositRepository {
  /** Until when the token counts; undefined where the actor holds no claim of the walk. */
  async issueToken(
    tx: Tx,
    constituencyId: string,
    walkId: string,
    tokenHash: Buffer,
  ): Promise<Date | undefined> {
    const row = await tx.first<{ until: Date | null }>('SELECT quarantine.issue_token($1, $2, $3) AS until', [
      constituencyId,
      walkId,
      tokenHash,
    ]);
    return row?.until ?? undefined;
  }

  async isLive(tx: Tx, tokenHash: Buffer): Promise<boolean> {
    const row = await tx.first<{ live: boolean }>('SELECT quarantine.is_live($1) AS live', [tokenHash]);
    return row?.live === true;
  }

  async take(tx: Tx, deposit: HandedIn): Promise<TakeOutcome> {
    const { tokenHash, deviceId, digest, received, bytes, content, requestId } = deposit;
    const row = await tx.first<{ outcome: TakeOutcome }>(
      'SELECT quarantine.take($1, $2, $3, $4, $5, $6, $7, $8) AS outcome',
      [tokenHash, deviceId, digest, received, bytes, content.keyId, content.sealed, requestId],
    );
    return row?.outcome ?? 'unknown';
  }

  /** Forgets what nobody has decided in time; how many. */
  async sweep(tx: Tx): Promise<number> {
    const row = await tx.first<{ n: number }>('SELECT quarantine.sweep() AS n');
    return row?.n ?? 0;
  }
}
