/**
 * Prepares what only fits the day or may be sent once: dates to come, names that nobody has yet.
 */
import { randomUUID } from 'node:crypto';
import { putney, wimbledon } from '../support/people.js';
import { createRegister } from '../support/register.js';
import type { Preparation } from './prepared.js';

const inDays = (days: number, hours: number) =>
  new Date(Date.now() + days * 86_400_000 + hours * 3_600_000).toISOString();

export const newEvent: Preparation = () =>
  Promise.resolve({
    body: {
      constituencyId: putney,
      kind: 'meeting',
      title: 'Meeting',
      startsAt: inDays(9, 0),
      endsAt: inDays(9, 2),
    },
  });
export const newBranch: Preparation = () =>
  Promise.resolve({ body: { constituencyId: putney, name: `Branch ${randomUUID()}`, wardIds: [] } });
export const renamedBranch: Preparation = () => Promise.resolve({ body: { name: `Branch ${randomUUID()}` } });
export const newCode: Preparation = () =>
  Promise.resolve({
    body: {
      code: randomUUID().replaceAll('-', '').slice(0, 8).toUpperCase(),
      label: 'Firm',
      category: 'firm-support',
      validFrom: inDays(2, 0).slice(0, 10),
    },
  });
export const newRoleHolder: Preparation = () =>
  Promise.resolve({
    body: {
      constituencyId: putney,
      memberId: '@member:1',
      office: `Office ${randomUUID().slice(0, 8)}`,
      fromOn: inDays(-9, 0).slice(0, 10),
      untilOn: inDays(90, 0).slice(0, 10),
    },
  });
export const shorterTerm: Preparation = () =>
  Promise.resolve({ body: { untilOn: inDays(30, 0).slice(0, 10), reason: 'Stood down' } });
export const unassigned: Preparation = () => Promise.resolve({ body: { assignment: null } });

/** A district whose streets are in no road group. */
export const uncutDistrict: Preparation = async ({ database }) => {
  const code = `X${randomUUID().slice(0, 4).toUpperCase()}`;
  const { districtId } = await createRegister(database.admin, putney, code, 2, 3);
  return { targets: [{ id: districtId, constituencyId: putney }] };
};

/** Begins long after the fuzz. */
export const scheduledOrder: Preparation = () =>
  Promise.resolve({
    body: {
      target: { kind: 'area', id: wimbledon },
      reason: 'A breach in the area',
      startsAt: inDays(2, 0),
      expiresAt: inDays(3, 0),
    },
  });

/** A tool that stands still, as the one who lifts has seen it. */
export const stoppedTool: Preparation = async ({ database }) => {
  const id = randomUUID();
  await database.admin.query(
    `INSERT INTO ks.suspension (id, target_kind, target_id, reason, in_force_at)
     VALUES ($1, 'tool', 'organise', 'A breach', NULL)`,
    [id],
  );
  const begun = await database.admin.query<{ epoch: number }>(
    'SELECT ks.begin_suspension($1)::integer AS epoch',
    [id],
  );
  return {
    isFresh: true,
    targets: [{ id }],
    body: { reason: 'No data left the party', expectedEpoch: begun.rows[0]!.epoch },
  };
};
