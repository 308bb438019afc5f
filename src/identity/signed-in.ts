import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Entrant } from '../kill-switch/fence.service.js';

/**
 * The caller of a guarded request, as rooms below access know him: enough to enter the fence. The access guard
 * attaches it, with all it knows beside.
 */
export interface SignedIn extends Entrant {
  principal: { sessionId: string; accountId: string };
}

const signedIn = new WeakMap<FastifyRequest, SignedIn>();

export function attachSignedIn(request: FastifyRequest, caller: SignedIn): void {
  signedIn.set(request, caller);
}

/** The caller of a guarded request, as a handler's parameter. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): SignedIn => {
  const caller = signedIn.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (!caller) throw new Error('nobody is signed in on this request: its reach has no actor');
  return caller;
});

/** The request's id, for routes that nobody is signed in on. */
export const RequestId = createParamDecorator(
  (_: unknown, context: ExecutionContext): string => context.switchToHttp().getRequest<FastifyRequest>().id,
);
