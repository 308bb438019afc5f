/** In charge of what Prometheus is shown of drills: an alert on either of these tells that the switch is no longer tried, or fails. */
import { gauge } from '../jobs/metric.js';

export function showDrill({ endedAt, isOk }: { endedAt: Date; isOk: boolean }): void {
  gauge('rosette_last_drill_timestamp_seconds', 'When a drill of the switch last ended').set(
    endedAt.getTime() / 1_000,
  );
  gauge('rosette_last_drill_ok', '1: the last drill was proved in time and the canary refused; 0: not').set(
    isOk ? 1 : 0,
  );
}
