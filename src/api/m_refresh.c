// SPDX-License-Identifier: Apache-2.0
// The refresh grant and tooling.tokens.rotate: the operation around refresh_decide() and the answers (contract
// token-rotation.md 2, 3, 6).
#include "api/exchange.h"
#include "api/members.h"
#include "api/methods.h"

enum { RW_REFRESH, RW_INSTALL, RW_OWNER, RW_NEXT };

static void want_refresh(struct op *op, unsigned round)
{
    struct api_call *c = op->ctx;
    struct refresh_job *job = c->job;
    const struct str none = {NULL, 0};
    const struct refresh *r = op_row(op, RW_REFRESH);
    if (round == 0) {
        op_want_id(op, WANT_REFRESH, job->args.token.id);
    } else if (round == 1 && r && refresh_is_of(r, c->app)) {
        bool user = r->kind != TOKEN_BOT;
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
    if (v->refresh->kind != TOKEN_BOT) v->user = op_row(op, next++);
    if (v->refresh->parent) v->parent = op_row(op, next++);
    if (id_is_org(&v->refresh->owner)) {
        v->enterprise = op_row(op, RW_OWNER);
    } else {
        v->workspace = op_row(op, RW_OWNER);
        v->enterprise = op_row(op, next);
    }
}

// The guard first; its conditional write decides (reliability.md 3).
static void write_use(struct op *op, const struct refresh_job *job)
{
    const struct refresh *used = job->view.refresh;
    assert(used); // or it was refused
    struct write *use = op_write(op, USE_REFRESH);
    use->row = used;
    use->at = op->now;
    if (job->plan.claim) {
        struct write *claim = op_write(op, CLAIM_HEIR);
        claim->id = used->parent;
        claim->at = used->id;
    }
    if (job->plan.expire) {
        struct write *expire = op_write(op, EXPIRE_TOKEN);
        expire->id = job->plan.expire;
        expire->at = op->now;
    }
}

static enum wire_err decide_refresh(struct op *op)
{
    struct api_call *c = op->ctx;
    struct refresh_job *job = c->job;
    struct refresh_plan *plan = &job->plan;
    view_refresh(op, c->app, &job->view);
    c->why = (struct why){0};
    enum wire_err e = refresh_decide(&job->args, &job->view, &job->mint, op->arena, plan, &c->why);
    if (e) {
        if (plan->revoke) op_write(op, END_INSTALL)->row = job->view.install;
        return e;
    }
    write_use(op, job);
    op_write(op, ADD_TOKEN)->row = &plan->granted.token;
    op_write(op, ADD_REFRESH)->row = &plan->granted.refresh;
    if (plan->granted.merge) op_write(op, MERGE_INSTALL)->row = &plan->granted.install;
    return W_OK;
}

static const struct op_type op_refresh = {.name = "refresh", .want = want_refresh, .decide = decide_refresh};

struct op *oauth_refresh_start(struct api_call *c, enum wire_err *error)
{
    struct refresh_job *job = arena_alloc(c->req->arena, sizeof *job);
    struct str text = call_arg(c, "refresh_token");
    c->job = job;
    job->args =
        (struct refresh_args){.secret_given = !c->app || c->secret_given, .now = c->req->now, .settings = c->settings};
    job->args.openid = c->method->endpoint == EP_OPENID;
    job->args.token_ok =
        credential_parse_token(text, c->settings, &job->args.token) && job->args.token.kind == CRED_REFRESH;
    if (!job->args.token_ok) { // cannot be ours: refused without a look into the store (security.md S5)
        struct refresh_view view = {.app = c->app};
        *error = refresh_decide(&job->args, &view, &job->mint, c->req->arena, &job->plan, &c->why);
        return NULL;
    }
    world_pair(c->world, locator_shard_of(job->args.token.id), c->req->now, &job->mint);
    c->refreshing = true;
    return call_op(c, &c->op, &op_refresh);
}

static struct str refresh_detail(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_BOT: return STR("refresh bot");
    case TOKEN_USER: return STR("refresh user");
    case TOKEN_CONFIG: break;
    }
    return STR("refresh config");
}

void refresh_note(struct api_call *c)
{
    const struct refresh_job *job = c->job;
    struct http_note *note = &c->req->note;
    struct arena *arena = c->req->arena;
    note->detail = refresh_detail(job->view.refresh->kind);
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
    refresh_note(c);
}

// token-rotation.md 6. Times in seconds.
void tooling_tokens_rotate_reply(struct api_call *c, struct json *j)
{
    const struct refresh_job *job = c->job;
    const struct granted *g = &job->plan.granted;
    json_str(j, "token", g->access_token);
    json_str(j, "refresh_token", g->refresh_token);
    json_str(j, "team_id", id_str(&g->token.owner));
    json_str(j, "user_id", id_str(&g->token.user));
    json_int(j, "iat", g->token.issued / 1000);
    json_int(j, "exp", g->token.expires / 1000);
    refresh_note(c);
}
