/**
 * The last stage of every request that failed. It asks the mappers, answers in one shape and logs what
 * nobody understood; it decides nothing about access and repeats no value that came from outside.
 */
import {
  Catch,
  Inject,
  Injectable,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { mostBytesOf } from './body-parser.js';
import { LOGGER, faultForLog } from './logger.js';
import { Problem } from './problem.js';
import { PROBLEM_MAPPERS, mapFrameworkError, type ProblemMapper } from './problem-mapping.js';
import { sendProblem } from './problem-reply.js';
import { RouteRegistry } from './route-registry.js';

@Injectable()
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(PROBLEM_MAPPERS) private readonly mappers: readonly ProblemMapper[],
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly registry: RouteRegistry,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    sendProblem(http.getResponse<FastifyReply>(), this.problemFor(error, request));
  }

  private problemFor(error: unknown, request: FastifyRequest): Problem {
    // Nest throws this for an address that no route has; a handler throws a Problem of its own.
    if (error instanceof NotFoundException && request.routeOptions?.url === undefined) {
      const methods = this.registry.methodsAt(request.url);
      return methods.length === 0 || methods.includes(request.method)
        ? new Problem('not-found')
        : new Problem('method-not-allowed', { headers: { Allow: methods.join(', ') } });
    }
    const problem = this.mapped(error) ?? mapFrameworkError(error);
    if (problem?.code === 'body-too-large') return tooLarge(mostBytesOf(request.routeOptions));
    if (problem && problem.code !== 'internal' && !problem.isUnforeseen) return problem;
    this.logger.error(
      {
        event: problem?.isUnforeseen ? 'unforeseen-input' : 'defect',
        requestId: request.id,
        route: request.routeOptions?.url ?? null,
        fault: faultForLog(error),
      },
      problem?.isUnforeseen ? 'A request held what no check foresaw' : 'A request met a defect',
    );
    return problem ?? new Problem('internal');
  }

  private mapped(error: unknown): Problem | undefined {
    for (const mapper of this.mappers) {
      const problem = mapper(error);
      if (problem) return problem;
    }
    return undefined;
  }
}

function tooLarge(mostBytes: number): Problem {
  const mebibytes = mostBytes / 1024 ** 2;
  const most = Number.isInteger(mebibytes) ? `${mebibytes} MiB` : `${mostBytes} bytes`;
  return new Problem('body-too-large', { detail: `At most ${most} are taken here.` });
}
