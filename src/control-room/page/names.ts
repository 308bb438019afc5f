/**
 * In charge of the names of accounts and offices: of one that is mentioned somewhere, and of all, to be searched as one types.
 * The API lists accounts by username and does not search, so that pages of them are read until enough was found.
 */
import { signal } from '@preact/signals';
import { get, type Schemas } from './api.js';

export interface Found {
  kind: 'user' | 'client' | 'office';
  id: string;
  name: string;
  about: string;
}

const names = signal<ReadonlyMap<string, string>>(new Map());
const asked = new Set<string>();
const enough = 30;

/** All that was read so far. */
let accounts: Schemas['User'][] = [];
let offices: Schemas['Office'][] | undefined;
let next: string | null | undefined;
/** How many accounts were looked through, and whether that is all. */
export const looked = signal({ accounts: 0, isAll: false });

/** The name of an account or office; `undefined` until it is known, and for ever where it cannot be. */
export function nameOf(id: string, kind: 'account' | 'office' = 'account'): string | undefined {
  const name = names.value.get(id);
  if (name === undefined && !asked.has(id)) {
    asked.add(id);
    void ask(id, kind);
  }
  return name;
}

export function remember(id: string, name: string): void {
  if (names.peek().get(id) !== name) names.value = new Map(names.peek()).set(id, name);
}

export function forgetNames(): void {
  names.value = new Map();
  asked.clear();
  accounts = [];
  offices = undefined;
  next = undefined;
  looked.value = { accounts: 0, isAll: false };
}

/** Whoever and whatever has each word in name, username or role. */
export async function search(text: string, isWanted: () => boolean): Promise<Found[]> {
  const words = fold(text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const fits = (found: Found) => words.every((word) => fold(`${found.name} ${found.about}`).includes(word));
  offices ??= await allOffices();
  let found = everybody().filter(fits);
  while (found.length < enough && next !== null && isWanted()) {
    await readOn();
    found = everybody().filter(fits);
  }
  return found;
}

function everybody(): Found[] {
  const ofOffices = (offices ?? []).map(({ id, name, kind }): Found => ({
    kind: 'office',
    id,
    name,
    about: `Office, ${kind.replaceAll('-', ' ')}`,
  }));
  const ofAccounts = accounts
    .filter(({ closedAt }) => closedAt === null)
    .map(({ id, kind, displayName, username, roles }): Found => ({
      kind: kind === 'client' ? 'client' : 'user',
      id,
      name: displayName,
      about: [username, ...roles.map((role) => role.replaceAll('-', ' '))].join(' · '),
    }));
  return [...ofOffices, ...ofAccounts];
}

async function readOn(): Promise<void> {
  const { body } = await get('/v1/users', { query: { limit: 500, ...(next ? { after: next } : {}) } });
  // Two searches may have asked for the same page.
  const have = new Set(accounts.map(({ id }) => id));
  accounts = [...accounts, ...body.items.filter(({ id }) => !have.has(id))];
  next = body.next;
  looked.value = { accounts: accounts.length, isAll: next === null };
}

async function allOffices(): Promise<Schemas['Office'][]> {
  const all: Schemas['Office'][] = [];
  let after: string | undefined;
  do {
    const { body } = await get('/v1/offices', {
      query: { limit: 500, ...(after === undefined ? {} : { after }) },
    });
    all.push(...body.items);
    after = body.next ?? undefined;
  } while (after !== undefined);
  return all;
}

async function ask(id: string, kind: 'account' | 'office'): Promise<void> {
  try {
    if (kind === 'office') remember(id, (await get('/v1/offices/{id}', { id })).body.name);
    else remember(id, (await get('/v1/users/{id}', { id })).body.displayName);
  } catch {
    asked.delete(id); // The id stands for it until it is asked for again.
  }
}

const fold = (text: string) =>
  text
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .toLowerCase();
