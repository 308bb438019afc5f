/**
 * What must be there before an operation can succeed at all, where the demonstration does not have it: a one-time token,
 * a spare person to depart, an import that waits. Made afresh, because most of it is used up.
 */
import { putney } from '../support/people.js';
import { createSpare, type Played } from './cast.js';
import type { Operation } from './document.js';
import { depositWaiting, handingIn } from './deposit-preparation.js';
import {
  newBranch,
  renamedBranch,
  newCode,
  newEvent,
  newRoleHolder,
  scheduledOrder,
  shorterTerm,
  stoppedTool,
  unassigned,
  uncutDistrict,
} from './fresh-preparation.js';
import { staged, undecided } from './import-preparation.js';
import {
  beforeSetUp,
  oneTimeToken,
  ownPassword,
  refreshable,
  refreshableByCookie,
  signedIn,
  spareIn,
  spareProgram,
  spareWithFactor,
  unconfirmedFactor,
} from './people-preparation.js';
import type { Prepared, Preparation } from './prepared.js';
import { begunEvent, contactOfOwn, correction, signUp } from './visit-preparation.js';
import { mailing, ofOwn, listable, selection, unsubscribing, walkOfOwn } from './work-preparation.js';
import type { World } from './world.js';

/** Nothing for who is refused: it would be as dull as it is slow. */
export async function prepare(world: World, operation: Operation, played: Played): Promise<Prepared> {
  return (await preparations[`${operation.method} ${operation.path}`]?.(world, played)) ?? {};
}

const preparations: Partial<Record<string, Preparation>> = {
  'POST /v1/users/{id}/departure': async ({ database }) => {
    await createSpare(database, 'person', 'canvasser');
    return { isFresh: true, body: { standing: 'resigned', reason: 'left the party' } };
  },
  'GET /v1/users/{id}/departure': async ({ database }) => {
    const { rows } = await database.admin.query<{ id: string }>(
      'SELECT account_id AS id FROM access.departure LIMIT 3',
    );
    return rows.length > 0 ? { targets: rows } : {};
  },
  'POST /v1/users/{id}/grants': async ({ database }) => {
    await createSpare(database, 'person');
    const untilAt = new Date(Date.now() + 20 * 86_400_000).toISOString();
    const area = { kind: 'constituency', constituencyId: putney };
    return { isFresh: true, body: { role: 'canvasser', area, purposes: ['voter-contact'], untilAt } };
  },
  'POST /v1/users/{id}/grants/{grantId}/end': spareIn('canvasser'),
  'POST /v1/users/{id}/grants/{grantId}/renew': spareIn('canvasser'),
  'POST /v1/users/{id}/grants/{grantId}/approve': async (world) => {
    const id = await createSpare(world.database, 'person', 'canvasser');
    await world.database.admin.query(
      'UPDATE access.role_grant SET approved_at = NULL, granted_by = $2 WHERE account_id = $1',
      [id, await createSpare(world.database, 'person')],
    );
    return { isFresh: true };
  },
  'POST /v1/suspensions': scheduledOrder,
  'POST /v1/suspensions/{id}/lift': stoppedTool,
  'POST /v1/users/{id}/totp-reset': spareWithFactor,
  'POST /v1/api-clients/{id}/rotate-secret': spareProgram,
  'DELETE /v1/api-clients/{id}': spareProgram,
  'POST /v1/auth/token': signedIn,
  'POST /v1/auth/refresh': refreshable,
  'POST /v1/auth/browser/token': signedIn,
  'POST /v1/auth/browser/refresh': refreshableByCookie,
  'POST /v1/auth/step-up': ownPassword((password) => ({ password })),
  'POST /v1/auth/password-reset/confirm': oneTimeToken('password-reset'),
  'POST /v1/auth/invitations/accept': oneTimeToken('invitation'),
  'POST /v1/auth/set-up': beforeSetUp,
  'POST /v1/me/password': ownPassword((currentPassword) => ({
    currentPassword,
    newPassword: 'eight copper whistles sing',
  })),
  'POST /v1/me/totp': ownPassword((password) => ({ password })),
  'POST /v1/me/totp/confirm': unconfirmedFactor,
  'POST /v1/register-imports/{id}/commit': staged('register-imports', 'staged'),
  'POST /v1/register-imports/{id}/cancel': staged('register-imports', 'staged'),
  'POST /v1/register-imports/{id}/undo': staged('register-imports', 'committed'),
  'POST /v1/register-imports/{id}/rows/{line}/decision': undecided,
  'POST /v1/member-imports/{id}/commit': staged('member-imports', 'staged'),
  'POST /v1/member-imports/{id}/cancel': staged('member-imports', 'staged'),
  'POST /v1/lists': listable,
  'POST /v1/selections/{id}/freeze': selection(false),
  'PATCH /v1/selections/{id}': selection(false),
  'DELETE /v1/selections/{id}': selection(false),
  'POST /v1/mailings/{id}/send': mailing('draft'),
  'POST /v1/mailings/{id}/cancel': mailing('preparing'),
  'PATCH /v1/mailings/{id}': mailing('draft'),
  'DELETE /v1/mailings/{id}': mailing('draft'),
  'POST /v1/walks/{id}/claim': walkOfOwn(false),
  'DELETE /v1/walks/{id}/claim': walkOfOwn(true),
  'GET /v1/walks/{id}/doors': walkOfOwn(false),
  'GET /v1/walks': walkOfOwn(false),
  'POST /v1/contacts/{id}/correction': correction,
  'POST /v1/contacts/{id}/retraction': contactOfOwn,
  'GET /v1/exports/{id}/file.csv': ofOwn('contact_creator.export'),
  'GET /v1/unsubscribe/{token}': unsubscribing,
  'POST /v1/unsubscribe/{token}': unsubscribing,
  'POST /v1/deposits': handingIn,
  'POST /v1/deposits/{id}/release': depositWaiting,
  'POST /v1/deposits/{id}/discard': depositWaiting,
  'POST /v1/events': newEvent,
  'POST /v1/branches': newBranch,
  'PATCH /v1/branches/{id}': renamedBranch,
  'POST /v1/voting-intention-codes': newCode,
  'POST /v1/role-holders': newRoleHolder,
  'PATCH /v1/role-holders/{id}': shorterTerm,
  'PATCH /v1/walks/{id}': unassigned,
  'GET /v1/events/{id}/sign-ups': begunEvent,
  'POST /v1/events/{id}/sign-ups': begunEvent,
  'GET /v1/sign-ups/{id}': signUp('going'),
  'PATCH /v1/sign-ups/{id}': signUp('going'),
  'DELETE /v1/sign-ups/{id}': signUp('going'),
  'PUT /v1/sign-ups/{id}/check-in': signUp('going'),
  'DELETE /v1/sign-ups/{id}/check-in': signUp('attended'),
  'POST /v1/polling-districts/{id}/road-groups': uncutDistrict,
};
