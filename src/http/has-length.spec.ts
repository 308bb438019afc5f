import 'reflect-metadata';
import { validateSync } from 'class-validator';
import { HasLength } from './has-length.js';

class Named {
  @HasLength(1, 3)
  name: unknown;

  @HasLength(0, 2, { each: true })
  tags: unknown;
}

const faultsOf = (given: Partial<Named>): string[] =>
  validateSync(Object.assign(new Named(), { name: 'a', tags: [] }, given)).map(({ property }) => property);

describe('The length of a text', () => {
  it.each([['a'], ['abc'], ['🐝🐝🐝'], ['a\uFE0Fb']])(
    'is counted in code points: %j is short enough',
    (name) => {
      expect(faultsOf({ name })).toEqual([]);
    },
  );

  it.each([[''], ['abcd'], ['🐝🐝🐝🐝'], ['a\uFE0Fa\uFE0F'], [7], [['a']]])(
    'is counted in code points: %j is none of one to three',
    (name) => {
      expect(faultsOf({ name })).toEqual(['name']);
    },
  );

  it('is asked of each element where it says so', () => {
    expect(faultsOf({ tags: ['a', ''] })).toEqual([]);
    expect(faultsOf({ tags: ['a', 'a\uFE0Fb'] })).toEqual(['tags']);
  });
});
