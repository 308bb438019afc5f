import { Body, Controller, Ip } from '@nestjs/common';
import { Route, self } from '../http/route.js';
import {
  AskPasswordReset,
  FinishSetUp,
  Refresh,
  SetPasswordByToken,
  SignIn,
  StepUp,
  SteppedUp,
  TokenSet,
} from './auth.dto.js';
import { PasswordService } from './password.service.js';
import { RefreshService } from './refresh.service.js';
import { SessionService } from './session.service.js';
import { SetUp } from './set-up.service.js';
import { SignInService } from './sign-in.service.js';
import { CurrentCaller, RequestId, type SignedIn } from './signed-in.js';

const tokens = {
  accessToken: 'eyJhbGciOiJFZERTQSJ9.eyJzaWQiOiIuLi4ifQ.c2lnbmF0dXJl',
  tokenType: 'Bearer',
  expiresIn: 600,
  refreshToken: 'Zp2mV3v0cJq7m0n3sQw1yTgk5b8uLhXoRdEa9fIjK4M',
  sessionId: '5a7e6f0c-3b1d-4c2e-9f8a-1b2c3d4e5f60',
};
const oneTimeToken = '3q2-7wEjRfYdqk0nHn3Zl8y1sO4uPcVbTxGmKaLiWeA';
const bodyLimit = 16 * 1024;

@Controller()
export class AuthController {
  constructor(
    private readonly signIns: SignInService,
    private readonly refreshes: RefreshService,
    private readonly sessions: SessionService,
    private readonly passwords: PasswordService,
    private readonly setUp: SetUp,
  ) {}

  @Route({
    method: 'POST',
    path: '/v1/auth/token',
    reach: self,
    action: 'none',
    summary: 'Sign in',
    description:
      'A person gives `username` and `password`, and a `code` or `recoveryCode` once a second factor is enrolled (`mfa-required` is told only after the right password). An API client gives `clientId` and `clientSecret`.',
    bodyLimit,
    request: SignIn,
    response: TokenSet,
    problems: ['credentials-refused', 'mfa-required'],
    example: {
      request: { username: 'ada@example.org', password: 'seven brass kettles', code: '492039' },
      response: tokens,
    },
  })
  token(@RequestId() requestId: string, @Ip() address: string, @Body() signIn: SignIn): Promise<TokenSet> {
    return this.signIns.signIn(requestId, address, signIn);
  }

  @Route({
    method: 'POST',
    path: '/v1/auth/refresh',
    reach: self,
    action: 'none',
    summary: 'Exchange a refresh token for new tokens',
    description:
      'A refresh token works once; a second use ends the session. If the answer was lost, the same token may be sent again within 30 seconds, as long as nothing it was exchanged for has been used.',
    bodyLimit,
    request: Refresh,
    response: TokenSet,
    problems: ['unauthenticated'],
    example: { request: { refreshToken: tokens.refreshToken }, response: tokens },
  })
  refresh(@RequestId() requestId: string, @Body() { refreshToken }: Refresh): Promise<TokenSet> {
    return this.refreshes.refresh(requestId, refreshToken);
  }

  @Route({
    method: 'POST',
    path: '/v1/auth/logout',
    reach: self,
    action: 'session.self',
    summary: 'End this session, on every replica at once',
    response: 'none',
  })
  logout(@CurrentCaller() caller: SignedIn): Promise<void> {
    return this.sessions.end(caller, caller.principal.sessionId, 'signed-out');
  }

  @Route({
    method: 'POST',
    path: '/v1/auth/step-up',
    reach: self,
    action: 'session.self',
    urgent: true,
    summary: 'Confirm who you are, for five minutes',
    bodyLimit,
    request: StepUp,
    response: SteppedUp,
    problems: ['credentials-refused', 'mfa-required'],
    example: {
      request: { password: 'seven brass kettles', code: '492039' },
      response: { steppedUpUntil: '2026-02-20T21:14:03.512Z' },
    },
  })
  stepUp(@CurrentCaller() caller: SignedIn, @Body() proof: StepUp): Promise<SteppedUp> {
    return this.sessions.stepUp(caller, proof);
  }

  @Route({
    method: 'POST',
    path: '/v1/auth/password-reset',
    reach: self,
    action: 'none',
    summary: 'Ask for a new password',
    description:
      'The answer is the same whether or not the account exists. The token that is mailed is valid for 30 minutes.',
    status: 202,
    bodyLimit,
    request: AskPasswordReset,
    response: 'none',
    example: { request: { username: 'ada@example.org' } },
  })
  askPasswordReset(@RequestId() requestId: string, @Body() { username }: AskPasswordReset): Promise<void> {
    return this.passwords.askReset(requestId, username);
  }

  @Route({
    method: 'POST',
    path: '/v1/auth/password-reset/confirm',
    reach: self,
    action: 'none',
    summary: 'Set a new password with the mailed token; ends all sessions',
    bodyLimit,
    request: SetPasswordByToken,
    response: 'none',
    problems: ['link-expired'],
    example: { request: { token: oneTimeToken, password: 'seven brass kettles' } },
  })
  confirmPasswordReset(
    @RequestId() requestId: string,
    @Body() { token, password }: SetPasswordByToken,
  ): Promise<void> {
    return this.passwords.setByToken(requestId, 'password-reset', token, password);
  }

  @Route({
    method: 'POST',
    path: '/v1/auth/invitations/accept',
    reach: self,
    action: 'none',
    summary: 'Accept an invitation by choosing a password',
    bodyLimit,
    request: SetPasswordByToken,
    response: 'none',
    problems: ['link-expired'],
    example: { request: { token: oneTimeToken, password: 'seven brass kettles' } },
  })
  acceptInvitation(
    @RequestId() requestId: string,
    @Body() { token, password }: SetPasswordByToken,
  ): Promise<void> {
    return this.passwords.setByToken(requestId, 'invitation', token, password);
  }

  @Route({
    method: 'POST',
    path: '/v1/auth/set-up',
    reach: self,
    action: 'none',
    summary: 'Make the first administrator, with the token that the start printed',
    bodyLimit,
    request: FinishSetUp,
    response: 'none',
    problems: ['link-expired'],
    example: {
      request: {
        token: oneTimeToken,
        username: 'ada@example.org',
        displayName: 'Ada Example',
        password: 'seven brass kettles',
      },
    },
  })
  finishSetUp(@RequestId() requestId: string, @Body() setUp: FinishSetUp): Promise<void> {
    return this.setUp.finish(requestId, setUp);
  }
}
