/** In charge of one suspension whole: what was ordered, its proof, its certificate, the 72 hours, and lifting it. */
import { useEffect, useState } from 'preact/hooks';
import { get } from './api.js';
import { Certificate } from './certificate.js';
import { IncidentClock } from './incident-clock.js';
import { isOpen, learn, suspensions, type Suspension } from './knowledge.js';
import { LiftSection } from './lift-section.js';
import { Proof } from './proof.js';
import { actorName, proofInShort, targetName } from './suspension-card.js';
import { faultInWords, momentOf, stateName } from './words.js';

export function SuspensionView({ id }: { id: string }) {
  const known = suspensions.value.value?.get(id);
  const [fault, setFault] = useState<unknown>(undefined);
  useEffect(() => {
    get('/v1/suspensions/{id}', { id }).then(({ body }) => learn(body), setFault);
  }, [id]);
  if (known === undefined)
    return (
      <>
        <h1 tabIndex={-1}>A suspension</h1>
        <p>{fault === undefined ? 'Asking for it…' : faultInWords(fault)}</p>
      </>
    );
  return <Whole suspension={known} />;
}

function Whole({ suspension }: { suspension: Suspension }) {
  const { id, target, state, inForceAt, completeAt, reason, notice, orderedAt, reviewAt, expiresAt } =
    suspension;
  return (
    <>
      <div class="headline">
        <h1 tabIndex={-1}>
          {targetName(target)}:{' '}
          {isOpen(state) && inForceAt !== null ? 'stopped' : stateName(state).toLowerCase()}
        </h1>
        <p class={completeAt === null && inForceAt !== null ? 'state unproved' : 'state'}>
          {proofInShort(suspension)}
        </p>
      </div>
      {inForceAt === null ? null : <IncidentClock suspension={suspension} isWhole />}
      <section aria-labelledby="order">
        <h2 id="order">The order</h2>
        <dl class="proof">
          <dt>By</dt>
          <dd>
            {actorName(suspension.orderedBy, suspension.orderedByOperator)}, {momentOf(orderedAt)}
          </dd>
          <dt>Why</dt>
          <dd>{reason}</dd>
          {notice === null ? null : (
            <>
              <dt>They are told</dt>
              <dd>{notice}</dd>
            </>
          )}
          <dt>Ends</dt>
          <dd>
            {expiresAt === null ? 'when people lift it' : `by itself, ${momentOf(expiresAt)}`}; to be looked
            at again {momentOf(reviewAt)}
          </dd>
          {suspension.liftedAt === null ? null : (
            <>
              <dt>{stateName(state)}</dt>
              <dd>
                {momentOf(suspension.liftedAt)}
                {state === 'expired'
                  ? ''
                  : ` by ${actorName(suspension.liftedBy, suspension.liftedByOperator)}`}
                {suspension.liftAskedBy === null || suspension.liftAskedBy === suspension.liftedBy
                  ? ''
                  : `, asked for by ${actorName(suspension.liftAskedBy)}`}
                {suspension.liftReason === null ? '' : `: “${suspension.liftReason}”`}
              </dd>
            </>
          )}
        </dl>
      </section>
      {isOpen(state) ? <LiftSection suspension={suspension} /> : null}
      {inForceAt === null ? null : (
        <section aria-labelledby="proof">
          <h2 id="proof">The proof</h2>
          <Proof suspension={suspension} />
        </section>
      )}
      <Certificate id={id} isThere={suspension.certificateUrl !== null} />
    </>
  );
}
