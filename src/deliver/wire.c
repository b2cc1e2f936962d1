// SPDX-License-Identifier: Apache-2.0
#include "deliver/wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <time.h>

#include "crypto/tls_client.h"

int64_t wire_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void wire_init(struct wire *w, int stop, int64_t timeout_ms)
{
    *w = (struct wire){.fd = -1, .stop = stop, .deadline = wire_ms() + timeout_ms};
}

void wire_close(struct wire *w)
{
    tls_client_free(w->tls);
    w->tls = NULL;
    if (w->fd >= 0) close(w->fd);
    w->fd = -1;
}

// Until the socket is ready for `events`, or the moment `until` of wire_ms() has come.
static enum call_result await(struct wire *w, short events, int64_t until)
{
    for (;;) {
        struct pollfd fds[] = {{.fd = w->fd, .events = events}, {.fd = w->stop, .events = POLLIN}};
        int64_t left = until - wire_ms();
        int n = poll(fds, ARRAY_LEN(fds), left > 0 ? (int)left : 0);
        if (n < 0 && errno == EINTR) continue;
        if (fds[1].revents) return CALL_STOPPED;
        if (fds[0].revents) return CALL_ANSWERED;
        if (left <= 0) return CALL_TIMEOUT;
    }
}

static enum call_result lost(struct wire *w, enum call_result result, int error)
{
    snprintf(w->problem, sizeof w->problem, "%s", strerror(error));
    return result;
}

enum call_result wire_connect(struct wire *w, const struct sockaddr *to, socklen_t size, int64_t ms)
{
    int error = 0, one = 1;
    socklen_t n = sizeof error;
    int64_t until = wire_ms() + ms;
    wire_close(w);
    w->fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (w->fd < 0) return lost(w, CALL_UNREACHED, errno);
    setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(w->fd, to, size) == 0) return CALL_ANSWERED;
    if (errno != EINPROGRESS) return lost(w, CALL_UNREACHED, errno);
    enum call_result r = await(w, POLLOUT, until < w->deadline ? until : w->deadline);
    if (r) return r;
    if (getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &error, &n)) error = errno;
    return error ? lost(w, CALL_UNREACHED, error) : CALL_ANSWERED;
}

// What a step of TLS asks for. again: it is to be repeated.
static enum call_result after_step(struct wire *w, enum tls_step step, bool *again)
{
    *again = step == TLS_WANT_READ || step == TLS_WANT_WRITE;
    if (*again) return await(w, step == TLS_WANT_READ ? POLLIN : POLLOUT, w->deadline);
    w->ended = step == TLS_END;
    if (step != TLS_FAILED) return CALL_ANSWERED;
    snprintf(w->problem, sizeof w->problem, "%s", tls_client_problem(w->tls));
    return CALL_INSECURE;
}

enum call_result wire_secure(struct wire *w, struct tls_trust *trust, const char *host)
{
    bool again = true;
    w->tls = tls_client_new(trust, w->fd, host);
    if (!w->tls) {
        snprintf(w->problem, sizeof w->problem, "no certificate can be checked for this host");
        return CALL_INSECURE;
    }
    while (again) TRY(after_step(w, tls_client_handshake(w->tls), &again));
    return w->ended ? CALL_INSECURE : CALL_ANSWERED;
}

static enum call_result send_some(struct wire *w, struct str bytes, size_t *n, bool *again)
{
    if (w->tls) return after_step(w, tls_client_write(w->tls, bytes.p, bytes.n, n), again);
    ssize_t sent = send(w->fd, bytes.p, bytes.n, MSG_NOSIGNAL);
    *again = sent < 0 && (errno == EAGAIN || errno == EINTR);
    if (*again) return await(w, POLLOUT, w->deadline);
    if (sent < 0) return lost(w, CALL_GARBAGE, errno);
    *n = (size_t)sent;
    return CALL_ANSWERED;
}

enum call_result wire_send(struct wire *w, struct str bytes)
{
    while (bytes.n) {
        size_t n = 0;
        bool again;
        TRY(send_some(w, bytes, &n, &again));
        if (w->ended) return CALL_GARBAGE;
        bytes = str_from(bytes, n);
    }
    return CALL_ANSWERED;
}

static enum call_result receive_some(struct wire *w, char *p, size_t size, size_t *n, bool *again)
{
    if (w->tls) return after_step(w, tls_client_read(w->tls, p, size, n), again);
    ssize_t came = recv(w->fd, p, size, 0);
    *again = came < 0 && (errno == EAGAIN || errno == EINTR);
    if (*again) return await(w, POLLIN, w->deadline);
    if (came < 0) return lost(w, CALL_GARBAGE, errno);
    w->ended = came == 0;
    *n = (size_t)came;
    return CALL_ANSWERED;
}

enum call_result wire_receive(struct wire *w, char *p, size_t size, size_t *n)
{
    bool again = true;
    *n = 0;
    // A peer that sends and sends keeps no poll waiting, so the deadline is looked at here too.
    if (wire_ms() >= w->deadline) return CALL_TIMEOUT;
    while (again) TRY(receive_some(w, p, size, n, &again));
    return CALL_ANSWERED;
}
