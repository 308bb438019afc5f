/**
 * The chapter of the organiser: whom to talk to and who is left out and why, the answer frozen, cut into walks, and one
 * walk given to the canvasser.
 */
import { putneyId } from '../demonstration/demonstration-plan.js';
import type { Tour } from './cast.js';
import { count, expect, TourFault, type Schemas } from './story.js';

type Count = Schemas['SelectionCount'];
type Definition = Schemas['CountSelection']['definition'];

/** Where the next chapter goes on. */
export interface Aim {
  constituencyId: string;
  pollingDistrictId: string;
  walkId: string;
  definition: Definition;
  /** Whom the selection found. */
  electors: number;
}

/** How the names of its selections and lists begin. */
export const tourLists = 'Tour: ';
/** Fewer are not worth a walk. */
const fewest = 20;
const fatigueDays = 14;
const doorsPerWalk = 20;
const hourMs = 3_600_000;

const reasons: Record<Schemas['ExcludedElectors']['reason'], string> = {
  'not-current': 'no longer on the register',
  anonymous: 'registered anonymously',
  deceased: 'have died',
  moved: 'have moved',
  objected: 'objected to being contacted',
  'under-age': 'under eighteen: nobody asks them for an opinion',
  'no-address': 'without an address',
  'do-not-knock': 'at doors that must not be knocked at',
  'do-not-return': 'asked not to be called on again for now',
  'tried-recently': `tried within the last ${fatigueDays} days`,
  'other-part': 'in the other part of a split',
  'over-limit': 'over the limit',
};

export async function tellOfTheTargets({ story, people }: Tour): Promise<Aim> {
  const { organiser, canvasser } = people;
  const constituencyId = putneyId;
  const at = `constituencyId=${constituencyId}`;

  story.chapter('Whom to talk to');
  story.takeStep(
    'The organiser of Putney looks for doors in one polling district: whoever was undecided or leaning our way, and whom nobody has spoken with yet.',
  );
  const { items } = await organiser.get<Schemas['PollingDistrictPage']>(
    `/v1/polling-districts?${at}&limit=20`,
  );
  let found: { district: Schemas['PollingDistrict']; definition: Definition; counted: Count } | undefined;
  for (const district of items) {
    const definition = definitionFor(district.id);
    const counted = await organiser.post<Count>('/v1/selections/count', { constituencyId, definition });
    if (counted.electors >= fewest) {
      found = { district, definition, counted };
      break;
    }
  }
  if (!found)
    throw new TourFault('Nobody is left to talk to in Putney: earlier tours have knocked everywhere.');
  const { district, definition, counted } = found;
  story.answered(
    `Polling district ${district.code}: ${count(counted.matched)} electors answer to that; ${count(counted.electors)} of them may be called on, at ${count(counted.doors)} doors.`,
  );
  for (const { reason, electors } of counted.excluded.filter((one) => one.electors > 0))
    story.answered(`left out: ${String(count(electors)).padStart(5)} ${reasons[reason]}`);
  const excluded = counted.excluded.reduce((sum, one) => sum + one.electors, 0);
  expect(
    counted.matched === counted.electors + excluded,
    'The reasons do not account for everybody who is left out.',
    counted,
  );

  story.takeStep('The organiser keeps the selection and freezes it, so that its answer stays the same.');
  const selection = await organiser.post<Schemas['Selection']>('/v1/selections', {
    constituencyId,
    name: `${tourLists}undecided and unknown in ${district.code}`,
    definition,
  });
  const frozen = await organiser.post<Schemas['Selection']>(`/v1/selections/${selection.id}/freeze?${at}`);
  expect(frozen.frozenAt !== null, 'The selection is not frozen.', frozen);
  story.answered(`Frozen: ${count(counted.electors)} electors.`);

  story.takeStep(
    `The organiser cuts it along the road groups of the district, into walks of at most ${doorsPerWalk} doors.`,
  );
  const list = await organiser.post<Schemas['List']>('/v1/lists', {
    constituencyId,
    name: `${tourLists}${district.code}`,
    selectionId: selection.id,
    cutBy: 'road-group',
    maxDoorsPerWalk: doorsPerWalk,
    purpose: 'voter-contact',
    fatigueDays,
    expiresAt: new Date(Date.now() + 7 * 24 * hourMs).toISOString(),
  });
  story.answered(
    `${count(list.walks)} walks, ${count(list.doors ?? 0)} doors, ${count(list.electors ?? 0)} electors.`,
  );
  expect(list.walks > 0, 'No walk came of it.', list);

  story.takeStep(`The organiser gives the first walk to ${canvasser.name} for four hours.`);
  const walks = await organiser.get<Schemas['WalkPage']>(`/v1/lists/${list.id}/walks?${at}&limit=5`);
  const walk = walks.items[0];
  if (!walk) throw new TourFault('The list has no walk.', walks);
  const path = `/v1/walks/${walk.id}?${at}`;
  const { etag } = await organiser.taken('GET', path);
  const assigned = await organiser.taken<Schemas['Walk']>('PATCH', path, {
    etag,
    body: {
      assignment: {
        accountId: canvasser.me.id,
        // The round of the next chapter began an hour ago, by the clock of the telephone.
        from: new Date(Date.now() - hourMs).toISOString(),
        until: new Date(Date.now() + 4 * hourMs).toISOString(),
      },
    },
  });
  expect(assigned.body.assignment?.accountId === canvasser.me.id, 'It was not assigned.', assigned.body);
  story.answered(
    `“${walk.name}”. How many doors it has is not said: who is on it follows from opinions, and a purpose goes with those.`,
  );
  const pollingDistrictId = district.id;
  return { constituencyId, pollingDistrictId, walkId: walk.id, definition, electors: counted.electors };
}

function definitionFor(pollingDistrictId: string): Definition {
  return {
    unit: 'person',
    base: { field: 'pollingDistrict', op: 'in', value: [pollingDistrictId] },
    steps: [
      {
        op: 'narrow',
        expression: {
          any: [
            { field: 'viCategory', op: 'in', value: ['undecided', 'lean-support'] },
            { field: 'contacted', op: 'never' },
          ],
        },
      },
    ],
    fatigueDays,
    for: 'doorstep',
  };
}
