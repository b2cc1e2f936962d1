// SPDX-License-Identifier: Apache-2.0
#include "deliver/deliver.h"

#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>

#include "base/log.h"
#include "base/mem.h"
#include "codec/jsonin.h"
#include "codec/url.h"
#include "crypto/tls_client.h"
#include "deliver/schedule.h"
#include "deliver/sign.h"
#include "deliver/wire.h"
#include "world/bell.h"
#include "world/deliveries.h"

enum { TIMEOUT_MS = 3000, ROUND_MAX = 32, LOOK_AGAIN_MS = 60 * 1000, STORE_PAUSE_MS = 1000, HEAD_MAX = 1024 };

struct deliver {
    struct deliver_config config;
    struct tls_trust *trust;
    _Atomic bool stopping;
    int stop; // an eventfd, readable once the thread is to end
    pthread_t thread;
};

// What the store has to do: the events that are due, as many as fit, and when the next one will be.
struct agenda {
    int64_t now, next; // next 0: none
    int64_t due[ROUND_MAX];
    size_t n;
};

static void note_event(void *ctx, const void *row)
{
    struct agenda *a = ctx;
    const struct event *e = row;
    if (e->due > a->now) {
        if (!a->next || e->due < a->next) a->next = e->due;
    } else if (a->n < ROUND_MAX) {
        a->due[a->n++] = e->id;
    }
}

static void want_event(struct op *op, unsigned round)
{
    const struct str none = {NULL, 0};
    const struct event *e = op_row(op, 0);
    if (round == 0) op_want_id(op, WANT_EVENT, *(const int64_t *)op->ctx);
    if (round == 1 && e) op_want(op, WANT_APP, id_str(&e->app), none, none);
}

static enum wire_err write_outcome(struct op *op)
{
    *op_write(op, ((const struct write *)op->ctx)->kind) = *(const struct write *)op->ctx;
    return W_OK;
}

static const struct op_type op_find_event = {.name = "find_event", .want = want_event};
static const struct op_type op_settle_event = {.name = "settle_event", .decide = write_outcome};

// One attempt.
struct attempt {
    struct deliver *d;
    struct arena *arena;
    const struct event *event;
    const struct app *app; // NULL: removed meanwhile
    struct call_answer answer;
    struct delivery told;
};

// Name and type of the event, out of the body that the app gets.
static void read_body(struct attempt *a)
{
    json_t *body;
    if (json_parse(a->event->body, &body, NULL)) return;
    const char *name = json_string_value(json_object_get(body, "event_id"));
    const char *type = json_string_value(json_object_get(json_object_get(body, "event"), "type"));
    snprintf(a->told.name, sizeof a->told.name, "%s", name ? name : "");
    snprintf(a->told.type, sizeof a->told.type, "%s", type ? type : "");
    json_decref(body);
}

// A URL without what may be a secret in it: user name, query, fragment.
static void tell_url(struct str url, char *out, size_t size)
{
    struct url u;
    out[0] = '\0';
    if (url_parse(url, &u)) return;
    snprintf(out, size, "%.*s://%.*s%s%.*s%.*s", STR_FMT(u.scheme), STR_FMT(u.host), u.has_port ? ":" : "",
             STR_FMT(u.port), STR_FMT(u.path));
}

static void attempt_init(struct attempt *a)
{
    const struct event *e = a->event;
    a->told = (struct delivery){
        .event = e->id,
        .app = e->app,
        .owner = e->owner,
        .attempt = e->attempts,
        .time = clock_now(&a->d->config.world->clock),
    };
    read_body(a);
    tell_url(e->url, a->told.url, sizeof a->told.url);
}

// The authorities of the system are read at the first https URL: it takes 20 ms and 2 MB, which most servers never
// need.
static struct tls_trust *trust_for(struct deliver *d, struct str url)
{
    if (!d->trust && str_istarts(url, STR("https:"))) d->trust = tls_trust_new(NULL);
    return d->trust;
}

static void post(struct attempt *a)
{
    struct deliver *d = a->d;
    struct buf head;
    const char *before = deliveries_error(d->config.world->deliveries, a->event->id);
    struct call_marks marks = {
        .timestamp = d->config.wall() / 1000,
        .retry = a->event->attempts,
        .reason = before ? before : "unknown_error", // a restart has forgotten it
    };
    buf_init(&head, HEAD_MAX);
    sign_headers(a->app->signing_secret, &marks, a->event->body, &head);
    struct call call = {
        .url = a->event->url,
        .headers = buf_view(&head),
        .body = a->event->body,
        .timeout_ms = d->config.timeout_ms ? d->config.timeout_ms : TIMEOUT_MS,
        .anywhere = d->config.anywhere,
        .stop = d->stop,
        .trust = trust_for(d, a->event->url),
    };
    client_post(&call, &a->answer);
    buf_release(&head);
}

// What is to become of the row.
static struct write judge(struct attempt *a)
{
    struct delivery *t = &a->told;
    struct write w = {.kind = DROP_EVENT, .id = a->event->id};
    t->status = a->answer.status;
    memcpy(t->detail, a->answer.detail, sizeof t->detail);
    if (call_succeeded(&a->answer)) return w;
    t->error = call_reason(&a->answer);
    t->result = DELIVERY_GIVEN_UP;
    int64_t now = clock_now(&a->d->config.world->clock);
    if (a->answer.no_retry || !schedule_next(a->event->attempts + 1, now, &t->next)) return w;
    t->result = DELIVERY_RETRIED;
    w.kind = RETRY_EVENT;
    w.at = t->next;
    return w;
}

