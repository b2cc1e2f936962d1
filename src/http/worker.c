// SPDX-License-Identifier: Apache-2.0
#include "http/worker.h"

#include <errno.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/conn.h"

enum { ACCEPT_BURST = 64, ACCEPT_PAUSE_MS = 100 };

static void on_acceptable(uv_poll_t *poll, int status, int events);

static void on_accept_pause(uv_timer_t *timer)
{
    struct worker *w = timer->data;
    uv_poll_start(&w->accepts, UV_READABLE, on_acceptable);
}

// Accepts one connection. False when there is none, or no room for one.
static bool accept_one(struct worker *w)
{
    struct address peer = {.n = sizeof peer.sa};
    int fd = accept4(w->listener, (struct sockaddr *)&peer.sa, &peer.n, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) return true;
    if (fd < 0) {
        // Out of descriptors or memory: the queue stays readable, and asking again at once would spin.
        if (errno != EAGAIN) {
            uv_poll_stop(&w->accepts);
            uv_timer_start(&w->accept_pause, on_accept_pause, ACCEPT_PAUSE_MS, 0);
        }
        return false;
    }
    if (atomic_fetch_add(w->open, 1) >= w->config->max_connections) {
        atomic_fetch_sub(w->open, 1);
        close(fd);
        return true;
    }
    conn_open(w, fd, &peer);
    return true;
}

static void on_acceptable(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events;
    struct worker *w = poll->data;
    for (unsigned i = 0; i < ACCEPT_BURST && accept_one(w); i++) {
    }
}

static void close_if_done(struct worker *w)
{
    if (!w->stopping || w->conns || uv_is_closing((uv_handle_t *)&w->wake)) return;
    uv_close((uv_handle_t *)&w->wake, NULL);
    uv_close((uv_handle_t *)&w->drain, NULL);
    uv_close((uv_handle_t *)&w->idle, NULL);
}

void worker_conn_gone(struct worker *w)
{
    atomic_fetch_sub(w->open, 1);
    close_if_done(w);
}

static void on_drained(uv_timer_t *timer)
{
    struct worker *w = timer->data;
    for (struct conn *c = w->conns; c; c = c->next) conn_close(c);
}

static void on_listener_closed(uv_handle_t *h)
{
    struct worker *w = h->data;
    close(w->listener);
}

static void on_idle(uv_prepare_t *idle)
{
    struct worker *w = idle->data;
    w->config->on_idle(w->config->ctx, w->index);
}

static void begin_stop(struct worker *w)
{
    w->stopping = true;
    uv_close((uv_handle_t *)&w->accepts, on_listener_closed);
    uv_close((uv_handle_t *)&w->accept_pause, NULL);
    for (struct conn *c = w->conns; c; c = c->next) conn_drain(c);
    uv_timer_start(&w->drain, on_drained, w->drain_ms, 0);
    close_if_done(w);
}

static void on_wake(uv_async_t *async)
{
    struct worker *w = async->data;
    uv_mutex_lock(&w->lock);
    struct exchange *x = w->posted;
    w->posted = NULL;
    w->posted_end = &w->posted;
    bool stop = w->stop_asked;
    uv_mutex_unlock(&w->lock);
    while (x) {
        struct exchange *next = x->next; // before the call, which may free x
        x->posted(&x->req);
        x = next;
    }
    if (stop && !w->stopping) begin_stop(w);
}

// The wake-up is sent with the lock held: once the loop has seen the list it may answer, end, and be freed.
void worker_post(struct worker *w, struct exchange *x)
{
    x->next = NULL;
    uv_mutex_lock(&w->lock);
    bool first = !w->posted;
    *w->posted_end = x;
    w->posted_end = &x->next;
    if (first) uv_async_send(&w->wake);
    uv_mutex_unlock(&w->lock);
}

void worker_stop(struct worker *w, unsigned drain_ms)
{
    uv_mutex_lock(&w->lock);
    w->stop_asked = true;
    w->drain_ms = drain_ms;
    uv_async_send(&w->wake);
    uv_mutex_unlock(&w->lock);
}

enum status worker_init(struct worker *w, int listener)
{
    w->listener = listener;
    w->posted_end = &w->posted;
    if (uv_loop_init(&w->uv)) {
        close(listener);
        return E_LIMIT;
    }
    if (uv_async_init(&w->uv, &w->wake, on_wake)) {
        close(listener);
        uv_loop_close(&w->uv);
        return E_LIMIT;
    }
    uv_mutex_init(&w->lock);
    uv_poll_init(&w->uv, &w->accepts, listener);
    uv_timer_init(&w->uv, &w->accept_pause);
    uv_timer_init(&w->uv, &w->drain);
    uv_prepare_init(&w->uv, &w->idle);
    w->idle.data = w;
    w->wake.data = w->accepts.data = w->accept_pause.data = w->drain.data = w;
    w->read_buffer = mem_alloc(READ_SIZE);
    uv_poll_start(&w->accepts, UV_READABLE, on_acceptable);
    return OK;
}

static void worker_release(struct worker *w)
{
    while (w->pool) {
        struct exchange *x = w->pool;
        w->pool = x->next;
        exchange_free(x);
    }
    mem_free(w->read_buffer);
    uv_loop_close(&w->uv);
    uv_mutex_destroy(&w->lock);
}

void worker_abandon(struct worker *w)
{
    begin_stop(w);
    uv_run(&w->uv, UV_RUN_DEFAULT);
    worker_release(w);
}

void worker_run(void *worker)
{
    struct worker *w = worker;
    const struct http_config *config = w->config;
    if (config->on_loop_start) config->on_loop_start(config->ctx, w->index);
    if (config->on_idle) uv_prepare_start(&w->idle, on_idle);
    uv_run(&w->uv, UV_RUN_DEFAULT);
    if (config->on_loop_stop) config->on_loop_stop(config->ctx, w->index);
    worker_release(w);
}

// RFC 9110 5.6.7, without strftime: its names depend on the locale.
static size_t date_write(char out[DATE_SIZE], time_t seconds)
{
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm t;
    gmtime_r(&seconds, &t);
    int n = snprintf(out, DATE_SIZE, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d GMT\r\n", days + 3 * t.tm_wday,
                     t.tm_mday, months + 3 * t.tm_mon, t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
    return n > 0 && n < DATE_SIZE ? (size_t)n : 0;
}

struct str worker_date(struct worker *w)
{
    uint64_t now = uv_now(&w->uv);
    if (w->config->wall && now >= w->date_until) {
        int64_t wall = w->config->wall();
        w->date_n = date_write(w->date, (time_t)(wall / 1000));
        w->date_until = now + 1000 - (uint64_t)(wall % 1000);
    }
    return str_make(w->date, w->date_n);
}
