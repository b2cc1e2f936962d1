// SPDX-License-Identifier: Apache-2.0
// The token of a call: found, looked up, judged (contract envelope.md 5.3). Steps of dispatch.c.
#include "api/methods.h"
#include "oauth/revoke.h"
#include "oauth/scopes.h"
#include "world/usage.h"

struct str call_bearer(const struct http_request *req)
{
    struct str header = http_field(req, "Authorization");
    if (!str_istarts(header, STR("Bearer ")) && !str_ieq(header, STR("Bearer"))) return (struct str){NULL, 0};
    return str_trim(str_from(header, 6));
}

// envelope.md 5.3: header, then form body, then (with a setting) the query; an empty value is no token. On an exchange
// any `token` argument counts (oauth.v2.access.md 3.3).
static struct str token_of(struct api_call *c)
{
    struct str token = call_bearer(c->req);
    if (token.n) return token;
    const struct arg *arg = args_get(&c->args, "token");
    if (!arg || arg->value.n == 0) return (struct str){NULL, 0};
    if (call_is_exchange(c)) return arg->value;
    if (arg->source == ARG_BODY && c->media.type != MEDIA_JSON) return arg->value;
    if (arg->source == ARG_QUERY && c->settings->allow_query_token) return arg->value;
    bool query = arg->source == ARG_QUERY;
    why_set(&c->why, c->req->arena, query ? CAUSE_TOKEN_IN_QUERY : CAUSE_TOKEN_IN_JSON,
            "a token in the %s is not read; send Authorization: Bearer, or a form", query ? "query" : "JSON body");
    return (struct str){NULL, 0};
}

enum { TW_TOKEN, TW_APP, TW_INSTALL, TW_OWNER, TW_NEXT };

// token-rotation.md 7: only auth.revoke takes one, everywhere else it is an unknown token.
static bool by_refresh(const struct api_call *c)
{
    return c->token.kind == CRED_REFRESH && c->method->flags & M_TOKEN_REFRESH;
}

static const struct token *bearer_row(struct op *op)
{
    struct api_call *c = op->ctx;
    const struct refresh *r = op_row(op, TW_TOKEN);
    if (!by_refresh(c)) return op_row(op, TW_TOKEN);
    if (!r) return NULL;
    token_of_refresh(r, c->settings, op->now, &c->refresh_seen);
    return &c->refresh_seen;
}

void bearer_want(struct op *op, unsigned round)
{
    struct api_call *c = op->ctx;
    const struct str none = {NULL, 0};
    const struct token *t = bearer_row(op);
    if (round == 0) {
        op_want_id(op, by_refresh(c) ? WANT_REFRESH : WANT_TOKEN, c->token.id);
    } else if (round == 1 && t) {
        bool user = t->kind != TOKEN_BOT;
        op_want(op, WANT_APP, id_str(&t->app), none, none);
        op_want(op, WANT_INSTALL, id_str(&t->app), id_str(&t->owner), user ? id_str(&t->user) : none);
        op_want(op, id_is_org(&t->owner) ? WANT_ENTERPRISE : WANT_WORKSPACE, id_str(&t->owner), none, none);
        if (user) op_want(op, WANT_USER, id_str(&t->user), none, none);
    } else if (round == 2 && t && !id_is_org(&t->owner)) {
        const struct workspace *w = op_row(op, TW_OWNER);
        if (w && !id_none(&w->enterprise)) op_want(op, WANT_ENTERPRISE, id_str(&w->enterprise), none, none);
    }
}

static const struct op_type op_find_token = {.name = "find_token", .want = bearer_want};

static void want_caller(struct op *op, unsigned round)
{
    struct api_call *c = op->ctx;
    if (round == 0) op_want_id(op, WANT_REFRESH, c->token.id);
}

static const struct op_type op_find_caller = {.name = "find_caller", .want = want_caller};

static struct op *caller_start(struct api_call *c)
{
    bool ours = credential_parse_token(call_arg(c, "refresh_token"), c->settings, &c->token);
    return ours && c->token.kind == CRED_REFRESH ? call_op(c, &c->token_op, &op_find_caller) : NULL;
}

// Whose refresh token a call of AUTH_REFRESH brought, for the rate; whether it is still good is its operation's to say.
const struct refresh *call_caller(const struct api_call *c)
{
    const struct refresh *row = op_row(&c->token_op, 0);
    return row && hash_equal(&row->hash, &c->token.hash) ? row : NULL;
}

static bool ignores_token(const struct api_call *c)
{
    return call_is_exchange(c) && (c->settings->oauth_ignore_token || c->method->flags & M_TAKES_TOKEN);
}

struct op *step_token_start(struct api_call *c)
{
    if (c->method->auth == AUTH_NONE || ignores_token(c)) return NULL;
    if (c->method->auth == AUTH_REFRESH) return caller_start(c);
    c->token_text = token_of(c);
    if (!c->token_text.p || !credential_parse_token(c->token_text, c->settings, &c->token)) return NULL;
    return call_op(c, &c->token_op, &op_find_token);
}

