// SPDX-License-Identifier: Apache-2.0
// One operation: what it must read, the pure decision, the writes that follow, and how it ended (ARCHITECTURE.md, "An
// operation"). A handler fills it on a loop thread and submits it; until `done` is called it belongs to the store.
#pragma once

#include "base/arena.h"
#include "base/status.h"
#include "oauth/errors.h"
#include "oauth/rows.h"

enum { OP_WANTS_MAX = 12, OP_WRITES_MAX = 12 };

// What can be read. Rows found live in op->arena or are held until op_release(); NULL = no such row.
enum want_kind {
    WANT_ENTERPRISE,          // key[0] id                     -> struct enterprise
    WANT_WORKSPACE,           // key[0] id                     -> struct workspace
    WANT_WORKSPACE_BY_DOMAIN, // key[0] domain                 -> struct workspace
    WANT_CHANNEL,             // key[0] id                     -> struct channel
    WANT_FIRST_CHANNEL,       // key[0] workspace id           -> struct channel, the first that was added
    WANT_USER,                // key[0] id                     -> struct user
    WANT_FIRST_USER,          // key[0] workspace id, or empty for any: the first added who may install (no guest, not
                              // deactivated)                  -> struct user
    WANT_APP,                 // key[0] id                     -> struct app, deleted ones too (APP_DELETED)
    WANT_APP_BY_CLIENT,       // key[0] client id              -> struct app
    WANT_FIRST_APP,           // no key                        -> struct app, the first added
    WANT_INSTALL,             // key[0] app, [1] owner, [2] subject (empty: the bot) -> struct install
    WANT_CODE,                // id                            -> struct code
    WANT_TOKEN,               // id                            -> struct token
    WANT_REFRESH,             // id                            -> struct refresh
    WANT_WEBHOOK,             // id                            -> struct webhook
    WANT_EVENT,               // id                            -> struct event
    WANT_SESSION,             // id                            -> struct session
    WANT_FORM,                // id                            -> struct form
    WANT_APPROVAL,            // id                            -> struct approval
    WANT_PASSWORD,            // key[0] user                   -> struct password
    WANT_USER_BY_EMAIL,       // key[0] workspace, [1] e-mail, ASCII letters without case -> struct user
    WANT_WORKSPACES_OF,       // key[0] enterprise, [1] after this id, id: at most so many -> struct row_list of struct
                              // workspace, by id
    WANT_INSTALLS_OF,         // key[0] app, [1] owner, id: at most so many -> struct row_list of struct install, those
                              // that have not ended, by subject (the bot first)
    WANT_INSTALLS_AT,  // key[0] owner, [1] subject, id: at most so many -> struct row_list of struct install, those
                       // of the bot or that subject that have not ended, by app and subject
    WANT_ENTERPRISES,  // key[0] ids, comma separated, id: at most so many -> struct row_list, by id
    WANT_WORKSPACES,   // likewise
    WANT_USERS,        // likewise
    WANT_APPS,         // likewise
    WANT_CHANNELS_OF,  // key[0] workspace, id: at most so many -> struct row_list of struct channel, as added
    WANT_PEOPLE,       // key[0] part of a name, e-mail or id (ASCII letters without case), id: at most so many
                       // -> struct row_list of struct user, as added
    WANT_APPROVALS_OF, // key[0] app, [1] workspace, id: at most so many -> struct row_list of struct approval,
                       // approved ones first, newest first
    WANT_APPROVALS_IN, // key[0] workspace, id: at most so many -> struct row_list of struct approval that wait,
                       // oldest first
    WANT_KINDS
};

struct want {
    enum want_kind kind;
    int64_t id;
    struct str key[3];
    const void *row;
    void *held; // the store's own
};

