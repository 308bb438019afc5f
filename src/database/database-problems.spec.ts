import { databaseProblem } from './database-problems.js';

describe('What PostgreSQL refuses', () => {
  it.each(['22P02', '22003', '22007', '22008', '22009', '22021'])(
    'as data with %s is input that nobody foresaw, never a defect in the answer',
    (code) => {
      const error = Object.assign(new Error('invalid input syntax for type bigint: "abc"'), { code });
      const problem = databaseProblem(error);
      expect(problem).toMatchObject({ code: 'validation-failed', isUnforeseen: true, cause: error });
      expect(problem?.message).not.toContain('abc');
      expect(problem?.errors).toBeUndefined();
    },
  );

  it.each(['23514', '42601', 'XX000'])('otherwise, as with %s, is left to who knows it', (code) => {
    expect(databaseProblem(Object.assign(new Error('x'), { code }))).toBeUndefined();
  });
});
