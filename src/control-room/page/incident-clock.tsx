/**
 * In charge of the 72 hours within which a breach is reported (UK GDPR, Art. 33). They run from when the controller became
 * aware; where nobody has said when, from the order.
 */
import { now, type Suspension } from './knowledge.js';
import { lengthOf, momentOf } from './words.js';

const limitMs = 72 * 3_600_000;

export function IncidentClock({
  suspension,
  isWhole = false,
}: {
  suspension: Suspension;
  isWhole?: boolean;
}) {
  const from = Date.parse(suspension.orderedAt);
  const until = from + limitMs;
  // In minutes: a countdown that ticks helps nobody to think.
  const left = until - Math.floor(now.value / 60_000) * 60_000;
  return (
    <p class="clock">
      <span class="clock-left">{left > 0 ? `${lengthOf(left)} left` : `over since ${momentOf(until)}`}</span>
      <span class="muted">
        {' '}
        to report a breach, until {momentOf(until)}
        {isWhole
          ? ' (UK GDPR, Art. 33). Counted from this order: if you knew before, it is over earlier; if no personal data was put at risk, there is nothing to report, and that is to be written down.'
          : '; counted from the order'}
      </span>
    </p>
  );
}
