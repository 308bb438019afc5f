/*
 * In charge of the fence in the database (L2), alone: nothing in memory stops anyone here. One scope, three flips, two
 * transactions after another, each bound to a gen that its replica may have learnt long ago, backends that die some
 * time after they were signalled, and an admin who may die after any step.
 *
 * A statement sees what was committed when it began (READ COMMITTED), and that is all of PostgreSQL that matters here.
 *
 * -DMUTANT_<rule> takes a rule away; -DREACH_<state> fails where that interesting state is reached.
 */
#define FLIPS           3
#define BIT(n)          (1 << (n))
#define PROMISE(claim)  assert(claim)
#ifdef PROMISE_ONLY
#define STEP(claim)     skip
#else
#define STEP(claim)     assert(claim)
#endif

/* ---- what is committed ---- */
byte flips;
bool suspended;
byte gen;

/* ---- the scope's advisory lock ---- */
byte holders;                   /* shared, as bits */
bool exclusive;

/* ---- transactions ---- */
#define BEGUN     1             /* bound to a gen; nothing asked yet */
#define LOOKED    2             /* only without R5: the flags were read, the lock was not */
#define LOCKED    3
#define INSIDE    4             /* ks.enter has let it in: each further step is a row */
byte at[2];
byte bound[2];
bool old_suspended[2];          /* what a statement saw that began before it had the lock */
byte old_gen[2];

/* ---- what was promised ---- */
bool stopped;
byte dead_gen;
#define I1        (!stopped)
#define I2(t)     (bound[t] >= dead_gen)
#define I7        (holders == 0)

#ifdef MUTANT_GEN
#define refuses(t, is_suspended, now)   (is_suspended)
#else
#define refuses(t, is_suspended, now)   (is_suspended || now != bound[t])
#endif

inline leave(t) {
  holders = holders & ~BIT(t);
  at[t] = 0; bound[t] = 0; old_suspended[t] = false; old_gen[t] = 0
}

/* pg_try_advisory_xact_lock_shared: never a wait. */
inline try_lock(t) {
  if
  :: exclusive ->
#ifdef REACH_REFUSED
    assert(false);
#endif
    leave(t)
  :: else -> holders = holders | BIT(t); at[t] = LOCKED
  fi
}

inline enter(t, is_suspended, now) {
  if
  :: refuses(t, is_suspended, now) ->
#ifdef REACH_STALE
    assert(is_suspended);
#endif
    leave(t)
  :: else -> at[t] = INSIDE
  fi
}

proctype Transaction(bit t) {
  do
  :: d_step { !at[t] -> at[t] = BEGUN; bound[t] = gen }
#ifdef MUTANT_R5
  :: d_step { at[t] == BEGUN -> old_suspended[t] = suspended; old_gen[t] = gen; at[t] = LOOKED }
  :: d_step { at[t] == LOOKED -> try_lock(t) }
  :: d_step { at[t] == LOCKED -> enter(t, old_suspended[t], old_gen[t]) }
#else
  :: d_step { at[t] == BEGUN -> try_lock(t) }
  :: d_step { at[t] == LOCKED -> enter(t, suspended, gen) }
#endif
  :: d_step { at[t] == INSIDE ->        /* a row */
       PROMISE(I1); PROMISE(I2(t)) }
  :: d_step { at[t] -> leave(t) }       /* COMMIT, ROLLBACK, or the backend ends */
  od
}

/* ---- the admin ---- */
#define COMMITTED 1
#define SWEPT     2             /* the holders' backends were signalled */
#define GRANTED   3             /* the exclusive lock is proof */
#define DRAINED   4             /* and given back */
byte stage;

inline answer() {
  stopped = suspended;
  dead_gen = gen;
  stage = 0
}

inline commit(is_suspended, more) {
  flips = flips + 1;
  suspended = is_suspended;
  gen = gen + more;
  if
  :: more == 0 -> stopped = false
  :: else ->
#ifdef MUTANT_DRAIN_FIRST
    answer()
#else
    stage = COMMITTED
#endif
  fi
}

#ifdef MUTANT_DRAIN_FIRST
#define may_commit      (flips < FLIPS && stage == DRAINED)
#define may_sweep       (flips < FLIPS && stage == 0)
#define may_lift        (flips < FLIPS && stage == 0 && suspended)
#else
#define may_commit      (flips < FLIPS && stage == 0)
#define may_sweep       (stage == COMMITTED)
#define may_lift        (flips < FLIPS && suspended)    /* also while the suspension is not yet answered */
#endif

proctype Admin() {
  do
  :: d_step { may_commit -> commit(true, 1) }
  :: d_step { may_commit && !suspended -> commit(false, 1) }            /* revoke */
  :: d_step { may_lift -> commit(false, 0) }
  :: d_step { may_sweep -> stage = SWEPT }                               /* a signal is not an end */
#ifdef MUTANT_NO_LOCK
  :: d_step { stage == SWEPT -> stage = DRAINED }
#else
  :: d_step { stage == SWEPT && !holders -> exclusive = true; stage = GRANTED; STEP(I7) }
#endif
  :: d_step { stage == SWEPT ->         /* lock_timeout: sweep again */
#ifdef REACH_TIMEOUT
       assert(!holders);
#endif
       stage = COMMITTED }
  :: d_step { stage == GRANTED -> exclusive = false; stage = DRAINED }
#ifndef MUTANT_DRAIN_FIRST
  :: d_step { stage == DRAINED -> answer() }
  :: d_step { stage >= SWEPT -> exclusive = false; stage = COMMITTED }  /* died; resumed by another */
#endif
  od
}

init {
  atomic { run Transaction(0); run Transaction(1); run Admin() }
}
