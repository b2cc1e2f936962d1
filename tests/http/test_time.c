// SPDX-License-Identifier: Apache-2.0
// Clients that are slow or gone: each deadline, and the end of the server. Times are short here, but a test only blocks
// until the server acts; being late never fails one.
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "fixture.h"

#define H    "Host: h\r\n"
#define DATE "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n"
#define LATE                                                                                                           \
    "HTTP/1.1 408 Request Timeout\r\n" DATE "Content-Length: 0\r\nConnection: close\r\n"                               \
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n"
#define ECHO(n, text) "HTTP/1.1 200 OK\r\n" DATE "Content-Length: " #n "\r\n\r\n" text
#define LAST(n, text) "HTTP/1.1 200 OK\r\n" DATE "Content-Length: " #n "\r\nConnection: close\r\n\r\n" text

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void test_head_deadline(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.head_timeout_ms = 150});
    int64_t start = now_ms();
    client_check(&f, "silence", STR(""), STR(""));
    assert_true(now_ms() - start >= 150);
    client_check(&f, "half a head", STR("GET / HTTP/1.1\r\nHo"), STR(LATE));
    client_check(&f, "one byte", STR("G"), STR(LATE));
    client_check(&f, "second request late", STR("GET / HTTP/1.1\r\n" H "\r\nGET"), STR(ECHO(9, "GET /? 1 ") LATE));
    fixture_stop(&f, 1000);
}

// A byte now and then does not move the deadline (slow loris).
static void test_drip(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.head_timeout_ms = 300});
    int fd = client_connect(&f);
    int64_t start = now_ms();
    client_send(fd, STR("GET / HTTP/1.1\r\nA: "));
    struct pollfd p = {.fd = fd, .events = POLLIN};
    while (poll(&p, 1, 20) == 0) client_send(fd, STR("a"));
    assert_true(now_ms() - start < FIXTURE_PATIENCE_S * 1000);
    struct buf got;
    buf_init(&got, 1000);
    client_read(fd, &got);
    check_str(buf_view(&got), STR(LATE));
    buf_release(&got);
    fixture_stop(&f, 1000);
}

static void test_idle_deadline(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.idle_timeout_ms = 100});
    client_check(&f, "idle", STR("GET / HTTP/1.1\r\n" H "\r\n"), STR(ECHO(9, "GET /? 1 ")));
    fixture_stop(&f, 1000);
}

// The setting may change while the server runs, so it is asked for each request.
static void test_body_deadline(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.idle_timeout_ms = 60000});
    f.body_timeout_ms = 100;
    client_check(&f, "short body", STR("POST / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhel"),
                 STR(LAST(17, "POST /? 2 hel cut")));
    f.body_timeout_ms = 50;
    client_check(&f, "no chunk", STR("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"),
                 STR(LAST(14, "POST /? 2  cut")));
    fixture_stop(&f, 1000);
}

static void test_body_drip(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.idle_timeout_ms = 60000});
    f.body_timeout_ms = 200;
    int fd = client_connect(&f);
    client_send(fd, STR("POST / HTTP/1.1\r\n" H "Content-Length: 100000\r\n\r\n"));
    struct pollfd p = {.fd = fd, .events = POLLIN};
    while (poll(&p, 1, 20) == 0) client_send(fd, STR("a"));
    struct buf got;
    buf_init(&got, 100000);
    client_read(fd, &got);
    assert_true(str_ends(buf_view(&got), STR("a cut")));
    buf_release(&got);
    fixture_stop(&f, 1000);
}

// A peer that does not read cannot hold an answer for ever.
static void test_write_deadline(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.write_timeout_ms = 100});
    int fd = client_connect_narrow(&f);
    for (unsigned i = 0; i < 20; i++) client_send(fd, STR("GET /big/4194304 HTTP/1.1\r\n" H "\r\n"));
    fixture_wait_connections(&f, 0);
    assert_true(f.finished < 20);
    close(fd);
    fixture_stop(&f, 1000);
}

static void test_delay(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.idle_timeout_ms = 50, .head_timeout_ms = 50});
    int64_t start = now_ms();
    client_check(&f, "delay", STR("GET /delay/200 HTTP/1.1\r\n" H "\r\n"), STR(ECHO(18, "GET /delay/200? 1 ")));
    assert_true(now_ms() - start >= 200);
    fixture_stop(&f, 1000);
}

static void test_after(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.idle_timeout_ms = 50, .head_timeout_ms = 50});
    int64_t start = now_ms();
    client_check(&f, "after", STR("GET /after/100 HTTP/1.1\r\n" H "\r\nGET /after/100 HTTP/1.1\r\n" H "\r\n"),
                 STR(ECHO(18, "GET /after/100? 1 ") ECHO(18, "GET /after/100? 1 ")));
    assert_true(now_ms() - start >= 200);
    fixture_stop(&f, 1000);
}

static void reset(int fd)
{
    struct linger hard = {.l_onoff = 1};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(fd);
}

