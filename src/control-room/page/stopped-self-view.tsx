/** In charge of what is left to somebody who is stopped himself: what the API tells of that, and who can help. */
import { fault, ownState } from './knowledge.js';
import { faultInWords, momentOf, toolName } from './words.js';

export function StoppedSelfView() {
  const { value } = ownState.value;
  return (
    <>
      <h1 tabIndex={-1}>You are stopped yourself</h1>
      <p>
        {faultInWords(fault.value)} The switch is shown to you no more, and you can neither stop nor lift
        anything. What you ordered before stands, and goes on without you. Another general secretary or
        administrator can lift it.
      </p>
      {value === undefined ? (
        <p>What is stopped for you is not known yet.</p>
      ) : (
        <ul class="cards">
          {value.suspended.map((scope) => (
            <li key={scope.suspensionId} class="card stopped">
              <h2>
                {scope.kind === 'tool'
                  ? toolName(scope.id)
                  : scope.kind === 'user'
                    ? 'Your account'
                    : scope.kind}
              </h2>
              <p class="state">In force since {momentOf(scope.inForceAt)}</p>
              {scope.notice == null ? null : <p class="reason">{scope.notice}</p>}
              {scope.appealNote == null ? null : <p>{scope.appealNote}</p>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
