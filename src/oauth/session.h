// SPDX-License-Identifier: Apache-2.0
// Browser sessions and the forms handed out under them (authorize.md 6; operations.md 15; security.md S26, S29). Pure.
#pragma once

#include "base/arena.h"
#include "oauth/account.h"

enum {
    SESSION_IDLE_MS = 12 * 3600 * 1000,     // not seen for so long: over
    SESSION_LIFE_MS = 7 * 24 * 3600 * 1000, // over in any case
    SESSION_TOUCH_MS = 10 * 60 * 1000,      // how exactly `used` is kept
    SESSION_PEOPLE = 8,                     // signed in at one time; one more, and the oldest is out
    FORM_LIFE_MS = 10 * 60 * 1000,          // authorize.md 6: then consent_expired
    FORM_KEPT_MS = 24 * 3600 * 1000,        // how long what it was about is remembered, so that it can be started again
};

// Whether a session holds for a cookie: the secret is right, and it is not over. NULL: no such row.
bool session_holds(const struct session *s, const struct credential *cookie, int64_t now);

// Who is signed in, the present one first: `struct str rest = s->people; while (session_next(&rest, &id, &at))`; at:
// locator drawn when they signed in.
bool session_next(struct str *rest, struct id *id, int64_t *at);
// Whether that sign-in still counts for this person: the account is open, was not opened anew since, and
// nobody has signed it out. NULL: gone.
bool session_counts(const struct user *u, int64_t at);
// The list with `id` put in front, signed in with the locator `at` (0: as the list has it; nothing changes when it is
// not there); without those beyond SESSION_PEOPLE.
struct str session_with(struct str people, const struct id *id, int64_t at, struct arena *arena);
// The ids with commas between them, for WANT_USERS.
struct str session_ids(struct str people, struct arena *arena);

// What comes of a form that was sent back.
enum form_state {
    FORM_GOOD,
    FORM_FOREIGN, // unknown, of another browser, or of a page of another kind
    FORM_STALE,   // too old, used, or the session was renewed since
};
// session: of the cookie that came along, already held to be good; NULL: none.
enum form_state form_judge(const struct form *f, const struct credential *token, const struct session *session,
                           unsigned kinds, int64_t now);
// The bit of a kind in `kinds`.
static inline unsigned form_bit(enum form_kind kind)
{
    return 1u << kind;
}
