/**
 * In charge of made-up registers: one seed, one constituency and one size make the same file for ever, row by row and in
 * flat memory. Streets, buildings and people are invented; a postcode lies in a real sector and does not exist in it.
 */
import { anonymousEntry, householdAt, isUnder16, otherElector, type Person } from './household.js';
import type { MadeUpDoor, MadeUpElector } from './made-up-elector.js';
import { Random, WeightedChoice } from './random.js';
import { referenceAreaOf } from './area-catalogue.js';
import { inventedInWard, type ReferenceArea } from './reference-area.js';
import { layouts, lineOf, type RegisterLayout } from './register-layout.js';
import { doorsOfStreet, type StreetSetting } from './street-plan.js';

export interface RegisterRequest {
  /** GSS code of one of the 650 constituencies. */
  constituencyId: string;
  /** Rows, those of other electors and anonymous entries included; those under 16, whom no party may hold, come on top. */
  electors: number;
  seed: number;
  layout: RegisterLayout;
  /** YYYY-MM-DD; ages are counted from it. */
  publishedOn: string;
}

export const mostElectors = 2_500_000;
const electorsPerDistrict = 900;
const pieceCharacters = 65_536;

/** The file in pieces of some 64 KiB of text, header first. Errors: a RangeError that says what cannot be made. */
export async function* generateRegister(request: RegisterRequest): AsyncGenerator<string, void> {
  refuseImpossible(request);
  const { header, cells } = layouts[request.layout];
  let piece = `${header}\r\n`;
  for (const elector of madeUpElectors(request)) {
    piece += lineOf(cells(elector, request.constituencyId));
    if (piece.length < pieceCharacters) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** The electors themselves, whatever the layout. */
export function* madeUpElectors(request: Omit<RegisterRequest, 'layout'>): Generator<MadeUpElector> {
  const { constituencyId, electors, seed, publishedOn } = request;
  const random = new Random(`${seed}/${constituencyId}`);
  const area = referenceAreaOf(constituencyId);
  const settings = settingsOf(random, area);
  const districts = districtsOf(area, electors);
  let street = random.between(0, 5_000);
  let people = 0;
  const nextPerson = (): string => `${seed}/${constituencyId}/${(people += 1)}`;
  for (const [index, district] of districts.entries()) {
    const quota = share(electors, index + 1, districts.length) - share(electors, index, districts.length);
    const setting = settings[district.ward] as StreetSetting;
    const others = quota < 20 ? 0 : Math.max(2, Math.round(quota * 0.006));
    const numbers = numbering(random, district.prefix, nextPerson);
    let left = quota - others;
    while (left > 0) {
      for (const door of doorsOfStreet(random, (street += 1), setting)) {
        // In England and Northern Ireland nobody under 16 is on a register.
        const household = householdAt(random, publishedOn, /^[WS]/.test(constituencyId), left);
        for (const person of household) yield numbers(person, door);
        left -= household.filter((person) => !isUnder16(person, publishedOn)).length;
        if (left === 0) break;
      }
    }
    for (let other = 0; other < others; other += 1) {
      const isAnonymous = other === 0 && index % 10 === 0;
      yield numbers(isAnonymous ? anonymousEntry : otherElector(random), null);
    }
  }
}

/** Throws a RangeError that says what cannot be made. */
export function refuseImpossible({ constituencyId, electors, seed, publishedOn }: RegisterRequest): void {
  if (!/^[EWSN]\d{8}$/.test(constituencyId))
    throw new RangeError('the constituency must be a GSS code, such as E14001434');
  if (!Number.isInteger(electors) || electors < 1 || electors > mostElectors)
    throw new RangeError(`the electors must be a whole number from 1 to ${mostElectors}`);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError('the seed must be a whole number, 0 or more');
  const day = new Date(`${publishedOn}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== publishedOn)
    throw new RangeError('the publication date must be a day written YYYY-MM-DD');
}

/** How many of `whole` belong to the first `part` of `parts`. */
function share(whole: number, part: number, parts: number): number {
  return Math.floor((whole * part) / parts);
}

/** Polling districts, each in the ward that its place among them falls to: 60 to 100 of them in a constituency. */
function districtsOf(area: ReferenceArea, electors: number): { prefix: string; ward: number }[] {
  const count = Math.max(
    Math.round(electors / electorsPerDistrict),
    Math.min(area.wards.length, Math.ceil(electors / 150)),
  );
  const weights = area.wards.map(({ sectors }) => sectors.reduce((sum, { postcodes }) => sum + postcodes, 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const inWard = weights.map(() => 0);
  return Array.from({ length: count }, (_, index) => {
    let point = ((index + 0.5) / count) * total;
    const ward = weights.findIndex((weight) => (point -= weight) < 0);
    const place = inWard[ward]!;
    inWard[ward] = place + 1;
    return { prefix: prefixOf(ward, place), ward };
  });
}

/** `AA`, `AB` … Where a council has split a district, files hold `AI-1` and `AJ/2`. */
function prefixOf(ward: number, place: number): string {
  const letters = letter(ward) + (place < 26 ? '' : letter(Math.floor(place / 26) - 1)) + letter(place % 26);
  if (place % 10 === 8) return `${letters}-1`;
  return place % 10 === 9 ? `${letters}/2` : letters;
}

function letter(index: number): string {
  return String.fromCharCode(65 + (index % 26));
}

/** Numbers entries one after another; a few stand between two others, under the number before and a suffix. */
function numbering(
  random: Random,
  prefix: string,
  nextPerson: () => string,
): (person: Person, door: MadeUpDoor | null) => MadeUpElector {
  let number = 0;
  let suffix = 0;
  return (person, door) => {
    const isInserted = number > 0 && suffix === 0 && random.chance(0.004);
    if (isInserted) suffix = 1;
    else {
      number += 1;
      suffix = 0;
    }
    return { person: nextPerson(), prefix, number, suffix, ...person, door };
  };
}

/** For each ward, a source of postcodes that do not exist, from its sectors as often as the ward lies in them. */
function settingsOf(random: Random, area: ReferenceArea): StreetSetting[] {
  return area.wards.map((ward) => {
    const sources = new WeightedChoice(
      ward.sectors.map(({ sector, postcodes }) => ({
        item: inTurn(random.shuffle(inventedInWard(area, ward, sector))),
        weight: postcodes,
      })),
    );
    const { wardId } = ward;
    return { wardId, postTown: area.postTown, nextPostcode: () => sources.pick(random)() };
  });
}

function inTurn(items: readonly string[]): () => string {
  let index = -1;
  return () => items[(index += 1) % items.length] as string;
}
