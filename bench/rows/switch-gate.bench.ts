import { Gate } from '../../src/kill-switch/gate.js';
import { sentinelOf } from '../../src/kill-switch/gate.fixture.js';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import type { Measurement } from '../benchmark.js';
import { quantile } from '../quantile.js';

const flipped = 10_000;
const asked = 200_000;
const warmUp = 20_000;
/** As of a request for a page of electors. */
const scopes: readonly ScopeKey[] = [
  'all:*',
  'tool:contact-creator',
  'user:2f1b0f7e-7c7e-4c2e-9b0a-0d1f3a5b7c9e',
  'office:7d1c7d1e-8f4a-4a6e-9a55-0f8f5f1f6b10',
  'area:E14001434',
];

/** A gate that knows of ten thousand flipped scopes, none of them asked about. */
export const measurement: Measurement = {
  what: 'a question to the gate about five scopes',
  isLong: false,

  async measure() {
    const gate = new Gate();
    sentinelOf(gate).install({
      epoch: 1n,
      scopes: Array.from({ length: flipped }, (_, n) => [`user:${n}`, n % 2 === 0, 1] as const),
      notices: [],
    });
    const clock = process.hrtime.bigint.bind(process.hrtime);
    const time = (ask: () => unknown): number[] =>
      Array.from({ length: asked + warmUp }, () => {
        const begunAt = clock();
        ask();
        return Number(clock() - begunAt);
      }).slice(warmUp);
    let refused = 0;
    const looking = time(() => undefined);
    const asking = time(() => {
      if (!gate.ask(scopes).admitted) refused += 1;
    });
    gate.detach();
    if (refused > 0) throw new Error(`${refused} of ${asked} were refused.`);
    const bound = (q: number, most: number) => ({
      what: `a question to the gate, p${q * 100}, less the looking at the clock`,
      unit: 'ns',
      measured: quantile(asking, q) - quantile(looking, q),
      most,
    });
    return [bound(0.5, 200), bound(0.99, 1_000)];
  },
};
