// SPDX-License-Identifier: Apache-2.0
// What holds for every call: paths, verbs, the guard against pages elsewhere, bodies; and health, metrics, the index.
#include <sys/socket.h>

#include "fixture.h"

#define HOST   "Host: 127.0.0.1\r\n"
#define CHANGE "X-Hallpass: 1\r\n"
#define JSON   "Content-Type: application/json\r\n"
#define CLOCK  "/admin/v1/clock"

static const struct guarded {
    const char *verb, *path, *headers, *body;
    int status;
    const char *cause; // NULL: no problem
} guarded[] = {
    {"GET", CLOCK, HOST, NULL, 200, NULL},
    {"GET", CLOCK, "Host: [::1]:4481\r\n", NULL, 200, NULL},
    {"GET", CLOCK, "Host: evil.example\r\n", NULL, 403, "host_foreign"},
    {"GET", CLOCK, "Host: 192.0.2.1\r\n", NULL, 403, "host_foreign"},
    {"GET", "/admin/v1", "Host: evil.example\r\n", NULL, 403, "host_foreign"},
    {"POST", CLOCK, "Host: evil.example\r\n" CHANGE JSON, "{\"reset\":true}", 403, "host_foreign"},
    {"GET", "/health/live", "Host: hallpass\r\n", NULL, 200, NULL},
    {"GET", "/metrics", "Host: hallpass\r\n", NULL, 200, NULL},
    {"POST", CLOCK, HOST JSON, "{\"reset\":true}", 403, "header_missing"},
    {"POST", CLOCK, HOST JSON "X-Hallpass: 0\r\n", "{\"reset\":true}", 403, "header_missing"},
    {"POST", CLOCK, HOST JSON "X-Hallpass:\r\n", "{\"reset\":true}", 403, "header_missing"},
    {"PUT", "/admin/v1/maintenance", HOST JSON, "{\"on\":false}", 403, "header_missing"},
    {"PATCH", "/admin/v1/users/U04R7GH2S1M", HOST JSON, "{}", 403, "header_missing"},
    {"DELETE", "/admin/v1/users/U04R7GH2S1M", HOST, NULL, 403, "header_missing"},
    {"POST", CLOCK, HOST JSON CHANGE, "{\"reset\":true}", 200, NULL},
    {"POST", CLOCK, HOST CHANGE, "{\"reset\":true}", 200, NULL},
    {"POST", CLOCK, HOST CHANGE "Content-Type: Application/JSON ; charset=utf-8\r\n", "{\"reset\":true}", 200, NULL},
    {"POST", CLOCK, HOST CHANGE "Content-Type: text/plain\r\n", "{\"reset\":true}", 415, "body_type"},
    {"POST", CLOCK, HOST CHANGE "Content-Type: application/jsonx\r\n", "{\"reset\":true}", 415, "body_type"},
    {"POST", "/admin/v1/reset", HOST CHANGE "Content-Type: application/x-www-form-urlencoded\r\n", "", 204, NULL},
    {"POST", CLOCK, HOST CHANGE JSON, "", 400, "json_syntax"},
    {"POST", CLOCK, HOST CHANGE JSON, NULL, 400, "json_syntax"},
    {"POST", CLOCK, HOST CHANGE JSON, "{", 400, "json_syntax"},
    {"POST", CLOCK, HOST CHANGE JSON, "[]", 400, "json_syntax"},
    {"POST", CLOCK, HOST CHANGE JSON, "null", 400, "json_syntax"},
    {"POST", CLOCK, HOST CHANGE JSON, "{\"set\":\"\\u0000\"}", 400, "json_syntax"},
    {"POST", CLOCK, HOST CHANGE JSON, "{} {}", 400, "json_syntax"},
    {"GET", "/", HOST, NULL, 404, "path_unknown"},
    {"GET", "/admin", HOST, NULL, 404, "path_unknown"},
    {"GET", "/admin/v1/", HOST, NULL, 404, "path_unknown"},
    {"GET", "/admin/v1/clock/", HOST, NULL, 404, "path_unknown"},
    {"GET", "/admin/v1/apps/", HOST, NULL, 404, "path_unknown"},
    {"GET", "/admin/v1/apps/A1/secrets", HOST, NULL, 404, "path_unknown"},
    {"GET", "//admin/v1/clock", HOST, NULL, 404, "path_unknown"},
    {"PUT", CLOCK, HOST CHANGE JSON, "{}", 405, "verb"},
    {"OPTIONS", CLOCK, HOST, NULL, 405, "verb"},
    {"POST", "/health/live", HOST CHANGE, NULL, 405, "verb"},
    {"GET", CLOCK "?a=%", HOST, NULL, 400, "form_syntax"},
};

