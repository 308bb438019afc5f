import { isBreakGlass, readOrder } from './break-glass-words.rules.js';

const id = '3d1c7d1e-8f4a-4a6e-9a55-0f8f5f1f6b10';
const who = ['--by', 'Olive', '--reason', 'why'];

describe('The words of breaking glass', () => {
  it('are told from those of other commands', () => {
    expect(['suspend', 'lift', 'status'].every((verb) => isBreakGlass([verb]))).toBe(true);
    expect([[], ['keys', 'make'], ['toString']].some(isBreakGlass)).toBe(false);
  });

  it.each([
    [
      ['suspend', 'all', ...who],
      { verb: 'suspend', scope: { kind: 'all' }, reason: 'why', by: 'Olive', isJson: false },
    ],
    [
      ['suspend', '--json', 'office', ' The Press Office ', ...who, '--notice', 'Stop'],
      { verb: 'suspend', scope: { kind: 'office', name: 'The Press Office' }, notice: 'Stop', isJson: true },
    ],
    [['lift', id.toUpperCase(), ...who], { verb: 'lift', id, reason: 'why', by: 'Olive' }],
    [['lift', id, '--confirm', id.toUpperCase(), ...who], { verb: 'lift', id, confirm: id.toUpperCase() }],
    [['status'], { verb: 'status', finishes: false, isJson: false }],
    [['status', '--finish', '--json'], { verb: 'status', finishes: true, isJson: true }],
  ])('%j are an order', (words, order) => {
    expect(readOrder(words)).toMatchObject(order);
  });

  it.each([
    ['suspend', ['say what to suspend: all, tool, user, office, area, client']],
    ['suspend toool x', ['there is no scope "toool": all, tool, user, office, area, client']],
    ['suspend tool', ['say which tool']],
    ['suspend all of-it', ['"all" is everything; "of-it" is not needed']],
    ['suspend tool contact-creator organise', ['one tool at a time; put a name with blanks in quotes']],
    ['suspend all --confirm yes', ['suspend takes no --confirm']],
    ['lift', ['say which suspension, by its id: `npx rosette status` shows them']],
    ['lift 7', ['say which suspension, by its id: `npx rosette status` shows them']],
    [`lift ${id} ${id}`, ['say which suspension, by its id: `npx rosette status` shows them']],
    [`lift ${id} --confirm 7`, ['--confirm names another suspension than the one to lift']],
    [`lift ${id} --notice now`, ['lift takes no --notice']],
    [
      'status all',
      [
        'status takes no --by',
        'status takes no --reason',
        'status asks about everything; "all" is not needed',
      ],
    ],
  ])('`%s` are refused in words', (words, faults) => {
    expect(readOrder([...words.split(' '), ...who])).toEqual({ faults });
  });

  it('ask for all that is missing or too long at once', () => {
    expect(readOrder(['suspend', 'all', '--reason', ' ', '--notice', ''])).toEqual({
      faults: [
        '--reason is missing: why, kept for ever',
        '--by is missing: your name, kept with the reason',
        '--notice is empty: what the people it stops are told',
      ],
    });
    const long = ['--reason', 'x'.repeat(2_001), '--by', 'y'.repeat(201), '--notice', 'z'.repeat(2_001)];
    expect(readOrder(['suspend', 'all', ...long])).toEqual({
      faults: [
        '--reason is longer than 2,000 characters',
        '--by is longer than 200 characters',
        '--notice is longer than 2,000 characters',
      ],
    });
    // Counted as the database counts.
    expect(readOrder(['suspend', 'all', '--reason', '🌹'.repeat(2_000), '--by', 'y'])).not.toHaveProperty(
      'faults',
    );
  });

  it('that nobody knows are refused as they are', () => {
    expect(readOrder(['suspend', 'all', '--unknown'])).toMatchObject({
      faults: [expect.stringContaining("Unknown option '--unknown'")],
    });
    expect(readOrder(['suspend', 'all', '--reason'])).toMatchObject({
      faults: [expect.stringContaining('--reason')],
    });
  });
});