static void close_at_once(int fd)
{
    close(fd);
}

// The request outlives its peer: the handler's answer ends it.
static void test_peer_gone_in_flight(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.loops = 1});
    for (size_t i = 0; i < 8; i++) {
        int fd = client_connect(&f);
        client_send(fd, STR("POST /hold HTTP/1.1\r\n" H "Content-Length: 2\r\n\r\nab"));
        fixture_wait_handled(&f, (unsigned)i + 1);
        (i % 2 ? close_at_once : reset)(fd);
    }
    assert_int_equal(f.finished, 0);
    fixture_release(&f);
    fixture_wait_finished(&f, 8);
    fixture_wait_connections(&f, 0);
    fixture_stop(&f, 1000);
}

static void test_peer_gone_while_delayed(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.loops = 1});
    int fd = client_connect(&f);
    client_send(fd, STR("GET /delay/4000000 HTTP/1.1\r\n" H "\r\nGET /2 HTTP/1.1\r\n" H "\r\n"));
    fixture_wait_handled(&f, 1);
    reset(fd);
    fixture_wait_connections(&f, 0);
    fixture_stop(&f, 1000);
}

// Who waits hears at once that nobody waits for the answer any more.
static void test_peer_gone_before_after(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.loops = 1});
    int fd = client_connect(&f);
    client_send(fd, STR("GET /after/4000000 HTTP/1.1\r\n" H "\r\n"));
    fixture_wait_handled(&f, 1);
    reset(fd);
    fixture_wait_finished(&f, 1);
    fixture_wait_connections(&f, 0);
    fixture_stop(&f, 1000);
}

struct stopper {
    struct fixture *f;
    unsigned drain_ms;
    pthread_t thread;
};

static void *stop_main(void *arg)
{
    struct stopper *s = arg;
    http_server_stop(s->f->server, s->drain_ms);
    return NULL;
}

static void check_rest(int fd, struct str wanted)
{
    struct buf got;
    buf_init(&got, 10000);
    client_read(fd, &got);
    check_str(buf_view(&got), wanted);
    buf_release(&got);
}

// What fixture_stop does behind http_server_stop.
static void end_fixture(struct fixture *f)
{
    pthread_mutex_lock(&f->lock);
    f->slow_ends = true;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->slow_thread, NULL);
    assert_int_equal(f->handled, f->finished);
}

static void test_drain(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.loops = 1, .idle_timeout_ms = 60000});
    struct buf out;
    buf_init(&out, 10000);
    int idle = client_connect(&f), held = client_connect(&f), half = client_connect(&f);
    client_send(idle, STR("GET /1 HTTP/1.1\r\n" H "\r\n"));
    client_answer(idle, &out);
    client_send(half, STR("GET /2 HTTP/1.1\r\n" H "\r\nGET /half HTTP/1.1\r\n"));
    client_answer(half, &out);
    client_send(held, STR("GET /hold HTTP/1.1\r\n" H "\r\n"));
    fixture_wait_handled(&f, 3);
    struct stopper s = {&f, FIXTURE_PATIENCE_S * 1000, 0};
    pthread_create(&s.thread, NULL, stop_main, &s);
    check_rest(idle, STR("")); // at once
    client_send(half, STR(H "\r\n"));
    check_rest(half, STR(LAST(13, "GET /half? 1 ")));
    fixture_release(&f);
    check_rest(held, STR(LAST(13, "GET /hold? 1 ")));
    pthread_join(s.thread, NULL);
    end_fixture(&f);
    buf_release(&out);
}

static void test_drain_ends(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.loops = 1, .head_timeout_ms = 60000});
    struct buf out;
    buf_init(&out, 10000);
    int held = client_connect(&f), half = client_connect(&f);
    client_send(half, STR("GET /2 HTTP/1.1\r\n" H "\r\nGET /half HTTP/1.1\r\n"));
    client_answer(half, &out);
    client_send(held, STR("GET /hold HTTP/1.1\r\n" H "\r\n"));
    fixture_wait_handled(&f, 2);
    struct stopper s = {&f, 50, 0};
    pthread_create(&s.thread, NULL, stop_main, &s);
    check_rest(half, STR(""));
    check_rest(held, STR(""));
    fixture_release(&f); // the server waits for it, connection or not
    pthread_join(s.thread, NULL);
    end_fixture(&f);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_head_deadline),
        cmocka_unit_test(test_drip),
        cmocka_unit_test(test_idle_deadline),
        cmocka_unit_test(test_body_deadline),
        cmocka_unit_test(test_body_drip),
        cmocka_unit_test(test_write_deadline),
        cmocka_unit_test(test_delay),
        cmocka_unit_test(test_peer_gone_in_flight),
        cmocka_unit_test(test_peer_gone_while_delayed),
        cmocka_unit_test(test_after),
        cmocka_unit_test(test_peer_gone_before_after),
        cmocka_unit_test(test_drain),
        cmocka_unit_test(test_drain_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
