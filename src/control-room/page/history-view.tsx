/** In charge of what was stopped before, and is not any more. */
import { useState } from 'preact/hooks';
import { ended, suspensions } from './knowledge.js';
import { SuspensionCard } from './suspension-card.js';

const pageSize = 20;

export function HistoryView() {
  const [shown, setShown] = useState(pageSize);
  const all = ended.value;
  return (
    <>
      <h1 tabIndex={-1}>History</h1>
      {suspensions.value.value === undefined ? (
        <p>Not known yet.</p>
      ) : all.length === 0 ? (
        <p>Nothing that was stopped has ended yet.</p>
      ) : (
        <section aria-labelledby="ended">
          <h2 id="ended">What is not in force any more</h2>
          <ul class="cards">
            {all.slice(0, shown).map((suspension) => (
              <SuspensionCard key={suspension.id} suspension={suspension} />
            ))}
          </ul>
        </section>
      )}
      {all.length > shown ? (
        <button type="button" class="plain" onClick={() => setShown(shown + pageSize)}>
          Show more
        </button>
      ) : null}
    </>
  );
}
