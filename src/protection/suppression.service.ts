import { Inject, Injectable } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { addressOf } from '../config/mailbox.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { SuppressionRepository, type SuppressionReason } from './suppression.repository.js';
import { readTombstoneKeys, tombstoneOf, type TombstoneKey } from './tombstone-keys.js';
import { readUnsubscribeToken, unsubscribeToken } from './unsubscribe-token.rules.js';

export type { SuppressionReason } from './suppression.repository.js';

/** What of an address is kept and asked: its hash under every key, the newest first. */
export type AddressHashes = readonly string[];

/**
 * In charge of the addresses that nothing is sent to (UK GDPR Art. 21(3)). They are recognised by a keyed hash of the
 * folded address, so that the list survives the deletion of whom it protects and is no list of addresses.
 */
@Injectable()
export class SuppressionService {
  constructor(
    private readonly database: Database,
    private readonly suppressions: SuppressionRepository,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  /** Reads the keys anew: one may have been added since. */
  keys(): readonly TombstoneKey[] {
    return readTombstoneKeys(this.environment.ROSETTE_KEYS_DIR);
  }

  hashesOf(keys: readonly TombstoneKey[], address: string): AddressHashes {
    const folded = (addressOf(address.trim()) ?? address.trim()).toLowerCase();
    return keys.map((key) => tombstoneOf(key, `email|${folded}`));
  }

  /** For each address, given by its hashes, why it is suppressed, if it is. */
  async reasons(
    tx: Tx,
    addresses: readonly AddressHashes[],
  ): Promise<readonly (SuppressionReason | undefined)[]> {
    const found = await this.suppressions.among(tx, addresses.flat());
    return addresses.map((hashes) =>
      hashes.map((hash) => found.get(hash)).find((reason) => reason !== undefined),
    );
  }

  /** The address of the page and of the one-click request (RFC 8058); undefined without a PUBLIC_URL. */
  unsubscribeUrl(
    keys: readonly TombstoneKey[],
    hashes: AddressHashes,
    subjectId: string,
  ): string | undefined {
    const [key] = keys;
    const [addressHash] = hashes;
    const { PUBLIC_URL } = this.environment;
    if (!key || addressHash === undefined || PUBLIC_URL === undefined) return undefined;
    const token = unsubscribeToken(key, { addressHash, subjectId });
    return `${PUBLIC_URL.replace(/\/+$/, '')}/v1/unsubscribe/${token}`;
  }

  /** From a link. A token that is none of ours changes nothing, and nobody is told. */
  async unsubscribe(token: string): Promise<void> {
    const whom = readUnsubscribeToken(this.keys(), token);
    if (!whom) return;
    await this.database.write((tx) =>
      this.suppressions.suppress(tx, whom.addressHash, 'unsubscribed', whom.subjectId),
    );
  }
}
