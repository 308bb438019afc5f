/** In charge of one suspension in short: what, since when, whether it is proved, and the 72 hours. */
import { IncidentClock } from './incident-clock.js';
import { isOpen, type Suspension } from './knowledge.js';
import { nameOf } from './names.js';
import { momentOf, scopeName, stateName } from './words.js';

/** The name of what is stopped, as far as it is known. */
export function targetName({ kind, id }: Suspension['target']): string {
  const known = scopeName({ kind, id });
  if (known !== undefined) return known;
  return nameOf(id, kind === 'office' ? 'office' : 'account') ?? `${kind} ${id.slice(0, 8)}`;
}

/** Who ordered or lifted, or asked. */
export function actorName(accountId: string | null, operator: string | null = null): string {
  if (operator !== null) return `${operator}, who runs the servers`;
  if (accountId === null) return 'the system';
  return nameOf(accountId) ?? `account ${accountId.slice(0, 8)}`;
}

export function SuspensionCard({ suspension }: { suspension: Suspension }) {
  const { id, target, state, inForceAt, startsAt, completeAt, reason } = suspension;
  return (
    <li class={inForceAt === null || !isOpen(state) ? 'card' : 'card stopped'}>
      <h3>
        <a href={`#/suspension/${id}`}>{targetName(target)}</a>
      </h3>
      <p class={completeAt === null && inForceAt !== null ? 'state unproved' : 'state'}>
        {proofInShort(suspension)}
      </p>
      <p class="reason">“{reason}”</p>
      <p class="muted">
        {actorName(suspension.orderedBy, suspension.orderedByOperator)},{' '}
        {inForceAt === null ? `to begin ${startsAt === null ? '' : momentOf(startsAt)}` : momentOf(inForceAt)}
        {state === 'lift-asked' ? `. ${stateName(state)}.` : ''}
      </p>
      {inForceAt === null || !isOpen(state) ? null : <IncidentClock suspension={suspension} />}
    </li>
  );
}

export function proofInShort({ state, inForceAt, completeAt, replicas }: Suspension): string {
  if (state !== 'in-force' && state !== 'lift-asked') return stateName(state);
  if (completeAt !== null) {
    const places =
      ['', 'on the one replica', 'on both replicas'][replicas.length] ?? `on all ${replicas.length} replicas`;
    return `Stopped, and proved${places === '' ? '' : ` ${places}`} at ${momentOf(completeAt)}`;
  }
  return inForceAt === null ? stateName(state) : 'In force, not proved yet';
}
