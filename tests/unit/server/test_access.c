// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "base/log.h"
#include "check.h"
#include "server/server.h"

enum { LINE_MAX_BYTES = 4096 };

static int64_t stands_still(void)
{
    return 0;
}

// The line that a request leaves in the log.
static struct str line_of(const struct http_request *req, enum log_format format, bool dev, char line[LINE_MAX_BYTES])
{
    int ends[2];
    if (pipe(ends)) fail_msg("no pipe");
    log_init(ends[1], format, LOG_INFO, stands_still);
    access_log(req, 9200, dev);
    close(ends[1]);
    ssize_t n = read(ends[0], line, LINE_MAX_BYTES);
    close(ends[0]);
    assert_true(n >= 0);
    return str_make(line, (size_t)n);
}

static struct http_request request(void)
{
    return (struct http_request){.verb_name = STR("POST"),
                                 .target = STR("/api/oauth.v2.access?client_secret=hush"),
                                 .path = STR("/api/oauth.v2.access"),
                                 .query = STR("client_secret=hush"),
                                 .peer = STR("127.0.0.1"),
                                 .resp = {.status = 200},
                                 .id = "00000000000000000000000000000000"};
}

static void expect_start(struct str line, struct str wanted)
{
    if (!str_starts(line, wanted)) fail_msg("got %.*s wanted %.*s", STR_FMT(line), STR_FMT(wanted));
}

static void test_text(void **state)
{
    char line[LINE_MAX_BYTES];
    struct http_request req = request();
    (void)state;
    req.note.method = STR("oauth.v2.access");
    req.note.app_name = STR("Deploy Bell");
    req.note.error = STR("bad_redirect_uri");
    req.note.detail = STR("authorize used \"https://a.test/cb\", this call sent none");
    check_str(line_of(&req, LOG_TEXT, true, line),
              STR("00:00:00 POST oauth.v2.access       bad_redirect_uri  Deploy Bell  authorize used "
                  "\"https://a.test/cb\", this call sent none\n"));
    req.note.error = req.note.detail = STR("");
    req.note.commit_us = 3100;
    check_str(line_of(&req, LOG_TEXT, true, line),
              STR("00:00:00 POST oauth.v2.access       ok  Deploy Bell  9.2 ms (commit 3.1 ms)\n"));
}

static void test_paths(void **state)
{
    char line[LINE_MAX_BYTES];
    struct http_request req = request();
    (void)state;
    req.resp.status = 404;
    req.path = STR("/oauth.v2.access");
    expect_start(line_of(&req, LOG_TEXT, true, line), STR("00:00:00 POST /oauth.v2.access      404"));
    expect_start(line_of(&req, LOG_TEXT, false, line), STR("00:00:00 POST -                     404"));
    req.path = STR("/services/T04QX81RB9C/B0/secret");
    expect_start(line_of(&req, LOG_TEXT, true, line), STR("00:00:00 POST /services/...         404"));
    req.note.route = "/oauth/v2/authorize";
    req.note.error = STR("invalid_scope");
    expect_start(line_of(&req, LOG_TEXT, false, line), STR("00:00:00 POST /oauth/v2/authorize   invalid_scope"));
    req.note.error = STR("");
    req.resp.drop = true;
    expect_start(line_of(&req, LOG_TEXT, false, line), STR("00:00:00 POST /oauth/v2/authorize   dropped"));
}

static void test_json(void **state)
{
    char line[LINE_MAX_BYTES];
    struct http_field ua = {STR("user-agent"), STR("node\x1b[31m")};
    struct http_request req = request();
    (void)state;
    req.fields = &ua;
    req.nfields = 1;
    req.note.method = STR("oauth.v2.access");
    req.note.error = STR("invalid_code");
    req.note.cause = STR("code_used");
    req.note.token = STR("bot 1087118042-8902412305");
    struct str got = line_of(&req, LOG_JSON, true, line);
    expect_start(got, STR("{\"ts\":\"1970-01-01T00:00:00.000Z\",\"level\":\"info\",\"event\":\"request\",\"req_id\":"
                          "\"00000000000000000000000000000000\",\"listener\":\"public\",\"verb\":\"POST\",\"method\":"
                          "\"oauth.v2.access\",\"status\":200,\"ok\":false,\"error\":\"invalid_code\",\"cause\":"
                          "\"code_used\",\"token\":\"bot 1087118042-8902412305\",\"client_ip\":\"127.0.0.1\",\"ua\":"
                          "\"node\\u001b[31m\",\"bytes_in\":0,"));
    assert_int_equal(str_find_str(got, STR("hush")), got.n);
}

static void test_level(void **state)
{
    char line[LINE_MAX_BYTES];
    struct http_request req = request();
    (void)state;
    req.resp.status = 503;
    expect_start(line_of(&req, LOG_TEXT, false, line), STR("00:00:00 warn: POST -"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_text), cmocka_unit_test(test_paths),
                                       cmocka_unit_test(test_json), cmocka_unit_test(test_level)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
