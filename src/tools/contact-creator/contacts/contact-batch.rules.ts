/**
 * In charge of a batch of contacts before and after the database has judged it: every item by itself, in its place. An
 * item that cannot be read, or that another with its id contradicts, fails no other.
 */
import { faultsInText } from '../../../http/input-text.js';
import type { InputError } from '../../../http/problem.js';
import { Faults } from '../../../targeting/field.js';
import { isRecord } from '../../../targeting/value-readers.js';
import { readItem, type ContactItem } from './contact-item.rules.js';
import { conflicting, resultOf, unreadable } from './contact-result.rules.js';
import type { ContactResult } from './contact.dto.js';
import type { Taken } from './contact.repository.js';
import { STATUSES, type Status } from './contact-vocabulary.js';

export type ReadItem =
  | { item: ContactItem; refused?: never; errors?: never }
  | { item?: never; refused: ContactResult; errors: readonly InputError[] };

export interface ReadBatch {
  read: readonly ReadItem[];
  /** Of items with one id, the first. */
  items: readonly ContactItem[];
}

export function readBatch(contacts: readonly unknown[], constituencyId: string): ReadBatch {
  const read = contacts.map((value, index) => readOne(value, `/contacts/${index}`, constituencyId));
  const first = new Map<string, ContactItem>();
  for (const { item } of read) if (item && !first.has(item.id)) first.set(item.id, item);
  return { read, items: [...first.values()] };
}

export function readOne(value: unknown, pointer: string, constituencyId: string): ReadItem {
  const faults = new Faults();
  // Of a batch the parser has left these to be told item by item.
  for (const fault of faultsInText(value)) faults.add(`${pointer}${fault.pointer}`, fault.detail);
  const item = readItem(value, pointer, constituencyId, faults);
  if (item && faults.found.length === 0) return { item };
  const id = isRecord(value) && typeof value['id'] === 'string' ? value['id'] : '';
  return {
    refused: unreadable(/^[0-9a-f-]{36}$/i.test(id) ? id : null, faults.found),
    errors: faults.found,
  };
}

/** What became of each item, in their order. */
export function resultsOf({ read, items }: ReadBatch, taken: readonly Taken[]): ContactResult[] {
  const byId = new Map(taken.map((one) => [one.id, one]));
  const first = new Map(items.map((item) => [item.id, item]));
  return read.map(({ item, refused }, index): ContactResult => {
    if (!item) return refused;
    const one = byId.get(item.id);
    const told = first.get(item.id);
    if (!one || told?.hash !== item.hash) return conflicting(item.id);
    const isRepeat = told !== item && one.status === 'recorded';
    return resultOf(isRepeat ? { ...one, status: 'repeated' } : one, `/contacts/${index}`);
  });
}

export function counted(results: readonly Pick<ContactResult, 'status'>[]): Record<Status, number> {
  const counts = STATUSES.map((status) => [status, results.filter((one) => one.status === status).length]);
  return Object.fromEntries(counts) as Record<Status, number>;
}
