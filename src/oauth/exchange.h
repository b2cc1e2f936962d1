// SPDX-License-Identifier: Apache-2.0
// The decision of the code exchange: steps 8 to 14 of oauth.v2.access.md 5. Pure: rows, arguments and the time in; a
// refusal or a plan out. Client and secret were judged before (client.h).
#pragma once

#include "oauth/credential.h"
#include "oauth/errors.h"
#include "oauth/why.h"

enum grant { GRANT_CODE, GRANT_REFRESH, GRANT_OTHER };
// Section 4: absent, empty or authorization_code is the code grant; case matters.
enum grant grant_of(struct str grant_type);

// What a grant_type that is GRANT_OTHER gets on the method for the codes of that page (oauth.v2.access.md 4, openid.md
// 2).
enum wire_err grant_refusal(struct str grant_type, enum code_endpoint endpoint);

struct exchange_args {
    enum code_endpoint endpoint; // the authorize page whose codes this method takes
    struct credential code;      // parsed; code_ok false: it cannot be ours
    bool code_ok;
    struct str code_text; // as sent, for the hint only
    struct str redirect_uri, code_verifier;
    bool secret_given;
    int64_t now;
    const struct settings *settings;
};

struct exchange_view {
    const struct app *app;
    const struct code *code;                    // NULL: unknown
    const struct workspace *workspace;          // of the code; NULL for an org-wide install
    const struct enterprise *enterprise;        // of the code; NULL: in no org
    const struct user *user;                    // who authorized
    const struct channel *channel;              // picked for incoming-webhook
    const struct install *bot, *person;         // the authorization so far: of the bot, of that user; NULL: none
    const struct install *org_bot, *org_person; // when code is for a workspace in an org: the same, org-wide
};

// Ids and random characters, drawn on the loop thread before the first try; the same ones on every try.
struct exchange_mint {
    int64_t bot_id, bot_refresh_id, user_id, user_refresh_id, webhook_id;
    struct secret_text bot, bot_refresh, user, user_refresh, webhook;
    uint8_t attempt[16];
};

// The same for one pair that continues a line: refresh.h, swap.h, config.h.
struct pair_mint {
    int64_t access_id, refresh_id;
    struct secret_text access, refresh;
};

struct granted {
    struct str scope; // accumulated; empty: nothing of this kind was granted
    struct str access_token, refresh_token;
    int64_t expires_in;     // seconds, 0 = never
    struct token token;     // to insert
    struct refresh refresh; // to insert when refresh_token is there
    struct install install; // to merge: scopes holds only what is new
    bool merge;             // the merge changes something
};

struct exchange_plan {
    bool count_attempt;       // refused in steps 10 to 13: count it on the code
    bool end_bot, end_person; // refused as a replay, and these authorizations are to end (code.on_replay = revoke)
    struct granted bot, user;
    struct id owner; // workspace, or org of an org-wide install
    struct id bot_user;
    bool webhook; // webhook_row is to be inserted
    struct str webhook_path;
    struct webhook webhook_row;
};

// Walks steps 9 to 13. W_OK: *plan is complete. Strings of the plan live in the arena; W_FATAL_ERROR when that is full.
enum wire_err exchange_decide(const struct exchange_args *args, const struct exchange_view *view,
                              const struct exchange_mint *mint, struct arena *arena, struct exchange_plan *plan,
                              struct why *why);
