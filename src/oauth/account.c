// SPDX-License-Identifier: Apache-2.0
#include "oauth/account.h"

#include <arpa/inet.h>

#include "oauth/locator.h"

// An address as sixteen bytes, IPv4 in its IPv6-mapped form (RFC 4291 2.5.5.2), so that both forms of it compare.
struct address {
    uint8_t b[16];
    bool v4;
};

static bool address_parse(struct str s, struct address *out)
{
    static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    char text[INET6_ADDRSTRLEN];
    struct address a = {0};
    if (!str_copy(text, sizeof text, str_upto(s, str_find(s, '%')))) return false; // RFC 4007 zone: of no matter here
    if (inet_pton(AF_INET, text, a.b + sizeof mapped) == 1) {
        memcpy(a.b, mapped, sizeof mapped);
        a.v4 = true;
    } else if (inet_pton(AF_INET6, text, a.b) != 1) {
        return false;
    }
    *out = a;
    return true;
}

static bool range_holds(struct str range, const struct address *address)
{
    struct str bits = range;
    struct address net;
    uint64_t n;
    if (!address_parse(str_cut(&bits, '/'), &net)) return false;
    if (!bits.p)
        n = 128;
    else if (str_u64(bits, net.v4 ? 32 : 128, &n))
        n += net.v4 ? 96 : 0;
    else
        return false;
    size_t whole = (size_t)n / 8;
    unsigned mask = (0xFF00u >> n % 8) & 0xFF;
    return memcmp(net.b, address->b, whole) == 0 && (!mask || !((net.b[whole] ^ address->b[whole]) & mask));
}

bool ip_allowed(struct str ranges, struct str address)
{
    struct address a;
    if (str_empty(ranges)) return true;
    if (!address_parse(address, &a)) return false;
    while (ranges.p)
        if (range_holds(str_trim(str_cut(&ranges, '\n')), &a)) return true;
    return false;
}

// What every step looks at.
struct account {
    const struct credential *given;
    const struct token_view *view;
    struct str peer;
    int64_t now;
    struct arena *arena;
    struct why *why;
};

// envelope.md 5.1: the authorization, the person, the app or the place behind a token has gone.
static enum wire_err gone(const struct token *token)
{
    return token->kind == TOKEN_BOT ? W_ACCOUNT_INACTIVE : W_TOKEN_REVOKED;
}

// A configuration token belongs to a person and a workspace, not to an app (token-rotation.md 6).
static bool of_no_app(const struct account *a)
{
    return a->view->token->kind == TOKEN_CONFIG;
}

static enum wire_err step_known(const struct account *a)
{
    const struct token *token = a->view->token;
    bool same = hash_equal(token ? &token->hash : NULL, &a->given->hash);
    if (token && same) return W_OK;
    why_set(a->why, a->arena, CAUSE_TOKEN_UNKNOWN, "no such token was issued");
    return W_INVALID_AUTH;
}

static enum wire_err step_expired(const struct account *a)
{
    const struct token *token = a->view->token;
    if (!token->expires || a->now < token->expires) return W_OK;
    why_set(a->why, a->arena, CAUSE_TOKEN_EXPIRED, "token expired %lld s ago",
            (long long)(a->now - token->expires) / 1000);
    return W_TOKEN_EXPIRED;
}

static enum wire_err step_revoked(const struct account *a)
{
    if (!a->view->token->revoked) return W_OK;
    why_set(a->why, a->arena, CAUSE_TOKEN_REVOKED, "token was revoked %lld s ago",
            (long long)(a->now - a->view->token->revoked) / 1000);
    return W_TOKEN_REVOKED;
}

// authorize.md 9: the authorization is what counts; one that has ended never comes back to its old strings.
static enum wire_err step_authorization(const struct account *a)
{
    if (of_no_app(a)) return W_OK;
    const struct install *install = a->view->install;
    if (install && !str_empty(install->scopes) && install->epoch == a->view->token->epoch) return W_OK;
    why_set(a->why, a->arena, CAUSE_TOKEN_REVOKED, "the authorization behind the token has ended");
    return gone(a->view->token);
}

