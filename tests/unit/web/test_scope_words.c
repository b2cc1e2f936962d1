// SPDX-License-Identifier: Apache-2.0
#include "web/scope_words.h"

#include "check.h"
#include "oauth/scope_kind.h"

static const struct scope_view *find(const struct scope_group_view *groups, enum scope_group group, const char *name)
{
    for (size_t i = 0; i < groups[group].n; i++)
        if (str_is(groups[group].scopes[i].name, name)) return &groups[group].scopes[i];
    return NULL;
}

static void test_words(void **state)
{
    const struct scope_lists lists[] = {
        {.asked = STR("channels:read,chat:write,commands"), .optional = STR("commands"), .before = STR("chat:write")},
        {.asked = STR("search:read,chat:write"), .optional = STR("chat:write")},
    };
    struct scope_group_view see[SCOPE_GROUPS], change[SCOPE_GROUPS];
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    scope_words(lists, ARRAY_LEN(lists), &arena, see, change);
    assert_int_equal(see[SCOPE_CHANNELS].n, 2);
    assert_int_equal(change[SCOPE_CHANNELS].n, 1); // once, though both lists have it
    assert_int_equal(change[SCOPE_PLACE].n, 1);
    assert_int_equal(see[SCOPE_YOU].n + change[SCOPE_YOU].n + see[SCOPE_PLACE].n, 0);
    const struct scope_view *chat = find(change, SCOPE_CHANNELS, "chat:write"),
                            *commands = find(change, SCOPE_PLACE, "commands");
    assert_false(chat->optional); // of the two it is optional in one only
    assert_false(chat->before);   // and new in one
    assert_true(commands->optional && commands->ticked && !commands->before);
    check_str(find(see, SCOPE_CHANNELS, "channels:read")->text, str_of(scope_find(STR("channels:read"))->text));
    arena_release(&arena);
}

static void test_none(void **state)
{
    const struct scope_lists lists[] = {{.asked = STR("")}};
    struct scope_group_view see[SCOPE_GROUPS], change[SCOPE_GROUPS];
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    scope_words(lists, 1, &arena, see, change);
    for (size_t i = 0; i < SCOPE_GROUPS; i++) assert_int_equal(see[i].n + change[i].n, 0);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_words), cmocka_unit_test(test_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
