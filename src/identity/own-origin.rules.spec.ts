import { isOwnPage, type Sender } from './own-origin.rules.js';

const own: Sender = {
  origin: 'http://127.0.0.1:3000',
  fetchSite: 'same-origin',
  scheme: 'http',
  host: '127.0.0.1:3000',
};

describe('A request is from a page of our own', () => {
  it.each<[string, boolean, Partial<Sender>, string | undefined]>([
    ['when its origin is where it was sent to', true, {}, undefined],
    ['also from a browser that does not say from which site', true, { fetchSite: undefined }, undefined],
    ['when its origin is the public address', true, { origin: 'https://a.org' }, 'https://a.org/rosette'],
    ['not without an origin', false, { origin: undefined }, undefined],
    ['not from an opaque origin', false, { origin: 'null' }, undefined],
    ['not from another port', false, { origin: 'http://127.0.0.1:3001' }, undefined],
    ['not from another scheme', false, { origin: 'https://127.0.0.1:3000' }, undefined],
    ['not from another site', false, { origin: 'https://evil.example' }, 'https://a.org'],
    ['not when the browser says it is from another site', false, { fetchSite: 'cross-site' }, undefined],
    [
      'not when the browser says it is from the same site alone',
      false,
      { fetchSite: 'same-site' },
      undefined,
    ],
    ['not over plain http where the public address has TLS', false, {}, 'https://127.0.0.1:3000'],
  ])('%s', (_, expected, difference, publicUrl) => {
    expect(isOwnPage({ ...own, ...difference }, publicUrl)).toBe(expected);
  });
});
