/** In charge of the proof of a suspension: the database, each replica, and the bound that it rests on. */
import type { Suspension } from './knowledge.js';
import { count, figure, momentOf } from './words.js';

type Outcome = Suspension['replicas'][number];

const ms = (value: number) => `${figure(value)} ms`;

function howInWords({ how, closedMs, drainedMs }: Outcome, waitMs: number | undefined): string {
  const bound = waitMs === undefined ? 'longer than any lease' : `for ${ms(waitMs)}, longer than any lease`;
  switch (how) {
    case 'drained':
      return `said so itself: closed after ${closedMs === null ? '–' : ms(closedMs)}, drained after ${drainedMs === null ? '–' : ms(drainedMs)}`;
    case 'retired':
      return 'had ended in order';
    case 'fenced':
      return `was silent ${bound}, and is shut out for good`;
    case 'lease-expired':
      return `lives, but had not said so ${bound}: it has no lease, and admits and sends nothing`;
  }
}

export function Proof({ suspension }: { suspension: Suspension }) {
  const { inForceAt, completeAt, database, replicas, bound } = suspension;
  if (inForceAt === null) return null;
  return (
    <dl class="proof">
      <dt>In force</dt>
      <dd>{momentOf(inForceAt)}: from then on the database refuses every transaction of it.</dd>
      <dt>Database</dt>
      <dd>
        {database === null
          ? 'Not proved yet that nothing of it still runs there.'
          : `Drained after ${ms(database.drainMs)}, which its lock proves; ${count(database.terminated, 'connection')} ended.`}
      </dd>
      <dt>Replicas</dt>
      <dd>
        {replicas.length === 0 ? (
          completeAt === null ? (
            'Not proved yet.'
          ) : (
            'None was running.'
          )
        ) : (
          <ul>
            {replicas.map((outcome) => (
              <li key={outcome.number}>
                Replica {outcome.number} {howInWords(outcome, bound?.waitMs)}.
              </li>
            ))}
          </ul>
        )}
      </dd>
      <dt>Proved</dt>
      <dd>
        {completeAt === null
          ? 'Not yet.'
          : `${momentOf(completeAt)}, ${ms(Date.parse(completeAt) - Date.parse(inForceAt))} after it was in force.`}
      </dd>
      {bound === null ? null : (
        <>
          <dt>It rests on</dt>
          <dd>
            leases of {ms(bound.leaseMs)}, clocks that run within {figure(bound.rhoPpm)} parts in a million of
            each other, and so a wait of {ms(bound.waitMs)} at most.
          </dd>
        </>
      )}
    </dl>
  );
}
