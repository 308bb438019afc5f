/** In charge of the first of the two actions on a person, a program or an office; where it is done, of saying so. */
import { stoppedBy } from './knowledge.js';
import type { Target } from './order.js';
import { mayStop } from './session.js';
import { openStopDialog } from './stop-dialog.js';

export function StopButton({ target, about }: { target: Target; about: string }) {
  const suspension = stoppedBy(target.kind, target.id);
  if (suspension !== undefined)
    return (
      <p class="stop-button state off">
        <a
          href={`#/suspension/${suspension.id}`}
          aria-label={`${target.name} is stopped: why, and lifting it`}
        >
          Stopped
        </a>
      </p>
    );
  if (!mayStop()) return null;
  return (
    <button
      type="button"
      class="stop-button danger-outline small"
      aria-label={`Stop ${target.name}, ${about}`}
      onClick={() => openStopDialog(target)}
    >
      Stop…
    </button>
  );
}