static void check_headers(const struct answer *a)
{
    check_str(answer_header(a, "Cache-Control"), STR("no-store"));
    check_str(answer_header(a, "X-Content-Type-Options"), STR("nosniff"));
    check_str(answer_header(a, "Referrer-Policy"), STR("no-referrer"));
    assert_int_equal(str_find_str(str_of(a->head), STR("Access-Control")), strlen(a->head));
}

static void test_guard(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(guarded); i++) {
        const struct guarded *g = &guarded[i];
        struct answer a = call_with(*state, g->verb, g->path, g->headers, g->body);
        if (a.status != g->status || strcmp(text_of(a.json, "cause"), g->cause ? g->cause : ""))
            fail_msg("%s %s %s%s: %.*s", g->verb, g->path, g->headers, g->body ? g->body : "",
                     STR_FMT(buf_view(&a.raw)));
        check_headers(&a);
        if (g->cause) check_str(answer_header(&a, "Content-Type"), STR("application/problem+json"));
        answer_release(&a);
    }
}

static void test_allow(void **state)
{
    struct answer a = call(*state, "PUT", CLOCK, "{}");
    check_str(answer_header(&a, "Allow"), STR("GET, HEAD, POST"));
    answer_release(&a);
    a = call(*state, "POST", "/admin/v1/apps/A1", "{}");
    check_str(answer_header(&a, "Allow"), STR("GET, HEAD, PATCH, DELETE"));
    answer_release(&a);
}

static void test_head(void **state)
{
    struct answer a = call(*state, "HEAD", CLOCK, NULL);
    assert_int_equal(a.status, 200);
    assert_int_equal(a.body.n, 0);
    check_str(answer_header(&a, "Content-Type"), STR("application/json"));
    answer_release(&a);
}

static void test_cut_body(void **state)
{
    struct answer a;
    int fd = client_connect(*state);
    client_send(fd, STR("POST " CLOCK " HTTP/1.1\r\n" HOST CHANGE "Content-Length: 9\r\n\r\n{}"));
    shutdown(fd, SHUT_WR);
    client_answer(fd, &a);
    assert_int_equal(a.status, 400);
    assert_string_equal(text_of(a.json, "cause"), "body_cut");
    answer_release(&a);
}

// More values than a request's memory holds.
static void test_large_body(void **state)
{
    struct buf b;
    buf_init(&b, LIMIT_BODY);
    buf_z(&b, "{\"set\":[0");
    for (size_t i = 0; i < 400000; i++) buf_z(&b, ",0");
    buf_bytes(&b, "]}", 3);
    call_problem(*state, "POST", CLOCK, b.p, 422, "member_invalid", NULL);
    buf_release(&b);
}

