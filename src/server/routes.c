// SPDX-License-Identifier: Apache-2.0
// Which part of the program answers a path. The only place that knows all of them.
#include "api/api.h"
#include "server/clocks.h"
#include "server/server.h"
#include "web/web.h"
#include "world/journal.h"
#include "world/metrics.h"

static void not_found(struct http_request *req)
{
    req->resp.status = 404;
    http_header(req, "Content-Type", STR("text/plain; charset=utf-8"));
    http_header(req, "X-Content-Type-Options", STR("nosniff"));
    http_header(req, "Referrer-Policy", STR("no-referrer"));
    http_header(req, "Cache-Control", STR("no-store"));
    buf_z(&req->resp.body, "There is nothing here.\n");
    http_reply(req);
}

// Takes --base-path off the path. false: it is not below it.
static bool enter_base(struct http_request *req, struct str base)
{
    if (!base.n) return true;
    if (!str_starts(req->path, base)) return false;
    req->path = str_from(req->path, base.n);
    return req->path.n && req->path.p[0] == '/';
}

// The prefix of the API that the path is below, the longest of those configured; p NULL: none.
static struct str prefix_of(const struct options *o, struct str path)
{
    struct str rest = o->api_prefixes, best = {NULL, 0};
    while (rest.n) {
        struct str prefix = str_cut(&rest, '\n');
        if (str_starts(path, prefix) && prefix.n > best.n) best = prefix;
    }
    return best;
}

void public_handle(void *ctx, struct http_request *req)
{
    struct server *s = ctx;
    if (!s->open) { // a free port was taken, and somebody guessed it before it was told
        req->resp.status = 503;
        req->resp.close = true;
        http_reply(req);
        return;
    }
    world_begin(&s->world, req);
    if (!enter_base(req, s->options->base_path)) {
        not_found(req);
        return;
    }
    struct str prefix = prefix_of(s->options, req->path);
    // With "/" among the prefixes every path is below it; the pages keep theirs.
    if (prefix.n <= 1 && web_handle(&s->world, req)) return;
    if (prefix.n)
        api_handle(&s->world, req, str_from(req->path, prefix.n));
    else
        not_found(req);
}

void admin_listener_handle(void *ctx, struct http_request *req)
{
    struct server *s = ctx;
    req->loop = s->world.nreaders - 1; // its store reader is the last one (server.c)
    world_begin(&s->world, req);
    admin_handle(&s->admin, req);
}

void public_finish(void *ctx, struct http_request *req)
{
    struct server *s = ctx;
    int64_t us = (int64_t)((time_ns() - req->started_ns) / 1000);
    req->note.us = us;
    access_log(req, us, s->world.dev);
    if (s->world.dev) journal_add(s->world.journal, req);
    metrics_count(s->world.metrics, req, (uint64_t)us);
}
