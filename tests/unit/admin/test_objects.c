// SPDX-License-Identifier: Apache-2.0
// Enterprises, workspaces, users, apps, installs and tokens over HTTP.
#include "fixture.h"

#include "oauth/credential.h"
#include "oauth/locator.h"

#define APP    "/admin/v1/apps/A05KQ2M7ZPD"
#define T1     "/admin/v1/workspaces/T04QX81RB9C"
#define U1     "/admin/v1/users/U04R7GH2S1M"
#define SECRET "0123456789abcdef0123456789abcdef"

static size_t listed(struct fixture *f, const char *kind)
{
    char path[64];
    snprintf(path, sizeof path, "/admin/v1/%s", kind);
    struct answer a = call(f, "GET", path, NULL);
    assert_int_equal(a.status, 200);
    json_t *list = json_object_get(a.json, kind);
    assert_true(json_is_array(list));
    size_t n = json_array_size(list);
    answer_release(&a);
    return n;
}

static void test_lists(void **state)
{
    assert_int_equal(listed(*state, "enterprises"), 1);
    assert_int_equal(listed(*state, "workspaces"), 2);
    assert_int_equal(listed(*state, "users"), 4);
    assert_int_equal(listed(*state, "apps"), 1);
    assert_int_equal(listed(*state, "installs"), 0);
    assert_int_equal(listed(*state, "tokens"), 0);
    struct answer a = call(*state, "GET", "/admin/v1/workspaces", NULL);
    const json_t *spaces = json_object_get(a.json, "workspaces");
    const json_t *channels = json_object_get(json_array_get(spaces, 0), "channels");
    assert_int_equal(json_array_size(channels), 1);
    assert_string_equal(text_of(json_array_get(channels, 0), "id"), "C04S8D2FJ5T");
    assert_int_equal(json_array_size(json_object_get(json_array_get(spaces, 1), "channels")), 0);
    answer_release(&a);
}

static void test_get(void **state)
{
    struct answer a = call(*state, "GET", APP, NULL);
    assert_string_equal(text_of(a.json, "client_id"), "4831107762.5926604413");
    assert_string_equal(text_of(a.json, "client_secret"), SECRET);
    assert_true(json_is_object(json_object_get(a.json, "manifest")));
    answer_release(&a);
    a = call(*state, "GET", T1, NULL);
    assert_int_equal(json_array_size(json_object_get(a.json, "channels")), 1);
    answer_release(&a);
    call_problem(*state, "GET", "/admin/v1/apps/A1", NULL, 404, "object_unknown", NULL);
    call_problem(*state, "GET", "/admin/v1/apps/T04QX81RB9C", NULL, 404, "object_unknown", NULL);
    call_problem(*state, "GET", "/admin/v1/users/U0123456789012345678901234567890", NULL, 404, "object_unknown", NULL);
    call_problem(*state, "PATCH", "/admin/v1/users/U1", "{}", 404, "object_unknown", NULL);
    call_problem(*state, "DELETE", "/admin/v1/users/U1", NULL, 404, "object_unknown", NULL);
}

// What was answered is what is stored.
static void check_stored(struct fixture *f, const char *kind, const struct answer *a)
{
    char path[100];
    snprintf(path, sizeof path, "/admin/v1/%s/%s", kind, text_of(a->json, "id"));
    struct answer stored = call(f, "GET", path, NULL);
    assert_int_equal(stored.status, 200);
    check_str(stored.body, a->body);
    answer_release(&stored);
}

static struct answer made(struct fixture *f, const char *kind, const char *body)
{
    char path[64];
    snprintf(path, sizeof path, "/admin/v1/%s", kind);
    struct answer a = call(f, "POST", path, body);
    if (a.status != 201) fail_msg("%s: %.*s", body, STR_FMT(a.body));
    check_stored(f, kind, &a);
    return a;
}

static void test_post(void **state)
{
    struct fixture *f = *state;
    struct answer a = made(f, "enterprises", "{\"id\":\"E0NEWORG9\",\"name\":\"New\",\"domain\":\"new\"}");
    answer_release(&a);
    a = made(f, "workspaces",
             "{\"name\":\"Pier \\ud83d\\ude00\",\"domain\":\"pier\",\"enterprise\":\"E0NEWORG9\","
             "\"channels\":[{\"id\":\"C0PIER\",\"name\":\"general\"}],\"flags\":[\"ungranted\"]}");
    assert_int_equal(text_of(a.json, "id")[0], 'T');
    assert_string_equal(text_of(a.json, "name"), "Pier \xf0\x9f\x98\x80");
    answer_release(&a);
    a = made(f, "users", "{\"id\":\"U0NEW\",\"workspace\":\"T04QX81RB9C\",\"name\":\"kit\",\"role\":\"admin\"}");
    assert_true(json_is_true(json_object_get(a.json, "email_verified")));
    answer_release(&a);
    a = made(f, "apps", "{\"workspace\":\"T04QX81RB9C\",\"manifest\":{\"display_information\":{\"name\":\"New\"}}}");
    assert_int_equal(strlen(text_of(a.json, "client_secret")), 32);
    assert_int_equal(strlen(text_of(a.json, "signing_secret")), 32);
    answer_release(&a);
    assert_int_equal(listed(f, "enterprises") + listed(f, "workspaces") + listed(f, "users") + listed(f, "apps"), 12);
}

