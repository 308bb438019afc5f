import fc from 'fast-check';
import { DateJudge, DateKindFinder } from './date-kind.rules.js';
import { mayVote } from './eligibility.rules.js';
import { addYears, isoOf, looksMadeBySpreadsheet, readDate } from '../../../intake/written-date.rules.js';
import { nationOf, votingAge } from './voting-age.rules.js';

const published = '2025-12-01';

function kindOf(dates: string[]) {
  const finder = new DateKindFinder();
  for (const date of dates) finder.observe(date);
  return finder.decide(published);
}

describe('A date of a register', () => {
  it.each([
    ['07/03/2008', 20080307],
    ['7/3/08', 20080307],
    ['2008-03-07', 20080307],
    ['07-Mar-2008', 20080307],
    ['7 March 2008', 20080307],
    ['07.03.2008', 20080307],
    ['07/03/2008 00:00:00', 20080307],
    ['7/3/65', 19650307],
    ['29/02/2008', 20080229],
    ['29/02/2007', undefined],
    ['13/13/2008', undefined],
    ['01-Feb', undefined],
    ['#######', undefined],
  ])('%s is %p', (text, day) => {
    expect(readDate(text)).toEqual(day === undefined ? undefined : { day, isMangled: false });
  });

  it('is recovered from the serial number of a spreadsheet', () => {
    expect(readDate('39514')).toEqual({ day: 20080307, isMangled: true });
  });

  it('where none belongs was made by a spreadsheet', () => {
    expect(['01-Feb', 'Feb-01', '01/02/2025'].every(looksMadeBySpreadsheet)).toBe(true);
    expect(['KA', 'AB-12', 'AB-1/2', '1-2'].some(looksMadeBySpreadsheet)).toBe(false);
  });

  it('of a leap day comes of age on 1 March', () => {
    expect(isoOf(addYears(20080229, 18))).toBe('2026-03-01');
    expect(isoOf(addYears(20080229, 16))).toBe('2024-02-29');
  });
});

describe('The kind of dates in a file', () => {
  it.each([
    [[], 'none'],
    [['', 'never'], 'none'],
    [['01/02/2009', '01/11/2008'], 'birth'],
    [['01/02/2027', '01/11/2026'], 'attainment'],
    [['01/02/2027', '01/11/2025'], 'attainment'],
    [['01/11/2025'], 'past'],
    [['01/11/2025', '01/02/2013'], 'past'],
    [['01/02/1960'], 'birth'],
    [['01/12/2007'], 'birth'],
    [['01/02/1960', '01/02/2027'], 'attainment'],
  ])('of %j is %s', (dates, kind) => {
    expect(kindOf(dates)).toBe(kind);
  });

  it('is decided by the whole file, whatever one row says', () => {
    const dates = Array.from({ length: 40 }, (_, at) => `01/${(at % 9) + 1}/2027`);
    expect(kindOf([...dates, '01/02/2009'])).toBe('attainment');
  });

  it('is refused when the column holds both', () => {
    expect(kindOf(['01/02/2009', '01/02/2027'])).toEqual({
      fault: expect.stringContaining('both 1 birth dates and 1 dates of attainment'),
    });
  });
});

