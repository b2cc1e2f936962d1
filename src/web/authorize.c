// SPDX-License-Identifier: Apache-2.0
#include "web/authorize.h"

#include "codec/form.h"
#include "web/page.h"

struct visit {
    struct world *world;
    struct http_request *req;
    struct authorize_args args;
    struct consent consent;
    struct authorize_view view;
    struct authorize_plan plan;
    struct why why;
    struct op find, issue;
    unsigned stage;                                                   // of want_visit
    int app_at, user_at, team_at, home_at, enterprise_at, channel_at; // indexes of wants, -1 = not asked
    struct code code;
    struct str code_text;
};

static void fail(struct visit *v, enum wire_err error)
{
    struct page_error e = {
        .error = error,
        .why = &v->why,
        .passed = v->args.redirect_uri,
        .hint = error == W_BAD_REDIRECT_URI ? &v->plan.hint : NULL,
        .tell = v->world->dev && v->args.settings->explain == EXPLAIN_ON,
    };
    op_release(&v->find);
    op_release(&v->issue);
    page_error(v->req, &e);
}

static struct str param(const struct args *a, const char *name)
{
    return args_value(a, name);
}

// The part of the Host header in front of our own host; empty when there is none (authorize.md 1).
static struct str host_domain(const struct world *w, const struct http_request *req)
{
    struct str host = http_field(req, "Host"), own = w->public_url;
    own = str_from(own, str_find_str(own, STR("://")) + 3);
    struct str label = str_upto(host, str_find(host, '.'));
    return label.n && str_ieq(str_from(host, label.n + 1), own) ? label : (struct str){NULL, 0};
}

static bool read_args(struct visit *v, enum code_endpoint endpoint)
{
    struct args a = {0};
    if (form_parse(v->req->query, ARG_QUERY, v->req->arena, &a)) return false;
    v->args = (struct authorize_args){
        .endpoint = endpoint,
        .client_id = str_trim(param(&a, "client_id")),
        .scope = param(&a, "scope"),
        .user_scope = param(&a, "user_scope"),
        .redirect_uri = param(&a, "redirect_uri"),
        .state = param(&a, "state"),
        .team = param(&a, "team"),
        .code_challenge = param(&a, "code_challenge"),
        .code_challenge_method = param(&a, "code_challenge_method"),
        .nonce = param(&a, "nonce"),
        .response_type = param(&a, "response_type"),
        .host_domain = host_domain(v->world, v->req),
        .now = v->req->now,
        .settings = world_settings(v->world),
    };
    return true;
}

// Who decides without a browser (interfaces.md): the header of this request, else --auto-approve. false: the header
// cannot be read.
static bool read_consent(struct visit *v)
{
    struct str header = http_field(v->req, "X-Hallpass-Consent");
    if (!v->world->consent_automation) return true;
    if (header.n) {
        if (!consent_parse(header, v->req->arena, &v->consent, &v->why)) return false;
    } else if (v->world->auto_approve) {
        v->consent = v->world->approve_as;
        v->consent.decision = DECISION_APPROVE;
    }
    // team=E... asks for an org-wide install (authorize.md 4).
    bool chosen = !id_none(&v->consent.team) || !id_none(&v->consent.enterprise);
    if (!chosen && str_starts(v->args.team, STR("E")) && v->args.team.n < LIMIT_ID)
        return str_copy(v->consent.enterprise.s, LIMIT_ID, v->args.team);
    return true;
}

static int want(struct op *op, enum want_kind kind, struct str key)
{
    const struct str none = {NULL, 0};
    return (int)op_want(op, kind, key, none, none);
}

static const void *row(const struct visit *v, int at)
{
    return at < 0 ? NULL : op_row(&v->find, (unsigned)at);
}

// Round 0: the app and the place that was asked for; nothing else matters while nobody decides.
static void want_first(struct visit *v, struct op *op)
{
    struct str team = id_none(&v->consent.team) ? v->args.team : id_str(&v->consent.team);
    v->app_at = want(op, WANT_APP_BY_CLIENT, v->args.client_id);
    if (v->consent.decision == DECISION_NONE) return;
    if (!id_none(&v->consent.user)) v->user_at = want(op, WANT_USER, id_str(&v->consent.user));
    if (v->args.host_domain.n)
        v->team_at = want(op, WANT_WORKSPACE_BY_DOMAIN, v->args.host_domain);
    else if (team.n)
        v->team_at = want(op, WANT_WORKSPACE, team);
}

