import type { MemberImport } from './member-import.dto.js';

/** An import as the documentation shows it. */
export const memberImportExample = {
  id: '0d0c5a5e-2d5f-4b5e-9f8e-6a1b2c3d4e5f',
  constituencyId: 'E14001160',
  state: 'committed',
  publishedOn: '2026-12-01',
  isDryRun: false,
  isComplete: true,
  rowsRead: 4,
  encoding: 'utf-8',
  delimiter: ',',
  fileHash: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
  droppedColumns: ['Fee'],
  counts: {
    rows: 4,
    accepted: 3,
    rejected: 1,
    new: 1,
    changed: 1,
    unchanged: 1,
    statusChanges: 1,
    warnings: 0,
    absent: 0,
  },
  errorCode: null,
  errorDetail: null,
  requestedBy: '0b8f7a52-6d0e-4c39-9a55-3f4e8f1d2c6b',
  requestedAt: new Date('2026-12-02T09:00:00Z'),
  committedAt: new Date('2026-12-02T09:01:00Z'),
} satisfies MemberImport;
