import { Injectable } from '@nestjs/common';
import type { Access } from '../access/access.js';
import { Fence } from '../kill-switch/fence.service.js';
import type { AccessState } from './access-state.dto.js';
import { AccessStateReadModel } from './access-state.read-model.js';
import { concernOf, stateOf } from './access-state.rules.js';

/**
 * In charge of telling people what is suspended for them, and of recording that a device has wiped itself. It answers
 * while everything is suspended, and about nobody but the asker; never with the reason, which is for who may read suspensions.
 */
@Injectable()
export class AccessStateService {
  constructor(
    private readonly fence: Fence,
    private readonly states: AccessStateReadModel,
  ) {}

  async mine(access: Access): Promise<AccessState> {
    const concern = concernOf(access.principal);
    const suspended = await this.fence.consult(access, { action: 'session.self' }, (tx) =>
      this.states.suspendedAmong(tx, concern.keys, concern.everyArea),
    );
    return stateOf(concern, suspended);
  }

  /** A client says that it has wiped itself. */
  async wiped(access: Access): Promise<void> {
    const target = { kind: 'session', id: access.principal.sessionId };
    await this.fence.change(access, { action: 'session.self' }, async () => ({
      value: undefined,
      target,
      detail: { event: 'wiped' },
    }));
  }
}