// Round 1: a person where none was named: the first of that place who may install.
static void want_person(struct visit *v, struct op *op)
{
    const struct app *app = row(v, v->app_at);
    const struct workspace *team = row(v, v->team_at);
    if (v->consent.decision == DECISION_NONE || v->user_at >= 0 || !app) return;
    struct str place = {NULL, 0};
    if (!(app->flags & APP_DISTRIBUTED)) place = id_str(&app->workspace);
    if (team) place = id_str(&team->id);
    v->user_at = want(op, WANT_FIRST_USER, place);
}

// Round 2: the workspace of that person unless one was chosen; the org of an org-wide install; the channel.
static void want_place(struct visit *v, struct op *op)
{
    const struct user *user = row(v, v->user_at);
    const struct workspace *team = row(v, v->team_at);
    if (!user) return;
    bool chosen = !id_none(&v->consent.team);
    // A `team` where the person is not a member counts for nothing (authorize.md 4).
    if (!chosen && (!team || !id_eq(&team->id, &user->workspace)))
        v->team_at = want(op, WANT_WORKSPACE, id_str(&user->workspace));
    if (!id_none(&v->consent.enterprise)) v->enterprise_at = want(op, WANT_ENTERPRISE, id_str(&v->consent.enterprise));
    v->home_at = want(op, WANT_WORKSPACE, id_str(&user->workspace));
    if (!id_none(&v->consent.channel)) v->channel_at = want(op, WANT_CHANNEL, id_str(&v->consent.channel));
}

static bool asks_for_webhook(const struct visit *v)
{
    struct str name = STR("incoming-webhook");
    return str_find_str(v->args.scope, name) < v->args.scope.n ||
           str_find_str(v->args.user_scope, name) < v->args.user_scope.n;
}

// Round 3: the org of the workspace; a channel where one is needed and none was picked.
static void want_rest(struct visit *v, struct op *op)
{
    const struct workspace *team = row(v, v->team_at), *home = row(v, v->home_at);
    const struct workspace *place = id_none(&v->consent.enterprise) ? team : home;
    if (team && v->enterprise_at < 0 && !id_none(&team->enterprise))
        v->enterprise_at = want(op, WANT_ENTERPRISE, id_str(&team->enterprise));
    if (place && v->channel_at < 0 && asks_for_webhook(v))
        v->channel_at = want(op, WANT_FIRST_CHANNEL, id_str(&place->id));
}

// A stage that needs nothing is passed over at once: a round that adds nothing would end the reading.
static void want_visit(struct op *op, unsigned round)
{
    static void (*const stages[])(struct visit *, struct op *) = {want_first, want_person, want_place, want_rest};
    struct visit *v = op->ctx;
    unsigned before = op->nwant;
    if (round == 0) v->stage = 0;
    while (v->stage < ARRAY_LEN(stages) && op->nwant == before) stages[v->stage++](v, op);
}

static const struct op_type op_visit = {.name = "authorize", .want = want_visit};

static enum wire_err decide_issue(struct op *op)
{
    struct visit *v = op->ctx;
    op_write(op, ADD_CODE)->row = &v->code;
    return W_OK;
}

static void want_nothing(struct op *op, unsigned round)
{
    (void)op;
    (void)round;
}

static const struct op_type op_issue = {.name = "issue_code", .want = want_nothing, .decide = decide_issue};

static void note_visit(struct visit *v)
{
    struct http_note *note = &v->req->note;
    struct arena *arena = v->req->arena;
    if (v->view.app) {
        note->app_id = arena_str(arena, id_str(&v->view.app->id));
        note->app_name = arena_str(arena, v->view.app->name);
    }
    if (v->view.user) note->user_id = arena_str(arena, id_str(&v->view.user->id));
    if (v->view.enterprise) note->enterprise_id = arena_str(arena, id_str(&v->view.enterprise->id));
    if (v->plan.org_wide || !v->view.workspace) return;
    note->team_id = arena_str(arena, id_str(&v->view.workspace->id));
    note->team_name = arena_str(arena, v->view.workspace->name);
}

static void redirect(struct visit *v, struct str location)
{
    op_release(&v->find);
    op_release(&v->issue);
    page_redirect(v->req, location);
}

static void issued(struct http_request *req)
{
    struct visit *v = req->state;
    req->note.commit_us = v->issue.commit_us;
    if (v->issue.outcome != OP_DONE) {
        why_set(&v->why, req->arena, CAUSE_STORE, "the store answered %s", status_name(v->issue.fault));
        fail(v, v->issue.fault == E_BUSY ? W_SERVICE_UNAVAILABLE : W_FATAL_ERROR);
        return;
    }
    struct str bot = v->plan.bot_granted, user = v->plan.user_granted;
    req->note.detail = arena_printf(req->arena, "consent %.*s%s%.*s", STR_FMT(str_upto(bot, 200)),
                                    bot.n && user.n ? " user " : "", STR_FMT(str_upto(user, 200)));
    redirect(v, authorize_location(v->plan.redirect_uri, v->code_text, v->args.state, req->arena));
}

