// SPDX-License-Identifier: Apache-2.0
// The refresh grant: the operation around refresh_decide() and its answer (contract token-rotation.md 2, 3).
#include "api/members.h"
#include "api/methods.h"
#include "oauth/refresh.h"

struct refresh_job {
    struct refresh_args args;
    struct refresh_view view;
    struct refresh_mint mint;
    struct refresh_plan plan;
    struct install ending; // refresh.on_reuse = revoke
};

enum { RW_REFRESH, RW_INSTALL, RW_OWNER, RW_NEXT };

static void want_refresh(struct op *op, unsigned round)
{
    struct api_call *c = op->ctx;
    struct refresh_job *job = c->job;
    const struct str none = {NULL, 0};
    const struct refresh *r = op_row(op, RW_REFRESH);
    if (round == 0) {
        op_want_id(op, WANT_REFRESH, job->args.token.id);
    } else if (round == 1 && r && id_eq(&r->app, &c->app->id)) {
        bool user = r->kind == TOKEN_USER;
        op_want(op, WANT_INSTALL, id_str(&r->app), id_str(&r->owner), user ? id_str(&r->user) : none);
        op_want(op, id_is_org(&r->owner) ? WANT_ENTERPRISE : WANT_WORKSPACE, id_str(&r->owner), none, none);
        if (user) op_want(op, WANT_USER, id_str(&r->user), none, none);
        if (r->parent) op_want_id(op, WANT_REFRESH, r->parent);
    } else if (round == 2 && r && op->nwant > RW_OWNER && !id_is_org(&r->owner)) {
        const struct workspace *w = op_row(op, RW_OWNER);
        if (w && !id_none(&w->enterprise)) op_want(op, WANT_ENTERPRISE, id_str(&w->enterprise), none, none);
    }
}

static void view_refresh(struct op *op, const struct app *app, struct refresh_view *v)
{
    *v = (struct refresh_view){.refresh = op_row(op, RW_REFRESH), .app = app};
    if (!v->refresh || op->nwant <= RW_OWNER) return;
    unsigned next = RW_NEXT;
    v->install = op_row(op, RW_INSTALL);
    if (v->refresh->kind == TOKEN_USER) v->user = op_row(op, next++);
    if (v->refresh->parent) v->parent = op_row(op, next++);
    if (id_is_org(&v->refresh->owner)) {
        v->enterprise = op_row(op, RW_OWNER);
    } else {
        v->workspace = op_row(op, RW_OWNER);
        v->enterprise = op_row(op, next);
    }
}

static enum wire_err decide_refresh(struct op *op)
{
    struct api_call *c = op->ctx;
    struct refresh_job *job = c->job;
    struct refresh_plan *plan = &job->plan;
    view_refresh(op, c->app, &job->view);
    *plan = (struct refresh_plan){0};
    c->why = (struct why){0};
    enum wire_err e = refresh_decide(&job->args, &job->view, &job->mint, op->arena, plan, &c->why);
    if (e) {
        if (!plan->revoke) return e;
        job->ending = *job->view.install;
        op_write(op, END_INSTALL)->row = &job->ending;
        return e;
    }
    struct write *use = op_write(op, USE_REFRESH);
    use->row = job->view.refresh;
    use->at = op->now;
    op_write(op, ADD_TOKEN)->row = &plan->granted.token;
    op_write(op, ADD_REFRESH)->row = &plan->granted.refresh;
    if (plan->granted.merge) op_write(op, MERGE_INSTALL)->row = &plan->granted.install;
    if (plan->claim) {
        struct write *claim = op_write(op, CLAIM_HEIR);
        claim->id = job->view.refresh->parent;
        claim->at = job->view.refresh->id;
    }
    return W_OK;
}

static const struct op_type op_refresh = {.name = "refresh", .want = want_refresh, .decide = decide_refresh};

struct op *oauth_refresh_start(struct api_call *c, enum wire_err *error)
{
    struct world *w = c->world;
    struct refresh_job *job = arena_alloc(c->req->arena, sizeof *job);
    struct str text = call_arg(c, "refresh_token");
    c->job = job;
    job->args = (struct refresh_args){.secret_given = c->secret_given, .now = c->req->now, .settings = c->settings};
    job->args.token_ok =
        credential_parse_token(text, c->settings, &job->args.token) && job->args.token.kind == CRED_REFRESH;
    if (!job->args.token_ok) { // cannot be ours: refused without a look into the store (security.md S5)
        struct refresh_view view = {.app = c->app};
        *error = refresh_decide(&job->args, &view, &job->mint, c->req->arena, &job->plan, &c->why);
        return NULL;
    }
    unsigned shard = locator_shard_of(job->args.token.id);
    job->mint.access_id = locator_next(&w->locators, shard, c->req->now);
    job->mint.refresh_id = locator_next(&w->locators, shard, c->req->now);
    world_secret(w, &job->mint.access);
    world_secret(w, &job->mint.refresh);
    c->op = (struct op){.type = &op_refresh, .arena = c->req->arena, .ctx = c, .now = c->req->now};
    c->refreshing = true;
    return &c->op;
}

static void note_refresh(struct api_call *c)
{
    const struct refresh_job *job = c->job;
    struct http_note *note = &c->req->note;
    struct arena *arena = c->req->arena;
    note->detail = job->view.refresh->kind == TOKEN_BOT ? STR("refresh bot") : STR("refresh user");
    note->token = credential_label("refresh", job->view.refresh->id, arena);
    struct str owner = arena_str(arena, id_str(&job->view.refresh->owner));
    if (job->view.workspace)
        note->team_id = owner;
    else
        note->enterprise_id = owner;
}

// token-rotation.md 3: token fields at the top level for both kinds, no authed_user.
void oauth_refresh_reply(struct api_call *c, struct json *j)
{
    const struct refresh_job *job = c->job;
    const struct granted *g = &job->plan.granted;
    bool bot = job->view.refresh->kind == TOKEN_BOT;
    json_str(j, "access_token", g->access_token);
    json_str(j, "token_type", bot ? STR("bot") : STR("user"));
    json_str(j, "scope", g->scope);
    if (bot)
        json_str(j, "bot_user_id", id_str(&job->plan.bot_user));
    else
        json_str(j, "user_id", id_str(&job->view.refresh->user));
    json_str(j, "app_id", id_str(&c->app->id));
    member_expiry(j, g);
    member_places(j, job->view.workspace, job->view.enterprise, false);
    note_refresh(c);
}
