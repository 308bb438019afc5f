/**
 * In charge of the places that made-up registers are laid in: real wards and postcode sectors where they came with the
 * project, and for every other constituency an invented area, `ZZ`, which is no postcode area at all.
 */
export interface ReferenceArea {
  constituencyId: string;
  name: string;
  postTown: string;
  wards: readonly ReferenceWard[];
  /** By sector, the last two letters of every postcode that exists in it, without separator. */
  existingUnits: Readonly<Record<string, string>>;
}

export interface ReferenceWard {
  /** GSS code; '' where the area is invented. */
  wardId: string;
  /** Null where it is not known for certain. */
  name: string | null;
  sectors: readonly ReferenceSector[];
}

export interface ReferenceSector {
  sector: string;
  /** How many real postcodes the ward has in the sector: its share of the streets. */
  postcodes: number;
  /** Centroid of these, British National Grid, in metres. */
  easting: number;
  northing: number;
}

/** The Royal Mail uses none of C, I, K, M, O and V in the last two letters. */
const unitLetters = 'ABDEFGHJLNPQRSTUWXYZ'.split('');

/** Postcodes that lie in a sector and do not exist, in alphabetical order. Throws where a sector has none left. */
export function inventedPostcodes(area: ReferenceArea, sector: string): string[] {
  const existing = new Set((area.existingUnits[sector] ?? '').match(/../g) ?? []);
  const invented = unitLetters
    .flatMap((first) => unitLetters.map((second) => first + second))
    .filter((unit) => !existing.has(unit))
    .map((unit) => sector + unit);
  if (invented.length === 0) throw new Error(`The sector ${sector} has no postcode that does not exist.`);
  return invented;
}

/** Those of them that lie in the ward: of a sector in several wards each has its share, one at least, and none is in two. */
export function inventedInWard(area: ReferenceArea, ward: ReferenceWard, sector: string): string[] {
  const invented = inventedPostcodes(area, sector);
  const parts = area.wards.flatMap((one) =>
    one.sectors.filter((part) => part.sector === sector).map(({ postcodes }) => ({ one, postcodes })),
  );
  const spare = invented.length - parts.length;
  if (spare < 0) throw new Error(`The sector ${sector} has fewer invented postcodes than wards.`);
  const total = parts.reduce((sum, { postcodes }) => sum + postcodes, 0);
  const place = parts.findIndex(({ one }) => one === ward);
  const before = parts.slice(0, place).reduce((sum, { postcodes }) => sum + postcodes, 0);
  const own = parts[place]?.postcodes ?? 0;
  return invented.slice(
    place + Math.floor((spare * before) / total),
    place + 1 + Math.floor((spare * (before + own)) / total),
  );
}
