/**
 * In charge of made-up members as a party's own list holds them. Mail goes to example.org, telephones are of the ranges
 * that Ofcom keeps for drama, postcodes do not exist: nobody can be reached by mistake.
 */
import { newName, newSurname } from './person-names.js';
import { Random, WeightedChoice } from './random.js';
import { inventedPostcodes, type ReferenceArea } from './reference-area.js';
import { streetName } from './street-names.js';

const header =
  'Membership Number,Status,Type,Title,First Name,Middle Name,Last Name,Joined,Branch,Email,Mobile,Address 1,Town,Postcode';
const statuses = new WeightedChoice([
  { item: 'Current', weight: 86 },
  { item: 'Lapsed', weight: 9 },
  { item: 'Resigned', weight: 3 },
  { item: 'Suspended', weight: 1 },
  { item: 'Deceased', weight: 1 },
]);

/** A list of so many members, as a CSV file: the same for the same seed. Each belongs to one of the branches. */
export function memberListOf(
  area: ReferenceArea,
  seed: number,
  members: number,
  branches: readonly string[],
): string {
  const random = new Random(`members ${area.constituencyId} ${seed}`);
  const sectors = area.wards.flatMap((ward) => ward.sectors);
  const rows = Array.from({ length: members }, (_, index) => {
    const number = `${area.constituencyId.slice(-3)}-${String(index + 1).padStart(5, '0')}`;
    const { title, forename, middleNames, surname } = newName(random, newSurname(random));
    const joined = `${random.between(1, 28)}/${random.between(1, 12)}/${random.between(1998, 2025)}`;
    const mobile = `07700 900${String(random.between(0, 999)).padStart(3, '0')}`;
    return [
      number,
      statuses.pick(random),
      random.chance(0.04) ? 'Supporter' : 'Member',
      title,
      forename,
      middleNames,
      surname,
      joined,
      random.pick(branches),
      random.chance(0.92) ? `member-${number}@example.org` : '',
      random.chance(0.8) ? mobile : '',
      `${random.between(1, 120)} ${streetName(random.between(0, 5_000))}`,
      area.postTown,
      random.pick(inventedPostcodes(area, random.pick(sectors).sector)),
    ].join(',');
  });
  return `${[header, ...rows].join('\r\n')}\r\n`;
}
