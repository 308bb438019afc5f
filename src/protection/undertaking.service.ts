import { Injectable } from '@nestjs/common';
import type { Access } from '../access/access.js';
import type { Tx } from '../database/tx.js';
import { Problem } from '../http/problem.js';
import { Fence } from '../kill-switch/fence.service.js';
import type { Undertaking } from './undertaking.dto.js';
import { UndertakingRepository } from './undertaking.repository.js';

/**
 * In charge of the undertaking that everybody gives before the first row of personal data. The fence refuses whoever
 * has not accepted the version in force (Representation of the People Regulations 2001, reg. 115).
 */
@Injectable()
export class UndertakingService {
  constructor(
    private readonly fence: Fence,
    private readonly undertakings: UndertakingRepository,
  ) {}

  /** The version in force, and since when it is mine. */
  mine(access: Access): Promise<Undertaking> {
    return this.fence.consult(access, { action: 'session.self' }, (tx) => this.current(tx));
  }

  /** Accepts; again changes nothing. Errors: `conflict` for any version but the one in force. */
  accept(access: Access, version: number): Promise<Undertaking> {
    return this.fence.change(access, { action: 'session.self' }, async (tx) => {
      if (!(await this.undertakings.accept(tx, version))) {
        throw new Problem('conflict', {
          detail: 'another version of the undertaking is in force: read it first',
        });
      }
      return {
        value: await this.current(tx),
        target: { kind: 'undertaking', id: String(version) },
        detail: { event: 'accepted' },
      };
    });
  }

  private async current(tx: Tx): Promise<Undertaking> {
    const undertaking = await this.undertakings.ofActor(tx);
    if (!undertaking) throw new Problem('not-found');
    return undertaking;
  }
}
