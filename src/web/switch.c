// SPDX-License-Identifier: Apache-2.0
// POST /switch and POST /signout: who of those that are signed in is the present one, or nobody. Both renew the
// session's secret (security.md S29).
#include "web/login.h"
#include "web/page.h"
#include "web/signin.h"

struct switching {
    struct post *post;
    struct op op;
    bool out;          // sign out
    struct id account; // person or org to go on as; empty: one more is to sign in
    struct renewal renewal;
};

static const unsigned any_page =
    1u << FORM_SIGNIN | 1u << FORM_CONSENT | 1u << FORM_ERROR | 1u << FORM_APPS | 1u << FORM_APPROVALS;

static void want(struct op *op, unsigned round)
{
    struct switching *s = op->ctx;
    const struct str none = {NULL, 0};
    if (round > 0) return;
    post_want(s->post, op);
    if (!id_none(&s->account) && !id_is_org(&s->account)) op_want(op, WANT_USER, id_str(&s->account), none, none);
}

// Whether that person has signed in at this browser, and that still counts.
static bool is_here(const struct session *session, const struct user *user)
{
    struct str rest = session->people;
    struct id id;
    int64_t at;
    while (user && session_next(&rest, &id, &at))
        if (id_eq(&id, &user->id)) return session_counts(user, at);
    return false;
}

static enum wire_err decide(struct op *op)
{
    struct switching *s = op->ctx;
    const struct user *user = op_row(op, 2);
    if (post_judge(s->post, op, any_page) != FORM_GOOD) return W_CONSENT_EXPIRED;
    const struct session *session = s->post->session;
    struct str people = s->out ? (struct str){NULL, 0} : session->people;
    if (!s->out && id_none(&s->account)) return W_OK;
    if (!s->out && !id_is_org(&s->account)) {
        if (!is_here(session, user)) return W_CONSENT_EXPIRED;
        people = session_with(people, &user->id, 0, op->arena);
        s->account = user->workspace; // where the request goes on
    }
    renewal_fill(&s->renewal, session, people, op->now);
    op_write(op, RENEW_SESSION)->row = &s->renewal.row;
    return W_OK;
}

static void switched(struct http_request *req)
{
    struct switching *s = req->state;
    struct post *p = s->post;
    req->note.commit_us = s->op.commit_us;
    op_release(&s->op);
    if (s->op.outcome == OP_REFUSED) {
        post_refuse(p);
    } else if (s->op.outcome != OP_DONE) {
        post_fault(p, &s->op);
    } else if (!s->out && id_none(&s->account)) {
        signin_for_post(p);
    } else {
        browser_cookie_set(p->world, req, s->renewal.cookie);
        page_see_other(p->world, req, form_again(p->form, id_str(&s->account), p->world, req));
    }
}

static void begin(struct world *w, struct http_request *req, bool out)
{
    static const struct op_type type = {.name = "switch", .want = want, .decide = decide};
    struct post *p = post_read(w, req);
    if (!p) return;
    struct switching *s = arena_alloc(req->arena, sizeof *s);
    *s = (struct switching){.post = p, .out = out};
    if (!out && !str_copy(s->account.s, sizeof s->account.s, args_value(&p->args, "account")))
        s->account = (struct id){{0}};
    renewal_draw(w, req, &p->cookie, &s->renewal);
    s->op = (struct op){.type = &type, .arena = req->arena, .ctx = s, .now = req->now};
    req->state = s;
    world_run(w, req, &s->op, switched);
}

void switch_handle(struct world *w, struct http_request *req)
{
    begin(w, req, false);
}

void signout_handle(struct world *w, struct http_request *req)
{
    begin(w, req, true);
}
