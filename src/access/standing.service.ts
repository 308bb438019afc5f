import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { Barrier } from '../kill-switch/flip/barrier.service.js';
import { Gate } from '../kill-switch/gate.js';
import { PrincipalReadModel } from './principal.read-model.js';

/**
 * In charge of what follows when somebody's standing shrinks: what was admitted before is void, and no replica goes on
 * answering from what it kept, or sending what it has begun. The fence refuses without any of this.
 */
@Injectable()
export class Standing implements OnModuleInit {
  constructor(
    private readonly gate: Gate,
    private readonly barrier: Barrier,
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

  /** After the commit: until no replica goes on with what was admitted before, or the time for it is over. */
  async spread(): Promise<void> {
    this.principals.forgetAll();
    await this.barrier.completeOpen();
  }
}
