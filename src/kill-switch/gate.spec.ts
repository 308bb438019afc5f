import { sentinelOf } from './gate.fixture.js';
import { Gate } from './gate.js';
import { LeaseWriter, monotonicNow } from './sentinel/lease-memory.js';

describe('The gate', () => {
  const whole = {
    epoch: 1n,
    scopes: [
      ['tool:organise', true, 1],
      ['user:a', false, 3],
    ],
    notices: [],
  } as const;
  const standing = (gate: Gate) => [
    gate.ask(['tool:organise']).admitted,
    gate.ask(['tool:contact-creator']).admitted,
    gate.ask(['user:a']),
  ];
  let gate: Gate;

  beforeEach(() => {
    gate = new Gate();
  });

  afterEach(() => gate.detach());

  const begin = () => {
    const sentinel = sentinelOf(gate);
    sentinel.install(whole);
    return sentinel;
  };
  const userAt = (generation: number) => ({ admission: { generations: [generation] } });

  it('keeps what a part does not name, and takes what it names', () => {
    const sentinel = begin();
    expect(standing(gate)).toMatchObject([false, true, userAt(3)]);
    sentinel.install({ epoch: 2n, since: 1n, scopes: [['tool:contact-creator', true, 1]], notices: [] });
    expect(standing(gate)).toMatchObject([false, false, userAt(3)]);
    sentinel.install({ epoch: 3n, since: 2n, scopes: [['user:a', false, 4]], notices: [] });
    expect(standing(gate)).toMatchObject([false, false, userAt(4)]);
  });

  it('takes parts that have gathered one after another', () => {
    const writer = new LeaseWriter(gate.attach());
    writer.grant(Number(monotonicNow()) / 1e6 + 60_000);
    writer.install(whole);
    writer.install({ epoch: 2n, since: 1n, scopes: [['user:a', false, 4]], notices: [] });
    writer.install({ epoch: 3n, since: 2n, scopes: [['user:a', false, 5]], notices: [] });
    expect(standing(gate)).toMatchObject([false, true, userAt(5)]);
    writer.install({ epoch: 4n, since: 3n, scopes: [['tool:organise', false, 1]], notices: [] });
    writer.install({ epoch: 5n, since: 4n, scopes: [['user:a', false, 6]], notices: [] });
    expect(standing(gate)).toMatchObject([true, true, userAt(6)]);
  });

  it('counts what is refused since a scope was suspended, and says what has not been written down', () => {
    const sentinel = begin();
    const tool = { scope: 'tool:organise', generation: 1 };
    gate.noteRefusal('tool:organise');
    gate.noteRefusal('tool:organise');
    expect(gate.refusals()).toEqual([{ ...tool, refused: 2 }]);
    const written = gate.refusals();
    gate.noteRefusal('tool:organise');
    gate.refusalsWritten(written);
    expect(gate.refusals()).toEqual([{ ...tool, refused: 3 }]);
    gate.refusalsWritten(gate.refusals());
    expect(gate.refusals()).toEqual([]);
    sentinel.install({ epoch: 2n, since: 1n, scopes: [['tool:organise', true, 2]], notices: [] });
    gate.noteRefusal('tool:organise');
    expect(gate.refusals()).toEqual([{ ...tool, generation: 2, refused: 1 }]);
  });

  it('forgets what a whole does not name', () => {
    const sentinel = begin();
    sentinel.install({ epoch: 2n, scopes: [], notices: [] });
    expect(standing(gate)).toMatchObject([true, true, userAt(0)]);
    sentinel.install({ ...whole, epoch: 3n });
    expect(standing(gate)).toMatchObject([false, true, userAt(3)]);
    const writer = new LeaseWriter(gate.attach());
    writer.grant(Number(monotonicNow()) / 1e6 + 60_000);
    writer.install({ epoch: 4n, scopes: [], notices: [] });
    writer.install({ epoch: 5n, since: 4n, scopes: [['user:a', false, 4]], notices: [] });
    expect(standing(gate)).toMatchObject([true, true, userAt(4)]);
  });
});
