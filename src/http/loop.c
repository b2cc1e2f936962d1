// SPDX-License-Identifier: Apache-2.0
#include "http/loop.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "http/address.h"
#include "http/worker.h"

enum { BACKLOG = 1024, WRITE_TIMEOUT_MS = 30000 };

struct http_server {
    struct http_config config;
    unsigned port, started;
    atomic_size_t open, body_bytes;
    struct worker workers[]; // config.loops
};

PRINTF_LIKE(4, 5) static enum status fail(enum status s, char *why, size_t size, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(why, size, fmt, args);
    va_end(args);
    return s;
}

static enum status status_of(int error)
{
    if (error == EADDRINUSE) return E_BUSY;
    if (error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS) return E_LIMIT;
    return E_INVALID;
}

// The first listener binds without SO_REUSEPORT, so that an address which another process shares with its own loops is
// busy to us; only then are our other listeners let in beside it.
static int bind_and_listen(int fd, const struct address *a, bool first)
{
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on)) return -1;
    if (!first && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on)) return -1;
    if (bind(fd, (const struct sockaddr *)&a->sa, a->n)) return -1;
    if (first && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on)) return -1;
    return listen(fd, BACKLOG);
}

// -1 with errno when it cannot be.
static int open_listener(const struct address *a, bool first)
{
    int fd = socket(a->sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (bind_and_listen(fd, a, first)) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static void learn_port(int fd, struct address *a)
{
    struct address bound = {.n = sizeof bound.sa};
    if (getsockname(fd, (struct sockaddr *)&bound.sa, &bound.n) == 0) address_set_port(a, address_port(&bound));
}

// Opens and hands a listener to each worker; started counts the workers that are complete.
static enum status bind_all(struct http_server *s, struct address *a, char *why, size_t size)
{
    for (unsigned i = 0; i < s->config.loops; i++) {
        int fd = open_listener(a, i == 0);
        if (fd < 0) {
            return fail(status_of(errno), why, size, "cannot listen on %.*s: %s", STR_FMT(s->config.address),
                        strerror(errno));
        }
        if (i == 0) learn_port(fd, a);
        struct worker *w = &s->workers[i];
        w->index = i;
        w->config = &s->config;
        w->open = &s->open;
        w->body_bytes = &s->body_bytes;
        if (worker_init(w, fd)) return fail(E_LIMIT, why, size, "no file descriptors left for an event loop");
        s->started++;
    }
    s->port = address_port(a);
    return OK;
}

static void set_defaults(struct http_config *c)
{
    if (!c->loops) c->loops = 1;
    if (!c->max_connections) c->max_connections = LIMIT_CONNECTIONS;
    if (!c->max_body_bytes) c->max_body_bytes = LIMIT_BODIES;
    if (!c->head_timeout_ms) c->head_timeout_ms = TIMEOUT_HEAD_S * 1000;
    if (!c->idle_timeout_ms) c->idle_timeout_ms = TIMEOUT_IDLE_S * 1000;
    if (!c->write_timeout_ms) c->write_timeout_ms = WRITE_TIMEOUT_MS;
}

// Signals are the main thread's: the loops inherit a mask that blocks them all. Answers how many threads run.
static unsigned start_threads(struct http_server *s)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    unsigned n = 0;
    while (n < s->config.loops && uv_thread_create(&s->workers[n].thread, worker_run, &s->workers[n]) == 0) n++;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return n;
}

static void stop_threads(struct http_server *s, unsigned n, unsigned drain_ms)
{
    for (unsigned i = 0; i < n; i++) worker_stop(&s->workers[i], drain_ms);
    for (unsigned i = 0; i < n; i++) uv_thread_join(&s->workers[i].thread);
}

// For a start that failed: the first n workers have threads.
static void abandon(struct http_server *s, unsigned n)
{
    stop_threads(s, n, 0);
    for (unsigned i = n; i < s->started; i++) worker_abandon(&s->workers[i]);
    mem_free(s);
}

enum status http_server_start(const struct http_config *config, struct http_server **out, char *why, size_t why_size)
{
    struct http_config c = *config;
    set_defaults(&c);
    struct address a;
    if (address_parse(c.address, &a)) {
        return fail(E_INVALID, why, why_size, "not an address and port: %.*s", STR_FMT(c.address));
    }
    struct http_server *s = mem_alloc(sizeof *s + c.loops * sizeof s->workers[0]);
    s->config = c;
    enum status bound = bind_all(s, &a, why, why_size);
    if (bound) {
        abandon(s, 0);
        return bound;
    }
    unsigned running = start_threads(s);
    if (running < c.loops) {
        abandon(s, running);
        return fail(E_LIMIT, why, why_size, "cannot start a thread");
    }
    *out = s;
    return OK;
}

unsigned http_server_port(const struct http_server *s)
{
    return s->port;
}

size_t http_server_connections(struct http_server *s)
{
    return atomic_load(&s->open);
}

void http_server_stop(struct http_server *s, unsigned drain_ms)
{
    stop_threads(s, s->config.loops, drain_ms);
    mem_free(s);
}
