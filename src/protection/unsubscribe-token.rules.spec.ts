import { randomBytes } from 'node:crypto';
import { tombstoneOf } from './tombstone-keys.js';
import { readUnsubscribeToken, unsubscribeToken } from './unsubscribe-token.rules.js';

const key = { id: '0000000000000-00000000', key: randomBytes(32) };
const newer = { id: '1793780400000-0a1b2c3d', key: randomBytes(32) };
const whom = { addressHash: tombstoneOf(key, 'email|ann@example.org'), subjectId: '88001' };

describe('The token of an unsubscribe link', () => {
  it('says whom it was made for, also after a newer key was made', () => {
    expect(readUnsubscribeToken([newer, key], unsubscribeToken(key, whom))).toEqual(whom);
  });

  it('is refused when a single letter of it differs', () => {
    const token = unsubscribeToken(key, whom);
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(readUnsubscribeToken([key], token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
    }
  });

  it('is refused when it is cut, longer, foreign or no token at all', () => {
    const token = unsubscribeToken(key, whom);
    for (const bad of ['', 'x', token.slice(1), `${token}A`, '%00', unsubscribeToken(newer, whom)])
      expect(readUnsubscribeToken([key], bad)).toBeUndefined();
  });
});
