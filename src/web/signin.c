// SPDX-License-Identifier: Apache-2.0
#include "web/signin.h"

#include "web/failure.h"
#include "web/login.h"
#include "web/page.h"

static const struct login_method *method_of(const struct world *w)
{
    return w->dev ? &login_people : &login_local;
}

static struct signin *signin_new(struct world *w, struct http_request *req, const struct session *session)
{
    struct signin *s = arena_alloc(req->arena, sizeof *s);
    *s = (struct signin){.world = w, .req = req, .method = method_of(w)};
    s->handout = (struct handout){.world = w, .session = session, .form = {.kind = FORM_SIGNIN}};
    req->state = s;
    return s;
}

static void handed_out(struct http_request *req)
{
    struct signin *s = req->state;
    struct why why = {0};
    req->note.commit_us = s->handout.op.commit_us;
    if (s->handout.op.outcome != OP_DONE) {
        enum wire_err error = failure_of_store(&why, req->arena, &s->handout.op);
        failure_plain(s->world, req, error, &why, (struct str){NULL, 0});
        return;
    }
    s->view.frame.form = s->handout.token;
    page_open(req, s->status ? (int)s->status : 200, PAGE_FORM_HERE);
    view_signin(&req->resp.body, &s->view);
    http_reply(req);
}

void signin_ready(struct signin *s)
{
    struct frame_view frame;
    page_frame(s->world, s->req, &frame);
    s->view.frame = frame;
    s->view.path = STR("/signin");
    handout_run(&s->handout, s->req, handed_out);
}

void signin_for_visit(struct visit *v)
{
    struct http_request *req = v->req;
    struct arena *arena = req->arena;
    const struct place_view *in = &v->who.in;
    struct signin *s = signin_new(v->world, req, v->who.session);
    s->view.app = v->view.app ? arena_str(arena, v->view.app->name) : (struct str){NULL, 0};
    if (in->asked) {
        struct id *asked = arena_alloc(arena, sizeof *asked);
        *asked = in->asked->id;
        s->asked = asked;
        s->view.asked = arena_str(arena, in->asked->name);
        s->view.domain = arena_str(arena, in->asked->domain);
    } else if (in->asked_org) {
        s->view.asked = arena_str(arena, in->asked_org->name);
    }
    s->handout.form.path = v->path;
    s->handout.form.query = authorize_query(&v->args, v->args.team, arena);
    s->handout.form.domain = v->args.host_domain;
    req->note.cause = cause_name(CAUSE_CONSENT_NEEDED);
    req->note.detail = STR("nobody is signed in who could be asked");
    op_release(&v->op);
    s->method->ask(s);
}

void signin_for_page(struct world *w, struct http_request *req, const struct session *session, struct str path)
{
    struct signin *s = signin_new(w, req, session);
    s->handout.form.path = path;
    s->method->ask(s);
}

// About the same request as the form that came back.
static struct signin *signin_of_post(struct post *p)
{
    struct signin *s = signin_new(p->world, p->req, p->session);
    s->post = p;
    s->handout.form.path = p->form->path;
    s->handout.form.query = p->form->query;
    s->handout.form.domain = p->form->domain;
    return s;
}

void signin_for_post(struct post *p)
{
    struct signin *s = signin_of_post(p);
    s->method->ask(s);
}

void signin_again(struct signin *s)
{
    s->method->ask(s);
}

void signin_unknown(struct signin *s, unsigned status, struct str problem)
{
    s->req->note.cause = cause_name(CAUSE_SIGNIN_FAILED);
    s->view.problem = problem;
    s->status = status;
    s->method->ask(s);
}

void signin_fault(struct signin *s)
{
    post_fault(s->post, &s->op);
}

static void want_enter(struct op *op, unsigned round)
{
    struct signin *s = op->ctx;
    const struct str none = {NULL, 0};
    if (round > 0) return;
    post_want(s->post, op);
    op_want(op, WANT_USER, id_str(&s->user), none, none);
}

// A new secret for the session (security.md S29). The guard is the session's epoch, which ends every form handed out
// before, this one too.
static enum wire_err decide_enter(struct op *op)
{
    struct signin *s = op->ctx;
    const struct user *user = op_row(op, 2);
    s->refused = false;
    if (post_judge(s->post, op, form_bit(FORM_SIGNIN)) != FORM_GOOD) return W_CONSENT_EXPIRED;
    s->refused = !user || user_closed(user, s->at);
    if (s->refused) return W_USER_IS_RESTRICTED;
    s->workspace = user->workspace;
    renewal_fill(&s->renewal, s->post->session, session_with(s->post->session->people, &user->id, s->at, op->arena),
                 op->now);
    op_write(op, RENEW_SESSION)->row = &s->renewal.row;
    return W_OK;
}

static void refuse_closed(struct signin *s)
{
    struct why *why = &s->post->why;
    why_set(why, s->req->arena, CAUSE_USER_DEACTIVATED, "user %s is deactivated", s->user.s);
    failure_plain(s->world, s->req, W_USER_IS_RESTRICTED, why,
                  form_again(s->post->form, (struct str){NULL, 0}, s->world, s->req));
}

static void entered(struct http_request *req)
{
    struct signin *s = req->state;
    req->note.commit_us = s->op.commit_us;
    op_release(&s->op);
    if (s->refused) {
        refuse_closed(s);
    } else if (s->op.outcome == OP_REFUSED) {
        post_refuse(s->post);
    } else if (s->op.outcome != OP_DONE) {
        signin_fault(s);
    } else {
        req->note.user_id = id_str(&s->user);
        req->note.team_id = id_str(&s->workspace);
        browser_cookie_set(s->world, req, s->renewal.cookie);
        page_see_other(s->world, req, form_again(s->post->form, id_str(&s->workspace), s->world, req));
    }
}

void signin_known(struct signin *s, const struct id *user, const struct id *workspace)
{
    static const struct op_type type = {.name = "sign_in", .want = want_enter, .decide = decide_enter};
    struct http_request *req = s->req;
    s->user = *user;
    // Of the shard of user.since, which it is held against: within a shard the order is exact.
    s->at = locator_next(&s->world->locators, locator_shard(id_str(workspace)), req->now);
    renewal_draw(s->world, req, &s->post->cookie, &s->renewal);
    s->op = (struct op){.type = &type, .arena = req->arena, .ctx = s, .now = req->now};
    world_run(s->world, req, &s->op, entered);
}

static void want_answer(struct op *op, unsigned round)
{
    const struct post *p = op->ctx;
    if (round == 0) post_want(p, op);
}

struct answering {
    struct post *post;
    struct op op;
};

static void answered(struct http_request *req)
{
    struct answering *a = req->state;
    if (a->op.outcome != OP_DONE) {
        post_fault(a->post, &a->op);
    } else if (post_judge(a->post, &a->op, form_bit(FORM_SIGNIN)) != FORM_GOOD) {
        post_refuse(a->post);
    } else {
        struct signin *s = signin_of_post(a->post);
        s->method->answer(s);
    }
}

void signin_handle(struct world *w, struct http_request *req)
{
    static const struct op_type type = {.name = "signin", .want = want_answer};
    if (req->verb == VERB_GET || req->verb == VERB_HEAD) { // whoever asks for it by name lands behind it
        page_see_other(w, req, STR("/apps"));
        return;
    }
    struct post *p = post_read(w, req);
    if (!p) return;
    struct answering *a = arena_alloc(req->arena, sizeof *a);
    *a = (struct answering){.post = p, .op = {.type = &type, .arena = req->arena, .ctx = p, .now = req->now}};
    req->state = a;
    world_run(w, req, &a->op, answered);
}