describe('A date of a row', () => {
  it.each([
    ['birth', '02/12/2007', { attainsOn: 20251202 }],
    ['birth', '01/12/2007', { attainsOn: 20251201 }],
    ['birth', '30/11/2007', { dropped: 'old' }],
    ['birth', '01/12/2009', { attainsOn: 20271201 }],
    ['birth', '02/12/2009', { isUnder16: true, adultOn: 20271202 }],
    ['birth', '02/12/2011', { isUnder16: true, adultOn: 20291202 }],
    ['birth', '02/12/2026', { isUnder16: true, adultOn: 20261202 }],
    ['attainment', '01/12/2027', { attainsOn: 20271201 }],
    ['attainment', '02/12/2027', { isUnder16: true, adultOn: 20271202 }],
    ['attainment', '30/11/2025', { dropped: 'past' }],
    ['attainment', '01/12/2024', { dropped: 'past' }],
    ['attainment', '01/02/2008', { dropped: 'past' }],
    ['attainment', '01/12/2023', { dropped: 'past' }],
    ['attainment', '01/02/2010', { dropped: 'past' }],
    ['past', '01/12/2024', { dropped: 'past' }],
    ['past', '01/12/2023', { isUnder16: true, adultOn: 20411201 }],
    ['past', '01/02/2010', { isUnder16: true, adultOn: 20280201 }],
    ['none', '01/02/2010', { isUnder16: true, adultOn: 20280201 }],
    ['attainment', '01-Feb', { dropped: 'unreadable' }],
  ] as const)('of %s, %s, is judged by the day of publication', (kind, text, judged) => {
    expect(new DateJudge(kind, published).judge(text)).toEqual(judged);
  });

  it.each([
    ['birth', '12/25/2012', true],
    ['birth', '31/02/12', true],
    ['birth', '31/02/2009', true],
    ['birth', '31/02/2008', false],
    ['birth', '31/02/1998', false],
    ['birth', '31/02/98', false],
    ['birth', '01-Feb', false],
    ['past', '31/02/2025', true],
    ['none', '25th December 2012', true],
    ['attainment', '31/02/2012', true],
    ['attainment', '31/02/2023', true],
    ['attainment', '31/02/2024', false],
    ['attainment', '31/02/2026', false],
    ['attainment', '31/02/2027', true],
    ['attainment', '31/02/2030', true],
  ] as const)('of %s that reads %s may be that of a child: %p', (kind, text, may) => {
    expect(new DateJudge(kind, published).mayMeanUnder16(text)).toBe(may);
  });

  it('never gives a date of attainment to anyone under 16', () => {
    const day = fc
      .date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(day, fc.constantFrom('birth', 'attainment', 'past'), (text, kind) => {
        const judged = new DateJudge(kind, published).judge(text);
        if ('attainsOn' in judged) {
          expect(judged.attainsOn).toBeGreaterThanOrEqual(20251201);
          expect(judged.attainsOn).toBeLessThanOrEqual(20271201);
        }
      }),
    );
  });
});

describe('The right to vote', () => {
  const polls = [
    ['uk-parliament', 'england'],
    ['devolved', 'scotland'],
    ['local', 'wales'],
    ['local', 'england'],
    ['police-and-crime-commissioner', 'wales'],
  ] as const;
  it.each([
    ['', [true, true, true, true, true]],
    ['G', [false, false, true, true, true]],
    ['L', [false, false, true, true, true]],
    ['F', [true, false, false, false, false]],
    ['M', [false, true, true, true, false]],
    ['E', [false, false, false, false, false]],
    ['Q', [true, true, true, true, true]],
  ])('of the marker %j is limited as the table says', (franchise, expected) => {
    const can = polls.map(([type, nation]) => mayVote(franchise, null, { type, nation, on: '2026-05-07' }));
    expect(can).toEqual(expected);
  });

  it.each([
    ['uk-parliament', 'scotland', '2026-05-07', true],
    ['uk-parliament', 'scotland', '2026-05-08', false],
    ['local', 'england', '2026-05-08', false],
    ['local', 'scotland', '2028-05-07', true],
    ['local', 'scotland', '2028-05-08', false],
    ['devolved', 'wales', '2028-05-07', true],
    ['devolved', 'northern-ireland', '2028-05-07', false],
  ] as const)('at the %s election in %s, of who is 18 on %s, is %p', (type, nation, attainsOn, can) => {
    expect(mayVote('', attainsOn, { type, nation, on: '2026-05-07' })).toBe(can);
  });

  it('was another before an Act changed it', () => {
    expect(votingAge('local', 'wales', '2022-05-04')).toBe(18);
    expect(votingAge('local', 'wales', '2022-05-05')).toBe(16);
    expect(votingAge('devolved', 'england', '2026-05-07')).toBeUndefined();
    expect(mayVote('', null, { type: 'devolved', nation: 'england', on: '2026-05-07' })).toBe(false);
    expect(nationOf('W07000041')).toBe('wales');
  });
});
