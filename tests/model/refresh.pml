// SPDX-License-Identifier: Apache-2.0
// One line of rotating tokens: parallel refreshes of one refresh token inside its grace and after it, the pairs that
// come out, the sibling that is used first, and revocation. Mirrors src/oauth/refresh.c, src/api/m_refresh.c and the
// guards of src/store/sqlite_write.c (contract token-rotation.md 4).

#define NATTEMPTS 5 // 1 to 4 refresh, 5 revokes
#define NTX 12      // each attempt may send its transaction twice; number 0 and 1 are nobody's
#define FIRST(a) (2 * (a))
#define LAST(a) (2 * (a) + 1)
#define NTOKENS 6 // refresh token 1 is there; attempt a issues number a + 1
#define ROOT 6    // the parent of refresh token 1: a code
#define NROWS 6   // 0: the authorization, else a refresh token
#define INSTALL 0
#define REUSES 1 // refresh.grace_reuses

// live0, live1: the newest access tokens by the number of the refresh token that came with them; live2 is there for
// what must not be: a third.
typedef Token { byte parent, uses, heir; bool revoked };
typedef Rows { Token r[ROOT + 1]; byte epoch = 1; byte live0 = 1; byte live1; byte live2 };
Rows v, d;

inline copy(to, from)
{
    for (i_ : 1 .. NTOKENS - 1) {
        to.r[i_].parent = from.r[i_].parent;
        to.r[i_].uses = from.r[i_].uses;
        to.r[i_].heir = from.r[i_].heir;
        to.r[i_].revoked = from.r[i_].revoked
    }
    i_ = 0;
    to.epoch = from.epoch;
    to.live0 = from.live0;
    to.live1 = from.live1;
    to.live2 = from.live2
}
inline persist() { copy(d, v) }
inline restore() { copy(v, d) }

mtype = { REFRESHES, REVOKES, ENDS, NOTHING };
mtype effect[NTX] = NOTHING;
byte at_epoch[NTX]; // the epoch that the transaction has read
byte uses[NTX];     // and the uses
bool claims[NTX];   // CLAIM_HEIR is among its writes
byte with[NATTEMPTS + 1]; // the refresh token that the attempt presents
bool revoked_use; // a pair was issued for a token after its revocation was in force

#define PAIR(t) ((t) / 2 + 1)

// What the writes do when they become visible; their guards were evaluated under the same locks.
inline apply(t_)
{
    if
    :: effect[t_] == REFRESHES ->
        revoked_use = revoked_use || v.r[with[t_ / 2]].revoked;
        v.r[with[t_ / 2]].uses = uses[t_] + 1;
        if // CLAIM_HEIR ... WHERE heir = 0
        :: claims[t_] && v.r[v.r[with[t_ / 2]].parent].heir == 0 ->
            v.r[v.r[with[t_ / 2]].parent].heir = with[t_ / 2]
        :: else
        fi;
        v.r[PAIR(t_)].parent = with[t_ / 2];
#ifdef SURPLUS_LATER
        v.live2 = v.live1;
#endif
        if // MERGE_INSTALL ... WHERE epoch = excluded.epoch
        :: v.epoch == at_epoch[t_] -> v.live1 = v.live0; v.live0 = PAIR(t_)
        :: else
        fi
    :: effect[t_] == REVOKES -> v.r[1].revoked = true
    :: effect[t_] == ENDS -> v.epoch++; v.live0 = 0; v.live1 = 0; v.live2 = 0
    :: else
    fi
}

#include "store.pml"

bool reused[NATTEMPTS + 1]; // refused as a use after the grace

