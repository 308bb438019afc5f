import fc from 'fast-check';
import { addressOf } from '../config/mailbox.js';
import { fitMessage, UnfitMessage, type Message } from './message.rules.js';

const message: Message = { to: 'ann@example.org', subject: 'Hello', text: 'Hello', kind: 'account' };

describe('A message', () => {
  it('is fit with one recipient, one line of subject and a known header', () => {
    const headers = { 'List-Unsubscribe': '<https://example.org/u/1>' };
    expect(fitMessage({ ...message, kind: 'mailing', scopes: ['tool:organise'], headers })).toMatchObject({
      headers,
      html: null,
    });
    expect(fitMessage({ ...message, to: 'ann@bücher.example' }).to).toBe('ann@xn--bcher-kva.example');
  });

  it.each<[string, Partial<Message>]>([
    ['recipient', { to: 'ann@example.org\r\nBcc: eve@example.org' }],
    ['recipient', { to: 'ann@example.org, eve@example.org' }],
    ['recipient', { to: 'Ann <ann@example.org>' }],
    ['recipient', { to: '"a b"@example.org' }],
    ['recipient', { to: 'ann@bü\tcher.example' }],
    ['recipient', { to: 'ann@-example.org' }],
    ['recipient', { to: 'ann' }],
    ['recipient', { to: '' }],
    ['subject', { subject: 'Hello\r\nBcc: eve@example.org' }],
    ['subject', { subject: 'Hello\u2028Bcc: eve@example.org' }],
    ['subject', { subject: ' ' }],
    ['subject', { subject: 'x'.repeat(501) }],
    ['text', { text: 'a\0b' }],
    ['html', { html: 'x'.repeat(1_000_001) }],
    ['list of scopes', { kind: 'mailing' }],
    ['headers', { headers: { Bcc: 'eve@example.org' } }],
    ['headers', { headers: { 'Content-Type': 'text/html' } }],
    ['headers', { headers: { 'List-Id': 'x\r\nBcc: eve@example.org' } }],
    ['headers', { headers: { 'List-Id\r\nBcc': 'eve@example.org' } }],
    ['headers', { headers: { 'Reply-To': 'ann@example.org, eve@example.org' } }],
  ])('with an unfit %s is refused: %j', (field, change) => {
    let fault: unknown;
    try {
      fitMessage({ ...message, ...change });
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(UnfitMessage);
    expect(fault).toMatchObject({ field });
    expect((fault as Error).message).not.toMatch(/eve|ann@/);
  });

  it('goes to an address that is one atom, whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const address = addressOf(`${text}@example.org`);
        return address === undefined || /^[\x21-\x7e]+$/.test(address);
      }),
      { numRuns: 2_000 },
    );
  });
});
