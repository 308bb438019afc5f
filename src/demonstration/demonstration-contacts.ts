/**
 * In charge of the half-year of canvassing of the demonstration: in each seat a frozen selection, one list cut into walks,
 * what was said on most of them, and the last ones left to be walked. All of it through the HTTP API as the organiser. A
 * walk is assigned last of all: where one is, a later start has nothing left to do.
 */
import { DemonstrationClient, taken, type DemonstrationPage } from './demonstration-client.js';
import type { Demonstration } from './demonstration.js';
import { plannedRegisters, putneyId, type PlannedRegister } from './demonstration-plan.js';
import { contactsAt, type CalledOnDoor, type MadeUpContact } from './made-up-contact.js';

interface List {
  id: string;
  name: string;
  createdAt: string;
}
interface Walk {
  id: string;
  assignment: object | null;
}
interface Result {
  status: string;
  problem?: { code: string };
}

const name = 'Doors of the half-year';
const purpose = 'voter-contact';
/** Some 3,300 doors, which make about 6,000 contacts. */
const mostDistricts = 7;
/** Walks that nobody has walked yet, and how many of them are somebody's. */
const walksLeft = 6;
const walksAssigned = 2;
/** A road group is one walk, unless a street of it is long. */
const mostDoorsPerWalk = 60;
const batchSize = 500;
const yearMs = 360 * 86_400_000;

export async function loadContacts(demonstration: Demonstration): Promise<void> {
  const { baseUrl, accounts, say } = demonstration;
  const [organiser, canvasser] = (['organiser', 'canvasser'] as const).map((role) =>
    accounts.find((account) => account.role === role),
  );
  if (!organiser || !canvasser) throw new Error('the demonstration has no organiser or no canvasser');
  const [client, walker] = await Promise.all(
    [organiser, canvasser].map((account) => DemonstrationClient.signIn(baseUrl, account, purpose)),
  );
  const [organiserId, canvasserId] = await Promise.all([accountOf(client!), accountOf(walker!)]);
  const seats = plannedRegisters.map((seat) => {
    // The canvasser acts in Putney alone; elsewhere the organiser walks.
    const walkerId = seat.constituencyId === putneyId ? canvasserId : organiserId;
    return loadSeat(client!, seat, walkerId, say);
  });
  const failed = (await Promise.allSettled(seats)).find((load) => load.status === 'rejected');
  if (failed) throw failed.reason;
}

async function loadSeat(
  client: DemonstrationClient,
  seat: PlannedRegister,
  walkerId: string,
  say: (line: string) => void,
): Promise<void> {
  const at = `constituencyId=${seat.constituencyId}`;
  const lists = await client.get<DemonstrationPage<List>>(`/v1/lists?${at}&limit=500`);
  if (lists.status === 403 || lists.status === 404) {
    say(`${seat.name}: its contacts are left out: the organiser may not act there.`);
    return;
  }
  const list = taken('listing the lists', lists).items.find((one) => one.name === name);
  const { id, createdAt } = list ?? (await cutList(client, seat));
  const walks = taken(
    'listing the walks',
    await client.get<DemonstrationPage<Walk>>(`/v1/lists/${id}/walks?${at}&limit=500`),
  ).items;
  if (walks.some(({ assignment }) => assignment !== null)) {
    say(`${seat.name}: its contacts are there already`);
    return;
  }
  const left = Math.min(walksLeft, Math.ceil(walks.length / 4));
  const walked = walks.slice(0, walks.length - left);
  say(`${seat.name}: making up half a year of canvassing on ${walked.length} walks`);
  let recorded = 0;
  let batch: MadeUpContact[] = [];
  for (const [index, walk] of walked.entries()) {
    const path = `/v1/lists/${id}/doors?${at}&walkId=${walk.id}&limit=500`;
    const { items } = taken('reading the doors', await client.get<DemonstrationPage<CalledOnDoor>>(path));
    const seed = `contacts ${seat.constituencyId} ${seat.seed}`;
    const share = index / walked.length;
    for (const door of items) batch.push(...contactsAt(seed, door, walk.id, share, new Date(createdAt)));
    while (batch.length >= batchSize || (index === walked.length - 1 && batch.length > 0)) {
      recorded += await record(client, seat, batch.slice(0, batchSize));
      batch = batch.slice(batchSize);
      if (index < walked.length - 1) say(`${seat.name}: ${recorded.toLocaleString('en-GB')} contacts so far`);
    }
  }
  for (const { id: walkId } of walks.slice(walked.length).slice(0, walksAssigned))
    await assign(client, at, walkId, walkerId);
  say(`${seat.name}: the contacts are in: ${recorded.toLocaleString('en-GB')}`);
}

/** Of the first polling districts, all who may be asked for an opinion. */
async function cutList(client: DemonstrationClient, { constituencyId }: PlannedRegister): Promise<List> {
  const at = `constituencyId=${constituencyId}`;
  const { items } = taken(
    'listing the polling districts',
    await client.get<DemonstrationPage<{ id: string }>>(`/v1/polling-districts?${at}&limit=${mostDistricts}`),
  );
  const selection = taken(
    'making the selection',
    await client.post<{ id: string }>('/v1/selections', {
      constituencyId,
      name,
      definition: {
        unit: 'person',
        base: { field: 'pollingDistrict', op: 'in', value: items.map(({ id }) => id) },
        steps: [{ op: 'remove', expression: { field: 'attainer', op: 'is', value: true } }],
        for: 'doorstep',
      },
    }),
  );
  taken('freezing the selection', await client.post(`/v1/selections/${selection.id}/freeze?${at}`, {}));
  return taken(
    'cutting the list',
    await client.post<List>('/v1/lists', {
      constituencyId,
      name,
      selectionId: selection.id,
      cutBy: 'road-group',
      maxDoorsPerWalk: mostDoorsPerWalk,
      purpose,
      // Whom an interrupted start has spoken with stays on it: all of that is made up to lie weeks back.
      fatigueDays: 1,
      expiresAt: new Date(Date.now() + yearMs).toISOString(),
    }),
  );
}

/** How many were recorded. Who came of age in these months is asked for no opinion on the days before. */
async function record(
  client: DemonstrationClient,
  { constituencyId }: PlannedRegister,
  contacts: readonly MadeUpContact[],
): Promise<number> {
  const answer = await client.post<{ contacts: Result[] }>('/v1/contacts', { constituencyId, contacts });
  const results = taken('recording contacts', answer).contacts;
  const refused = results.find(
    ({ status, problem }) => status === 'conflict' || (problem && problem.code !== 'opinion-of-a-minor'),
  );
  if (refused) throw new Error(`a made-up contact was refused: ${JSON.stringify(refused)}`);
  return results.filter(({ problem }) => !problem).length;
}

async function assign(
  client: DemonstrationClient,
  at: string,
  walkId: string,
  accountId: string,
): Promise<void> {
  const path = `/v1/walks/${walkId}?${at}`;
  const walk = await client.get(path);
  taken('reading a walk', walk);
  const assignment = {
    accountId,
    from: new Date(Date.now() - 60_000).toISOString(),
    until: new Date(Date.now() + yearMs).toISOString(),
  };
  taken('assigning a walk', await client.patch(path, walk.etag, { assignment }));
}

async function accountOf(client: DemonstrationClient): Promise<string> {
  return taken('asking who signed in', await client.get<{ id: string }>('/v1/me')).id;
}
