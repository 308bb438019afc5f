/**
 * In charge of the road groups of the demonstration: every polling district cut by its organiser into groups that a team
 * walks in an evening. A district that has groups is left as it is.
 */
import { DemonstrationClient, taken, type DemonstrationPage } from './demonstration-client.js';
import type { Demonstration } from './demonstration.js';
import { plannedRegisters, type PlannedRegister } from './demonstration-plan.js';

interface District {
  id: string;
}
interface RoadGroup {
  pollingDistrictId: string;
}

const doorsPerGroup = 50;
/** Cut at one time: PostgreSQL is busy with one while the other is on its way. */
const hands = 2;

export async function loadRoadGroups({ baseUrl, accounts, say }: Demonstration): Promise<void> {
  const organiser = accounts.find(({ role }) => role === 'organiser');
  if (!organiser) throw new Error('the demonstration has no organiser');
  const client = await DemonstrationClient.signIn(baseUrl, organiser, 'voter-contact');
  for (const seat of plannedRegisters) await cutSeat(client, seat, say);
}

async function cutSeat(
  client: DemonstrationClient,
  { constituencyId, name }: PlannedRegister,
  say: (line: string) => void,
): Promise<void> {
  const at = `constituencyId=${constituencyId}`;
  const first = await client.get(`/v1/polling-districts?${at}&limit=1`);
  if (first.status === 403 || first.status === 404) {
    say(`${name}: its road groups are left out: the organiser may not act there.`);
    return;
  }
  const districts = await all<District>(client, `/v1/polling-districts?${at}&limit=500`);
  const groups = await all<RoadGroup>(client, `/v1/road-groups?${at}&limit=500`);
  const cut = new Set(groups.map(({ pollingDistrictId }) => pollingDistrictId));
  const left = districts.filter(({ id }) => !cut.has(id));
  if (left.length === 0) {
    say(`${name}: its road groups are there already`);
    return;
  }
  let made = 0;
  const cutNext = async (): Promise<void> => {
    for (let district = left.pop(); district; district = left.pop()) {
      const path = `/v1/polling-districts/${district.id}/road-groups?${at}`;
      const answer = await client.post<{ items: RoadGroup[] }>(path, { doorsPerGroup });
      // A district in which nobody has an address has no streets.
      if (answer.status !== 409) made += taken('cutting a polling district', answer).items.length;
    }
  };
  await Promise.all(Array.from({ length: hands }, cutNext));
  say(`${name}: ${districts.length} polling districts cut into ${made.toLocaleString('en-GB')} road groups`);
}

async function all<Item>(client: DemonstrationClient, path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let after: string | null = ''; after !== null;) {
    const more: string = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
    const page: DemonstrationPage<Item> = taken(
      `listing ${path}`,
      await client.get<DemonstrationPage<Item>>(`${path}${more}`),
    );
    items.push(...page.items);
    after = page.next;
  }
  return items;
}
