import { mkdtempSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../config/environment.js';
import { AccessTokenService, accessTokenSeconds } from './access-token.service.js';
import { addTokenKey, readTokenKeys } from './token-keys.js';
import { VerifiedTokens } from './verified-tokens.js';

const claims = {
  sessionId: '6f0c1a52-0d0e-4c39-9a55-3f4e8f1d2c6b',
  accountId: '0b8f7a52-6d0e-4c39-9a55-3f4e8f1d2c6b',
};

describe('An access token', () => {
  let directory: string;
  let service: AccessTokenService;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'rosette-keys-'));
    addTokenKey(directory, 1_000_000_000_000);
    service = new AccessTokenService({ ROSETTE_KEYS_DIR: directory } as Environment);
  });

  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(directory, { recursive: true });
  });

  /** Lets the clocks of the process run ahead. */
  const pass = (ms: number) => {
    const [wall, monotonic] = [Date.now(), performance.now()];
    jest.spyOn(Date, 'now').mockImplementation(() => wall + ms);
    jest.spyOn(performance, 'now').mockImplementation(() => monotonic + ms);
  };

  it('says the same each time it is verified', async () => {
    const token = await service.sign(claims);
    expect(await service.verify(token)).toEqual(claims);
    expect(await service.verify(token)).toEqual(claims);
  });

  it('that was altered is refused, though the true one was taken', async () => {
    const token = await service.sign(claims);
    await service.verify(token);
    const [head = '', body = '', signature = ''] = token.split('.');
    const forged = Buffer.from(
      JSON.stringify({
        ...(JSON.parse(Buffer.from(body, 'base64url').toString()) as object),
        sid: claims.accountId,
      }),
    ).toString('base64url');
    expect(await service.verify([head, forged, signature].join('.'))).toBeUndefined();
    expect(
      await service.verify(
        [head, body, `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`].join('.'),
      ),
    ).toBeUndefined();
    expect(await service.verify([head, body, signature].join('.'))).toEqual(claims);
  });

  it('that was taken once is refused when it has expired', () => {
    const verified = new VerifiedTokens<typeof claims>();
    const keys = readTokenKeys(directory);
    const [key] = keys;
    if (!key) throw new Error('no key');
    verified.keep('a.b.c', claims, key, Date.now() / 1_000 + accessTokenSeconds);
    expect(verified.claimsOf('a.b.c', keys)).toEqual(claims);
    pass((accessTokenSeconds + 1) * 1_000);
    expect(verified.claimsOf('a.b.c', keys)).toBeUndefined();
  });

  it('that was taken once is refused when its key is gone', async () => {
    const token = await service.sign(claims);
    expect(await service.verify(token)).toEqual(claims);
    const [old = ''] = readdirSync(directory);
    addTokenKey(directory);
    unlinkSync(join(directory, old));
    pass(1_100);
    expect(await service.verify(token)).toBeUndefined();
  });
});
