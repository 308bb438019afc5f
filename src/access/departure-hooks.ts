/**
 * What rooms above do when somebody departs: release claims, withdraw packs, stop mailings. Each pushes its hook in
 * `onModuleInit`; they run in that order, in the departure's own transaction, and one that throws undoes the departure.
 */
import type { Tx } from '../database/tx.js';

export interface DepartureEvent {
  departureId: string;
  /** Who departed. */
  accountId: string;
  /** Everybody whose standing ended with it: the departed and, with an office, all its members. */
  accountIds: readonly string[];
  officeIds: readonly string[];
}

/** The transaction's context is sealed for `user.depart`: personal tables are reached by definer functions alone. */
export type DepartureHook = (tx: Tx, event: DepartureEvent) => Promise<void>;

/** Token of the list of hooks. */
export const DEPARTURE_HOOKS = Symbol('DEPARTURE_HOOKS');
