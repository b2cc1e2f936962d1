// SPDX-License-Identifier: Apache-2.0
#include "web/authorize.h"

#include "web/consent.h"
#include "web/failure.h"
#include "web/page.h"
#include "web/signin.h"

// A visit without a browser (interfaces.md): what it issues is one more operation.
struct automatic {
    struct visit *visit;
    enum authorize_outcome outcome;
    struct issue issue;
    struct op op;
};

// Who decides without a browser: the header of this request, else --auto-approve. false: the header cannot be read.
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
    v->automated = v->consent.decision != DECISION_NONE;
    // team=E... asks for an org-wide install (authorize.md 4).
    bool chosen = !id_none(&v->consent.team) || !id_none(&v->consent.enterprise);
    if (v->automated && !chosen && str_starts(v->args.team, STR("E")) && v->args.team.n < LIMIT_ID)
        return str_copy(v->consent.enterprise.s, LIMIT_ID, v->args.team);
    return true;
}

void issue_draw(struct visit *v, unsigned shard, struct issue *out)
{
    const struct mint_names names = {.client_id = v->args.client_id};
    struct secret_text secret;
    *out = (struct issue){.code = {.id = locator_next(&v->world->locators, shard, v->req->now)}};
    world_secret(v->world, &secret);
    out->text = credential_mint(CRED_CODE, out->code.id, &names, &secret, v->req->arena, &out->code.hash);
}

void issue_write(const struct visit *v, struct op *op, struct issue *out)
{
    int64_t id = out->code.id;
    struct hash hash = out->code.hash;
    if (v->plan.needs_approval) {
        struct str message = out->approval.message;
        authorize_approval_row(&v->args, &v->view, &v->plan, message, &out->approval);
        out->approval.id = id;
        op_write(op, ADD_APPROVAL)->row = &out->approval;
        return;
    }
    authorize_code_row(&v->args, &v->view, &v->plan, &out->code);
    out->code.id = id;
    out->code.hash = hash;
    op_write(op, ADD_CODE)->row = &out->code;
}

static void show_waiting(struct visit *v)
{
    struct http_request *req = v->req;
    struct waiting_view view = {.app = req->note.app_name};
    page_frame(v->world, req, &view.frame);
    view.again = arena_printf(req->arena, "%.*s?%.*s", STR_FMT(v->path),
                              STR_FMT(authorize_query(&v->args, v->args.team, req->arena)));
    req->note.detail = STR("asked the admins");
    page_open(req, 200, PAGE_FORM_NONE);
    view_waiting(&req->resp.body, &view);
    http_reply(req);
}

static void note_issued(struct visit *v)
{
    struct str bot = v->plan.bot_granted, user = v->plan.user_granted;
    v->req->note.detail = arena_printf(v->req->arena, "consent %.*s%s%.*s", STR_FMT(str_upto(bot, 200)),
                                       bot.n && user.n ? " user " : "", STR_FMT(str_upto(user, 200)));
}

void issue_answer(struct visit *v, const struct issue *i, enum authorize_outcome outcome)
{
    struct http_request *req = v->req;
    struct str location = {NULL, 0};
    if (outcome == AUTH_ISSUE) {
        note_issued(v);
        location = authorize_location(v->plan.redirect_uri, i->text, v->args.state, req->arena);
    } else if (outcome == AUTH_DENIED) {
        req->note.error = wire_row(W_ACCESS_DENIED)->name;
        location = authorize_denial(v->plan.redirect_uri, v->args.state, req->arena);
    }
    op_release(&v->op);
    if (outcome == AUTH_REQUEST)
        show_waiting(v);
    else
        page_redirect(req, location);
}

static enum wire_err decide_issue(struct op *op)
{
    struct automatic *a = op->ctx;
    issue_write(a->visit, op, &a->issue);
    return W_OK;
}

static void issued(struct http_request *req)
{
    struct automatic *a = req->state;
    req->note.commit_us = a->op.commit_us;
    if (a->op.outcome == OP_DONE)
        issue_answer(a->visit, &a->issue, a->outcome);
    else
        failure_show(a->visit, failure_of_store(&a->visit->why, req->arena, &a->op));
}