static void test_patch(void **state)
{
    struct fixture *f = *state;
    struct answer a = call(f, "PATCH", U1, "{\"email_verified\":false}");
    assert_int_equal(a.status, 200);
    assert_true(json_is_false(json_object_get(a.json, "email_verified")));
    assert_string_equal(text_of(a.json, "real_name"), "Mira Olsen");
    check_stored(f, "users", &a);
    answer_release(&a);
    a = call(f, "PATCH", T1, "{\"flags\":[\"team_added_to_org\"]}");
    assert_int_equal(json_array_size(json_object_get(a.json, "flags")), 1);
    assert_int_equal(json_array_size(json_object_get(a.json, "channels")), 1);
    check_stored(f, "workspaces", &a);
    answer_release(&a);
    a = call(f, "PATCH", APP, "{\"manifest\":{\"oauth_config\":{\"redirect_urls\":[\"https://a.example/cb\"]}}}");
    assert_int_equal(a.status, 200);
    const json_t *oauth = json_object_get(json_object_get(a.json, "manifest"), "oauth_config");
    assert_int_equal(json_array_size(json_object_get(oauth, "redirect_urls")), 1);
    assert_true(json_is_object(json_object_get(oauth, "scopes"))); // merged
    assert_string_equal(text_of(a.json, "client_secret"), SECRET);
    check_stored(f, "apps", &a);
    answer_release(&a);
    a = call(f, "PATCH", APP, "{\"client_secret\":\"another\"}");
    assert_string_equal(text_of(a.json, "client_secret"), "another");
    check_stored(f, "apps", &a);
    answer_release(&a);
    a = call(f, "PATCH", "/admin/v1/enterprises/E06NB3V2KLA", "{}");
    check_stored(f, "enterprises", &a);
    answer_release(&a);
}

// An object that was read can be written back as it is.
static void test_round_trip(void **state)
{
    static const char *const paths[] = {APP, T1, U1, "/admin/v1/enterprises/E06NB3V2KLA"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct answer a = call(*state, "GET", paths[i], NULL), b;
        struct str text = a.body; // ends with the answer
        char *body = mem_strdup(text.p, text.n);
        b = call(*state, "PATCH", paths[i], body);
        check_str(b.body, a.body);
        mem_free(body);
        answer_release(&a);
        answer_release(&b);
    }
}

// More than one operation's writes; then some others instead of them.
static void test_channels(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    buf_init(&b, LIMIT_BODY);
    buf_z(&b, "{\"channels\":[{\"name\":\"c0\"}");
    for (unsigned i = 1; i < 40; i++) buf_printf(&b, ",{\"id\":\"C0%u\",\"name\":\"c%u\"}", i, i);
    buf_bytes(&b, "]}", 3);
    struct answer a = call(f, "PATCH", T1, b.p);
    assert_int_equal(a.status, 200);
    assert_int_equal(json_array_size(json_object_get(a.json, "channels")), 40);
    check_stored(f, "workspaces", &a);
    answer_release(&a);
    a = call(f, "PATCH", T1, "{\"channels\":[{\"id\":\"C07\",\"name\":\"seven\"},{\"id\":\"C0X\",\"name\":\"x\"}]}");
    const json_t *channels = json_object_get(a.json, "channels");
    assert_int_equal(json_array_size(channels), 2);
    check_stored(f, "workspaces", &a);
    answer_release(&a);
    call_problem(f, "PATCH", "/admin/v1/workspaces/T05A1B2C3D4", "{\"channels\":[{\"id\":\"C07\",\"name\":\"seven\"}]}",
                 409, "object_exists", "channels");
    call_check(f, "PATCH", T1, "{\"channels\":[]}", 200);
    a = call(f, "GET", T1, NULL);
    assert_int_equal(json_array_size(json_object_get(a.json, "channels")), 0);
    answer_release(&a);
    buf_release(&b);
}