static void view_token(struct op *op, struct token_view *v)
{
    *v = (struct token_view){.token = bearer_row(op)};
    if (!v->token) return;
    v->app = op_row(op, TW_APP);
    v->install = op_row(op, TW_INSTALL);
    unsigned next = TW_NEXT;
    if (v->token->kind != TOKEN_BOT) v->user = op_row(op, next++);
    if (id_is_org(&v->token->owner)) {
        v->enterprise = op_row(op, TW_OWNER);
    } else {
        v->workspace = op_row(op, TW_OWNER);
        if (v->workspace && !id_none(&v->workspace->enterprise)) v->enterprise = op_row(op, next);
    }
}

enum wire_err bearer_decide(struct op *op)
{
    struct api_call *c = op->ctx;
    view_token(op, &c->token_view);
    return token_decide(&c->token, &c->token_view, c->req->peer, c->req->now, op->arena, &c->why);
}

static const char *token_kind_name(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_BOT: return "bot";
    case TOKEN_USER: return "user";
    case TOKEN_CONFIG: break;
    }
    return "config";
}

// What the log may know of a good token; the rows end with the answer, the note lives on.
static void note_token(struct api_call *c)
{
    const struct token_view *v = &c->token_view;
    struct http_note *note = &c->req->note;
    struct arena *arena = c->req->arena;
    note->token = credential_label(by_refresh(c) ? "refresh" : token_kind_name(v->token->kind), v->token->id, arena);
    if (v->app) {
        note->app_id = arena_str(arena, id_str(&v->app->id));
        note->app_name = arena_str(arena, v->app->name);
    }
    struct str owner = arena_str(arena, id_str(&v->token->owner));
    if (id_is_org(&v->token->owner)) {
        note->enterprise_id = owner;
    } else {
        note->team_id = owner;
        note->team_name = arena_str(arena, v->workspace->name);
    }
    note->user_id = arena_str(arena, id_str(&v->token->user));
}

static enum wire_err decide_token(struct api_call *c)
{
    if (c->token_op.outcome == OP_FAULT) return call_fault(c);
    if (!c->token_op.type) {
        why_set(&c->why, c->req->arena, CAUSE_TOKEN_SHAPE, "the token has a shape that is never issued here");
        return W_INVALID_AUTH;
    }
    TRY(bearer_decide(&c->token_op));
    note_token(c);
    return W_OK;
}

// oauth.v2.access.md 3.3: unknown or revoked, expired, else the wrong kind.
static enum wire_err refuse_token(struct api_call *c, enum wire_err e)
{
    why_set(&c->why, c->req->arena, CAUSE_BEARER_PRESENT, "remove the token from this call: %s takes none",
            c->method->name);
    switch (e) {
    case W_TOKEN_EXPIRED:
    case W_FATAL_ERROR:
    case W_INTERNAL_ERROR: return e;
    case W_INVALID_AUTH:
    case W_TOKEN_REVOKED:
    case W_ACCOUNT_INACTIVE: return W_INVALID_AUTH;
    default: return W_NOT_ALLOWED_TOKEN_TYPE;
    }
}

enum wire_err step_token(struct api_call *c)
{
    if (call_is_exchange(c)) return c->token_text.p ? refuse_token(c, decide_token(c)) : W_OK;
    if (c->method->auth != AUTH_TOKEN) return W_OK;
    if (!c->token_text.p) {
        why_set(&c->why, c->req->arena, CAUSE_TOKEN_MISSING, "no token in the Authorization header or the form");
        return W_NOT_AUTHED;
    }
    TRY(decide_token(c));
    c->app = c->token_view.app;
    bool config = c->token_view.token->kind == TOKEN_CONFIG; // of no authorization
    if (!config) usage_note(c->world, c->token_view.install, c->req->now);
    if (config)
        c->scopes = STR("app_configurations:read,app_configurations:write"); // manifest.md 4
    else
        c->scopes = scopes_union(c->token_view.install->scopes, STR(""), c->req->arena);
    if (!c->scopes.p) c->scopes = STR("");
    return W_OK;
}

static unsigned kind_flag(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_BOT: return M_TOKEN_BOT;
    case TOKEN_USER: return M_TOKEN_USER;
    case TOKEN_CONFIG: break;
    }
    return M_TOKEN_CONFIG;
}

// envelope.md 5.3: type, then scope.
enum wire_err step_token_kind(struct api_call *c)
{
    if (c->method->auth != AUTH_TOKEN) return W_OK;
    enum token_kind kind = c->token_view.token->kind;
    if (!(c->method->flags & kind_flag(kind))) {
        why_set(&c->why, c->req->arena, CAUSE_TOKEN_KIND, "%s takes no %s token", c->method->name,
                token_kind_name(kind));
        return c->method->wrong_kind ? c->method->wrong_kind : W_NOT_ALLOWED_TOKEN_TYPE;
    }
    if (c->method->scope && !scopes_has(c->scopes, str_of(c->method->scope))) return W_MISSING_SCOPE;
    return W_OK;
}
