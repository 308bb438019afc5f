/**
 * One decorator for a handler. It declares the reach, the action, the classes of data and the contract of
 * a route in one place, and derives Nest's mapping and the OpenAPI operation from it. What a reach means
 * is decided by the kill switch; whether an action is allowed, by the access room.
 */
import {
  Delete,
  Get,
  Header,
  HttpCode,
  Patch,
  Post,
  Put,
  SetMetadata,
  applyDecorators,
} from '@nestjs/common';
import type { SwitchedTool, Tool } from '../config/vocabulary.js';
import { operationIdOf, statusOf, type Reach, type RouteDeclaration } from './route-declaration.js';
import { documentRoute } from './route-documentation.js';

export type { RawContent, Reach, RouteDeclaration } from './route-declaration.js';

const ROUTE_METADATA = 'rosette:route';
const MAPPINGS = { GET: Get, POST: Post, PUT: Put, PATCH: Patch, DELETE: Delete };

export const tool = (name: SwitchedTool): Reach => ({ kind: 'tool', tool: name });
export const deposit = (name: Tool): Reach => ({ kind: 'deposit', tool: name });
export const publicOf = (name: Tool): Reach => ({ kind: 'public', tool: name });
export const control: Reach = { kind: 'control' };
export const rights: Reach = { kind: 'rights' };
export const self: Reach = { kind: 'self' };
export const stop: Reach = { kind: 'stop' };
export const open: Reach = { kind: 'open' };

/** Maps the handler and documents it. Nothing else may map a handler: the registry refuses to start. */
export function Route(declaration: RouteDeclaration): MethodDecorator {
  const frozen = Object.freeze({ ...declaration });
  const raw = typeof frozen.response === 'object' ? frozen.response : undefined;
  return (target, key, descriptor) => {
    applyDecorators(
      MAPPINGS[frozen.method](frozen.path),
      HttpCode(statusOf(frozen)),
      SetMetadata(ROUTE_METADATA, frozen),
      ...(raw ? [Header('Content-Type', raw.contentType)] : []),
      ...documentRoute(frozen, operationIdOf(target.constructor.name, String(key))),
    )(target, key, descriptor);
  };
}

/** The declaration of a handler, if it has one. */
export function declarationOf(handler: object): RouteDeclaration | undefined {
  return Reflect.getMetadata(ROUTE_METADATA, handler) as RouteDeclaration | undefined;
}
