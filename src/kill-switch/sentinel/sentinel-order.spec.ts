import fc from 'fast-check';
import type { ScopeKey } from '../scopes.rules.js';
import { World } from './sentinel-world.fixture.js';

/** SENTINEL_RUNS: how many worlds are tried, 2,000 if absent. CONTRIBUTING.md names it. */
const runs = Number(process.env['SENTINEL_RUNS'] ?? 2_000);

const scope = fc.constantFrom<ScopeKey>('all:*', 'tool:organise', 'user:a');
const which = fc.nat({ max: 3 });
type Act = (world: World) => void;

/** The network at its best: what is sent is done and answered, and what is to be cut is cut. */
const settle: Act = (world) => {
  for (let n = 0; n < 4; n += 1) {
    world.execute(0);
    world.deliver(0, false);
  }
};

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.integer({ min: 1, max: 900 }).map(
      (ms): Act =>
        (world) =>
          world.pass(ms),
    ),
  },
  { weight: 8, arbitrary: fc.constant(settle) },
  {
    weight: 4,
    arbitrary: which.map(
      (n): Act =>
        (world) =>
          world.execute(n),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(which, fc.boolean()).map(
      ([n, keep]): Act =>
        (world) =>
          world.deliver(n, keep),
    ),
  },
  {
    weight: 1,
    arbitrary: which.map(
      (n): Act =>
        (world) =>
          world.lose(n),
    ),
  },
  { weight: 2, arbitrary: fc.constant<Act>((world) => world.notify()) },
  {
    weight: 4,
    arbitrary: fc.tuple(scope, fc.constantFrom('suspend', 'revoke', 'lift')).map(
      ([key, kind]): Act =>
        (world) =>
          world.flip(key, kind),
    ),
  },
  { weight: 3, arbitrary: fc.constant<Act>((world) => world.drain()) },
  { weight: 3, arbitrary: fc.constant<Act>((world) => world.drain(0)) },
  {
    weight: 6,
    arbitrary: scope.map(
      (key): Act =>
        (world) =>
          world.admit(key),
    ),
  },
  { weight: 6, arbitrary: fc.constant<Act>((world) => world.emit()) },
  { weight: 4, arbitrary: fc.constant<Act>((world) => world.handOver()) },
  { weight: 4, arbitrary: fc.constant<Act>((world) => world.flush()) },
  { weight: 2, arbitrary: fc.constant<Act>((world) => world.fence()) },
  { weight: 1, arbitrary: fc.constant<Act>((world) => world.crash()) },
  { weight: 2, arbitrary: fc.constant<Act>((world) => world.failOver()) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: -5_000, max: 5_000 }).map(
      (ms): Act =>
        (world) =>
          world.shiftDatabaseClock(ms),
    ),
  },
);

describe('A sentinel to which anything happens in any order', () => {
  const counts = { admitted: 0, refused: 0, answered: 0, cut: 0, lives: 0, regressions: 0 };

  it('breaks none of the invariants', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0.999, 1, 1.001),
        fc.array(act, { maxLength: 60, size: 'max' }),
        (rate, acts) => {
          const world = new World(rate);
          settle(world);
          world.drain();
          for (const one of acts) {
            one(world);
            world.emit();
          }
          for (const name of Object.keys(counts) as (keyof typeof counts)[])
            counts[name] += world.counts[name];
        },
      ),
      {
        numRuns: runs,
        ...(process.env['SENTINEL_SEED'] ? { seed: Number(process.env['SENTINEL_SEED']) } : {}),
      },
    );
  }, 3_600_000);

  it('does what could break them: admits, refuses, cuts, is fenced, sees epochs go back', () => {
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(runs / 50);
  });
});
