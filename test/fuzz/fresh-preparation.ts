/**
 * Prepares what only fits the day or may be sent once: dates to come, names that nobody has yet, contacts just made.
 */
import { randomUUID } from 'node:crypto';
import { putney } from '../support/people.js';
import { createRegister } from '../support/register.js';
import type { Preparation } from './prepared.js';
import { send } from './wire.js';

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

let n = 0;
export const newSignUp: Preparation = () => Promise.resolve({ body: { memberId: `@member:${(n += 1)}` } });

/** A district whose streets are in no road group. */
export const uncutDistrict: Preparation = async ({ database }) => {
  const code = `X${randomUUID().slice(0, 4).toUpperCase()}`;
  const { districtId } = await createRegister(database.admin, putney, code, 2, 3);
  return { targets: [{ id: districtId, constituencyId: putney }] };
};

const contactOf = (electorId: string) => ({
  id: randomUUID(),
  electorId,
  method: 'doorstep',
  outcome: 'canvassed',
  deviceAt: inDays(0, -1),
});

/** A contact of one's own, and what should have been recorded. */
export const ownContact: Preparation = async ({ server, pool }, { headers }) => {
  const made = contactOf('@elector:0');
  await send(server.url, {
    method: 'POST',
    target: '/v1/contacts',
    headers: { ...headers, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(pool.resolved({ constituencyId: putney, contacts: [made] }))),
  });
  const body = { constituencyId: putney, reason: 'the wrong neighbour', contact: contactOf('@elector:1') };
  return { targets: [{ id: made.id }], body };
};
export const ownMistake: Preparation = async (world, played) => ({
  ...(await ownContact(world, played)),
  body: { constituencyId: putney, reason: 'never happened' },
});
