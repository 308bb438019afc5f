import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { joinPointer } from './input-text.js';
import { Problem } from './problem.js';
import { declarationOf } from './route.js';
import { needsToken } from './route-declaration.js';

const mostNamed = 10;

/**
 * Refuses a query where none is taken, as the validation pipe refuses unknown properties where one is: who asks for
 * `?dryRun=true` must not believe it. Pages that anybody may open pass over what mail programs and probes append.
 */
@Injectable()
export class UnknownQueryInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const declaration = declarationOf(context.getHandler());
    if (declaration && declaration.query === undefined && needsToken(declaration)) {
      const { query } = context.switchToHttp().getRequest<{ query: object }>();
      const errors = Object.keys(query)
        .slice(0, mostNamed)
        .map(
          (name) => ({ in: 'query', pointer: joinPointer('', name), detail: 'unknown property' }) as const,
        );
      if (errors.length > 0) throw new Problem('validation-failed', { errors });
    }
    return next.handle();
  }
}
