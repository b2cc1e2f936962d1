// SPDX-License-Identifier: Apache-2.0
#include "oauth/scope_kind.h"

#include "check.h"

static void test_examples(void **state)
{
    static const struct {
        const char *name;
        bool changes;
        enum scope_group group;
    } rows[] = {
        {"channels:read", false, SCOPE_CHANNELS},
        {"channels:history", false, SCOPE_CHANNELS},
        {"channels:write.topic", true, SCOPE_CHANNELS},
        {"channels:join", true, SCOPE_CHANNELS},
        {"chat:write", true, SCOPE_CHANNELS},
        {"chat:write.customize", true, SCOPE_CHANNELS},
        {"incoming-webhook", true, SCOPE_CHANNELS},
        {"search:read.private", false, SCOPE_CHANNELS},
        {"conversations.connect:manage", true, SCOPE_CHANNELS},
        {"identity.basic", false, SCOPE_YOU},
        {"identity.avatar", false, SCOPE_YOU},
        {"identity:read", false, SCOPE_YOU},
        {"openid", false, SCOPE_YOU},
        {"email", false, SCOPE_YOU},
        {"profile", false, SCOPE_YOU},
        {"users.profile:read", false, SCOPE_PLACE},
        {"users.profile:write", true, SCOPE_PLACE},
        {"users:read.email", false, SCOPE_PLACE},
        {"team:read", false, SCOPE_PLACE},
        {"commands", true, SCOPE_PLACE},
        {"admin.users:write", true, SCOPE_PLACE},
        {"admin.users:read", false, SCOPE_PLACE},
        {"bot", true, SCOPE_PLACE},
        {"emails", true, SCOPE_PLACE}, // no prefix of a word counts
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct scope_kind kind = scope_kind_of(str_of(rows[i].name));
        if (kind.changes != rows[i].changes || kind.group != rows[i].group) print_error("%s\n", rows[i].name);
        assert_int_equal(kind.changes, rows[i].changes);
        assert_int_equal(kind.group, rows[i].group);
    }
}

// Of every scope that can be asked for: what ends in a word for looking shows, what ends in a word for doing changes.
static void test_all(void **state)
{
    static const char *const doing[] = {"write", "manage", "join", "share",  "execute",  "invites",
                                        "topic", "bot",    "user", "public", "customize"};
    size_t n = 0, each[2] = {0};
    const struct scope_row *all = scope_rows(&n);
    (void)state;
    assert_int_equal(n, 141);
    for (size_t i = 0; i < n; i++) {
        struct scope_kind kind = scope_kind_of(all[i].name);
        struct str verb = str_from(all[i].name, str_find(all[i].name, ':') + 1);
        each[kind.changes]++;
        bool looks = str_starts(verb, STR("read")) || str_eq(verb, STR("history"));
        if (looks) assert_false(kind.changes);
        for (size_t d = 0; d < ARRAY_LEN(doing); d++)
            if (!looks && str_ends(verb, str_of(doing[d]))) assert_true(kind.changes);
    }
    assert_true(each[0] > 40 && each[1] > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_examples), cmocka_unit_test(test_all)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
