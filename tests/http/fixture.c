// SPDX-License-Identifier: Apache-2.0
#include "fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"

static int64_t fixed_wall(void)
{
    return 1700000000000; // Tue, 14 Nov 2023 22:13:20 GMT
}

static int64_t body_timeout(void *ctx)
{
    return ((struct fixture *)ctx)->body_timeout_ms;
}

// The number behind the last slash of the path.
static size_t number_of(struct str path)
{
    uint64_t n = 0;
    while (str_find(path, '/') < path.n) path = str_from(path, str_find(path, '/') + 1);
    return str_u64(path, LIMIT_RESPONSE, &n) ? (size_t)n : 0;
}

static void echo(struct http_request *req)
{
    struct buf *b = &req->resp.body;
    req->resp.status = 200;
    buf_printf(b, "%.*s %.*s?%.*s %zu ", STR_FMT(req->verb_name), STR_FMT(req->path), STR_FMT(req->query),
               req->nfields);
    buf_str(b, req->body);
    if (req->body_cut) buf_z(b, " cut");
    http_reply(req);
}

static void keep(struct fixture *f, struct http_request *req, struct http_request **list, size_t *n)
{
    pthread_mutex_lock(&f->lock);
    list[(*n)++] = req;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

static void big(struct http_request *req, size_t n)
{
    char *to = buf_reserve(&req->resp.body, n);
    for (size_t i = 0; i < n; i++) to[i] = (char)('a' + i % 26);
    req->resp.body.n = n;
    req->resp.status = 200;
    http_reply(req);
}

static void special(struct http_request *req)
{
    struct http_response *r = &req->resp;
    if (str_starts(req->path, STR("/after/"))) {
        assert(http_after(req, LIMIT_RESPONSE, http_reply)); // replaced by the next
        assert(http_after(req, (unsigned)number_of(req->path), echo));
        return;
    }
    if (str_starts(req->path, STR("/status/"))) {
        r->status = (int)number_of(req->path);
        buf_z(&r->body, "text");
        http_reply(req);
        return;
    }
    r->drop = str_eq(req->path, STR("/drop"));
    if (str_starts(req->path, STR("/delay/"))) r->delay_ms = (int64_t)number_of(req->path);
    if (str_starts(req->path, STR("/truncate/"))) r->truncate = number_of(req->path);
    if (str_eq(req->path, STR("/header"))) http_header(req, "X-Bad", STR("a\r\nInjected: b"));
    if (str_eq(req->path, STR("/good-header"))) http_header(req, "X-Good", STR("a"));
    echo(req);
}

static void route(struct fixture *f, struct http_request *req)
{
    if (str_starts(req->path, STR("/hold"))) {
        keep(f, req, f->held, &f->nheld);
    } else if (str_starts(req->path, STR("/slow"))) {
        keep(f, req, f->slow, &f->nslow);
    } else if (str_starts(req->path, STR("/big/"))) {
        big(req, number_of(req->path));
    } else if (str_eq(req->path, STR("/none"))) {
        http_reply(req);
    } else if (str_eq(req->path, STR("/peer"))) {
        req->resp.status = 200;
        buf_printf(&req->resp.body, "%.*s %d", STR_FMT(req->peer), req->peer_port > 0);
        http_reply(req);
    } else if (str_eq(req->path, STR("/loop"))) {
        req->resp.status = 200;
        buf_u64(&req->resp.body, req->loop);
        http_reply(req);
    } else {
        special(req);
    }
}

// Counted before the answer: a client that has it finds its request counted.
static void handler(void *ctx, struct http_request *req)
{
    struct fixture *f = ctx;
    bool held = str_starts(req->path, STR("/hold"));
    if (held) route(f, req);
    pthread_mutex_lock(&f->lock);
    f->handled++;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
    if (!held) route(f, req);
}

static void on_finish(void *ctx, struct http_request *req)
{
    struct fixture *f = ctx;
    assert(req->arena && req->peer.n);
    pthread_mutex_lock(&f->lock);
    f->finished++;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

static void on_loop_start(void *ctx, unsigned loop)
{
    struct fixture *f = ctx;
    (void)loop;
    pthread_mutex_lock(&f->lock);
    f->loops_started++;
    pthread_mutex_unlock(&f->lock);
}

static void on_loop_stop(void *ctx, unsigned loop)
{
    struct fixture *f = ctx;
    (void)loop;
    pthread_mutex_lock(&f->lock);
    f->loops_stopped++;
    pthread_mutex_unlock(&f->lock);
}

// Plays the store thread: takes what is there and hands it back to its loops.
static void *slow_main(void *arg)
{
    struct fixture *f = arg;
    pthread_mutex_lock(&f->lock);
    while (!f->slow_ends || f->nslow) {
        if (f->nslow == 0) {
            pthread_cond_wait(&f->changed, &f->lock);
            continue;
        }
        struct http_request *req = f->slow[0];
        memmove(f->slow, f->slow + 1, --f->nslow * sizeof f->slow[0]);
        pthread_mutex_unlock(&f->lock);
        http_post(req, echo);
        pthread_mutex_lock(&f->lock);
    }
    pthread_mutex_unlock(&f->lock);
    return NULL;
}

void fixture_start(struct fixture *f, struct http_config config)
{
    memset(f, 0, sizeof *f);
    signal(SIGPIPE, SIG_IGN);
    f->body_timeout_ms = FIXTURE_PATIENCE_S * 1000;
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->changed, NULL);
    if (!config.address.n) config.address = STR("127.0.0.1:0");
    config.ctx = f;
    config.handler = handler;
    config.body_timeout_ms = body_timeout;
    config.wall = fixed_wall;
    config.on_loop_start = on_loop_start;
    config.on_loop_stop = on_loop_stop;
    config.on_finish = on_finish;
    char why[200] = "";
    if (http_server_start(&config, &f->server, why, sizeof why)) fail_msg("%s", why);
    f->port = http_server_port(f->server);
    pthread_create(&f->slow_thread, NULL, slow_main, f);
}

void fixture_stop(struct fixture *f, unsigned drain_ms)
{
    http_server_stop(f->server, drain_ms);
    pthread_mutex_lock(&f->lock);
    f->slow_ends = true;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->slow_thread, NULL);
    assert_int_equal(f->handled, f->finished);
    assert_true(f->loops_started > 0 && f->loops_started == f->loops_stopped);
    pthread_mutex_destroy(&f->lock);
    pthread_cond_destroy(&f->changed);
}