static void test_serve(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *verb, *path, *body;
    } controls[] = {{"GET", CLOCK, NULL},
                    {"POST", CLOCK, "{\"reset\":true}"},
                    {"GET", "/admin/v1/faults", NULL},
                    {"POST", "/admin/v1/faults", "{\"kind\":\"drop\"}"},
                    {"DELETE", "/admin/v1/faults", NULL},
                    {"GET", "/admin/v1/requests", NULL},
                    {"POST", "/admin/v1/reset", NULL},
                    {"PATCH", "/admin/v1/settings", "{}"}};
    f->world.dev = false;
    for (size_t i = 0; i < ARRAY_LEN(controls); i++)
        call_problem(f, controls[i].verb, controls[i].path, controls[i].body, 404, "dev_only", NULL);
    call_check(f, "GET", "/health/ready", NULL, 200);
    call_check(f, "GET", "/admin/v1/settings", NULL, 200);
    call_check(f, "PUT", "/admin/v1/maintenance", "{\"on\":true}", 200);
    struct answer a = call(f, "GET", "/admin/v1/apps/A05KQ2M7ZPD", NULL);
    assert_int_equal(a.status, 200);
    assert_null(json_object_get(a.json, "client_secret"));
    answer_release(&a);
    a = call(f, "GET", "/admin/v1", NULL);
    assert_int_equal(str_find_str(a.body, STR("admin\\/v1\\/clock")), a.body.n);
    answer_release(&a);
    assert_int_equal(f->resets, 0);
}

// Every call of the table exists, and tells what it does.
static void test_index(void **state)
{
    size_t i;
    json_t *row;
    struct answer a = call(*state, "GET", "/admin/v1", NULL);
    assert_int_equal(a.status, 200);
    assert_true(text_of(a.json, "version")[0]);
    json_t *calls = json_object_get(a.json, "calls");
    assert_true(json_array_size(calls) > 40);
    json_array_foreach(calls, i, row)
    {
        assert_true(text_of(row, "verb")[0] && text_of(row, "does")[0]);
        if (strcmp(text_of(row, "verb"), "GET") || strchr(text_of(row, "path"), '{')) continue;
        call_check(*state, "GET", text_of(row, "path"), NULL, 200);
    }
    answer_release(&a);
}

static const json_t *check_named(const struct answer *a, const char *name)
{
    size_t i;
    json_t *check;
    json_array_foreach(json_object_get(a->json, "checks"), i, check)
    {
        if (strcmp(text_of(check, "name"), name) == 0) return check;
    }
    fail_msg("no check %s", name);
    return NULL;
}

static void check_ready(struct fixture *f, int status, const char *name, bool ok)
{
    struct answer a = call(f, "GET", "/health/ready", NULL);
    assert_int_equal(a.status, status);
    assert_string_equal(text_of(a.json, "status"), status == 200 ? "ok" : "failing");
    const json_t *check = check_named(&a, name);
    assert_true(json_is_boolean(json_object_get(check, "ok")));
    assert_int_equal(json_is_true(json_object_get(check, "ok")), ok);
    assert_true(text_of(check, "detail")[0]);
    assert_true(json_is_integer(json_object_get(check, "age_ms")));
    answer_release(&a);
}

static void test_health(void **state)
{
    static const char *const paths[] = {"/health/live", "/health/alive", "/health/started", "/livez",
                                        "/readyz",      "/healthz",      "/health/ready"};
    static const char *const checks[] = {"store_read", "store_commit", "queue", "clock", "maintenance", "drain"};
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) call_check(f, "GET", paths[i], NULL, 200);
    for (size_t i = 0; i < ARRAY_LEN(checks); i++) check_ready(f, 200, checks[i], true);
    f->world.maintenance = true;
    check_ready(f, 200, "maintenance", true);
    f->world.draining = true;
    check_ready(f, 503, "drain", false);
    check_ready(f, 503, "store_read", true);
    call_check(f, "GET", "/health/live", NULL, 200);
}

static void count(struct metrics *m, const char *method, const char *error, const char *cause, uint64_t us)
{
    struct http_request req = {
        .note = {.route = "/api/", .method = str_of(method), .error = str_of(error), .cause = str_of(cause)}};
    req.resp.status = 200;
    metrics_count(m, &req, us);
}

