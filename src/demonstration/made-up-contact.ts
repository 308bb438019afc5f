/**
 * In charge of what the made-up people say at their doors, and when somebody calls: every door is met in one session of
 * canvassing, and where nobody was in, once more some weeks later. A door's answers follow from the seed and the door
 * alone, so that whatever was interrupted is made up again the same. Invented opinions, on invented people only.
 */
import { Random, WeightedChoice } from './random.js';

export interface CalledOnDoor {
  id: string;
  /** Place in its walk, from 1. */
  position: number;
  electors: readonly { id: string }[];
}

/** An item of POST /v1/contacts. */
export interface MadeUpContact {
  id: string;
  electorId?: string;
  doorId?: string;
  walkId: string;
  method: 'doorstep' | 'phone';
  outcome: string;
  votingIntentionCode?: string;
  likelihood?: number;
  flags?: string[];
  deviceAt: string;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
const weeks = 26;
/** Second calls follow so many weeks after the first. */
const weeksBetween = 6;

const doorOutcomes = new WeightedChoice([
  { item: 'somebody', weight: 500 },
  { item: 'not-in', weight: 445 },
  { item: 'refused', weight: 40 },
  { item: 'inaccessible', weight: 10 },
  { item: 'do-not-knock', weight: 5 },
]);
const outcomes = new WeightedChoice([
  { item: 'canvassed', weight: 930 },
  { item: 'moved', weight: 35 },
  { item: 'refused', weight: 20 },
  { item: 'deceased', weight: 8 },
  { item: 'do-not-contact', weight: 7 },
]);
/** The codes of the scheme that comes with the project. */
const codes = new WeightedChoice([
  { item: 'F', weight: 19 },
  { item: 'L', weight: 14 },
  { item: 'U', weight: 22 },
  { item: 'S', weight: 12 },
  { item: 'A', weight: 19 },
  { item: 'W', weight: 9 },
  { item: 'N', weight: 5 },
]);

/** What comes of calling at a door, on both occasions; `share`: how far the walk lies in the round, from 0 to 1. */
export function contactsAt(
  seed: string,
  door: CalledOnDoor,
  walkId: string,
  share: number,
  today: Date,
): MadeUpContact[] {
  const random = new Random(`${seed} door ${door.id}`);
  const first = sessionAt(today, Math.floor(share * (weeks - weeksBetween - 1)), share);
  const second = first + weeksBetween * 7 * dayMs;
  const contacts: MadeUpContact[] = [];
  for (const startedAt of [first, second]) {
    const minute = door.position * 2 + random.between(0, 1);
    const at = { walkId, deviceAt: new Date(startedAt + minute * minuteMs).toISOString() };
    const isByPhone = startedAt === second && random.chance(0.2);
    const opening = isByPhone ? 'somebody' : doorOutcomes.pick(random);
    if (opening !== 'somebody') {
      contacts.push({ id: uuidOf(random), doorId: door.id, method: 'doorstep', outcome: opening, ...at });
      if (opening === 'not-in') continue;
      break;
    }
    const method = isByPhone ? 'phone' : 'doorstep';
    door.electors.forEach(({ id }, place) => {
      // His own chance: a later start no longer finds at the door who said to have moved.
      const own = new Random(`${seed} elector ${id}`);
      const isIn = own.chance(0.35);
      if (place > 0 && !isIn) return;
      contacts.push({ id: uuidOf(own), electorId: id, method, ...saidBy(own), ...at });
    });
    break;
  }
  return contacts;
}

function saidBy(
  random: Random,
): Pick<MadeUpContact, 'outcome' | 'votingIntentionCode' | 'likelihood' | 'flags'> {
  const outcome = outcomes.pick(random);
  if (outcome !== 'canvassed') return { outcome };
  const votingIntentionCode = codes.pick(random);
  const isOurs = votingIntentionCode === 'F';
  const flags = [
    ...(isOurs && random.chance(0.15) ? ['poster-wanted'] : []),
    ...(isOurs && random.chance(0.04) ? ['volunteer-interest'] : []),
    ...(random.chance(0.04) ? ['postal-vote-wanted'] : []),
    ...(random.chance(0.03) ? ['casework'] : []),
  ];
  return {
    outcome,
    votingIntentionCode,
    ...(random.chance(0.4) ? { likelihood: random.between(votingIntentionCode === 'N' ? 0 : 4, 10) } : {}),
    ...(flags.length > 0 ? { flags } : {}),
  };
}

/** Start of a session of that week after the half-year began: an evening from Tuesday to Thursday, or a Saturday. */
function sessionAt(today: Date, week: number, share: number): number {
  const midnight = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate());
  const monday = midnight - ((today.getUTCDay() + 6) % 7) * dayMs - weeks * 7 * dayMs;
  const day = [1, 2, 3, 5][Math.floor(share * 1_000) % 4] as number;
  const hours = day === 5 ? 10.5 : 17.5;
  return monday + (week * 7 + day) * dayMs + hours * 60 * minuteMs;
}

function uuidOf(random: Random): string {
  const digits = Array.from({ length: 32 }, () => random.between(0, 15).toString(16)).join('');
  const variant = '89ab'[random.between(0, 3)];
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
}