// Waits until *value is at least n.
static void wait_for(struct fixture *f, const unsigned *value, unsigned n)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += FIXTURE_PATIENCE_S;
    int error = 0;
    pthread_mutex_lock(&f->lock);
    while (*value < n && !error) error = pthread_cond_timedwait(&f->changed, &f->lock, &until);
    pthread_mutex_unlock(&f->lock);
    assert_int_equal(error, 0);
}

void fixture_wait_handled(struct fixture *f, unsigned n)
{
    wait_for(f, &f->handled, n);
}

void fixture_wait_finished(struct fixture *f, unsigned n)
{
    wait_for(f, &f->finished, n);
}

void fixture_wait_connections(struct fixture *f, size_t n)
{
    int64_t tries = FIXTURE_PATIENCE_S * 1000 / 5;
    while (http_server_connections(f->server) != n && --tries > 0) poll(NULL, 0, 5);
    assert_true(tries > 0);
}

void fixture_release(struct fixture *f)
{
    pthread_mutex_lock(&f->lock);
    for (size_t i = 0; i < f->nheld; i++) http_post(f->held[i], echo);
    f->nheld = 0;
    pthread_mutex_unlock(&f->lock);
}

static int connect_with(const struct fixture *f, int receive_buffer)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons((uint16_t)f->port)};
    sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct timeval patience = {.tv_sec = FIXTURE_PATIENCE_S};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (receive_buffer) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    if (connect(fd, (struct sockaddr *)&sa, sizeof sa)) fail_msg("connect: %s", strerror(errno));
    return fd;
}

int client_connect(const struct fixture *f)
{
    return connect_with(f, 0);
}

int client_connect_narrow(const struct fixture *f)
{
    return connect_with(f, 4096);
}

// The server may have closed already: what it said is then in client_read.
void client_send(int fd, struct str bytes)
{
    while (bytes.n) {
        ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n <= 0) return;
        bytes = str_from(bytes, (size_t)n);
    }
}

void client_end(int fd)
{
    shutdown(fd, SHUT_WR);
}

void client_read(int fd, struct buf *out)
{
    char bytes[16384];
    ssize_t n;
    while ((n = recv(fd, bytes, sizeof bytes, 0)) > 0) buf_bytes(out, bytes, (size_t)n);
    if (n < 0 && errno == ECONNRESET) buf_z(out, "[reset]");
    if (n < 0 && errno != ECONNRESET) buf_printf(out, "[%s]", strerror(errno));
    close(fd);
}

void client_answer(int fd, struct buf *out)
{
    size_t start = out->n, need = SIZE_MAX;
    while (out->n < need) {
        char c;
        if (recv(fd, &c, 1, 0) != 1) fail_msg("the connection ended after \"%.*s\"", STR_FMT(buf_view(out)));
        buf_char(out, c);
        struct str head = str_from(buf_view(out), start);
        if (need != SIZE_MAX || !str_ends(head, STR("\r\n\r\n"))) continue;
        uint64_t length;
        struct str at = str_from(head, str_find_str(head, STR("Content-Length: ")) + 16);
        assert_true(str_u64(str_upto(at, str_find(at, '\r')), LIMIT_RESPONSE, &length));
        need = out->n + (size_t)length;
    }
}

void client_check(const struct fixture *f, const char *name, struct str in, struct str wanted)
{
    int fd = client_connect(f);
    client_send(fd, in);
    struct buf got;
    buf_init(&got, 8 * LIMIT_RESPONSE);
    client_read(fd, &got);
    if (!str_eq(buf_view(&got), wanted)) {
        fail_msg("%s: got\n%.*s\nwanted\n%.*s", name, STR_FMT(buf_view(&got)), STR_FMT(wanted));
    }
    buf_release(&got);
}
