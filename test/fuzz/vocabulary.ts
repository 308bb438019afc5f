/** Words that the document leaves open and the generators use. */
export const selectionFields = [
  'ward',
  'pollingDistrict',
  'roadGroup',
  'street',
  'postcode',
  'viCategory',
  'viParty',
  'viKnown',
  'flags',
  'contacted',

  'attempted',
  'contactCount',
  'absentVote',
  'attainer',
  'eligibleFor',
  'isOptedOut',
  'entryKind',
  'hasEmail',
  'channels',
  'status',
  'kind',
  'branchId',
  'joined',
] as const;

export const absentVoteKinds = ['post', 'proxy', 'none', 'ordinary', 'wheelchair-access'] as const;
