import { rowLimits } from '../access/permissions.js';
import { isRoomFor } from './export-share.rules.js';
import { practiceRegister } from './practice-register.js';

const putney = 72_611;
const now = new Date('2026-11-20T12:00:00Z');
const fetched = (rows: number | null, startedAt = '2026-11-20T09:00:00Z') => ({
  rowCount: putney,
  fetches: [{ startedAt, endedAt: null, outcome: null, why: null, bytes: null, rows }],
});

describe('What tours export of Putney', () => {
  it('is a file where none has been fetched', () => {
    expect(isRoomFor(putney, [], now)).toBe(true);
  });

  it('is a file as long as there is room for the whole of it', () => {
    expect(isRoomFor(putney, [fetched(32_414)], now)).toBe(true);
    expect(isRoomFor(putney, [fetched(32_414), fetched(32_414)], now)).toBe(false);
  });

  it('counts a fetch that runs still as the whole file, and forgets one after two days', () => {
    expect(isRoomFor(putney, [fetched(null), fetched(null)], now)).toBe(false);
    expect(isRoomFor(putney, [fetched(null), fetched(null, '2026-11-18T11:59:59Z')], now)).toBe(true);
  });

  it('leaves a data officer enough of the day for twenty tours, whatever had left of each file', async () => {
    const practice = (await practiceRegister(true)).file.split('\n').length;
    for (const left of [0, 32_414, putney]) {
      const files: ReturnType<typeof fetched>[] = [];
      let spent = 0;
      for (let tour = 1; tour <= 20; tour += 1) {
        if (!isRoomFor(putney, files, now)) {
          spent += practice;
          continue;
        }
        files.push(fetched(left));
        // What was read ahead when the file was cut is spent as well.
        spent += Math.min(putney, left + 10_000);
        expect(spent).toBeLessThan(rowLimits['data-officer'].exportDay);
      }
      expect(spent).toBeLessThan(rowLimits['data-officer'].exportDay);
      expect(files.length).toBeGreaterThan(0);
    }
  });
});
