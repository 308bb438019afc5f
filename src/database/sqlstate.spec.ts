import { DatabaseError as PgError } from 'pg';
import { databaseError, isConnectionLoss, isRetryable } from './sqlstate.js';

const fromServer = (code: string) => Object.assign(new PgError('refused', 7, 'error'), { code });
const fromSocket = (code: string) => Object.assign(new Error(`write ${code}`), { code, syscall: 'write' });

describe('SQLSTATEs', () => {
  it.each(['57P01', '57P02', '57P03', '08006', '08P01'])('take %s for a lost connection', (code) => {
    expect(isConnectionLoss(fromServer(code))).toBe(true);
  });

  it.each(['EPIPE', 'ECONNRESET', 'ETIMEDOUT'])(
    'take a socket that failed with %s for a lost connection',
    (code) => {
      expect(databaseError(fromSocket(code))).toBeUndefined();
      expect(isConnectionLoss(fromSocket(code))).toBe(true);
    },
  );

  it.each([
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
  ])('take "%s" for a lost connection', (message) => {
    expect(isConnectionLoss(new Error(message))).toBe(true);
  });

  it.each(['57014', '23505', 'KS001'])('do not take %s for one', (code) => {
    expect(isConnectionLoss(fromServer(code))).toBe(false);
  });

  it('retry a deadlock and a serialisation failure, and nothing else', () => {
    expect([fromServer('40P01'), fromServer('40001'), fromServer('23505')].map(isRetryable)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('find the error of PostgreSQL inside an error of TypeORM', () => {
    const driverError = fromServer('23505');
    expect(databaseError(Object.assign(new Error('query failed'), { driverError }))).toBe(driverError);
  });
});
