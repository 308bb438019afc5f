import { faultOfPassword } from './password.rules.js';

const name = 'ada.example@example.org';

describe('A password', () => {
  it.each([
    ['password1234', 'the most common one, with digits'],
    ['Password123!', 'with a capital and a sign'],
    ['P@55w0rdP@55w0rd', 'in other letters, twice'],
    ['qwertyuiop123', 'a keyboard run'],
    ['123456789012', 'digits in a row'],
    ['987654321098', 'digits backwards'],
    ['aaaaaaaaaaaa', 'one letter'],
    ['abcdefghijkl', 'the alphabet'],
    ['!!!!!!!!!!!!', 'one sign'],
    ['Liverpool1892', 'a club and its year'],
    ['ILoveYou2026!', 'a sentence that everybody says'],
    ['LetMeIn!LetMeIn!', 'a repetition'],
    ['Summer2026Summer', 'the season'],
    ['dragonmonkey12', 'two common words'],
    ['VoteLabour2026', 'the trade'],
    ['votelibdem!!!!', 'the trade of others'],
    ['Welcome-Manchester', 'two words and a dash'],
  ])('such as %s is refused: %s', (password) => {
    expect(faultOfPassword(password, name)).toBe('is one of the passwords that are tried first');
  });

  it.each([
    'gooseberry-lantern-1',
    'tHk4$vQ9!pLz',
    'der Abend war kühl',
    'seven brass kettles whistle',
    'пароль-на-весну',
    'football tea canvas ladder',
  ])('such as %s may be used', (password) => {
    expect(faultOfPassword(password, name)).toBeUndefined();
  });

  it('has 12 to 128 characters, counted as people count them', () => {
    expect(faultOfPassword('gooseberry!', name)).toMatch(/12 to 128/);
    expect(faultOfPassword('gooseberry!?', name)).toBeUndefined();
    expect(faultOfPassword('xk'.repeat(64), name)).toBeUndefined();
    expect(faultOfPassword(`${'xk'.repeat(64)}x`, name)).toMatch(/12 to 128/);
    expect(faultOfPassword('🦊🦉🐝🐢🦀🐙', name)).toMatch(/12 to 128/);
  });

  it('contains neither the username nor the name of the service', () => {
    expect(faultOfPassword('xx ada.example xx', name)).toMatch(/username/);
    expect(faultOfPassword('Ada.Example@example.org', name)).toMatch(/username/);
    expect(faultOfPassword('my Rosette brooch', name)).toMatch(/service/);
  });

  it('is checked in no time, however it is made up', () => {
    const from = performance.now();
    for (const text of ['passpasspass'.repeat(10), '1'.repeat(128), 'abcabcabc'.repeat(14), 'the'.repeat(42)])
      faultOfPassword(text, name);
    expect(performance.now() - from).toBeLessThan(250);
  });
});
