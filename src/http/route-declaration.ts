/**
 * What a route says of itself, and the few facts that follow from it. Types and pure functions only: the
 * decorator is in `route.ts`.
 */
import type { Type } from '@nestjs/common';
import type { Action, DataClass, SwitchedTool, Tool } from '../config/vocabulary.js';
import type { ProblemCode } from './problem-codes.js';

/** Which suspensions a route asks about; see the table in the architecture document. */
export type Reach =
  | { kind: 'tool'; tool: SwitchedTool }
  | { kind: 'control' }
  | { kind: 'rights' }
  | { kind: 'self' }
  | { kind: 'deposit'; tool: Tool }
  | { kind: 'stop' }
  | { kind: 'public'; tool: Tool }
  | { kind: 'open' };

/** A body that is no JSON: a file or a page. As a request it arrives as an unread stream. */
export interface RawContent {
  contentType: string;
  /** Of a request: further media types under which the same bytes are taken. */
  alsoTaken?: readonly string[];
  /** Of a request: more is refused at once where it says how long it is, else when it has grown so long. */
  mostBytes?: number;
  /** Of an answer: further media types it may have. */
  alsoSent?: readonly string[];
  description: string;
}

export interface RouteDeclaration {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The whole path, as `/v1/lists/:id/doors`; controllers carry no prefix, so that it can be searched for. */
  path: string;
  reach: Reach;
  /** `'none'` for open, stop, public and deposit routes, and for those of `self` that need no session (sign-in). */
  action: Action | 'none';
  summary: string;
  description?: string;
  /** Classes of personal data in the answer. */
  classes?: readonly DataClass[];
  /** Default: 204 if `response` is `'none'`, else 200. A route that creates says 201. */
  status?: number;
  /** A further status under which the same body is sent, and what it then means. */
  alsoAnswers?: { status: number; description: string; example: unknown };
  request?: Type<unknown> | RawContent;
  response: Type<unknown> | 'none' | RawContent;
  /** Class of the `@Query()` parameter, checked at start-up. */
  query?: Type<unknown>;
  /** Problems beyond those that follow from the rest of the declaration. */
  problems?: readonly ProblemCode[];
  example?: { request?: unknown; response?: unknown };
  /** Where the purpose comes from: the `Data-Purpose` header, or the resource itself. Default `'none'`. */
  purpose?: 'header' | 'resource' | 'none';
  /** A POST that creates requires an `Idempotency-Key`. */
  idempotent?: boolean;
  /** GET answers with an `ETag`; a change requires `If-Match`. */
  etag?: boolean;
  /** Requires a recent second factor. */
  stepUp?: boolean;
  /** Takes no connection of the request pool, so that no crowd holds it up: what few people stop or end, and the step-up before. */
  urgent?: boolean;
  /** A property of the body whose elements the handler judges one by one, a text that cannot be stored included. */
  itemwise?: string;
  /** Largest JSON body in bytes, if not the default of 1 MiB. */
  bodyLimit?: number;
  /** Default: the noun of the path. */
  tags?: readonly string[];
  /** Descriptions of path parameters; ids need none. */
  params?: Readonly<Record<string, string>>;
}

/** Status of the successful answer. */
export function statusOf(declaration: RouteDeclaration): number {
  return declaration.status ?? (declaration.response === 'none' ? 204 : 200);
}

/** `SuspensionController.order` → `suspensionOrder`: stable under changes of the path. */
export function operationIdOf(controller: string, handler: string): string {
  const noun = controller.replace(/Controller$/, '');
  return `${noun.charAt(0).toLowerCase()}${noun.slice(1)}${handler.charAt(0).toUpperCase()}${handler.slice(1)}`;
}

/** Whether a request without a token is turned away. */
export function needsToken({ reach, action }: Pick<RouteDeclaration, 'reach' | 'action'>): boolean {
  if (reach.kind === 'self') return action !== 'none';
  return (
    reach.kind === 'tool' || reach.kind === 'control' || reach.kind === 'rights' || reach.kind === 'deposit'
  );
}

/** Whether it is counted how often somebody asks. What is open has no data and little work. */
export function isLimited({ reach }: Pick<RouteDeclaration, 'reach'>): boolean {
  return reach.kind !== 'open';
}