// What the browser carries away is durable.
static void issue(struct visit *v, enum authorize_outcome outcome)
{
    static const struct op_type type = {.name = "issue_code", .decide = decide_issue};
    struct http_request *req = v->req;
    struct automatic *a = arena_alloc(req->arena, sizeof *a);
    *a = (struct automatic){.visit = v, .outcome = outcome};
    const struct id *home = v->plan.org_wide ? &v->view.enterprise->id : &v->view.workspace->id;
    issue_draw(v, locator_shard(id_str(home)), &a->issue);
    a->op = (struct op){.type = &type, .arena = req->arena, .ctx = a, .now = req->now};
    req->state = a;
    world_run(v->world, req, &a->op, issued);
}

// Automation that names nobody who could decide.
static void nobody_decides(struct visit *v)
{
    struct http_request *req = v->req;
    req->note.cause = cause_name(v->why.cause);
    req->note.detail = v->why.detail;
    op_release(&v->op);
    page_plain(v->world, req, 403,
               &(struct plain_view){.heading = "Nobody has decided yet",
                                    .text = "The consent header or --auto-approve names no person, place or channel "
                                            "that fits this request. Without them this page asks who is there."});
}

static void found(struct http_request *req)
{
    struct visit *v = req->state;
    if (v->op.outcome != OP_DONE) {
        failure_show(v, failure_of_store(&v->why, req->arena, &v->op));
        return;
    }
    enum authorize_outcome outcome = visit_decide(v);
    visit_note(v);
    bool asks = outcome == AUTH_NEED_SIGNIN || outcome == AUTH_NEED_CONSENT;
    if (asks && v->automated)
        nobody_decides(v);
    else if (outcome == AUTH_ERROR)
        failure_show(v, v->plan.error);
    else if (outcome == AUTH_NEED_SIGNIN)
        signin_for_visit(v);
    else if (outcome == AUTH_NEED_CONSENT)
        consent_show(v);
    else if (outcome == AUTH_DENIED)
        issue_answer(v, NULL, outcome);
    else
        issue(v, outcome);
}

static void read_rows(struct visit *v)
{
    static const struct op_type type = {.name = "authorize", .want = visit_want};
    struct http_request *req = v->req;
    req->state = v;
    v->op = (struct op){.type = &type, .arena = req->arena, .ctx = v, .now = req->now};
    world_run(v->world, req, &v->op, found);
}

void authorize_again(struct visit *v, const char *gone)
{
    const struct form *form = v->form; // of the arena, as its texts are
    struct visit *next = visit_new(v->world, v->req, v->path, v->args.endpoint);
    bool readable = visit_read(next, form->query, form->domain);
    assert(readable); // it was once
    next->args.team = id_str(&form->place);
    next->gone = gone;
    next->earlier = v->consent;
    op_release(&v->op);
    read_rows(next);
}

static void look(struct visit *v)
{
    struct http_request *req = v->req;
    if (!visit_read(v, req->query, visit_domain(v->world, req))) {
        why_set(&v->why, req->arena, CAUSE_FORM_SYNTAX,
                "the query holds a %% without two hex digits, or too many parameters");
        failure_show(v, W_INVALID_ARGUMENTS);
    } else if (!read_consent(v)) {
        failure_show(v, W_INVALID_ARGUMENTS);
    } else {
        read_rows(v);
    }
}

void authorize_handle(struct world *w, struct http_request *req, struct str path, enum code_endpoint endpoint)
{
    bool reads = req->verb == VERB_GET || req->verb == VERB_HEAD;
    if (!reads && req->verb != VERB_POST) {
        page_bad_verb(w, req, "GET, HEAD, POST", "This page is opened with GET.");
        return;
    }
    struct visit *v = visit_new(w, req, path, endpoint);
    if (w->maintenance)
        failure_show(v, W_SERVICE_UNAVAILABLE);
    else if (reads)
        look(v);
    else
        consent_post(v);
}
