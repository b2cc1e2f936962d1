// SPDX-License-Identifier: Apache-2.0
// Passwords of accounts: set, replaced, taken away; never shown; whoever was signed in is out.
#include "fixture.h"

#include "base/limits.h"

#define MIRA     "/admin/v1/users/U04R7GH2S1M"
#define PASSWORD MIRA "/password"
#define FIRST    "correct horse battery"
#define SECOND   "staple \\\"\\u00e9\\t ok" // as JSON writes it
#define SECOND_C "staple \"\xc3\xa9\t ok"

// What the store holds of Mira.
struct stored {
    bool has;
    char phc[PASSWORD_PHC_SIZE];
    int64_t set_at, signed_out;
};

static void want_both(struct op *op, unsigned round)
{
    if (round) return;
    op_want(op, WANT_PASSWORD, STR("U04R7GH2S1M"), str_of(NULL), str_of(NULL));
    op_want(op, WANT_USER, STR("U04R7GH2S1M"), str_of(NULL), str_of(NULL));
}

static struct stored stored(struct fixture *f)
{
    static const struct op_type type = {.name = "test", .want = want_both};
    struct stored s = {0};
    struct arena arena;
    arena_init(&arena, LIMIT_ARENA);
    struct op op = {.type = &type, .arena = &arena, .now = WALL};
    store_run(f->world.store, &op);
    const struct password *p = op_row(&op, 0);
    const struct user *u = op_row(&op, 1);
    s.has = p;
    if (p) s.set_at = p->set_at;
    if (p) assert_true(str_copy(s.phc, sizeof s.phc, p->phc));
    if (u) s.signed_out = u->signed_out;
    op_release(&op);
    arena_release(&arena);
    return s;
}

static void check_password(const struct stored *s, const char *password)
{
    bool good = false;
    assert_true(s->has);
    assert_int_equal(password_verify(str_of(s->phc), str_of(password), &good), OK);
    assert_true(good);
}

static void test_set(void **state)
{
    struct fixture *f = *state;
    assert_false(stored(f).has);
    struct answer a = call(f, "PUT", PASSWORD, "{\"password\":\"" FIRST "\"}");
    assert_int_equal(a.status, 204);
    assert_int_equal(a.body.n, 0);
    answer_release(&a);
    struct stored first = stored(f);
    check_password(&first, FIRST);
    assert_int_equal(first.set_at, WALL);
    assert_int_equal(first.signed_out, WALL);

    clock_advance(&f->world.clock, 1000);
    call_check(f, "PUT", PASSWORD, "{\"password\":\"" SECOND "\"}", 204);
    struct stored second = stored(f);
    check_password(&second, SECOND_C);
    assert_int_equal(second.set_at, WALL + 1000);
    assert_int_equal(second.signed_out, WALL + 1000);
}

static void test_clear(void **state)
{
    struct fixture *f = *state;
    call_check(f, "PUT", PASSWORD, "{\"password\":\"" FIRST "\"}", 204);
    clock_advance(&f->world.clock, 1000);
    call_check(f, "DELETE", PASSWORD, NULL, 204);
    assert_false(stored(f).has);
    assert_int_equal(stored(f).signed_out, WALL + 1000);
    call_check(f, "DELETE", PASSWORD, NULL, 204); // so it is
}

// Other changes of the person leave it alone, and show nothing of it.
static void test_other_changes(void **state)
{
    struct fixture *f = *state;
    call_check(f, "PUT", PASSWORD, "{\"password\":\"" FIRST "\"}", 204);
    struct answer a = call(f, "PATCH", MIRA, "{\"real_name\":\"Mira O.\"}");
    assert_int_equal(a.status, 200);
    assert_int_equal(str_find_str(a.body, STR("argon2")), a.body.n);
    assert_int_equal(str_find_str(a.body, STR("signed_out")), a.body.n);
    answer_release(&a);
    struct stored s = stored(f);
    check_password(&s, FIRST);
    assert_int_equal(s.signed_out, WALL);
    call_problem(f, "PATCH", MIRA, "{\"password\":\"" FIRST "\"}", 422, "object_invalid", "password");
}

// Whoever is given the id next does not inherit it.
static void test_goes_with_the_person(void **state)
{
    struct fixture *f = *state;
    call_check(f, "PUT", PASSWORD, "{\"password\":\"" FIRST "\"}", 204);
    call_check(f, "DELETE", MIRA, NULL, 204);
    assert_false(stored(f).has);
    call_check(f, "POST", "/admin/v1/users", "{\"id\":\"U04R7GH2S1M\",\"workspace\":\"T04QX81RB9C\",\"name\":\"new\"}",
               201);
    assert_false(stored(f).has);
}

