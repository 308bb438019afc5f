import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { Gate } from '../kill-switch/gate.js';
import { Sentinel } from '../kill-switch/sentinel/sentinel.service.js';
import { PrincipalReadModel } from './principal.read-model.js';

/**
 * In charge of what follows when somebody's standing shrinks: what was admitted before is void, and no replica goes on
 * answering from what it kept. The fence refuses without any of this; it only makes the refusal early everywhere.
 */
@Injectable()
export class Standing implements OnModuleInit {
  constructor(
    private readonly gate: Gate,
    private readonly sentinel: Sentinel,
    private readonly principals: PrincipalReadModel,
  ) {}

  onModuleInit(): void {
    // A newer epoch is a flip, or a revocation made here or on another replica.
    this.gate.onNewEpoch(() => this.principals.forgetAll());
  }

  /** The last statement of work that ends standing: until commit it holds back suspensions. */
  async revoke(tx: Tx, accountIds: readonly string[]): Promise<void> {
    await tx.run('SELECT ks.revoke(access.scope_keys($1))', [accountIds]);
  }

  /** After the commit. */
  async spread(): Promise<void> {
    this.principals.forgetAll();
    await Promise.all([this.sentinel.refresh(), this.sentinel.announce()]);
  }
}
