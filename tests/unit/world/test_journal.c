// SPDX-License-Identifier: Apache-2.0
#include "world/journal.h"

#include <pthread.h>

#include "base/limits.h"
#include "check.h"
#include "codec/jsonin.h"

struct fixture {
    struct journal *journal;
    struct arena arena;
    struct http_field fields[2];
    struct http_request req;
};

// A request as the public listener finishes it.
static int setup(void **state)
{
    static struct fixture f;
    f = (struct fixture){.journal = journal_new(),
                         .fields = {{STR_INIT("Content-Type"), STR_INIT("application/x-www-form-urlencoded")},
                                    {STR_INIT("User-Agent"), STR_INIT("node")}}};
    arena_init(&f.arena, LIMIT_ARENA);
    f.req = (struct http_request){
        .verb = VERB_POST,
        .verb_name = STR("POST"),
        .path = STR("/api/oauth.v2.access"),
        .fields = f.fields,
        .nfields = 2,
        .peer = STR("127.0.0.1"),
        .arena = &f.arena,
        .now = 1790000000000,
        .resp = {.status = 200},
        .note = {.route = "/api/", .method = STR("oauth.v2.access")},
        .id = "0123456789abcdef0123456789abcdef",
    };
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    journal_free(f->journal);
    arena_release(&f->arena);
    return 0;
}

static void add(struct fixture *f, const char *method, const char *error)
{
    f->req.note.method = str_of(method);
    f->req.note.error = str_of(error);
    journal_add(f->journal, &f->req);
}

// The matching entries, parsed. The caller owns them.
static json_t *entries(struct fixture *f, struct journal_filter filter)
{
    struct buf b;
    json_t *list = NULL;
    struct json_problem problem;
    buf_init(&b, LIMIT_RESPONSE);
    size_t n = journal_write(f->journal, &filter, &b);
    if (b.failed || json_parse(buf_view(&b), &list, &problem)) fail_msg("%.*s", STR_FMT(buf_view(&b)));
    assert_int_equal(json_array_size(list), n);
    buf_release(&b);
    return list;
}

static size_t count(struct fixture *f, struct journal_filter filter)
{
    json_t *list = entries(f, filter);
    size_t n = json_array_size(list);
    json_decref(list);
    return n;
}

static json_int_t number_at(json_t *list, size_t i)
{
    return json_integer_value(json_object_get(json_array_get(list, i), "number"));
}

static void an_empty_journal_is_an_empty_list(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(count(f, (struct journal_filter){0}), 0);
    assert_int_equal(journal_last(f->journal), 0);
}

static void an_entry_tells_what_happened(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    struct journal_filter any = {0};
    f->req.query = STR("team=T04QX81RB9C");
    f->req.body = STR("code=1.2.abc&redirect_uri=https%3A%2F%2Fa.test%2Fcb");
    f->req.resp.status = 200;
    f->req.note.cause = STR("redirect_differs");
    f->req.note.detail = STR("authorize used \"https://b.test/\"");
    f->req.note.app_id = STR("A05KQ2M7ZPD");
    f->req.note.team_id = STR("T04QX81RB9C");
    f->req.note.enterprise_id = STR("E06NB3V2KLA");
    f->req.note.user_id = STR("U04R7GH2S1M");
    f->req.note.token = STR("bot 1087118042-8902412305");
    f->req.note.us = 900;
    f->req.note.commit_us = 512;
    add(f, "oauth.v2.access", "bad_redirect_uri");
    buf_init(&b, LIMIT_RESPONSE);
    assert_int_equal(journal_write(f->journal, &any, &b), 1);
    check_str(buf_view(&b),
              STR("[{\"number\":1,\"time_ms\":1790000000000,\"req_id\":\"0123456789abcdef0123456789abcdef\","
                  "\"verb\":\"POST\",\"path\":\"\\/api\\/oauth.v2.access\",\"method\":\"oauth.v2.access\","
                  "\"status\":200,\"ok\":false,\"error\":\"bad_redirect_uri\",\"cause\":\"redirect_differs\","
                  "\"detail\":\"authorize used \\\"https:\\/\\/b.test\\/\\\"\",\"app_id\":\"A05KQ2M7ZPD\","
                  "\"team_id\":\"T04QX81RB9C\",\"enterprise_id\":\"E06NB3V2KLA\",\"user_id\":\"U04R7GH2S1M\","
                  "\"token\":\"bot 1087118042-8902412305\",\"peer\":\"127.0.0.1\",\"user_agent\":\"node\","
                  "\"args\":{\"team\":\"T04QX81RB9C\",\"code\":\"...\",\"redirect_uri\":\"https:\\/\\/a.test\\/cb\"},"
                  "\"bytes_in\":51,\"bytes_out\":0,\"us\":900,\"commit_us\":512}]"));
    buf_release(&b);
}