// token-rotation.md 4: two live access tokens a line, the oldest surplus one is revoked; that name for both kinds.
static enum wire_err step_live(const struct account *a)
{
    const struct install *install = a->view->install;
    int64_t id = a->view->token->id;
    if (of_no_app(a)) return W_OK;
    bool rotating = a->given->kind == CRED_ROT_BOT || a->given->kind == CRED_ROT_USER;
    if (!rotating || install->live[0] == id || install->live[1] == id) return W_OK;
    why_set(a->why, a->arena, CAUSE_TOKEN_REVOKED,
            "two newer rotating tokens were issued; only two are live at a time");
    return W_TOKEN_REVOKED;
}

static enum wire_err step_app(const struct account *a)
{
    if (of_no_app(a)) return W_OK;
    if (a->view->app && !(a->view->app->flags & APP_DELETED)) return W_OK;
    why_set(a->why, a->arena, CAUSE_APP_DELETED, "the app of the token was deleted");
    return gone(a->view->token);
}

// Locators of one shard are in the order of issue; of two shards their milliseconds are.
static bool issued_before(int64_t id, int64_t other)
{
    if (locator_shard_of(id) == locator_shard_of(other)) return id < other;
    return locator_ms(id) < locator_ms(other);
}

bool user_closed(const struct user *user, int64_t id)
{
    if (!user || user->role == ROLE_DEACTIVATED) return true;
    return user->since && issued_before(id, user->since);
}

bool user_is_approver(const struct user *user)
{
    return user->role == ROLE_ADMIN || user->role == ROLE_OWNER || user->role == ROLE_ORG_ADMIN;
}

static enum wire_err step_user(const struct account *a)
{
    const struct token_view *v = a->view;
    if (v->token->kind == TOKEN_BOT || !user_closed(v->user, v->token->id)) return W_OK;
    why_set(a->why, a->arena, CAUSE_USER_DEACTIVATED, "the account of user %s was closed", v->token->user.s);
    return W_TOKEN_REVOKED;
}

static enum wire_err step_place(const struct account *a)
{
    const struct token_view *v = a->view;
    if (v->workspace || (v->enterprise && id_eq(&v->enterprise->id, &v->token->owner))) return W_OK;
    why_set(a->why, a->arena, CAUSE_TEAM_GONE, "%s was removed", v->token->owner.s);
    return gone(v->token);
}

static enum wire_err step_migrating(const struct account *a)
{
    const struct workspace *w = a->view->workspace;
    if (!w || !(w->flags & WS_MIGRATING)) return W_OK;
    why_set(a->why, a->arena, CAUSE_TEAM_MIGRATING, "workspace %s is being moved into an organization", w->id.s);
    return W_TEAM_ADDED_TO_ORG;
}

static enum wire_err step_address(const struct account *a)
{
    if (of_no_app(a) || ip_allowed(a->view->app->allowed_ips, a->peer)) return W_OK;
    why_set(a->why, a->arena, CAUSE_TOKEN_ADDRESS, "%.*s is outside the allowed addresses of the app",
            STR_FMT(a->peer));
    return W_ACCESSLIMITED;
}

// envelope.md 5.3: lookup, expired, revoked, account. The authorization ends with its app, person or place, which are
// looked at first: all four answer gone(), and they tell why.
static enum wire_err (*const steps[])(const struct account *a) = {
    step_known, step_expired,       step_revoked, step_app,       step_user,
    step_place, step_authorization, step_live,    step_migrating, step_address,
};

enum wire_err token_decide(const struct credential *given, const struct token_view *view, struct str peer, int64_t now,
                           struct arena *arena, struct why *why)
{
    struct account a = {.given = given, .view = view, .peer = peer, .now = now, .arena = arena, .why = why};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) TRY(steps[i](&a));
    return W_OK;
}
