// SPDX-License-Identifier: Apache-2.0
#include "world/journal.h"

#include <pthread.h>

#include "base/limits.h"
#include "base/mem.h"
#include "codec/form.h"
#include "codec/json.h"

enum { WAITERS_MAX = 64, ARGS_MAX = 511, TOLD_ARGS = 32 };

// The texts of an entry, in the order in which they are written; longer ones are cut.
enum text {
    T_ID,
    T_VERB,
    T_PATH,
    T_METHOD,
    T_ERROR,
    T_CAUSE,
    T_DETAIL,
    T_APP,
    T_TEAM,
    T_ENTERPRISE,
    T_USER,
    T_TOKEN,
    T_PEER,
    T_AGENT,
    TEXTS
};

static const struct {
    const char *key;
    uint16_t max;
} texts[TEXTS] = {
    [T_ID] = {"req_id", 32},          [T_VERB] = {"verb", 16},
    [T_PATH] = {"path", 128},         [T_METHOD] = {"method", 64},
    [T_ERROR] = {"error", 64},        [T_CAUSE] = {"cause", 64},
    [T_DETAIL] = {"detail", 280},     [T_APP] = {"app_id", LIMIT_ID},
    [T_TEAM] = {"team_id", LIMIT_ID}, [T_ENTERPRISE] = {"enterprise_id", LIMIT_ID},
    [T_USER] = {"user_id", LIMIT_ID}, [T_TOKEN] = {"token", 64},
    [T_PEER] = {"peer", 46},          [T_AGENT] = {"user_agent", 64},
};

enum { TEXT_SIZE = 32 + 16 + 128 + 3 * 64 + 280 + 4 * LIMIT_ID + 64 + 46 + 64 + ARGS_MAX + 1 };