// security.md: nothing that opens anything is kept.
static void secrets_are_masked(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"code",           "client_secret", "token",    "refresh_token", "code_verifier",
                                        "code_challenge", "state",         "id_token", "assertion",     "password"};
    char body[512] = "";
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        n += (size_t)snprintf(body + n, sizeof body - n, "%s=hush%zu&", names[i], i);
    f->req.body = str_make(body, n);
    f->req.query = STR("token=hush");
    f->req.path = STR("/services/T04QX81RB9C/B000000000001/hush");
    add(f, "unknown", "");
    struct buf b;
    struct journal_filter any = {0};
    buf_init(&b, LIMIT_RESPONSE);
    assert_int_equal(journal_write(f->journal, &any, &b), 1);
    assert_int_equal(str_find_str(buf_view(&b), STR("hush")), b.n);
    assert_true(str_find_str(buf_view(&b), STR("client_secret")) < b.n);
    buf_release(&b);
}

static void only_forms_are_looked_into(void **state)
{
    struct fixture *f = *state;
    f->fields[0].value = STR("application/json");
    f->req.body = STR("{\"scope\":\"chat:write\"}");
    add(f, "m", "");
    f->fields[0].value = STR("application/x-www-form-urlencoded; charset=utf-8");
    f->req.body = STR("scope=chat%3Awrite");
    add(f, "m", "");
    f->req.body = STR("scope=%zz");
    add(f, "m", "");
    json_t *list = entries(f, (struct journal_filter){0});
    json_t *first = json_object_get(json_array_get(list, 0), "args");
    json_t *second = json_object_get(json_array_get(list, 1), "args");
    json_t *third = json_object_get(json_array_get(list, 2), "args");
    assert_int_equal(json_object_size(first), 0);
    assert_string_equal(json_string_value(json_object_get(second, "scope")), "chat:write");
    assert_string_equal(json_string_value(json_object_get(third, "scope")), "...");
    json_decref(list);
}

// Whatever a client sends, an entry keeps a bounded part of it, and stays JSON.
static void huge_and_odd_values_are_cut(void **state)
{
    struct fixture *f = *state;
    enum { HUGE_SIZE = 200000 };
    char *huge = arena_alloc(&f->arena, HUGE_SIZE);
    memset(huge, 'a', HUGE_SIZE);
    memcpy(huge, "scope=\xff\x01%22\"", 12);
    struct str text = str_make(huge, HUGE_SIZE);
    f->req.path = f->req.query = f->req.body = f->req.note.detail = f->fields[1].value = text;
    f->req.note.app_id = f->req.note.token = f->req.peer = f->req.verb_name = text;
    f->req.note.method = f->req.note.error = text;
    journal_add(f->journal, &f->req);
    assert_int_equal(count(f, (struct journal_filter){0}), 1);
    // The only argument of the query finds no room when it is escaped; what follows does.
    f->req.body = STR("scope=a");
    f->req.note.detail = f->req.path = STR("");
    memcpy(huge, "scope=", 6);
    for (size_t i = 6; i < 500; i++) huge[i] = 2;
    f->req.query = str_make(huge, 500);
    add(f, "m", "");
    json_t *list = entries(f, (struct journal_filter){0});
    assert_string_equal(json_string_value(json_object_get(json_object_get(json_array_get(list, 1), "args"), "scope")),
                        "a");
    json_decref(list);
    memset(huge, '&', HUGE_SIZE);
    for (size_t i = 0; i < 1000; i++) memcpy(huge + 8 * i, "a=b", 3);
    f->req.query = f->req.body = text;
    add(f, "m", "");
    assert_int_equal(count(f, (struct journal_filter){0}), 3);
}

