import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { AccessTokenService } from './access-token.service.js';
import { AccountRepository } from './account.repository.js';
import { AdministratorWatch } from './administrator-watch.service.js';
import { ApiClientController } from './api-client.controller.js';
import { ApiClientRepository } from './api-client.repository.js';
import { ApiClientService } from './api-client.service.js';
import { AttemptRepository } from './attempt.repository.js';
import { Attempts } from './attempts.service.js';
import { AuthController } from './auth.controller.js';
import { BearerStrategy } from './bearer.strategy.js';
import { BrowserSessionController } from './browser-session.controller.js';
import { BrowserSessions } from './browser-session.service.js';
import { Envelope } from './envelope.service.js';
import { InvitationController } from './invitation.controller.js';
import { InvitationService } from './invitation.service.js';
import { JsonWebKeyController } from './json-web-key.controller.js';
import { MeReadModel } from './me.read-model.js';
import { OneTimeTokenRepository } from './one-time-token.repository.js';
import { PasswordRepository } from './password.repository.js';
import { PasswordService } from './password.service.js';
import { PasswordStrategy } from './password.strategy.js';
import { Proof } from './proof.service.js';
import { RefreshService } from './refresh.service.js';
import { RefreshTokenRepository } from './refresh-token.repository.js';
import { SecondFactor } from './second-factor.service.js';
import { SessionController } from './session.controller.js';
import { SessionRepository } from './session.repository.js';
import { SessionService } from './session.service.js';
import { SessionTokens } from './session-tokens.service.js';
import { SetUp } from './set-up.service.js';
import { SignInLedgerRepository } from './sign-in-ledger.repository.js';
import { SignInService } from './sign-in.service.js';
import { TotpRepository } from './totp.repository.js';
import { TotpService } from './totp.service.js';

const repositories = [
  AccountRepository,
  ApiClientRepository,
  AttemptRepository,
  MeReadModel,
  OneTimeTokenRepository,
  PasswordRepository,
  RefreshTokenRepository,
  SessionRepository,
  SignInLedgerRepository,
  TotpRepository,
];

@Module({
  imports: [PassportModule],
  controllers: [
    ApiClientController,
    AuthController,
    BrowserSessionController,
    InvitationController,
    JsonWebKeyController,
    SessionController,
  ],
  providers: [
    ...repositories,
    AccessTokenService,
    AdministratorWatch,
    ApiClientService,
    Attempts,
    BearerStrategy,
    BrowserSessions,
    Envelope,
    InvitationService,
    PasswordService,
    PasswordStrategy,
    Proof,
    RefreshService,
    SecondFactor,
    SessionService,
    SessionTokens,
    SetUp,
    SignInService,
    TotpService,
  ],
  exports: [AccessTokenService, Envelope],
})
export class IdentityModule {}