// More than an answer holds is told, not cut.
static void test_large_list(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    buf_init(&b, LIMIT_BODY);
    buf_z(&b, "{\"workspace\":\"T04QX81RB9C\",\"manifest\":{\"display_information\":{\"name\":\"Big\"},"
              "\"oauth_config\":{\"redirect_urls\":[");
    for (unsigned i = 0; i < 360; i++) buf_printf(&b, "%s\"https://a.example/%02400u\"", i ? "," : "", i);
    buf_bytes(&b, "]}}}", sizeof "]}}}");
    for (unsigned i = 0; i < 4; i++) call_check(f, "POST", "/admin/v1/apps", b.p, 201);
    call_check(f, "GET", "/admin/v1/apps", NULL, 200);
    call_check(f, "POST", "/admin/v1/apps", b.p, 201);
    call_problem(f, "GET", "/admin/v1/apps", NULL, 503, "answer_large", NULL);
    call_check(f, "GET", APP, NULL, 200);
    buf_release(&b);
}

#define MANIFEST "\"manifest\":{\"display_information\":{\"name\":\"X\"}}"

static const struct refused {
    const char *verb, *path, *body;
    int status;
    const char *cause, *key;
} refused[] = {
    {"POST", "/admin/v1/enterprises", "{\"id\":\"E06NB3V2KLA\",\"name\":\"X\",\"domain\":\"x\"}", 409, "object_exists",
     "id"},
    {"POST", "/admin/v1/workspaces", "{\"name\":\"X\",\"domain\":\"harborlights\"}", 409, "object_exists", "domain"},
    {"PATCH", "/admin/v1/workspaces/T05A1B2C3D4", "{\"domain\":\"harborlights\"}", 409, "object_exists", "domain"},
    {"POST", "/admin/v1/workspaces", "{\"name\":\"X\",\"domain\":\"x\",\"enterprise\":\"E0NOTHERE\"}", 422,
     "object_invalid", "enterprise"},
    {"POST", "/admin/v1/workspaces",
     "{\"name\":\"X\",\"domain\":\"x\",\"channels\":[{\"id\":\"C04S8D2FJ5T\",\"name\":\"x\"}]}", 409, "object_exists",
     "channels"},
    {"POST", "/admin/v1/users", "{\"id\":\"U04R7GH2S1M\",\"workspace\":\"T04QX81RB9C\",\"name\":\"x\"}", 409,
     "object_exists", "id"},
    {"POST", "/admin/v1/users", "{\"workspace\":\"T0NOTHERE\",\"name\":\"x\"}", 422, "object_invalid", "workspace"},
    {"PATCH", U1, "{\"workspace\":\"T0NOTHERE\"}", 422, "object_invalid", "workspace"},
    {"PATCH", U1, "{\"id\":\"U0OTHER\"}", 422, "object_invalid", "id"},
    {"PATCH", U1, "{\"role\":\"ownr\"}", 422, "object_invalid", "role"},
    {"PATCH", U1, "{\"email_verifed\":false}", 422, "object_invalid", "email_verifed"},
    {"PATCH", U1, "{\"email_verified\":\"perhaps\"}", 422, "object_invalid", "email_verified"},
    {"PATCH", T1, "{\"flags\":[\"ungranted\",\"x\"]}", 422, "object_invalid", "flags[1]"},
    {"POST", "/admin/v1/apps", "{" MANIFEST "}", 422, "object_invalid", "workspace"},
    {"POST", "/admin/v1/apps", "{\"workspace\":\"T04QX81RB9C\"}", 422, "object_invalid", "manifest"},
    {"POST", "/admin/v1/apps", "{\"workspace\":\"T0NOTHERE\"," MANIFEST "}", 422, "object_invalid", "workspace"},
    {"POST", "/admin/v1/apps", "{\"workspace\":\"T04QX81RB9C\",\"client_id\":\"4831107762.5926604413\"," MANIFEST "}",
     409, "object_exists", "client_id"},
    {"PATCH", APP, "{\"client_id\":\"1.2\"}", 422, "object_invalid", "client_id"},
    {"PATCH", APP, "{\"manifest\":{\"oauth_config\":{\"redirect_urls\":[\"http://a.example/\"]}}}", 422,
     "object_invalid", "manifest.oauth_config.redirect_urls[0]"},
};

static void test_refused(void **state)
{
    struct answer before = call(*state, "GET", "/admin/v1/users", NULL);
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        const struct refused *r = &refused[i];
        call_problem(*state, r->verb, r->path, r->body, r->status, r->cause, r->key);
    }
    struct answer after = call(*state, "GET", "/admin/v1/users", NULL);
    check_str(after.body, before.body);
    answer_release(&before);
    answer_release(&after);
    struct answer a = call(*state, "PATCH", U1, "{\"role\":\"ownr\"}");
    assert_string_equal(text_of(a.json, "nearest"), "owner");
    answer_release(&a);
    assert_int_equal(listed(*state, "apps"), 1);
    assert_int_equal(listed(*state, "workspaces"), 2);
}

