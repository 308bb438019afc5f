import { Body, Controller, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { AreaPageQuery, AreaQuery } from '../geography/area.dto.js';
import { ExportFileService } from './export-file.service.js';
import { CreateExport, Export } from './export.dto.js';
import { ExportService } from './export.service.js';

const wanted = {
  constituencyId: 'E14001434',
  source: { kind: 'constituency' },
  columns: ['electorNumber', 'forename', 'surname', 'address', 'postcode'],
  reason: 'The mailing house prints the letters of the first week',
};
const example = {
  id: '0198c5ee-4f6a-7d51-9c1a-27b1f1d2a001',
  ...wanted,
  source: { kind: 'constituency', id: null },
  classes: ['identity'],
  purpose: 'voter-contact',
  rowCount: 73012,
  requestedBy: '0198c5ee-4f6a-7d51-9c1a-27b1f1d2a002',
  createdAt: '2026-03-02T09:30:00Z',
  expiresAt: '2026-03-03T09:30:00Z',
  fetches: [],
};
const params = { id: 'Id of the export' };
const reach = tool('contact-creator');

@Controller()
export class ExportController {
  constructor(
    private readonly exports: ExportService,
    private readonly files: ExportFileService,
  ) {}

  @Route({
    method: 'POST',
    path: '/v1/exports',
    reach,
    action: 'export.create',
    purpose: 'header',
    idempotent: true,
    stepUp: true,
    status: 201,
    summary: 'Ask for electors as a file',
    description:
      'Freezes who is in it: those on the register now who are not anonymous, have not died and have not objected; of a ' +
      'list, those whom its walks still show. The file can be ' +
      'fetched for 24 hours by who asked for it. The rows of all fetches of a day count against the cap of the role.',
    request: CreateExport,
    response: Export,
    problems: ['not-found', 'conflict', 'budget-exceeded'],
    example: { request: wanted, response: example },
  })
  create(@CurrentAccess() access: Access, @Body() body: CreateExport): Promise<Export> {
    return this.exports.create(access, body);
  }

  @Route({
    method: 'GET',
    path: '/v1/exports',
    reach,
    action: 'export.read',
    summary: 'The exports of a constituency with what was fetched of each, newest first',
    query: AreaPageQuery,
    response: pageOf(Export, 'ExportPage'),
    problems: ['not-found'],
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: AreaPageQuery): Promise<Page<Export>> {
    return this.exports.list(access, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/exports/:id',
    reach,
    action: 'export.read',
    summary: 'One export with what was fetched of it',
    query: AreaQuery,
    response: Export,
    params,
    example: { response: example },
  })
  byId(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaQuery,
  ): Promise<Export> {
    return this.exports.byId(access, query.constituencyId, id);
  }

  @Route({
    method: 'GET',
    path: '/v1/exports/:id/file.csv',
    reach,
    action: 'export.read',
    classes: ['identity', 'electoral-status', 'opinion'],
    purpose: 'resource',
    summary: 'The file, for who asked for it',
    description:
      'CSV with a header row, in the columns of the export. The last line of a whole file is the end marker ' +
      '`"# end of export","rows=N","sha256=H"`: the rows above it without the header, and the SHA-256 of all bytes ' +
      'above it. **A file without it was cut** and must not be used: the connection is reset as soon as the tool, the ' +
      'user, an office or the constituency is suspended, the session or the grant ends, or the cap is spent. Cells ' +
      'that a spreadsheet would run as a formula begin with an apostrophe. Not over HTTP/1.0, which hides a cut.',
    query: AreaQuery,
    response: { contentType: 'text/csv; charset=utf-8', description: 'The rows and the end marker' },
    problems: ['export-expired', 'http-version-not-supported'],
    params,
  })
  file(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.files.send(access, query.constituencyId, id, request, reply);
  }
}
