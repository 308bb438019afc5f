import type { Principal } from '../access/access.js';
import { roleTools } from '../access/permissions.js';
import { TOOLS, type Tool } from '../config/vocabulary.js';
import { control, tool } from '../http/route.js';
import { scopesOf, type ScopeKey } from '../kill-switch/scopes.rules.js';
import type { AccessState, SuspendedScope } from './access-state.dto.js';

/** What concerns one person: nothing else is mentioned to him. */
export interface Concern {
  tools: readonly Tool[];
  keys: readonly ScopeKey[];
  /** Granted everywhere: each constituency as well. */
  everyArea: boolean;
}

/**
 * In charge of one question: which suspensions is somebody told of, and what do they close to him? Notices are for the people
 * of the tool alone: a tool without a grant of his is not mentioned.
 */
export function concernOf(principal: Principal): Concern {
  const { grants } = principal;
  const tools = TOOLS.filter((name) => grants.some(({ role }) => roleTools[role].includes(name)));
  const areaIds = grants.flatMap(({ constituencyId }) => constituencyId ?? []);
  // The scopes of the person come first: they hold where no tool is granted, too.
  const keys = [
    ...scopesOf(control, principal),
    ...tools.flatMap((name) => scopesOf(tool(name), principal, areaIds)),
  ];
  const everyArea = tools.length > 0 && grants.some(({ constituencyId }) => constituencyId === null);
  return { tools, keys: [...new Set(keys)], everyArea };
}

export function concerns({ keys, everyArea }: Concern, scope: ScopeKey): boolean {
  return keys.includes(scope) || (everyArea && scope.startsWith('area:'));
}

export function stateOf({ tools }: Concern, suspended: SuspendedScope[]): AccessState {
  return {
    tools: tools.map((name) => ({ name, isOpen: !suspended.some((scope) => closes(scope, name)) })),
    suspended,
  };
}

/** Every scope but an area, and but the other tool, closes the whole tool to the asker. */
function closes({ kind, id }: SuspendedScope, name: Tool): boolean {
  return kind !== 'area' && (kind !== 'tool' || id === name);
}
