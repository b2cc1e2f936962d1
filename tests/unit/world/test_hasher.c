// SPDX-License-Identifier: Apache-2.0
// The hasher behind a real listener: answers come back to the loop that asked, whoever has gone harms nobody, and what
// does not fit is refused at once.
#include "world/hasher.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/limits.h"
#include "check.h"
#include "http/loop.h"

enum { PATIENCE_S = 60, CLIENTS = 6 };

struct fixture {
    struct rng *rng;
    struct hasher *hasher;
    struct http_server *http;
};

struct wait {
    struct hashed hashed;
    pthread_t loop;
};

static const struct str good = STR_INIT("correct horse battery");
// "password", under cheap parameters
static const struct str stored =
    STR_INIT("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4");

static void answer(struct http_request *req)
{
    struct wait *w = req->state;
    const struct hashed *h = &w->hashed;
    assert_true(pthread_equal(w->loop, pthread_self()));
    req->resp.status = h->status ? 500 : 200;
    if (h->status)
        buf_z(&req->resp.body, status_name(h->status));
    else
        buf_z(&req->resp.body, h->phc[0] ? h->phc : h->good ? "good" : "bad");
    http_reply(req);
}

// GET /verify: the body against `stored`; /nobody: against nothing; /hash: hashes the body.
static void handle(void *ctx, struct http_request *req)
{
    struct fixture *f = ctx;
    struct wait *w = arena_alloc(req->arena, sizeof *w);
    struct str phc = str_is(req->path, "/verify") ? stored : str_is(req->path, "/damaged") ? STR("x") : STR("");
    w->loop = pthread_self();
    req->state = w;
    enum status status = str_is(req->path, "/hash") ? hasher_hash(f->hasher, req, req->body, answer, &w->hashed)
                                                    : hasher_verify(f->hasher, req, phc, req->body, answer, &w->hashed);
    if (!status) return;
    req->resp.status = 503;
    buf_z(&req->resp.body, status_name(status));
    http_reply(req);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    char why[200] = "";
    struct http_config config = {.address = STR("127.0.0.1:0"), .loops = 2, .handler = handle, .ctx = f};
    signal(SIGPIPE, SIG_IGN);
    f->rng = rng_new_system();
    f->hasher = hasher_new(f->rng);
    assert_int_equal(http_server_start(&config, &f->http, why, sizeof why), OK);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    http_server_stop(f->http, 0);
    hasher_free(f->hasher);
    rng_free(f->rng);
    free(f);
    return 0;
}

static int ask(struct fixture *f, const char *path, struct str body)
{
    char head[256];
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)http_server_port(f->http)),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    int n = snprintf(head, sizeof head,
                     "POST %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n", path, body.n);
    assert_int_equal(send(fd, head, (size_t)n, 0), n);
    assert_int_equal(send(fd, body.p, body.n, 0), body.n);
    return fd;
}

// The status; the body in `text`.
static int read_answer(int fd, char text[2048])
{
    char raw[2048];
    size_t n = 0;
    for (ssize_t got; n < sizeof raw - 1 && (got = recv(fd, raw + n, sizeof raw - 1 - n, 0)) > 0;) n += (size_t)got;
    raw[n] = '\0';
    close(fd);
    const char *body = strstr(raw, "\r\n\r\n");
    assert_non_null(body);
    assert_true(str_copy(text, 2048, str_of(body + 4)));
    return atoi(raw + sizeof "HTTP/1.1");
}

static void check_answer(int fd, int status, const char *body)
{
    char text[2048];
    assert_int_equal(read_answer(fd, text), status);
    assert_string_equal(text, body);
}

static void test_verify(void **state)
{
    struct fixture *f = *state;
    check_answer(ask(f, "/verify", STR("password")), 200, "good");
    check_answer(ask(f, "/verify", STR("passwore")), 200, "bad");
    check_answer(ask(f, "/verify", STR("")), 200, "bad");
    check_answer(ask(f, "/nobody", STR("password")), 200, "bad");
    check_answer(ask(f, "/damaged", STR("password")), 500, status_name(E_CORRUPT));
}

static void test_hash(void **state)
{
    char phc[2048], again[2048];
    bool same = false;
    struct fixture *f = *state;
    assert_int_equal(read_answer(ask(f, "/hash", good), phc), 200);
    assert_int_equal(read_answer(ask(f, "/hash", good), again), 200);
    assert_string_not_equal(phc, again); // another salt
    assert_int_equal(password_verify(str_of(phc), good, &same), OK);
    assert_true(same);
}

static void test_too_long(void **state)
{
    static char room[4 * LIMIT_PASSWORD];
    memset(room, 'x', sizeof room);
    check_answer(ask(*state, "/hash", str_make(room, sizeof room)), 500, status_name(E_LIMIT));
    check_answer(ask(*state, "/verify", str_make(room, sizeof room)), 200, "bad");
}

// Jobs of several loops at once; one asks and leaves.
static void test_many(void **state)
{
    struct fixture *f = *state;
    struct linger hard = {.l_onoff = 1};
    int fds[CLIENTS], gone = ask(f, "/hash", good);
    setsockopt(gone, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(gone);
    for (size_t i = 0; i < CLIENTS; i++) fds[i] = ask(f, "/verify", i % 2 ? STR("password") : good);
    for (size_t i = 0; i < CLIENTS; i++) check_answer(fds[i], 200, i % 2 ? "good" : "bad");
}

// More than can wait, and much faster than they are done: those are refused at once, the others are answered. The stop
// waits for all of them.
static void test_full(void **state)
{
    enum { ALL = 3 * LIMIT_HASHES };
    char text[2048];
    struct fixture *f = *state;
    int fds[ALL];
    unsigned done = 0, busy = 0;
    for (size_t i = 0; i < ALL; i++) fds[i] = ask(f, "/nobody", good);
    for (size_t i = 0; i < ALL; i++) {
        int status = read_answer(fds[i], text);
        done += status == 200;
        busy += status == 503;
        if (status == 503) assert_string_equal(text, status_name(E_BUSY));
    }
    assert_int_equal(done + busy, ALL);
    assert_true(done >= LIMIT_HASHES && busy > 0);
}

static void test_unused(void **state)
{
    struct hasher *h = hasher_new(((struct fixture *)*state)->rng);
    hasher_free(h);
    hasher_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_verify), TEST(test_hash), TEST(test_too_long), TEST(test_many), TEST(test_full), TEST(test_unused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
