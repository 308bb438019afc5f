import { delayAfter, mailFailureOf, mostAttempts } from './mail-failure.rules.js';

const smtp = (code: string, responseCode?: number, more: object = {}) =>
  Object.assign(new Error('<ann@example.org>'), { code, responseCode, ...more });

describe('A failed hand-over', () => {
  it.each([
    [
      'a recipient refused for good',
      smtp('EENVELOPE', 550),
      { code: 'smtp-550', isFinal: true, isOfServer: false, isUncertain: false },
    ],
    [
      'a message refused for good',
      smtp('EMESSAGE', 554),
      { code: 'smtp-554', isFinal: true, isOfServer: false, isUncertain: false },
    ],
    [
      'a recipient refused for now',
      smtp('EENVELOPE', 451),
      { code: 'smtp-451', isFinal: false, isOfServer: false, isUncertain: false },
    ],
    [
      'a server that closes',
      smtp('EENVELOPE', 421),
      { code: 'smtp-421', isFinal: false, isOfServer: true, isUncertain: false },
    ],
    [
      'a wrong password',
      smtp('EAUTH', 535),
      { code: 'smtp-535', isFinal: false, isOfServer: true, isUncertain: false },
    ],
    [
      'no connection',
      smtp('ESOCKET', undefined, { syscall: 'connect' }),
      { code: 'esocket', isFinal: false, isOfServer: true, isUncertain: false },
    ],
    [
      'a connection lost on the way',
      smtp('ECONNECTION'),
      { code: 'econnection', isFinal: false, isOfServer: true, isUncertain: true },
    ],
    [
      'too long a wait',
      smtp('EABORT'),
      { code: 'eabort', isFinal: false, isOfServer: false, isUncertain: true },
    ],
    [
      'a full disk',
      smtp('ENOSPC'),
      { code: 'enospc', isFinal: false, isOfServer: false, isUncertain: false },
    ],
    [
      'a defect',
      new TypeError('x'),
      { code: 'unknown', isFinal: false, isOfServer: false, isUncertain: false },
    ],
  ])('over %s is told apart', (_, error, expected) => {
    expect(mailFailureOf(error)).toEqual(expected);
  });

  it('is tried again after ever longer waits, for some hours and no longer', () => {
    const delays = Array.from({ length: mostAttempts - 1 }, (_, n) => delayAfter(n + 1));
    expect(delays.slice(0, 3)).toEqual([5_000, 10_000, 20_000]);
    expect(Math.max(...delays)).toBe(3_600_000);
    const hours = delays.reduce((sum, delay) => sum + delay, 0) / 3_600_000;
    expect(hours).toBeGreaterThan(6);
    expect(hours).toBeLessThan(8);
  });
});