// Texts stand one behind the other, so that only what is used has to be copied.
struct entry {
    uint64_t number;
    int64_t time, us, commit_us;
    size_t bytes_in, bytes_out;
    int status;
    uint16_t ends[TEXTS + 1]; // where each text ends; the last is args, a JSON object
    char text[TEXT_SIZE];
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

// Arguments whose values may be told; of all others only that they came.
static bool may_tell(struct str name)
{
    static const char *const names[] = {
        "scope",         "user_scope", "redirect_uri", "grant_type", "team",   "client_id", "code_challenge_method",
        "response_type", "test",       "error",        "limit",      "domain", "foo",
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_is(name, names[i])) return true;
    return false;
}

static bool is_form(const struct http_request *req)
{
    return str_istarts(http_field(req, "Content-Type"), STR("application/x-www-form-urlencoded"));
}

static struct str told_value(struct str name, struct str value, struct arena *arena)
{
    enum { VALUE_MAX = 128 };
    struct str decoded;
    if (!may_tell(name) || form_decode(value, true, arena, &decoded)) return STR("...");
    return str_upto(decoded, VALUE_MAX);
}

// Names as they were sent, undecoded. Stops where there is no room left.
static void write_args(struct json *j, struct str form, struct arena *arena)
{
    enum { NAME_MAX_TOLD = 64 };
    struct buf *out = j->out;
    for (unsigned n = 0; form.n && n < TOLD_ARGS; n++) {
        struct str value = str_cut(&form, '&'), name = str_cut(&value, '=');
        const struct json state = *j;
        const size_t before = out->n;
        if (!name.n) continue;
        json_key(j, str_upto(name, NAME_MAX_TOLD));
        json_str(j, NULL, told_value(name, value, arena));
        if (!out->failed) continue;
        *j = state;
        out->n = before;
        out->failed = false;
        return;
    }
}

// {"code":"...","scope":"chat:write"}: names in order, values where they may be told.
static void put_args(struct entry *e, const struct http_request *req)
{
    size_t at = e->ends[TEXTS - 1];
    struct buf out = {.p = e->text + at, .size = ARGS_MAX, .cap = ARGS_MAX};
    struct json j;
    json_init(&j, &out);
    json_open(&j, NULL);
    write_args(&j, req->query, req->arena);
    if (is_form(req)) write_args(&j, req->body, req->arena);
    out.cap = out.size = ARGS_MAX + 1; // the room for the last bracket was kept
    json_close(&j);
    e->ends[TEXTS] = (uint16_t)(at + out.n);
}

// The path of an incoming webhook is its secret (contract formats.md 5).
static struct str path_of(struct str path)
{
    size_t at = str_find_str(path, STR("/services/"));
    return at < path.n ? str_upto(path, at + sizeof "/services" - 1) : path;
}

static void put_texts(struct entry *e, const struct http_request *req)
{
    const struct http_note *n = &req->note;
    const struct str all[TEXTS] = {
        [T_ID] = str_of(req->id),      [T_VERB] = req->verb_name,
        [T_PATH] = path_of(req->path), [T_METHOD] = n->method,
        [T_ERROR] = n->error,          [T_CAUSE] = n->cause,
        [T_DETAIL] = n->detail,        [T_APP] = n->app_id,
        [T_TEAM] = n->team_id,         [T_ENTERPRISE] = n->enterprise_id,
        [T_USER] = n->user_id,         [T_TOKEN] = n->token,
        [T_PEER] = req->peer,          [T_AGENT] = http_field(req, "User-Agent"),
    };
    size_t at = 0;
    for (size_t i = 0; i < TEXTS; i++) {
        struct str s = str_upto(all[i], texts[i].max);
        if (s.n) memcpy(e->text + at, s.p, s.n);
        at += s.n;
        e->ends[i] = (uint16_t)at;
    }
}

static void fill(struct entry *e, const struct http_request *req)
{
    e->time = req->now;
    e->us = req->note.us;
    e->commit_us = req->note.commit_us;
    e->bytes_in = req->body.n;
    e->bytes_out = req->resp.body.n;
    e->status = req->resp.status;
    put_texts(e, req);
    put_args(e, req);
}

void journal_add(struct journal *j, const struct http_request *req)
{
    struct entry e;
    fill(&e, req);
    pthread_mutex_lock(&j->lock);
    e.number = ++j->last;
    memcpy(&j->v[e.number % LIMIT_JOURNAL], &e, offsetof(struct entry, text) + e.ends[TEXTS]);
    for (unsigned i = 0; i < j->nwaiters; i++) j->waiters[i].wake(j->waiters[i].ctx);
    j->nwaiters = 0;
    pthread_mutex_unlock(&j->lock);
}

static struct str text_at(const struct entry *e, size_t i)
{
    size_t from = i ? e->ends[i - 1] : 0;
    return str_make(e->text + from, e->ends[i] - from);
}

static bool passes(const struct entry *e, const struct journal_filter *f)
{
    struct str error = text_at(e, T_ERROR);
    if (e->number <= f->since || (f->until && e->number > f->until)) return false;
    if (f->method.n && !str_eq(text_at(e, T_METHOD), f->method)) return false;
    return !f->error.n || str_eq(f->error, error.n ? error : STR("ok"));
}

static void write_texts(const struct entry *e, struct json *j, enum text first, enum text last)
{
    for (size_t i = first; i <= last; i++) {
        struct str s = text_at(e, i);
        if (s.n) json_str(j, texts[i].key, s);
    }
}

static void write_entry(const struct entry *e, struct json *j)
{
    json_open(j, NULL);
    json_int(j, "number", (int64_t)e->number);
    json_int(j, "time_ms", e->time);
    write_texts(e, j, T_ID, T_METHOD);
    json_int(j, "status", e->status);
    json_bool(j, "ok", !text_at(e, T_ERROR).n && e->status < 400);
    write_texts(e, j, T_ERROR, T_AGENT);
    json_raw(j, "args", text_at(e, TEXTS));
    json_int(j, "bytes_in", (int64_t)e->bytes_in);
    json_int(j, "bytes_out", (int64_t)e->bytes_out);
    json_int(j, "us", e->us);
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
    if (filter->since > first) first = filter->since; // a waiter has seen the rest
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
