import type { Environment } from '../config/environment.js';
import type { DemonstrationAccount } from './demonstration-accounts.js';

/** What every loader of the demonstration is given. */
export interface Demonstration {
  baseUrl: string;
  environment: Environment;
  accounts: readonly DemonstrationAccount[];
  /** Of each register. */
  electors: number;
  say: (line: string) => void;
}
