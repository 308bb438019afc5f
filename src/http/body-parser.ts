/**
 * Reads bodies. A body that cannot be read does not fail here: the parser hands on the reason, and the
 * validation pipe reports it, so that a stranger is told to sign in before being told about his JSON,
 * and an unknown address stays a 404 whatever was sent to it.
 */
import type { FastifyInstance } from 'fastify';
import { faultsInText } from './input-text.js';
import { Problem } from './problem.js';

/** Stands where the body would be. */
export class UnreadableBody {
  constructor(readonly problem: Problem) {}
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** JSON is parsed; media types a route declares arrive as an unread stream, without the body limit. */
export function addBodyParsers(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    // The payload is a Buffer because `parseAs` says so; the type allows for both.
    done(null, streamType(request.routeOptions) ? refusal() : parseJson(body as Buffer));
  });
  instance.addContentTypeParser('*', (request, payload, done) => {
    const expected = streamType(request.routeOptions);
    done(null, expected && mediaTypeOf(request.headers['content-type']) === expected ? payload : refusal());
  });
}

function parseJson(body: Buffer): unknown {
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
  const errors = faultsInText(value);
  return errors.length > 0 ? new UnreadableBody(new Problem('validation-failed', { errors })) : value;
}

function refusal(): UnreadableBody {
  return new UnreadableBody(new Problem('unsupported-media-type'));
}

function streamType(
  route: { config?: { rosette?: { declaration: { request?: unknown } } } } | undefined,
): string | undefined {
  const request = route?.config?.rosette?.declaration.request;
  return typeof request === 'object' && request !== null && 'contentType' in request
    ? String(request.contentType)
    : undefined;
}

function mediaTypeOf(header: string | undefined): string | undefined {
  return header?.split(';')[0]?.trim().toLowerCase();
}
