// SPDX-License-Identifier: Apache-2.0
#include "oauth/scopes.h"

#include "base/buf.h"
#include "base/limits.h"
#include "check.h"
#include "guard.h"
#include "shared.h"

enum { SCOPES = 141 };

static void test_find(void **state)
{
    size_t n;
    const struct scope_row *rows = scope_rows(&n);
    (void)state;
    assert_int_equal(n, SCOPES);
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(scope_find(guard_str(rows[i].name)), &rows[i]);
        assert_null(scope_find(str_upto(rows[i].name, 0)));
        assert_true(rows[i].types != 0 && rows[i].text[0] != '\0');
        if (i) assert_true(strcmp(rows[i - 1].name.p, rows[i].name.p) < 0);
    }
    assert_null(scope_find(STR("chat:writ")));
    assert_null(scope_find(STR("chat:writes")));
    assert_null(scope_find(STR("Chat:write")));
    assert_null(scope_find(STR("zzz")));
    assert_null(scope_find(STR("chat:write\0")));
}

static const struct {
    const char *name;
    unsigned types, flags;
} known[] = {
    {"chat:write", SCOPE_BOT | SCOPE_USER, 0},
    {"app_mentions:read", SCOPE_BOT, 0},
    {"search:read", SCOPE_USER, SF_LEGACY},
    {"bot", SCOPE_LEGACY_BOT, SF_CLASSIC | SF_NOORG},
    {"identity.basic", SCOPE_USER, SF_IDENTITY},
    {"openid", SCOPE_USER, SF_OIDC},
    {"app_configurations:read", SCOPE_CONFIG | SCOPE_BOT | SCOPE_USER, SF_CONFIG},
    {"conversations:read", SCOPE_WORKSPACE, SF_NOREQUEST},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        const struct scope_row *row = scope_find(str_of(known[i].name));
        assert_non_null(row);
        assert_int_equal(row->types, known[i].types);
        assert_int_equal(row->flags, known[i].flags);
    }
}

static unsigned bits_of(struct str list, const char *const *names)
{
    unsigned bits = 0;
    struct str item;
    while (scopes_next(&list, &item)) {
        unsigned i = 0;
        while (names[i] && !str_eq(item, str_of(names[i]))) i++;
        assert_non_null(names[i]);
        bits |= 1u << i;
    }
    return bits;
}

// The catalogue is the contract's, row for row.
static void test_contract(void **state)
{
    static const char *const types[] = {"bot", "user", "legacy_bot", "app", "config", "workspace", NULL};
    static const char *const flags[] = {"identity",   "oidc", "classic", "norequest", "noorg",    "admin",
                                        "enterprise", "app",  "config",  "legacy",    "internal", NULL};
    char line[1024];
    size_t n, i = 0;
    const struct scope_row *rows = scope_rows(&n);
    FILE *f = shared_open("scopes.tsv");
    (void)state;
    if (!f) skip();
    assert_non_null(fgets(line, sizeof line, f)); // the heading
    for (; fgets(line, sizeof line, f); i++) {
        struct str rest = str_of(line);
        assert_true(i < n);
        check_str(rows[i].name, str_cut(&rest, '\t'));
        assert_int_equal(rows[i].types, bits_of(str_cut(&rest, '\t'), types));
        struct str flag_list = str_cut(&rest, '\t');
        assert_int_equal(rows[i].flags, str_eq(flag_list, STR("-")) ? 0 : bits_of(flag_list, flags));
        check_str(str_of(rows[i].text), str_cut(&rest, '\t'));
    }
    fclose(f);
    assert_int_equal(i, n);
}

static const struct {
    const char *typed, *meant;
} near[] = {
    {"chat:writ", "chat:write"},
    {"chat.write", "chat:write"},
    {"chanels:read", "channels:read"},
    {"command", "commands"},
    {"incoming_webhook", "incoming-webhook"},
    {"users.read", "users:read"},
    {"no:such:scope", NULL},
    {"", NULL},
    {"x", NULL},
};

