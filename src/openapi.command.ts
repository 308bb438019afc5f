import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { readEnvironment } from './config/environment.js';
import { httpAdapter } from './http/create-app.js';
import { buildOpenApi } from './http/openapi.js';

/**
 * `npm run openapi`: writes the OpenAPI document to the file named as the only argument, or to standard output. Preview
 * mode knows the routes without making a provider, so that neither a database nor a key is needed.
 */
async function main(): Promise<void> {
  const environment = readEnvironment({});
  const app = await NestFactory.create(AppModule.with(environment), httpAdapter(environment), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  const text = `${JSON.stringify(buildOpenApi(app), null, 2)}\n`;
  const [file] = process.argv.slice(2);
  if (file === undefined) process.stdout.write(text);
  else writeFileSync(file, text);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
