/*
 * In charge of the barrier (L1): leases, renewals, registration, the drain and the admin who waits. One scope and two
 * flips (suspend, revoke or lift, in any order that makes sense), an admin who may die after any step, one replica in
 * full, and every other replica as what the admin sees of it: a row that is acknowledged at any time, or never. The
 * database is taken to be one and correct: its fence is fence.pml, its loss failover.pml.
 *
 * Time is counted in ticks. Whatever is enabled may also wait, so a step takes any number of ticks; only the reset at
 * the deadline (R15) is urgent. The clock of the process may lose one tick in a run.
 *
 * Left out: a process that is stopped as a whole between its check and its write, or across its deadline with a chunk
 * queued. Nobody can hold that chunk back (R15 taken away shows the way); it is detected afterwards, as a late release.
 *
 * -DMUTANT_<rule> takes a rule away; -DREACH_<state> fails where that interesting state is reached.
 */
#define L         2             /* a lease, in ticks of the replica's clock */
#ifdef MUTANT_R9_DRIFT
#define W         L
#else
#define W         (L + 1)       /* what the admin waits: a lease, and the tick that a clock may lose */
#endif
#define BIT(n)    (1 << (n))
#define MAX(a, b) ((a) > (b) -> (a) : (b))

/* What is promised, and the steps on the way to it. A mutant has to break the promise itself. */
#define PROMISE(claim)  assert(claim)
#ifdef PROMISE_ONLY
#define STEP(claim)     skip
#else
#define STEP(claim)     assert(claim)
#endif

/* ---- the database ---- */
#define FLIPS     2
#define OTHER     2             /* the row of the others; 0 and 1 are the first and second life of the replica */
byte epoch;
bool suspended[FLIPS + 1];      /* as the flip of that epoch left it */
byte gen[FLIPS + 1];
byte registered;                /* rows, as bits */
byte fenced;
byte drained[3];                /* of each row, as acknowledged */

/* ---- the flips ---- */
#define PREPARED  1             /* lock taken and members read; not yet committed */
#define WAITING   2
#define ORPHANED  3             /* committed, and the admin died */
#define ANSWERED  4
byte stage[FLIPS + 1];
byte clock[FLIPS + 1];          /* ticks of the admin's clock until W has passed */
byte members[FLIPS + 1];
byte moved[FLIPS + 1];          /* rows whose heartbeat has moved since this admin looks */
bool locked;                    /* a flip holds the lock that registration takes shared */

/* ---- the replica ---- */
byte life;                      /* its incarnation */
byte seen;                      /* the epoch of its copy */
byte done;                      /* the epoch it has drained: below `seen` while a drain is pending */
byte lease;                     /* ticks left */
bool slow;                      /* its clock has lost the tick */
bool work;                      /* something in flight, */
byte work_gen;                  /* bound to the gen at its admission, */
bool queued;                    /* with a chunk that libuv will flush without asking anyone */

/*
 * A renewal: the one that is waited for, and one that was given up or that an earlier life sent. All its delay is on the
 * way back, unless BOTH_WAYS: on the way there a delay only makes the copy newer and what is left of the lease shorter.
 */
#define SENT      1
#define GRANTED   2
#define REFUSED   3             /* no row was updated: fenced */
typedef Renewal { byte at; byte age; byte copy; byte ack; bool life };
Renewal now, late;
#define has_reply(x)    (x.at >= GRANTED)

/* ---- what was promised; no part of the protocol ---- */
bool stopped;                   /* a suspension was answered with 201 and is in force */
byte dead_gen;                  /* whatever was admitted under a lower gen was promised to be over */
#define I1        (!stopped)
#define I2        (work_gen >= dead_gen)
#define I3        (lease > 0)
#define I4(row)   (drained[row] <= epoch)
#define I5        (!work || work_gen >= gen[done])
#define I6        (!may_hold_lease || (members[epoch] & BIT(life)))
#define may_hold_lease  (lease || brings_lease(now) || brings_lease(late))
#define brings_lease(x) (x.at == GRANTED && x.age < L && x.life == life && x.copy >= seen)

#ifdef REACH_FROZEN
bool was_frozen;
#endif
#ifdef REACH_RESUMED
bool resumed[FLIPS + 1];
#endif
#ifdef REACH_AGAIN
bool was_refused;
#endif

#define is_registered   (registered & BIT(life))
#ifdef MUTANT_R7
#define is_victim       (work && suspended[seen])
#else
#define is_victim       (work && (suspended[seen] || work_gen != gen[seen]))
#endif
#if defined MUTANT_R8
#define may_act         is_registered
#elif defined MUTANT_R8_START
bool has_copy;
#define may_act         (lease > 0 || (is_registered && !has_copy))
#else
#define may_act         (lease > 0)
#endif
#ifdef MUTANT_R4
#define may_register    true
#else
#define may_register    !locked
#endif
#ifdef MUTANT_R14
/* With neither incarnation nor number, a reply is taken for the answer to the latest renewal. */
#define is_void(x)      false
#define age_of(x)       (now.at -> now.age : x.age)
#else
#define is_void(x)      (x.life != life)
#define age_of(x)       x.age
#endif
#ifdef MUTANT_R3
#define is_old(x)       false
#else
#define is_old(x)       (x.at == GRANTED && x.copy < seen)
#endif
#ifdef MUTANT_R1
#define lease_from(x)   L
#else
#define lease_from(x)   (L - age_of(x))
#endif
#ifdef MUTANT_R16
#define may_extend      true
#else
#define may_extend      (done == seen)
#endif

