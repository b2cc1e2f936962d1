// SPDX-License-Identifier: Apache-2.0
#include "world/world.h"

#include <arpa/inet.h>

#include "base/log.h"
#include "world/options.h"

const struct settings *world_settings(struct world *w)
{
    return settings_now(w->settings);
}

static struct store_reader *reader_of(const struct world *w, const struct http_request *req)
{
    return w->readers && req->loop < w->nreaders ? w->readers[req->loop] : NULL;
}

// On the store thread: back to the request's loop.
static void ended(struct op *op)
{
    struct http_request *req = op->done_ctx;
    http_post(req, req->resume);
}

void world_run(struct world *w, struct http_request *req, struct op *op, void (*resume)(struct http_request *req))
{
    struct store_reader *reader = op->type->decide ? NULL : reader_of(w, req);
    if (reader) {
        store_read(reader, op);
        resume(req);
        return;
    }
    req->resume = resume;
    op->done = ended;
    op->done_ctx = req;
    if (store_submit(w->store, op)) return;
    op->outcome = OP_FAULT;
    op->fault = E_BUSY;
    resume(req);
}

void world_secret(struct world *w, struct secret_text *out)
{
    static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    rng_hex(w->rng, out->hex, sizeof out->hex / 2);
    rng_text(w->rng, base62, out->b62, sizeof out->b62);
}

void world_event(struct world *w, const struct id *owner, int64_t now, struct event_mint *out)
{
    static const char base36[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const struct str head = STR("Ev0");
    out->id = locator_next(&w->locators, locator_shard(id_str(owner)), now);
    memcpy(out->name, head.p, head.n);
    rng_text(w->rng, base36, out->name + head.n, sizeof out->name - head.n);
}

// The host of "http://HOST[:PORT]" is an address, which has no sub-domains.
static bool is_address(struct str host)
{
    char text[INET_ADDRSTRLEN];
    struct in_addr v4;
    if (host.n && host.p[0] == '[') return true;
    struct str name = str_upto(host, str_find(host, ':'));
    name = str_upto(name, str_find(name, '/'));
    return str_copy(text, sizeof text, name) && inet_pton(AF_INET, text, &v4) == 1;
}

static struct str port_of(struct str host)
{
    size_t at = host.n;
    while (at && host.p[at - 1] != ':' && host.p[at - 1] != ']') at--;
    return at && host.p[at - 1] == ':' ? str_from(host, at - 1) : (struct str){NULL, 0};
}

void world_pair(struct world *w, unsigned shard, int64_t now, struct pair_mint *out)
{
    out->access_id = locator_next(&w->locators, shard, now);
    out->refresh_id = locator_next(&w->locators, shard, now);
    world_secret(w, &out->access);
    world_secret(w, &out->refresh);
}

struct str world_workspace_url(const struct world *w, struct str domain, struct arena *arena)
{
    struct str scheme = str_upto(w->public_url, str_find_str(w->public_url, STR("://")) + 3);
    struct str host = str_from(w->public_url, scheme.n);
    bool address = is_address(host);
    const struct str parts[] = {
        scheme,  domain, STR("."), address ? STR("localhost") : host, address ? port_of(host) : (struct str){NULL, 0},
        STR("/")};
    return arena_join(arena, parts, ARRAY_LEN(parts));
}

static enum wire_err decide_settle(struct op *op)
{
    static const enum write_kind kinds[] = {EXPIRE_CODES, EXPIRE_TOKENS,   EXPIRE_REFRESHES, EXPIRE_SECRETS,
                                            EXPIRE_FORMS, EXPIRE_SESSIONS, CLOSE_GRACES};
    const struct settings *settings = op->ctx;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct write *w = op_write(op, kinds[i]);
        w->at = op->now;
        w->id = kinds[i] == EXPIRE_SESSIONS ? SESSION_IDLE_MS : settings->refresh_grace * 1000;
    }
    return W_OK;
}

static const struct op_type op_settle = {.name = "settle", .decide = decide_settle};

enum status world_settle(struct world *w, int64_t from)
{
    struct settings settings = *world_settings(w);
    struct arena arena;
    arena_init(&arena, LIMIT_ARENA);
    struct op op = {.type = &op_settle, .arena = &arena, .ctx = &settings, .now = from};
    store_run(w->store, &op);
    op_release(&op);
    arena_release(&arena);
    return op.outcome == OP_DONE ? OK : op.fault;
}

// The present moment. A wall clock that was set back does not take us along: codes and tokens would live again. In dev
// the clock is moved on purpose, by the admin API, which settles what has expired.
static int64_t present(struct world *w)
{
    enum { JITTER_MS = 1000 };
    int64_t now = clock_now(&w->clock), seen = atomic_load_explicit(&w->seen, memory_order_relaxed);
    if (w->dev) return now;
    if (now >= seen) {
        if (now > seen) atomic_store_explicit(&w->seen, now, memory_order_relaxed);
        return now;
    }
    if (seen - now > JITTER_MS) {
        clock_advance(&w->clock, seen - now);
        log_msg(LOG_WARN, "the system's clock was set back by %lld ms; time goes on from where it was",
                (long long)(seen - now));
    }
    return seen;
}

void world_begin(struct world *w, struct http_request *req)
{
    rng_hex(w->rng, req->id, (sizeof req->id - 1) / 2);
    req->id[sizeof req->id - 1] = '\0';
    req->now = present(w);
}
