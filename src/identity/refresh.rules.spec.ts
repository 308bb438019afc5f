import { judgeRefresh } from './refresh.rules.js';

const fresh = { rotatedSecondsAgo: null, isSiblingRotated: false, isChildRotated: false };

describe('A refresh token', () => {
  it('that was never used is rotated', () => {
    expect(judgeRefresh(fresh)).toBe('rotate');
  });

  it('that was just used, its successor never, is answered with a sibling', () => {
    expect(judgeRefresh({ ...fresh, rotatedSecondsAgo: 0 })).toBe('reissue');
    expect(judgeRefresh({ ...fresh, rotatedSecondsAgo: 30 })).toBe('reissue');
  });

  it('that was used too long ago is a reuse', () => {
    expect(judgeRefresh({ ...fresh, rotatedSecondsAgo: 30.1 })).toBe('reused');
  });

  it('whose successor was used is a reuse, however soon', () => {
    expect(judgeRefresh({ ...fresh, rotatedSecondsAgo: 1, isChildRotated: true })).toBe('reused');
  });

  it('whose sibling was used is a reuse, also if it never was itself', () => {
    expect(judgeRefresh({ ...fresh, isSiblingRotated: true })).toBe('reused');
    expect(judgeRefresh({ ...fresh, rotatedSecondsAgo: 1, isSiblingRotated: true })).toBe('reused');
  });
});
