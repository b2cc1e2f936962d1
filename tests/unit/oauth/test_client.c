// SPDX-License-Identifier: Apache-2.0
#include "oauth/client.h"

#include "check.h"
#include "codec/base64.h"
#include "guard.h"

#define ID     "4831107762.5926604413"
#define SECRET "0123456789abcdef0123456789abcdef"
#define OLD    "ffffffffffffffffffffffffffffffff"
#define NEXT   "11111111111111111111111111111111"
#define SIGN   "22222222222222222222222222222222"

static const int64_t now = 1785542400000; // 2026-08-01T00:00:00Z

// Everything made here lives until the process ends.
static struct arena arena;

// Three secrets: for good, until a second from now, until now.
static void app_init(struct app *app, unsigned flags)
{
    *app = (struct app){.client_id = STR(ID), .flags = flags, .nsecrets = 3};
    client_secret_hash(STR(ID), STR(SECRET), &app->secrets[0].hash);
    client_secret_hash(STR(ID), STR(NEXT), &app->secrets[1].hash);
    app->secrets[1].expires = now + 1;
    client_secret_hash(STR(ID), STR(OLD), &app->secrets[2].hash);
    app->secrets[2].expires = now;
    signing_secret_hash(STR(SIGN), &app->signing_hash);
}

static struct str basic(const char *scheme, const char *pair)
{
    char text[512];
    size_t n = strlen(pair);
    base64_encode((const uint8_t *)pair, n, text);
    struct str header = arena_printf(&arena, "%s%.*s", scheme, (int)base64_size(n), text);
    return guard_str(header);
}

static const struct {
    const char *scheme, *pair, *id, *secret, *decoded_id, *decoded_secret; // id NULL: counts as absent
} headers[] = {
    {"Basic ", "a:b", "a", "b", "a", "b"},
    {"bAsIc ", "a:b", "a", "b", "a", "b"},
    {"Basic  ", "a:b", "a", "b", "a", "b"},
    {"Basic ", "a:b:c", "a", "b:c", "a", "b:c"}, // rule 1: the first ':'
    {"Basic ", "a:", "a", "", "a", ""},
    {"Basic ", "4831107762%2E5926604413:se%2Bc+ret", "4831107762%2E5926604413", "se%2Bc+ret", ID, "se+c ret"},
    {"Basic ", "a:50%", "a", "50%", "a", "50%"}, // cannot be decoded: taken as it is
    {"Basic ", "a%2Eb:50%", "a%2Eb", "50%", "a%2Eb", "50%"},
    {"Basic ", ":b", NULL, NULL, NULL, NULL},
    {"Basic ", "ab", NULL, NULL, NULL, NULL},
    {"Basic ", "", NULL, NULL, NULL, NULL},
    {"Basic", "a:b", NULL, NULL, NULL, NULL},
    {"Bearer ", "a:b", NULL, NULL, NULL, NULL},
    {"Basic !", "a:b", NULL, NULL, NULL, NULL},
    {"Basic A", "a:b", NULL, NULL, NULL, NULL},
    {" Basic ", "a:b", NULL, NULL, NULL, NULL},
};

static void test_basic(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        struct client_input in = {.basic = true};
        client_parse_basic(basic(headers[i].scheme, headers[i].pair), &arena, &in);
        assert_int_equal(in.basic, headers[i].id != NULL);
        if (!in.basic) continue;
        check_str(in.basic_id, str_of(headers[i].id));
        check_str(in.basic_secret, str_of(headers[i].secret));
        check_str(in.decoded_id, str_of(headers[i].decoded_id));
        check_str(in.decoded_secret, str_of(headers[i].decoded_secret));
    }
}

static void test_padding(void **state)
{
    struct client_input in = {0};
    (void)state;
    client_parse_basic(guard_str(STR("Basic YTpi")), &arena, &in);
    assert_true(in.basic);
    client_parse_basic(guard_str(STR("Basic YTpiYg==")), &arena, &in);
    check_str(in.basic_secret, STR("bb"));
    client_parse_basic(guard_str(STR("Basic YTpiYg")), &arena, &in);
    check_str(in.basic_secret, STR("bb"));
    client_parse_basic(guard_str(STR("Basic YTpiYg===")), &arena, &in);
    assert_false(in.basic);
    client_parse_basic(str_make(NULL, 0), &arena, &in);
    assert_false(in.basic);
}