static void filters_choose(void **state)
{
    struct fixture *f = *state;
    add(f, "oauth.v2.access", "invalid_code");
    add(f, "oauth.v2.access", "");
    add(f, "auth.test", "");
    add(f, "auth.test", "invalid_auth");
    static const struct {
        struct journal_filter filter;
        size_t n;
    } cases[] = {
        {{.since = 0}, 4},
        {{.method = STR_INIT("auth.test")}, 2},
        {{.method = STR_INIT("auth.tes")}, 0},
        {{.error = STR_INIT("ok")}, 2},
        {{.error = STR_INIT("invalid_code")}, 1},
        {{.method = STR_INIT("auth.test"), .error = STR_INIT("invalid_code")}, 0},
        {{.method = STR_INIT("auth.test"), .error = STR_INIT("ok")}, 1},
        {{.since = 3}, 1},
        {{.since = 4}, 0},
        {{.until = 3}, 3},
        {{.since = 1, .until = 2}, 1},
        {{.until = 99}, 4},
        {{.method = STR_INIT("auth.test"), .error = STR_INIT("ok"), .since = 3}, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) assert_int_equal(count(f, cases[i].filter), cases[i].n);
}

static void the_oldest_make_room(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < LIMIT_JOURNAL + 250; i++) add(f, "m", "");
    json_t *list = entries(f, (struct journal_filter){0});
    assert_int_equal(json_array_size(list), LIMIT_JOURNAL);
    for (size_t i = 0; i < LIMIT_JOURNAL; i++) assert_int_equal(number_at(list, i), 251 + i);
    assert_int_equal(journal_last(f->journal), LIMIT_JOURNAL + 250);
    json_decref(list);
}

static void wake(void *ctx)
{
    ++*(unsigned *)ctx;
}

static void a_waiter_is_woken_once(void **state)
{
    struct fixture *f = *state;
    unsigned a = 0, b = 0;
    assert_true(journal_wait(f->journal, wake, &a));
    assert_true(journal_wait(f->journal, wake, &b));
    add(f, "m", "");
    assert_int_equal(a, 1);
    assert_int_equal(b, 1);
    add(f, "m", "");
    assert_int_equal(a, 1);
    assert_false(journal_cancel(f->journal, &a));
}

static void a_cancelled_waiter_is_not_woken(void **state)
{
    struct fixture *f = *state;
    unsigned a = 0, b = 0;
    assert_true(journal_wait(f->journal, wake, &a));
    assert_true(journal_wait(f->journal, wake, &b));
    assert_true(journal_cancel(f->journal, &a));
    assert_false(journal_cancel(f->journal, &a));
    add(f, "m", "");
    assert_int_equal(a, 0);
    assert_int_equal(b, 1);
}

static void waiters_are_bounded(void **state)
{
    struct fixture *f = *state;
    unsigned woken = 0, set = 0;
    while (set < 10000 && journal_wait(f->journal, wake, &woken)) set++;
    assert_in_range(set, 16, 1000);
    add(f, "m", "");
    assert_int_equal(woken, set);
    assert_true(journal_wait(f->journal, wake, &woken));
}

enum { THREADS = 4, EACH = 1000 };

struct writer {
    struct fixture *fixture;
    struct arena arena;
    pthread_t thread;
};

static void *write_many(void *ctx)
{
    struct writer *w = ctx;
    struct http_request req = w->fixture->req;
    req.arena = &w->arena;
    for (int i = 0; i < EACH; i++) journal_add(w->fixture->journal, &req);
    return NULL;
}

static void threads_add_and_read_at_once(void **state)
{
    struct fixture *f = *state;
    struct writer writers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        writers[i].fixture = f;
        arena_init(&writers[i].arena, LIMIT_ARENA);
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_many, &writers[i]), 0);
    }
    for (int i = 0; i < 5; i++) count(f, (struct journal_filter){0});
    for (int i = 0; i < THREADS; i++) {
        pthread_join(writers[i].thread, NULL);
        arena_release(&writers[i].arena);
    }
    assert_int_equal(journal_last(f->journal), THREADS * EACH);
    assert_int_equal(count(f, (struct journal_filter){0}), LIMIT_JOURNAL);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(an_empty_journal_is_an_empty_list),
        CASE(an_entry_tells_what_happened),
        CASE(secrets_are_masked),
        CASE(only_forms_are_looked_into),
        CASE(huge_and_odd_values_are_cut),
        CASE(filters_choose),
        CASE(the_oldest_make_room),
        CASE(a_waiter_is_woken_once),
        CASE(a_cancelled_waiter_is_not_woken),
        CASE(waiters_are_bounded),
        CASE(threads_add_and_read_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
