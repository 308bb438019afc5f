/** What the walks and doors of the documentation look like. */
export const walkExample = {
  id: '45c48cce-2e2d-4fbd-a1af-c51c7c6ad26a',
  constituencyId: 'E14001434',
  listId: '8f14e45f-ceea-467f-a8d1-3f3b0b1f7c11',
  position: 1,
  pollingDistrictId: '2041',
  roadGroupId: '4007',
  name: 'KA 1 (1 of 2)',
  doors: 44,
  electors: 81,
  assignment: {
    accountId: '6f4922f4-5568-4a1f-8c2b-0a1b2c3d4e5f',
    from: '2026-03-07T09:00:00Z',
    until: '2026-03-07T13:00:00Z',
  },
  claim: null,
};

export const myWalkExample = {
  id: walkExample.id,
  constituencyId: walkExample.constituencyId,
  listId: walkExample.listId,
  list: 'Saturday morning',
  position: 1,
  name: walkExample.name,
  doors: 44,
  electors: 81,
  purpose: 'voter-contact',
  expiresAt: '2026-03-31T10:00:00Z',
  assignedUntil: '2026-03-07T13:00:00Z',
  claimExpiresAt: '2026-03-07T13:00:00Z',
  isHeldByAnother: false,
};

export const claimedWalkExample = {
  ...myWalkExample,
  deposit: { token: 'kq3V0yI9x1bC7mJ2nT8wZ5sR4uE6aL0dF9hG1pXoYtM', expiresAt: '2026-03-21T13:00:00Z' },
};

export const walkDoorExample = {
  position: 1,
  id: '5101',
  street: 'Example Road',
  addressLines: ['Flat 1', '9 Example Road'],
  postcode: 'SW15 9ZZ',
  electors: [
    {
      id: '1042',
      electorNumber: 'KA-124/1',
      title: null,
      forename: 'Ada',
      middleNames: null,
      surname: 'Example',
      nameSuffix: null,
    },
  ],
};
