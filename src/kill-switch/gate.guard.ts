import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Problem } from '../http/problem.js';
import { declarationOf } from '../http/route.js';
import { problemOf } from './admission.rules.js';
import { Gate } from './gate.js';
import { scopesOf } from './scopes.rules.js';

/** First of the global guards: is everything, or the route's tool, suspended? Asked before anyone is authenticated. */
@Injectable()
export class GateGuard implements CanActivate {
  constructor(private readonly gate: Gate) {}

  canActivate(context: ExecutionContext): boolean {
    const declaration = declarationOf(context.getHandler());
    if (!declaration) throw new Problem('not-found');
    const scopes = scopesOf(declaration.reach);
    if (scopes.length === 0) return true;
    const verdict = this.gate.ask(scopes);
    if (verdict.admitted) return true;
    if (verdict.because === 'suspended') this.gate.noteRefusal(verdict.scope);
    throw problemOf(verdict);
  }
}
