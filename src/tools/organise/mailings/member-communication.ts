import type { DataClass } from '../../../config/vocabulary.js';

/** What members are written to for, and all that writing to them takes. */
export const memberCommunication: { purpose: string; classes: readonly DataClass[] } = {
  purpose: 'member-communication',
  classes: ['identity', 'contact-details', 'membership'],
};
