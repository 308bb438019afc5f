/**
 * In charge of what a search for electors means: text folded as the register is folded, ranges that an index can walk,
 * numbers taken apart. Finding is left to the read model.
 */
import { Problem } from '../../../http/problem.js';
import type { ElectorQuery } from './elector.dto.js';
import { parseElectorNumber, splitCombinedNumber } from './elector-number.rules.js';
import {
  foldName,
  foldStreet,
  normalisePostcode,
  prefixRange,
  type PrefixRange,
} from '../../../intake/fold.rules.js';

export interface ElectorSearch {
  constituencyId: string;
  name?: PrefixRange;
  street?: PrefixRange;
  postcode?: string;
  pollingDistrictId?: string;
  doorId?: string;
  number?: { prefix: string; number: string; suffix: string };
}

/** @throws Problem validation-failed for what can match nothing */
export function electorSearch(query: ElectorQuery): ElectorSearch {
  const { constituencyId, pollingDistrictId, doorId } = query;
  return {
    constituencyId,
    ...(query.name === undefined ? {} : { name: rangeOf('/name', foldName(query.name)) }),
    ...(query.street === undefined ? {} : { street: rangeOf('/street', foldStreet(query.street)) }),
    ...(query.postcode === undefined ? {} : { postcode: postcodeOf(query.postcode) }),
    ...(query.number === undefined ? {} : { number: numberOf(query.number) }),
    ...(pollingDistrictId === undefined ? {} : { pollingDistrictId }),
    ...(doorId === undefined ? {} : { doorId }),
  };
}

/** Whether nothing narrows the list: the page that is asked for most, whose best plan is the same whatever the values. */
export function isPlain(search: ElectorSearch): boolean {
  return Object.keys(search).length === 1;
}

function rangeOf(pointer: string, folded: string): PrefixRange {
  if (folded === '') refuse(pointer, 'must hold a letter or a digit');
  return prefixRange(folded);
}

function postcodeOf(text: string): string {
  return normalisePostcode(text) ?? refuse('/postcode', 'must be a whole postcode');
}

function numberOf(text: string): NonNullable<ElectorSearch['number']> {
  const split = splitCombinedNumber(text.trim());
  const parsed = split && parseElectorNumber(split.number, '');
  if (!split || !parsed || 'fault' in parsed)
    return refuse('/number', 'must be an elector number, as KA-124/1');
  return { prefix: split.prefix, number: parsed.number, suffix: parsed.suffix };
}

function refuse(pointer: string, detail: string): never {
  throw new Problem('validation-failed', { errors: [{ in: 'query', pointer, detail }] });
}
