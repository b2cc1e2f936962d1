// SPDX-License-Identifier: Apache-2.0
// Requests of members to install an app, where apps_need_approval is set (authorize.md 4): admins approve or deny.
#include "oauth/account.h"
#include "web/apps.h"
#include "web/own_page.h"
#include "web/page.h"
#include "web/scope_words.h"

enum { SHOWN = 20, READ_MAX = 200 };

struct approvals_page {
    struct own_page page;
    int requests_at, apps_at, people_at;
};

static const struct row_list *list(const struct own_page *p, int at)
{
    return at < 0 ? NULL : op_row(&p->op, (unsigned)at);
}

static struct str append(struct str ids, const struct id *id, struct arena *arena)
{
    return arena_printf(arena, "%.*s%s%s", STR_FMT(ids), ids.n ? "," : "", id->s);
}

static void want(struct own_page *p, struct op *op, unsigned round)
{
    struct approvals_page *a = p->state;
    struct str none = {NULL, 0}, apps = none, people = none;
    if (!user_is_approver(p->user) || round > 1) return;
    if (round == 0) {
        a->apps_at = a->people_at = -1;
        a->requests_at = (int)op_want_list(op, WANT_APPROVALS_IN, id_str(&p->home->id), none, READ_MAX);
        return;
    }
    const struct row_list *requests = list(p, a->requests_at);
    for (size_t i = 0; requests && i < requests->n && i < SHOWN; i++) {
        const struct approval *r = requests->v[i];
        apps = append(apps, &r->app, op->arena);
        people = append(people, &r->user, op->arena);
    }
    a->apps_at = (int)op_want_list(op, WANT_APPS, apps, none, SHOWN);
    a->people_at = (int)op_want_list(op, WANT_USERS, people, none, SHOWN);
}

static struct str locator_text(int64_t id, struct arena *arena)
{
    return arena_printf(arena, "%lld", (long long)id);
}

static void fill(const struct own_page *p, const struct approval *r, struct request_view *out)
{
    const struct approvals_page *a = p->state;
    const struct app *app = row_by_id(list(p, a->apps_at), &r->app);
    const struct user *user = row_by_id(list(p, a->people_at), &r->user);
    const struct scope_lists lists[] = {{.asked = r->bot_scopes}, {.asked = r->user_scopes}};
    struct arena *arena = p->req->arena;
    struct str name = app ? app->name : id_str(&r->app);
    *out = (struct request_view){.id = locator_text(r->id, arena),
                                 .app = name,
                                 .person = user ? user_name(user) : id_str(&r->user),
                                 .message = r->message,
                                 .when = page_date(r->created, arena),
                                 .face = page_face(name, id_str(&r->app), arena)};
    scope_words(lists, ARRAY_LEN(lists), arena, out->see, out->change);
}

static void show(struct own_page *p, struct buf *body)
{
    const struct approvals_page *a = p->state;
    const struct row_list *rows = list(p, a->requests_at);
    struct approvals_view view = {.notice = p->notice};
    struct request_view *requests = arena_alloc(p->req->arena, SHOWN * sizeof *requests);
    size_t n = rows && requests ? rows->n : 0;
    view.hidden = n > SHOWN ? n - SHOWN : 0;
    view.nrequests = n - view.hidden;
    for (size_t i = 0; i < view.nrequests; i++) fill(p, rows->v[i], &requests[i]);
    view.requests = requests;
    own_page_frame(p, &view.frame);
    view_approvals(body, &view);
}

// Members find no list here: only a sentence.
static void show_refusal(struct own_page *p, struct buf *body)
{
    struct plain_view view = {.heading = "Only admins decide on requests",
                              .text = "Owners and admins of the workspace approve or deny what members ask for.",
                              .link = STR("/apps"),
                              .link_text = STR("Your apps")};
    own_page_frame(p, &view.frame);
    view_plain(body, &view);
}

