/**
 * The chapter of the membership secretary: members of a branch, an event with too few places, and a mailing to the newest
 * of them, which says in advance whom it would reach.
 */
import { putneyId } from '../demonstration/demonstration-plan.js';
import type { Tour } from './cast.js';
import { count, expect, TourFault, type Schemas } from './story.js';

const at = `constituencyId=${putneyId}`;
const purpose = 'member-communication';
const places = 2;
const comers = 3;
const dayMs = 86_400_000;
/** Some fifteen people of a branch. */
const joinedAfter = '2023-12-31';

export async function tellOfTheMembers(tour: Tour): Promise<void> {
  const { story, people } = tour;
  const secretary = people['membership-secretary'];

  story.chapter('Members');
  story.takeStep('The membership secretary looks up the current members of a branch of Putney.');
  const branches = await secretary.get<Schemas['BranchPage']>(`/v1/branches?${at}&limit=1`);
  const branch = branches.items[0];
  if (!branch) throw new TourFault('Putney has no branch.', branches);
  const members = await secretary.get<Schemas['MemberPage']>(
    `/v1/members?${at}&status=current&branchId=${branch.id}&limit=${comers}`,
  );
  expect(members.items.length === comers, `${branch.name} has no ${comers} current members.`, members);
  for (const { membershipNumber, forename, surname } of members.items)
    story.answered(`${membershipNumber}  ${forename} ${surname}`);
  story.answered(`… of ${branch.name}: their names; addresses are asked for elsewhere.`);

  await planEvent(tour, branch.id, members.items);
  await mail(tour, branch);
}

async function planEvent(
  { story, people }: Tour,
  branchId: string,
  members: Schemas['Member'][],
): Promise<void> {
  const secretary = people['membership-secretary'];
  story.takeStep(
    `The secretary plans a canvassing morning with ${places} places, and ${comers} members sign up.`,
  );
  const day = new Date(Date.now() + 7 * dayMs).toISOString().slice(0, 10);
  const event = await secretary.post<Schemas['Event']>('/v1/events', {
    constituencyId: putneyId,
    kind: 'canvass-session',
    title: 'Canvassing morning (tour)',
    branchId,
    startsAt: `${day}T10:30:00Z`,
    endsAt: `${day}T12:30:00Z`,
    capacity: places,
  });
  const signUps: Schemas['SignUp'][] = [];
  for (const { id: memberId } of members)
    signUps.push(await secretary.post(`/v1/events/${event.id}/sign-ups?${at}`, { memberId }));
  const states = signUps.map(({ state }) => state).join(' ');
  expect(states === 'going going waiting', 'Two should be going and one waiting.', signUps);
  story.answered(`${places} have a place, 1 waits for one.`);

  story.takeStep('One of them cannot come after all; whoever waits moves up.');
  await secretary.taken('DELETE', `/v1/sign-ups/${signUps[0]?.id}?${at}`);
  const now = await secretary.get<Schemas['SignUp']>(`/v1/sign-ups/${signUps[2]?.id}?${at}`);
  expect(now.state === 'going', 'The first who waits should have the place now.', now);
  story.answered('The free place went to the one who waited.');
}

async function mail({ story, people }: Tour, branch: Schemas['Branch']): Promise<void> {
  const secretary = people['membership-secretary'];
  story.takeStep(
    `The secretary writes to who has joined ${branch.name} since 2024, and first asks whom it would reach.`,
  );
  const draft = await secretary.post<Schemas['Mailing']>(`/v1/mailings?${at}`, {
    name: 'New members (tour)',
    subject: 'Come canvassing, {{forename}}',
    bodyText: 'Dear {{forename}} {{surname}},\n\nwe meet in a week at half past ten.\n',
    segment: {
      all: [
        { field: 'branchId', op: 'in', value: [branch.id] },
        { field: 'joined', op: 'after', value: joinedAfter },
      ],
    },
  });
  const path = `/v1/mailings/${draft.id}`;
  const forecast = await secretary.post<Schemas['MailingForecast']>(`${path}/count?${at}`);
  const unreached = forecast.withoutAddress + forecast.unsubscribed + forecast.objected + forecast.bounced;
  expect(
    forecast.recipients > 0 && forecast.matched === forecast.recipients + unreached,
    'The forecast does not account for everybody of the segment.',
    forecast,
  );
  story.answered(
    `${count(forecast.matched)} members; ${count(forecast.recipients)} would get it, ${haveOrHas(forecast.withoutAddress)} no address, ${haveOrHas(forecast.unsubscribed)} unsubscribed.`,
  );

  story.takeStep(
    'Sending needs a fresh code. Then it goes out, each message with a link that ends such mail for good.',
  );
  await secretary.stepUp();
  await secretary.post<Schemas['Mailing']>(`${path}/send?${at}`, undefined, { purpose });
  const done = await story.until(
    () => secretary.get<Schemas['Mailing']>(`${path}?${at}`),
    ({ state }) => state === 'sent' || state === 'failed',
    ({ counts }) => `${counts.handedOver} of ${forecast.recipients} handed over`,
  );
  expect(
    done.state === 'sent' && done.counts.handedOver === forecast.recipients,
    'Not everybody of the forecast was written to.',
    done,
  );
  story.answered(
    `${count(done.counts.handedOver)} messages handed over: to the mail server of SMTP_URL, or where none is`,
  );
  story.answered(
    'named, as .eml files to the folder mail of the data directory, and nothing leaves this machine.',
  );
}

function haveOrHas(number: number): string {
  return `${count(number)} ${number === 1 ? 'has' : 'have'}`;
}
