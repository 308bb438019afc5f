import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { LOGGER } from '../http/logger.js';
import { Problem } from '../http/problem.js';
import { pagePolicy } from '../http/security-headers.js';
import { readPageFiles, type PageFiles } from './page-files.js';

/**
 * Nothing from elsewhere, nothing inline, and no text becomes markup or code: no Trusted Types policy may be made.
 * Styles that the page sets by script are properties, which no policy forbids.
 */
const policy = pagePolicy(
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
);

/** In charge of handing out the control room's page: static files, and not one fact. */
@Injectable()
export class PageService implements OnModuleInit {
  private readonly files: PageFiles | undefined = readPageFiles();

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  onModuleInit(): void {
    if (!this.files) this.logger.warn({ event: 'control-room-not-bundled', command: 'npm run build' });
  }

  /** Errors: `not-found` where the page was not bundled. */
  page(reply: FastifyReply): string {
    if (!this.files) throw new Problem('not-found');
    void reply.header('Content-Security-Policy', policy);
    return html(this.files);
  }

  /** Named by what is in it, so that it may be kept for ever. Errors: `not-found`. */
  file(name: string, reply: FastifyReply): Buffer {
    const found = this.files?.files.get(name);
    if (!found) throw new Problem('not-found');
    void reply.headers({
      'Content-Type': found.contentType,
      'Cache-Control': 'public, max-age=31536000, immutable',
    });
    return found.content;
  }
}

const html = ({ script, style, icon }: PageFiles) => `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>Control room – Rosette</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="/control-room/${icon}" type="image/svg+xml">
<link rel="stylesheet" href="/control-room/${style}">
<script src="/control-room/${script}" defer></script>
</head>
<body>
<div id="room"></div>
<noscript><p>The control room needs JavaScript. Without it, the switch is at the API, or at the database: npx rosette suspend.</p></noscript>
</body>
</html>
`;
