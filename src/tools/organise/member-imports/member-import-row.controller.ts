import { Controller, Param, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { Custody } from '../../../custody/custody.service.js';
import type { Tx } from '../../../database/tx.js';
import { decodeCursor, page, pageOf, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Route, tool } from '../../../http/route.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { rejectedRowsCsv } from '../../../intake/rejected-file.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import { MemberImport, MemberImportRow, MemberImportRowQuery } from './member-import.dto.js';
import { MemberImportReadModel } from './member-import.read-model.js';

const reach = tool('organise');
const classes = ['identity', 'contact-details', 'membership'] as const;
const kind = 'member-import';
const blockRows = 5_000;
const askFor = (constituencyId: string) =>
  ({ action: 'member.read', classes, constituencyIds: [constituencyId] }) as const;

/**
 * In charge of the rows of an import that were not taken, or not wholly, and of who is absent: they name people, so they
 * leave through custody.
 */
@Controller()
export class MemberImportRowController {
  constructor(
    private readonly fence: Fence,
    private readonly custody: Custody,
    private readonly readModel: MemberImportReadModel,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/member-imports/:id/rows',
    reach,
    action: 'member.read',
    classes,
    purpose: 'header',
    summary: 'Rows of an import that were not taken, or taken with a warning, and absent members',
    query: MemberImportRowQuery,
    response: pageOf(MemberImportRow, 'MemberImportRowPage'),
    problems: ['not-found'],
    example: {
      response: {
        items: [
          {
            line: 7,
            position: 0,
            outcome: 'rejected',
            field: 'status',
            reason: 'status-unknown',
            cells: ['M000882', 'Bob', 'Example', 'Pending'],
            memberId: null,
          },
        ],
        next: null,
      },
    },
  })
  async rows(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: MemberImportRowQuery,
  ): Promise<Page<MemberImportRow>> {
    const after = decodeCursor(query.after, ['integer', 'integer']) as [number, number] | undefined;
    const { constituencyId } = await this.found(access, id);
    return this.custody.disclose(access, askFor(constituencyId), async (tx) => {
      const rows = await this.readModel.rows(tx, constituencyId, id, query.outcome, query.limit + 1, after);
      const value = page(rows, query.limit, ({ line, position }) => [line, position]);
      return {
        value,
        subjectIds: value.items.flatMap(({ memberId }) => memberId ?? []),
        rows: value.items.length,
        target: { kind, id },
      };
    });
  }

  @Route({
    method: 'GET',
    path: '/v1/member-imports/:id/rejected-rows.csv',
    reach,
    action: 'member.read',
    classes,
    purpose: 'header',
    summary: 'The rejected rows, to be mended and sent again',
    description: 'In the columns of the file, behind three that name line, field and reason.',
    response: { contentType: 'text/csv; charset=utf-8', description: 'The rejected rows' },
    problems: ['not-found'],
  })
  async rejected(@CurrentAccess() access: Access, @Param('id', UuidPipe) id: string): Promise<string> {
    const found = await this.found(access, id);
    return this.custody.disclose(access, askFor(found.constituencyId), async (tx) => {
      const header = await this.readModel.header(tx, found.constituencyId, id);
      const counted = { rows: 0 };
      let value = '';
      for await (const piece of rejectedRowsCsv(header, this.rejectedRows(tx, found, counted)))
        value += piece;
      return { value, subjectIds: [], rows: counted.rows, target: { kind, id } };
    });
  }

  /** Whose area the record of what is shown names. */
  private found(access: Access, id: string): Promise<MemberImport> {
    return this.fence.consult(access, { action: 'member.read' }, async (tx) => {
      const found = await this.readModel.byId(tx, id);
      if (!found) throw new Problem('not-found');
      return found;
    });
  }

  /** In blocks, so that beside the text no more than one block of rows is in memory. */
  private async *rejectedRows(
    tx: Tx,
    { id, constituencyId }: MemberImport,
    counted: { rows: number },
  ): AsyncGenerator<MemberImportRow> {
    let after: readonly [number, number] | undefined;
    for (;;) {
      const block = await this.readModel.rows(tx, constituencyId, id, 'rejected', blockRows, after);
      yield* block;
      counted.rows += block.length;
      const last = block.at(-1);
      if (!last || block.length < blockRows) return;
      after = [last.line, last.position];
    }
  }
}