proctype Refresh(byte a; byte r)
{
    byte t = FIRST(a), used, epoch, heir, row_, tx_, i_;
    mtype got;
    bool resent, late = expired, claim, revoked;
    {
        atomic { told[a] = WAITING; with[a] = r }
again: // want, read, decide
        begin(t);
        atomic { used = v.r[r].uses; heir = v.r[r].heir; revoked = v.r[r].revoked }
        atomic {
            epoch = v.epoch;
            claim = false;
            if // its parent, if a use made it: the sibling that was used first stays
            :: v.r[r].parent != ROOT && v.r[v.r[r].parent].heir == 0 -> claim = true
            :: v.r[r].parent != ROOT && v.r[v.r[r].parent].heir != 0 && v.r[v.r[r].parent].heir != r -> revoked = true
            :: else
            fi
        }
        if
        :: tx[t] == OPEN && (revoked || epoch != 1) -> roll_back(t); goto refused
        :: tx[t] == OPEN && !revoked && epoch == 1 && used > 0 && late -> goto too_late
        :: tx[t] == OPEN && !revoked && epoch == 1 && used > 0 && !late && (heir != 0 || used > REUSES) ->
            roll_back(t);
            goto refused
        :: else
        fi;

guard: // USE_REFRESH
        lock(r, t);
        atomic {
            if
            :: tx[t] != OPEN && !resent -> goto again
            :: tx[t] != OPEN && resent -> goto unknown
#ifdef NO_GUARD
            :: tx[t] == OPEN
#else
#ifdef GUARD_SKIPS_REVOKED
            :: tx[t] == OPEN && v.r[r].uses == used
            :: tx[t] == OPEN && v.r[r].uses != used && !resent -> roll_back(t); goto again
            :: tx[t] == OPEN && v.r[r].uses != used && resent -> goto resolve
#else
            :: tx[t] == OPEN && v.r[r].uses == used && !v.r[r].revoked
            :: tx[t] == OPEN && (v.r[r].uses != used || v.r[r].revoked) && !resent -> roll_back(t); goto again
            :: tx[t] == OPEN && (v.r[r].uses != used || v.r[r].revoked) && resent -> goto resolve
#endif
#endif
            fi
        }
        if
        :: claim ->
            lock(v.r[r].parent, t);
#ifndef CLAIM_NO_GUARD
            if
            :: atomic { tx[t] == OPEN && v.r[v.r[r].parent].heir != 0 -> roll_back(t); resent = false; goto again }
            :: else
            fi
#endif
        :: else
        fi;
        lock(INSTALL, t);
        atomic {
            if
            :: tx[t] == OPEN && v.epoch != epoch -> roll_back(t); resent = false; goto again
            :: tx[t] == OPEN && v.epoch == epoch ->
                effect[t] = REFRESHES;
                at_epoch[t] = epoch;
                uses[t] = used;
                claims[t] = claim
            :: tx[t] != OPEN
            fi
        }
        commit(t);
        if
        :: got == DONE -> told[a] = OK; goto over
        :: else
        fi;

unknown:
        if
        :: t == LAST(a) -> told[a] = FAULT; goto over
        :: else -> t++; resent = true; begin(t); goto guard // the same ids, the same `now`, the rows as they were read
        fi;

resolve: // The guard changed no row. The pair has the attempt's own fresh id: it is there or it is not.
        if
        :: v.r[PAIR(t)].parent == 0 -> roll_back(t); resent = false; goto again
        :: else
        fi;
        commit(t); // it writes nothing, but its flush covers what was seen
        if
        :: got == DONE -> told[a] = OK
        :: else -> told[a] = FAULT
        fi;
        goto over;

too_late: // refresh.on_reuse = revoke
#ifdef ON_REUSE_REVOKE
        lock(INSTALL, t);
        atomic {
            if
            :: tx[t] != OPEN -> goto again
            :: tx[t] == OPEN && v.epoch != epoch -> roll_back(t); goto again
            :: tx[t] == OPEN && v.epoch == epoch -> effect[t] = ENDS
            fi
        }
        commit(t);
        if
        :: got == UNKNOWN && t != LAST(a) -> t++; goto again
        :: got == UNKNOWN && t == LAST(a) -> told[a] = FAULT; goto over
        :: else
        fi;
        reused[a] = true;
#else
        roll_back(t);
#endif
refused:
        told[a] = REFUSED;
over:
        skip
    } unless {
        atomic { kill[a] -> die(t, told[a]) }
    }
}

