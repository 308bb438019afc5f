/**
 * What a declaration must satisfy before the application may start. Each rule closes a way of forgetting
 * something: an action, a purpose, a key against double creation.
 */
import 'reflect-metadata';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ACTION_REACHES } from '../config/vocabulary.js';
import { statusOf, type Reach, type RouteDeclaration } from './route-declaration.js';

const NEEDS_ACTION: readonly Reach['kind'][] = ['tool', 'control', 'rights'];
/** No session to hold a key against, or the client brings UUIDs of its own. */
const NEEDS_NO_KEY: readonly Reach['kind'][] = ['self', 'stop', 'deposit', 'public', 'open'];
/** These answer to nobody in particular, so nobody's data may leave through them. */
const WITHOUT_DATA: readonly Reach['kind'][] = ['open', 'stop', 'public', 'deposit'];

/** The faults of one route, as sentences without a subject. */
export function faultsOf(declaration: RouteDeclaration, controller: object, handlerName: string): string[] {
  const { method, path, reach, action, classes = [], purpose = 'none' } = declaration;
  const status = statusOf(declaration);
  const rules: [boolean, string][] = [
    [!path.startsWith('/'), 'must declare its whole path, beginning with /'],
    [
      NEEDS_ACTION.includes(reach.kind) && action === 'none',
      `has the reach "${reach.kind}" and so needs an action`,
    ],
    [
      ['open', 'stop', 'public'].includes(reach.kind) && action !== 'none',
      `has the reach "${reach.kind}", where nobody is signed in, and so cannot ask for the action "${action}"`,
    ],
    [
      action !== 'none' && ACTION_REACHES[action] !== ('tool' in reach ? reach.tool : reach.kind),
      `asks for the action "${action}", which works under another reach`,
    ],
    [classes.length > 0 && purpose === 'none', `returns ${classes.join(', ')} and so needs a purpose`],
    [
      classes.length > 0 && WITHOUT_DATA.includes(reach.kind),
      `has the reach "${reach.kind}" and so may return no personal data`,
    ],
    [
      method === 'POST' && status === 201 && !declaration.idempotent && !NEEDS_NO_KEY.includes(reach.kind),
      'creates something (201) and so must be idempotent',
    ],
    [
      declaration.idempotent === true && method !== 'POST',
      'is idempotent by its method; only a POST takes an Idempotency-Key',
    ],
    [method === 'GET' && declaration.request !== undefined, 'is a GET and so cannot have a body'],
    [
      method === 'GET' && declaration.stepUp === true && reach.kind === 'open',
      'is open and so cannot ask for a second factor',
    ],
    [
      declaration.response === 'none' && status !== 204 && status !== 202,
      `answers ${status} and so must declare a response`,
    ],
    [declaration.response !== 'none' && status === 204, 'answers 204 and so cannot have a response'],
    [reach.kind !== 'open' && !path.startsWith('/v1/'), 'must lie below /v1/ unless its reach is open'],
  ];
  return [
    ...rules.filter(([isBroken]) => isBroken).map(([, fault]) => fault),
    ...parameterFaults(declaration, controller, handlerName),
  ];
}

/** A body or query without a class would pass the validation pipe unread. */
function parameterFaults(declaration: RouteDeclaration, controller: object, handlerName: string): string[] {
  const prototype = (controller as { prototype: object }).prototype;
  const types = (Reflect.getMetadata('design:paramtypes', prototype, handlerName) ?? []) as unknown[];
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handlerName) ?? {}) as Record<
    string,
    { index: number; data?: unknown }
  >;
  const typeOf = (kind: RouteParamtypes): { type: unknown } | undefined => {
    const entry = Object.entries(args).find(
      ([key, { data }]) => key.startsWith(`${kind}:`) && data === undefined,
    );
    return entry && { type: types[entry[1].index] };
  };
  const faults: string[] = [];
  const body = typeOf(RouteParamtypes.BODY);
  if (typeof declaration.request === 'function' && body?.type !== declaration.request) {
    faults.push(`declares the body ${declaration.request.name} and so must take it with @Body()`);
  }
  if (body && declaration.request === undefined) faults.push('takes a body that it does not declare');
  const query = typeOf(RouteParamtypes.QUERY);
  if (query?.type !== declaration.query)
    faults.push('must declare as `query` exactly the class it takes with @Query()');
  return faults;
}
