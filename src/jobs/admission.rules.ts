import type { Admission, Gate } from '../kill-switch/gate.js';

/**
 * Whether work that was admitted may still go on: nothing of it suspended, and no generation moved on, so that a
 * suspension that was lifted in between ends it too.
 */
export function isStillAdmitted(gate: Gate, admission: Admission): boolean {
  const verdict = gate.ask(admission.scopes);
  if (!verdict.admitted) return false;
  return verdict.admission.generations.every((generation, n) => generation === admission.generations[n]);
}
