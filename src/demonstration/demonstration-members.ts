/**
 * In charge of the members of the demonstration: in each seat a few branches, a list of members through the importer, and
 * one event to which some of them come. All of it through the HTTP API as the membership secretary.
 */
import { referenceAreaOf } from './area-catalogue.js';
import { DemonstrationClient, taken, type DemonstrationPage } from './demonstration-client.js';
import type { Demonstration } from './demonstration.js';
import { plannedRegisters, type PlannedRegister } from './demonstration-plan.js';
import { memberListOf } from './made-up-member.js';

interface MemberImport {
  id: string;
  state: string;
  counts: Record<string, number>;
  errorDetail: string | null;
}
interface Event {
  id: string;
  title: string;
  going: number;
  waiting: number;
}

const purpose = 'membership-administration';
const membersPerSeat = 750;
const directions = ['North', 'Central', 'South'];
const eventTitle = 'Meeting of members';
/** More than there are places, so that some wait. */
const signUps = 16;
const places = 12;
const dayMs = 86_400_000;
const askEveryMs = 250;
const over = ['committed', 'failed', 'cancelled'];

export async function loadMembers({ accounts, baseUrl, say }: Demonstration): Promise<void> {
  const secretary = accounts.find(({ role }) => role === 'membership-secretary');
  if (!secretary) throw new Error('the demonstration has no membership secretary');
  const client = await DemonstrationClient.signIn(baseUrl, secretary, purpose);
  // One that fails stops no other.
  const loads = await Promise.allSettled(plannedRegisters.map((seat) => loadSeat(client, seat, say)));
  const failed = loads.find((load) => load.status === 'rejected');
  if (failed) throw failed.reason;
}

async function loadSeat(
  client: DemonstrationClient,
  seat: PlannedRegister,
  say: (line: string) => void,
): Promise<void> {
  const branches = await found(client, seat);
  const path = `/v1/member-imports?constituencyId=${seat.constituencyId}`;
  const { items } = taken(
    'listing the member imports',
    await client.get<DemonstrationPage<MemberImport>>(path),
  );
  if (items.some(({ state }) => state === 'committed')) say(`${seat.name}: its members are there already`);
  else {
    // An import that an earlier start left under way goes on by itself.
    const underWay = items.find(({ state }) => !over.includes(state));
    const { id } = underWay ?? (await upload(client, seat, branches));
    const { new: added = 0 } = await ended(client, id);
    say(`${seat.name}: the members are in: ${added.toLocaleString('en-GB')}`);
  }
  await invite(client, seat, say);
}

/** The names of the seat's branches, each with its share of the wards; founds those that are missing. */
async function found(
  client: DemonstrationClient,
  { constituencyId, name }: PlannedRegister,
): Promise<string[]> {
  const { items } = taken(
    'listing the branches',
    await client.get<DemonstrationPage<{ name: string }>>(
      `/v1/branches?constituencyId=${constituencyId}&limit=500`,
    ),
  );
  const names = directions.map((direction) => `${name} ${direction}`);
  const { wards } = referenceAreaOf(constituencyId);
  for (const [place, branch] of names.entries()) {
    if (items.some((one) => one.name === branch)) continue;
    const wardIds = wards.filter((_, index) => index % names.length === place).map(({ wardId }) => wardId);
    taken('founding a branch', await client.post('/v1/branches', { constituencyId, name: branch, wardIds }));
  }
  return names;
}

async function upload(
  client: DemonstrationClient,
  { constituencyId, seed }: PlannedRegister,
  branches: readonly string[],
): Promise<MemberImport> {
  const file = memberListOf(referenceAreaOf(constituencyId), seed, membersPerSeat, branches);
  const query = new URLSearchParams({ constituencyId, dryRun: 'false', complete: 'true' });
  const path = `/v1/member-imports?${query.toString()}`;
  return taken('uploading the members', await client.upload<MemberImport>(path, oneOf(file)));
}

async function* oneOf(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}

async function ended(client: DemonstrationClient, id: string): Promise<Record<string, number>> {
  for (;;) {
    const answer = await client.get<MemberImport>(`/v1/member-imports/${id}`);
    const { state, counts, errorDetail } = taken('asking after the members', answer);
    if (state === 'committed') return counts;
    if (over.includes(state))
      throw new Error(`the import of the members ${state}: ${errorDetail ?? 'no reason given'}`);
    await new Promise((resolve) => setTimeout(resolve, askEveryMs));
  }
}

/** One meeting, three weeks ahead, and who comes. Who was signed up by an earlier start stays so. */
async function invite(
  client: DemonstrationClient,
  { constituencyId, name }: PlannedRegister,
  say: (line: string) => void,
): Promise<void> {
  const at = `constituencyId=${constituencyId}`;
  const { items } = taken(
    'listing the events',
    await client.get<DemonstrationPage<Event>>(`/v1/events?${at}&limit=500`),
  );
  const event =
    items.find(({ title }) => title === eventTitle) ?? (await planEvent(client, constituencyId, name));
  if (event.going + event.waiting >= signUps) return;
  const members = taken(
    'listing the members',
    await client.get<DemonstrationPage<{ id: string }>>(`/v1/members?${at}&status=current&limit=${signUps}`),
  );
  for (const { id: memberId } of members.items) {
    const answer = await client.post(`/v1/events/${event.id}/sign-ups?${at}`, { memberId });
    if (answer.status !== 409) taken('signing a member up', answer);
  }
  say(`${name}: ${members.items.length} members are signed up for “${eventTitle}”`);
}

async function planEvent(client: DemonstrationClient, constituencyId: string, name: string): Promise<Event> {
  const day = new Date(Date.now() + 21 * dayMs).toISOString().slice(0, 10);
  return taken(
    'planning an event',
    await client.post<Event>('/v1/events', {
      constituencyId,
      kind: 'meeting',
      title: eventTitle,
      description: 'Everybody in it is made up, and so is the hall.',
      startsAt: `${day}T19:00:00Z`,
      endsAt: `${day}T21:00:00Z`,
      venueName: `The Sample Hall, ${name}`,
      accessibility: 'No steps; hearing loop in the main room',
      capacity: places,
    }),
  );
}
