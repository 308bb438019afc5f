/**
 * The HTTP room. It is global because every room above declares routes, adds translations of its errors
 * and says when it is ready.
 */
import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { HealthController } from './health.controller.js';
import { LOGGER, createLogger } from './logger.js';
import { OpenApiController } from './openapi.controller.js';
import { OpenApiDocument } from './openapi.js';
import { ProblemController } from './problem.controller.js';
import { PROBLEM_MAPPERS, type ProblemMapper } from './problem-mapping.js';
import { ProblemFilter } from './problem.filter.js';
import { READINESS_CHECKS, type ReadinessCheck } from './readiness.js';
import { RequestLimit } from './request-limit.js';
import { RouteRegistry } from './route-registry.js';
import { ValidationPipe } from './validation.pipe.js';

@Global()
@Module({
  imports: [DiscoveryModule],
  controllers: [HealthController, OpenApiController, ProblemController],
  providers: [
    { provide: LOGGER, inject: [ENVIRONMENT], useFactory: (env: Environment) => createLogger(env.LOG_LEVEL) },
    { provide: PROBLEM_MAPPERS, useFactory: (): ProblemMapper[] => [] },
    { provide: READINESS_CHECKS, useFactory: (): ReadinessCheck[] => [] },
    OpenApiDocument,
    ProblemFilter,
    RequestLimit,
    RouteRegistry,
    ValidationPipe,
  ],
  exports: [LOGGER, PROBLEM_MAPPERS, READINESS_CHECKS, RequestLimit, RouteRegistry],
})
export class HttpModule {}
