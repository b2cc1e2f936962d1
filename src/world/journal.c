// SPDX-License-Identifier: Apache-2.0
#include "world/journal.h"

#include <pthread.h>

#include "base/limits.h"
#include "base/mem.h"
#include "codec/args.h"
#include "codec/form.h"
#include "codec/json.h"

enum { WAITERS_MAX = 64, ARGS_SIZE = 1024, PATH_SIZE = 128, DETAIL_SIZE = 288, SHORT = 64 };

struct entry {
    uint64_t number;
    int64_t time;
    char id[33], verb[12], path[PATH_SIZE], method[SHORT], error[SHORT], cause[SHORT], detail[DETAIL_SIZE];
    char app[LIMIT_ID], team[LIMIT_ID], enterprise[LIMIT_ID], user[LIMIT_ID], token[SHORT], peer[SHORT], agent[SHORT];
    char args[ARGS_SIZE]; // a JSON object
    int status;
    size_t bytes_in, bytes_out;
    int64_t commit_us;
};

struct journal {
    pthread_mutex_t lock;
    uint64_t last;
    struct entry v[LIMIT_JOURNAL];
    struct {
        void (*wake)(void *ctx);
        void *ctx;
    } waiters[WAITERS_MAX];
    unsigned nwaiters;
};

struct journal *journal_new(void)
{
    struct journal *j = mem_alloc(sizeof *j);
    pthread_mutex_init(&j->lock, NULL);
    return j;
}

void journal_free(struct journal *j)
{
    if (!j) return;
    pthread_mutex_destroy(&j->lock);
    mem_free(j);
}

static void put(char *to, size_t size, struct str s)
{
    bool fits = str_copy(to, size, str_upto(s, size - 1));
    assert(fits);
}
#define PUT(field, s) put(field, sizeof(field), s)

// Arguments whose values may be told; of all others only that they came.
static bool may_tell(struct str name)
{
    static const char *const names[] = {
        "scope",         "user_scope", "redirect_uri", "grant_type", "team",   "client_id", "code_challenge_method",
        "response_type", "test",       "error",        "limit",      "domain", "foo",
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_eq(str_of(names[i]), name)) return true;
    return false;
}

static void add_args(struct args *args, struct str text, enum arg_source source, struct arena *arena)
{
    size_t before = args->n;
    if (form_parse(text, source, arena, args)) args->n = before;
}

static bool is_form(const struct http_request *req)
{
    return str_istarts(http_field(req, "Content-Type"), STR("application/x-www-form-urlencoded"));
}

// {"code":"...","scope":"chat:write"}: names in order, values where they may be told.
static void put_args(struct entry *e, const struct http_request *req)
{
    struct args args = {0};
    struct buf text;
    struct json j;
    buf_init(&text, ARGS_SIZE - 1);
    json_init(&j, &text);
    add_args(&args, req->query, ARG_QUERY, req->arena);
    if (is_form(req)) add_args(&args, req->body, ARG_BODY, req->arena);
    json_open(&j, NULL);
    for (size_t i = 0; i < args.n && i < 32; i++) {
        json_key(&j, str_upto(args.v[i].name, SHORT));
        json_str(&j, NULL, may_tell(args.v[i].name) ? str_upto(args.v[i].value, 128) : STR("..."));
    }
    json_close(&j);
    PUT(e->args, text.failed ? STR("{}") : buf_view(&text));
    buf_release(&text);
}

// The path of an incoming webhook is its secret (contract formats.md 5).
static struct str path_of(struct str path)
{
    size_t at = str_find_str(path, STR("/services/"));
    return at < path.n ? str_upto(path, at + sizeof "/services" - 1) : path;
}

static void fill(struct entry *e, const struct http_request *req)
{
    const struct http_note *n = &req->note;
    e->time = req->now;
    PUT(e->id, str_of(req->id));
    PUT(e->verb, req->verb_name);
    PUT(e->path, path_of(req->path));
    PUT(e->method, n->method);
    PUT(e->error, n->error);
    PUT(e->cause, n->cause);
    PUT(e->detail, n->detail);
    PUT(e->app, n->app_id);
    PUT(e->team, n->team_id);
    PUT(e->enterprise, n->enterprise_id);
    PUT(e->user, n->user_id);
    PUT(e->token, n->token);
    PUT(e->peer, req->peer);
    PUT(e->agent, http_field(req, "User-Agent"));
    put_args(e, req);
    e->status = req->resp.status;
    e->bytes_in = req->body.n;
    e->bytes_out = req->resp.body.n;
    e->commit_us = n->commit_us;
}

