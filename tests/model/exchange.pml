// SPDX-License-Identifier: Apache-2.0
// One code, its exchanges, replays, expiry and the end of the authorization that it granted. Two clients hold the code:
// the app, which sends it again when it hears nothing, and somebody else. Mirrors src/oauth/exchange.c,
// src/api/m_exchange.c and the guards of src/store/sqlite_write.c.

#define NATTEMPTS 4 // 1 and 2 are the app's, 3 is the other client's, 4 ends the authorization (apps.uninstall)
#define NTX 10      // each attempt may send its transaction twice; number 0 and 1 are nobody's
#define FIRST(a) (2 * (a))
#define LAST(a) (2 * (a) + 1)
#define NROWS 2
#define CODE 0
#define INSTALL 1
#define OLD 9 // the access token of an earlier exchange, issued under epoch 1

// live0, live1: the two newest access tokens; none: the authorization has ended.
typedef Rows { byte spent_by; byte epoch = 1; byte live0 = OLD; byte live1 };
Rows v, d;

inline copy(to, from)
{
    to.spent_by = from.spent_by;
    to.epoch = from.epoch;
    to.live0 = from.live0;
    to.live1 = from.live1
}
inline persist() { copy(d, v) }
inline restore() { copy(v, d) }

mtype = { SPENDS, ENDS, NOTHING };
mtype effect[NTX] = NOTHING;
byte at_epoch[NTX]; // the epoch that the transaction has read
byte issued[NATTEMPTS + 1]; // the epoch of the tokens of that attempt

// The name under which an attempt spends the code; a client's retry is another attempt.
#ifdef FRESH_ID
#define NAME(t) (t)
#else
#define NAME(t) FIRST((t) / 2)
#endif
#define OWNER(name) ((name) / 2)
#define MINE(name) ((name) == NAME(t))

// What the writes do when they become visible; their guards were evaluated under the same locks.
inline apply(t_)
{
    if
    :: effect[t_] == SPENDS ->
        v.spent_by = NAME(t_);
        issued[t_ / 2] = at_epoch[t_];
#ifdef STALE_ROW
        v.epoch = at_epoch[t_];
#endif
        if // MERGE_INSTALL ... WHERE epoch = excluded.epoch
        :: v.epoch == at_epoch[t_] -> v.live1 = v.live0; v.live0 = t_ / 2
        :: else
        fi
    :: effect[t_] == ENDS -> v.epoch++; v.live0 = 0; v.live1 = 0
    :: else
    fi
}

#include "store.pml"

bool replay[NATTEMPTS + 1]; // refused because another attempt had spent the code

proctype Exchange(byte a)
{
    byte t = FIRST(a), spent, epoch, row_, tx_;
    mtype got;
    bool resent, late = expired; // late: the request's `now`, taken once
    {
        told[a] = WAITING;
again: // want, read, decide
        begin(t);
        spent = v.spent_by;
        epoch = v.epoch;
        if
        :: tx[t] == OPEN && spent != 0 -> goto replayed
        :: tx[t] == OPEN && spent == 0 && late -> roll_back(t); told[a] = REFUSED; goto over
        :: else
        fi;

guard: // SPEND_CODE
        lock(CODE, t);
        atomic {
            if
            :: tx[t] != OPEN && !resent -> goto again // the connection died before COMMIT was sent
            :: tx[t] != OPEN && resent -> goto unknown
#ifndef NO_GUARD
            :: tx[t] == OPEN && v.spent_by != 0 && !resent -> roll_back(t); goto again
            :: tx[t] == OPEN && v.spent_by != 0 && resent -> spent = v.spent_by; goto resolve
            :: tx[t] == OPEN && v.spent_by == 0
#else
            :: tx[t] == OPEN
#endif
            fi
        }
        lock(INSTALL, t);
        atomic {
            if
#ifndef MERGE_NO_GUARD
            :: tx[t] == OPEN && v.epoch != epoch -> roll_back(t); resent = false; goto again
            :: tx[t] == OPEN && v.epoch == epoch -> effect[t] = SPENDS; at_epoch[t] = epoch
#else
            :: tx[t] == OPEN -> effect[t] = SPENDS; at_epoch[t] = epoch
#endif
            :: tx[t] != OPEN
            fi
        }
        commit(t);
        if
        :: got == DONE -> told[a] = OK; goto over
        :: else
        fi;

unknown:
#ifdef READ_FIRST
        if
        :: v.spent_by == 0 -> told[a] = REFUSED; goto over
        :: else
        fi;
#endif
        if
        :: t == LAST(a) -> told[a] = FAULT; goto over
        :: else -> t++; resent = true; begin(t); goto guard // the same ids, the same `now`, the rows as they were read
        fi;

resolve: // The guard changed no row, and `spent` was read in this transaction.
        if
        :: !MINE(spent) -> roll_back(t); resent = false; goto again
        :: else
        fi;
#ifdef SEEN_IS_DONE
        roll_back(t);
        got = DONE;
#else
        commit(t); // it writes nothing, but its flush covers what was seen
#endif
        if
        :: got == DONE -> told[a] = OK
        :: else -> told[a] = FAULT
        fi;
        goto over;

replayed:
#ifdef ON_REPLAY_REVOKE
        lock(INSTALL, t);
        atomic { // END_INSTALL
            if
            :: tx[t] != OPEN -> goto again
            :: tx[t] == OPEN && v.epoch != epoch -> roll_back(t); goto again
            :: tx[t] == OPEN && v.epoch == epoch && v.live0 != 0 -> effect[t] = ENDS
            :: tx[t] == OPEN && v.epoch == epoch && v.live0 == 0
            fi
        }
        commit(t); // also when nothing is left to end: who ended it may not have flushed yet
        if
        :: got == UNKNOWN && t != LAST(a) -> t++; goto again
        :: got == UNKNOWN && t == LAST(a) -> told[a] = FAULT; goto over
        :: else
        fi;
#else
        roll_back(t);
#endif
        atomic { replay[a] = true; told[a] = REFUSED }
over:
        skip
    } unless {
        atomic { kill[a] -> die(t, told[a]) }
    }
}

