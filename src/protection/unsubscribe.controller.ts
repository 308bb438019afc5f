import { Controller, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Route, stop } from '../http/route.js';
import { SuppressionService } from './suppression.service.js';

const page = (title: string, content: string) => `<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>${title}</title></head>
<body><h1>${title}</h1>${content}</body>
</html>
`;
const question = page(
  'Stop these messages',
  '<p>Press the button, and we write no more messages like this to your address.</p>' +
    '<form method="post"><button name="List-Unsubscribe" value="One-Click">Stop these messages</button></form>',
);
const confirmation = page(
  'You are unsubscribed',
  '<p>We write no more messages like this to your address.</p>',
);
const policy = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Open whatever is suspended; says nothing of anybody. A GET changes nothing: mail scanners follow links. */
@Controller()
export class UnsubscribeController {
  constructor(private readonly suppressions: SuppressionService) {}

  @Route({
    method: 'GET',
    path: '/v1/unsubscribe/:token',
    reach: stop,
    action: 'none',
    summary: 'The page behind the unsubscribe link of a message',
    description: 'The same for every token; it changes nothing until its button is pressed.',
    response: { contentType: 'text/html; charset=utf-8', description: 'A page with a button' },
    params: { token: 'From the link' },
  })
  ask(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.header('Content-Security-Policy', policy);
    return question;
  }

  @Route({
    method: 'POST',
    path: '/v1/unsubscribe/:token',
    reach: stop,
    action: 'none',
    summary: 'Stop messages to the address of a link',
    description:
      'One click (RFC 8058): the body may be `List-Unsubscribe=One-Click` as a form, or anything, or absent; it is not ' +
      'read. The answer is the same for every token. Works while everything is suspended.',
    response: { contentType: 'text/html; charset=utf-8', description: 'A page that says so' },
    params: { token: 'From the link' },
  })
  async stop(@Param('token') token: string): Promise<string> {
    await this.suppressions.unsubscribe(token);
    return confirmation;
  }
}
