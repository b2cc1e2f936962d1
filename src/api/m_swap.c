// SPDX-License-Identifier: Apache-2.0
// oauth.v2.exchange: the operation around swap_decide() and its answer (contract token-rotation.md 5).
#include "api/members.h"
#include "api/methods.h"
#include "oauth/swap.h"

struct swap_job {
    struct swap_args args;
    struct swap_view view;
    struct pair_mint mint;
    struct swap_plan plan;
};

enum { SW_TOKEN, SW_INSTALL, SW_OWNER, SW_NEXT };

static void want_swap(struct op *op, unsigned round)
{
    struct api_call *c = op->ctx;
    struct swap_job *job = c->job;
    const struct str none = {NULL, 0};
    const struct token *t = op_row(op, SW_TOKEN);
    if (round == 0) {
        op_want_id(op, WANT_TOKEN, job->args.token.id);
    } else if (round == 1 && t && id_eq(&t->app, &c->app->id)) {
        bool user = t->kind == TOKEN_USER;
        op_want(op, WANT_INSTALL, id_str(&t->app), id_str(&t->owner), user ? id_str(&t->user) : none);
        op_want(op, id_is_org(&t->owner) ? WANT_ENTERPRISE : WANT_WORKSPACE, id_str(&t->owner), none, none);
        if (user) op_want(op, WANT_USER, id_str(&t->user), none, none);
    } else if (round == 2 && t && op->nwant > SW_OWNER && !id_is_org(&t->owner)) {
        const struct workspace *w = op_row(op, SW_OWNER);
        if (w && !id_none(&w->enterprise)) op_want(op, WANT_ENTERPRISE, id_str(&w->enterprise), none, none);
    }
}

static void view_swap(struct op *op, const struct app *app, struct swap_view *v)
{
    *v = (struct swap_view){.token = op_row(op, SW_TOKEN), .app = app};
    if (!v->token || op->nwant <= SW_OWNER) return;
    unsigned next = SW_NEXT;
    v->install = op_row(op, SW_INSTALL);
    if (v->token->kind == TOKEN_USER) v->user = op_row(op, next++);
    if (id_is_org(&v->token->owner)) {
        v->enterprise = op_row(op, SW_OWNER);
    } else {
        v->workspace = op_row(op, SW_OWNER);
        v->enterprise = op_row(op, next);
    }
}

static enum wire_err decide_swap(struct op *op)
{
    struct api_call *c = op->ctx;
    struct swap_job *job = c->job;
    struct granted *granted = &job->plan.granted;
    view_swap(op, c->app, &job->view);
    c->why = (struct why){0};
    TRY(swap_decide(&job->args, &job->view, &job->mint, op->arena, &job->plan, &c->why));
    assert(job->view.token); // or it was refused
    // Of two that swap one token at once the guard lets one through; the other is decided again and sees why.
    struct write *mark = op_write(op, EXCHANGE_TOKEN);
    mark->id = job->view.token->id;
    mark->at = granted->token.id;
    op_write(op, ADD_TOKEN)->row = &granted->token;
    op_write(op, ADD_REFRESH)->row = &granted->refresh;
    op_write(op, MERGE_INSTALL)->row = &granted->install;
    return W_OK;
}

static const struct op_type op_swap = {.name = "swap", .want = want_swap, .decide = decide_swap};

// token-rotation.md 5: the argument counts, else the header. p NULL: neither came.
static struct str swapped_token(const struct api_call *c)
{
    struct str argument = call_arg(c, "token");
    return argument.n ? argument : call_bearer(c->req);
}

struct op *oauth_v2_exchange_start(struct api_call *c, enum wire_err *error)
{
    struct arena *arena = c->req->arena;
    struct swap_job *job = arena_alloc(arena, sizeof *job);
    struct str text = swapped_token(c);
    c->job = job;
    if (!text.n) {
        c->message = STR("[ERROR] missing required field: token");
        why_set(&c->why, arena, CAUSE_ARG_MISSING, "missing required field: token");
        *error = W_INVALID_ARGUMENTS;
        return NULL;
    }
    job->args = (struct swap_args){.now = c->req->now, .settings = c->settings};
    job->args.token_ok = credential_parse_token(text, c->settings, &job->args.token);
    if (!job->args.token_ok) { // cannot be ours: refused without a look into the store (security.md S5)
        struct swap_view view = {.app = c->app};
        *error = swap_decide(&job->args, &view, &job->mint, arena, &job->plan, &c->why);
        return NULL;
    }
    world_pair(c->world, locator_shard_of(job->args.token.id), c->req->now, &job->mint);
    return call_op(c, &c->op, &op_swap);
}

static void note_swap(struct api_call *c)
{
    const struct swap_job *job = c->job;
    struct http_note *note = &c->req->note;
    struct arena *arena = c->req->arena;
    bool bot = job->view.token->kind == TOKEN_BOT;
    note->detail = bot ? STR("exchange bot") : STR("exchange user");
    note->token = credential_label(bot ? "bot" : "user", job->view.token->id, arena);
    struct str owner = arena_str(arena, id_str(&job->view.token->owner));
    if (job->view.workspace)
        note->team_id = owner;
    else
        note->enterprise_id = owner;
}

void oauth_v2_exchange_reply(struct api_call *c, struct json *j)
{
    const struct swap_job *job = c->job;
    const struct granted *g = &job->plan.granted;
    bool bot = job->view.token->kind == TOKEN_BOT;
    json_str(j, "app_id", id_str(&c->app->id));
    json_str(j, "token_type", bot ? STR("bot") : STR("user"));
    json_str(j, "scope", g->scope);
    json_str(j, "access_token", g->access_token);
    member_expiry(j, g);
    if (bot)
        json_str(j, "bot_user_id", id_str(&job->plan.bot_user));
    else
        json_str(j, "user_id", id_str(&job->view.token->user));
    member_owners(j, job->view.workspace, job->view.enterprise, false);
    note_swap(c);
}
