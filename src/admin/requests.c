// SPDX-License-Identifier: Apache-2.0
// The journal, with waiting: a test asks for what has not happened yet and is answered when it does (experience.md 6).
#include "admin/routes.h"
#include "admin/times.h"
#include "world/journal.h"

enum { WAIT_MAX_MS = 60 * 1000 };

struct wait {
    struct journal_filter filter;
    int64_t ms; // to wait in all
    bool over;  // the time is over, or the client has gone
};

static int read_wait(struct admin_call *c, struct wait *w)
{
    static const char *const parameters[] = {"wait", "method", "error", "since"};
    struct str wait = args_value(&c->query, "wait");
    int failed = admin_query(c, NAMES(parameters));
    if (!failed) failed = admin_query_number(c, "since", INT64_MAX, &w->filter.since);
    if (failed) return failed;
    if (wait.p && (duration_parse(wait, &w->ms) || w->ms < 0 || w->ms > WAIT_MAX_MS))
        return problem_at(c, P_QUERY, &(struct problem_at){"wait", NULL},
                          "wait must be a time span up to 60s, like 5s");
    w->filter.method = args_value(&c->query, "method");
    w->filter.error = args_value(&c->query, "error");
    return 0;
}

// Of the entries up to number `last`, which is told, so that who follows the journal can go on from there. Answers how
// many match.
static size_t write_matching(struct admin_call *c, const struct wait *w, uint64_t last)
{
    struct buf list;
    struct journal_filter filter = w->filter;
    filter.until = last;
    if (last == 0) filter.since = INT64_MAX; // nothing was there yet
    buf_init(&list, LIMIT_RESPONSE);
    size_t n = journal_write(c->world->journal, &filter, &list);
    if (n || w->over) {
        json_open(&c->json, NULL);
        json_raw(&c->json, "requests", buf_view(&list));
        json_int(&c->json, "last", (int64_t)last);
        json_close(&c->json);
    }
    c->req->resp.body.failed |= list.failed;
    buf_release(&list);
    return n;
}

static void look(struct http_request *req);

// On the thread that added an entry.
static void wake(void *ctx)
{
    http_post(ctx, look);
}

static void time_over(struct http_request *req)
{
    struct admin_call *c = req->state;
    struct wait *w = c->job;
    w->over = true;
    if (journal_cancel(c->world->journal, req)) look(req); // else it was woken, and look() is on its way
}

// Looks into the journal, until it has to wait for the next entry. An entry that comes between looking and waiting
// wakes nobody, so the number of the last one is compared once the waiting has begun.
static void look(struct http_request *req)
{
    struct admin_call *c = req->state;
    struct wait *w = c->job;
    struct journal *j = c->world->journal;
    for (;;) {
        uint64_t last = journal_last(j);
        if (write_matching(c, w, last) || w->over) {
            admin_send(c, 200);
            return;
        }
        if (w->filter.since < last) w->filter.since = last;
        if (!journal_wait(j, wake, req)) {
            admin_send(c, problem(c, P_WAITERS_FULL, "no more calls can wait for the journal now"));
            return;
        }
        if (journal_last(j) == last || !journal_cancel(j, req)) return;
    }
}

int requests_get(struct admin_call *c)
{
    struct wait *w = arena_alloc(c->req->arena, sizeof *w);
    int failed = read_wait(c, w);
    if (failed) return failed;
    c->job = w;
    w->over = !w->ms || !http_after(c->req, (unsigned)w->ms, time_over);
    look(c->req);
    return ADMIN_LATER;
}
