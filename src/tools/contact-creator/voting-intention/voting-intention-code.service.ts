import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { databaseError } from '../../../database/sqlstate.js';
import type { Tx } from '../../../database/tx.js';
import { requireIfMatch } from '../../../http/etag.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import { found, refuse, tagged, withoutVersion, type Tagged } from '../../../http/versioned.js';
import type {
  AddVotingIntentionCode,
  ChangeVotingIntentionCode,
  VotingIntentionCode,
  VotingIntentionCodeQuery,
} from './voting-intention-code.dto.js';
import { VotingIntentionCodeRepository } from './voting-intention-code.repository.js';

const target = (id: string) => ({ kind: 'voting-intention-code', id });

/**
 * In charge of the codes by which voting intention is recorded. They are the whole organisation's, so the fence asks for a
 * grant everywhere of whoever changes them. A code is never deleted and never means something else: it is ended and another added.
 */
@Injectable()
export class VotingIntentionCodeService {
  constructor(
    private readonly fence: Fence,
    private readonly codes: VotingIntentionCodeRepository,
  ) {}

  /** By code, older meanings first. */
  async list(access: Access, query: VotingIntentionCodeQuery): Promise<Page<VotingIntentionCode>> {
    const after = decodeCursor(query.after, ['uuid'])?.[0] as string | undefined;
    const rows = await this.fence.consult(access, { action: 'voting-intention-code.read' }, (tx) =>
      this.codes.page(tx, query.limit + 1, query.on, after),
    );
    return page(rows.map(withoutVersion), query.limit, ({ id }) => [id]);
  }

  /** Errors: `not-found`. */
  byId(access: Access, id: string): Promise<Tagged<VotingIntentionCode>> {
    return this.fence.consult(access, { action: 'voting-intention-code.read' }, (tx) => this.read(tx, id));
  }

  /** Errors: `already-exists` where the code means something else on one of the days; `not-permitted`. */
  add(access: Access, wanted: AddVotingIntentionCode): Promise<Tagged<VotingIntentionCode>> {
    if (wanted.validUntil != null && wanted.validUntil <= wanted.validFrom)
      refuse('/validUntil', 'must lie after `validFrom`');
    const add = async (tx: Tx) => {
      const id = randomUUID();
      await this.codes.add(tx, id, wanted).catch(meantAlready);
      return { value: await this.read(tx, id), target: target(id), detail: { code: wanted.code } };
    };
    const reread = (tx: Tx, id: string) => this.read(tx, id);
    return this.fence.create(access, { action: 'voting-intention-code.change' }, add, reread);
  }

  /**
   * Renames or ends. An end that has come stays, for the code may have another meaning since.
   * Errors: `not-found`, `precondition-failed`, `already-exists`, `not-permitted`; `validation-failed` for a day past.
   */
  change(
    access: Access,
    id: string,
    ifMatch: string | undefined,
    change: ChangeVotingIntentionCode,
  ): Promise<Tagged<VotingIntentionCode>> {
    return this.fence.change(access, { action: 'voting-intention-code.change' }, async (tx) => {
      const held = found(await this.codes.lock(tx, id));
      requireIfMatch(ifMatch, held.version);
      const { label = held.label, validUntil = held.validUntil } = change;
      if (validUntil !== held.validUntil) refuseThePast(held, validUntil);
      await this.codes.change(tx, id, label, validUntil).catch(meantAlready);
      const value = await this.read(tx, id);
      return { value, target: target(id), detail: { fields: Object.keys(change) } };
    });
  }

  private async read(tx: Tx, id: string): Promise<Tagged<VotingIntentionCode>> {
    return tagged(found(await this.codes.byId(tx, id)));
  }
}

function refuseThePast(
  held: { validFrom: string; validUntil: string | null; today: string },
  validUntil: string | null,
): void {
  if (held.validUntil !== null && held.validUntil <= held.today)
    refuse('/validUntil', 'has come and stays; add the code again');
  if (validUntil === null) return;
  if (validUntil < held.validFrom) refuse('/validUntil', 'must not lie before `validFrom`');
  if (validUntil < held.today)
    refuse('/validUntil', 'must not lie in the past: the code was recorded until now');
}

function meantAlready(error: unknown): never {
  if (databaseError(error)?.constraint !== 'voting_intention_code_one_meaning') throw error;
  const detail = 'the code has a meaning on some of these days: end it first';
  throw new Problem('already-exists', { detail, cause: error });
}
