import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { etagOf } from '../http/etag.js';
import { decodeCursor, page, type Page, type PageQuery } from '../http/keyset.js';
import { Problem } from '../http/problem.js';
import { Fence } from '../kill-switch/fence.service.js';
import type { Access } from './access.js';
import type { User } from './user.dto.js';
import { UserReadModel } from './user.read-model.js';

/** In charge of showing who may sign in, and as what. */
@Injectable()
export class UserService {
  constructor(
    private readonly fence: Fence,
    private readonly users: UserReadModel,
  ) {}

  /** By username. */
  async list(access: Access, query: PageQuery): Promise<Page<User>> {
    const after = decodeCursor(query.after, ['string']);
    const found = await this.fence.consult(access, { action: 'user.read' }, (tx) =>
      this.users.page(tx, query.limit + 1, after?.[0] as string | undefined),
    );
    return page(found, query.limit, (user) => [user.username]);
  }

  /** One user, with a tag of what is shown: account, grants and offices change apart. Errors: `not-found`. */
  async byId(access: Access, id: string): Promise<{ user: User; etag: string }> {
    const user = await this.fence.consult(access, { action: 'user.read' }, (tx) => this.users.byId(tx, id));
    if (!user) throw new Problem('not-found');
    return {
      user,
      etag: etagOf(createHash('sha256').update(JSON.stringify(user)).digest('base64url').slice(0, 22)),
    };
  }
}
