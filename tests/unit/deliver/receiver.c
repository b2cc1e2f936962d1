// SPDX-License-Identifier: Apache-2.0
#include "receiver.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

struct str request_header(struct str request, const char *name)
{
    struct str head = str_upto(request, str_find_str(request, STR("\r\n\r\n")));
    while (head.p) {
        struct str value = str_cut(&head, '\n'), key = str_cut(&value, ':');
        if (str_ieq(key, str_of(name))) return str_trim(value);
    }
    return (struct str){NULL, 0};
}

struct str request_body(struct str request)
{
    return str_from(request, str_find_str(request, STR("\r\n\r\n")) + 4);
}

static bool is_whole(struct str request)
{
    uint64_t length = 0;
    size_t end = str_find_str(request, STR("\r\n\r\n"));
    if (end == request.n) return false;
    struct str given = request_header(request, "Content-Length");
    return !given.p || (str_u64(given, UINT32_MAX, &length) && request.n >= end + 4 + length);
}

static void read_request(int fd, struct buf *b)
{
    while (!is_whole(buf_view(b))) {
        char *to = buf_reserve(b, 65536);
        ssize_t n = to ? recv(fd, to, 65536, 0) : 0;
        if (n <= 0) return;
        b->n += (size_t)n;
    }
}

static bool send_all(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        p += sent;
        n -= (size_t)sent;
    }
    return true;
}

// true: the other side has closed within ms.
static bool closed_within(int fd, int ms)
{
    char c;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, ms) > 0 && recv(fd, &c, 1, 0) <= 0;
}

static void behave(int fd, enum receiver_then then)
{
    enum { DRIP_MS = 5 };
    switch (then) {
    case THEN_SILENT: closed_within(fd, PATIENCE_MS); break;
    case THEN_FLOOD:
        while (send_all(fd, "X-More: 0123456789\r\n", 20)) continue;
        break;
    case THEN_DRIP:
        while (!closed_within(fd, DRIP_MS) && send_all(fd, "x", 1)) continue;
        break;
    case THEN_CLOSE:
    case THEN_RESET: break;
    }
}

static void serve(struct receiver *r, int fd)
{
    struct buf b;
    buf_init(&b, 1 << 24);
    size_t i = r->n < r->nscript ? r->n : r->nscript - 1;
    if (r->script[i].then != THEN_RESET) read_request(fd, &b);
    pthread_mutex_lock(&r->lock);
    if (r->n < REQUESTS_MAX)
        r->requests[r->n++] = b;
    else
        buf_release(&b);
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    if (send_all(fd, r->script[i].answer, strlen(r->script[i].answer))) behave(fd, r->script[i].then);
    close(fd);
}

static void *run(void *arg)
{
    struct receiver *r = arg;
    for (;;) {
        int fd = accept(r->fd, NULL, NULL);
        if (fd < 0) return NULL;
        serve(r, fd);
    }
}

void receiver_start(struct receiver *r, const struct script *script, size_t n)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof a;
    *r = (struct receiver){.nscript = n};
    memcpy(r->script, script, n * sizeof *script);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->changed, NULL);
    r->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(r->fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(r->fd, 16), 0);
    assert_int_equal(getsockname(r->fd, (struct sockaddr *)&a, &size), 0);
    r->port = ntohs(a.sin_port);
    assert_int_equal(pthread_create(&r->thread, NULL, run, r), 0);
}

void receiver_stop(struct receiver *r)
{
    shutdown(r->fd, SHUT_RDWR); // accept() ends
    pthread_join(r->thread, NULL);
    close(r->fd);
    for (size_t i = 0; i < r->n; i++) buf_release(&r->requests[i]);
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->lock);
}

struct str receiver_request(struct receiver *r, size_t i)
{
    struct timespec until;
    int late = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_MS / 1000;
    pthread_mutex_lock(&r->lock);
    while (r->n <= i && !late) late = pthread_cond_timedwait(&r->changed, &r->lock, &until);
    struct str request = late ? (struct str){NULL, 0} : buf_view(&r->requests[i]);
    pthread_mutex_unlock(&r->lock);
    assert_int_equal(late, 0);
    return request;
}

size_t receiver_count(struct receiver *r)
{
    pthread_mutex_lock(&r->lock);
    size_t n = r->n;
    pthread_mutex_unlock(&r->lock);
    return n;
}
