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

// END_INSTALL: guarded by the epoch. Sent again after an unknown outcome; another epoch then means that it has ended,
// by the first sending or by somebody else, and an own commit says so durably. got = DONE, UNKNOWN or, when the
// guard lost, OPEN: decide again.
inline end_install()
{
    do
    :: atomic { holder[INSTALL] == 0 -> holder[INSTALL] = t; tx[t] = OPEN; at_epoch[t] = epoch; effect[t] = ENDS }
        got = UNKNOWN;
        atomic {
            if
            :: tx[t] == OPEN && v.epoch != epoch && t == FIRST(a) -> roll_back(t); got = OPEN
            :: tx[t] == OPEN && v.epoch != epoch && t != FIRST(a) -> effect[t] = NOTHING
            :: else
            fi
        }
        if
        :: got == OPEN -> break
        :: else
        fi;
        commit(t);
        if
        :: got == DONE || t == LAST(a) -> break
        :: else -> t++
        fi
    od
}

proctype Exchange(byte a)
{
    byte t = FIRST(a), spent, epoch, row_, tx_;
    mtype got;
    bool late = expired; // the request's `now`, taken once
    {
        told[a] = WAITING;
again: // want, read, decide
        spent = v.spent_by;
        epoch = v.epoch;
        if
        :: spent != 0 -> goto replayed
        :: spent == 0 && late -> told[a] = REFUSED; goto over
        :: else
        fi;

guard:
        atomic { holder[CODE] == 0 -> holder[CODE] = t; tx[t] = OPEN }
        atomic {
            if
            :: tx[t] != OPEN && t == FIRST(a) -> goto again // the connection died before COMMIT was sent
            :: tx[t] != OPEN && t != FIRST(a) -> goto unknown
#ifndef NO_GUARD
            :: tx[t] == OPEN && v.spent_by != 0 && t == FIRST(a) -> roll_back(t); goto again
            :: tx[t] == OPEN && v.spent_by != 0 && t != FIRST(a) -> spent = v.spent_by; goto resolve
            :: tx[t] == OPEN && v.spent_by == 0
#else
            :: tx[t] == OPEN
#endif
            fi
        }
        atomic {
            holder[INSTALL] == 0 || tx[t] != OPEN ->
            if
            :: tx[t] == OPEN -> holder[INSTALL] = t; effect[t] = SPENDS; at_epoch[t] = epoch
            :: else
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
        :: else -> t++; goto guard // the same transaction, the same ids, the same `now`
        fi;

resolve: // The guard changed no row, and `spent` was read in this transaction.
#ifdef SEEN_IS_DONE
        if
        :: OWNER(spent) == a -> roll_back(t); told[a] = OK; goto over
        :: else
        fi;
#endif
        if
#ifdef FRESH_ID
        :: spent == NAME(t) ->
#else
        :: OWNER(spent) == a ->
#endif
            effect[t] = NOTHING;
            commit(t);
            if
            :: got == DONE -> told[a] = OK
            :: else -> told[a] = FAULT
            fi;
            goto over
        :: else -> roll_back(t); goto again
        fi;

replayed:
#ifdef ON_REPLAY_REVOKE
        if
        :: v.live0 == 0 -> got = DONE // nothing is left to end
        :: else -> end_install()
        fi;
        if
        :: got == OPEN -> goto again
        :: got == UNKNOWN -> told[a] = FAULT; goto over
        :: else
        fi;
#endif
        atomic { replay[a] = true; told[a] = REFUSED }
over:
        skip
    } unless {
        atomic { kill[a] -> die(t, told[a]) }
    }
}

proctype Uninstall(byte a)
{
    byte t = FIRST(a), epoch, row_, tx_;
    mtype got = OPEN;
    {
        told[a] = WAITING;
        do
        :: got == OPEN ->
            epoch = v.epoch;
            if
            :: v.live0 == 0 -> told[a] = REFUSED; break
            :: else -> end_install()
            fi
        :: got == DONE -> told[a] = OK; break
        :: got == UNKNOWN -> told[a] = FAULT; break
        od
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
    :: told[1] == FAULT || told[1] == DEAD -> run Exchange(2)
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
        run Exchange(3);
#ifdef RETRY
        run App()
#else
        run Exchange(1)
#endif
#ifdef UNINSTALL
        ;
        run Uninstall(4)
#endif
    }
    // Everything ends by itself, and then every outcome is one of done and not done.
    _nr_pr == 1 -> assert(v.spent_by == d.spent_by && v.epoch == d.epoch && v.live0 == d.live0);
}
