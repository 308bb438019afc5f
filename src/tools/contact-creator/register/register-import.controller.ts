import type { Readable } from 'node:stream';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { registerImportExample as example } from './register-import-example.js';
import { Controller, Param, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import { UnreadableBody } from '../../../http/body-parser.js';
import { decodeCursor, page, pageOf, type Page, withoutKey } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Route, tool } from '../../../http/route.js';
import { RegisterImport, RegisterImportQuery, RegisterUploadQuery } from './register-import.dto.js';
import { RegisterImportReadModel } from './register-import.read-model.js';
import { mostBytes, RegisterImports } from './register-import.service.js';

const reach = tool('contact-creator');

@Controller()
export class RegisterImportController {
  constructor(
    private readonly fence: Fence,
    private readonly imports: RegisterImports,
    private readonly readModel: RegisterImportReadModel,
  ) {}

  @Route({
    method: 'POST',
    path: '/v1/register-imports',
    reach,
    action: 'register.import',
    idempotent: true,
    status: 201,
    summary: 'Send a register file and have it imported',
    description:
      'The body is the file as it came, at most 512 MiB; with curl, `-H "Content-Type: text/csv" --data-binary @file`. The Idempotency-Key stands for the address, and once the file has arrived also for its hash; a repeat whose file broke off sends it again whole.',
    query: RegisterUploadQuery,
    request: {
      contentType: 'application/octet-stream',
      mostBytes,
      // What browsers call a file, by its ending. The reader looks at the bytes, whatever they are called.
      alsoTaken: ['text/csv', 'text/plain'],
      description: 'The register file, unchanged',
    },
    response: RegisterImport,
    problems: ['not-found', 'conflict', 'body-too-large'],
    example: { response: example },
  })
  upload(
    @CurrentAccess() access: Access,
    @Query() query: RegisterUploadQuery,
    @Req() request: FastifyRequest,
  ): Promise<RegisterImport> {
    // A stream is no value for the validation pipe, so the body is taken from the request.
    if (request.body instanceof UnreadableBody) throw request.body.problem;
    if (request.body === undefined || request.body === null)
      throw new Problem('malformed-body', { detail: 'The body is empty.' });
    return this.imports.receive(access, query, request.body as Readable);
  }

  @Route({
    method: 'GET',
    path: '/v1/register-imports',
    reach,
    action: 'register.read',
    summary: 'The imports of a constituency, newest first',
    query: RegisterImportQuery,
    response: pageOf(RegisterImport, 'RegisterImportPage'),
    problems: ['not-found'],
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: RegisterImportQuery): Promise<Page<RegisterImport>> {
    const after = decodeCursor(query.after, ['microseconds', 'uuid']) as [number, string] | undefined;
    const ask = { action: 'register.read', constituencyIds: [query.constituencyId] } as const;
    return this.fence.consult(access, ask, async (tx) => {
      const found = await this.readModel.page(tx, query.constituencyId, query.limit + 1, after);
      const shown = page(found, query.limit, ({ key, id }) => [Number(key), id]);
      return { ...shown, items: shown.items.map(withoutKey) };
    });
  }

  @Route({
    method: 'GET',
    path: '/v1/register-imports/:id',
    reach,
    action: 'register.read',
    summary: 'One import: state, progress, counts',
    response: RegisterImport,
    problems: ['not-found'],
    example: { response: example },
  })
  byId(@CurrentAccess() access: Access, @Param('id', UuidPipe) id: string): Promise<RegisterImport> {
    return this.fence.consult(access, { action: 'register.read' }, async (tx) => {
      const found = await this.readModel.byId(tx, id);
      if (!found) throw new Problem('not-found');
      return found;
    });
  }

  @Route({
    method: 'POST',
    path: '/v1/register-imports/:id/commit',
    reach,
    action: 'register.import',
    status: 202,
    summary: 'Go on with a dry run: what was staged takes effect',
    response: RegisterImport,
    problems: ['not-found', 'conflict'],
    example: { response: { ...example, state: 'committing' } },
  })
  commit(@CurrentAccess() access: Access, @Param('id', UuidPipe) id: string): Promise<RegisterImport> {
    return this.imports.commit(access, id);
  }

  @Route({
    method: 'POST',
    path: '/v1/register-imports/:id/cancel',
    reach,
    action: 'register.import',
    status: 202,
    summary: 'Stop an import that has not taken effect; its file is destroyed',
    response: RegisterImport,
    problems: ['not-found', 'conflict'],
    example: { response: { ...example, state: 'cancelled' } },
  })
  cancel(@CurrentAccess() access: Access, @Param('id', UuidPipe) id: string): Promise<RegisterImport> {
    return this.imports.cancel(access, id);
  }

  @Route({
    method: 'POST',
    path: '/v1/register-imports/:id/undo',
    reach,
    action: 'register.import',
    status: 202,
    summary: 'Take the newest committed import back',
    response: RegisterImport,
    problems: ['not-found', 'conflict'],
    example: { response: { ...example, state: 'undoing' } },
  })
  undo(@CurrentAccess() access: Access, @Param('id', UuidPipe) id: string): Promise<RegisterImport> {
    return this.imports.undo(access, id);
  }
}