static void log_attempt(const struct delivery *t)
{
    char line[320];
    enum log_level level = t->result == DELIVERY_GIVEN_UP ? LOG_WARN : LOG_INFO;
    if (!log_wants(level)) return;
    snprintf(line, sizeof line, "event %s  %s  %s%s%s%s%s", t->type, t->url, delivery_result_name(t->result),
             t->error ? "  " : "", t->error ? t->error : "", t->detail[0] ? "  " : "", t->detail);
    const struct log_field fields[] = {
        log_str("event_id", str_of(t->name)),
        log_str("event_type", str_of(t->type)),
        log_str("result", str_of(delivery_result_name(t->result))),
        log_str("error", str_of(t->error)),
        log_str("detail", str_of(t->detail)),
        log_str("url", str_of(t->url)),
        log_num("status", t->status),
        log_num("attempt", t->attempt),
        log_str("app_id", id_str(&t->app)),
        log_str("owner", id_str(&t->owner)),
        log_num("us", t->us),
    };
    log_event(level, "delivery", str_of(line), fields, ARRAY_LEN(fields));
}

static bool settle(struct attempt *a, struct write *w)
{
    struct deliver *d = a->d;
    struct op op = {.type = &op_settle_event, .arena = a->arena, .ctx = w, .now = clock_now(&d->config.world->clock)};
    store_run(d->config.world->store, &op);
    return op.outcome == OP_DONE;
}

static bool carry_out(struct attempt *a)
{
    attempt_init(a);
    int64_t began = wire_ms();
    if (!a->app || !a->app->signing_secret.n) {
        a->answer = (struct call_answer){.result = CALL_FORBIDDEN, .no_retry = true};
        snprintf(a->answer.detail, sizeof a->answer.detail, "the app has no signing secret");
    } else {
        post(a);
    }
    if (a->answer.result == CALL_STOPPED) return true;
    a->told.us = (wire_ms() - began) * 1000;
    struct write w = judge(a);
    deliveries_add(a->d->config.world->deliveries, &a->told);
    log_attempt(&a->told);
    return settle(a, &w);
}

// false: the store failed.
static bool deliver_one(struct deliver *d, int64_t id)
{
    struct arena arena;
    arena_init(&arena, LIMIT_ARENA);
    struct op op = {.type = &op_find_event, .arena = &arena, .ctx = &id, .now = clock_now(&d->config.world->clock)};
    store_run(d->config.world->store, &op);
    struct attempt a = {.d = d, .arena = &arena, .event = op_row(&op, 0), .app = op_row(&op, 1)};
    bool good = op.outcome == OP_DONE;
    if (good && a.event) good = carry_out(&a); // else a reset has taken it away
    op_release(&op);
    arena_release(&arena);
    return good;
}

// Delivers what is due and answers how many milliseconds it may be until there is more; below 0: until somebody rings.
static int64_t work(struct deliver *d)
{
    struct world *w = d->config.world;
    struct agenda a = {.now = clock_now(&w->clock)};
    bool good = !store_list(w->store, LIST_EVENTS, note_event, &a);
    for (size_t i = 0; good && i < a.n && !d->stopping; i++) good = deliver_one(d, a.due[i]);
    if (!good) return STORE_PAUSE_MS;
    if (a.n) return 0; // time has passed, and a retry may be due at once
    if (!a.next || clock_is_frozen(&w->clock)) return -1;
    int64_t left = a.next - a.now;
    return left < LOOK_AGAIN_MS ? left : LOOK_AGAIN_MS; // the machine's clock may have been set meanwhile
}

static void *run(void *arg)
{
    struct deliver *d = arg;
    struct bell *bell = d->config.world->bell;
    while (!d->stopping) {
        uint64_t seen = bell_rings(bell); // deliver_stop() rings after it has set `stopping`
        int64_t pause = work(d);
        if (pause) bell_wait(bell, seen, pause);
    }
    return NULL;
}

static void release(struct deliver *d)
{
    tls_trust_free(d->trust);
    if (d->stop >= 0) close(d->stop);
    mem_free(d);
}

// Signals are for the threads of the server, not for this one; a lost TLS connection raises SIGPIPE.
static int start(struct deliver *d)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&d->thread, NULL, run, d);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

enum status deliver_start(const struct deliver_config *config, struct deliver **out)
{
    struct deliver *d = mem_alloc(sizeof *d);
    d->config = *config;
    d->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (d->stop < 0 || start(d)) {
        release(d);
        return E_IO;
    }
    *out = d;
    return OK;
}

void deliver_stop(struct deliver *d)
{
    const uint64_t one = 1;
    if (!d) return;
    d->stopping = true;
    if (write(d->stop, &one, sizeof one) != (ssize_t)sizeof one) abort();
    bell_ring(d->config.world->bell);
    pthread_join(d->thread, NULL);
    release(d);
}
