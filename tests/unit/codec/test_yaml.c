// SPDX-License-Identifier: Apache-2.0
#include "codec/yaml.h"

#include "base/buf.h"
#include "base/limits.h"
#include "check.h"
#include "guard.h"

static int setup(void **state)
{
    static struct arena arena;
    arena_init(&arena, 4 * LIMIT_ARENA);
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    arena_release(*state);
    return 0;
}

static const struct node *parse(struct arena *arena, struct str text)
{
    struct yaml_problem problem = {0};
    const struct node *root = NULL;
    if (yaml_parse(guard_str(text), arena, &root, &problem))
        fail_msg("%u:%u %s", problem.line, problem.column, problem.text);
    return root;
}

static void test_tree(void **state)
{
    const struct node *root = parse(*state, STR("# a seed\n"
                                                "team:\n"
                                                "  name: \"T One\"\n"
                                                "  count: 7\n"
                                                "apps:\n"
                                                "  - id: A1\n"
                                                "  - [x, 'y']\n"
                                                "text: |\n"
                                                "  one\n"
                                                "  two\n"));
    const struct node *team = node_get(root, "team");
    assert_int_equal(team->kind, NODE_MAP);
    assert_int_equal(team->key_line, 2);
    assert_int_equal(team->key_column, 1);
    const struct node *name = node_get(team, "name");
    check_str(name->text, STR("T One"));
    assert_true(name->quoted);
    assert_int_equal(name->line, 3);
    assert_int_equal(name->column, 9);
    assert_int_equal(name->key_column, 3);
    check_str(name->key, STR("name"));
    assert_false(node_get(team, "count")->quoted);
    const struct node *apps = node_get(root, "apps");
    assert_int_equal(apps->kind, NODE_LIST);
    check_str(node_get(apps->first, "id")->text, STR("A1"));
    check_str(apps->first->next->first->next->text, STR("y"));
    assert_null(apps->first->next->next);
    check_str(node_get(root, "text")->text, STR("one\ntwo\n"));
    assert_true(node_get(root, "text")->quoted);
    assert_null(node_get(root, "absent"));
    assert_null(node_get(apps, "id"));
    assert_null(node_get(NULL, "id"));
    assert_null(node_get(name, "id"));
}

static void test_json_is_read_the_same_way(void **state)
{
    const struct node *root =
        parse(*state, STR("{\n\t\"a\": [1, true, null, \"x\\/\\u00e9\"],\n\t\"b\": {\"c\": {}}\n}\n"));
    const struct node *a = node_get(root, "a")->first;
    check_str(a->text, STR("1"));
    assert_true(node_is_null(a->next->next));
    check_str(a->next->next->next->text, STR("x/\xc3\xa9"));
    assert_null(node_get(node_get(root, "b"), "c")->first);
    assert_int_equal(node_get(root, "b")->key_line, 3);
}

static void test_empty_files_are_empty_maps(void **state)
{
    static const struct str rows[] = {STR_INIT(""), STR_INIT("\n"), STR_INIT("# only a comment\n"), STR_INIT("---\n"),
                                      STR_INIT("{}")};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct node *root = parse(*state, rows[i]);
        assert_int_equal(root->kind, NODE_MAP);
        assert_null(root->first);
    }
    assert_int_equal(parse(*state, str_make(NULL, 0))->kind, NODE_MAP);
    assert_int_equal(parse(*state, STR("\"\""))->kind, NODE_SCALAR);
}