static void test_metrics(void **state)
{
    struct fixture *f = *state;
    static const char *const lines[] = {
        "\nhallpass_requests_total{method=\"oauth.v2.access\",error=\"ok\"} 2\n",
        "\nhallpass_requests_total{method=\"oauth.v2.access\",error=\"invalid_code\"} 1\n",
        "\nhallpass_requests_total{method=\"unknown\",error=\"unknown_method\"} 1\n",
        "\nhallpass_request_seconds_bucket{method=\"oauth.v2.access\",error=\"ok\",le=\"0.0001\"} 1\n",
        "\nhallpass_request_seconds_bucket{method=\"oauth.v2.access\",error=\"ok\",le=\"0.001\"} 1\n",
        "\nhallpass_request_seconds_bucket{method=\"oauth.v2.access\",error=\"ok\",le=\"0.0025\"} 2\n",
        "\nhallpass_request_seconds_bucket{method=\"oauth.v2.access\",error=\"ok\",le=\"+Inf\"} 2\n",
        "\nhallpass_request_seconds_sum{method=\"oauth.v2.access\",error=\"ok\"} 0.001101\n",
        "\nhallpass_request_seconds_count{method=\"oauth.v2.access\",error=\"ok\"} 2\n",
        "\nhallpass_refusals_total{error=\"invalid_code\",cause=\"code_expired\"} 1\n",
        "\nhallpass_refusals_total{error=\"unknown_method\",cause=\"none\"} 1\n",
        "\n# TYPE hallpass_request_seconds histogram\n",
        "\nhallpass_queue_depth 0\n",
        "\nhallpass_connections 7\n",
        "\nhallpass_deliveries_total{result=\"delivered\"} 0\n",
        "\nhallpass_deliveries_total{result=\"given_up\"} 1\n",
        "\nhallpass_wal_bytes ",
        "\nhallpass_commits_total ",
        "\nhallpass_last_commit_seconds ",
        "\nhallpass_build_info{version=\"" HALLPASS_VERSION "\"} 1\n",
    };
    count(f->world.metrics, "oauth.v2.access", "", "", 100);
    count(f->world.metrics, "oauth.v2.access", "", "", 1001);
    count(f->world.metrics, "oauth.v2.access", "invalid_code", "code_expired", 5);
    count(f->world.metrics, "some\"thing", "unknown_method", "no such cause", 5);
    deliveries_add(f->world.deliveries, &(struct delivery){.result = DELIVERY_GIVEN_UP, .error = "http_error"});
    struct answer a = call(f, "GET", "/metrics", NULL);
    assert_int_equal(a.status, 200);
    check_str(answer_header(&a, "Content-Type"), STR("text/plain; version=0.0.4; charset=utf-8"));
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        if (str_find_str(a.body, str_of(lines[i])) == a.body.n)
            fail_msg("%s is not in:\n%.*s", lines[i], STR_FMT(a.body));
    assert_int_equal(str_find_str(a.body, STR("some")), a.body.n);
    assert_int_equal(str_find_str(a.body, STR("resident_bytes 0\n")), a.body.n);
    assert_int_equal(str_find_str(a.body, STR("open_fds 0\n")), a.body.n);
    answer_release(&a);
}

static void test_deliveries(void **state)
{
    struct fixture *f = *state;
    struct answer a = call(f, "GET", "/admin/v1/deliveries", NULL);
    check_str(a.body, STR("{\"deliveries\":[]}"));
    answer_release(&a);
    deliveries_add(f->world.deliveries, &(struct delivery){.type = "tokens_revoked", .status = 200});
    a = call(f, "GET", "/admin/v1/deliveries", NULL);
    const json_t *entry = json_array_get(json_object_get(a.json, "deliveries"), 0);
    assert_string_equal(text_of(entry, "type"), "tokens_revoked");
    assert_int_equal(number_of(entry, "status"), 200);
    answer_release(&a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_guard), TEST(test_allow),  TEST(test_head),  TEST(test_cut_body), TEST(test_large_body),
        TEST(test_serve), TEST(test_health), TEST(test_index), TEST(test_metrics),  TEST(test_deliveries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
