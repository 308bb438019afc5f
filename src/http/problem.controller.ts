/** The pages behind the `type` of a problem: what a code means and what a client does about it. */
import { createHash } from 'node:crypto';
import { Controller, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PROBLEMS, definitionOf, isProblemCode, type ProblemCode } from './problem-codes.js';
import { Problem } from './problem.js';
import { Route, open } from './route.js';
import { pagePolicy } from './security-headers.js';

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}dt{margin-top:1rem}';
const POLICY = pagePolicy(`style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`);
const HTML = { contentType: 'text/html; charset=utf-8', description: 'A page' };
const CODES = Object.keys(PROBLEMS) as ProblemCode[];

@Controller()
export class ProblemController {
  @Route({
    method: 'GET',
    path: '/problems',
    reach: open,
    action: 'none',
    summary: 'All problem codes',
    response: HTML,
    tags: ['service'],
  })
  list(@Res({ passthrough: true }) reply: FastifyReply): string {
    const items = CODES.map((code) => {
      const { status, title } = definitionOf(code);
      return `<dt><a href="/problems/${code}">${code}</a> (${status})</dt><dd>${title}</dd>`;
    });
    return page(reply, 'Problems', `<dl>${items.join('')}</dl>`);
  }

  @Route({
    method: 'GET',
    path: '/problems/:code',
    reach: open,
    action: 'none',
    summary: 'What a problem code means',
    response: HTML,
    params: { code: 'The `code` of a problem' },
    tags: ['service'],
  })
  show(@Param('code') code: string, @Res({ passthrough: true }) reply: FastifyReply): string {
    if (!isProblemCode(code)) throw new Problem('not-found');
    const { status, title, description } = definitionOf(code);
    const text = description.replace(/`([^`]+)`/g, '<code>$1</code>');
    return page(
      reply,
      title,
      `<p><code>${code}</code>, status ${status}</p><p>${text}</p><p><a href="/problems">All problems</a></p>`,
    );
  }
}

/** Texts come from the registry alone, never from the request, so nothing needs escaping. */
function page(reply: FastifyReply, title: string, content: string): string {
  void reply.header('Content-Security-Policy', POLICY);
  return `<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>${title} · Rosette</title><style>${STYLE}</style></head>
<body><h1>${title}</h1>${content}</body>
</html>
`;
}
