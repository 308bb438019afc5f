/**
 * In charge of whether a certificate's own claims hold together: every member accounted for, the bound as it is computed, the
 * times in their order. That it is what was sealed is proved elsewhere. Pure, and takes anything: what it reads is unproved.
 */
export type Members = Readonly<Record<string, unknown>>;

/** What a certificate stops, until it is lifted. */
export interface Stopped {
  suspensionId: string;
  scopes: { kind: string; id: string }[];
}

const hows = ['drained', 'retired', 'fenced', 'lease-expired'];
/** What two clocks may differ by over the few seconds that a flip takes: one of a replica, one of the database. */
const looseMs = 50;

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** ⌈L(1 + ρ)/(1 − ρ)⌉, exactly. */
export function waitMs(leaseMs: number, rhoPpm: number): number {
  const [above, below] = [BigInt(leaseMs) * BigInt(1_000_000 + rhoPpm), BigInt(1_000_000 - rhoPpm)];
  return Number((above + below - 1n) / below);
}

/** What the entry stops, and every fault of its claims. */
export function readCertificate(event: Members): Stopped & { faults: string[] } {
  const said = isMembers(event['detail']) ? event['detail'] : {};
  const scopes = listOf(said['scopes']).map(({ kind, id }) => ({ kind: String(kind), id: String(id) }));
  const suspensionId = String(said['suspensionId']);
  return { suspensionId, scopes, faults: [...frameFaults(event, said, scopes), ...memberFaults(said)] };
}

function frameFaults(event: Members, said: Members, scopes: readonly unknown[]): string[] {
  const { inForceAt, completeAt, bound, database } = said;
  const drainedAt = isMembers(database) ? database['drainedAt'] : undefined;
  return faultsOf([
    [said['form'] === 'rosette-flip/1' && said['action'] === 'suspend', 'its form is not known'],
    [
      event['targetKind'] === 'suspension' && event['targetId'] === said['suspensionId'],
      'it is of another suspension',
    ],
    [scopes.length > 0, 'it names no scope'],
    [isBound(bound), 'its bound is not what it is computed to be'],
    [isInOrder([inForceAt, drainedAt, completeAt, event['at']]), 'its times are not in their order'],
  ]);
}

function memberFaults({ members, inForceAt, completeAt, bound }: Members): string[] {
  if (!Array.isArray(members)) return ['it names no members'];
  const tookMs = momentOf(completeAt) - momentOf(inForceAt);
  const rhoPpm = isMembers(bound) ? bound['rhoPpm'] : undefined;
  const known = new Set<unknown>();
  return listOf(members).flatMap((member) => {
    const { incarnation, number, how, closedMs, drainedMs, leaseMs } = member;
    const isTwice = known.has(incarnation);
    known.add(incarnation);
    const waited = isCount(leaseMs) && isCount(rhoPpm) ? waitMs(leaseMs, rhoPpm) : Number.NaN;
    return faultsOf([
      [typeof incarnation === 'string' && !isTwice, 'is there twice or has no name'],
      [hows.includes(String(how)), 'is not accounted for'],
      [
        how !== 'drained' || (isCount(drainedMs) && drainedMs <= tookMs * 1.01 + looseMs),
        'did not drain before the end',
      ],
      [!isCount(closedMs) || !isCount(drainedMs) || closedMs <= drainedMs, 'drained before it closed'],
      // Whoever waited did so on a clock of his own.
      [how !== 'lease-expired' || tookMs >= waited * 0.99 - looseMs, 'may have held a lease'],
    ]).map((fault) => `replica ${String(number)} ${fault}`);
  });
}

function isBound(bound: unknown): boolean {
  if (!isMembers(bound)) return false;
  const { leaseMs, rhoPpm, waitMs: said } = bound;
  return isCount(leaseMs) && isCount(rhoPpm) && rhoPpm < 1_000_000 && said === waitMs(leaseMs, rhoPpm);
}

function isInOrder(times: readonly unknown[]): boolean {
  const moments = times.map(momentOf);
  return moments.every((moment, at) =>
    at === 0 ? !Number.isNaN(moment) : moment >= (moments[at - 1] as number),
  );
}

function momentOf(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function listOf(value: unknown): Members[] {
  return Array.isArray(value) ? value.map((item: unknown) => (isMembers(item) ? item : {})) : [];
}

function faultsOf(checks: readonly (readonly [boolean, string])[]): string[] {
  return checks.flatMap(([isRight, fault]) => (isRight ? [] : [fault]));
}

/** Whether a disclosure is of what is stopped. Of an office it cannot be told: the record names no offices. */
export function isOfScope(event: Members, { kind, id }: { kind: string; id: string }): boolean {
  const { tool, accountId, constituencyIds } = event;
  if (kind === 'user' || kind === 'client') return accountId === id;
  // What stands above the tools, as the rights of the people in it, goes on.
  if (typeof tool !== 'string') return false;
  if (kind === 'area') return Array.isArray(constituencyIds) && constituencyIds.includes(id);
  return kind === 'all' || (kind === 'tool' && tool === id);
}

/** The suspension that an entry ends. */
export function endedBy({ action, outcome, targetId, detail }: Members): string | undefined {
  if (outcome !== 'done' || typeof targetId !== 'string') return undefined;
  if (action === 'suspension.expire') return targetId;
  if (action !== 'suspension.lift' || !isMembers(detail)) return undefined;
  const isEnd =
    detail['outcome'] === 'lifted' || detail['by'] === 'break-glass' || detail['by'] === 'restore';
  return isEnd ? targetId : undefined;
}