// apps.uninstall: END_INSTALL, guarded by the epoch. A later epoch in a transaction that is sent again means that the
// authorization has ended, by the first sending or by somebody else; an earlier one, that what was read is gone.
proctype Uninstall(byte a)
{
    byte t = FIRST(a), epoch, row_, tx_;
    mtype got;
    bool resent;
    {
        told[a] = WAITING;
again:
        begin(t);
        epoch = v.epoch;
        if
        :: v.live0 == 0 -> roll_back(t); told[a] = REFUSED; goto over
        :: else
        fi;

guard:
        lock(INSTALL, t);
        atomic {
            if
            :: tx[t] != OPEN && !resent -> goto again
            :: tx[t] != OPEN && resent -> goto unknown
            :: tx[t] == OPEN && v.epoch == epoch -> effect[t] = ENDS
            :: tx[t] == OPEN && v.epoch > epoch && resent
            :: tx[t] == OPEN && (v.epoch < epoch || (v.epoch > epoch && !resent)) ->
                roll_back(t);
                resent = false;
                goto again
            fi
        }
        commit(t);
        if
        :: got == DONE -> told[a] = OK; goto over
        :: else
        fi;

unknown:
        if
        :: t == LAST(a) -> told[a] = FAULT
        :: else -> t++; resent = true; begin(t); goto guard
        fi;
over:
        skip
    } unless {
        atomic { kill[a] -> die(t, told[a]) }
    }
}

// Sends the code again when it was told nothing certain.
proctype App()
{
    run Exchange(1);
    if
    :: told[1] == OK || told[1] == REFUSED
    :: told[1] == FAULT || told[1] == DEAD -> if :: RETRIES -> run Exchange(2) :: else fi
    fi
}

#define ALL(p) (p(1) && p(2) && p(3))
#define LIVE(rows, a) (rows.epoch == issued[a] && (rows.live0 == a || rows.live1 == a))
#define found(a) (told[a] != OK || (OWNER(d.spent_by) == a && (LIVE(d, a) || d.epoch != issued[a])))
#define dead(a) (!replay[a] || !(LIVE(d, 1) || LIVE(d, 2) || LIVE(d, 3)))
#define not_done(a) (told[a] != REFUSED || (OWNER(v.spent_by) != a && OWNER(d.spent_by) != a))

#define I1 ALL(found)
#define I2 ((told[1] == OK) + (told[2] == OK) + (told[3] == OK) <= 1)
#ifdef ON_REPLAY_REVOKE
#define I3 ALL(dead)
#else
#define I3 (v.epoch == 1 || (told[4] != 0 && told[4] != WAITING) || tx[FIRST(4)] != NEVER)
#endif
#define I4 (told[4] != OK || (d.epoch > 1 && v.epoch > 1))
#define I7 ALL(not_done)

ltl i1 { [] I1 }
ltl i2 { [] I2 }
ltl i3 { [] I3 }
ltl i4 { [] I4 }
ltl i7 { [] I7 }
ltl all { [] (I1 && I2 && I3 && I4 && I7) }

init {
    atomic {
        run Environment();
        run App();
        if
        :: OTHER -> run Exchange(3)
        :: else
        fi;
        if
        :: UNINSTALL -> run Uninstall(4)
        :: else
        fi
    }
    // Everything ends by itself, and then every outcome is one of done and not done.
    _nr_pr == 1 -> assert(v.spent_by == d.spent_by && v.epoch == d.epoch && v.live0 == d.live0);
}
