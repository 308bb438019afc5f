/** In charge of the replicas: which answer, which are silent, and how far each is with what was stopped last. */
import { isStale, replicas } from './knowledge.js';
import type { Schemas } from './api.js';
import { count, lengthOf } from './words.js';

type Replica = Schemas['Replica'];

/** How one stands, in a word for its style and a sentence. */
export function standingOf(replica: Replica, epoch: number): { mark: string; words: string } {
  if (replica.isFenced) return { mark: 'out', words: 'Shut out: it does nothing any more' };
  if (!replica.mayHoldLease)
    return {
      mark: 'silent',
      words: `Silent for ${lengthOf(replica.silentMs)}: without a lease it does nothing`,
    };
  if (replica.drainedEpoch >= epoch)
    return { mark: 'through', words: 'Through: it acts on the present state' };
  if (replica.closedEpoch >= epoch)
    return { mark: 'cutting', words: 'Admits nothing; still cutting what was under way' };
  return { mark: 'behind', words: 'Has not heard of the last change yet' };
}

export function ReplicaList() {
  const known = replicas.value.value;
  const acting = known?.items.filter(({ mayHoldLease, isFenced }) => mayHoldLease && !isFenced) ?? [];
  const through = acting.filter(({ drainedEpoch }) => drainedEpoch >= (known?.epoch ?? 0)).length;
  return (
    <section aria-labelledby="replicas" class={isStale.value ? 'doubtful' : ''}>
      <h2 id="replicas">Replicas</h2>
      {known === undefined ? (
        <p>Not known yet.</p>
      ) : (
        <>
          <p>
            {isStale.value ? 'When it was last known: ' : ''}
            {count(acting.length, 'replica')} {acting.length === 1 ? 'acts' : 'act'};{' '}
            {through === acting.length ? 'all are' : `${through} of them ${through === 1 ? 'is' : 'are'}`}{' '}
            through with the last change of the switch.
          </p>
          <ReplicaItems items={known.items.filter(({ isFenced }) => !isFenced)} epoch={known.epoch} />
          <ShutOut items={known.items.filter(({ isFenced }) => isFenced)} epoch={known.epoch} />
        </>
      )}
    </section>
  );
}

function ShutOut({ items, epoch }: { items: readonly Replica[]; epoch: number }) {
  if (items.length === 0) return null;
  return (
    <details>
      <summary>{count(items.length, 'start')} of a process shut out within a day</summary>
      <ReplicaItems items={items} epoch={epoch} />
    </details>
  );
}

export function ReplicaItems({ items, epoch }: { items: readonly Replica[]; epoch: number }) {
  return (
    <ul class="rows">
      {items.map((replica) => {
        const { mark, words } = standingOf(replica, epoch);
        return (
          <li key={replica.number} class={`replica ${mark}`}>
            <span class="row-name">Replica {replica.number}</span>
            <span class="muted row-about">
              {replica.host}, process {replica.processId}
            </span>
            <span class="state">{words}</span>
          </li>
        );
      })}
    </ul>
  );
}
