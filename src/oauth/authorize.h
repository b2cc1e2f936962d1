// SPDX-License-Identifier: Apache-2.0
// The decision of the four authorize pages (authorize.md 7.3, order of checks). Pure. Pages never decide.
#pragma once

#include "oauth/credential.h"
#include "oauth/errors.h"
#include "oauth/redirect.h"
#include "oauth/why.h"

// Parameters as sent, decoded once; the last of a repeated one. Empty = absent.
struct authorize_args {
    enum code_endpoint endpoint;
    struct str client_id, scope, user_scope, redirect_uri, state, team, code_challenge, code_challenge_method, nonce,
        response_type;
    struct str host_domain; // sub-domain of the Host header, empty = none
    int64_t now;
    const struct settings *settings;
};

// Who sits at the browser and what they chose; from the consent header, or from session and form.
enum decision { DECISION_NONE, DECISION_APPROVE, DECISION_DENY, DECISION_REQUEST };
struct consent {
    enum decision decision;
    struct id user, team, enterprise, channel; // empty = not chosen
    struct str untick;                         // comma list of optional scopes not granted
    bool ticks;                                // a form with tick boxes was sent: of the optional scopes those in
    struct str ticked;                         // `ticked` are granted, and no others
};

struct authorize_view {
    const struct app *app;               // NULL: unknown client
    const struct user *user;             // who sits there; NULL: nobody is signed in
    const struct workspace *home;        // that user's own workspace: tells whose org they may act for
    const struct workspace *workspace;   // chosen; NULL for an org-wide install or when there is none
    const struct enterprise *enterprise; // of the workspace, or the org itself
    const struct channel *channel;    // picked for incoming-webhook, else the first of the place; NULL: there is none
    const struct install *own;        // what the person granted there before; NULL: nothing ever
    const struct row_list *approvals; // struct approval: of the app in that workspace; NULL: none
};

enum authorize_outcome {
    AUTH_ERROR,
    AUTH_NEED_SIGNIN,
    AUTH_NEED_CONSENT,
    AUTH_DENIED,
    AUTH_REQUEST, // a member's request to the admins is to be kept
    AUTH_ISSUE
};

struct authorize_plan {
    enum wire_err error;     // AUTH_ERROR
    struct str redirect_uri; // where to send the browser; valid from AUTH_NEED_SIGNIN on
    bool redirect_sent, redirect_first;
    struct str bot_scopes, user_scopes;     // asked for, normalized
    struct str bot_granted, user_granted;   // without what was unticked
    struct str bot_optional, user_optional; // of those asked for, the ones that may be unticked
    struct str challenge;                   // kept with the code; empty = none
    bool org_wide;
    bool needs_approval;          // the admins have not approved this: the person can only ask for it
    const struct approval *asked; // the person's newest request, unless it was approved; NULL: none
    struct redirect_hint hint;    // for bad_redirect_uri
};

// The checks that need no person: client, family, redirect_uri, state, lengths, response_type, PKCE, scopes.
enum wire_err authorize_check(const struct authorize_args *args, const struct app *app, struct arena *arena,
                              struct authorize_plan *plan, struct why *why);
// All of it. *plan as far as it came.
enum authorize_outcome authorize_decide(const struct authorize_args *args, const struct authorize_view *view,
                                        const struct consent *consent, struct arena *arena, struct authorize_plan *plan,
                                        struct why *why);
// Fills a code row from an AUTH_ISSUE plan. id and hash come from credential_mint().
void authorize_code_row(const struct authorize_args *args, const struct authorize_view *view,
                        const struct authorize_plan *plan, struct code *out);
// The request as a query string: the parameters that count, each once, so that what is kept of a request is all that
// was looked at. team: in place of args->team, empty = none.
struct str authorize_query(const struct authorize_args *args, struct str team, struct arena *arena);
// The request that a member sends to the admins, from an AUTH_REQUEST plan; id is the caller's to fill.
void authorize_approval_row(const struct authorize_args *args, const struct authorize_view *view,
                            const struct authorize_plan *plan, struct str message, struct approval *out);
// Location values: redirect URI plus code and state (7.1), or the denial (7.2). {NULL,0} when the arena is full.
struct str authorize_location(struct str redirect_uri, struct str code, struct str state, struct arena *arena);
struct str authorize_denial(struct str redirect_uri, struct str state, struct arena *arena);
// The X-Hallpass-Consent header (interfaces.md): "approve; user=U..; team=T..; enterprise=E..; channel=C..;
// untick=SCOPE". false: it cannot be read, *why says where.
MUST_USE bool consent_parse(struct str header, struct arena *arena, struct consent *out, struct why *why);
