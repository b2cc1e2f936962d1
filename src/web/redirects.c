// SPDX-License-Identifier: Apache-2.0
// POST /redirects, the button "Add this URL" of an error page: hallpass dev only. The URL is that of the stored
// request; nothing of it comes from the browser.
#include "web/apps.h"
#include "web/failure.h"
#include "web/page.h"
#include "web/post.h"
#include "world/manifest.h"

struct adding {
    struct post *post;
    struct visit *visit; // the request that the form is about
    struct op op;
    struct app app;
    enum status status;
    const char *why;
};

static void want(struct op *op, unsigned round)
{
    struct adding *a = op->ctx;
    const struct str none = {NULL, 0};
    const struct form *form = op_row(op, 1);
    if (round == 0) post_want(a->post, op);
    if (round != 1 || !form || !visit_read(a->visit, form->query, form->domain)) return;
    op_want(op, WANT_APP_BY_CLIENT, a->visit->args.client_id, none, none);
}

static enum wire_err decide(struct op *op)
{
    struct adding *a = op->ctx;
    const struct app *app = op_row(op, 2);
    if (post_judge(a->post, op, form_bit(FORM_ERROR)) != FORM_GOOD || !app || app->flags & APP_DELETED)
        return W_CONSENT_EXPIRED;
    a->app = *app;
    a->status = manifest_add_redirect(&a->app, a->visit->args.redirect_uri,
                                      a->visit->args.settings->allow_http_redirects, op->arena, &a->why);
    if (a->status == OK) op_write(op, PUT_APP)->row = &a->app;
    return W_OK;
}

static void added(struct http_request *req)
{
    struct adding *a = req->state;
    struct post *p = a->post;
    struct str none = {NULL, 0};
    req->note.commit_us = a->op.commit_us;
    op_release(&a->op);
    if (a->op.outcome == OP_REFUSED) {
        post_refuse(p);
    } else if (a->op.outcome != OP_DONE) {
        post_fault(p, &a->op);
    } else if (a->status && a->status != E_CONFLICT) {
        why_set(&p->why, req->arena, CAUSE_REDIRECT_NO_MATCH, "the URL cannot be added: %s",
                a->why ? a->why : status_name(a->status));
        failure_plain(p->world, req, W_BAD_REDIRECT_URI, &p->why, none);
    } else {
        req->note.detail = STR("redirect URL added");
        page_see_other(p->world, req, form_again(p->form, none, p->world, req));
    }
}

void redirects_handle(struct world *w, struct http_request *req)
{
    static const struct op_type type = {.name = "add_redirect", .want = want, .decide = decide};
    struct post *p = post_read(w, req);
    if (!p) return;
    struct adding *a = arena_alloc(req->arena, sizeof *a);
    *a = (struct adding){.post = p, .visit = visit_new(w, req, (struct str){NULL, 0}, EP_V2)};
    a->op = (struct op){.type = &type, .arena = req->arena, .ctx = a, .now = req->now};
    req->state = a;
    world_run(w, req, &a->op, added);
}
