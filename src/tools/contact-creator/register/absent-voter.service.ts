import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { Custody } from '../../../custody/custody.service.js';
import { Problem } from '../../../http/problem.js';
import type { AbsentVoterOutcome, AbsentVotersChanged, ChangeAbsentVoters } from './absent-voter.dto.js';
import { mostAbsentVoters } from './absent-voter.dto.js';
import { AbsentVoterRepository, type WantedAbsentVote } from './absent-voter.repository.js';
import { parseElectorNumber, splitCombinedNumber } from './elector-number.rules.js';

interface Item {
  electorNumber: string;
  kind: string | null;
  /** What is known before the register is asked. */
  outcome?: AbsentVoterOutcome['outcome'];
  wanted?: WantedAbsentVote;
}

/**
 * In charge of the lists of absent voters as officers send them: whole pages at a time, by elector number. Every item
 * gets an answer, so that a line that matched nobody is seen by whoever copied it.
 */
@Injectable()
export class AbsentVoterService {
  constructor(
    private readonly custody: Custody,
    private readonly voters: AbsentVoterRepository,
  ) {}

  /** Sending the same again changes nothing. Errors: `validation-failed` for more than 1,000 items, or none. */
  change(access: Access, body: ChangeAbsentVoters): Promise<AbsentVotersChanged> {
    const { constituencyId, set = [], clear = [] } = body;
    const count = set.length + clear.length;
    if (count === 0) refuse('/set', 'must name somebody, here or in `clear`');
    if (count > mostAbsentVoters)
      refuse('/clear', `must be at most ${mostAbsentVoters} together with \`set\``);
    const items = itemsOf(set, clear);
    const wanted = items.flatMap((item) => item.wanted ?? []);
    const ask = { action: 'absent-voter.change', constituencyIds: [constituencyId] } as const;
    return this.custody.change(access, ask, async (tx) => {
      const stored = await this.voters.change(tx, constituencyId, wanted);
      const outcomes = answered(items, stored);
      const changed = stored.filter((outcome) => outcome === 'done').length;
      const value = { changed, set: outcomes.slice(0, set.length), clear: outcomes.slice(set.length) };
      const target = { kind: 'constituency', id: constituencyId };
      return { value, target, detail: { set: set.length, clear: clear.length, changed } };
    });
  }
}

function itemsOf(set: NonNullable<ChangeAbsentVoters['set']>, clear: readonly string[]): Item[] {
  const seen = new Set<string>();
  const asked = [...set, ...clear.map((electorNumber) => ({ electorNumber, kind: null }))];
  return asked.map(({ electorNumber, kind }) => {
    const split = splitCombinedNumber(electorNumber.trim());
    const parsed = split && parseElectorNumber(split.number, '');
    if (!split || !parsed || 'fault' in parsed) return { electorNumber, kind, outcome: 'not-a-number' };
    const wanted = { prefix: split.prefix, ...parsed, kind };
    const key = JSON.stringify([wanted.prefix, wanted.number, wanted.suffix]);
    if (seen.has(key)) return { electorNumber, kind, outcome: 'repeated' };
    seen.add(key);
    return { electorNumber, kind, wanted };
  });
}

function answered(
  items: readonly Item[],
  stored: readonly AbsentVoterOutcome['outcome'][],
): AbsentVoterOutcome[] {
  const left = stored.values();
  return items.map(({ electorNumber, outcome }) => {
    const answer = outcome ?? left.next().value;
    if (answer === undefined) throw new Error('an absent voter was left without an answer');
    return { electorNumber, outcome: answer };
  });
}

function refuse(pointer: string, detail: string): never {
  throw new Problem('validation-failed', { errors: [{ pointer, detail }] });
}
