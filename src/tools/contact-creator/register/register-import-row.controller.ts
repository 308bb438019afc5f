import { IntegerPipe } from '../../../http/integer.pipe.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { registerImportExample } from './register-import-example.js';
import { Body, Controller, Param, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { roleAllows, rowLimits } from '../../../access/permissions.js';
import { ROLES } from '../../../config/vocabulary.js';
import { Custody } from '../../../custody/custody.service.js';
import type { Tx } from '../../../database/tx.js';
import { decodeCursor, page, pageOf, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Route, tool } from '../../../http/route.js';
import { rejectedRowsCsv } from '../../../intake/rejected-file.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import {
  DecideRegisterRow,
  RegisterImport,
  RegisterImportRow,
  RegisterRowQuery,
} from './register-import.dto.js';
import { RegisterImportReadModel } from './register-import.read-model.js';
import { RegisterImports } from './register-import.service.js';

const reach = tool('contact-creator');
const kind = 'register-import';
const blockRows = 5_000;
/** Nobody may be shown more rows at once, so no more are gathered: the answer is one text in memory. */
const mostRows = Math.max(
  ...ROLES.filter((role) => roleAllows(role, 'register.read')).map((role) => rowLimits[role].fiveMinutes),
);
const askFor = (constituencyId: string) =>
  ({ action: 'register.read', classes: ['identity'], constituencyIds: [constituencyId] }) as const;

const tooMany = `the file would hold more than ${mostRows} rows: read them page by page, and mend the file they came from`;

/** In charge of the rows of an import that were not taken: they name people, so they leave through custody. */
@Controller()
export class RegisterImportRowController {
  constructor(
    private readonly fence: Fence,
    private readonly custody: Custody,
    private readonly imports: RegisterImports,
    private readonly readModel: RegisterImportReadModel,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/register-imports/:id/rows',
    reach,
    action: 'register.read',
    classes: ['identity'],
    purpose: 'header',
    summary: 'Rows of an import that were not taken, or taken with a warning',
    query: RegisterRowQuery,
    response: pageOf(RegisterImportRow, 'RegisterImportRowPage'),
    problems: ['not-found'],
    example: {
      response: {
        items: [
          {
            line: 7,
            position: 0,
            outcome: 'review',
            field: 'number',
            reason: 'number-shared',
            cells: ['KA', '12', '', 'Example', 'Ada'],
            decision: null,
          },
        ],
        next: null,
      },
    },
  })
  async rows(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: RegisterRowQuery,
  ): Promise<Page<RegisterImportRow>> {
    const after = decodeCursor(query.after, ['integer', 'integer']) as [number, number] | undefined;
    const { constituencyId } = await this.found(access, id);
    return this.custody.disclose(access, askFor(constituencyId), async (tx) => {
      const rows = await this.readModel.rows(tx, constituencyId, id, [query.outcome], query.limit + 1, after);
      const value = page(rows, query.limit, ({ line, position }) => [line, position]);
      return { value, subjectIds: [], rows: value.items.length, target: { kind, id } };
    });
  }

  @Route({
    method: 'GET',
    path: '/v1/register-imports/:id/rejected-rows.csv',
    reach,
    action: 'register.read',
    classes: ['identity'],
    purpose: 'header',
    summary: 'The rejected rows, to be mended and sent again',
    description:
      'In the columns of the file, behind three that name line, field and reason. The line of somebody under 16 is blank.',
    response: { contentType: 'text/csv; charset=utf-8', description: 'The rejected rows' },
    problems: ['not-found', 'budget-exceeded'],
  })
  async rejected(@CurrentAccess() access: Access, @Param('id', UuidPipe) id: string): Promise<string> {
    const found = await this.found(access, id);
    return this.custody.disclose(access, askFor(found.constituencyId), async (tx) => {
      const { rejected = 0, notStored = 0 } = found.counts;
      if (rejected + notStored > mostRows) throw new Problem('budget-exceeded', { detail: tooMany });
      const header = await this.readModel.header(tx, id);
      const counted = { rows: 0 };
      let value = '';
      for await (const piece of rejectedRowsCsv(header, this.rejectedRows(tx, found, counted)))
        value += piece;
      return { value, subjectIds: [], rows: counted.rows, target: { kind, id } };
    });
  }

  /** Whose area the record of what is shown names. */
  private found(access: Access, id: string): Promise<RegisterImport> {
    return this.fence.consult(access, { action: 'register.read' }, async (tx) => {
      const found = await this.readModel.byId(tx, id);
      if (!found) throw new Problem('not-found');
      return found;
    });
  }

  /** In blocks, so that beside the text no more than one block of rows is in memory. */
  private async *rejectedRows(
    tx: Tx,
    { id, constituencyId }: RegisterImport,
    counted: { rows: number },
  ): AsyncGenerator<RegisterImportRow> {
    let after: readonly [number, number] | undefined;
    for (;;) {
      const block = await this.readModel.rejectedRows(tx, constituencyId, id, blockRows, after);
      yield* block;
      counted.rows += block.length;
      const last = block.at(-1);
      if (!last || block.length < blockRows) return;
      after = [last.line, last.position];
    }
  }

  @Route({
    method: 'POST',
    path: '/v1/register-imports/:id/rows/:line/decision',
    reach,
    action: 'register.import',
    summary: 'Take a row that waits for review, or leave it',
    description: 'Only of the newest committed import. The same decision again changes nothing.',
    request: DecideRegisterRow,
    response: RegisterImport,
    example: { request: { decision: 'take' }, response: registerImportExample },
    problems: ['not-found', 'conflict'],
    params: { line: 'Physical line of the file' },
  })
  decide(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Param('line', IntegerPipe) line: number,
    @Body() decision: DecideRegisterRow,
  ): Promise<RegisterImport> {
    if (line < 1 || line > 2_147_483_647) throw new Problem('not-found');
    return this.imports.decide(access, id, line, decision);
  }
}
