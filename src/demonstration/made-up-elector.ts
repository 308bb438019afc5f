import type { PersonName } from './person-names.js';

/** What the generator makes up, before a layout writes it down. */
export interface MadeUpDoor {
  /** Flat, unit or caravan; '' for the whole house. */
  unit: string;
  /** Number or name of the house, or of the block. */
  house: string;
  /** `30 Bramwick Road`: number and street, or a block's name. */
  lines: readonly string[];
  postcode: string;
  postTown: string;
  wardId: string;
}

export interface MadeUpElector {
  /** Tells this person from every other of any seed and constituency. */
  person: string;
  prefix: string;
  number: number;
  /** 0 for none; an entry that was put between two others. */
  suffix: number;
  /** Null for an anonymous entry, which is a number and nothing more. */
  name: PersonName | null;
  franchise: '' | 'G' | 'B' | 'L' | 'F';
  isOptedOut: boolean;
  /** The eighteenth birthday of those who have not reached it, YYYY-MM-DD; '' for others. */
  attainsOn: string;
  /** Null for other electors, who have no address here, and for anonymous entries. */
  door: MadeUpDoor | null;
}
