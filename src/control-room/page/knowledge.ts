/**
 * In charge of what the page knows, and since when. It asks again and again, keeps the last answer with its time, and says
 * what it could not learn: nothing here is ever assumed.
 */
import { computed, signal, type Signal } from '@preact/signals';
import { get, NoAnswer, Refusal, type Schemas } from './api.js';

export interface Known<Value> {
  value: Value | undefined;
  /** When the server said so; in milliseconds. */
  at: number | undefined;
  /** Why the last attempt to learn it failed. */
  fault: unknown;
}

export type Suspension = Schemas['Suspension'];
type ActiveUser = Schemas['ActiveUser'];

const nothing = { value: undefined, at: undefined, fault: undefined };
const known = <Value>(): Signal<Known<Value>> => signal(nothing);

export const tools = known<Schemas['ToolStates']>();
export const replicas = known<Schemas['Replicas']>();
export const rates = known<Schemas['MinuteRate'][]>();
export const active = known<{ items: ActiveUser[]; next: string | null }>();
/** By id. Those that were ended long ago are only here once they were looked through. */
export const suspensions = known<ReadonlyMap<string, Suspension>>();
/** What is stopped for the asker alone: all that the API tells somebody who is stopped. */
export const ownState = known<Schemas['AccessState']>();
/** Ticks each second, for whatever says how long ago something was. */
export const now = signal(Date.now());

const sources = [tools, replicas, suspensions];
/** How old the oldest of what matters is; undefined: something of it was never known. */
export const lastKnownAt = computed(() => {
  const times = sources.map(({ value }) => value.at);
  return times.some((at) => at === undefined) ? undefined : Math.min(...(times as number[]));
});
export const fault = computed(() =>
  sources.map(({ value }) => value.fault).find((found) => found !== undefined),
);
/** The asker himself is stopped, so that the switch is shown to him no more. */
export const isSelfStopped = computed(
  () =>
    fault.value instanceof Refusal &&
    ['user-suspended', 'office-suspended', 'client-suspended'].includes(fault.value.code),
);
/** The switch was never shown to the asker, and is not going to be. */
export const isNotForAsker = computed(
  () =>
    lastKnownAt.value === undefined &&
    fault.value instanceof Refusal &&
    ['not-permitted', 'grant-ended', 'mfa-required'].includes(fault.value.code),
);
/** More than one attempt was in vain: what is shown may not be true any more. */
export const isStale = computed(
  () => fault.value !== undefined && (failures.value > 1 || lastKnownAt.value === undefined),
);
export const inForce = computed(() =>
  newestFirst([...(suspensions.value.value?.values() ?? [])].filter(({ state }) => isOpen(state))),
);
/** What is in force against one scope; oldest last. */
export function stoppedBy(kind: Suspension['target']['kind'], id: string): Suspension | undefined {
  return inForce.value.find(
    ({ target, state }) => target.kind === kind && target.id === id && state !== 'scheduled',
  );
}
export const ended = computed(() =>
  newestFirst([...(suspensions.value.value?.values() ?? [])].filter(({ state }) => !isOpen(state))),
);

const failures = signal(0);
const beatMs = 1_500;
const hastyMs = 400;
const hiddenMs = 10_000;
const activityMs = 4_000;
const allMs = 60_000;

/** Ends with the session it was begun for: what is still under way then is of somebody else. */
let life: AbortController | undefined;
/** While an order is under way it is watched closely. */
let isHasty = false;
let wake: () => void = () => undefined;

/** Asks from now on, until `stop`. */
export function start(): void {
  if (life) return;
  life = new AbortController();
  const { signal } = life;
  void repeat(switchState, () => (isHasty ? hastyMs : beatMs), signal);
  void repeat(activity, () => activityMs, signal);
  void repeat(allSuspensions, () => allMs, signal);
}

/** Forgets everything: it belonged to whoever was signed in. */
export function stop(): void {
  life?.abort();
  life = undefined;
  for (const source of [tools, replicas, rates, active, suspensions, ownState]) source.value = nothing;
  failures.value = 0;
}

export function hurry(value: boolean): void {
  isHasty = value;
  if (value) wake();
}

