// SPDX-License-Identifier: Apache-2.0
#include "oauth/refresh.h"

#include "oauth/account.h"
#include "oauth/mint.h"
#include "oauth/scopes.h"

// What every step looks at.
struct refreshing {
    const struct refresh_args *args;
    const struct refresh_view *view;
    struct refresh_plan *plan;
    struct arena *arena;
    struct why *why;
};

#define REFUSE(r, ...)                                                                                                 \
    do {                                                                                                               \
        why_set((r)->why, (r)->arena, __VA_ARGS__);                                                                    \
        return W_INVALID_REFRESH_TOKEN;                                                                                \
    } while (0)

static long long seconds_since(const struct refreshing *r, int64_t then)
{
    return (long long)(r->args->now - then) / 1000;
}

bool refresh_is_of(const struct refresh *row, const struct app *app)
{
    return app ? id_eq(&row->app, &app->id) : row->kind == TOKEN_CONFIG;
}

static enum wire_err step_known(const struct refreshing *r)
{
    const struct refresh *row = r->view->refresh;
    bool same = hash_equal(row ? &row->hash : NULL, &r->args->token.hash);
    bool found = r->args->token_ok && r->args->token.kind == CRED_REFRESH && row && same;
    if (found && refresh_is_of(row, r->view->app)) return W_OK;
    // oauth.v2.access.md 5 step 7: without a secret only a refresh token of a desktop redirect will do.
    if (!r->args->secret_given) {
        why_set(r->why, r->arena, CAUSE_SECRET_MISSING,
                "no client_secret; only tokens of desktop redirects do without");
        return W_BAD_CLIENT_SECRET;
    }
    if (!found) REFUSE(r, CAUSE_REFRESH_UNKNOWN, "no such refresh token was issued");
    REFUSE(r, CAUSE_REFRESH_OTHER, "refresh token was issued to another client id");
}

static enum wire_err step_secret(const struct refreshing *r)
{
    if (r->args->secret_given || r->view->refresh->desktop) return W_OK;
    why_set(r->why, r->arena, CAUSE_SECRET_MISSING,
            "no client_secret; this token did not come from a desktop redirect");
    return W_BAD_CLIENT_SECRET;
}

static enum wire_err step_revoked(const struct refreshing *r)
{
    const struct refresh *row = r->view->refresh;
    const struct install *install = r->view->install;
    if (row->revoked)
        REFUSE(r, CAUSE_REFRESH_REVOKED, "refresh token was revoked %lld s ago", seconds_since(r, row->revoked));
    if (row->kind == TOKEN_CONFIG) return W_OK;
    if (!install || str_empty(install->scopes) || install->epoch != row->epoch)
        REFUSE(r, CAUSE_REFRESH_REVOKED, "the authorization behind the refresh token has ended");
    return W_OK;
}

// openid.md 2: only who signed in can do so again.
static enum wire_err step_openid(const struct refreshing *r)
{
    const struct refresh_view *v = r->view;
    if (!r->args->openid || (v->refresh->kind == TOKEN_USER && scopes_has(v->install->scopes, STR("openid"))))
        return W_OK;
    REFUSE(r, CAUSE_REFRESH_OTHER, "refresh token does not belong to a sign-in (scope openid)");
}

// token-rotation.md 4: refresh tokens of PKCE apps end after 30 days.
static enum wire_err step_expired(const struct refreshing *r)
{
    int64_t expires = r->view->refresh->expires;
    if (!expires || r->args->now < expires) return W_OK;
    REFUSE(r, CAUSE_REFRESH_EXPIRED, "refresh token expired %lld s ago", seconds_since(r, expires));
}

// token-rotation.md 4: of the tokens that several uses made, the one that is used first stays.
static enum wire_err step_sibling(const struct refreshing *r)
{
    const struct refresh *parent = r->view->parent;
    if (!parent || parent->heir == 0 || parent->heir == r->view->refresh->id) return W_OK;
    REFUSE(r, CAUSE_REFRESH_REVOKED, "a sibling of this refresh token was used first: %.*s",
           STR_FMT(credential_label("refresh", parent->heir, r->arena)));
}

