import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import type { DataClass } from '../../../config/vocabulary.js';
import { Custody } from '../../../custody/custody.service.js';
import type { Tx } from '../../../database/tx.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import { readDefinition } from '../../../targeting/definition.rules.js';
import type { AreaPageQuery } from '../geography/area.dto.js';
import { found, tagged, type Tagged } from '../../../http/versioned.js';
import type { Elector } from '../register/elector.dto.js';
import { electorFields } from './elector-fields.js';
import { EXCLUSIONS } from './exclusion.rules.js';
import type { CountSelection, ElectorWithOpinion, SelectionCount } from './selection-answer.dto.js';
import { RememberedStates } from './remembered-states.js';
import { SelectionAnswer, type Counted, type FoundElector } from './selection-answer.repository.js';
import type { Asked } from './selection-statement.read-model.js';
import type { Selection } from './selection.dto.js';
import { SelectionRepository, type SelectionState } from './selection.repository.js';

/**
 * In charge of whom a selection finds. An answer reveals what it was asked by, so whoever asks needs a purpose that
 * covers every class of data the definition speaks of: then he may see the rows, and so the exact number of them. A
 * number is a disclosure too, of nobody by name; one that may not be known is refused, not rounded.
 */
@Injectable()
export class SelectionAnswerService {
  private readonly remembered = new RememberedStates();

  constructor(
    private readonly fence: Fence,
    private readonly custody: Custody,
    private readonly selections: SelectionRepository,
    private readonly answer: SelectionAnswer,
  ) {}

  /** Errors: `validation-failed`, `purpose-required`, `purpose-not-authorised`. */
  async countDefinition(access: Access, wanted: CountSelection): Promise<SelectionCount> {
    const { constituencyId } = wanted;
    const definition = readDefinition(wanted.definition, electorFields, '/definition');
    const ask = { action: 'selection.read', classes: definition.classes, constituencyIds: [constituencyId] };
    return this.custody.disclose(access, { ...ask, action: 'selection.read' }, async (tx) =>
      disclosedCount(await this.answer.count(tx, { constituencyId, definition })),
    );
  }

  /** Errors: `not-found`, `purpose-required`, `purpose-not-authorised`. */
  count(access: Access, constituencyId: string, id: string): Promise<SelectionCount> {
    return this.disclose(access, constituencyId, id, [], async (tx, asked) =>
      disclosedCount(await this.answer.count(tx, asked)),
    );
  }

  /** In the order in which they were first seen. Errors: as `count`. */
  electors(access: Access, id: string, query: AreaPageQuery): Promise<Page<Elector>> {
    return this.page(access, id, query, false);
  }

  /** As `electors`, each with the opinion, which nobody under age has. Errors: as `count`. */
  async opinions(access: Access, id: string, query: AreaPageQuery): Promise<Page<ElectorWithOpinion>> {
    const { items, next } = await this.page(access, id, query, true);
    return { items: items.map(({ opinion = null, ...elector }) => ({ ...elector, opinion })), next };
  }

  /** Keeps the answer of now; again, it answers the same. Errors: as `count`. */
  async freeze(access: Access, constituencyId: string, id: string): Promise<Tagged<Selection>> {
    const { purpose } = access;
    if (purpose === undefined) throw new Problem('purpose-required');
    const state = await this.state(access, 'selection.change', constituencyId, id);
    const ask = {
      action: 'selection.change',
      purpose,
      classes: classesOf(state),
      constituencyIds: [constituencyId],
    } as const;
    return this.custody.change(access, ask, async (tx) => {
      const now = found(await this.selections.lock(tx, constituencyId, id));
      // Frozen by somebody else in this moment: that answer is this one's too.
      if (!now.frozenAt) sameAs(state, now);
      const { frozenCount } = found(await this.answer.freeze(tx, constituencyId, id));
      const value = tagged(found(await this.selections.byId(tx, constituencyId, id)));
      const detail = ask.classes.includes('opinion') ? {} : { frozen: frozenCount };
      return { value, target: { kind: 'selection', id }, detail };
    });
  }

  private page(
    access: Access,
    id: string,
    query: AreaPageQuery,
    withOpinion: boolean,
  ): Promise<Page<FoundElector>> {
    const { constituencyId, limit } = query;
    const afterId = afterOf(query.after);
    const classes: DataClass[] = withOpinion ? ['opinion'] : [];
    return this.disclose(access, constituencyId, id, classes, async (tx, asked) => {
      const rows = await this.answer.page(tx, asked, limit + 1, afterId, withOpinion);
      const value = page(rows, limit, (elector) => [elector.id]);
      return { value, subjectIds: value.items.map((elector) => elector.id) };
    });
  }

  /** By what is remembered of the selection; where that was out of date, by what it is now. */
  private async disclose<Value>(
    access: Access,
    constituencyId: string,
    id: string,
    classes: readonly DataClass[],
    work: (tx: Tx, asked: Asked) => Promise<{ value: Value; subjectIds: readonly string[]; rows?: number }>,
  ): Promise<Value> {
    /** Asks the fence for what the definition speaks of, and lets go of nothing if that is another meanwhile. */
    const discloseBy = (state: SelectionState): Promise<Value> => {
      const ask = {
        action: 'selection.read',
        classes: [...new Set([...classesOf(state), ...classes])].sort(),
        constituencyIds: [constituencyId],
      } as const;
      return this.custody.disclose(access, ask, async (tx) => {
        sameAs(state, await this.selections.state(tx, constituencyId, id));
        const definition = readDefinition(state.definition, electorFields, '');
        return work(tx, { constituencyId, definition, ...(state.frozenAt ? { frozenId: id } : {}) });
      });
    };
    const now = () => this.state(access, 'selection.read', constituencyId, id);
    return this.remembered.work(`${constituencyId}:${id}`, now, discloseBy);
  }

  private async state(
    access: Access,
    action: 'selection.read' | 'selection.change',
    constituencyId: string,
    id: string,
  ): Promise<SelectionState> {
    const ask = { action, constituencyIds: [constituencyId] };
    return found(
      await this.fence.consult(access, ask, (tx) => this.selections.state(tx, constituencyId, id)),
    );
  }
}

function classesOf({ definition }: SelectionState): readonly DataClass[] {
  return readDefinition(definition, electorFields, '').classes;
}

/** @throws Problem not-found or conflict: the classes that were asked for may not be those of the definition */
function sameAs(before: SelectionState, now: SelectionState | undefined): void {
  if (found(now).version !== before.version)
    throw new Problem('conflict', { detail: 'the selection was changed in this moment' });
}

function disclosedCount(rows: readonly Counted[]): { value: SelectionCount; subjectIds: []; rows: number } {
  const { electors = 0, doors = 0, households = 0 } = rows.find(({ reason }) => reason === null) ?? {};
  const excluded = EXCLUSIONS.flatMap((reason) =>
    rows.filter((row) => row.reason === reason).map((row) => ({ reason, electors: row.electors })),
  );
  const matched = rows.reduce((sum, row) => sum + row.electors, 0);
  return { value: { electors, doors, households, matched, excluded }, subjectIds: [], rows: 0 };
}

function afterOf(cursor: string | undefined): string {
  return (decodeCursor(cursor, ['id'])?.[0] ?? '0') as string;
}
