import { Body, Controller, Param } from '@nestjs/common';
import { control, Route } from '../http/route.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { Invitation, Invite } from './invitation.dto.js';
import { InvitationService } from './invitation.service.js';
import { CurrentCaller, type SignedIn } from './signed-in.js';
import { TotpReset } from './totp.dto.js';
import { TotpService } from './totp.service.js';

const accountId = '0b7a3c52-6f0e-4a5f-8a8e-7b7f0d0c4d11';

@Controller()
export class InvitationController {
  constructor(
    private readonly invitations: InvitationService,
    private readonly totps: TotpService,
  ) {}

  @Route({
    method: 'POST',
    path: '/v1/invitations',
    reach: control,
    action: 'user.invite',
    summary: 'Invite a person: an account without a password, and a token by e-mail',
    description: 'The token is valid for 72 hours and is mailed, never returned. Inviting again replaces it.',
    status: 201,
    idempotent: true,
    request: Invite,
    response: Invitation,
    problems: ['already-exists', 'mfa-required'],
    example: {
      request: { username: 'ada@example.org', displayName: 'Ada Example' },
      response: {
        accountId,
        username: 'ada@example.org',
        displayName: 'Ada Example',
        expiresAt: '2026-02-23T21:14:03.512Z',
      },
    },
  })
  invite(@CurrentCaller() caller: SignedIn, @Body() invite: Invite): Promise<Invitation> {
    return this.invitations.invite(caller, invite);
  }

  @Route({
    method: 'POST',
    path: '/v1/users/:id/totp-reset',
    reach: control,
    action: 'totp.reset',
    stepUp: true,
    summary: "Ask for the reset of a lost second factor, or confirm another person's request",
    description:
      'A request is open for a day. Neither of the two people may be the one it is about. The reset ends all sessions.',
    response: TotpReset,
    problems: ['conflict', 'mfa-required'],
    example: {
      response: {
        accountId,
        state: 'asked',
        askedBy: '6f0e4a5f-0b7a-4c52-8a8e-7b7f0d0c4d22',
        askedAt: '2026-02-20T21:14:03.512Z',
      },
    },
  })
  resetTotp(@CurrentCaller() caller: SignedIn, @Param('id', UuidPipe) id: string): Promise<TotpReset> {
    return this.totps.reset(caller, id);
  }
}
