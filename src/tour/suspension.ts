/**
 * In charge of lifting what the tour has suspended: as the server demands it, one person asks and another confirms. Goes on
 * from wherever an interrupted tour has left it.
 */
import type { Schemas } from './story.js';
import type { Tour } from './cast.js';

/** By it a later tour knows its own. */
export const tourReason = 'Tour: suspected use of party data after a resignation (made up)';
const liftReason = 'Tour: no data left the party (made up)';

export async function liftSuspension({ people }: Tour, id: string): Promise<void> {
  const path = `/v1/suspensions/${id}`;
  const { 'general-secretary': secretary, administrator } = people;
  const { state, liftAskedBy, scopeEpoch } = await secretary.get<Schemas['Suspension']>(path);
  const still = {
    'in-force': [secretary, administrator],
    'lift-asked': [liftAskedBy === administrator.me.id ? secretary : administrator],
    scheduled: [secretary],
    lifted: [],
    expired: [],
    cancelled: [],
  };
  for (const person of still[state]) {
    await person.stepUp();
    await person.post(`${path}/lift`, { reason: liftReason, expectedEpoch: scopeEpoch });
  }
}

/** Whether there was one. */
export async function liftOwnSuspensions(tour: Tour): Promise<boolean> {
  const { items } =
    await tour.people['general-secretary'].get<Schemas['SuspensionPage']>('/v1/suspensions?limit=100');
  const own = items.filter(({ reason, state }) => reason === tourReason && state !== 'lifted');
  for (const { id } of own) await liftSuspension(tour, id);
  return own.length > 0;
}
