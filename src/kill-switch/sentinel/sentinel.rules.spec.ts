import type { Reading, SentinelEffect, SentinelEvent } from './sentinel-event.js';
import { initialState, type SentinelState } from './sentinel-state.js';
import { reduce } from './sentinel.rules.js';

const terms = { leaseMs: 2_000, beatMs: 400, guardMs: 100 };
const until = (sentAt: number) => ({ kind: 'lease', untilMs: sentAt + 1_900 });
const closed = { kind: 'lease', untilMs: -Infinity };

/** One sentinel, told one thing after another. The database's clock is a million ahead. */
class Told {
  state: SentinelState;

  constructor(epochSeen?: bigint) {
    this.state = initialState(epochSeen);
  }

  tell(event: SentinelEvent): readonly SentinelEffect[] {
    const { state, effects } = reduce(this.state, event);
    this.state = state;
    return effects;
  }

  /** The answer to the renewal under way; `flips`: how often the tool was suspended, always anew. */
  answer(at: number, flips: number, more: Partial<Reading> = {}): readonly SentinelEffect[] {
    const reading: Reading = {
      epoch: BigInt(flips),
      stamp: `s${flips}`,
      scopes:
        this.state.installed?.stamp === `s${flips}`
          ? null
          : [['tool:organise', flips % 2 === 1, Math.ceil(flips / 2)]],
      notices: null,
      databaseMs: 1_000_000 + at,
      ...more,
    };
    const request = this.state.asked?.request ?? -1;
    return this.tell({ kind: 'renewed', at, life: this.state.life, request, reading });
  }

  tick(at: number, isAtWork = false, isQueueing = false): readonly SentinelEffect[] {
    return this.tell({ kind: 'tick', at, isAtWork, isQueueing });
  }

  drained(at: number, cut = this.state.lastCut): readonly SentinelEffect[] {
    return this.tell({ kind: 'drained', at, cut });
  }
}

/** Holds a lease on epoch 0, asked for at 0; its second renewal, sent at 20, is answered. */
function leased(): Told {
  const told = new Told();
  told.tell({ kind: 'started', at: -10 });
  told.tell({ kind: 'registered', at: 0, life: 1, terms });
  told.answer(10, 0);
  told.drained(20);
  told.answer(30, 0);
  return told;
}

