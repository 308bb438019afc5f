import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Problem } from '../http/problem.js';
import { PROBLEM_MAPPERS, type ProblemMapper } from '../http/problem-mapping.js';
import { READINESS_CHECKS, type ReadinessCheck } from '../http/readiness.js';
import { CommitUncertain, Database } from './database.js';
import { databaseError, isConnectionLoss, isRetryable } from './sqlstate.js';

/** What a lost database or a lasting conflict looks like to a client. Constraints are mapped by the room that owns them. */
export function databaseProblem(error: unknown): Problem | undefined {
  if (error instanceof CommitUncertain || isConnectionLoss(error))
    return new Problem('database-unavailable', { cause: error });
  if (isRetryable(error))
    return new Problem('conflict', { detail: 'others were changing the same thing', cause: error });
  const code = databaseError(error)?.code;
  // 53300: too many connections; 57014: cancelled by a time limit; 25006: a standby, or a read-only transaction.
  if (code === '53300' || code === '57014') return new Problem('database-unavailable', { cause: error });
  // Class 22: a value that does not fit its type. It came with the request, and a check in front of the database is missing.
  if (code?.startsWith('22')) return new Problem('validation-failed', { cause: error, isUnforeseen: true });
  return undefined;
}

/** Tells the HTTP room how to translate database errors and when the database answers. */
@Injectable()
export class DatabaseProblems implements OnModuleInit {
  constructor(
    private readonly database: Database,
    @Inject(PROBLEM_MAPPERS) private readonly mappers: ProblemMapper[],
    @Inject(READINESS_CHECKS) private readonly checks: ReadinessCheck[],
  ) {}

  onModuleInit(): void {
    this.mappers.push(databaseProblem);
    this.checks.push({
      name: 'database',
      check: async () => {
        await this.database.read((tx) => tx.first('SELECT 1'));
      },
    });
  }
}
