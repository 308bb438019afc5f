/**
 * Serves the OpenAPI document and an interactive page for it. The page's files come from this server and
 * from a fixed list; no script is inline and nothing is loaded from elsewhere.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Controller, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import uiFolder from 'swagger-ui-dist/absolute-path.js';
import { OpenApiDocument } from './openapi.js';
import { Problem } from './problem.js';
import { Route, open } from './route.js';
import { pagePolicy } from './security-headers.js';

const POLICY = pagePolicy(
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
);

const PAGE = `<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>Rosette API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="/docs/favicon-32x32.png"></head>
<body><div id="ui"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#ui', deepLinking: true, validatorUrl: null });\n`;

/** File → media type. What is not listed does not exist. */
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
  'start.js': 'text/javascript; charset=utf-8',
};

@Controller()
export class OpenApiController {
  constructor(private readonly document: OpenApiDocument) {}

  @Route({
    method: 'GET',
    path: '/openapi.json',
    reach: open,
    action: 'none',
    summary: 'The OpenAPI document',
    response: { contentType: 'application/json', description: 'OpenAPI 3.1' },
    tags: ['service'],
  })
  describe(): string {
    return this.document.asJson();
  }

  @Route({
    method: 'GET',
    path: '/docs',
    reach: open,
    action: 'none',
    summary: 'The interactive documentation',
    response: { contentType: 'text/html; charset=utf-8', description: 'A page' },
    tags: ['service'],
  })
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.header('Content-Security-Policy', POLICY);
    return PAGE;
  }

  @Route({
    method: 'GET',
    path: '/docs/:file',
    reach: open,
    action: 'none',
    summary: 'A file of the interactive documentation',
    response: {
      contentType: 'text/javascript; charset=utf-8',
      alsoSent: ['text/css', 'image/png'],
      description: 'A script, style sheet or image',
    },
    params: { file: 'One of a fixed list of names' },
    tags: ['service'],
  })
  async asset(@Param('file') file: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    const contentType = Object.hasOwn(ASSETS, file) ? ASSETS[file] : undefined;
    if (contentType === undefined) throw new Problem('not-found');
    void reply.headers({ 'Content-Type': contentType, 'Cache-Control': 'public, max-age=3600' });
    return file === 'start.js' ? Buffer.from(START) : readFile(join(uiFolder(), file));
  }
}
