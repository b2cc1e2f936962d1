// SPDX-License-Identifier: Apache-2.0
// Health (operations.md 4): whether the process answers, and whether it can serve, with the checks behind that.
#include <stdarg.h>

#include "admin/routes.h"

struct check {
    const char *name;
    bool ok;
    char detail[128];
};

enum { CHECKS_MAX = 8 };

struct report {
    struct check checks[CHECKS_MAX];
    size_t n;
    bool ok;
};

PRINTF_LIKE(4, 5)
static void add(struct report *r, const char *name, bool ok, const char *fmt, ...)
{
    struct check *check = &r->checks[r->n++];
    va_list args;
    check->name = name;
    check->ok = ok;
    va_start(args, fmt);
    vsnprintf(check->detail, sizeof check->detail, fmt, args);
    va_end(args);
    r->ok = r->ok && ok;
}

// Checks are made when they are asked for, so their age is 0.
static int write_report(struct admin_call *c, const struct report *r)
{
    struct json *j = &c->json;
    json_open(j, NULL);
    json_str(j, "status", r->ok ? STR("ok") : STR("failing"));
    json_open_array(j, "checks");
    for (size_t i = 0; i < r->n; i++) {
        json_open(j, NULL);
        json_str(j, "name", str_of(r->checks[i].name));
        json_bool(j, "ok", r->checks[i].ok);
        json_str(j, "detail", str_of(r->checks[i].detail));
        json_int(j, "age_ms", 0);
        json_close(j);
    }
    json_close_array(j);
    json_close(j);
    return r->ok ? 200 : 503;
}

int health_live(struct admin_call *c)
{
    struct report r = {.ok = true};
    add(&r, "loops", true, "this answer came from one");
    return write_report(c, &r);
}

// Lives in the request's arena while the store has the operation.
struct probe {
    struct op op;
    bool read;
};

static void want_app(struct op *op, unsigned round)
{
    if (round == 0) op_want(op, WANT_FIRST_APP, str_of(NULL), str_of(NULL), str_of(NULL));
}

// Goes the way of every commit, down to the disk.
static enum wire_err touch(struct op *op)
{
    struct probe *p = op->ctx;
    p->read = true;
    op_write(op, TOUCH);
    return W_OK;
}

static void add_store(struct report *r, const struct probe *p, const struct store_stats *stats)
{
    bool committed = p->op.outcome == OP_DONE;
    const char *fault = p->op.fault == E_BUSY ? "the queue is full" : status_name(p->op.fault);
    add(r, "store_read", p->read, "%s", p->read ? "a row was read" : fault);
    add(r, "store_commit", committed, "%s; %llu commits so far, the last took %llu us",
        committed ? "a transaction was committed" : fault, (unsigned long long)stats->commits,
        (unsigned long long)stats->last_commit_us);
    add(r, "queue", stats->queue_depth < LIMIT_QUEUE / 2, "%llu of %d operations wait",
        (unsigned long long)stats->queue_depth, LIMIT_QUEUE);
}

// A clock that was moved, and maintenance, are somebody's will: told, but no failure.
static void add_states(struct report *r, struct world *w)
{
    int64_t ahead = clock_now(&w->clock) - w->clock.wall();
    add(r, "clock", true, "%s, %lld ms ahead of the machine's", clock_is_frozen(&w->clock) ? "frozen" : "running",
        (long long)ahead);
    add(r, "maintenance", true, "%s", w->maintenance ? "on: calls are answered 503" : "off");
    add(r, "drain", !w->draining, "%s", w->draining ? "the server is stopping" : "not stopping");
}

static void probed(struct http_request *req)
{
    struct admin_call *c = req->state;
    struct probe *p = c->job;
    struct report r = {.ok = true};
    struct store_stats stats;
    store_stats(c->world->store, &stats);
    add_store(&r, p, &stats);
    op_release(&p->op);
    add_states(&r, c->world);
    admin_send(c, write_report(c, &r));
}

int health_ready(struct admin_call *c)
{
    static const struct op_type type = {.name = "health", .want = want_app, .decide = touch};
    struct probe *p = arena_alloc(c->req->arena, sizeof *p);
    p->op = (struct op){.type = &type, .arena = c->req->arena, .ctx = p, .now = c->req->now};
    c->job = p;
    world_run(c->world, c->req, &p->op, probed);
    return ADMIN_LATER;
}
