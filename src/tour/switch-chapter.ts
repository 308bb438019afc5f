/**
 * The last chapter: a file of a whole constituency is on its way when the general secretary suspends Contact Creator. It
 * breaks off, the tool refuses everybody, the other goes on; then two people lift the suspension.
 */
import { putneyId } from '../demonstration/demonstration-plan.js';
import type { Tour } from './cast.js';
import type { Refusal } from './person.js';
import { practiceSeat } from './practice-register.js';
import { SlowReading } from './slow-reading.js';
import { liftOwnSuspensions, tourReason } from './suspension.js';
import { count, expect, pause, TourFault, within, type Schemas } from './story.js';

const putney = { constituencyId: putneyId, name: 'Putney' };
const at = `constituencyId=${putneyId}`;
const columns =
  'electorId electorNumber entryKind title forename middleNames surname nameSuffix pollingDistrict wardId street address postcode uprn lastContactAt contactCount franchise attainsOn isOptedOut absentVote'.split(
    ' ',
  );
const notice = 'Contact Creator is switched off while we look into a possible breach. (This is the tour.)';
const readBeforeMs = 1_500;
const cutWithinMs = 20_000;

export async function tellOfTheSwitch(tour: Tour): Promise<void> {
  const { story, people } = tour;
  const { 'general-secretary': secretary, 'data-officer': officer } = people;

  story.chapter('The switch');
  const seat = tour.whyPractice ? practiceSeat : putney;
  const inSeat = `constituencyId=${seat.constituencyId}`;
  story.takeStep(
    `The data officer asks for a file of all electors of ${seat.name}: with a reason, a purpose and a fresh code.`,
  );
  await officer.stepUp();
  const wanted = await officer.post<Schemas['Export']>('/v1/exports', {
    constituencyId: seat.constituencyId,
    source: { kind: 'constituency' },
    columns,
    reason: 'Tour: a file that will be cut off',
  });
  story.answered(
    `${count(wanted.rowCount)} electors, for the purpose of ${wanted.purpose}. It may be fetched for a day.`,
  );
  // Before the file begins, so that nobody waits for a code while it runs.
  await secretary.stepUp();

  story.takeStep('The data officer fetches the file over a slow line.');
  const path = `/v1/exports/${wanted.id}`;
  const response = await officer.open(`${path}/file.csv?${inSeat}`);
  if (response.status !== 200 || response.body === null)
    throw new TourFault(`The file was answered ${response.status}`, await response.text());
  const reading = new SlowReading(response.body);
  await pause(readBeforeMs);
  const running = await officer.get<Schemas['Export']>(`${path}?${inSeat}`);
  story.answered(
    `${megabytes(reading.bytes)} of the file have arrived, ${count(reading.rows)} electors, and more is coming.`,
  );
  expect(
    running.fetches.at(-1)?.endedAt === null,
    'The file was through before anything could be switched off.',
    running,
  );

  await suspend(tour, reading);
  await seeWhatStands(tour);
  await lift(tour);
  await seeTheRecord(tour, `${path}?${inSeat}`, wanted, reading);
}

async function suspend(tour: Tour, reading: SlowReading): Promise<void> {
  const { story, people } = tour;
  story.takeStep(
    'News: somebody who has left is still using the data. The general secretary suspends Contact Creator, alone and at once.',
  );
  // Before it is asked for: an answer that is lost, or never waited for, leaves the tool suspended all the same.
  tour.remedies.push({
    says: 'The tour has suspended Contact Creator; that is lifted now.',
    apply: () => liftOwnSuspensions(tour),
  });
  const pressedAt = performance.now();
  await people['general-secretary'].post<Schemas['Suspension']>('/v1/suspensions', {
    target: { kind: 'tool', id: 'contact-creator' },
    reason: tourReason,
    notice,
  });
  story.answered(
    `In force after ${Math.ceil(performance.now() - pressedAt)} ms, on every replica, in the database itself.`,
  );

  story.takeStep('And the file that was on its way?');
  reading.hurry();
  const isWhole = await within(cutWithinMs, reading.ended);
  expect(isWhole !== 'late', `After ${cutWithinMs / 1_000} s the file still runs.`);
  expect(!isWhole && !reading.hasEndMarker, 'The file came through whole.');
  story.answered(
    `Broken off after ${megabytes(reading.bytes)} and ${count(reading.rows)} electors: the connection was reset,`,
  );
  story.answered('and the last line, by which a whole file is known, never came.');
}

async function seeWhatStands({ story, people }: Tour): Promise<void> {
  story.takeStep('The data officer, the organiser and the canvasser try again.');
  const tries = [
    [people['data-officer'], `/v1/electors?${at}&limit=1`],
    [people.organiser, `/v1/lists?${at}`],
    [people.canvasser, `/v1/walks?${at}`],
  ] as const;
  for (const [person, path] of tries) {
    const { status, body } = await person.ask<Refusal>('GET', path);
    expect(status === 503 && body.code === 'tool-suspended', `${person.name} should be refused.`, body);
    story.answered(`${person.name.padEnd(16)} ${status} ${body.code}: ${body.title}`);
  }
  const state = await people.canvasser.get<Schemas['AccessState']>('/v1/access-state');
  const told = state.suspended.find((one) => one.notice !== null)?.notice;
  expect(told === notice, 'The canvasser is not told why.', state);
  story.answered(`and are told: “${told}”`);

  story.takeStep('Organise goes on: the membership secretary notices nothing.');
  const members = await people['membership-secretary'].get<Schemas['MemberPage']>(
    `/v1/members?${at}&status=current&limit=5`,
  );
  expect(members.items.length > 0, 'Organise shows no members.', members);
  story.answered(`${members.items.length} members shown, as before.`);
}

async function lift(tour: Tour): Promise<void> {
  const { story, people } = tour;
  const { 'general-secretary': secretary, 'data-officer': officer, administrator } = people;
  story.takeStep(
    'It was a false alarm. Nobody lifts the suspension of a tool alone: the general secretary asks, the administrator confirms.',
  );
  expect(await liftOwnSuspensions(tour), 'The suspension of the tour is not on record.');
  tour.remedies.pop();
  story.answered(`${secretary.name} asked and ${administrator.name} confirmed.`);
  await story.until(
    () => officer.ask('GET', `/v1/exports?${at}&limit=1`),
    ({ status }) => status === 200,
    () => 'Contact Creator comes back',
    cutWithinMs,
  );
  story.answered('Contact Creator answers again.');
}

async function seeTheRecord(
  { story, people }: Tour,
  path: string,
  wanted: Schemas['Export'],
  reading: SlowReading,
): Promise<void> {
  story.takeStep('What is on record of the file?');
  const recorded = await people['data-officer'].get<Schemas['Export']>(path);
  const fetched = recorded.fetches.at(-1);
  expect(
    fetched?.outcome === 'cut' && fetched.why === 'tool-suspended' && (fetched.rows ?? 0) < wanted.rowCount,
    'The record does not say that the file was cut.',
    recorded,
  );
  expect((fetched.rows ?? 0) >= reading.rows, 'The record names fewer rows than arrived.', recorded);
  story.answered(
    `${fetched.outcome}, because: ${fetched.why}. ${count(fetched.rows ?? 0)} of ${count(wanted.rowCount)} electors had left; none is missing from the record.`,
  );
  const underWay = (fetched.rows ?? 0) - reading.rows;
  if (underWay > 0)
    story.answered(
      `(${count(reading.rows)} of them arrived. The other ${count(underWay)} lay in buffers between server and reader, who was slow, and were lost with the connection; the record counts what left.)`,
    );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
