// SPDX-License-Identifier: Apache-2.0
// What both models share: a database that two server processes use, and everything that can happen to a commit
// (reliability.md 3 and 5). Rows exist twice: `v` is what transactions see, `d` what a power cut or a failover leaves.
// The model that includes this defines NATTEMPTS, NTX, NROWS, v and d, persist(), restore(), effect[] and apply(t).
//
// A commit takes separate steps: COMMIT is sent, the database makes it visible, the log is flushed, the answer arrives.
// Between any two of them the server process may be killed, the connection may die, or the power may go.
//
// The locks are PostgreSQL's: a transaction reads what others have committed and locks what it writes. SQLite, where
// one writer at a time reads and writes, does a part of that. Two writes must be guards here that need not be there:
// CLAIM_HEIR, and MERGE_INSTALL under another epoch; the mutants *_NO_GUARD show what happens otherwise.

mtype = { NEVER, OPEN, SENT, VISIBLE, DURABLE, GONE }; // a transaction
mtype = { WAITING, OK, REFUSED, FAULT, DEAD };         // what a client was told; DEAD: nothing, and nobody is left to
mtype = { DONE, UNKNOWN };                             // what the server learns about its commit

mtype tx[NTX] = NEVER;
byte holder[NROWS]; // the transaction that holds the row's lock, 0 = none
byte crashes = CRASHES, losses = LOSSES, cuts = CUTS;
bool kill[NATTEMPTS + 1];
mtype told[NATTEMPTS + 1];
bool expired;

inline unlock_all(t_)
{
    for (row_ : 0 .. NROWS - 1) {
        if
        :: holder[row_] == t_ -> holder[row_] = 0
        :: else
        fi
    }
    row_ = 0
}

inline begin(t_)
{
    atomic { tx[t_] = OPEN; effect[t_] = NOTHING }
}

// Waits for a row; not any longer when the transaction has gone with its connection.
inline lock(row, t_)
{
    atomic {
        holder[row] == 0 || tx[t_] != OPEN ->
        if
        :: tx[t_] == OPEN -> holder[row] = t_
        :: else
        fi
    }
}

inline roll_back(t_)
{
    d_step {
        unlock_all(t_);
        tx[t_] = GONE
    }
}

// The log is one: a flush covers all that is visible.
inline flush()
{
    d_step {
        persist();
        for (tx_ : 1 .. NTX - 1) {
            if
            :: tx[tx_] == VISIBLE -> tx[tx_] = DURABLE
            :: else
            fi
        }
        tx_ = 0
    }
}

// The database's side of COMMIT; it goes on when whoever asked is dead.
proctype Commit(byte t)
{
    byte row_, tx_, i_;
    if
    :: atomic { tx[t] == SENT -> apply(t); tx[t] = VISIBLE; unlock_all(t) }
    :: atomic { tx[t] == SENT && losses > 0 -> losses--; roll_back(t) } // COMMIT did not get here
    :: tx[t] == GONE
    fi;
    if
    :: atomic { tx[t] == VISIBLE -> flush() }
    :: tx[t] != VISIBLE
    fi
}

// Sends COMMIT and waits; got = DONE or UNKNOWN.
inline commit(t_)
{
    atomic {
        if
        :: tx[t_] == OPEN -> tx[t_] = SENT; run Commit(t_)
        :: else
        fi
    }
    if
    :: tx[t_] == DURABLE -> got = DONE
    :: atomic { losses > 0 && tx[t_] != GONE -> losses--; got = UNKNOWN }
    :: tx[t_] == GONE -> got = UNKNOWN
#ifdef ANSWER_BEFORE_FLUSH
    :: tx[t_] == VISIBLE -> got = DONE
#endif
#ifdef ANSWER_BEFORE_COMMIT
    :: tx[t_] == SENT -> got = DONE
#endif
    fi
}

// kill -9 of a server process: what it had begun ends, what it had sent goes on without it.
inline die(t_, told_)
{
    d_step {
        if
        :: tx[t_] == OPEN -> unlock_all(t_); tx[t_] = GONE
        :: else
        fi;
        if
        :: told_ == 0 || told_ == WAITING -> told_ = DEAD
        :: else
        fi
    }
}

// What happens to the machines, at any time and in any order: a server process is killed; the power goes, or the
// standby takes over (what was not flushed is gone, and so are locks and connections); the clock passes the expiry of
// the code or the end of the grace.
proctype Environment()
{
    byte row_, tx_, i_;
    do
    :: atomic { crashes > 0 && told[1] == WAITING -> crashes--; kill[1] = true }
    :: atomic { crashes > 0 && told[2] == WAITING -> crashes--; kill[2] = true }
    :: atomic { crashes > 0 && told[3] == WAITING -> crashes--; kill[3] = true }
    :: atomic { crashes > 0 && told[4] == WAITING -> crashes--; kill[4] = true }
    :: atomic { crashes > 0 && told[NATTEMPTS] == WAITING -> crashes--; kill[NATTEMPTS] = true }
    :: d_step {
            cuts > 0 -> cuts--;
            restore();
            for (row_ : 0 .. NROWS - 1) { holder[row_] = 0 }
            for (tx_ : 1 .. NTX - 1) {
                if
                :: tx[tx_] == OPEN || tx[tx_] == SENT || tx[tx_] == VISIBLE -> tx[tx_] = GONE
                :: else
                fi
            }
            row_ = 0;
            tx_ = 0
        }
    :: atomic { EXPIRES && !expired -> expired = true }
    :: atomic { _nr_pr == 2 -> break }
    od
}
