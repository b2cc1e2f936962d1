// SPDX-License-Identifier: Apache-2.0
#include "world/metrics.h"

#include <pthread.h>

#include "base/limits.h"
#include "check.h"

static const struct {
    const char *name;
    int more;
} methods[] = {{"auth.test", 1}, {"oauth.v2.access", 2}};

static int setup(void **state)
{
    *state = metrics_new(NAMES(methods));
    return 0;
}

static int teardown(void **state)
{
    metrics_free(*state);
    return 0;
}

static void count(struct metrics *m, const char *method, const char *error, uint64_t us)
{
    struct http_request req = {.resp = {.status = 200}, .note = {.route = "/api/"}};
    req.note.method = str_of(method);
    req.note.error = str_of(error);
    metrics_count(m, &req, us);
}

static struct buf written(struct metrics *m)
{
    struct buf b;
    buf_init(&b, LIMIT_RESPONSE);
    metrics_write(m, &b);
    assert_false(b.failed);
    return b;
}

// Whether the text holds that whole line.
static bool has_line(struct metrics *m, const char *line)
{
    struct buf b = written(m);
    bool found = false;
    for (struct str rest = buf_view(&b); rest.p && !found;) found = str_eq(str_cut(&rest, '\n'), str_of(line));
    buf_release(&b);
    return found;
}

static void requests_are_counted_by_method_and_error(void **state)
{
    struct metrics *m = *state;
    for (int i = 0; i < 3; i++) count(m, "auth.test", "", 10);
    count(m, "auth.test", "invalid_auth", 10);
    count(m, "oauth.v2.access", "invalid_code", 10);
    assert_true(has_line(m, "hallpass_requests_total{method=\"auth.test\",error=\"ok\"} 3"));
    assert_true(has_line(m, "hallpass_requests_total{method=\"auth.test\",error=\"invalid_auth\"} 1"));
    assert_true(has_line(m, "hallpass_requests_total{method=\"oauth.v2.access\",error=\"invalid_code\"} 1"));
}

static void times_fall_into_buckets(void **state)
{
    static const uint64_t times[] = {0, 100, 101, 2500, 30000000};
    for (size_t i = 0; i < ARRAY_LEN(times); i++) count(*state, "auth.test", "", times[i]);
#define LINE(name, value) "hallpass_request_seconds_" name "{method=\"auth.test\",error=\"ok\"" value
    assert_true(has_line(*state, LINE("bucket", ",le=\"0.0001\"} 2")));
    assert_true(has_line(*state, LINE("bucket", ",le=\"0.00025\"} 3")));
    assert_true(has_line(*state, LINE("bucket", ",le=\"0.0025\"} 4")));
    assert_true(has_line(*state, LINE("bucket", ",le=\"2.5\"} 4")));
    assert_true(has_line(*state, LINE("bucket", ",le=\"+Inf\"} 5")));
    assert_true(has_line(*state, LINE("sum", "} 30.002701")));
    assert_true(has_line(*state, LINE("count", "} 5")));
}

static void refusals_are_counted_by_cause(void **state)
{
    struct metrics *m = *state;
    struct http_request req = {.note = {.method = STR("oauth.v2.access"), .error = STR("invalid_code")}};
    req.note.cause = STR("code_used");
    metrics_count(m, &req, 1);
    metrics_count(m, &req, 1);
    assert_true(has_line(m, "hallpass_refusals_total{error=\"invalid_code\",cause=\"code_used\"} 2"));
}

// Whatever clients send, the labels are ours.
static void strange_names_make_no_labels(void **state)
{
    struct metrics *m = *state;
    struct buf before, after;
    count(m, "no.such", "", 1);
    count(m, "auth.test", "my_own_error", 1);
    before = written(m);
    for (int i = 0; i < 1000; i++) {
        char name[40];
        snprintf(name, sizeof name, "made.up\n\"%d", i);
        count(m, name, "", 1);
        count(m, "auth.test", name, 1);
    }
    after = written(m);
    assert_in_range(after.n, before.n, before.n + 200); // longer numbers only
    assert_true(has_line(m, "hallpass_requests_total{method=\"unknown\",error=\"ok\"} 1001"));
    assert_true(has_line(m, "hallpass_requests_total{method=\"auth.test\",error=\"other\"} 1001"));
    buf_release(&before);
    buf_release(&after);
}

static void pages_and_plain_failures_have_names(void **state)
{
    struct http_request page = {.resp = {.status = 200}, .note = {.route = "/oauth/v2/authorize"}};
    struct http_request lost = {.resp = {.status = 404}};
    metrics_count(*state, &page, 1);
    metrics_count(*state, &lost, 1);
    assert_true(has_line(*state, "hallpass_requests_total{method=\"page\",error=\"ok\"} 1"));
    assert_true(has_line(*state, "hallpass_requests_total{method=\"unknown\",error=\"other\"} 1"));
}

enum { THREADS = 4, EACH = 10000 };

static void *push(void *m)
{
    for (int i = 0; i < EACH; i++) count(m, "auth.test", "", (uint64_t)i);
    return NULL;
}

static void threads_count_together(void **state)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, push, *state), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    assert_true(has_line(*state, "hallpass_requests_total{method=\"auth.test\",error=\"ok\"} 40000"));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(requests_are_counted_by_method_and_error),
        CASE(times_fall_into_buckets),
        CASE(refusals_are_counted_by_cause),
        CASE(strange_names_make_no_labels),
        CASE(pages_and_plain_failures_have_names),
        CASE(threads_count_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