inline forget(x) { x.at = 0; x.age = 0; x.copy = 0; x.ack = 0; x.life = 0 }

inline end_work() {
  work = false; work_gen = 0; queued = false;
#ifdef REACH_FROZEN
  was_frozen = false
#endif
}

/* Everything is closed; a new incarnation begins, if the model has one left. The epoch seen stays (R14). */
inline end_life() {
  end_work(); lease = 0; done = seen;
  life = 1
}

/* Only the heartbeat of a row that is still waited for matters. */
#define beat(e, row)    (stage[e] == WAITING && drained[row] < e -> moved[e] | BIT(row) : moved[e] & ~BIT(row))

/* An UPDATE on the primary, which returns the snapshot (R2), and carries what was drained. */
inline renew(x) {
  if
  :: fenced & BIT(x.life) -> x.at = REFUSED
  :: else ->
    x.at = GRANTED;
    x.copy = epoch;
    drained[x.life] = MAX(drained[x.life], x.ack);
    STEP(I4(x.life));
    moved[1] = beat(1, x.life); moved[2] = beat(2, x.life)
  fi;
  x.ack = 0
}
inline send() {
  STEP(I5);
  now.life = life; now.ack = done;
#ifdef BOTH_WAYS
  now.at = SENT
#else
  renew(now)
#endif
}

inline take_reply(x) {
  if
  :: is_void(x) || is_old(x) -> skip
  :: else ->
    if
    :: x.at == REFUSED ->
#ifdef REACH_AGAIN
      was_refused = true;
#endif
      end_life()
    :: else ->
      seen = x.copy;
#ifdef MUTANT_R8_START
      has_copy = true;
#endif
#ifdef MUTANT_R6
      done = seen;
#endif
      if
      :: is_victim -> skip
      :: else -> done = seen
      fi;
      if
      :: may_extend ->
#ifdef REACH_AGAIN
        assert(!was_refused);
#endif
        lease = MAX(lease, lease_from(x))
      :: else -> skip
      fi
    fi
  fi;
  forget(x)
}

proctype Replica() {
  do
  :: d_step { !is_registered && may_register -> registered = registered | BIT(life) }

  :: d_step { is_registered && !now.at -> send() }
#ifdef BOTH_WAYS
  :: d_step { now.at == SENT -> renew(now) }
  :: d_step { late.at == SENT -> renew(late) }
#endif
  :: d_step { has_reply(now) -> take_reply(now) }
  :: d_step { has_reply(late) -> take_reply(late) }
  :: d_step { now.at && !late.at ->                     /* given up, not lost */
       late.at = now.at; late.age = now.age; late.copy = now.copy; late.ack = now.ack; late.life = now.life;
       forget(now) }
  :: d_step { now.at -> forget(now) }                   /* lost */
  :: d_step { late.at -> forget(late) }

  :: d_step { !work && may_act && !suspended[seen] ->   /* admit */
       PROMISE(I1); STEP(I3);
       work = true; work_gen = gen[seen] }
  :: d_step { work && !queued && may_act && !is_victim -> queued = true }
  :: d_step { queued ->                                 /* libuv flushes, and bytes leave */
       PROMISE(I1); PROMISE(I2); STEP(I3);
#ifdef REACH_FROZEN
       assert(!was_frozen);
#endif
       queued = false }
  :: d_step { is_victim ->                              /* the cut */
#ifdef REACH_CUT
       assert(!queued);
#endif
       end_work(); done = seen }
  :: d_step { work && !queued && !is_victim -> end_work() }     /* finished, or frozen for too long */

  :: d_step { life == 0 ->                              /* kill -9, and another process in its place */
#ifdef MUTANT_R8_START
       has_copy = false;
#endif
       end_life(); seen = 0; done = 0; forget(now); forget(late) }
  od
}

/* Every other replica. */
proctype Others() {
  do
  :: d_step { !(fenced & BIT(OTHER)) && drained[OTHER] < epoch ->
       drained[OTHER] = epoch }
  od
}

/* ---- the admin ---- */
inline begin(e) {
  stage[e] = PREPARED; locked = true;
  members[e] = registered & ~fenced;
#ifdef MUTANT_R9_BEFORE
  clock[e] = W
#endif
}

