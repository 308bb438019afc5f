import { createApplication } from '../../src/create-application.js';
import type { Environment } from '../../src/config/environment.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** The real application in this process, listening on a real socket. */
export interface TestServer {
  app: NestFastifyApplication;
  url: string;
  stop(): Promise<void>;
}

export async function startTestServer(environment: Environment): Promise<TestServer> {
  const app = await createApplication(environment);
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl(), stop: () => app.close() };
}
