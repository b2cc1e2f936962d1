// SPDX-License-Identifier: Apache-2.0
// hallpass serve: accounts with e-mail and password in the store (operations.md 15), for small setups. Whoever fails is
// told the same, after the same work, whatever was wrong: an outsider learns nothing about accounts.
#include "web/login.h"
#include "world/hasher.h"
#include "world/known.h"
#include "world/rate.h"

// security.md S44: tries for each account and for each address, and for an account from where its owner has come
// before.
static const struct rate_limit account_limit = {5, 5}, address_limit = {20, 20}, known_limit = {10, 10};

struct local {
    struct str domain, email, password;
    struct str account; // "harborlights mira@harbor.example.test", whether it exists or not
    struct hashed hashed;
    struct id user, workspace;
};

static void ask(struct signin *s)
{
    s->view.local = true;
    signin_ready(s);
}

static void want_account(struct op *op, unsigned round)
{
    struct signin *s = op->ctx;
    const struct local *l = s->method_state;
    const struct str none = {NULL, 0};
    const struct workspace *w = op_row(op, 0);
    const struct user *u = op_row(op, 1);
    if (round == 0) op_want(op, WANT_WORKSPACE_BY_DOMAIN, l->domain, none, none);
    if (round == 1 && w) op_want(op, WANT_USER_BY_EMAIL, id_str(&w->id), l->email, none);
    if (round == 2 && u) op_want(op, WANT_PASSWORD, id_str(&u->id), none, none);
}

static void failed(struct signin *s)
{
    signin_unknown(s, 200, STR("Workspace, e-mail address and password do not go together."));
}

static void too_many(struct signin *s, unsigned seconds)
{
    http_header(s->req, "Retry-After", arena_printf(s->req->arena, "%u", seconds));
    signin_unknown(s, 429, arena_printf(s->req->arena, "Too many tries. Wait %u seconds, then try again.", seconds));
}

static void verified(struct http_request *req)
{
    struct signin *s = req->state;
    struct local *l = s->method_state;
    if (l->hashed.status == OK && l->hashed.good) {
        known_add(s->world->known, l->account, req->peer);
        signin_known(s, &l->user, &l->workspace);
    } else if (l->hashed.status == OK) {
        failed(s);
    } else {
        signin_unknown(s, 503, STR("The password could not be looked at. Try again in a moment."));
    }
}

static void found(struct http_request *req)
{
    struct signin *s = req->state;
    struct local *l = s->method_state;
    const struct user *user = op_row(&s->op, 1);
    const struct password *password = op_row(&s->op, 2);
    if (s->op.outcome != OP_DONE) {
        signin_fault(s);
        return;
    }
    // A closed account is none. Nobody's password is still looked at: it takes as long.
    bool open = user && user->role != ROLE_DEACTIVATED && l->email.n;
    struct str phc = open && password ? arena_str(req->arena, password->phc) : STR("");
    if (open) {
        l->user = user->id;
        l->workspace = user->workspace;
    }
    op_release(&s->op);
    if (hasher_verify(s->world->hasher, req, phc, l->password, verified, &l->hashed) == OK) return;
    http_header(req, "Retry-After", STR("5"));
    signin_unknown(s, 503, STR("Too many people are signing in just now. Try again in a moment."));
}

// Seconds to wait; 0: go on.
static unsigned throttle(struct signin *s, const struct local *l)
{
    struct rate *rate = s->world->rate;
    struct str peer = s->req->peer, none = {NULL, 0};
    int64_t now = s->req->now;
    if (world_settings(s->world)->rate_off) return 0;
    if (known_has(s->world->known, l->account, peer))
        return rate_take(rate, "signin.known", l->account, peer, known_limit, now);
    unsigned wait = rate_take(rate, "signin.address", peer, none, address_limit, now);
    return wait ? wait : rate_take(rate, "signin.account", l->account, none, account_limit, now);
}

static struct str lower(struct str s, struct arena *arena)
{
    char *p = arena_alloc(arena, s.n + 1);
    for (size_t i = 0; p && i < s.n; i++) p[i] = ascii_lower(s.p[i]);
    return str_make(p, p ? s.n : 0);
}

static void answer(struct signin *s)
{
    static const struct op_type type = {.name = "account", .want = want_account};
    const struct args *a = &s->post->args;
    struct arena *arena = s->req->arena;
    struct local *l = arena_alloc(arena, sizeof *l);
    s->method_state = l;
    s->view.domain = str_upto(str_trim(args_value(a, "domain")), LIMIT_SEARCH);
    s->view.email = str_upto(str_trim(args_value(a, "email")), LIMIT_EMAIL);
    l->domain =
        lower(str_upto(s->view.domain, str_find(s->view.domain, '.')), arena); // "harborlights.example.test" too
    l->email = s->view.email;
    l->password = args_value(a, "password");
    l->account = arena_printf(arena, "%.*s %.*s", STR_FMT(l->domain), STR_FMT(lower(l->email, arena)));
    unsigned wait = throttle(s, l);
    if (wait) {
        too_many(s, wait);
        return;
    }
    s->op = (struct op){.type = &type, .arena = arena, .ctx = s, .now = s->req->now};
    s->req->state = s;
    world_run(s->world, s->req, &s->op, found);
}

const struct login_method login_local = {.name = "local", .ask = ask, .answer = answer};