// Nothing stands for the line of a configuration token that could be ended.
static bool revokes_on_reuse(const struct refreshing *r)
{
    if (!r->view->app) return false;
    switch (r->args->settings->refresh_on_reuse) {
    case ON_REPLAY_REFUSE: return false;
    case ON_REPLAY_REVOKE: return true;
    case ON_REPLAY_DEFAULT: break;
    }
    return r->args->settings->revoke_public && r->view->app->flags & APP_PKCE; // security.md D5
}

// The grace of 60 s is over at 60 s; one of 0 s never begins, not even for calls that came before the first was served.
static bool grace_is_over(const struct refreshing *r)
{
    int64_t age = r->args->now - r->view->refresh->used_at;
    return (age > 0 ? age : 0) >= r->args->settings->refresh_grace * 1000;
}

// Single use, with a grace: in it, and refresh_grace_reuses times, another pair comes out. Not any more once one of the
// pairs was used: the new one would be its sibling, dead when it is issued.
static enum wire_err step_reuse(const struct refreshing *r)
{
    const struct refresh *row = r->view->refresh;
    const struct settings *s = r->args->settings;
    if (!row->used_at) return W_OK;
    bool late = grace_is_over(r);
    if (!late && !row->heir && row->grace_uses < s->refresh_grace_reuses) return W_OK;
    r->plan->revoke = late && revokes_on_reuse(r);
    if (row->heir)
        REFUSE(r, CAUSE_REFRESH_USED, "refresh token was used %lld s ago; what came of it, %.*s, is in use",
               seconds_since(r, row->used_at), STR_FMT(credential_label("refresh", row->heir, r->arena)));
    if (late)
        REFUSE(r, CAUSE_REFRESH_USED, "refresh token was used %lld s ago; its grace of %lld s is over",
               seconds_since(r, row->used_at), (long long)s->refresh_grace);
    REFUSE(r, CAUSE_REFRESH_USED, "refresh token was used %u times in its grace of %lld s; that is its bound",
           row->grace_uses + 1, (long long)s->refresh_grace);
}

// security.md 4: tokens of deactivated people are not refreshed (Zitadel CVE-2023-22492); a place that has gone
// neither.
static enum wire_err step_account(const struct refreshing *r)
{
    const struct refresh_view *v = r->view;
    if (v->refresh->kind != TOKEN_BOT && user_closed(v->user, v->refresh->id))
        REFUSE(r, CAUSE_USER_DEACTIVATED, "the account of user %s was closed", v->refresh->user.s);
    if (!v->workspace && !(v->enterprise && id_eq(&v->enterprise->id, &v->refresh->owner)))
        REFUSE(r, CAUSE_TEAM_GONE, "%s was removed", v->refresh->owner.s);
    if (!v->app || !v->workspace || !(v->workspace->flags & WS_MIGRATING)) return W_OK;
    why_set(r->why, r->arena, CAUSE_TEAM_MIGRATING, "workspace %s is being moved into an organization",
            v->workspace->id.s);
    return W_TEAM_ADDED_TO_ORG;
}

static enum wire_err (*const steps[])(const struct refreshing *r) = {
    step_known, step_secret, step_revoked, step_openid, step_expired, step_sibling, step_reuse, step_account,
};

enum wire_err refresh_decide(const struct refresh_args *args, const struct refresh_view *view,
                             const struct pair_mint *mint, struct arena *arena, struct refresh_plan *plan,
                             struct why *why)
{
    struct refreshing r = {.args = args, .view = view, .plan = plan, .arena = arena, .why = why};
    *plan = (struct refresh_plan){0};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) TRY(steps[i](&r));
    mint_refreshed(args, view, mint, arena, plan);
    plan->claim = view->parent && !view->parent->heir;
    plan->expire = view->refresh->used_at ? 0 : view->refresh->migrated;
    return arena->failed ? W_FATAL_ERROR : W_OK;
}