// What can be written. `row` points to the struct named; it must stay valid until `done`.
enum write_kind {
    PUT_ENTERPRISE,  // struct enterprise: insert or replace (admin and seed only, like the other PUT and DROP)
    PUT_WORKSPACE,   // struct workspace
    PUT_CHANNEL,     // struct channel
    PUT_USER,        // struct user
    PUT_APP,         // struct app, with its secrets; apps.manifest.* too
    DROP_ENTERPRISE, // key: id
    DROP_WORKSPACE,  // key: id
    DROP_CHANNEL,    // key: id
    DROP_USER,       // key: id
    WIPE_ALL,        // every row of every table (reset to the seed)
    ADD_CODE,        // struct code
    SPEND_CODE,      // guard: id, at, attempt; loses unless the code is unspent and at < expires
    COUNT_ATTEMPT,   // id: one more failed attempt of that code
    ADD_TOKEN,       // struct token
    ADD_REFRESH,     // struct refresh
    USE_REFRESH, // struct refresh as it was read: guard; marks it used at `at`, or counts one more use when it was used
                 // already; loses unless used_at, grace_uses and revoked are still the same
    CLAIM_HEIR,  // id: the heir of that refresh token becomes `at` (a locator) if it has none
    ADD_WEBHOOK, // struct webhook
    MERGE_INSTALL, // struct install: inserted when absent; else its scopes are appended to the stored ones, live[0] (if
                   // not 0) is pushed in front of the stored two, `updated` and `installer` are set -- only while the
                   // stored epoch equals the row's; another epoch means that the authorization ended meanwhile, which
                   // is no failure: what hangs on the old epoch is simply dead
    END_INSTALL,   // struct install (key and epoch): guard; epoch + 1, scopes and live emptied; loses unless the stored
                   // epoch equals the row's
    REVOKE_TOKEN,  // id, at
    EXCHANGE_TOKEN, // id, at: guard; the token is marked as exchanged for the token `at`; loses when it was before
    EXPIRE_TOKEN,   // id, at: a token that never expired, or later, expires at `at`
    REVOKE_REFRESH, // id, at
    END_INSTALLS,   // struct install (app and owner): every authorization of that app there ends as by END_INSTALL
    END_APP,        // key: app id; every authorization of that app anywhere, likewise
    ADD_EVENT,      // struct event
    RETRY_EVENT,    // id, at: one more attempt was made, the next is due at `at`
    DROP_EVENT,     // id
    // What a moment has ended stays ended when the clock goes back behind it (reliability.md 1, I6): `at` is that
    // moment.
    EXPIRE_CODES,     // codes that have expired by then
    EXPIRE_TOKENS,    // access tokens likewise
    EXPIRE_REFRESHES, // refresh tokens likewise
    EXPIRE_SECRETS,   // client secrets likewise
    CLOSE_GRACES,     // used refresh tokens whose grace (id, in ms) was over by then are revoked
    PUT_KEY,          // struct signing_key
    DROP_KEY,         // key: kid
    USE_INSTALL,      // struct install (key and epoch), at: a token of it was used on the day that starts at `at`
    ADD_SESSION,      // struct session
    RENEW_SESSION,    // struct session: guard; hash, epoch, people and used as given; loses unless the stored epoch is
                      // one less than the row's
    TOUCH_SESSION,    // id, at: seen at `at`
    ADD_FORM,         // struct form
    SPEND_FORM,       // id, at: guard; loses unless it is unused and at < expires
    SWEEP_SESSIONS,   // id, at: of the id oldest, those that had expired at `at` go
    SWEEP_FORMS,      // likewise
    EXPIRE_SESSIONS,  // like the others above; those not seen for id ms too
    EXPIRE_FORMS,     // like the others above
    PUT_PASSWORD,     // struct password
    DROP_PASSWORD,    // key: user id
    ADD_APPROVAL,     // struct approval
    DECIDE_APPROVAL,  // struct approval: guard; verdict, decided, decider as given; loses unless the stored one waits
    TOUCH,            // nothing that is read: shows whether a commit reaches the disk
    WRITE_KINDS
};

struct write {
    enum write_kind kind;
    const void *row;
    struct str key;
    int64_t id, at;
    uint8_t attempt[16];
};

enum op_outcome {
    OP_PENDING,
    OP_DONE,    // committed; a read-only operation: everything wanted was read
    OP_REFUSED, // decide said no; op->refusal (what it wrote, such as COUNT_ATTEMPT, is committed)
    OP_FAULT,   // ours; op->fault; nothing was written
    OP_UNKNOWN, // the outcome could not be resolved in time
};

struct op;

struct op_type {
    const char *name;
    // Adds wants (op_want). Called with round 0, 1, 2 ... until it adds nothing; later rounds may look at rows read in
    // earlier ones. Pure. Any thread. NULL for operations that read nothing.
    void (*want)(struct op *op, unsigned round);
    // Looks at the rows and answers W_OK or a refusal; fills op->write through op_write(). Pure, may be called again
    // after a lost guard (nwrite is 0 then). NULL for operations that only read. Store thread.
    enum wire_err (*decide)(struct op *op);
};

struct op {
    const struct op_type *type;
    struct arena *arena; // the request's; lent until done
    void *ctx;           // the operation's own arguments and plan
    int64_t now;         // admin clock, ms
    struct want want[OP_WANTS_MAX];
    unsigned nwant;
    struct write write[OP_WRITES_MAX];
    unsigned nwrite;
    enum op_outcome outcome;
    enum wire_err refusal;
    enum status fault;
    int64_t commit_us; // duration of the commit that made it durable
    unsigned batch;    // operations in that transaction
    // Called once when it has ended: on the store thread, or on the caller's inside store_read().
    void (*done)(struct op *op);
    void *done_ctx;
    struct op *next; // the store's own
};

// Adds a want and answers its index; its row is filled before the next round. Asserts OP_WANTS_MAX.
unsigned op_want(struct op *op, enum want_kind kind, struct str key0, struct str key1, struct str key2);
unsigned op_want_id(struct op *op, enum want_kind kind, int64_t id);
// The same for a want that finds several, at most so many.
unsigned op_want_list(struct op *op, enum want_kind kind, struct str key0, struct str key1, int64_t most);
// Adds a write and answers it to be filled. The guard, if there is one, comes first. Asserts OP_WRITES_MAX.
struct write *op_write(struct op *op, enum write_kind kind);
static inline const void *op_row(const struct op *op, unsigned i)
{
    return i < op->nwant ? op->want[i].row : NULL;
}
// Gives back rows that the store still holds for this operation. After it, rows are gone. Any thread.
void op_release(struct op *op);
