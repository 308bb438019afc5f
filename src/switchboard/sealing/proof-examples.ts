/** What the contract shows of proofs; test/api/sealing.spec.ts shows real ones. */
const origin = 'rosette/5b3c9d0e-7a41-4c62-9f18-2d6e8b0a1c35';
const root = 'Zn9pQ1v0cKDsYkQyXn3m0e8TtqT4gI3c9r2d4q5m6nY=';
const note = `${origin}\n4312\n${root}\n\n— ${origin} 5Zk3q0n8b1JdX2c7m4s6v9y0A3D6G9J2M5P8S1V4Y7b0e3h6k9n2q5t8w1z4C7F0I3L6O9R2U5X8a1d4g7j0m3p6s9v2=\n`;
const proof = {
  position: 4310,
  salt: 'p1l0Q2xNTq2ZpQ3s7uVd1g==',
  inclusionProof: [
    'lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=',
    'XwgPChozygdqlSeYMlgNs+De9FhN7/H1TIo2D1DeMDk=',
  ],
  checkpoint: note,
  publicKeys: [`${origin}+e599377a+ATBWPj0c5fJd8Y1Ch7m2kq3q1a8o9TnYw0sV6rB4xLzE`],
};
const bound = { leaseMs: 2000, rhoPpm: 1000, waitMs: 2005 };
const certificate = {
  form: 'rosette-flip/1',
  action: 'suspend',
  epoch: 7,
  suspensionId: '3d1c7d1e-8f4a-4a6e-9a55-0f8f5f1f6b10',
  scopes: [{ kind: 'tool', id: 'contact-creator', gen: 3 }],
  order: {
    at: '2026-02-20T21:14:03.511482+00:00',
    by: 'account',
    account: '0b7a3c52-6f0e-4a5f-8a8e-7b7f0d0c4d11',
    approvedBy: null,
  },
  inForceAt: '2026-02-20T21:14:03.512107+00:00',
  completeAt: '2026-02-20T21:14:03.540993+00:00',
  members: [
    {
      incarnation: '9f0c1d2e-3b4a-4958-8677-665544332211',
      number: 41,
      host: 'one.example.org',
      pid: 2428,
      build: 'v24.11.0',
      leaseMs: 2000,
      how: 'drained',
      closedMs: 6,
      drainedMs: 12,
    },
  ],
  database: { terminated: 2, drainedAt: '2026-02-20T21:14:03.521330+00:00', drainMs: 9 },
  bound,
  durability: { fsync: 'on', fullPageWrites: 'on', synchronousCommit: 'on', postgres: '18.1' },
  deployment: { tls: false, proxies: ['10.0.0.0/8'] },
  ledger: { size: 4307, root: 'mK1c3vX9dQe7ZrT5uB2nH8jL6pW4sY0aG3fD1kE9oIs=' },
};
const certified = {
  action: 'suspension.certify',
  at: '2026-02-20T21:14:03.541020Z',
  detail: certificate,
  id: '6c5b4a39-2817-4605-9f4e-3d2c1b0a9988',
  outcome: 'done',
  record: 'action',
  targetId: certificate.suspensionId,
  targetKind: 'suspension',
};

export const checkpoint = { size: 4312, root, sealedAt: '2026-02-20T21:14:03.552Z', note };
export const proofOfCertificate = { certificate, event: certified, ...proof };
export const proofOfAction = { event: certified, ...proof };
export const proofOfDisclosure = {
  ...proof,
  event: {
    accountId: '0b7a3c52-6f0e-4a5f-8a8e-7b7f0d0c4d11',
    action: 'elector.read',
    addressClass: 'public',
    at: '2026-02-20T21:10:44.120331Z',
    constituencyIds: ['E14001434'],
    dataClasses: ['identity'],
    id: '1a0f6d52-7c1e-4f0a-9b3c-2d4e6f8a0b1c',
    purpose: 'voter-contact',
    record: 'disclosure',
    requestId: '0b8f7a52-6d0e-4c39-9a55-3f4e8f1d2c6b',
    role: 'organiser',
    rows: 2,
    sessionId: '2b1c3d4e-5f60-4718-8293-a4b5c6d7e8f9',
    subjectIds: ['1042', '1043'],
    tool: 'contact-creator',
  },
};
export const consistency = {
  older: note.replace('4312', '4096'),
  newer: note,
  consistencyProof: proof.inclusionProof,
  publicKeys: proof.publicKeys,
};
