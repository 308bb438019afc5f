import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { Environment } from './config/environment.js';
import { OpenAnswers } from './kill-switch/open-answers.service.js';
import { configureHttp, httpAdapter, nestOptions } from './http/create-app.js';

/** The whole application, ready to `init` or `listen`: the same for the server, the tests and the OpenAPI command. */
export async function createApplication(environment: Environment): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(environment),
    httpAdapter(environment),
    nestOptions(environment),
  );
  configureHttp(app, environment);
  app.get(OpenAnswers).addTo(app.getHttpAdapter().getInstance() as unknown as FastifyInstance);
  return app;
}
