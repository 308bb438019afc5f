import { Body, Controller, Param } from '@nestjs/common';
import { Route, self } from '../http/route.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { ChangePassword, Me } from './me.dto.js';
import { PasswordService } from './password.service.js';
import { Sessions } from './session.dto.js';
import { SessionService } from './session.service.js';
import { CurrentCaller, type SignedIn } from './signed-in.js';
import { ConfirmTotp, EnrolTotp, RecoveryCodes, TotpEnrolment } from './totp.dto.js';
import { TotpService } from './totp.service.js';

const sessionId = '5a7e6f0c-3b1d-4c2e-9f8a-1b2c3d4e5f60';

@Controller()
export class SessionController {
  constructor(
    private readonly sessions: SessionService,
    private readonly passwords: PasswordService,
    private readonly totps: TotpService,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/me',
    reach: self,
    action: 'session.self',
    summary: 'Who is signed in, and what counts for him now',
    response: Me,
    example: {
      response: {
        id: '0b7a3c52-6f0e-4a5f-8a8e-7b7f0d0c4d11',
        kind: 'person',
        username: 'ada@example.org',
        displayName: 'Ada Example',
        sessionId,
        hasSecondFactor: true,
        isTotpEnrolled: true,
        isSecondFactorRequired: false,
        steppedUpUntil: null,
        grants: [
          {
            role: 'organiser',
            constituencyId: 'E14001434',
            purposes: ['voter-contact'],
            untilAt: '2026-11-20T00:00:00.000Z',
          },
        ],
        undertaking: { version: 1, isAccepted: true },
      },
    },
  })
  me(@CurrentCaller() caller: SignedIn): Promise<Me> {
    return this.sessions.me(caller);
  }

  @Route({
    method: 'GET',
    path: '/v1/sessions',
    reach: self,
    action: 'session.self',
    summary: 'Your sessions that live, newest first',
    response: Sessions,
    example: {
      response: {
        items: [
          {
            id: sessionId,
            createdAt: '2026-02-20T18:02:11.004Z',
            expiresAt: '2026-03-22T18:02:11.004Z',
            lastRefreshedAt: '2026-02-20T18:02:11.004Z',
            hasSecondFactor: true,
            isCurrent: true,
          },
        ],
      },
    },
  })
  list(@CurrentCaller() caller: SignedIn): Promise<Sessions> {
    return this.sessions.list(caller);
  }

  @Route({
    method: 'DELETE',
    path: '/v1/sessions',
    reach: self,
    action: 'session.self',
    summary: 'End all your sessions, this one too',
    response: 'none',
  })
  endAll(@CurrentCaller() caller: SignedIn): Promise<void> {
    return this.sessions.endAll(caller);
  }

  @Route({
    method: 'DELETE',
    path: '/v1/sessions/:id',
    reach: self,
    action: 'session.self',
    summary: 'End one of your sessions',
    response: 'none',
  })
  end(@CurrentCaller() caller: SignedIn, @Param('id', UuidPipe) id: string): Promise<void> {
    return this.sessions.end(caller, id, 'ended-by-owner');
  }

  @Route({
    method: 'POST',
    path: '/v1/me/password',
    reach: self,
    action: 'session.self',
    summary: 'Change your password; ends all your other sessions',
    request: ChangePassword,
    response: 'none',
    problems: ['credentials-refused'],
    example: { request: { currentPassword: 'seven brass kettles', newPassword: 'eight copper whistles' } },
  })
  changePassword(@CurrentCaller() caller: SignedIn, @Body() change: ChangePassword): Promise<void> {
    return this.passwords.change(caller, change.currentPassword, change.newPassword);
  }

  @Route({
    method: 'POST',
    path: '/v1/me/totp',
    reach: self,
    action: 'session.self',
    summary: 'Begin to enrol an authenticator app',
    request: EnrolTotp,
    response: TotpEnrolment,
    problems: ['credentials-refused', 'conflict'],
    example: {
      request: { password: 'seven brass kettles' },
      response: {
        secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
        uri: 'otpauth://totp/Rosette:ada%40example.org?issuer=Rosette&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30',
      },
    },
  })
  enrolTotp(@CurrentCaller() caller: SignedIn, @Body() { password }: EnrolTotp): Promise<TotpEnrolment> {
    return this.totps.enrol(caller, password);
  }

  @Route({
    method: 'POST',
    path: '/v1/me/totp/confirm',
    reach: self,
    action: 'session.self',
    summary: 'Finish enrolling with a first code',
    description:
      'From now on every sign-in needs a code. All your other sessions end; this one counts as having a second factor.',
    request: ConfirmTotp,
    response: RecoveryCodes,
    problems: ['credentials-refused', 'conflict'],
    example: {
      request: { code: '492039' },
      response: { codes: ['k3vn-8w2q-zt5m-c7xd', '9hbr-4ypj-n6sa-e2wf'] },
    },
  })
  confirmTotp(@CurrentCaller() caller: SignedIn, @Body() { code }: ConfirmTotp): Promise<RecoveryCodes> {
    return this.totps.confirm(caller, code);
  }
}
