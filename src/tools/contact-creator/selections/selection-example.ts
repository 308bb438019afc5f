/** The selection that the examples of both controllers speak of. */
import { definitionExample } from './definition-schema.js';

export const selectionExample = {
  id: '6f0c1f5e-5d0e-4c39-9a55-3f4e8f1d2c6b',
  constituencyId: 'E14001434',
  name: 'Undecided in the north',
  definition: definitionExample,
  usesOpinions: true,
  createdBy: '2f0c1f5e-5d0e-4c39-9a55-3f4e8f1d2c6b',
  createdAt: '2026-02-20T21:14:03.000Z',
  frozenAt: null,
  frozenElectors: null,
};
