/** In charge of who is at work: accounts with a session that did something in the last quarter of an hour. */
import { useState } from 'preact/hooks';
import { AsOf } from './as-of.js';
import { active, moreActive, now } from './knowledge.js';
import { remember } from './names.js';
import { me } from './session.js';
import { StopButton } from './stop-button.js';
import { count, faultInWords, lengthOf, roleName } from './words.js';

export function ActivePeople() {
  const { value, fault } = active.value;
  const [isAsking, setAsking] = useState(false);
  const more = async () => {
    setAsking(true);
    try {
      await moreActive();
    } finally {
      setAsking(false);
    }
  };
  return (
    <section aria-labelledby="active">
      <h2 id="active">At work in the last 15 minutes</h2>
      <AsOf source={active.value} />
      {value === undefined ? (
        <p>{fault === undefined ? 'Not known yet.' : faultInWords(fault)}</p>
      ) : value.items.length === 0 ? (
        <p>Nobody.</p>
      ) : (
        <ul class="rows">
          {value.items.map((user) => {
            remember(user.id, user.displayName);
            return (
              <li key={user.id} class="person">
                <span class="row-name">
                  {user.displayName}
                  {user.id === me.value?.id ? ' (you)' : ''}
                </span>
                <span class="muted row-about">{[user.username, ...user.roles.map(roleName)].join(', ')}</span>
                <span class="row-figures">
                  {user.disclosures === 0
                    ? 'No disclosures'
                    : `${count(user.disclosures, 'disclosure')}, ${count(user.rows, 'row')}`}
                  {user.refusals > 0 ? `, ${count(user.refusals, 'refusal')}` : ''}
                  <span class="muted">
                    {' '}
                    – last seen {lengthOf(Math.max(0, now.value - Date.parse(user.lastSeenAt)))} ago
                  </span>
                </span>
                <StopButton
                  target={{
                    kind: user.kind === 'client' ? 'client' : 'user',
                    id: user.id,
                    name: user.displayName,
                  }}
                  about={user.username}
                />
              </li>
            );
          })}
        </ul>
      )}
      {value?.next == null ? null : (
        <button type="button" class="plain" disabled={isAsking} onClick={() => void more()}>
          Show more
        </button>
      )}
    </section>
  );
}
