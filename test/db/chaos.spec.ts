import { faults } from '../chaos/faults.js';
import { runChaos } from '../chaos/chaos.js';

/** One flip for each fault; `npm run test:chaos` does as many as are asked for. */
describe('Replicas under load, one of them stopped, killed or cut off', () => {
  it('admit, send and read nothing of a suspended scope after the answer', async () => {
    const report = await runChaos({ flips: faults.length, replicas: 2, seed: 20190218 });
    expect(report.leaks).toEqual([]);
    expect({ read: report.rowsAfter, written: report.writtenAfter }).toEqual({ read: 0, written: 0 });
    expect(report.flips).toBe(faults.length);
    // There was something to stop.
    expect(report.answers).toBeGreaterThan(20);
    expect(report.refusals).toBeGreaterThan(0);
    expect(report.cut).toBeGreaterThan(0);
    expect(report.mails).toBeGreaterThan(0);
  }, 180_000);
});
