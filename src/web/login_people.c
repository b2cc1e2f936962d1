// SPDX-License-Identifier: Apache-2.0
// hallpass dev: whoever is there says who they are, out of the people of the sandbox.
#include "web/login.h"
#include "web/places.h"

enum { SHOWN = 40, FOUND_MAX = 1000 };

struct people {
    int users_at, places_at;
};

static void want_people(struct op *op, unsigned round)
{
    struct signin *s = op->ctx;
    struct people *p = s->method_state;
    const struct str none = {NULL, 0};
    if (round == 0) {
        p->users_at = (int)op_want_list(op, WANT_PEOPLE, s->view.find, none, FOUND_MAX);
    } else if (round == 1) {
        const struct row_list *users = op_row(op, (unsigned)p->users_at);
        struct str ids = {NULL, 0};
        for (size_t i = 0; users && i < users->n && i < SHOWN; i++) {
            const struct user *u = users->v[i];
            ids = arena_printf(op->arena, "%.*s%s%s", STR_FMT(ids), ids.n ? "," : "", u->workspace.s);
        }
        p->places_at = (int)op_want_list(op, WANT_WORKSPACES, ids, none, FOUND_MAX);
    }
}

// The first of the place that the link names, else the first of all.
static size_t preselected(const struct signin *s, const struct row_list *users, size_t n)
{
    for (size_t i = 0; s->asked && i < n; i++)
        if (id_eq(&((const struct user *)users->v[i])->workspace, s->asked)) return i;
    return 0;
}

static void listed(struct http_request *req)
{
    struct signin *s = req->state;
    const struct people *p = s->method_state;
    const struct row_list *users = op_row(&s->op, (unsigned)p->users_at);
    const struct place_view places = {.workspaces = op_row(&s->op, (unsigned)p->places_at)};
    size_t n = users ? users->n : 0;
    s->view.hidden = n > SHOWN ? n - SHOWN : 0;
    n -= s->view.hidden;
    size_t picked = preselected(s, users, n);
    struct account_view *list = arena_alloc(req->arena, (n + 1) * sizeof *list);
    for (size_t i = 0; list && i < n; i++) {
        const struct user *u = users->v[i];
        list[i] = places_person(u, place_workspace(&places, &u->workspace), req->arena);
        list[i].selected = i == picked;
    }
    s->view.people = list;
    s->view.npeople = list ? n : 0;
    signin_ready(s);
}

static void ask(struct signin *s)
{
    static const struct op_type type = {.name = "people", .want = want_people};
    s->method_state = arena_alloc(s->req->arena, sizeof(struct people));
    s->op = (struct op){.type = &type, .arena = s->req->arena, .ctx = s, .now = s->req->now};
    s->req->state = s;
    world_run(s->world, s->req, &s->op, listed);
}

static void want_picked(struct op *op, unsigned round)
{
    const struct str none = {NULL, 0};
    struct signin *s = op->ctx;
    if (round == 0) op_want(op, WANT_USER, args_value(&s->post->args, "user"), none, none);
}

static void picked(struct http_request *req)
{
    struct signin *s = req->state;
    const struct user *user = op_row(&s->op, 0);
    if (s->op.outcome != OP_DONE) {
        signin_fault(s);
    } else if (!user) {
        signin_unknown(s, 200, STR("There is nobody with that id."));
    } else {
        struct id id = user->id, workspace = user->workspace;
        op_release(&s->op);
        signin_known(s, &id, &workspace);
    }
}

static void answer(struct signin *s)
{
    static const struct op_type type = {.name = "picked", .want = want_picked};
    const struct args *a = &s->post->args;
    struct str id = args_value(a, "user");
    s->view.find = str_upto(str_trim(args_value(a, "find")), LIMIT_SEARCH);
    if (args_value(a, "search").n || !id.n) {
        signin_again(s);
        return;
    }
    s->op = (struct op){.type = &type, .arena = s->req->arena, .ctx = s, .now = s->req->now};
    s->req->state = s;
    world_run(s->world, s->req, &s->op, picked);
}

const struct login_method login_people = {.name = "people", .ask = ask, .answer = answer};
