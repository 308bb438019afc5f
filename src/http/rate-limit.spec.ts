import { TokenBuckets, bucketOf } from './rate-limit.js';

describe('The limit per address', () => {
  it('allows as many as a minute holds, then refills evenly', () => {
    const buckets = new TokenBuckets(2);
    expect(buckets.take('a', 0)).toEqual({ isAllowed: true, remaining: 1, waitSeconds: 0 });
    expect(buckets.take('a', 0)).toEqual({ isAllowed: true, remaining: 0, waitSeconds: 30 });
    expect(buckets.take('a', 0)).toMatchObject({ isAllowed: false, waitSeconds: 30 });
    expect(buckets.take('a', 15_000)).toMatchObject({ isAllowed: false, waitSeconds: 15 });
    expect(buckets.take('a', 30_001)).toMatchObject({ isAllowed: true });
  });

  it('counts each address by itself and never above the limit', () => {
    const buckets = new TokenBuckets(1);
    expect(buckets.take('a', 0).isAllowed).toBe(true);
    expect(buckets.take('b', 0).isAllowed).toBe(true);
    expect(buckets.take('a', 3_600_000).isAllowed).toBe(true);
    expect(buckets.take('a', 3_600_000).isAllowed).toBe(false);
  });

  it('remembers a bounded number of them, and forgets first who asked longest ago', () => {
    const buckets = new TokenBuckets(1);
    for (let n = 0; n <= 50_000; n += 1) buckets.take(`address ${n}`, 0);
    expect(buckets.take('address 50000', 0).isAllowed).toBe(false);
    expect(buckets.take('address 0', 0).isAllowed).toBe(true);
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('counts %s as %s', (address, bucket) => {
    expect(bucketOf(address)).toBe(bucket);
  });
});
