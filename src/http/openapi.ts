/**
 * Puts the OpenAPI 3.1 document together from the declared routes. It is built once, on first use, and is
 * the same from the tests and from the build.
 */
import { Injectable } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { LIMIT_HEADERS } from './openapi-headers.js';
import { ProblemDto } from './problem.dto.js';

const DESCRIPTION = `An open-source canvassing CRM with a kill switch. Errors are RFC 9457 problem details; each \`code\` is
explained below \`/problems\`. Personal data is read for a purpose, named in \`Data-Purpose\` or carried by the resource.`;

const DEPOSIT = `\`Authorization: Deposit <token>\`. The token comes with the claim of a walk and is good for one thing: handing in what
was recorded on it. No suspension, sign-out or departure ends it; it expires 14 days after the claim.`;

/** Builds the document of an initialised application (or of one in preview mode, without a database). */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Rosette')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('AGPL-3.0-or-later', 'https://www.gnu.org/licenses/agpl-3.0.html')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .addSecurity('deposit', { type: 'http', scheme: 'deposit', description: DEPOSIT })
    .build();
  const document = SwaggerModule.createDocument(app, base, {
    extraModels: [ProblemDto],
    autoTagControllers: false,
  });
  return { ...document, components: { ...document.components, headers: { ...LIMIT_HEADERS } } };
}

/** Holds the document as text for the controller; `configureHttp` tells it which application to describe. */
@Injectable()
export class OpenApiDocument {
  private app: INestApplication | undefined;
  private text: string | undefined;

  describe(app: INestApplication): void {
    this.app = app;
  }

  asJson(): string {
    if (!this.app) throw new TypeError('configureHttp has not been called');
    return (this.text ??= JSON.stringify(buildOpenApi(this.app)));
  }
}
