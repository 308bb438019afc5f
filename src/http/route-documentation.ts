/**
 * Derives the OpenAPI operation of a route from its declaration: parameters, headers, bodies, answers and
 * problems. The document as a whole is put together in `openapi.ts`.
 */
import {
  ApiBody,
  ApiConsumes,
  ApiExtension,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import { PROBLEMS, definitionOf, type ProblemCode } from './problem-codes.js';
import type { LimitHeader } from './openapi-headers.js';
import { PROBLEM_CONTENT_TYPE } from './problem.js';
import { problemsOf } from './route-problems.js';
import {
  isLimited,
  needsToken,
  statusOf,
  type RawContent,
  type RouteDeclaration,
} from './route-declaration.js';

type Decorator = MethodDecorator & ClassDecorator;

const text = { type: 'string' as const };
const header = (name: LimitHeader) => ({ $ref: `#/components/headers/${name}` });
const retryAfter = { 'Retry-After': header('Retry-After') };

/** What an answer says of the caller's bucket, wherever one is counted. */
function limitHeaders(declaration: RouteDeclaration): Record<string, { $ref: string }> {
  if (!isLimited(declaration)) return {};
  return { RateLimit: header('RateLimit'), 'RateLimit-Policy': header('RateLimit-Policy') };
}

const isRaw = (content: unknown): content is RawContent => typeof content === 'object';
const mediaTypeOf = (content: RawContent): string =>
  content.contentType.split(';')[0]?.trim() ?? content.contentType;

/** The swagger decorators of one route. */
export function documentRoute(
  declaration: RouteDeclaration,
  operationId: string,
): (MethodDecorator | Decorator)[] {
  return [
    ApiOperation({ operationId, summary: declaration.summary, description: declaration.description }),
    ApiTags(...(declaration.tags ?? [tagOf(declaration.path)])),
    securityOf(declaration),
    ApiExtension('x-rosette-reach', declaration.reach),
    ApiExtension('x-rosette-action', declaration.action),
    ...(declaration.classes?.length
      ? [ApiExtension('x-rosette-data-classes', [...declaration.classes])]
      : []),
    ...pathParameters(declaration),
    ...requestHeaders(declaration),
    ...requestBody(declaration),
    successResponse(declaration),
    ...alsoAnswered(declaration),
    ...problemResponses(declaration),
  ];
}

function securityOf(declaration: RouteDeclaration): Decorator {
  if (declaration.reach.kind === 'deposit') return ApiSecurity('deposit');
  return needsToken(declaration) ? ApiSecurity('bearer') : ApiSecurity({});
}

/** `/v1/register-imports/:id` → `register-imports`. */
function tagOf(path: string): string {
  return path.split('/').find((part) => part !== '' && part !== 'v1' && !part.startsWith(':')) ?? 'service';
}

function pathParameters({ path, params }: RouteDeclaration): MethodDecorator[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) =>
    ApiParam({
      name,
      description: params?.[name],
      // An id that needs a description is no UUID.
      schema:
        /^id$|Id$/.test(name) && params?.[name] === undefined
          ? { type: 'string', format: 'uuid' }
          : { type: 'string' },
    }),
  );
}

function requestHeaders({ purpose, idempotent, etag, method }: RouteDeclaration): Decorator[] {
  const headers: Decorator[] = [];
  if (purpose === 'header') {
    headers.push(
      ApiHeader({
        name: 'Data-Purpose',
        required: true,
        description: 'Code of the purpose the data is read for',
        schema: text,
      }),
    );
  }
  if (idempotent) {
    headers.push(
      ApiHeader({
        name: 'Idempotency-Key',
        required: true,
        description: 'Makes a retry safe; kept for 24 hours',
        schema: { ...text, minLength: 8, maxLength: 200 },
      }),
    );
  }
  if (etag && method !== 'GET') {
    headers.push(
      ApiHeader({ name: 'If-Match', required: true, description: 'The `ETag` last seen', schema: text }),
    );
  }
  return headers;
}

function requestBody({ request, example }: RouteDeclaration): MethodDecorator[] {
  if (!request) return [];
  if (isRaw(request)) {
    const schema = { type: 'string' as const, format: 'binary' };
    return [
      ApiConsumes(mediaTypeOf(request), ...(request.alsoTaken ?? [])),
      ApiBody({ description: request.description, required: true, schema }),
    ];
  }
  const examples = example?.request === undefined ? undefined : { example: { value: example.request } };
  return [ApiBody({ type: request, required: true, ...(examples ? { examples } : {}) })];
}

function successResponse(declaration: RouteDeclaration): MethodDecorator {
  const { response, example, etag, method } = declaration;
  const status = statusOf(declaration);
  const etagHeader = { description: 'Version of the resource, for `If-Match`', schema: text };
  const told = { ...limitHeaders(declaration), ...(etag && method === 'GET' ? { ETag: etagHeader } : {}) };
  const headers = Object.keys(told).length === 0 ? {} : { headers: told };
  if (response === 'none') return ApiResponse({ status, description: 'Done', ...headers });
  if (isRaw(response)) {
    const content = Object.fromEntries(
      [mediaTypeOf(response), ...(response.alsoSent ?? [])].map((mediaType) => [
        mediaType,
        {
          schema: { type: mediaType === 'application/json' ? ('object' as const) : ('string' as const) },
          ...(example?.response === undefined ? {} : { example: example.response }),
        },
      ]),
    );
    return ApiResponse({ status, description: response.description, content, ...headers });
  }
  const shown = example?.response === undefined ? {} : { example: example.response };
  return ApiResponse({ status, description: declaration.summary, type: response, ...shown, ...headers });
}

function alsoAnswered(declaration: RouteDeclaration): MethodDecorator[] {
  const { response, alsoAnswers } = declaration;
  if (alsoAnswers === undefined || response === 'none' || isRaw(response)) return [];
  return [ApiResponse({ ...alsoAnswers, type: response, headers: limitHeaders(declaration) })];
}

/** One response per status, with an example per code. */
function problemResponses(declaration: RouteDeclaration): MethodDecorator[] {
  const codes = problemsOf(declaration);
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))].sort((a, b) => a - b);
  return statuses.map((status) => {
    const here = codes.filter((code) => PROBLEMS[code].status === status);
    const examples = Object.fromEntries(here.map((code) => [code, { value: exampleOf(code) }]));
    const schema = { $ref: '#/components/schemas/Problem' };
    return ApiResponse({
      status,
      ...(status === 429 ? { headers: { ...limitHeaders(declaration), ...retryAfter } } : {}),
      description: here.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; '),
      content: { [PROBLEM_CONTENT_TYPE]: { schema, examples } },
    });
  });
}

function exampleOf(code: ProblemCode): Record<string, unknown> {
  const { title, status } = definitionOf(code);
  const instance = 'urn:uuid:0b8f7a52-6d0e-4c39-9a55-3f4e8f1d2c6b';
  return { type: `/problems/${code}`, title, status, instance, code };
}