// auth.revoke with refresh token 1, or apps.uninstall.
proctype Revoke(byte a)
{
    byte t = FIRST(a), row_, tx_, i_;
    mtype got;
    mtype what = REVOKES;
    {
        told[a] = WAITING;
        if
        :: what = REVOKES
        :: what = ENDS
        fi;
again:
        begin(t);
        if
        :: what == REVOKES -> lock(1, t)
        :: what == ENDS -> lock(INSTALL, t)
        fi;
        atomic {
            if
            :: tx[t] != OPEN -> goto again
            :: tx[t] == OPEN && what == ENDS && v.epoch > 1 // has ended; an own commit says so durably
            :: tx[t] == OPEN && (what != ENDS || v.epoch == 1) -> effect[t] = what
            fi
        }
        commit(t);
        if
        :: got == DONE -> told[a] = OK
        :: got == UNKNOWN && t == LAST(a) -> told[a] = FAULT
        :: got == UNKNOWN && t != LAST(a) -> t++; goto again
        fi
    } unless {
        atomic { kill[a] -> die(t, told[a]) }
    }
}

// Refreshes; then, if NEXT, uses what came out of it, or sends the same again when it was told nothing certain.
proctype App()
{
    run Refresh(1, 1);
    if
    :: NEXT && told[1] == OK -> run Refresh(3, 2)
    :: NEXT && (told[1] == FAULT || told[1] == DEAD) -> run Refresh(3, 1)
    :: told[1] == REFUSED || (!NEXT && told[1] != 0 && told[1] != WAITING)
    fi
}

// Holds the same token; if NEXT, uses its own pair.
proctype Other()
{
    run Refresh(2, 1);
    if
    :: NEXT && told[2] == OK -> run Refresh(4, 3)
    :: told[2] != 0 && told[2] != WAITING && !(NEXT && told[2] == OK)
    fi
}

#define ALL(p) (p(1) && p(2) && p(3) && p(4))
#define found(a) (told[a] != OK || d.r[a + 1].parent != 0)
#define not_done(a) (told[a] != REFUSED || (v.r[a + 1].parent == 0 && d.r[a + 1].parent == 0))
#define ended(a) (!reused[a] || d.epoch > 1)
// A refresh token that has yet to be used; & and |, since LTL counts && as its own.
#define FIRST_OF(n) ((v.r[v.r[n].parent].heir == 0) | (v.r[v.r[n].parent].heir == n))
#define UNUSED(n) ((v.epoch == 1) & (v.r[n].parent != 0) & (v.r[n].uses == 0) & (v.r[n].revoked == 0) & FIRST_OF(n))

#define I1 ALL(found)
#define I3 ALL(ended)
#define I4 (!revoked_use && (told[5] != OK || d.r[1].revoked || d.epoch > 1))
// At most two live access tokens; at most 1 + REUSES live refresh tokens; one of the two siblings is used.
#define I5 (v.live2 == 0 && UNUSED(1) + UNUSED(2) + UNUSED(3) + UNUSED(4) + UNUSED(5) <= 1 + REUSES && \
    !(v.r[2].uses > 0 && v.r[3].uses > 0))
#define I7 ALL(not_done)

ltl i1 { [] I1 }
ltl i3 { [] I3 }
ltl i4 { [] I4 }
ltl i5 { [] I5 }
ltl i7 { [] I7 }
ltl all { [] (I1 && I3 && I4 && I5 && I7) }

init {
    byte i_;
    atomic {
        v.r[1].parent = ROOT;
        persist();
        run Environment();
        run App();
        if
        :: OTHER -> run Other()
        :: else
        fi;
        if
        :: REVOKER -> run Revoke(5)
        :: else
        fi
    }
    // Everything ends by itself, and then nothing is undecided any more.
    _nr_pr == 1 -> assert(v.epoch == d.epoch && v.live0 == d.live0 && v.live1 == d.live1);
}
