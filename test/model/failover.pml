/*
 * In charge of a database that loses contact and memory: one failover, to a standby that may lag, while the deposed
 * primary still answers reads. Two replicas; two flips, each of which suspends a scope of its own, so that a set of
 * scopes also says which flips a server or a copy holds. No lift.
 *
 * Time is one bit for each flip and replica: whether a lease from before its COMMIT may still be alive.
 *
 * -DMUTANT_<rule> takes a rule away; -DREACH_<state> fails where that interesting state is reached.
 */
#define REPLICAS        2
#define FLIPS           2
#define BIT(n)          (1 << (n))
#define MIN(a, b)       ((a) < (b) -> (a) : (b))
#define MAX(a, b)       ((a) > (b) -> (a) : (b))
#define PROMISE(claim)  assert(claim)
#ifdef PROMISE_ONLY
#define STEP(claim)     skip
#else
#define STEP(claim)     assert(claim)
#endif

/* ---- servers ---- */
typedef Server { byte epoch; byte suspended };
Server primary, standby, deposed;
bool failed_over;
byte acked[REPLICAS];           /* the epoch that each row has acknowledged */

/* ---- flips: n suspends scope n ---- */
byte waiting;                   /* as bits: committed, and not yet answered */
byte in_epoch[FLIPS];
byte earlier[FLIPS];            /* replicas, as bits, with a lease from before the COMMIT */

/* ---- replicas ---- */
typedef Copy { byte epoch; byte suspended; bool lease; bool alarm };
Copy copy[REPLICAS];

/* ---- what was promised ---- */
byte promised;                  /* answered with 201, and not lost by the database */
byte known[REPLICAS];           /* what this process has ever seen suspended */
#define I1(r)     (!(promised & ~copy[r].suspended))
#define I9(r)     (!(known[r] & ~copy[r].suspended))

/* The history of the copy is no part of the history of the server: something was lost. */
#ifdef MUTANT_R10
#define is_regressed(r)         false
#else
#ifdef MUTANT_R10_EPOCH
#define is_regressed(r)         (primary.epoch < copy[r].epoch)
#else
#define is_regressed(r)         (copy[r].suspended & ~primary.suspended)
#endif
#endif

inline drop_lease(r) {
  copy[r].lease = false;
  earlier[0] = earlier[0] & ~BIT(r);
  earlier[1] = earlier[1] & ~BIT(r)
}

inline take(r, server) {
  copy[r].epoch = server.epoch; copy[r].suspended = server.suspended;
  known[r] = known[r] | server.suspended;
  drop_lease(r);                /* the lease before it is superseded */
  copy[r].lease = true
}

inline renew(r) {
  if
  :: is_regressed(r) -> drop_lease(r); copy[r].alarm = true
  :: else ->
    acked[r] = copy[r].epoch;
#ifdef MUTANT_R10_EPOCH
    if
    :: primary.epoch == copy[r].epoch -> drop_lease(r); copy[r].lease = true    /* nothing new, it seems */
    :: else -> take(r, primary)
    fi
#else
    take(r, primary)
#endif
  fi
}

/* The union goes back into the database, above both epochs (R10). */
inline assert_again(r) {
  STEP(copy[r].suspended != 0);
#ifdef MUTANT_R10_REPLACE
  primary.suspended = copy[r].suspended;
#else
  primary.suspended = primary.suspended | copy[r].suspended;
#endif
  primary.epoch = MAX(primary.epoch, copy[r].epoch) + 1;
  copy[r].alarm = false
#ifdef REACH_MERGED
  ; assert(primary.suspended == copy[r].suspended)
#endif
}

proctype Replica(byte r) {
  do
  :: d_step { !copy[r].alarm -> renew(r) }
#ifdef MUTANT_R2
  :: d_step { failed_over && !copy[r].alarm && deposed.epoch >= copy[r].epoch -> take(r, deposed) }
#endif
  :: d_step { copy[r].alarm -> assert_again(r) }
  :: d_step { copy[r].lease -> drop_lease(r) }          /* expired */
  :: d_step { copy[r].lease && copy[r].suspended != 3 ->        /* admits what its copy does not forbid */
       PROMISE(I1(r)); PROMISE(I9(r)) }
  :: d_step { copy[r].suspended != 3 -> STEP(I9(r)) }

  /* No row any more: a new incarnation in the same process. The epoch and the copy survive (R14). */
  :: d_step { copy[r].lease ->
       drop_lease(r);
#ifdef MUTANT_R14_FORGET
       copy[r].epoch = 0; copy[r].suspended = 0
#endif
     }
  :: d_step { copy[r].epoch ->                          /* kill -9, and another process in its place */
       drop_lease(r); copy[r].epoch = 0; copy[r].suspended = 0; copy[r].alarm = false; known[r] = 0 }
  od
}

/* ---- the admin ---- */
inline commit(n) {
  primary.epoch = primary.epoch + 1;
  primary.suspended = primary.suspended | BIT(n);
  in_epoch[n] = primary.epoch;
  earlier[n] = (copy[0].lease -> 1 : 0) | (copy[1].lease -> 2 : 0);
  waiting = waiting | BIT(n)
}
inline answer(n) {
  waiting = waiting & ~BIT(n); earlier[n] = 0; in_epoch[n] = 0;
  promised = promised | BIT(n)
#ifdef REACH_AFTER
  ; assert(!failed_over || n != 1)
#endif
}
#define all_acked(n)    (acked[0] >= in_epoch[n] && acked[1] >= in_epoch[n])
#define may_commit(n)   (!(primary.suspended & BIT(n)))
#define may_answer(n)   ((waiting & BIT(n)) && (all_acked(n) || !earlier[n]))

proctype Admin() {
  do
  :: d_step { may_commit(0) -> commit(0) }
  :: d_step { may_commit(1) -> commit(1) }
  :: d_step { may_answer(0) -> answer(0) }
  :: d_step { may_answer(1) -> answer(1) }
  od
}

/* ---- the servers ---- */
inline lose(n) {
  if
  :: !(primary.suspended & BIT(n)) -> waiting = waiting & ~BIT(n); earlier[n] = 0; in_epoch[n] = 0
  :: else -> skip
  fi
}
proctype Servers() {
  do
  :: d_step { !failed_over ->
       standby.epoch = primary.epoch; standby.suspended = primary.suspended }
  :: d_step { !failed_over ->
       failed_over = true;
       deposed.epoch = primary.epoch; deposed.suspended = primary.suspended;
       primary.epoch = standby.epoch; primary.suspended = standby.suspended;
       /* Acknowledgements lie in the same log as what they acknowledge. */
       acked[0] = MIN(acked[0], primary.epoch); acked[1] = MIN(acked[1], primary.epoch);
       lose(0); lose(1);
       promised = promised & primary.suspended }
  od
}

init {
  atomic { run Replica(0); run Replica(1); run Admin(); run Servers() }
}
