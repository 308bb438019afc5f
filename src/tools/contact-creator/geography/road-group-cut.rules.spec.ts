import fc from 'fast-check';
import { cutIntoGroups } from './road-group-cut.rules.js';

const streetsOf = (...doors: number[]) => doors.map((count, index) => ({ id: String(index), doors: count }));

describe('A district that is cut into road groups', () => {
  it('is cut in the order of its streets into groups of about one size', () => {
    expect(cutIntoGroups(streetsOf(30, 30, 30, 30), 60)).toEqual([
      ['0', '1'],
      ['2', '3'],
    ]);
    expect(cutIntoGroups(streetsOf(300, 10, 10), 100)).toEqual([['0'], ['1', '2']]);
    expect(cutIntoGroups(streetsOf(0, 0), 50)).toEqual([['0', '1']]);
    expect(cutIntoGroups([], 50)).toEqual([]);
  });

  it('keeps every street once, in order, and goes over the size by no more than a street', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 })),
        fc.integer({ min: 20, max: 500 }),
        (doors, size) => {
          const groups = cutIntoGroups(streetsOf(...doors), size);
          expect(groups.flat()).toEqual(doors.map((_, index) => String(index)));
          const largest = Math.max(0, ...doors);
          for (const group of groups) {
            expect(group.length).toBeGreaterThan(0);
            expect(group.reduce((sum, id) => sum + doors[Number(id)]!, 0)).toBeLessThanOrEqual(
              size + largest,
            );
          }
        },
      ),
    );
  });
});