inline commit(e, is_suspended, more) {
  epoch = e;
  suspended[e] = is_suspended;
  gen[e] = gen[e - 1] + more;
  locked = false;
  STEP(I6);
  stage[e] = WAITING;
#ifndef MUTANT_R9_BEFORE
  clock[e] = W;
#endif
  if
  :: more == 0 -> stopped = false; close(e)             /* a lift promises nothing */
  :: else -> skip
  fi
}

/* The wait begins anew (R9): the clock of the dead admin is nobody's. */
inline resume(e) {
  stage[e] = WAITING; clock[e] = W;
#ifdef REACH_RESUMED
  resumed[e] = true
#endif
}

#define is_over(e, row) (!(members[e] & BIT(row)) || (fenced & BIT(row)) || drained[row] >= e)
#ifdef MUTANT_R9_EARLY
#define all_drained(e)  (drained[0] >= e || drained[1] >= e || drained[2] >= e)
#else
#define all_drained(e)  (is_over(e, 0) && is_over(e, 1) && is_over(e, 2))
#endif
#define W_passed(e)     (clock[e] == 0 && !all_drained(e))
#ifdef MUTANT_R13
#define is_silent(e, row) (!is_over(e, row))
#else
#define is_silent(e, row) (!is_over(e, row) && !(moved[e] & BIT(row)))
#endif
#define if_silent(e, row) (is_silent(e, row) -> BIT(row) : 0)

inline fence_silent(e) { fenced = fenced | if_silent(e, 0) | if_silent(e, 1) | if_silent(e, 2) }
inline close(e) { stage[e] = ANSWERED; clock[e] = 0; moved[e] = 0; members[e] = 0 }
inline answer(e) {
#ifdef REACH_RESUMED
  assert(!resumed[e]);
#endif
  stopped = stopped || (suspended[e] && suspended[epoch]);
  dead_gen = MAX(dead_gen, gen[e]);
  close(e)
}

#define is_next(e)      (epoch == e - 1 && stage[e] == 0)
#ifdef REACH_DRAINED
#define by_drain(e)     assert(!(suspended[e] && (members[e] & BIT(life)) && !(fenced & BIT(life))))
#else
#define by_drain(e)     skip
#endif
#if defined REACH_EXPIRED
#define by_expiry(e)    assert(!(suspended[e] && !is_over(e, life)))
#elif defined REACH_UNFENCED
#define by_expiry(e)    assert(!(suspended[e] && !is_over(e, life) && (moved[e] & BIT(life))))
#else
#define by_expiry(e)    skip
#endif

proctype Admin() {
  do
  :: d_step { is_next(1) -> begin(1) }
  :: d_step { is_next(2) -> begin(2) }
  :: d_step { stage[1] == PREPARED -> commit(1, true, 1) }      /* suspend */
  :: d_step { stage[2] == PREPARED -> commit(2, true, 1) }      /* the same, or revoke while suspended */
#ifndef MUTANT_R7               /* caught as well with a revoke alone, and sooner */
  :: d_step { stage[1] == PREPARED -> commit(1, false, 1) }     /* revoke */
#endif
  :: d_step { stage[2] == PREPARED && suspended[1] -> commit(2, false, 0) } /* lift */

  :: d_step { stage[1] == WAITING -> stage[1] = ORPHANED; clock[1] = 0; moved[1] = 0 }
  :: d_step { stage[2] == WAITING -> stage[2] = ORPHANED; clock[2] = 0; moved[2] = 0 }
  :: d_step { stage[1] == ORPHANED -> resume(1) }
  :: d_step { stage[2] == ORPHANED -> resume(2) }

  :: d_step { stage[1] == WAITING && all_drained(1) -> by_drain(1); answer(1) }
  :: d_step { stage[2] == WAITING && all_drained(2) -> by_drain(2); answer(2) }
  :: d_step { stage[1] == WAITING && W_passed(1) -> by_expiry(1); fence_silent(1); answer(1) }
  :: d_step { stage[2] == WAITING && W_passed(2) -> by_expiry(2); fence_silent(2); answer(2) }
  od
}

/* ---- time ---- */
inline grow_older(x) { x.age = (x.at && x.age < L -> x.age + 1 : x.age) }

inline tick_replica() {
  grow_older(now); grow_older(late);
  if
  :: lease == 1 ->
    lease = 0;
#ifdef REACH_FROZEN
    was_frozen = work;
#endif
#ifndef MUTANT_R15
    if
    :: queued -> end_work()             /* R15: reset by the main thread, or else the worker kills the process */
    :: else -> skip
    fi
#endif
  :: lease > 1 -> lease = lease - 1
  :: else -> skip
  fi
}

inline tick_admin() {
  clock[1] = (clock[1] -> clock[1] - 1 : 0);
  clock[2] = (clock[2] -> clock[2] - 1 : 0)
}

proctype Time() {
  do
  :: d_step { true -> tick_replica(); tick_admin() }
  :: d_step { !slow -> slow = true; tick_admin() }
  od
}

init {
  registered = BIT(OTHER);
  atomic { run Replica(); run Others(); run Admin(); run Time() }
}
