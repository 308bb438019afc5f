import { Inject, Injectable } from '@nestjs/common';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { Problem } from '../http/problem.js';
import type { TokenSet } from './auth.dto.js';
import type { BrowserSignIn, BrowserTokenSet } from './browser-session.dto.js';
import { isOwnPage } from './own-origin.rules.js';
import { RefreshService } from './refresh.service.js';
import { SessionService } from './session.service.js';
import { SignInService } from './sign-in.service.js';
import type { SignedIn } from './signed-in.js';

/** `__Host-`: a browser takes it with Secure and Path=/ alone, for this host alone, whatever a neighbour sets. */
const refreshCookie = '__Host-rosette-refresh';

/**
 * In charge of sessions of our own pages: the same sign-in, but no script ever holds the refresh token. It lives in a
 * cookie that scripts cannot read and that ends with the browser; who sends it has to be a page of ours
 * (docs/decisions/0026-the-control-room-is-a-client.md).
 */
@Injectable()
export class BrowserSessions {
  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly signIns: SignInService,
    private readonly refreshes: RefreshService,
    private readonly sessions: SessionService,
  ) {}

  /** Errors: `origin-refused`, those of a sign-in. */
  async signIn(
    request: FastifyRequest,
    reply: FastifyReply,
    { username, password, code, recoveryCode }: BrowserSignIn,
  ): Promise<BrowserTokenSet> {
    this.refuseOthers(request);
    const given = { username, password, code, recoveryCode };
    return keepingRefreshToken(reply, await this.signIns.signIn(request.id, request.ip, given));
  }

  /** Errors: `origin-refused`; `unauthenticated`, and the cookie goes, whatever is wrong with it. */
  async refresh(request: FastifyRequest, reply: FastifyReply): Promise<BrowserTokenSet> {
    this.refuseOthers(request);
    const token = parseCookie(request.headers.cookie ?? '')[refreshCookie];
    try {
      if (!token || token.length > 200) throw new Problem('unauthenticated');
      return keepingRefreshToken(reply, await this.refreshes.refresh(request.id, token));
    } catch (error) {
      if (error instanceof Problem && error.code === 'unauthenticated') forgetRefreshToken(reply);
      throw error;
    }
  }

  /** Errors: `origin-refused`. */
  async signOut(request: FastifyRequest, reply: FastifyReply, caller: SignedIn): Promise<void> {
    this.refuseOthers(request);
    await this.sessions.end(caller, caller.principal.sessionId, 'signed-out');
    forgetRefreshToken(reply);
  }

  private refuseOthers({ headers, protocol, host }: FastifyRequest): void {
    const fetchSite = headers['sec-fetch-site'];
    const sender = {
      origin: headers.origin,
      fetchSite: Array.isArray(fetchSite) ? fetchSite.join() : fetchSite,
      scheme: protocol,
      host,
    };
    if (!isOwnPage(sender, this.environment.PUBLIC_URL)) throw new Problem('origin-refused');
  }
}

const limits = { httpOnly: true, secure: true, sameSite: 'strict', path: '/' } as const;

function keepingRefreshToken(reply: FastifyReply, { refreshToken, ...shown }: TokenSet): BrowserTokenSet {
  // A person's session always has one.
  const value = refreshToken ?? '';
  void reply.header('Set-Cookie', stringifySetCookie({ name: refreshCookie, value, ...limits }));
  return shown;
}

function forgetRefreshToken(reply: FastifyReply): void {
  const gone = { name: refreshCookie, value: '', maxAge: 0, ...limits };
  void reply.header('Set-Cookie', stringifySetCookie(gone));
}