describe('The sentinel', () => {
  it('asks for nothing before it is registered, and registers again until it is', () => {
    const told = new Told();
    expect(told.tell({ kind: 'started', at: 0 })).toEqual([{ kind: 'register', life: 1 }]);
    expect(told.tell({ kind: 'notified', at: 1 })).toEqual([]);
    expect(told.tick(5_000)).toEqual([]);
    expect(told.tell({ kind: 'register-failed', at: 5_000, life: 1 })).toEqual([]);
    expect(told.tick(5_100)).toEqual([]);
    expect(told.tick(5_400)).toEqual([{ kind: 'register', life: 1 }]);
    expect(told.tell({ kind: 'registered', at: 5_500, life: 1, terms })).toEqual([
      { kind: 'renew', life: 1, request: 1, closed: 0n, drained: 0n, stamp: null },
    ]);
  });

  it('has no lease before what the first snapshot suspends is cut, and counts it from the sending', () => {
    const told = new Told();
    told.tell({ kind: 'started', at: -10 });
    told.tell({ kind: 'registered', at: 0, life: 1, terms });
    const notices = [
      {
        scope: 'tool:organise',
        suspensionId: 's',
        notice: 'Call the office.',
        appealNote: null,
        inForceAt: '2026-02-20T21:14:03Z',
      },
    ] as const;
    expect(told.answer(250, 1, { notices })).toEqual([
      { kind: 'install', snapshot: { epoch: 1n, scopes: [['tool:organise', true, 1]], notices } },
      { kind: 'cut', cut: 1, scopes: ['tool:organise'] },
    ]);
    expect(told.drained(260)).toEqual([
      until(0),
      { kind: 'renew', life: 1, request: 2, closed: 1n, drained: 1n, stamp: 's1' },
    ]);
  });

  it('renews at each beat, at once when there is news, and once more when news came meanwhile', () => {
    const told = leased();
    expect(told.tick(419)).toEqual([]);
    expect(told.tick(420)).toMatchObject([{ kind: 'renew', request: 3 }]);
    expect(told.tell({ kind: 'notified', at: 425 })).toEqual([]);
    expect(told.answer(430, 0)).toMatchObject([until(420), { kind: 'renew', request: 4 }]);
    expect(told.answer(440, 0)).toMatchObject([until(430)]);
    expect(told.tell({ kind: 'notified', at: 450 })).toMatchObject([{ kind: 'renew', request: 5 }]);
    expect(told.tell({ kind: 'renewal-failed', at: 750, life: 1, request: 5 })).toEqual([]);
    expect(told.tick(849)).toEqual([]);
    expect(told.tick(850)).toMatchObject([{ kind: 'renew', request: 6 }]);
  });

  it('does not let its lease grow while a cut is unanswered, and says that it has drained when all are', () => {
    const told = leased();
    told.tick(420);
    expect(told.answer(430, 1)).toMatchObject([
      { kind: 'install' },
      { kind: 'cut', cut: 2, scopes: ['tool:organise'] },
    ]);
    told.tick(820);
    expect(told.answer(830, 2)).toMatchObject([{ kind: 'install' }, { kind: 'cut', cut: 3 }]);
    expect(told.drained(840, 2)).toEqual([]);
    told.tick(1_230);
    expect(told.answer(1_240, 2)).toEqual([]);
    expect(told.drained(1_250)).toMatchObject([until(1_230), { kind: 'renew', closed: 2n, drained: 2n }]);
    expect(told.answer(1_260, 2)).toEqual([until(1_250)]);
  });

  it('lays what is new over what it has, and misses what a later whole has lost of either', () => {
    for (const lost of ['tool:organise', 'user:a']) {
      const told = leased();
      told.tick(420);
      told.answer(430, 1);
      told.drained(440);
      const scopes = [['user:a', false, 1]] as const;
      expect(told.answer(450, 2, { since: 1n, scopes })).toEqual([
        { kind: 'install', snapshot: { epoch: 2n, since: 1n, scopes, notices: [] } },
        { kind: 'cut', cut: 3, scopes: ['user:a'] },
      ]);
      expect(told.drained(460)).toMatchObject([until(440), { kind: 'renew', closed: 2n, drained: 2n }]);
      const whole = [['tool:organise', true, 1], ...scopes] as const;
      expect(told.state.installed?.scopes).toEqual(whole);
      const left = whole.filter(([key]) => key !== lost);
      expect(told.answer(470, 3, { scopes: left })).toContainEqual(closed);
    }
  });

  it('tells nobody that it has drained where the database did not believe it', () => {
    const told = leased();
    told.tick(420);
    told.answer(430, 1);
    told.drained(440);
    expect(told.answer(450, 2)).toMatchObject([{ kind: 'install' }, { kind: 'cut' }]);
  });

  it('that is fenced closes all at once and begins a new life, for which no older answer counts', () => {
    const told = leased();
    told.tick(420);
    expect(told.tell({ kind: 'fenced', at: 430, life: 1, request: 3 })).toEqual([
      closed,
      { kind: 'alarm', alarm: 'fenced' },
      { kind: 'close-all', cut: 2 },
      { kind: 'register', life: 2 },
    ]);
    expect(told.tell({ kind: 'registered', at: 440, life: 1, terms })).toEqual([]);
    expect(told.tell({ kind: 'registered', at: 440, life: 2, terms })).toMatchObject([
      { kind: 'renew', life: 2, request: 1, closed: 0n, drained: 0n },
    ]);
    const reading = { epoch: 0n, stamp: 's0', scopes: null, notices: null, databaseMs: 1_000_441 };
    expect(told.tell({ kind: 'renewed', at: 441, life: 1, request: 1, reading })).toEqual([]);
    expect(told.tell({ kind: 'renewed', at: 441, life: 2, request: 2, reading })).toEqual([]);
    expect(told.answer(450, 0)).toEqual([]);
    // What ran under the old life has to be gone first.
    expect(told.drained(460)).toMatchObject([until(440), { kind: 'renew', life: 2 }]);
  });

  it('takes no answer to a renewal that it has given up', () => {
    const told = leased();
    told.tick(420);
    told.tell({ kind: 'renewal-failed', at: 720, life: 1, request: 3 });
    told.tick(820);
    const reading = { epoch: 0n, stamp: 's0', scopes: null, notices: null, databaseMs: 1_000_830 };
    expect(told.tell({ kind: 'renewed', at: 830, life: 1, request: 3, reading })).toEqual([]);
    expect(told.tell({ kind: 'fenced', at: 830, life: 1, request: 3 })).toEqual([]);
    expect(told.answer(840, 0)).toEqual([until(820)]);
  });

  it.each([
    ['the epoch goes back', { epoch: 1n, stamp: 'x', scopes: [['tool:organise', true, 1]] }],
    [
      'a flip is gone and another has its number',
      { epoch: 3n, stamp: 'x', scopes: [['tool:organise', false, 1]] },
    ],
    ['a flip is gone, and its scope with it', { epoch: 9n, stamp: 'x', scopes: [['user:a', true, 1]] }],
  ] as const)('refuses all, and says so once, where %s, until it is there again', (_, lost) => {
    const told = leased();
    told.tick(420);
    told.answer(430, 3);
    told.drained(440);
    told.answer(450, 3);
    told.tick(840);
    expect(told.answer(850, 0, lost)).toEqual([
      closed,
      { kind: 'alarm', alarm: 'epoch-regressed' },
      { kind: 'close-all', cut: 3 },
    ]);
    expect(told.drained(860)).toMatchObject([{ kind: 'renew', stamp: 's3' }]);
    expect(told.answer(870, 0, lost)).toEqual([]);
    told.tick(1_260);
    expect(told.answer(1_270, 5)).toMatchObject([{ kind: 'install' }, { kind: 'cut', cut: 4 }]);
    expect(told.drained(1_280)).toMatchObject([until(1_260), { kind: 'renew' }]);
  });

  it('knows in a new thread what epoch the process has seen', () => {
    const told = new Told(7n);
    told.tell({ kind: 'started', at: 0 });
    told.tell({ kind: 'registered', at: 0, life: 1, terms });
    expect(told.answer(10, 6)).toMatchObject([closed, { alarm: 'epoch-regressed' }, { kind: 'close-all' }]);
    told.drained(20);
    expect(told.answer(30, 7)).toMatchObject([{ kind: 'install' }, { kind: 'cut' }]);
  });

  it('cuts all where one of two clocks jumps, counts no lease from before, and asks again at once', () => {
    for (const jump of [60, -60]) {
      const told = leased();
      told.tick(420);
      expect(told.answer(430, 0, { databaseMs: 1_000_430 + jump + Math.sign(jump) * 15 })).toEqual([
        closed,
        { kind: 'alarm', alarm: 'clock-disrupted' },
        { kind: 'close-all', cut: 2 },
        { kind: 'renew', life: 1, request: 4, closed: 0n, drained: 0n, stamp: 's0' },
      ]);
      expect(told.answer(440, 0, { databaseMs: 1_000_440 + jump + Math.sign(jump) * 15 })).toEqual([]);
      expect(told.drained(450)).toMatchObject([until(430), { kind: 'renew' }]);
    }
  });

  it('takes no slow answer for a jump', () => {
    const told = leased();
    told.tick(420);
    expect(told.answer(719, 0, { databaseMs: 1_000_425 })).toEqual([until(420)]);
    told.tick(820);
    expect(told.answer(1_119, 0, { databaseMs: 1_001_115 })).toEqual([until(820)]);
  });

  it('sees a clock that runs two per cent too fast, however often it asks', () => {
    const told = leased();
    const alarms: SentinelEffect[] = [];
    for (let at = 430; at < 30_000; at += 400) {
      told.tick(at);
      const effects = told.answer(at + 1, 0, { databaseMs: 1_000_000 + at * 1.02 });
      alarms.push(...effects.filter(({ kind }) => kind === 'alarm'));
      told.drained(at + 2);
      told.answer(at + 3, 0, { databaseMs: 1_000_000 + (at + 2) * 1.02 });
    }
    expect(alarms.length).toBeGreaterThan(0);
  });

  it('ends the process where what was to be cut is still at work after a second, and only then', () => {
    const told = leased();
    told.tick(420);
    told.answer(430, 1);
    expect(told.tick(1_430, true)).not.toContainEqual({ kind: 'kill' });
    expect(told.tick(1_431, false)).not.toContainEqual({ kind: 'kill' });
    expect(told.tick(1_432, true)).toEqual([{ kind: 'alarm', alarm: 'drain-overdue' }, { kind: 'kill' }]);
    expect(told.tick(1_500, true)).toEqual([]);
    expect(told.tell({ kind: 'notified', at: 1_501 })).toEqual([]);
  });

  it('says once that it has lost its lease, and takes the next', () => {
    const told = leased();
    told.tick(420);
    expect(told.tick(1_919)).toEqual([]);
    expect(told.tick(1_920)).toEqual([
      { kind: 'alarm', alarm: 'lease-lost' },
      { kind: 'freeze', cut: 2 },
    ]);
    expect(told.drained(1_930)).toEqual([]);
    expect(told.tick(1_990)).toEqual([]);
    expect(told.answer(2_000, 0)).toMatchObject([until(420), { kind: 'renew' }]);
  });

  it('takes no lease before what waited for the kernel is gone', () => {
    const told = leased();
    told.tick(420);
    told.tick(1_920);
    expect(told.answer(2_000, 0)).toEqual([]);
    expect(told.drained(2_010)).toMatchObject([until(420), { kind: 'renew' }]);
  });

  it('ends the process where something would still be sent when the lease has run out, and only then', () => {
    const told = leased();
    told.tick(420);
    told.tick(1_920, true, true);
    expect(told.tick(1_959, true, true)).toEqual([]);
    expect(told.tick(1_960, true, false)).toEqual([]);
    expect(told.tick(1_960, true, true)).toEqual([
      { kind: 'alarm', alarm: 'drain-overdue' },
      { kind: 'kill' },
    ]);
    const flipped = leased();
    flipped.tick(420);
    flipped.answer(430, 1);
    expect(flipped.tick(530, true, true)).toEqual([]);
    // Fenced: a new life knows no terms yet.
    const fenced = leased();
    fenced.tick(420);
    fenced.tell({ kind: 'fenced', at: 430, life: 1, request: 3 });
    expect(fenced.tick(469, true, true)).toEqual([]);
    expect(fenced.tick(470, true, true)).toMatchObject([{ alarm: 'drain-overdue' }, { kind: 'kill' }]);
  });

  it('that is stopped gives its lease up and retires', () => {
    const told = leased();
    expect(told.tell({ kind: 'stop', at: 100 })).toEqual([closed, { kind: 'retire', life: 1 }]);
    expect(told.tick(1_000)).toEqual([]);
  });
});
