/**
 * Reads bodies. A body that cannot be read does not fail here: the parser hands on the reason, and the
 * validation pipe reports it, so that a stranger is told to sign in before being told about his JSON,
 * and an unknown address stays a 404 whatever was sent to it.
 */
import type { FastifyInstance } from 'fastify';
import { faultsInText } from './input-text.js';
import { Problem } from './problem.js';
import type { RouteDeclaration } from './route-declaration.js';

/** Stands where the body would be. */
export class UnreadableBody {
  constructor(readonly problem: Problem) {}
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** JSON is parsed; media types a route declares arrive as an unread stream, without the body limit. */
export function addBodyParsers(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const taken = streamTypes(request.routeOptions);
    // The payload is a Buffer because `parseAs` says so; the type allows for both.
    const { itemwise } = declarationOf(request.routeOptions) ?? {};
    done(null, taken ? refusal(taken) : parseJson(body as Buffer, itemwise));
  });
  instance.addContentTypeParser('*', (request, payload, done) => {
    const taken = streamTypes(request.routeOptions);
    const sent = mediaTypeOf(request.headers['content-type']);
    if (!taken || sent === undefined || !taken.includes(sent)) done(null, refusal(taken));
    else if (Number(request.headers['content-length'] ?? 0) > mostBytesOf(request.routeOptions))
      done(null, new UnreadableBody(new Problem('body-too-large')));
    else done(null, payload);
  });
}

function parseJson(body: Buffer, itemwise: string | undefined): unknown {
  if (body.length === 0)
    return new UnreadableBody(new Problem('malformed-body', { detail: 'The body is empty.' }));
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(body));
  } catch {
    // The engine's message quotes the body, so it is dropped.
    return new UnreadableBody(
      new Problem('malformed-body', { detail: 'The body is not valid JSON in UTF-8.' }),
    );
  }
  const errors = faultsInText(value, undefined, itemwise);
  return errors.length > 0 ? new UnreadableBody(new Problem('validation-failed', { errors })) : value;
}

/** Names what to send: curl, for one, sends a file as a form unless it is told otherwise. */
function refusal(taken: readonly string[] = ['application/json']): UnreadableBody {
  const detail = `Send the body with the Content-Type ${taken.join(' or ')}.`;
  return new UnreadableBody(new Problem('unsupported-media-type', { detail }));
}

interface DeclaredRoute {
  bodyLimit?: number | undefined;
  config?: { rosette?: { declaration: Pick<RouteDeclaration, 'request' | 'itemwise'> } };
}

function declarationOf(route: DeclaredRoute | undefined) {
  return route?.config?.rosette?.declaration;
}

function streamTypes(route: DeclaredRoute | undefined): readonly string[] | undefined {
  const request = declarationOf(route)?.request;
  return typeof request === 'object' ? [request.contentType, ...(request.alsoTaken ?? [])] : undefined;
}

/** How long a body the route takes. */
export function mostBytesOf(route: DeclaredRoute | undefined): number {
  const request = declarationOf(route)?.request;
  const most = typeof request === 'object' ? request.mostBytes : route?.bodyLimit;
  return most ?? Number.POSITIVE_INFINITY;
}

function mediaTypeOf(header: string | undefined): string | undefined {
  return header?.split(';')[0]?.trim().toLowerCase();
}
