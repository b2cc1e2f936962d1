// SPDX-License-Identifier: Apache-2.0
// The operation around exchange_decide(): a code becomes tokens (contract oauth.v2.access.md 5, step 8 on).
#include "api/exchange.h"

#include "api/methods.h"
#include "oauth/scopes.h"

enum { XW_CODE, XW_OWNER, XW_USER, XW_BOT, XW_PERSON, XW_NEXT };

// The code; then where it was granted, by whom, and what is granted there already; then the same of the
// org.
static void want_exchange(struct op *op, unsigned round)
{
    struct api_call *c = op->ctx;
    struct exchange_job *job = c->job;
    const struct str none = {NULL, 0};
    const struct code *code = op_row(op, XW_CODE);
    if (round == 0) {
        op_want_id(op, WANT_CODE, job->args.code.id);
        return;
    }
    if (round != 1 || !code || !id_eq(&code->app, &c->app->id)) return;
    bool org = id_none(&code->workspace);
    struct str app = id_str(&code->app), user = id_str(&code->user);
    struct str owner = id_str(org ? &code->enterprise : &code->workspace), enterprise = id_str(&code->enterprise);
    op_want(op, org ? WANT_ENTERPRISE : WANT_WORKSPACE, owner, none, none);
    op_want(op, WANT_USER, user, none, none);
    op_want(op, WANT_INSTALL, app, owner, none);
    op_want(op, WANT_INSTALL, app, owner, user);
    if (!org && enterprise.n) {
        op_want(op, WANT_ENTERPRISE, enterprise, none, none);
        op_want(op, WANT_INSTALL, app, enterprise, none);
        op_want(op, WANT_INSTALL, app, enterprise, user);
    }
    if (scopes_has(code->bot_scopes, STR("incoming-webhook")) ||
        scopes_has(code->user_scopes, STR("incoming-webhook"))) {
        if (!id_none(&code->channel))
            op_want(op, WANT_CHANNEL, id_str(&code->channel), none, none);
        else
            op_want(op, WANT_FIRST_CHANNEL, owner, none, none);
    }
}

// The app is the one that was authenticated: what it was then decides, whatever happens to it meanwhile.
static void view_exchange(struct op *op, const struct app *app, struct exchange_view *v)
{
    *v = (struct exchange_view){.code = op_row(op, XW_CODE), .app = app};
    if (op->nwant <= XW_OWNER) return;
    bool org = id_none(&v->code->workspace);
    unsigned next = XW_NEXT;
    v->user = op_row(op, XW_USER);
    v->bot = op_row(op, XW_BOT);
    v->person = op_row(op, XW_PERSON);
    if (org) {
        v->enterprise = op_row(op, XW_OWNER);
    } else {
        v->workspace = op_row(op, XW_OWNER);
        if (!id_none(&v->code->enterprise)) {
            v->enterprise = op_row(op, next++);
            v->org_bot = op_row(op, next++);
            v->org_person = op_row(op, next++);
        }
    }
    v->channel = op_row(op, next);
}

static void write_granted(struct op *op, const struct granted *g)
{
    if (!g->access_token.n) return;
    op_write(op, ADD_TOKEN)->row = &g->token;
    if (g->refresh_token.n) op_write(op, ADD_REFRESH)->row = &g->refresh;
    if (g->merge) op_write(op, MERGE_INSTALL)->row = &g->install;
}

static enum wire_err decide_exchange(struct op *op)
{
    struct api_call *c = op->ctx;
    struct exchange_job *job = c->job;
    struct exchange_plan *plan = &job->plan;
    view_exchange(op, c->app, &job->view);
    *plan = (struct exchange_plan){0};
    c->why = (struct why){0};
    enum wire_err e = exchange_decide(&job->args, &job->view, &job->mint, op->arena, plan, &c->why);
    if (e) {
        if (plan->count_attempt) op_write(op, COUNT_ATTEMPT)->id = job->args.code.id;
        if (plan->end_bot) op_write(op, END_INSTALL)->row = job->view.bot;
        if (plan->end_person) op_write(op, END_INSTALL)->row = job->view.person;
        return e;
    }
    // Step 14: the guard first; its conditional write decides (reliability.md 3).
    struct write *spend = op_write(op, SPEND_CODE);
    spend->id = job->args.code.id;
    spend->at = op->now;
    memcpy(spend->attempt, job->mint.attempt, sizeof spend->attempt);
    write_granted(op, &plan->bot);
    write_granted(op, &plan->user);
    if (plan->webhook) op_write(op, ADD_WEBHOOK)->row = &plan->webhook_row;
    return W_OK;
}

static const struct op_type op_exchange = {.name = "exchange", .want = want_exchange, .decide = decide_exchange};

// Ids and random text for everything that may be issued: drawn once, so that a second try issues the same.
static void draw_mint(struct api_call *c, struct exchange_mint *m, int64_t code_id)
{
    struct world *w = c->world;
    unsigned shard = locator_shard_of(code_id);
    int64_t now = c->req->now;
    m->bot_id = locator_next(&w->locators, shard, now);
    m->user_id = locator_next(&w->locators, shard, now);
    m->webhook_id = locator_next(&w->locators, shard, now);
    world_secret(w, &m->bot);
    world_secret(w, &m->user);
    world_secret(w, &m->webhook);
    rng_fill(w->rng, m->attempt, sizeof m->attempt);
    if (!(c->app->flags & (APP_ROTATION | APP_PKCE))) return; // no refresh tokens then (token-rotation.md 1)
    m->bot_refresh_id = locator_next(&w->locators, shard, now);
    m->user_refresh_id = locator_next(&w->locators, shard, now);
    world_secret(w, &m->bot_refresh);
    world_secret(w, &m->user_refresh);
}

struct op *exchange_start(struct api_call *c, enum wire_err *error)
{
    struct exchange_job *job = arena_alloc(c->req->arena, sizeof *job);
    c->job = job;
    job->args = (struct exchange_args){
        .endpoint = c->method->endpoint,
        .code_text = call_arg(c, "code"),
        .redirect_uri = call_arg(c, "redirect_uri"),
        .code_verifier = call_arg(c, "code_verifier"),
        .secret_given = c->secret_given,
        .now = c->req->now,
        .settings = c->settings,
    };
    job->args.code_ok = credential_parse_code(job->args.code_text, &job->args.code);
    if (!job->args.code_ok) { // cannot be ours: refused without a look into the store (security.md S5)
        struct exchange_view view = {.app = c->app};
        *error = exchange_decide(&job->args, &view, &job->mint, c->req->arena, &job->plan, &c->why);
        return NULL;
    }
    draw_mint(c, &job->mint, job->args.code.id);
    return call_op(c, &c->op, &op_exchange);
}

void exchange_note(struct api_call *c)
{
    const struct exchange_job *job = c->job;
    struct http_note *note = &c->req->note;
    struct arena *arena = c->req->arena;
    bool bot = job->plan.bot.access_token.n, user = job->plan.user.access_token.n;
    note->detail = bot && user ? STR("bot+user") : bot ? STR("bot") : STR("user");
    note->user_id = arena_str(arena, id_str(&job->view.code->user));
    note->team_id = arena_str(arena, id_str(&job->view.code->workspace));
    note->enterprise_id = arena_str(arena, id_str(&job->view.code->enterprise));
    if (job->view.workspace) note->team_name = arena_str(arena, job->view.workspace->name);
}
