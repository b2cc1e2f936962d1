// SPDX-License-Identifier: Apache-2.0
#include "web/own_page.h"

#include "web/failure.h"
#include "web/page.h"
#include "web/signin.h"

static void want_session(struct own_page *p, struct op *op)
{
    who_want_session(&p->who, op);
}

static void want_people(struct own_page *p, struct op *op)
{
    who_want_people(&p->who, op);
}

static void want_places(struct own_page *p, struct op *op)
{
    who_want_places(&p->who, op, NULL);
}

static void want_orgs(struct own_page *p, struct op *op)
{
    who_want_orgs(&p->who, op, NULL);
}

static void take(struct own_page *p, struct op *op)
{
    who_take(&p->who, op);
    if (p->who.in.npeople == 0) return;
    p->user = p->who.in.people[0];
    p->home = place_workspace(&p->who.in, &p->user->workspace);
    p->org = p->home ? place_enterprise(&p->who.in, &p->home->enterprise) : NULL;
}

// As visit_want: a stage that needs nothing is passed over at once.
static void want(struct op *op, unsigned round)
{
    static void (*const stages[])(struct own_page *, struct op *) = {want_session, want_people, want_places, want_orgs,
                                                                     take};
    struct own_page *p = op->ctx;
    unsigned before = op->nwant;
    if (round == 0) {
        who_forget(&p->who);
        p->stage = 0;
        p->user = NULL;
        p->home = NULL;
        p->org = NULL;
    }
    while (p->stage < ARRAY_LEN(stages) && op->nwant == before) stages[p->stage++](p, op);
    if (op->nwant == before && p->home && p->want) p->want(p, op, p->stage++ - (unsigned)ARRAY_LEN(stages));
}

void own_page_frame(const struct own_page *p, struct frame_view *out)
{
    page_frame(p->world, p->req, out);
    out->form = p->handout.token;
    out->person = user_name(p->user);
    out->place = p->home->name;
}

static void handed_out(struct http_request *req)
{
    struct own_page *p = req->state;
    struct why why = {0};
    req->note.commit_us = p->handout.op.commit_us;
    if (p->handout.op.outcome != OP_DONE) {
        op_release(&p->op);
        failure_plain(p->world, req, failure_of_store(&why, req->arena, &p->handout.op), &why, p->path);
        return;
    }
    page_open(req, 200, PAGE_FORM_HERE);
    p->show(p, &req->resp.body);
    op_release(&p->op);
    http_reply(req);
}

static void found(struct http_request *req)
{
    struct own_page *p = req->state;
    struct why why = {0};
    if (p->op.outcome != OP_DONE) {
        failure_plain(p->world, req, failure_of_store(&why, req->arena, &p->op), &why, p->path);
    } else if (!p->home) {
        op_release(&p->op);
        signin_for_page(p->world, req, p->who.session, p->path);
    } else {
        req->note.user_id = arena_str(req->arena, id_str(&p->user->id));
        req->note.team_id = arena_str(req->arena, id_str(&p->home->id));
        p->handout = (struct handout){.world = p->world, .session = p->who.session};
        p->handout.form = (struct form){.kind = p->kind, .path = p->path, .user = p->user->id, .place = p->home->id};
        handout_run(&p->handout, req, handed_out);
    }
}

void own_page_run(struct own_page *p)
{
    static const struct op_type type = {.name = "page", .want = want};
    struct http_request *req = p->req;
    if (p->world->maintenance) {
        failure_plain(p->world, req, W_SERVICE_UNAVAILABLE, &(struct why){0}, p->path);
        return;
    }
    who_init(&p->who, p->world, req);
    p->op = (struct op){.type = &type, .arena = req->arena, .ctx = p, .now = req->now};
    req->state = p;
    world_run(p->world, req, &p->op, found);
}

void own_page_want_presser(struct who *who, struct post *post, struct op *op, unsigned round)
{
    if (round == 0) {
        who_forget(who);
        post_want(post, op);
        who->session_at = 0; // the first of post_want
    } else if (round == 1) {
        who_want_people(who, op);
    }
}

const struct user *own_page_presser(struct who *who, struct post *post, const struct op *op, enum form_kind kind)
{
    if (post_judge(post, op, form_bit(kind)) != FORM_GOOD) return NULL;
    who_take_people(who, op, NULL);
    const struct user *present = who->in.npeople ? who->in.people[0] : NULL;
    // The page was shown to the person who is still the present one.
    return present && id_eq(&present->id, &post->form->user) ? present : NULL;
}
