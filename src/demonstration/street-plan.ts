/**
 * In charge of what stands in a made-up street: houses, houses let in flats, 16A beside 16, annexes, a range, named houses,
 * blocks and parks, in the proportions of an English town. Who lives there is the household's business.
 */
import type { MadeUpDoor } from './made-up-elector.js';
import type { Random } from './random.js';
import { buildingName, houseNames, streetName } from './street-names.js';

/** Gives postcodes as streets ask for them, and town and ward with them. */
export interface StreetSetting {
  postTown: string;
  wardId: string;
  nextPostcode(): string;
}

const doorsPerPostcode = 18;
const floors = ['Basement Flat', 'Ground Floor Flat', 'First Floor Flat', 'Top Flat'];

/** All doors of the street of that number, in the order of the register. */
export function* doorsOfStreet(random: Random, index: number, setting: StreetSetting): Generator<MadeUpDoor> {
  const { postTown, wardId } = setting;
  let postcode = setting.nextPostcode();
  const door = (unit: string, house: string, ...lines: string[]): MadeUpDoor => ({
    unit,
    house,
    lines: unit === '' ? lines : [unit, ...lines],
    postcode,
    postTown,
    wardId,
  });

  if (random.chance(0.01)) {
    const park = `${buildingName(index).replace(/ \w+$/, '')} Caravan Park`;
    for (let pitch = 1; pitch <= random.between(8, 24); pitch += 1)
      yield door(`Caravan ${pitch}`, park, park);
    return;
  }
  const street = streetName(index);
  if (random.chance(0.18)) {
    yield* doorsOfBlock(random, index, street, door);
    return;
  }
  const last = random.between(16, 120);
  let sincePostcode = 0;
  for (let number = 1; number <= last; number += 1) {
    if (random.chance(0.04)) continue;
    if (sincePostcode >= doorsPerPostcode) {
      postcode = setting.nextPostcode();
      sincePostcode = 0;
    }
    for (const one of doorsOfHouse(random, number, street, door)) {
      sincePostcode += 1;
      yield one;
    }
  }
  if (random.chance(0.3)) {
    const house = random.pick(houseNames);
    yield door('', house, house, street);
  }
}

type MakeDoor = (unit: string, house: string, ...lines: string[]) => MadeUpDoor;

function* doorsOfHouse(
  random: Random,
  number: number,
  street: string,
  door: MakeDoor,
): Generator<MadeUpDoor> {
  const house = String(number);
  const line = `${house} ${street}`;
  const kind = random.next();
  if (kind < 0.07) {
    const flats = random.between(2, 6);
    for (let flat = 1; flat <= flats; flat += 1) yield door(`Flat ${flat}`, house, line);
    return;
  }
  if (kind < 0.1) {
    for (const floor of floors.slice(random.between(0, 1))) yield door(floor, house, line);
    return;
  }
  if (kind < 0.103) {
    yield door('', `${number}-${number + 2}`, `${number}-${number + 2} ${street}`);
    return;
  }
  yield door('', house, line);
  if (kind > 0.975) yield door('', `${house}A`, `${house}A ${street}`);
  else if (kind > 0.97) yield door('Annexe', house, line);
}

function* doorsOfBlock(random: Random, index: number, street: string, door: MakeDoor): Generator<MadeUpDoor> {
  const block = buildingName(index);
  const flats = random.between(8, 48);
  const isNumbered = random.chance(0.6);
  for (let flat = 1; flat <= flats; flat += 1) {
    if (isNumbered) yield door(`Flat ${flat}`, block, block, street);
    else yield door('', `${flat} ${block}`, `${flat} ${block}`, street);
  }
}