static void test_delete(void **state)
{
    struct fixture *f = *state;
    call_check(f, "DELETE", APP, NULL, 204);
    call_problem(f, "GET", APP, NULL, 404, "object_unknown", NULL);
    call_problem(f, "DELETE", APP, NULL, 404, "object_unknown", NULL);
    call_problem(f, "PATCH", APP, "{\"distributed\":false}", 404, "object_unknown", NULL);
    call_problem(f, "POST", "/admin/v1/apps", "{\"id\":\"A05KQ2M7ZPD\",\"workspace\":\"T04QX81RB9C\"," MANIFEST "}",
                 409, "object_exists", "id");
    assert_int_equal(listed(f, "apps"), 0);
    call_check(f, "DELETE", T1, NULL, 204);
    call_problem(f, "GET", T1, NULL, 404, "object_unknown", NULL);
    call_check(f, "GET", U1, NULL, 200); // stays
    struct answer a = made(f, "workspaces", "{\"id\":\"T04QX81RB9C\",\"name\":\"Again\",\"domain\":\"again\"}");
    assert_int_equal(json_array_size(json_object_get(a.json, "channels")), 1);
    answer_release(&a);
    call_check(f, "DELETE", U1, NULL, 204);
    call_check(f, "DELETE", "/admin/v1/enterprises/E06NB3V2KLA", NULL, 204);
    assert_int_equal(listed(f, "users"), 3);
    assert_int_equal(listed(f, "enterprises"), 0);
}

struct issue {
    struct token token;
    struct install install;
};

static void want_nothing(struct op *op, unsigned round)
{
    (void)op, (void)round;
}

static enum wire_err issue(struct op *op)
{
    const struct issue *i = op->ctx;
    op_write(op, ADD_TOKEN)->row = &i->token;
    op_write(op, MERGE_INSTALL)->row = &i->install;
    return W_OK;
}

static void test_issued(void **state)
{
    struct fixture *f = *state;
    static const struct op_type type = {.name = "test", .want = want_nothing, .decide = issue};
    struct locators *locators = mem_alloc(sizeof *locators);
    locators_init(locators, 0, 0);
    struct issue i = {.token = {.id = locator_next(locators, 1, WALL),
                                .hash = {{0xab, 0xcd}},
                                .kind = TOKEN_BOT,
                                .app = {"A05KQ2M7ZPD"},
                                .owner = {"T04QX81RB9C"},
                                .user = {"U04R7GH2S1M"},
                                .epoch = 1,
                                .issued = WALL},
                      .install = {.app = {"A05KQ2M7ZPD"},
                                  .owner = {"T04QX81RB9C"},
                                  .epoch = 1,
                                  .scopes = STR("chat:write,commands"),
                                  .created = WALL,
                                  .installer = {"U04R7GH2S1M"}}};
    struct op op = {.type = &type, .arena = &f->arena, .ctx = &i, .now = WALL};
    store_run(f->world.store, &op);
    assert_int_equal(op.outcome, OP_DONE);
    struct answer a = call(f, "GET", "/admin/v1/tokens", NULL);
    const json_t *token = json_array_get(json_object_get(a.json, "tokens"), 0);
    struct str label = credential_label("bot", i.token.id, &f->arena);
    check_str(str_of(text_of(token, "token")), label);
    assert_string_equal(text_of(token, "app"), "A05KQ2M7ZPD");
    assert_string_equal(text_of(token, "owner"), "T04QX81RB9C");
    assert_string_equal(text_of(token, "user"), "U04R7GH2S1M");
    assert_int_equal(number_of(token, "issued"), WALL);
    assert_null(json_object_get(token, "expires"));
    assert_null(json_object_get(token, "hash"));
    assert_int_equal(str_find_str(a.body, STR("abcd")), a.body.n);
    answer_release(&a);
    a = call(f, "GET", "/admin/v1/installs", NULL);
    const json_t *install = json_array_get(json_object_get(a.json, "installs"), 0);
    assert_string_equal(text_of(install, "installer"), "U04R7GH2S1M");
    assert_int_equal(json_array_size(json_object_get(install, "scopes")), 2);
    assert_null(json_object_get(install, "user"));
    answer_release(&a);
    mem_free(locators);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_lists),    TEST(test_get),        TEST(test_post),    TEST(test_patch),  TEST(test_round_trip),
        TEST(test_channels), TEST(test_large_list), TEST(test_refused), TEST(test_delete), TEST(test_issued),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
