import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { claimsOf } from '../identity/bearer.guard.js';
import { Problem } from '../http/problem.js';
import type { ProblemCode } from '../http/problem-codes.js';
import { declarationOf, type Reach, type RouteDeclaration } from '../http/route.js';
import type { Asker } from '../kill-switch/cut-records.service.js';
import { OpenAnswers } from '../kill-switch/open-answers.service.js';
import { Gate, type Admission } from '../kill-switch/gate.js';
import { scopesOf, type ScopeKey } from '../kill-switch/scopes.rules.js';
import { problemOf } from '../kill-switch/admission.rules.js';
import { attachAccess, type Access, type Principal } from './access.js';
import { addressClass } from './address-class.js';
import { roleTools } from './permissions.js';
import { refusalOfAction } from './permit.rules.js';
import { PrincipalReadModel } from './principal.read-model.js';

/**
 * Third of the global guards: user, offices and client join the scopes and the gate is asked again; then the permission
 * table decides, refusing by default; last the headers are judged. What it admits, the fence still decides in the
 * transaction.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly gate: Gate,
    private readonly principals: PrincipalReadModel,
    private readonly answers: OpenAnswers,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const declaration = declarationOf(context.getHandler());
    if (!declaration) throw new Problem('not-found');
    const claims = claimsOf(request);
    if (!claims) return true; // BearerGuard lets a request without a token pass only where the reach has no actor.

    const principal = await this.principalFor(claims.sessionId, declaration);
    const admission = this.admit(declaration, principal);
    const because = refusalOf(declaration, principal);
    if (because !== undefined) throw new Problem(because);
    // Only who may do it at all is told what his request lacks.
    const purpose = purposeOf(request, declaration);
    // Whoever stops, lifts or ends access may be ending his own, and is told that it was done.
    if (declaration.reach.kind !== 'control' || declaration.method === 'GET')
      this.answers.admit(
        http.getResponse<FastifyReply>(),
        admission,
        askerOf(request, declaration, principal),
      );
    attachAccess(request, {
      requestId: request.id,
      reach: declaration.reach,
      principal,
      admission,
      addressClass: addressClass(request.ip),
      ...(declaration.urgent ? { isUrgent: true } : {}),
      ...(purpose === undefined ? {} : { purpose }),
      ...(declaration.idempotent ? { idempotency: idempotencyOf(request, declaration) } : {}),
    });
    return true;
  }

  /** A kept principal may only ever admit: before refusing, the database is asked. */
  private async principalFor(sessionId: string, declaration: RouteDeclaration): Promise<Principal> {
    const kept = await this.principals.bySession(sessionId, declaration.urgent);
    if (kept && refusalOf(declaration, kept) === undefined) return kept;
    const principal = await this.principals.load(sessionId, declaration.urgent);
    if (!principal) throw new Problem('unauthenticated');
    return principal;
  }

  private admit(declaration: RouteDeclaration, principal: Principal): Admission {
    const verdict = this.gate.ask(scopesOf(declaration.reach, principal));
    if (verdict.admitted) return verdict.admission;
    if (verdict.because === 'suspended') this.gate.noteRefusal(verdict.scope);
    throw problemOf(verdict, (scope) =>
      !isOfTool(scope) || worksIn(principal, declaration.reach) ? this.gate.toldOf(scope) : undefined,
    );
  }
}

function askerOf({ id }: FastifyRequest, declaration: RouteDeclaration, principal: Principal): Asker {
  const { accountId, sessionId } = principal;
  const { method, path, action } = declaration;
  return { requestId: id, accountId, sessionId, route: `${method} ${path}`, action };
}

function refusalOf({ action, reach }: RouteDeclaration, principal: Principal): ProblemCode | undefined {
  return action === 'none' || reach.kind === 'self' ? undefined : refusalOfAction(principal, action);
}

function isOfTool(scope: ScopeKey): boolean {
  return scope.startsWith('tool:') || scope.startsWith('all:');
}

function worksIn({ grants }: Principal, reach: Reach): boolean {
  return 'tool' in reach && grants.some(({ role }) => roleTools[role].some((tool) => tool === reach.tool));
}

function purposeOf(request: FastifyRequest, declaration: RouteDeclaration): string | undefined {
  if (declaration.purpose !== 'header') return undefined;
  const header = request.headers['data-purpose'];
  if (typeof header !== 'string' || header === '') throw new Problem('purpose-required');
  if (!/^[a-z][a-z0-9-]{2,59}$/.test(header)) throw new Problem('purpose-not-authorised');
  return header;
}

function idempotencyOf(
  request: FastifyRequest,
  declaration: RouteDeclaration,
): NonNullable<Access['idempotency']> {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new Problem('idempotency-key-required');
  const bodyHash = createHash('sha256')
    // A file is a stream that nobody has read: its handler compares what arrives.
    .update(JSON.stringify(request.body instanceof Readable ? null : (request.body ?? null)))
    .digest('hex');
  return { key, route: `${declaration.method} ${request.url}`, bodyHash };
}
