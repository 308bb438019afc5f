/**
 * In charge of what the demonstration consists of: one person for each role, where he may act, the offices, and the two
 * registers. All people are made up, and so are their addresses; mail goes to example.org, which belongs to nobody.
 */
import type { Role } from '../config/vocabulary.js';
import type { RegisterLayout } from './register-layout.js';

export const putneyId = 'E14001434';
export const cardiffWestId = 'W07000092';

export interface PlannedAccount {
  role: Role;
  displayName: string;
  /** null: everywhere. */
  constituencyId: string | null;
  /** A second seat, under a grant of its own. */
  secondConstituencyId?: string;
  purposes: readonly string[];
}

/** The administrator comes first: he gives the grants, and the general secretary approves those that need a second person. */
export const plannedAccounts: readonly PlannedAccount[] = [
  { role: 'administrator', displayName: 'Ada Ministrator', constituencyId: null, purposes: [] },
  { role: 'general-secretary', displayName: 'Gene Secretary', constituencyId: null, purposes: [] },
  { role: 'data-protection-officer', displayName: 'Dara Protector', constituencyId: null, purposes: [] },
  {
    role: 'data-officer',
    displayName: 'Reg Ister',
    constituencyId: null,
    purposes: ['register-management', 'voter-contact'],
  },
  {
    role: 'membership-secretary',
    displayName: 'Mem Bership',
    constituencyId: null,
    purposes: ['membership-administration', 'member-communication'],
  },
  {
    role: 'organiser',
    displayName: 'Orla Ganiser',
    constituencyId: putneyId,
    secondConstituencyId: cardiffWestId,
    purposes: ['voter-contact'],
  },
  {
    role: 'candidate',
    displayName: 'Candi Date',
    constituencyId: putneyId,
    purposes: ['voter-contact'],
  },
  {
    role: 'canvasser',
    displayName: 'Can Vasser',
    constituencyId: putneyId,
    purposes: ['voter-contact'],
  },
];

export interface PlannedOffice {
  name: string;
  kind: 'party' | 'representative';
  constituencyId: string | null;
  representative: Role | null;
  members: readonly Role[];
}

export const plannedOffices: readonly PlannedOffice[] = [
  {
    name: 'Head office (demonstration)',
    kind: 'party',
    constituencyId: null,
    representative: null,
    members: ['administrator', 'general-secretary', 'data-officer', 'membership-secretary'],
  },
  {
    name: 'Office of the candidate for Putney (demonstration)',
    kind: 'representative',
    constituencyId: putneyId,
    representative: 'candidate',
    members: ['candidate', 'organiser'],
  },
];

export interface PlannedRegister {
  constituencyId: string;
  name: string;
  ero: string;
  layout: RegisterLayout;
  seed: number;
  publishedOn: string;
}

export const plannedRegisters: readonly PlannedRegister[] = [
  {
    constituencyId: putneyId,
    name: 'Putney',
    ero: 'Wandsworth (made up)',
    layout: 'xpress',
    seed: 7,
    publishedOn: '2025-12-01',
  },
  {
    constituencyId: cardiffWestId,
    name: 'Cardiff West',
    ero: 'Cardiff (made up)',
    layout: 'eros',
    seed: 11,
    publishedOn: '2025-12-01',
  },
];
