import { addressOf } from '../config/mailbox.js';
import { normalUsername, usernamePattern } from './username.rules.js';

describe('A username', () => {
  it.each(['ada@example.org', "a.o'brien+canvass@sub.example.co.uk", 'A@B'])('may be %s', (username) => {
    expect(usernamePattern.test(username)).toBe(true);
    expect(addressOf(username)).toBe(username);
  });

  it.each([
    'ada',
    'ada@',
    '@example.org',
    'a da@example.org',
    'ada@ex_ample.org',
    'ada@example.org, eve@example.org',
    'zoë@example.org',
    `${'a'.repeat(65)}@b`,
    'ada@.org',
    'ada..x@b',
    'ada@b\n',
  ])('may not be %j', (username) => {
    expect(usernamePattern.test(username)).toBe(false);
  });

  it('is the same however it is typed', () => {
    expect(normalUsername(' Ada@Example.ORG ')).toBe('ada@example.org');
  });
});