void journal_add(struct journal *j, const struct http_request *req)
{
    struct entry e = {0};
    fill(&e, req);
    pthread_mutex_lock(&j->lock);
    e.number = ++j->last;
    j->v[e.number % LIMIT_JOURNAL] = e;
    for (unsigned i = 0; i < j->nwaiters; i++) j->waiters[i].wake(j->waiters[i].ctx);
    j->nwaiters = 0;
    pthread_mutex_unlock(&j->lock);
}

static bool passes(const struct entry *e, const struct journal_filter *f)
{
    if (e->number <= f->since) return false;
    if (f->method.n && !str_eq(str_of(e->method), f->method)) return false;
    if (f->error.n == 0) return true;
    return str_eq(f->error, e->error[0] ? str_of(e->error) : STR("ok"));
}

static void write_text(struct json *j, const char *key, const char *z)
{
    if (z[0]) json_str(j, key, str_of(z));
}

static void write_entry(const struct entry *e, struct json *j)
{
    json_open(j, NULL);
    json_int(j, "number", (int64_t)e->number);
    json_int(j, "time_ms", e->time);
    json_str(j, "req_id", str_of(e->id));
    json_str(j, "verb", str_of(e->verb));
    json_str(j, "path", str_of(e->path));
    write_text(j, "method", e->method);
    json_int(j, "status", e->status);
    json_bool(j, "ok", !e->error[0] && e->status < 400);
    write_text(j, "error", e->error);
    write_text(j, "cause", e->cause);
    write_text(j, "detail", e->detail);
    write_text(j, "app_id", e->app);
    write_text(j, "team_id", e->team);
    write_text(j, "enterprise_id", e->enterprise);
    write_text(j, "user_id", e->user);
    write_text(j, "token", e->token);
    json_str(j, "peer", str_of(e->peer));
    write_text(j, "user_agent", e->agent);
    json_raw(j, "args", str_of(e->args));
    json_int(j, "bytes_in", (int64_t)e->bytes_in);
    json_int(j, "bytes_out", (int64_t)e->bytes_out);
    if (e->commit_us) json_int(j, "commit_us", e->commit_us);
    json_close(j);
}

size_t journal_write(struct journal *j, const struct journal_filter *filter, struct buf *out)
{
    struct json json;
    size_t n = 0;
    json_init(&json, out);
    json_open_array(&json, NULL);
    pthread_mutex_lock(&j->lock);
    uint64_t first = j->last < LIMIT_JOURNAL ? 1 : j->last - LIMIT_JOURNAL + 1;
    for (uint64_t i = first; i <= j->last; i++) {
        const struct entry *e = &j->v[i % LIMIT_JOURNAL];
        if (!passes(e, filter)) continue;
        write_entry(e, &json);
        n++;
    }
    pthread_mutex_unlock(&j->lock);
    json_close_array(&json);
    return n;
}

uint64_t journal_last(struct journal *j)
{
    pthread_mutex_lock(&j->lock);
    uint64_t last = j->last;
    pthread_mutex_unlock(&j->lock);
    return last;
}

bool journal_wait(struct journal *j, void (*wake)(void *ctx), void *ctx)
{
    pthread_mutex_lock(&j->lock);
    bool room = j->nwaiters < WAITERS_MAX;
    if (room) {
        j->waiters[j->nwaiters].wake = wake;
        j->waiters[j->nwaiters++].ctx = ctx;
    }
    pthread_mutex_unlock(&j->lock);
    return room;
}

bool journal_cancel(struct journal *j, void *ctx)
{
    bool found = false;
    pthread_mutex_lock(&j->lock);
    for (unsigned i = 0; i < j->nwaiters && !found; i++) {
        found = j->waiters[i].ctx == ctx;
        if (found) j->waiters[i] = j->waiters[--j->nwaiters];
    }
    pthread_mutex_unlock(&j->lock);
    return found;
}
