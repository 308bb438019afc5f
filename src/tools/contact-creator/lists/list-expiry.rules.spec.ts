import { Problem } from '../../../http/problem.js';
import { expiryOf } from './list-expiry.rules.js';

describe('The end of a list', () => {
  const now = new Date('2026-03-01T10:00:00Z');

  it('comes after thirty days where none is named', () => {
    expect(expiryOf(undefined, now).toISOString()).toBe('2026-03-31T10:00:00.000Z');
  });

  it('is the one named, within a year', () => {
    expect(expiryOf('2026-03-02T09:00:00+01:00', now).toISOString()).toBe('2026-03-02T08:00:00.000Z');
    for (const wanted of ['2026-03-01T10:00:00Z', '2025-03-01T10:00:00Z', '2027-03-03T10:00:00Z'])
      expect(() => expiryOf(wanted, now)).toThrow(Problem);
  });
});