static void test_nearest(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(near); i++) {
        const struct scope_row *row = scope_nearest(guard_str(str_of(near[i].typed)));
        if (!near[i].meant) {
            assert_null(row);
            continue;
        }
        assert_non_null(row);
        check_str(row->name, str_of(near[i].meant));
    }
}

static const struct {
    const char *raw, *list;
    size_t count;
} lists[] = {
    {"", "", 0},
    {"chat:write", "chat:write", 1},
    {"chat:write,commands", "chat:write,commands", 2},
    {"chat:write commands", "chat:write,commands", 2},
    {"chat:write+commands", "chat:write,commands", 2},
    {",, chat:write ,commands,", "chat:write,commands", 2},
    {"b,a,b,a,c", "b,a,c", 3},
    {"ab,a,abc", "ab,a,abc", 3}, // no prefix of another is taken for it
    {" , +", "", 0},
};

static void test_normalize(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 4096);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        struct str list = scopes_normalize(guard_str(str_of(lists[i].raw)), &arena);
        check_str(list, str_of(lists[i].list));
        assert_int_equal(scopes_count(list), lists[i].count);
    }
    arena_release(&arena);
}

// A crafted list costs no more than a long one, and stays refusable.
static void test_normalize_bound(void **state)
{
    enum { ITEMS = 20000 };
    struct arena arena;
    struct buf b;
    (void)state;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < ITEMS; i++) buf_printf(&b, "s%d,", i);
    arena_init(&arena, 1 << 20);
    struct str list = scopes_normalize(buf_view(&b), &arena);
    assert_int_equal(scopes_count(list), LIMIT_SCOPES + 1);
    assert_true(str_starts(list, STR("s0,s1,s2,")));
    arena_release(&arena);
    buf_release(&b);
}

static void test_sets(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 4096);
    check_str(scopes_union(STR("a,b,a"), STR("c,b,d"), &arena), STR("a,b,c,d"));
    check_str(scopes_union(STR(""), STR("c,b"), &arena), STR("c,b"));
    check_str(scopes_union(STR("a"), STR(""), &arena), STR("a"));
    check_str(scopes_missing(STR("a,b"), STR("c,a,d,c"), &arena), STR("c,d"));
    check_str(scopes_missing(STR("a,b"), STR("b"), &arena), STR(""));
    check_str(scopes_without(STR("a,b,c"), STR("b,x"), &arena), STR("a,c"));
    check_str(scopes_without(STR("a,b,c"), STR(""), &arena), STR("a,b,c"));
    assert_true(scopes_has(guard_str(STR("a,b")), STR("b")));
    assert_false(scopes_has(STR("ab,cd"), STR("a")));
    assert_false(scopes_has(STR("a,b"), STR("")));
    arena_release(&arena);
}

static void test_full_arena(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 2);
    assert_null(scopes_normalize(STR("chat:write"), &arena).p);
    assert_null(scopes_union(STR("a"), STR("b"), &arena).p);
    assert_null(scopes_without(STR("abc"), STR("b"), &arena).p);
    arena_release(&arena);
}

static void test_lines(void **state)
{
    (void)state;
    assert_true(lines_has(guard_str(STR("a\nbc\nd")), STR("d")));
    assert_true(lines_has(STR("a\nbc\nd"), STR("bc")));
    assert_false(lines_has(STR("a\nbc\nd"), STR("b")));
    assert_false(lines_has(STR(""), STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),    cmocka_unit_test(test_rows),       cmocka_unit_test(test_contract),
        cmocka_unit_test(test_nearest), cmocka_unit_test(test_normalize),  cmocka_unit_test(test_normalize_bound),
        cmocka_unit_test(test_sets),    cmocka_unit_test(test_full_arena), cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests_name("oauth/scopes", tests, NULL, NULL);
}
