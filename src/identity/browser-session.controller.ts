import { Body, Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Route, self } from '../http/route.js';
import { BrowserSignIn, BrowserTokenSet } from './browser-session.dto.js';
import { BrowserSessions } from './browser-session.service.js';
import { CurrentCaller, type SignedIn } from './signed-in.js';

const tokens = {
  accessToken: 'eyJhbGciOiJFZERTQSJ9.eyJzaWQiOiIuLi4ifQ.c2lnbmF0dXJl',
  tokenType: 'Bearer',
  expiresIn: 600,
  sessionId: '5a7e6f0c-3b1d-4c2e-9f8a-1b2c3d4e5f60',
};
const bodyLimit = 16 * 1024;

@Controller()
export class BrowserSessionController {
  constructor(private readonly sessions: BrowserSessions) {}

  @Route({
    method: 'POST',
    path: '/v1/auth/browser/token',
    reach: self,
    action: 'none',
    summary: 'Sign in from a page of this server',
    description:
      'As `/v1/auth/token`, for people. The refresh token is set as the cookie `__Host-rosette-refresh` (HttpOnly, Secure, SameSite=Strict) and is not in the answer. `Origin` has to be this server’s own; over plain http a browser keeps the cookie for the loopback address alone.',
    bodyLimit,
    request: BrowserSignIn,
    response: BrowserTokenSet,
    problems: ['credentials-refused', 'mfa-required', 'origin-refused'],
    example: {
      request: { username: 'ada@example.org', password: 'seven brass kettles', code: '492039' },
      response: tokens,
    },
  })
  signIn(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() signIn: BrowserSignIn,
  ): Promise<BrowserTokenSet> {
    return this.sessions.signIn(request, reply, signIn);
  }

  @Route({
    method: 'POST',
    path: '/v1/auth/browser/refresh',
    reach: self,
    action: 'none',
    summary: 'Exchange the cookie of a page of this server for a new access token',
    description:
      'As `/v1/auth/refresh`, with the refresh token in the cookie `__Host-rosette-refresh`, which is renewed. `Origin` has to be this server’s own.',
    response: BrowserTokenSet,
    problems: ['unauthenticated', 'origin-refused'],
    example: { response: tokens },
  })
  refresh(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BrowserTokenSet> {
    return this.sessions.refresh(request, reply);
  }

  @Route({
    method: 'POST',
    path: '/v1/auth/browser/logout',
    reach: self,
    action: 'session.self',
    summary: 'End this session, on every replica at once, and take the cookie back',
    response: 'none',
    problems: ['origin-refused'],
  })
  signOut(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentCaller() caller: SignedIn,
  ): Promise<void> {
    return this.sessions.signOut(request, reply, caller);
  }
}
