import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Role } from '../config/vocabulary.js';
import { attachSignedIn } from '../identity/signed-in.js';
import type { Entrant } from '../kill-switch/fence.service.js';

/** A grant that is live now: what the permission table is asked with. */
export interface LiveGrant {
  role: Role;
  constituencyId: string | null;
  purposes: string[];
}

/** Who the session belongs to, as the database had it at most a second ago. The fence resolves it again. */
export interface Principal {
  sessionId: string;
  accountId: string;
  kind: 'person' | 'client';
  username: string;
  displayName: string;
  /** Whether a second factor was given in this session. */
  hasSecondFactor: boolean;
  /** Whether one was given within the last minutes, by the database's clock. */
  isSteppedUp: boolean;
  officeIds: string[];
  grants: LiveGrant[];
  /** What grants were of that have ended or not begun. */
  idleGrants: Pick<LiveGrant, 'role' | 'constituencyId'>[];
  /** The actions an API client is limited to, whatever its grants allow; null for people. */
  scopes: readonly string[] | null;
}

/** What a guarded request carries into custody. */
export interface Access extends Entrant {
  principal: Principal;
  /** The Data-Purpose header, if sent. */
  purpose?: string;
  /** Where the caller's address lies: loopback, private or public. The address itself is not kept. */
  addressClass: string;
}

const accesses = new WeakMap<FastifyRequest, Access>();

export function attachAccess(request: FastifyRequest, access: Access): void {
  accesses.set(request, access);
  attachSignedIn(request, access);
}

export function accessOf(request: FastifyRequest): Access {
  const access = accesses.get(request);
  if (!access) throw new Error('no access on this request: its reach has no actor');
  return access;
}

/** The access of a guarded request, as a handler's parameter. */
export const CurrentAccess = createParamDecorator((_: unknown, context: ExecutionContext) =>
  accessOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
