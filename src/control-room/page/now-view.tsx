/** In charge of how things stand now: what is stopped, what runs, who is at work, and on how many replicas. */
import { ActivePeople } from './active-people.js';
import { DisclosureChart } from './disclosure-chart.js';
import { headline } from './headline.js';
import { inForce, isStale, lastKnownAt, stoppedBy, tools } from './knowledge.js';
import { ReplicaList } from './replica-list.js';
import { mayStop } from './session.js';
import { openStopDialog } from './stop-dialog.js';
import { SuspensionCard } from './suspension-card.js';
import { count, momentOf, toolName } from './words.js';

export function NowView() {
  const at = lastKnownAt.value;
  return (
    <>
      <div class="headline">
        <h1 tabIndex={-1}>{headline.value ?? 'It is not known what is running'}</h1>
        <p class="muted">
          {at === undefined
            ? 'Nothing has been learned yet.'
            : isStale.value
              ? `What follows was so at ${momentOf(at)}.`
              : `Live. Last heard at ${momentOf(at)}.`}
        </p>
      </div>
      {inForce.value.length === 0 ? null : (
        <section aria-labelledby="stopped">
          <h2 id="stopped">Stopped</h2>
          <ul class="cards">
            {inForce.value.map((suspension) => (
              <SuspensionCard key={suspension.id} suspension={suspension} />
            ))}
          </ul>
        </section>
      )}
      <Tools />
      <div class="columns">
        <DisclosureChart />
        <ReplicaList />
      </div>
      <ActivePeople />
    </>
  );
}

function Tools() {
  const known = tools.value.value;
  return (
    <section aria-labelledby="tools">
      <h2 id="tools">Tools</h2>
      {known === undefined ? (
        <p>Not known yet.</p>
      ) : (
        <>
          <ul class="tools">
            {known.items.map(({ name, isRunning }) => (
              <li key={name} class={`tool ${isStale.value ? 'doubtful' : isRunning ? '' : 'stopped'}`}>
                <h3>{toolName(name)}</h3>
                <p class={`state ${isStale.value ? '' : isRunning ? 'running' : 'off'}`}>
                  {isRunning ? 'Running' : 'Stopped'}
                  {isStale.value ? ', when it was last known' : ''}
                </p>
                <ToolAction name={name} isRunning={isRunning} />
              </li>
            ))}
          </ul>
          {mayStop() ? (
            <p class="everything">
              <button
                type="button"
                class="danger"
                onClick={() => openStopDialog({ kind: 'all', id: '*', name: 'Everything' })}
              >
                Stop everything…
              </button>
              <span class="muted">
                Both tools, for everybody. A person or an office: <a href="#/find">find</a> them.
              </span>
            </p>
          ) : (
            <p class="muted">Your account may look, and not stop anything.</p>
          )}
          {known.lifters < 2 ? (
            <p class="warning">
              {known.lifters === 0 ? 'Nobody' : 'Only one person'} can lift a suspension at the moment. A tool
              that is stopped stays so until there are two, or until whoever runs the servers breaks glass.
            </p>
          ) : (
            <p class="muted">
              {count(known.lifters, 'person', 'people')} can lift what is stopped; it takes two.
            </p>
          )}
        </>
      )}
    </section>
  );
}

function ToolAction({ name, isRunning }: { name: string; isRunning: boolean }) {
  const suspension = stoppedBy('tool', name) ?? stoppedBy('all', '*');
  if (!isRunning)
    return suspension === undefined ? null : (
      <p>
        <a href={`#/suspension/${suspension.id}`}>Why, its proof, and lifting it</a>
      </p>
    );
  if (!mayStop()) return null;
  return (
    <button
      type="button"
      class="danger-outline"
      onClick={() => openStopDialog({ kind: 'tool', id: name, name: toolName(name) })}
    >
      Stop {toolName(name)}…
    </button>
  );
}
