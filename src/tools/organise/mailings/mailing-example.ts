/** The mailing of the examples in the OpenAPI document; one for both controllers. */
export const mailingContent = {
  name: 'Summer meeting',
  subject: 'Our summer meeting, {{forename}}',
  bodyText: 'Dear {{forename}} {{surname}},\n\nwe meet on Thursday at half past seven.\n',
  segment: { all: [{ field: 'kind', op: 'in', value: ['member'] }] },
};

export const mailingExample = {
  id: '0198c5ee-4f6a-7d51-9c1a-27b1f1d2a011',
  constituencyId: 'E14001434',
  ...mailingContent,
  purpose: 'member-communication',
  state: 'sending',
  counts: {
    pending: 120,
    queued: 180,
    handedOver: 400,
    suppressed: 12,
    excluded: 1,
    failed: 2,
    cancelled: 0,
    uncertain: 0,
  },
  createdBy: '0198c5ee-4f6a-7d51-9c1a-27b1f1d2a002',
  createdAt: '2026-03-02T09:30:00.000Z',
  sentBy: '0198c5ee-4f6a-7d51-9c1a-27b1f1d2a002',
  sentAt: '2026-03-02T10:00:00.000Z',
};

const nobody = {
  pending: 0,
  queued: 0,
  handedOver: 0,
  suppressed: 0,
  excluded: 0,
  failed: 0,
  cancelled: 0,
  uncertain: 0,
};
export const draftExample = { ...mailingExample, state: 'draft', counts: nobody, sentBy: null, sentAt: null };