static const struct {
    const char *id;
    bool valid;
} ids[] = {
    {ID, true},
    {"111.222", true},
    {"4b39e9-752c4", true},
    {"A_z", true},
    {"", false},
    {"a b", false},
    {"a/b", false},
    {"a%2Eb", false},
    {"\xc3\xa4", false},
    {"0123456789012345678901234567890123456789012345678901234567890123", true},
    {"01234567890123456789012345678901234567890123456789012345678901234", false},
};

static void test_id_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        assert_int_equal(client_id_valid(guard_str(str_of(ids[i].id))), ids[i].valid);
    assert_false(client_id_valid(str_make("a\0b", 3)));
}

static void test_which_id(void **state)
{
    struct client_input in = {.arg_id = STR(" \targ\r\n")};
    (void)state;
    check_str(client_id_of(&in), STR("arg")); // the one argument that is trimmed (envelope.md 2)
    check_str(client_second_id(&in), STR(""));
    client_parse_basic(basic("Basic ", "b%2Ec:s"), &arena, &in);
    check_str(client_id_of(&in), STR("b%2Ec"));
    check_str(client_second_id(&in), STR("b.c"));
    client_parse_basic(basic("Basic ", "b.c:s"), &arena, &in);
    assert_null(client_second_id(&in).p);
    in = (struct client_input){.arg_id = STR("  ")};
    check_str(client_id_of(&in), STR(""));
}

enum who { NOBODY, APP, PUBLIC, GONE };

// What a call brings, and what comes of it. basic NULL: no header. cause and detail of a refusal.
struct row {
    enum who who;
    const char *basic, *id, *secret;
    bool public_ok;
    enum wire_err wanted;
    enum cause cause;
    const char *detail; // a part of it
};

