/**
 * In charge of one order to stop, from the click to its proof. An order that was not answered is sent again with the same key
 * until it is: the server does nothing twice, and the page claims nothing that it was not told.
 */
import { signal } from '@preact/signals';
import { NoAnswer, post, Refusal, type Schemas } from './api.js';
import { hurry, learn, replicas, type Suspension } from './knowledge.js';

export interface Target {
  kind: Schemas['OrderedTarget']['kind'];
  id: string;
  name: string;
}

export interface Order {
  target: Target;
  reason: string;
  notice: string;
  key: string;
  sentAt: number;
  /** The state of the switch as it was known then. */
  epochBefore: number | undefined;
  attempts: number;
  /**
   * `asking`: no answer yet. `unanswered`: none came, or none that decides; it is sent again. `in-force`: not proved yet; asked
   * again. `complete`: proved. `step-up`: password and code are asked for first. `refused`: nothing was done.
   * `blind`: in force, and who ordered it may not ask any more.
   */
  phase: 'asking' | 'unanswered' | 'in-force' | 'complete' | 'step-up' | 'refused' | 'blind';
  suspension: Suspension | undefined;
  fault: unknown;
}

export const order = signal<Order | undefined>(undefined);

const againMs = 1_000;

export function place(target: Target, reason: string, notice: string): void {
  const placed: Order = {
    target,
    reason,
    notice,
    key: newKey(),
    sentAt: Date.now(),
    epochBefore: replicas.peek().value?.epoch,
    attempts: 0,
    phase: 'asking',
    suspension: undefined,
    fault: undefined,
  };
  order.value = placed;
  void pursue(placed.key);
}

/** After password and code: the same order. */
export function goOn(): void {
  const now = order.value;
  if (now?.phase !== 'step-up') return;
  order.value = { ...now, phase: 'asking', fault: undefined };
  void pursue(now.key);
}

/** Nothing more is asked; what was ordered stands. */
export function putAway(): void {
  order.value = undefined;
}

/** `randomUUID` is there at trusted addresses alone. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

async function pursue(key: string): Promise<void> {
  hurry(true);
  try {
    while (order.value?.key === key && isUnderWay(order.value.phase)) {
      const outcome = await attempt(order.value);
      if (order.value?.key !== key) return;
      order.value = { ...order.value, ...outcome, attempts: order.value.attempts + 1 };
      if (isUnderWay(order.value.phase)) await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  } finally {
    hurry(false);
  }
}

const isUnderWay = (phase: Order['phase']) => ['asking', 'unanswered', 'in-force'].includes(phase);

async function attempt({ target, reason, notice, key, suspension }: Order): Promise<Partial<Order>> {
  const wanted = target.kind === 'all' ? { kind: target.kind } : { kind: target.kind, id: target.id };
  try {
    const body = { target: wanted, reason, ...(notice === '' ? {} : { notice }) };
    const answer = await post('/v1/suspensions', body, { key });
    learn(answer.body);
    // 202 also while it is proved and the certificate is not sealed yet.
    const phase = answer.body.certificateUrl === null ? 'in-force' : 'complete';
    return { phase, suspension: answer.body, fault: undefined };
  } catch (error) {
    return { ...phaseAfter(error, suspension !== undefined), fault: error };
  }
}

function phaseAfter(error: unknown, isInForce: boolean): { phase: Order['phase'] } {
  if (isInForce) {
    // Who has stopped himself may not ask; any replica goes on with it all the same.
    const isOver = error instanceof Refusal && error.status === 403 && error.code !== 'step-up-required';
    return { phase: isOver ? 'blind' : 'in-force' };
  }
  if (error instanceof NoAnswer) return { phase: 'unanswered' };
  if (!(error instanceof Refusal)) return { phase: 'refused' };
  if (error.code === 'step-up-required') return { phase: 'step-up' };
  const mayCome = error.status >= 500 || ['idempotency-in-progress', 'rate-limited'].includes(error.code);
  return { phase: mayCome ? 'unanswered' : 'refused' };
}
