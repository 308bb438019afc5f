import { cardiffWest } from './data/cardiff-west.js';
import { putney } from './data/putney.js';
import type { ReferenceArea } from './reference-area.js';

/** What came with the project. */
export const bundledAreas: readonly ReferenceArea[] = [putney, cardiffWest];

export function referenceAreaOf(constituencyId: string): ReferenceArea {
  return bundledAreas.find((area) => area.constituencyId === constituencyId) ?? inventedArea(constituencyId);
}

function inventedArea(constituencyId: string): ReferenceArea {
  const wards = Array.from({ length: 8 }, (_, ward) => ({
    wardId: '',
    name: null,
    sectors: [1, 2].map((half) => ({
      sector: `ZZ${ward + 1} ${half}`,
      postcodes: 150,
      easting: 0,
      northing: 0,
    })),
  }));
  return { constituencyId, name: constituencyId, postTown: 'Sampleton', wards, existingUnits: {} };
}
