import { isTimeZone, localTime } from './local-time.rules.js';

describe('The local time of an event', () => {
  it.each([
    ['the last hour of summer', '2026-10-25T00:30:00Z', 'Europe/London', '2026-10-25T01:30:00+01:00'],
    [
      'the hour that comes twice, the second time',
      '2026-10-25T01:30:00Z',
      'Europe/London',
      '2026-10-25T01:30:00+00:00',
    ],
    ['the first hour of summer', '2026-03-29T01:00:00Z', 'Europe/London', '2026-03-29T02:00:00+01:00'],
    ['midnight', '2026-01-01T00:00:00Z', 'Europe/London', '2026-01-01T00:00:00+00:00'],
    ['another zone', '2026-07-01T12:00:00.250Z', 'Europe/Gibraltar', '2026-07-01T14:00:00.250+02:00'],
  ])('carries the offset of %s', (_, at, zone, expected) => {
    expect(localTime(new Date(at), zone)).toBe(expected);
    expect(new Date(expected).getTime()).toBe(new Date(at).getTime());
  });

  it('knows zones of places, and neither offsets nor inventions', () => {
    expect(['Europe/London', 'Europe/Gibraltar', 'America/Port-au-Prince'].map(isTimeZone)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['+01:00', 'Europe/Camelot', 'BST', '', 'toString', 7, null].filter(isTimeZone)).toEqual([]);
  });
});
