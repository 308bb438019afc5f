import { Controller, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PageQuery, pageOf, type Page } from '../http/keyset.js';
import { control, Route } from '../http/route.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { CurrentAccess, type Access } from './access.js';
import { User } from './user.dto.js';
import { UserService } from './user.service.js';

const example = {
  id: '0b7a3c52-6f0e-4a5f-8a8e-7b7f0d0c4d11',
  kind: 'person',
  username: 'ada@example.org',
  displayName: 'Ada Example',
  roles: ['organiser'],
  officeIds: ['5f0c2f0e-2c1b-4a52-8a39-1f0f9a2f7c10'],
  createdAt: '2026-01-05T10:00:00.000Z',
  departedAt: null,
  closedAt: null,
};

@Controller()
export class UserController {
  constructor(private readonly users: UserService) {}

  @Route({
    method: 'GET',
    path: '/v1/users',
    reach: control,
    action: 'user.read',
    summary: 'Everybody who has an account, by username',
    query: PageQuery,
    response: pageOf(User, 'UserPage'),
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: PageQuery): Promise<Page<User>> {
    return this.users.list(access, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/users/:id',
    reach: control,
    action: 'user.read',
    summary: 'One user, with the roles and offices held now',
    etag: true,
    response: User,
    example: { response: example },
  })
  async byId(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<User> {
    const { user, etag } = await this.users.byId(access, id);
    void reply.header('ETag', etag);
    return user;
  }
}
