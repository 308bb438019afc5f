/** What contacts look like in the OpenAPI document. */
const id = '4d0f6f0e-7b1c-4f7e-9a55-3f4e8f1d2c6b';
const walkId = '0b8f7a52-6d0e-4c39-9a55-3f4e8f1d2c6b';
const deviceAt = '2026-02-20T18:14:03Z';

export const itemExample = {
  id,
  electorId: '1042',
  walkId,
  method: 'doorstep',
  outcome: 'canvassed',
  votingIntentionCode: 'L',
  likelihood: 8,
  flags: ['poster-wanted'],
  deviceAt,
};

export const resultsExample = { contacts: [{ id, status: 'recorded' }] };

export const contactExample = {
  id,
  constituencyId: 'E14001434',
  electorId: '1042',
  doorId: '5101',
  walkId,
  method: 'doorstep',
  outcome: 'canvassed',
  doNotReturnUntil: null,
  deviceAt,
  effectiveAt: deviceAt,
  recordedAt: '2026-02-20T20:02:11Z',
  recordedBy: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  releasedBy: null,
  opinion: {
    votingIntentionCode: 'L',
    category: 'lean-support',
    party: null,
    secondPreference: null,
    likelihood: 8,
    answers: {},
    flags: ['poster-wanted'],
    flagsCleared: [],
  },
  ended: null,
};
