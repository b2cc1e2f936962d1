// SPDX-License-Identifier: Apache-2.0
// The journal over HTTP, and waiting for what has not happened yet.
#include <sys/socket.h>
#include <time.h>

#include "fixture.h"

#define REQUESTS "/admin/v1/requests"

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t now_ms(void)
{
    return now_ns() / 1000000;
}

// What the public listener does behind an answer.
static void add(struct fixture *f, const char *method, const char *error)
{
    struct arena arena;
    arena_init(&arena, LIMIT_ARENA);
    struct http_request req = {.arena = &arena,
                               .verb_name = STR("GET"),
                               .path = STR("/api/x"),
                               .peer = STR("127.0.0.1"),
                               .resp = {.status = 200},
                               .note = {.method = str_of(method), .error = str_of(error)}};
    journal_add(f->world.journal, &req);
    arena_release(&arena);
}

static void check_found(struct answer *a, size_t n, const char *method, int64_t last)
{
    if (a->status != 200) fail_msg("%.*s", STR_FMT(buf_view(&a->raw)));
    const json_t *list = json_object_get(a->json, "requests");
    assert_true(json_is_array(list));
    assert_int_equal(json_array_size(list), n);
    if (n) assert_string_equal(text_of(json_array_get(list, n - 1), "method"), method);
    assert_int_equal(number_of(a->json, "last"), last);
    answer_release(a);
}

static void find(struct fixture *f, const char *query, size_t n, const char *method, int64_t last)
{
    char path[200];
    snprintf(path, sizeof path, REQUESTS "%s", query);
    struct answer a = call(f, "GET", path, NULL);
    check_found(&a, n, method, last);
}

static void test_filters(void **state)
{
    struct fixture *f = *state;
    find(f, "", 0, "", 0);
    add(f, "api.test", "");
    add(f, "oauth.v2.access", "invalid_code");
    add(f, "oauth.v2.access", "");
    find(f, "", 3, "oauth.v2.access", 3);
    find(f, "?method=api.test", 1, "api.test", 3);
    find(f, "?error=invalid_code", 1, "oauth.v2.access", 3);
    find(f, "?error=ok&method=api.test", 1, "api.test", 3);
    find(f, "?since=1", 2, "oauth.v2.access", 3);
    find(f, "?since=3", 0, "", 3);
    find(f, "?since=9", 0, "", 3);
    find(f, "?wait=20s&error=invalid_code", 1, "oauth.v2.access", 3); // at once
    find(f, "?wait=20s&since=2", 1, "oauth.v2.access", 3);
    find(f, "?wait=0s&since=3", 0, "", 3);
}

