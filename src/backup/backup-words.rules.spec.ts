import { isBackup, readBackupOrder } from './backup-words.rules.js';

const by = ['--by', 'Olive'];

describe('The words of backups', () => {
  it('are told from those of other commands', () => {
    expect([['backup'], ['restore', 'x']].every(isBackup)).toBe(true);
    expect([[], ['lift'], ['keys', 'make']].some(isBackup)).toBe(false);
  });

  it.each([
    [['backup', 'here', ...by], { verb: 'backup', folder: 'here', by: 'Olive' }],
    [['restore', 'here', ...by], { verb: 'restore', folder: 'here', withoutJournal: false }],
    [['restore', 'here', '--journal', 'there', ...by], { journal: 'there' }],
    [
      ['restore', 'here', '--without-journal', '--confirm', 'x', ...by],
      { withoutJournal: true, confirm: 'x' },
    ],
  ])('%j are an order', (words, order) => {
    expect(readBackupOrder(words)).toMatchObject(order);
  });

  it.each([
    [['backup', ...by], ['say which folder: npx rosette backup <folder>']],
    [
      ['restore', 'a', 'b', '--by', ' '],
      ['say which folder: npx rosette restore <folder>', '--by is missing: your name, kept in the record'],
    ],
    [['backup', 'a', '--without-journal', ...by], ['backup takes no other option than --by']],
    [
      ['restore', 'a', '--without-journal', '--journal', 'b', ...by],
      ['--journal and --without-journal exclude each other'],
    ],
    [['restore', 'a', '--confirm', 'x', ...by], ['--confirm goes with --without-journal']],
    [['backup', 'a', '--by', 'x'.repeat(201)], ['--by is longer than 200 characters']],
    [['backup', 'a', '--force'], [expect.stringContaining("Unknown option '--force'")]],
  ])('%j are refused in words', (words, faults) => {
    expect(readBackupOrder(words)).toEqual({ faults });
  });
});
