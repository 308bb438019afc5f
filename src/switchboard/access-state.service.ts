import { Injectable } from '@nestjs/common';
import type { Access, Principal } from '../access/access.js';
import { roleTools } from '../access/permissions.js';
import { TOOLS, type Tool } from '../config/vocabulary.js';
import { control, tool } from '../http/route.js';
import { Fence } from '../kill-switch/fence.service.js';
import { scopesOf } from '../kill-switch/scopes.rules.js';
import type { AccessState, SuspendedScope } from './access-state.dto.js';
import { AccessStateReadModel } from './access-state.read-model.js';

/**
 * In charge of telling people what is suspended for them, and of recording that a device has wiped itself. It answers
 * while everything is suspended, and about nobody but the asker.
 */
@Injectable()
export class AccessStateService {
  constructor(
    private readonly fence: Fence,
    private readonly states: AccessStateReadModel,
  ) {}

  /**
   * Notices are for the people of the tool alone, the reason for who may read suspensions: a tool without a grant of mine
   * is not mentioned.
   */
  async mine(access: Access): Promise<AccessState> {
    const { principal } = access;
    const tools = toolsOf(principal);
    const areaIds = areasOf(principal);
    // The scopes of the person come first: they hold where no tool is granted, too.
    const keys = [
      ...scopesOf(control, principal),
      ...tools.flatMap((name) => scopesOf(tool(name), principal, areaIds)),
    ];
    const everyArea =
      tools.length > 0 && principal.grants.some(({ constituencyId }) => constituencyId === null);
    const suspended = await this.fence.consult(access, { action: 'session.self' }, (tx) =>
      this.states.suspendedAmong(tx, [...new Set(keys)], everyArea),
    );
    return {
      tools: tools.map((name) => ({ name, isOpen: !suspended.some((scope) => closes(scope, name)) })),
      suspended,
    };
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

function toolsOf({ grants }: Principal): Tool[] {
  return TOOLS.filter((name) => grants.some(({ role }) => roleTools[role].includes(name)));
}

function areasOf({ grants }: Principal): string[] {
  return [
    ...new Set(grants.flatMap(({ constituencyId }) => (constituencyId === null ? [] : [constituencyId]))),
  ];
}

/** Every scope but an area, and but the other tool, closes the whole tool to the asker. */
function closes({ kind, id }: SuspendedScope, name: Tool): boolean {
  return kind !== 'area' && (kind !== 'tool' || id === name);
}