/** As an order or a lift was answered: newer than anything that was asked for. */
export function learn(suspension: Suspension): void {
  const { value, at, fault } = suspensions.value;
  suspensions.value = { value: new Map(value).set(suspension.id, suspension), at, fault };
  wake();
}

/** Of what is asked less often: whether it is old because nobody answers. */
export function isOld({ at, fault }: Known<unknown>): boolean {
  return fault !== undefined && at !== undefined && now.value - at > 3 * activityMs;
}

export async function moreActive(): Promise<void> {
  const shown = active.value.value;
  if (!shown?.next) return;
  const { body } = await get('/v1/active-users', { query: { after: shown.next } });
  active.value = { ...active.value, value: { items: [...shown.items, ...body.items], next: body.next } };
}

async function switchState(life: AbortSignal): Promise<void> {
  await Promise.all([
    into(life, tools, async () => (await get('/v1/tools')).body),
    into(life, replicas, async () => (await get('/v1/replicas')).body),
    into(life, suspensions, async () =>
      merged((await get('/v1/suspensions', { query: { limit: 50 } })).body.items),
    ),
  ]);
  if (life.aborted) return;
  failures.value = fault.value === undefined ? 0 : failures.value + 1;
  if (isSelfStopped.value) await into(life, ownState, async () => (await get('/v1/access-state')).body);
}

/** Each page of the newest fifty alone would miss one that has been in force for long. */
async function allSuspensions(life: AbortSignal): Promise<void> {
  let after: string | undefined;
  do {
    const query = { limit: 500, ...(after === undefined ? {} : { after }) };
    const { body } = await get('/v1/suspensions', { query });
    if (life.aborted) return;
    suspensions.value = { ...suspensions.value, value: merged(body.items) };
    after = body.next ?? undefined;
  } while (after !== undefined);
}

async function activity(life: AbortSignal): Promise<void> {
  const { at } = rates.value;
  // Minutes that are over do not change: only the newest are asked for again.
  const minutes = at === undefined ? 60 : Math.min(60, Math.ceil((Date.now() - at) / 60_000) + 2);
  await Promise.all([
    into(life, rates, async () => {
      const { items } = (await get('/v1/disclosure-rates', { query: { minutes } })).body;
      const since = items[0]?.at ?? '';
      return [...(rates.value.value ?? []).filter((minute) => minute.at < since), ...items].slice(-60);
    }),
    into(life, active, async () => {
      const shown = active.value.value?.items.length ?? 0;
      const query = { limit: Math.min(500, Math.max(10, shown)) };
      return (await get('/v1/active-users', { query })).body;
    }),
  ]);
}

async function into<Value>(
  life: AbortSignal,
  source: Signal<Known<Value>>,
  learn: () => Promise<Value>,
): Promise<void> {
  try {
    const value = await learn();
    if (!life.aborted) source.value = { value, at: Date.now(), fault: undefined };
  } catch (error) {
    if (!life.aborted) source.value = { ...source.value, fault: error };
  }
}

async function repeat(
  work: (life: AbortSignal) => Promise<void>,
  pauseMs: () => number,
  life: AbortSignal,
): Promise<void> {
  while (!life.aborted) {
    try {
      await work(life);
    } catch (error) {
      // What could not be learned is said where it is shown; a fault of our own would be hidden here.
      if (!(error instanceof NoAnswer || error instanceof Refusal)) throw error;
    }
    const ms = document.hidden && !isHasty ? Math.max(hiddenMs, pauseMs()) : pauseMs();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      if (work === switchState)
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
    });
  }
}

function merged(items: readonly Suspension[]): ReadonlyMap<string, Suspension> {
  const all = new Map(suspensions.value.value);
  for (const item of items) all.set(item.id, item);
  return all;
}

export function isOpen(state: Suspension['state']): boolean {
  return state === 'in-force' || state === 'lift-asked' || state === 'scheduled';
}

function newestFirst(items: Suspension[]): Suspension[] {
  return items.sort((a, b) => (a.orderedAt < b.orderedAt ? 1 : -1));
}

setInterval(() => (now.value = Date.now()), 1_000);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) wake();
});