static const struct row rows[] = {
    // Where credentials may stand, and that all live secrets count.
    {APP, NULL, ID, SECRET, false, W_OK, CAUSE_NONE, ""},
    {APP, NULL, ID, NEXT, false, W_OK, CAUSE_NONE, ""},
    {APP, NULL, " " ID "\n", SECRET, false, W_OK, CAUSE_NONE, ""},
    {APP, ID ":" SECRET, NULL, NULL, false, W_OK, CAUSE_NONE, ""},
    {APP, ID ":" SECRET, ID, NULL, false, W_OK, CAUSE_NONE, ""},
    {APP, ID ":" SECRET, ID, "wrong", false, W_OK, CAUSE_NONE, ""}, // 3.2 rule 3: the argument is ignored
    {APP, "4831107762%2E5926604413:" SECRET, NULL, NULL, false, W_OK, CAUSE_NONE, ""},
    {APP, "4831107762%2E5926604413:%30123456789abcdef0123456789abcdef", ID, NULL, false, W_OK, CAUSE_NONE, ""},
    // 6c
    {NOBODY, NULL, NULL, NULL, false, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_MISSING,
     "no client_id in body, query or Basic; the body was application/json, 17 bytes"},
    {NOBODY, NULL, "1.2", SECRET, false, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_UNKNOWN, "\"1.2\""},
    {NOBODY, "1%2E2:x", NULL, NULL, false, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_UNKNOWN, "\"1.2\""},
    {NOBODY, NULL, "undefined", SECRET, false, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_SHAPE, "the text undefined"},
    {NOBODY, NULL, "null", SECRET, false, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_SHAPE, "the text null"},
    {NOBODY, NULL, "A05KQ2M7ZPD", SECRET, false, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_SHAPE, "app id (A...)"},
    {NOBODY, NULL, "\xe2\x80\xaa" ID, SECRET, false, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_INVISIBLE,
     "holds the invisible character U+202A at byte 0"},
    {NOBODY, NULL, " 483\xe2\x80\x8b.59", SECRET, false, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_INVISIBLE,
     "U+200B at byte 4"},
    {NOBODY, NULL, "483\xe2\x80\x8b.59", SECRET, false, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_INVISIBLE,
     "U+200B at byte 3"},
    {NOBODY, NULL, "{client_id}", SECRET, false, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_SHAPE, "\"{\" at byte 0"},
    {NOBODY, NULL, "01234567890123456789012345678901234567890123456789012345678901234", SECRET, false,
     W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_SHAPE, "65 bytes"},
    {GONE, NULL, ID, SECRET, false, W_INVALID_CLIENT_ID, CAUSE_APP_DELETED, "deleted"},
    {APP, ID ":" SECRET, "4831107762.5926604414", NULL, false, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_DIFFERS,
     "differ at byte 20"},
    {APP, ID ":wrong", "1.2", NULL, false, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_DIFFERS, "differ at byte 0"},
    // 7
    {APP, NULL, ID, "wrong", false, W_BAD_CLIENT_SECRET, CAUSE_SECRET_WRONG, "(5 bytes)"},
    {APP, NULL, ID, "wrong", true, W_BAD_CLIENT_SECRET, CAUSE_SECRET_WRONG, ""},
    {APP, ID ":wrong", ID, SECRET, false, W_BAD_CLIENT_SECRET, CAUSE_SECRET_WRONG, "does not count"},
    {APP, NULL, ID, "0123456789ABCDEF0123456789ABCDEF", false, W_BAD_CLIENT_SECRET, CAUSE_SECRET_WRONG, ""},
    {APP, NULL, ID, OLD, false, W_BAD_CLIENT_SECRET, CAUSE_SECRET_RETIRED, "retired"},
    {APP, NULL, ID, SIGN, false, W_BAD_CLIENT_SECRET, CAUSE_SECRET_IS_SIGNING, "signing secret"},
    {APP, NULL, ID, SIGN "\n", false, W_BAD_CLIENT_SECRET, CAUSE_SECRET_IS_SIGNING, ""},
    {APP, NULL, ID, SECRET "\n", false, W_BAD_CLIENT_SECRET, CAUSE_SECRET_SPACE, "whitespace"},
    {APP, NULL, ID, " " NEXT, false, W_BAD_CLIENT_SECRET, CAUSE_SECRET_SPACE, ""},
    {APP, NULL, ID, "wrong ", false, W_BAD_CLIENT_SECRET, CAUSE_SECRET_WRONG, ""},
    {APP, NULL, ID, NULL, false, W_BAD_CLIENT_SECRET, CAUSE_SECRET_MISSING, "body, query or Basic"},
    {APP, NULL, ID, NULL, true, W_BAD_CLIENT_SECRET, CAUSE_SECRET_MISSING, ""},
    {APP, ID ":", NULL, NULL, false, W_BAD_CLIENT_SECRET, CAUSE_SECRET_MISSING, "empty password"},
    {APP, ID ":", NULL, SECRET, false, W_BAD_CLIENT_SECRET, CAUSE_SECRET_MISSING, "empty password"},
    // public clients
    {PUBLIC, NULL, ID, NULL, true, W_OK, CAUSE_NONE, ""},
    {PUBLIC, ID ":", NULL, NULL, true, W_OK, CAUSE_NONE, ""},
    {PUBLIC, NULL, ID, NULL, false, W_BAD_CLIENT_SECRET, CAUSE_SECRET_MISSING, "code_verifier"},
    {PUBLIC, NULL, ID, "wrong", true, W_BAD_CLIENT_SECRET, CAUSE_SECRET_WRONG, ""},
    {PUBLIC, NULL, ID, SECRET, false, W_OK, CAUSE_NONE, ""},
};

static void input_init(struct client_input *in, const struct row *row)
{
    *in = (struct client_input){.body_type = STR("application/json"), .body_size = 17};
    in->arg_id = guard_str(str_of(row->id));
    in->arg_secret = guard_str(str_of(row->secret));
    if (row->basic) client_parse_basic(basic("Basic ", row->basic), &arena, in);
}

static void check_row(const struct row *row)
{
    struct app app;
    struct client_input in;
    struct why why = {0};
    app_init(&app, row->who == PUBLIC ? APP_PKCE : row->who == GONE ? APP_DELETED : 0);
    input_init(&in, row);
    bool first = str_eq(client_id_of(&in), app.client_id);
    struct client_check c = {.in = &in,
                             .app = row->who == NOBODY ? NULL : &app,
                             .second = row->who != NOBODY && !first,
                             .public_ok = row->public_ok,
                             .now = now};
    enum wire_err got = client_decide(&c, &arena, &why);
    if (got != row->wanted || why.cause != row->cause) print_error("row %td: %.*s\n", row - rows, STR_FMT(why.detail));
    assert_int_equal(got, row->wanted);
    assert_int_equal(why.cause, row->cause);
    if (str_find_str(why.detail, str_of(row->detail)) == why.detail.n && row->detail[0])
        check_str(why.detail, str_of(row->detail));
    // Never a secret in a message (experience.md 4).
    static const char *const secrets[] = {SECRET, OLD, NEXT, SIGN};
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
        assert_int_equal(str_find_str(why.detail, str_of(secrets[i])), why.detail.n);
}

