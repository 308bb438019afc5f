import type { Readable } from 'node:stream';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { memberImportExample as example } from './member-import-example.js';
import { Controller, Param, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import { UnreadableBody } from '../../../http/body-parser.js';
import { decodeCursor, page, pageOf, type Page, withoutKey } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Route, tool } from '../../../http/route.js';
import { MemberImport, MemberImportQuery, MemberUploadQuery } from './member-import.dto.js';
import { MemberImportReadModel } from './member-import.read-model.js';
import { mostBytes, MemberImports } from './member-import.service.js';

const reach = tool('organise');

/** In charge of the imports themselves: what they are sent with and how far they are. They name nobody. */
@Controller()
export class MemberImportController {
  constructor(
    private readonly fence: Fence,
    private readonly imports: MemberImports,
    private readonly readModel: MemberImportReadModel,
  ) {}

  @Route({
    method: 'POST',
    path: '/v1/member-imports',
    reach,
    action: 'member.import',
    idempotent: true,
    status: 201,
    summary: 'Send a list of members and have it imported',
    description:
      'The body is the file as it came, at most 256 MiB; with curl, `-H "Content-Type: text/csv" --data-binary @file`. The Idempotency-Key stands for the address, and once the file has arrived also for its hash; a repeat whose file broke off sends it again whole. Members are known by their membership number; an empty cell, or a column that is not there, changes nothing.',
    query: MemberUploadQuery,
    request: {
      contentType: 'application/octet-stream',
      mostBytes,
      // What browsers call a file, by its ending. The reader looks at the bytes, whatever they are called.
      alsoTaken: ['text/csv', 'text/plain'],
      description: 'The list of members, unchanged',
    },
    response: MemberImport,
    problems: ['not-found', 'conflict', 'body-too-large'],
    example: { response: example },
  })
  upload(
    @CurrentAccess() access: Access,
    @Query() query: MemberUploadQuery,
    @Req() request: FastifyRequest,
  ): Promise<MemberImport> {
    // A stream is no value for the validation pipe, so the body is taken from the request.
    if (request.body instanceof UnreadableBody) throw request.body.problem;
    if (request.body === undefined || request.body === null)
      throw new Problem('malformed-body', { detail: 'The body is empty.' });
    return this.imports.receive(access, query, request.body as Readable);
  }

  @Route({
    method: 'GET',
    path: '/v1/member-imports',
    reach,
    action: 'member.read',
    summary: 'The imports of a constituency, newest first',
    query: MemberImportQuery,
    response: pageOf(MemberImport, 'MemberImportPage'),
    problems: ['not-found'],
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: MemberImportQuery): Promise<Page<MemberImport>> {
    const after = decodeCursor(query.after, ['microseconds', 'uuid']) as [number, string] | undefined;
    const ask = { action: 'member.read', constituencyIds: [query.constituencyId] } as const;
    return this.fence.consult(access, ask, async (tx) => {
      const found = await this.readModel.page(tx, query.constituencyId, query.limit + 1, after);
      const shown = page(found, query.limit, ({ key, id }) => [Number(key), id]);
      return { ...shown, items: shown.items.map(withoutKey) };
    });
  }

  @Route({
    method: 'GET',
    path: '/v1/member-imports/:id',
    reach,
    action: 'member.read',
    summary: 'One import: state, progress, counts',
    response: MemberImport,
    problems: ['not-found'],
    example: { response: example },
  })
  byId(@CurrentAccess() access: Access, @Param('id', UuidPipe) id: string): Promise<MemberImport> {
    return this.fence.consult(access, { action: 'member.read' }, async (tx) => {
      const found = await this.readModel.byId(tx, id);
      if (!found) throw new Problem('not-found');
      return found;
    });
  }

  @Route({
    method: 'POST',
    path: '/v1/member-imports/:id/commit',
    reach,
    action: 'member.import',
    status: 202,
    summary: 'Go on with a dry run: what was staged takes effect',
    response: MemberImport,
    problems: ['not-found', 'conflict'],
    example: { response: { ...example, state: 'committing' } },
  })
  commit(@CurrentAccess() access: Access, @Param('id', UuidPipe) id: string): Promise<MemberImport> {
    return this.imports.commit(access, id);
  }

  @Route({
    method: 'POST',
    path: '/v1/member-imports/:id/cancel',
    reach,
    action: 'member.import',
    status: 202,
    summary: 'Stop an import that has not taken effect; its file is destroyed',
    response: MemberImport,
    problems: ['not-found', 'conflict'],
    example: { response: { ...example, state: 'cancelled' } },
  })
  cancel(@CurrentAccess() access: Access, @Param('id', UuidPipe) id: string): Promise<MemberImport> {
    return this.imports.cancel(access, id);
  }
}
