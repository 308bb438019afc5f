/**
 * Makes the HTTP application, the same for `main.ts` and for the tests: adapter options, hooks, parsers,
 * pipe and filter. Guards belong to the rooms that own them.
 */
import type { Server } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { NestApplicationOptions } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyHttp2SecureOptions, FastifyHttpOptions, FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { addBodyParsers } from './body-parser.js';
import { certificateOf, followCertificate } from './certificate.js';
import { LOGGER, PinoNestLogger, createLogger } from './logger.js';
import { OpenApiDocument } from './openapi.js';
import { Problem } from './problem.js';
import { mapFrameworkError } from './problem-mapping.js';
import { answerClientError, sendProblem } from './problem-reply.js';
import { ProblemFilter } from './problem.filter.js';
import { REQUEST_ID_HEADER, addRequestIdHook, newRequestId } from './request-id.js';
import { addRateLimitHook } from './rate-limit.js';
import { addRequestLogHook } from './request-log.js';
import { RouteRegistry } from './route-registry.js';
import { arrivalMs, limitSecureServer, secureServerOf, secureServerOptions } from './secure-server.js';
import { addSecurityHeadersHook, setSecurityHeaders } from './security-headers.js';
import { UnknownQueryInterceptor } from './unknown-query.interceptor.js';
import { ValidationPipe } from './validation.pipe.js';

/** Options of Fastify itself. */
export function fastifyOptions(env: Environment): FastifyHttpOptions<Server> {
  return {
    logger: false,
    genReqId: newRequestId,
    trustProxy: env.TRUST_PROXY.length > 0 ? [...env.TRUST_PROXY] : false,
    bodyLimit: 1024 * 1024,
    // No id of ours is longer; Fastify's default of 100 would refuse some signed tokens in links.
    routerOptions: { maxParamLength: 200 },
    requestTimeout: arrivalMs,
    forceCloseConnections: 'idle',
    // Answered by our own hook, in the shape of every other problem.
    return503OnClosing: false,
    // Raised by the router before any hook runs.
    frameworkErrors: (error, request, reply) => {
      setSecurityHeaders(request, reply, env);
      void reply.header(REQUEST_ID_HEADER, request.id);
      sendProblem(reply, mapFrameworkError(error) ?? new Problem('internal'));
    },
    clientErrorHandler: answerClientError,
    // Node would answer a request without one with an empty 400, past every hook: refuseHostless answers it.
    http: { requireHostHeader: false },
  };
}

/** The adapter for `NestFactory.create` and `createNestApplication`. With a certificate it speaks TLS, HTTP/2 and HTTP/1.1. */
export function httpAdapter(env: Environment): FastifyAdapter {
  const certificate = certificateOf(env);
  if (!certificate) return new FastifyAdapter(fastifyOptions(env));
  const { http: _, ...options } = fastifyOptions(env);
  return new FastifyAdapter({
    ...(options as unknown as FastifyHttp2SecureOptions<Http2SecureServer>),
    http2: true,
    https: secureServerOptions(certificate),
  }) as unknown as FastifyAdapter;
}

/** Options of Nest. Its body parsers stay off: ours report a bad body after authentication, not before. */
export function nestOptions(env: Environment): NestApplicationOptions {
  return {
    bodyParser: false,
    abortOnError: false,
    logger: new PinoNestLogger(createLogger(env.LOG_LEVEL)),
    // Read for the address that Nest tells; the adapter has its own.
    ...(env.TLS_CERT_FILE === undefined ? {} : { httpsOptions: {} }),
  };
}

/** Wires everything that is not a guard. Call it after creation and before `init` or `listen`. */
export function configureHttp(
  app: NestFastifyApplication,
  env: Environment = app.get<Environment>(ENVIRONMENT),
): void {
  const instance = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  app.get(RouteRegistry).assertOnlyDeclaredRoutes(instance);
  addRequestIdHook(instance);
  addSecurityHeadersHook(instance, env);
  keepAddress(instance);
  refuseHostless(instance);
  ignoreExpectations(instance);
  addClosingHook(instance);
  const server = secureServerOf(instance);
  if (server) {
    limitSecureServer(instance, server);
    const stopFollowing = followCertificate(server, env, app.get<Logger>(LOGGER));
    instance.addHook('onClose', (_, done) => {
      stopFollowing();
      done();
    });
  }
  addRateLimitHook(instance, env);
  addRequestLogHook(instance, app.get<Logger>(LOGGER));
  addBodyParsers(instance);
  app.useGlobalInterceptors(new UnknownQueryInterceptor());
  app.useGlobalPipes(app.get(ValidationPipe));
  app.useGlobalFilters(app.get(ProblemFilter));
  app.get(OpenApiDocument).describe(app);
}

/** A connection that has gone has no address any more, and whoever asks later still has to count and class it. */
function keepAddress(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    Object.defineProperty(request, 'ip', { value: request.ip ?? '0.0.0.0' });
    done();
  });
}

/** RFC 9112 (3.2): a request of HTTP/1.1 without a Host is a bad one. */
function refuseHostless(instance: FastifyInstance): void {
  instance.addHook('onRequest', ({ raw }, reply, done) => {
    if (raw.httpVersion === '1.1' && raw.headers.host === undefined)
      sendProblem(reply, new Problem('malformed-request'));
    else done();
  });
}

/**
 * Node answers an `Expect` that it does not know with a bare 417, past every hook and log. RFC 9110 (10.1.1) lets a server
 * pass over it, and the request is answered as any other.
 */
function ignoreExpectations({ server }: FastifyInstance): void {
  server.on('checkExpectation', (request, response) => void server.emit('request', request, response));
}

/** While open answers finish, new requests on kept connections are sent elsewhere. */
function addClosingHook(instance: FastifyInstance): void {
  let isClosing = false;
  instance.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  instance.addHook('onRequest', (_request, reply, done) => {
    if (isClosing) sendProblem(reply, new Problem('shutting-down'));
    else done();
  });
}
