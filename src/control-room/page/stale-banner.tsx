/** In charge of saying that the page does not know, or knows only how things were. */
import { useSignalEffect } from '@preact/signals';
import { fault, isNotForAsker, isSelfStopped, isStale, lastKnownAt, now } from './knowledge.js';
import { BreakGlass } from './sign-in-view.js';
import { say } from './view.js';
import { faultInWords, lengthOf, momentOf } from './words.js';

export function StaleBanner() {
  useSignalEffect(() => {
    if (isTold()) say('The page does not know how things stand.');
  });
  if (!isTold()) return null;
  const at = lastKnownAt.value;
  return (
    <section class="stale" aria-label="What this page does not know">
      <p>
        <strong>
          {at === undefined
            ? 'This page knows nothing yet.'
            : `This page knows nothing since ${momentOf(at)}, ${lengthOf(now.value - at)} ago.`}
        </strong>{' '}
        {faultInWords(fault.value)}{' '}
        {at === undefined ? null : 'What stands below is from then, and may not be true any more. '}
        It goes on asking.
      </p>
      <BreakGlass />
    </section>
  );
}

/** Somebody who is shut out is told that instead. */
function isTold(): boolean {
  return isStale.value && !isSelfStopped.value && !isNotForAsker.value;
}
