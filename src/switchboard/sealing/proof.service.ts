import { Injectable } from '@nestjs/common';
import type { Access } from '../../access/access.js';
import type { Tx } from '../../database/tx.js';
import { decodeCursor, page, type Page, type PageQuery } from '../../http/keyset.js';
import { Problem } from '../../http/problem.js';
import { Fence } from '../../kill-switch/fence.service.js';
import { consistencyPath, inclusionPath } from '../../ledger/merkle.rules.js';
import { ProofReadModel, type CheckpointRow } from '../../ledger/proof.read-model.js';
import type { FlipCertificate } from './certificate.dto.js';
import type { CertificateProof, ConsistencyProof, EntryProof, LedgerCheckpoint } from './proof.dto.js';
import { Sealer } from './sealer.service.js';

/**
 * In charge of what a third party needs to believe the record: signed checkpoints, that an entry is in one, that one goes on
 * from another, and the certificate of a suspension. Whoever has an entry proved to him reads it, and is recorded.
 */
@Injectable()
export class ProofService {
  constructor(
    private readonly fence: Fence,
    private readonly proofs: ProofReadModel,
    private readonly sealer: Sealer,
  ) {}

  /** Newest first. */
  async checkpoints(access: Access, { limit, after }: PageQuery): Promise<Page<LedgerCheckpoint>> {
    const below = decodeCursor(after, ['integer'])?.[0] as number | undefined;
    const found = await this.fence.consult(access, { action: 'action.read' }, (tx) =>
      this.proofs.checkpoints(tx, limit + 1, below ?? null),
    );
    const { items, next } = page(found, limit, ({ size }) => [size]);
    return { items: items.map(shown), next };
  }

  /** Errors: `not-found` where one of the two is no checkpoint, or the older is the larger. */
  async consistency(access: Access, size: number, since: number): Promise<ConsistencyProof> {
    return this.fence.consult(access, { action: 'action.read' }, async (tx) => {
      const [older, newer] = [
        await this.proofs.checkpoint(tx, since),
        await this.proofs.checkpoint(tx, size),
      ];
      if (!older || !newer || since > size) throw new Problem('not-found');
      const consistencyProof = await this.proofs.roots(
        tx,
        since === size ? [] : consistencyPath(since, size),
      );
      const publicKeys = await this.proofs.publicKeys(tx);
      return { older: older.note, newer: newer.note, consistencyProof, publicKeys };
    });
  }

  /** Errors: `not-found`. */
  async entry(access: Access, record: 'disclosure' | 'action', id: string): Promise<EntryProof> {
    await this.sealer.cover(id);
    return this.fence.change(access, { action: `${record}.read` }, async (tx) => {
      const value = await this.proofOf(tx, id, record);
      return { value, target: { kind: 'ledger', id }, detail: { proof: record } };
    });
  }

  /** Errors: `not-found` also while the suspension is not complete. */
  async certificate(access: Access, suspensionId: string): Promise<CertificateProof> {
    const ask = { action: 'suspension.read' } as const;
    const id = await this.fence.consult(access, ask, (tx) => this.proofs.certificateId(tx, suspensionId));
    if (id === null) throw new Problem('not-found');
    await this.sealer.cover(id);
    const proof = await this.fence.consult(access, ask, (tx) => this.proofOf(tx, id, 'action'));
    return Object.assign(proof, { certificate: proof.event?.['detail'] as FlipCertificate });
  }

  /** Against the newest checkpoint. */
  private async proofOf(tx: Tx, id: string, record: 'disclosure' | 'action'): Promise<EntryProof> {
    const entry = await this.proofs.entry(tx, id);
    const [checkpoint] = await this.proofs.checkpoints(tx, 1, null);
    if (!entry || !checkpoint || entry.record !== record || entry.position >= checkpoint.size)
      throw new Problem('not-found');
    const { position, salt, event } = entry;
    return {
      position,
      salt: salt === null || event === null ? null : salt.toString('base64'),
      event: salt === null || event === null ? null : (JSON.parse(event) as Record<string, unknown>),
      inclusionProof: await this.proofs.roots(tx, inclusionPath(position, checkpoint.size)),
      checkpoint: checkpoint.note,
      publicKeys: await this.proofs.publicKeys(tx),
    };
  }
}

function shown({ size, root, sealedAt, note }: CheckpointRow): LedgerCheckpoint {
  return { size, root, sealedAt: sealedAt.toISOString(), note };
}