static void show_either(struct own_page *p, struct buf *body)
{
    (user_is_approver(p->user) ? show : show_refusal)(p, body);
}

static void run(struct world *w, struct http_request *req, struct str notice)
{
    struct approvals_page *a = arena_alloc(req->arena, sizeof *a);
    *a = (struct approvals_page){.requests_at = -1, .apps_at = -1, .people_at = -1};
    a->page = (struct own_page){.world = w,
                                .req = req,
                                .path = STR("/approvals"),
                                .kind = FORM_APPROVALS,
                                .notice = notice,
                                .state = a,
                                .want = want,
                                .show = show_either};
    own_page_run(&a->page);
}

struct deciding {
    struct post *post;
    struct who who;
    struct approval row; // id and verdict as they were sent
    bool nothing;        // there is no such request, or it was decided on
    struct op op;
};

static void want_decision(struct op *op, unsigned round)
{
    struct deciding *d = op->ctx;
    own_page_want_presser(&d->who, d->post, op, round);
    if (round == 0) op_want_id(op, WANT_APPROVAL, d->row.id);
}

static enum wire_err decide(struct op *op)
{
    struct deciding *d = op->ctx;
    const struct user *user = own_page_presser(&d->who, d->post, op, FORM_APPROVALS);
    const struct approval *stored = op_row(op, 2);
    enum approval_verdict verdict = d->row.verdict;
    if (!user) return W_CONSENT_EXPIRED;
    // Of one's own workspace, and only once: the guard holds the second.
    bool theirs = stored && user_is_approver(user) && id_eq(&stored->workspace, &user->workspace);
    d->nothing = !theirs || stored->verdict != VERDICT_NONE;
    if (d->nothing) return W_OK;
    d->row = *stored;
    d->row.verdict = verdict;
    d->row.decided = op->now;
    d->row.decider = user->id;
    op_write(op, DECIDE_APPROVAL)->row = &d->row;
    return W_OK;
}

static void decided(struct http_request *req)
{
    struct deciding *d = req->state;
    req->note.commit_us = d->op.commit_us;
    op_release(&d->op);
    if (d->op.outcome == OP_REFUSED)
        post_refuse(d->post);
    else if (d->op.outcome != OP_DONE)
        post_fault(d->post, &d->op);
    else if (d->nothing)
        run(d->post->world, req, STR("Somebody has decided on that request already."));
    else
        run(d->post->world, req, d->row.verdict == VERDICT_APPROVED ? STR("Approved.") : STR("Denied."));
}

static void decision(struct world *w, struct http_request *req)
{
    static const struct op_type type = {.name = "decide_approval", .want = want_decision, .decide = decide};
    struct post *p = post_read(w, req);
    uint64_t id = 0;
    if (!p) return;
    struct str word = args_value(&p->args, "decision");
    bool approve = str_eq(word, STR("approve"));
    if (!str_u64(args_value(&p->args, "id"), INT64_MAX, &id) || (!approve && !str_eq(word, STR("deny")))) {
        run(w, req, STR("That button belongs to nothing here."));
        return;
    }
    struct deciding *d = arena_alloc(req->arena, sizeof *d);
    *d = (struct deciding){.post = p,
                           .row = {.id = (int64_t)id, .verdict = approve ? VERDICT_APPROVED : VERDICT_DENIED}};
    who_init(&d->who, w, req);
    d->op = (struct op){.type = &type, .arena = req->arena, .ctx = d, .now = req->now};
    req->state = d;
    world_run(w, req, &d->op, decided);
}

void approvals_handle(struct world *w, struct http_request *req)
{
    if (req->verb == VERB_POST)
        decision(w, req);
    else if (req->verb == VERB_GET || req->verb == VERB_HEAD)
        run(w, req, (struct str){NULL, 0});
    else
        page_bad_verb(w, req, "GET, HEAD, POST", "This page is opened with GET.");
}
