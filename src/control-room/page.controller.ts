import { Controller, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Route, open } from '../http/route.js';
import { PageService } from './page.service.js';

@Controller()
export class PageController {
  constructor(private readonly pages: PageService) {}

  @Route({
    method: 'GET',
    path: '/control-room',
    reach: open,
    action: 'none',
    summary: 'The page from which a tool is shut down',
    response: { contentType: 'text/html; charset=utf-8', description: 'A page; it has no data in it' },
    problems: ['not-found'],
    tags: ['service'],
  })
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    return this.pages.page(reply);
  }

  @Route({
    method: 'GET',
    path: '/control-room/:file',
    reach: open,
    action: 'none',
    summary: 'A file of the control room’s page',
    response: {
      contentType: 'text/javascript; charset=utf-8',
      alsoSent: ['text/css', 'image/svg+xml'],
      description: 'A script, style sheet or image, kept for ever: its name changes with what is in it',
    },
    params: { file: 'As the page names it' },
    tags: ['service'],
  })
  file(@Param('file') file: string, @Res({ passthrough: true }) reply: FastifyReply): Buffer {
    return this.pages.file(file, reply);
  }
}