static void test_problems(void **state)
{
    static const struct {
        const char *query, *key;
    } cases[] = {{"?wait=5", "wait"},  {"?wait=61s", "wait"},   {"?wait=-1s", "wait"},
                 {"?wait=", "wait"},   {"?since=x", "since"},   {"?since=-1", "since"},
                 {"?since=", "since"}, {"?errors=x", "errors"}, {"?since=9223372036854775808", "since"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char path[100];
        snprintf(path, sizeof path, REQUESTS "%s", cases[i].query);
        call_problem(*state, "GET", path, NULL, 422, "query_invalid", cases[i].key);
    }
    struct answer a = call(*state, "GET", REQUESTS "?metod=x", NULL);
    assert_string_equal(text_of(a.json, "nearest"), "method");
    answer_release(&a);
}

// Until the handler has returned: the call waits for the journal then, or was answered.
static int ask(struct fixture *f, const char *query)
{
    char text[300];
    int fd = client_connect(f);
    snprintf(text, sizeof text, "GET " REQUESTS "%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", query);
    client_send(fd, str_of(text));
    fixture_wait_handled(f, f->calls);
    return fd;
}

static void test_wait(void **state)
{
    struct fixture *f = *state;
    struct answer a;
    add(f, "api.test", "");
    int one = ask(f, "?wait=30s&method=auth.test"), two = ask(f, "?wait=30s&error=invalid_code");
    for (unsigned i = 0; i < 50; i++) add(f, "api.test", "unknown_method"); // wakes both, for nothing
    add(f, "auth.test", "invalid_code");
    client_answer(one, &a);
    check_found(&a, 1, "auth.test", 52);
    client_answer(two, &a);
    check_found(&a, 1, "auth.test", 52);
}

static void test_wait_ends(void **state)
{
    struct fixture *f = *state;
    struct answer a;
    int64_t start = now_ms();
    int fd = ask(f, "?wait=120ms&method=auth.test");
    add(f, "api.test", "");
    client_answer(fd, &a);
    check_found(&a, 0, "", 1);
    assert_true(now_ms() - start >= 120);
}

// A waiting call takes part in nothing else: it is not in the way of others.
static void test_wait_holds_nobody(void **state)
{
    struct fixture *f = *state;
    struct answer a;
    int fd = ask(f, "?wait=30s");
    call_check(f, "GET", "/health/ready", NULL, 200);
    call_check(f, "POST", "/admin/v1/reset", NULL, 204);
    add(f, "api.test", "");
    client_answer(fd, &a);
    check_found(&a, 1, "api.test", 1);
}

static void nobody(void *ctx)
{
    (void)ctx;
}

static void test_waiters_full(void **state)
{
    struct fixture *f = *state;
    char places[4096];
    size_t n = 0;
    while (journal_wait(f->world.journal, nobody, &places[n])) assert_true(++n < sizeof places);
    call_problem(f, "GET", REQUESTS "?wait=30s", NULL, 503, "waiters_full", NULL);
    call_check(f, "GET", REQUESTS, NULL, 200);
}

// The client is gone: the call ends, long before its time.
static void test_peer_gone(void **state)
{
    struct fixture *f = *state;
    struct linger hard = {.l_onoff = 1};
    int fd = ask(f, "?wait=60s");
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(fd);
    fixture_wait_finished(f, f->calls);
    add(f, "api.test", ""); // wakes nobody who has gone
    call_check(f, "GET", REQUESTS, NULL, 200);
}

static void test_server_stops(void **state)
{
    struct fixture *f = *state;
    struct answer a;
    int fd = ask(f, "?wait=60s");
    fixture_stop_http(f);
    client_answer(fd, &a);
    assert_int_equal(a.status, 0);
    answer_release(&a);
}

struct adder {
    struct fixture *f;
    pthread_t thread;
};

enum { ROUNDS = 300 };

static void *add_main(void *arg)
{
    struct adder *adder = arg;
    for (unsigned i = 0; i < ROUNDS; i++) add(adder->f, "api.test", "");
    return NULL;
}

// Entries come from two threads while a client follows them: it sees each once, in order.
static void test_follow(void **state)
{
    struct fixture *f = *state;
    struct adder adders[2] = {{.f = f}, {.f = f}};
    int64_t seen = 0;
    for (size_t i = 0; i < ARRAY_LEN(adders); i++) pthread_create(&adders[i].thread, NULL, add_main, &adders[i]);
    while (seen < 2 * ROUNDS) {
        char path[100];
        snprintf(path, sizeof path, REQUESTS "?wait=30s&since=%lld", (long long)seen);
        struct answer a = call(f, "GET", path, NULL);
        const json_t *list = json_object_get(a.json, "requests");
        assert_true(json_array_size(list) > 0);
        for (size_t i = 0; i < json_array_size(list); i++)
            assert_int_equal(number_of(json_array_get(list, i), "number"), ++seen);
        assert_int_equal(number_of(a.json, "last"), seen);
        answer_release(&a);
    }
    for (size_t i = 0; i < ARRAY_LEN(adders); i++) pthread_join(adders[i].thread, NULL);
}

enum { NARROW_ROUNDS = 5000, SPIN_NS = 100000 }; // a call takes about so long from its bytes to its waiting

static void spin(int64_t ns)
{
    int64_t until = now_ns() + ns;
    while (now_ns() < until) {
    }
}

// One entry, at any moment of a call that waits for it: it is never slept through.
static void test_narrow(void **state)
{
    struct fixture *f = *state;
    for (int64_t i = 0; i < NARROW_ROUNDS; i++) {
        char text[200];
        struct answer a;
        int fd = client_connect(f);
        snprintf(text, sizeof text,
                 "GET " REQUESTS "?wait=60s&since=%lld HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                 (long long)i);
        client_send(fd, str_of(text));
        spin(i * 331 % SPIN_NS);
        add(f, "api.test", "");
        client_answer(fd, &a);
        check_found(&a, 1, "api.test", i + 1);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_filters),   TEST(test_problems),          TEST(test_wait),
        TEST(test_wait_ends), TEST(test_wait_holds_nobody), TEST(test_waiters_full),
        TEST(test_peer_gone), TEST(test_server_stops),      TEST(test_follow),
        TEST(test_narrow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