static void test_refused(void **state)
{
    static const struct {
        const char *body, *cause, *key;
    } rows[] = {
        {"{\"password\":\"short\"}", "password_invalid", "password"},
        {"{\"password\":\"\"}", "password_invalid", "password"},
        {"{\"password\":\"aaaaaaaaaaaa\"}", "password_invalid", "password"},
        {"{\"password\":\"mira\"}", "password_invalid", "password"},
        {"{\"password\":\"MIRA OLSEN\"}", "password_invalid", "password"},
        {"{\"password\":\"mira@harbor.example.test\"}", "password_invalid", "password"},
        {"{\"password\":1234567890123}", "member_invalid", "password"},
        {"{\"password\":true}", "member_invalid", "password"},
        {"{\"password\":null}", "member_invalid", "password"},
        {"{\"password\":[\"correct horse\"]}", "member_invalid", "password"},
        {"{}", "member_invalid", "password"},
        {"{\"pasword\":\"correct horse\"}", "member_invalid", "pasword"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        call_problem(f, "PUT", PASSWORD, rows[i].body, 422, rows[i].cause, rows[i].key);
    call_problem(f, "PUT", PASSWORD, "[]", 400, "json_syntax", NULL);
    assert_false(stored(f).has);
    assert_int_equal(stored(f).signed_out, 0);
}

static void test_too_long(void **state)
{
    struct fixture *f = *state;
    char body[LIMIT_PASSWORD + 64];
    for (int more = 0; more < 2; more++) {
        struct buf b = {.p = body, .size = sizeof body, .cap = sizeof body};
        buf_z(&b, "{\"password\":\"a");
        for (int i = 1; i < LIMIT_PASSWORD + more; i++) buf_char(&b, 'b');
        buf_bytes(&b, "\"}", 3);
        if (more)
            call_problem(f, "PUT", PASSWORD, body, 422, "password_invalid", "password");
        else
            call_check(f, "PUT", PASSWORD, body, 204);
    }
}

static void test_nobody(void **state)
{
    static const char *const paths[] = {"/admin/v1/users/U0NOBODY/password",
                                        "/admin/v1/users/UAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/password"};
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        call_problem(f, "PUT", paths[i], "{\"password\":\"" FIRST "\"}", 404, "object_unknown", NULL);
        call_problem(f, "DELETE", paths[i], NULL, 404, "object_unknown", NULL);
    }
}

static void test_paths(void **state)
{
    static const char *const unknown[] = {"/admin/v1/users//password", "/admin/v1/users/U04R7GH2S1M/password/",
                                          "/admin/v1/users/U04R7GH2S1M/pass", "/admin/v1/users/U04R7GH2S1M/x/password",
                                          "/admin/v1/apps/U04R7GH2S1M/password"};
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
        call_problem(f, "PUT", unknown[i], "{\"password\":\"" FIRST "\"}", 404, "path_unknown", NULL);
    struct answer a = call(f, "GET", PASSWORD, NULL);
    assert_int_equal(a.status, 405);
    check_str(answer_header(&a, "Allow"), STR("PUT, DELETE"));
    answer_release(&a);
    a = call_with(f, "DELETE", PASSWORD, "Host: localhost\r\n", NULL);
    assert_int_equal(a.status, 403);
    assert_string_equal(text_of(a.json, "cause"), "header_missing");
    answer_release(&a);
}

// More than can wait for the hasher: the others are refused, and all are answered.
static void test_many(void **state)
{
    enum { ALL = 3 * LIMIT_HASHES };
    const struct str text = STR("PUT " PASSWORD " HTTP/1.1\r\nHost: localhost\r\nX-Hallpass: 1\r\nConnection: close\r\n"
                                "Content-Length: 36\r\n\r\n{\"password\":\"" FIRST "\"}");
    struct fixture *f = *state;
    int fds[ALL];
    unsigned set = 0, busy = 0;
    for (size_t i = 0; i < ALL; i++) {
        fds[i] = client_connect(f);
        client_send(fds[i], text);
    }
    for (size_t i = 0; i < ALL; i++) {
        struct answer a;
        client_answer(fds[i], &a);
        set += a.status == 204;
        busy += a.status == 503 && strcmp(text_of(a.json, "cause"), "hasher_busy") == 0;
        answer_release(&a);
    }
    assert_int_equal(set + busy, ALL);
    assert_true(set >= LIMIT_HASHES && busy > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_set),     TEST(test_clear),    TEST(test_other_changes), TEST(test_goes_with_the_person),
        TEST(test_refused), TEST(test_too_long), TEST(test_nobody),        TEST(test_paths),
        TEST(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
