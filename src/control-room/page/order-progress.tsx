/** In charge of what came of an order: asked, in force, proved; and what is not known, while it is not. */
import { useEffect } from 'preact/hooks';
import { isStale, now, replicas } from './knowledge.js';
import type { Order } from './order.js';
import { Proof } from './proof.js';
import { ReplicaItems } from './replica-list.js';
import { say } from './view.js';
import { faultInWords, lengthOf, momentOf } from './words.js';

export function OrderProgress({ order, onClose }: { order: Order; onClose: () => void }) {
  const { phase, suspension, target } = order;
  useEffect(() => {
    if (phase === 'complete') say(`${target.name}: stopped, and proved everywhere.`);
    if (phase === 'in-force') say(`${target.name}: in force, not proved yet.`);
    if (phase === 'unanswered') say('No answer yet. It is not known whether it is in force.');
  }, [phase]);
  return (
    <>
      <Outcome order={order} />
      {suspension === undefined ? null : <Proof suspension={suspension} />}
      {phase === 'complete' ? null : <Drain order={order} />}
      <p class="actions">
        {suspension === undefined ? null : (
          <a class="button" href={`#/suspension/${suspension.id}`} onClick={onClose}>
            Look at the proof
          </a>
        )}
        <button type="button" class="plain" onClick={onClose}>
          Close
        </button>
      </p>
    </>
  );
}

function Outcome({ order }: { order: Order }) {
  const { phase, suspension, attempts, fault, sentAt } = order;
  const since = lengthOf(Math.max(0, now.value - sentAt));
  switch (phase) {
    case 'complete':
      return (
        <p class="outcome done">
          <strong>Stopped.</strong> Nothing of it is admitted, sent or read on any replica any more, since{' '}
          {momentOf(suspension?.completeAt ?? sentAt)}.
        </p>
      );
    case 'in-force':
      return (
        <p class="outcome">
          <strong>In force, not proved yet.</strong> The database refuses everything of it since{' '}
          {momentOf(suspension?.inForceAt ?? sentAt)}. What is missing is below; the replicas go on with it,
          and this page asks again.
        </p>
      );
    case 'blind':
      return (
        <p class="outcome">
          <strong>In force.</strong> Whether it is proved everywhere you cannot see any more:{' '}
          {faultInWords(fault)} The replicas go on with it.
        </p>
      );
    case 'unanswered':
      return (
        <p class="outcome unknown">
          <strong>It is not known whether it is in force.</strong> {faultInWords(fault)} The same order was
          sent {attempts} {attempts === 1 ? 'time' : 'times'} in {since}, and is sent again until it is
          answered; it is carried out once. If it lasts, ring whoever runs the servers:{' '}
          <code>npx rosette suspend</code>.
        </p>
      );
    case 'asking':
    case 'step-up':
    case 'refused':
      return <p class="outcome">Sent {since} ago; waiting for the answer.</p>;
  }
}

/** How far each replica is, while it is not proved; nothing of it before the switch is known to have moved. */
function Drain({ order }: { order: Order }) {
  const { value, at = 0 } = replicas.value;
  if (value === undefined || at < order.sentAt || isStale.value)
    return <p>What the replicas do now is not known.</p>;
  const epoch = order.suspension?.epoch ?? value.epoch;
  if (order.suspension === undefined && epoch <= (order.epochBefore ?? epoch)) return null;
  return (
    <section aria-label="The replicas, now">
      <h3>The replicas, now</h3>
      <ReplicaItems items={value.items.filter(({ isFenced }) => !isFenced)} epoch={epoch} />
    </section>
  );
}
