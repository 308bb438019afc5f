/**
 * The chapter of the canvasser: a walk claimed, its doors in order, what was said recorded in one batch that is sent twice
 * because its answer was lost, and what the server makes of it.
 */
import { randomUUID } from 'node:crypto';
import type { Tour } from './cast.js';
import { count, expect, TourFault, type Schemas } from './story.js';
import { tourLists, type Aim } from './targeting-chapter.js';

type Contact = Schemas['ContactInput'];
type Results = Schemas['ContactResults'];

const purpose = 'voter-contact';
const mostDoors = 12;
const doorsShown = 5;
const minuteMs = 60_000;
/** What they said who opened: codes of the organisation. */
const said = [
  { votingIntentionCode: 'F', likelihood: 9 },
  { votingIntentionCode: 'U', likelihood: 6 },
  { votingIntentionCode: 'L', likelihood: 7 },
  { votingIntentionCode: 'S' },
];

export async function tellOfTheDoorstep(tour: Tour, aim: Aim): Promise<void> {
  const { story, people } = tour;
  const { canvasser, organiser } = people;
  const { constituencyId, walkId } = aim;
  const at = `constituencyId=${constituencyId}`;

  story.chapter('At the doors');
  story.takeStep(`${canvasser.name}, the canvasser, looks on the telephone and claims the walk.`);
  const mine = await canvasser.get<Schemas['MyWalkPage']>(`/v1/walks?${at}&limit=100`);
  expect(
    mine.items.some(({ id }) => id === walkId),
    'The walk that was assigned is not among those of the canvasser.',
    mine,
  );
  // A tour that broke off may hold the same doors still.
  for (const { id, list, claimExpiresAt } of mine.items)
    if (claimExpiresAt !== null && list.startsWith(tourLists))
      await canvasser.taken('DELETE', `/v1/walks/${id}/claim?${at}`);
  const claimed = await canvasser.post<Schemas['MyWalk']>(`/v1/walks/${walkId}/claim?${at}`);
  expect(claimed.claimExpiresAt !== null, 'It was not claimed.', claimed);
  story.answered(
    `${mine.items.length} walks are waiting; “${claimed.name}” is claimed until ${claimed.claimExpiresAt.slice(11, 16)} UTC.`,
  );

  story.takeStep(
    'The telephone shows the doors in the order of the walk, with the names of whom to call on.',
  );
  const { items } = await canvasser.get<Schemas['WalkDoorPage']>(`/v1/walks/${walkId}/doors?${at}&limit=100`);
  for (const door of items.slice(0, doorsShown)) {
    const names = door.electors.map(({ forename, surname }) => `${forename} ${surname}`).join(', ');
    story.answered(
      `${String(door.position).padStart(3)}  ${door.addressLines.slice(0, -1).join(', ')}  ${names}`,
    );
  }
  story.answered(`     … and ${Math.max(0, items.length - doorsShown)} more.`);
  expect(
    items.length > 0 &&
      items.every((door, index) => index === 0 || door.position > (items[index - 1]?.position ?? 0)),
    'The doors do not come in walk order.',
  );

  const tried = () => triedToday(tour, aim);
  const before = await tried();
  const { contacts, subjects } = cameOfIt(items.slice(0, mostDoors), walkId);
  story.takeStep(
    `At ${Math.min(items.length, mostDoors)} doors the canvasser records what came of it, in one batch.`,
  );
  const first = await canvasser.post<Results>('/v1/contacts', { constituencyId, contacts });
  expectAll(first, 'recorded');
  story.answered(`${contacts.length} contacts recorded.`);

  story.takeStep(
    'The signal was gone, and the telephone never saw that answer. It sends the same batch again: nothing counts twice.',
  );
  const second = await canvasser.post<Results>('/v1/contacts', { constituencyId, contacts });
  expectAll(second, 'repeated');
  story.answered(`${contacts.length} contacts known already, 0 recorded.`);
  const altered = { ...contacts[0], method: 'phone' };
  const third = await canvasser.post<Results>('/v1/contacts', { constituencyId, contacts: [altered] });
  expectAll(third, 'conflict');
  story.answered(
    'The first of them with something else in it is refused: under its number another contact is known.',
  );

  story.takeStep('The organiser sees what follows from it.');
  const after = await tried();
  expect(
    after - before === subjects,
    `${subjects} electors were called on; the server counts ${after - before} more than before.`,
  );
  story.answered(
    `Called on in the last day: ${count(before)} electors before the batch, ${count(after)} after it.`,
  );
  const { definition } = aim;
  const left = await organiser.post<Schemas['SelectionCount']>('/v1/selections/count', {
    constituencyId,
    definition,
  });
  expect(
    left.electors === aim.electors - subjects,
    `The selection should find ${aim.electors - subjects} electors now.`,
    left,
  );
  story.answered(
    `The selection found ${count(aim.electors)} electors and now finds ${count(left.electors)}: whoever was tried is left alone.`,
  );
  const one = contacts.find(({ electorId }) => electorId !== undefined);
  if (one?.electorId !== undefined) {
    const path = `/v1/contacts?${at}&electorId=${one.electorId}`;
    const history = await organiser.get<Schemas['ContactPage']>(path, { purpose });
    const found = history.items.filter(({ id }) => id === one.id);
    expect(found.length === 1, 'The contact does not stand in the history of the elector once.', history);
    story.answered(
      `In the history of one of them it stands once: “${found[0]?.opinion?.category ?? found[0]?.outcome}”.`,
    );
  }
  // So that the next tour may have the doors.
  await canvasser.taken('DELETE', `/v1/walks/${walkId}/claim?${at}`);
}

/** Two of three doors open. */
function cameOfIt(
  doors: readonly Schemas['WalkDoor'][],
  walkId: string,
): { contacts: Contact[]; subjects: number } {
  let subjects = 0;
  const contacts = doors.map((door, index): Contact => {
    const at = {
      id: randomUUID(),
      walkId,
      method: 'doorstep' as const,
      deviceAt: new Date(Date.now() - (doors.length - index) * 2 * minuteMs).toISOString(),
    };
    const [elector] = door.electors;
    if (index % 3 === 2 || !elector) {
      subjects += door.electors.length;
      return { ...at, doorId: door.id, outcome: 'not-in' };
    }
    subjects += 1;
    return { ...at, electorId: elector.id, outcome: 'canvassed', ...said[index % said.length] };
  });
  return { contacts, subjects };
}

async function triedToday({ people }: Tour, { constituencyId, pollingDistrictId }: Aim): Promise<number> {
  const definition = {
    unit: 'person',
    base: { field: 'pollingDistrict', op: 'in', value: [pollingDistrictId] },
    steps: [{ op: 'narrow', expression: { field: 'attempted', op: 'withinDays', value: 1 } }],
    for: 'any',
  };
  const found = await people.organiser.post<Schemas['SelectionCount']>('/v1/selections/count', {
    constituencyId,
    definition,
  });
  // With those who are left in peace for that very reason.
  return found.matched;
}

function expectAll(results: Results, status: Schemas['ContactResult']['status']): void {
  const other = results.contacts.find((result) => result.status !== status);
  if (other) throw new TourFault(`A contact should be answered “${status}”.`, other);
}