static void test_decide(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) check_row(&rows[i]);
}

static void test_has_secret(void **state)
{
    struct app app;
    struct why why = {0};
    struct client_input in = {.arg_id = STR(ID), .arg_secret = STR(SECRET)};
    struct client_check c = {.in = &in, .app = &app, .public_ok = true, .now = now};
    (void)state;
    app_init(&app, APP_PKCE);
    assert_int_equal(client_decide(&c, &arena, &why), W_OK);
    assert_true(c.has_secret);
    in.arg_secret = STR("");
    assert_int_equal(client_decide(&c, &arena, &why), W_OK);
    assert_false(c.has_secret);
}

// openid.md 2: the name for a public client that proves itself by nothing; confidential ones keep theirs.
static void test_openid_name(void **state)
{
    static const struct {
        unsigned flags;
        const char *secret;
        bool public_ok;
        enum wire_err wanted;
    } rows_openid[] = {
        {APP_PKCE, "", false, W_INVALID_CLIENT},     {APP_PKCE, "", true, W_OK},
        {APP_PKCE, "x", false, W_BAD_CLIENT_SECRET}, {0, "", false, W_BAD_CLIENT_SECRET},
        {0, "", true, W_BAD_CLIENT_SECRET},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows_openid); i++) {
        struct app app;
        struct why why = {0};
        struct client_input in = {.arg_id = STR(ID), .arg_secret = str_of(rows_openid[i].secret)};
        struct client_check c = {
            .in = &in, .app = &app, .public_ok = rows_openid[i].public_ok, .openid = true, .now = now};
        app_init(&app, rows_openid[i].flags);
        assert_int_equal(client_decide(&c, &arena, &why), rows_openid[i].wanted);
    }
}

// A secret counts until its end, whichever slot it stands in; free slots match nothing.
static void test_slots(void **state)
{
    (void)state;
    for (unsigned slot = 0; slot < APP_SECRETS_MAX; slot++)
        for (int64_t expires = now - 1; expires <= now + 1; expires++) {
            struct why why = {0};
            struct app app = {.client_id = STR(ID), .nsecrets = slot + 1};
            struct client_input in = {.arg_id = STR(ID), .arg_secret = STR(SECRET)};
            struct client_check c = {.in = &in, .app = &app, .now = now};
            client_secret_hash(STR(ID), STR(SECRET), &app.secrets[slot].hash);
            app.secrets[slot].expires = expires;
            assert_int_equal(client_decide(&c, &arena, &why), now < expires ? W_OK : W_BAD_CLIENT_SECRET);
            app.nsecrets = slot; // the row is beyond the end now
            why = (struct why){0};
            assert_int_equal(client_decide(&c, &arena, &why), W_BAD_CLIENT_SECRET);
            assert_int_equal(why.cause, CAUSE_SECRET_WRONG);
        }
}

// An app without a signing secret: none is taken for it.
static void test_no_signing_secret(void **state)
{
    struct why why = {0};
    struct app app = {.client_id = STR(ID)};
    struct client_input in = {.arg_id = STR(ID), .arg_secret = STR("x")};
    struct client_check c = {.in = &in, .app = &app, .now = now};
    (void)state;
    assert_int_equal(client_decide(&c, &arena, &why), W_BAD_CLIENT_SECRET);
    assert_int_equal(why.cause, CAUSE_SECRET_WRONG);
}

static int start(void **state)
{
    (void)state;
    arena_init(&arena, 8 << 20);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_basic),       cmocka_unit_test(test_padding),
        cmocka_unit_test(test_id_shape),    cmocka_unit_test(test_which_id),
        cmocka_unit_test(test_decide),      cmocka_unit_test(test_has_secret),
        cmocka_unit_test(test_slots),       cmocka_unit_test(test_no_signing_secret),
        cmocka_unit_test(test_openid_name),
    };
    return cmocka_run_group_tests_name("oauth/client", tests, start, stop);
}
