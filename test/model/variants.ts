/**
 * What is asked of the models: that each, as it stands, has no error; that each rule, taken away, breaks the promise; and
 * that the states which make the promise interesting are reached at all. Invariants and rules are numbered as in the
 * models: I1 nothing is admitted or leaves after the answer; I2 nor does older work, even after a lift; I9 what was seen
 * suspended stays suspended across a failover.
 */
export type Model = 'barrier' | 'fence' | 'failover';
export type Invariant = 'I1' | 'I2' | 'I9';

export type Variant =
  | { kind: 'base'; model: Model; shows: string }
  /** A larger base: searched only when it is asked for by name, since it takes minutes. */
  | { kind: 'thorough'; model: Model; name: string; shows: string }
  | { kind: 'mutant'; model: Model; name: string; breaks: Invariant; shows: string }
  | { kind: 'state'; model: Model; name: string; shows: string };

export const variants: readonly Variant[] = [
  {
    kind: 'base',
    model: 'barrier',
    shows: 'leases, renewals, drain, re-registration and the admin who waits and may die',
  },
  {
    kind: 'base',
    model: 'failover',
    shows: 'a lagging standby takes over, and the deposed primary answers reads',
  },
  { kind: 'base', model: 'fence', shows: 'with nothing stopped in memory, no row is read after the answer' },
  {
    kind: 'thorough',
    model: 'barrier',
    name: 'BOTH_WAYS',
    shows: 'the same, with renewals that are late on their way to the database as well',
  },

  mutant('barrier', 'R1', 'I1', 'counted from receipt, a lease granted on the old state outlives the flip'),
  mutant('failover', 'R2', 'I1', 'renewed by a SELECT on a deposed primary, a lease lives on an old epoch'),
  mutant('barrier', 'R3', 'I1', 'a late reply with an older snapshot opens what a newer one closed'),
  mutant(
    'barrier',
    'R4',
    'I1',
    'a replica that registers between the reading of the members and COMMIT is missed',
  ),
  mutant('fence', 'R5', 'I1', 'read in the statement that locks, the flags are those from before the flip'),
  mutant('barrier', 'R6', 'I1', 'acknowledged before the cut, a queued chunk leaves after the answer'),
  mutant(
    'barrier',
    'R7',
    'I2',
    'not bound to its gen, old work is revived when a suspension and its lift fall between two renewals',
  ),
  mutant('barrier', 'R8', 'I1', 'without a lease, a replica goes on with what it last knew'),
  mutant('barrier', 'R8_START', 'I1', 'before its first snapshot, a replica takes nothing to be suspended'),
  mutant('barrier', 'R9_BEFORE', 'I1', 'counted from before COMMIT, W is over while an old lease is alive'),
  mutant('barrier', 'R9_EARLY', 'I1', 'one acknowledgement is taken for all of them'),
  mutant(
    'barrier',
    'R9_DRIFT',
    'I1',
    'without an allowance for drift, W ends before the lease of a slow clock',
  ),
  mutant('failover', 'R10', 'I9', 'a database that lost a flip is believed'),
  mutant(
    'failover',
    'R10_EPOCH',
    'I1',
    'an epoch number is reached again by other flips, and seems to be known',
  ),
  mutant(
    'failover',
    'R10_REPLACE',
    'I1',
    'put back instead of the union, a copy undoes what came after the failover',
  ),
  mutant(
    'barrier',
    'R13',
    'I1',
    'fenced while it holds a fresh lease, a replica is missing from the next flip',
  ),
  mutant('barrier', 'R14', 'I1', 'a late reply is taken for the latest, and its lease for a younger one'),
  mutant(
    'failover',
    'R14_FORGET',
    'I9',
    'with its epoch forgotten, a new incarnation believes a database that lost a flip',
  ),
  mutant('barrier', 'R15', 'I1', 'a chunk queued when the lease ran out leaves after the answer'),
  mutant(
    'barrier',
    'R16',
    'I1',
    'extended while a drain is pending, a lease outlives W with a chunk still queued',
  ),
  mutant('fence', 'GEN', 'I2', 'with no gen asked for, a transaction of before the flip enters after it'),
  mutant('fence', 'NO_LOCK', 'I1', 'signalled and not yet ended, a backend reads another row'),
  mutant('fence', 'DRAIN_FIRST', 'I1', 'drained before COMMIT, the scope is entered again in between'),

  state('barrier', 'DRAINED', 'a suspension is answered because the replica has drained'),
  state('barrier', 'EXPIRED', 'a suspension is answered because its lease has run out'),
  state(
    'barrier',
    'UNFENCED',
    'the same of a replica whose heartbeat moved: answered after W, and not fenced',
  ),
  state('barrier', 'RESUMED', 'a flip whose admin died is answered by another'),
  state('barrier', 'FROZEN', 'work that was frozen without a lease goes on after a renewal'),
  state('barrier', 'CUT', 'a queued chunk is cut before it leaves'),
  state('barrier', 'AGAIN', 'a replica that was fenced registers again and is granted a lease'),
  state('fence', 'REFUSED', 'a transaction meets a flip under way, and does not wait'),
  state('fence', 'STALE', 'a transaction is refused for its gen alone'),
  state('fence', 'TIMEOUT', 'the exclusive lock is not granted in time, and the holders are signalled again'),
  state('failover', 'AFTER', 'a flip is answered by the new primary'),
  state('failover', 'MERGED', 'a lost suspension comes back beside one made since'),
];

function mutant(model: Model, name: string, breaks: Invariant, shows: string): Variant {
  return { kind: 'mutant', model, name, breaks, shows };
}

function state(model: Model, name: string, shows: string): Variant {
  return { kind: 'state', model, name, shows };
}