// AUTH_ISSUE: the code is written, then handed over: what the browser carries away is durable.
static void issue(struct visit *v)
{
    struct world *w = v->world;
    struct http_request *req = v->req;
    struct secret_text secret;
    assert(v->view.app); // or it was refused
    const struct mint_names names = {.client_id = v->view.app->client_id};
    authorize_code_row(&v->args, &v->view, &v->plan, &v->code);
    struct str home = v->plan.org_wide ? id_str(&v->code.enterprise) : id_str(&v->code.workspace);
    v->code.id = locator_next(&w->locators, locator_shard(home), req->now);
    world_secret(w, &secret);
    v->code_text = credential_mint(CRED_CODE, v->code.id, &names, &secret, req->arena, &v->code.hash);
    v->issue = (struct op){.type = &op_issue, .arena = req->arena, .ctx = v, .now = req->now};
    world_run(w, req, &v->issue, issued);
}

static void need_person(struct visit *v)
{
    struct http_request *req = v->req;
    why_set(&v->why, req->arena, CAUSE_CONSENT_NEEDED, "nobody has decided: no consent header and no --auto-approve");
    req->note.cause = cause_name(v->why.cause);
    req->note.detail = v->why.detail;
    op_release(&v->find);
    page_plain(req, 403, "Nobody has decided yet",
               v->world->consent_automation
                   ? "Start the server with <code>--auto-approve</code>, or send the header "
                     "<code>X-Hallpass-Consent: approve</code> with this request."
                   : "This server does not yet show sign-in and consent pages, so nothing can be granted here.");
}

static void found(struct http_request *req)
{
    struct visit *v = req->state;
    if (v->find.outcome != OP_DONE) {
        fail(v, W_FATAL_ERROR);
        return;
    }
    v->view = (struct authorize_view){
        .app = row(v, v->app_at),
        .user = row(v, v->user_at),
        .home = row(v, v->home_at),
        .workspace = id_none(&v->consent.enterprise) ? row(v, v->team_at) : NULL,
        .enterprise = row(v, v->enterprise_at),
        .channel = row(v, v->channel_at),
    };
    enum authorize_outcome outcome = authorize_decide(&v->args, &v->view, &v->consent, req->arena, &v->plan, &v->why);
    note_visit(v);
    switch (outcome) {
    case AUTH_ERROR: fail(v, v->plan.error); break;
    case AUTH_NEED_SIGNIN:
    case AUTH_NEED_CONSENT: need_person(v); break;
    case AUTH_DENIED:
        req->note.error = wire_row(W_ACCESS_DENIED)->name;
        redirect(v, authorize_denial(v->plan.redirect_uri, v->args.state, req->arena));
        break;
    case AUTH_ISSUE: issue(v); break;
    }
}

static void visit_begin(struct visit *v, enum code_endpoint endpoint)
{
    struct http_request *req = v->req;
    if (!read_args(v, endpoint)) {
        why_set(&v->why, req->arena, CAUSE_FORM_SYNTAX, "the query holds a %% without two hex digits");
        fail(v, W_INVALID_ARGUMENTS);
    } else if (!read_consent(v)) {
        fail(v, W_INVALID_ARGUMENTS);
    } else {
        v->find = (struct op){.type = &op_visit, .arena = req->arena, .ctx = v, .now = req->now};
        world_run(v->world, req, &v->find, found);
    }
}

void authorize_handle(struct world *w, struct http_request *req, enum code_endpoint endpoint)
{
    struct visit *v = arena_alloc(req->arena, sizeof *v);
    *v = (struct visit){.world = w,
                        .req = req,
                        .app_at = -1,
                        .user_at = -1,
                        .team_at = -1,
                        .home_at = -1,
                        .enterprise_at = -1,
                        .channel_at = -1};
    req->state = v;
    v->args.settings = world_settings(w);
    switch (req->verb) {
    case VERB_GET:
    case VERB_HEAD:
        if (w->maintenance)
            fail(v, W_SERVICE_UNAVAILABLE);
        else
            visit_begin(v, endpoint);
        break;
    case VERB_POST: // only a consent form of ours may post, and none is out
        fail(v, W_CONSENT_EXPIRED);
        break;
    default:
        http_header(req, "Allow", STR("GET, HEAD, POST"));
        page_plain(req, 405, "Method not allowed", "This page is opened with GET.");
    }
}