static void test_bad(void **state)
{
    static const struct {
        struct str text;
        unsigned line, column;
        const char *says;
    } rows[] = {
        {STR_INIT("a: 1\nb: &x 2\n"), 2, 4, "anchors are not supported"},
        {STR_INIT("a: &x [1]\n"), 1, 4, "anchors"},
        {STR_INIT("a: &x {b: 1}\n"), 1, 4, "anchors"},
        {STR_INIT("&x a: 1\n"), 1, 1, "anchors"},
        {STR_INIT("a: *x\n"), 1, 4, "aliases are not supported"},
        {STR_INIT("*x : 1\n"), 1, 1, "aliases"},
        {STR_INIT("a: !!str 1\n"), 1, 4, "tags are not supported"},
        {STR_INIT("a: !x [1]\n"), 1, 4, "tags"},
        {STR_INIT("a: !x {b: 1}\n"), 1, 4, "tags"},
        {STR_INIT("%TAG ! tag:x,2000:\n---\na: 1\n"), 1, 1, "tags"},
        {STR_INIT("a: 1\nb: 2\na: 3\n"), 3, 1, "the key \"a\" was given before, in line 1"},
        {STR_INIT("{a: 1, b: {c: 1, d: 2, c: 3}}"), 1, 24, "the key \"c\" was given before"},
        {STR_INIT("\"a\": 1\na: 2\n"), 2, 1, "given before"},
        {STR_INIT("a: 1\n---\nb: 1\n"), 2, 1, "a second document"},
        {STR_INIT("[a]: 1\n"), 1, 1, "a key must be a plain text"},
        {STR_INIT("? {a: 1}\n: 1\n"), 1, 3, "a key must be"},
        {STR_INIT("a: \"\\0\"\n"), 1, 4, "NUL"},
        {STR_INIT("{\"a\": \"\\ud83d\\ude00\"}"), 1, 10, "invalid Unicode character escape code"},
        {STR_INIT("a: [1, 2\n"), 2, 1, "while parsing a flow sequence"},
        {STR_INIT("a: 1\n b: 2\n"), 2, 3, "mapping values are not allowed"},
        {STR_INIT("a:\n\tb: 1\n"), 2, 1, "cannot start any token"},
        {STR_INIT("a: \"x\n"), 2, 1, "unexpected end of stream"},
        {STR_INIT("ok: 1\na: \xff\n"), 2, 4, "UTF-8"},
        {STR_INIT("ok: 1\na: \0\n"), 2, 4, "control characters"},
        {STR_INIT("a: @x\n"), 1, 4, "cannot start any token"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct yaml_problem problem = {0};
        const struct node *root = NULL;
        if (yaml_parse(guard_str(rows[i].text), *state, &root, &problem) != E_INVALID) fail_msg("row %zu was taken", i);
        assert_null(root);
        if (problem.line != rows[i].line || problem.column != rows[i].column || !strstr(problem.text, rows[i].says))
            fail_msg("row %zu: %u:%u %s", i, problem.line, problem.column, problem.text);
    }
}

static void test_depth(void **state)
{
    char text[2 * (LIMIT_JSON_DEPTH + 1)];
    struct yaml_problem problem;
    const struct node *root;
    memset(text, '[', LIMIT_JSON_DEPTH);
    memset(text + LIMIT_JSON_DEPTH, ']', LIMIT_JSON_DEPTH);
    parse(*state, str_make(text, sizeof text - 2));
    memset(text, '[', LIMIT_JSON_DEPTH + 1);
    memset(text + LIMIT_JSON_DEPTH + 1, ']', LIMIT_JSON_DEPTH + 1);
    assert_int_equal(yaml_parse(str_make(text, sizeof text), *state, &root, &problem), E_INVALID);
    assert_string_equal(problem.text, "nested too deeply");
}

static void test_large_maps(void **state)
{
    struct yaml_problem problem;
    const struct node *root;
    struct buf b;
    buf_init(&b, LIMIT_SEED_FILE);
    for (int i = 0; i < 30000; i++) buf_printf(&b, "k%d: 1\n", i * 7919 % 30000);
    assert_int_equal(yaml_parse(buf_view(&b), *state, &root, &problem), OK);
    buf_z(&b, "k29999: 2\n");
    assert_int_equal(yaml_parse(buf_view(&b), *state, &root, &problem), E_INVALID);
    assert_int_equal(problem.line, 30001);
    buf_release(&b);
}

// However much or little there is room for: all of the tree, or E_LIMIT.
static void test_full_arena(void **state)
{
    static const struct str rows[] = {STR_INIT("a: b"), STR_INIT("a: [b, c]\nd: e\n")};
    struct yaml_problem problem;
    const struct node *root;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        enum status status = E_LIMIT;
        for (size_t cap = 0; status; cap++) {
            struct arena small;
            arena_init(&small, cap);
            status = yaml_parse(rows[i], &small, &root, &problem);
            assert_true(status == E_LIMIT || (status == OK && !small.failed && cap > 100));
            arena_release(&small);
        }
    }
}

static void test_null_and_bool(void **state)
{
    static const struct {
        const char *text;
        bool null;
        int truth; // -1: none
    } rows[] = {
        {"", true, -1},        {"~", true, -1},    {"null", true, -1},      {"NULL", true, -1}, {"\"null\"", false, -1},
        {"''", false, -1},     {"true", false, 1}, {"Yes", false, 1},       {"on", false, 1},   {"false", false, 0},
        {"no", false, 0},      {"OFF", false, 0},  {"\"true\"", false, -1}, {"1", false, -1},   {"y", false, -1},
        {"[true]", false, -1}, {"{}", false, -1},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool truth = false;
        const struct node *n = node_get(parse(*state, arena_printf(*state, "v: %s\n", rows[i].text)), "v");
        assert_int_equal(node_is_null(n), rows[i].null);
        assert_int_equal(node_bool(n, &truth), rows[i].truth < 0 ? E_INVALID : OK);
        assert_int_equal(truth, rows[i].truth > 0);
    }
    bool untouched = true;
    assert_false(node_is_null(NULL));
    assert_int_equal(node_bool(NULL, &untouched), E_INVALID);
    assert_true(untouched);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_json_is_read_the_same_way),
        cmocka_unit_test(test_empty_files_are_empty_maps),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_large_maps),
        cmocka_unit_test(test_full_arena),
        cmocka_unit_test(test_null_and_bool),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
