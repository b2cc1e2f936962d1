// SPDX-License-Identifier: Apache-2.0
#include "crypto/password.h"

#include "base/limits.h"
#include "check.h"
#include "guard.h"

#define REPEAT_10 "0123456789"
#define REPEAT_64 REPEAT_10 REPEAT_10 REPEAT_10 REPEAT_10 REPEAT_10 REPEAT_10 "0123"

static const uint8_t salt[PASSWORD_SALT_SIZE] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static bool verify(struct str phc, struct str password)
{
    bool good;
    assert_int_equal(password_verify(guard_str(phc), guard_str(password), &good), OK);
    return good;
}

// The parameters stand in the string, and its outcome is that of other implementations.
static void test_form(void **state)
{
    char phc[PASSWORD_PHC_SIZE], other[PASSWORD_PHC_SIZE];
    const struct str password = STR("correct horse battery");
    (void)state;
    assert_int_equal(password_hash(guard_str(password), salt, phc), OK);
    assert_string_equal(phc, "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw"
                             "$quyusfeeuAGbpiw09i+j4VKJ+I/5h3mugd4HghmS/x8");
    assert_true(verify(str_of(phc), password));
    assert_false(verify(str_of(phc), STR("correct horse batterz")));
    assert_false(verify(str_of(phc), STR("correct horse batter")));
    assert_false(verify(str_of(phc), STR("correct horse battery\0")));
    assert_false(verify(str_of(phc), STR("")));
    const uint8_t others[PASSWORD_SALT_SIZE] = {1};
    assert_int_equal(password_hash(password, others, other), OK);
    assert_string_not_equal(phc, other);
}

// What was stored under other parameters stays good. From the tests of the reference implementation.
static void test_other_parameters(void **state)
{
    (void)state;
    const struct str weak = STR("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4");
    const struct str strong =
        STR("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");
    assert_true(verify(weak, STR("password")));
    assert_true(verify(strong, STR("password")));
    assert_false(verify(weak, STR("Password")));
}

static void test_nobody(void **state)
{
    (void)state;
    assert_false(verify(STR(""), STR("anything at all")));
    assert_false(verify(str_of(NULL), STR("")));
}

static void test_too_long(void **state)
{
    static char room[LIMIT_PASSWORD + 1];
    char phc[PASSWORD_PHC_SIZE];
    (void)state;
    memset(room, 'x', sizeof room);
    const struct str longest = str_make(room, LIMIT_PASSWORD), longer = str_make(room, sizeof room);
    assert_int_equal(password_hash(longest, salt, phc), OK);
    assert_true(verify(str_of(phc), longest));
    assert_false(verify(str_of(phc), longer)); // also not by its first bytes
    assert_int_equal(password_hash(longer, salt, phc), E_LIMIT);
}

static void test_damaged(void **state)
{
#define TAIL "$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
    static const struct str forms[] = {
        STR_INIT("x"),
        STR_INIT("$argon2id$v=19$"),
        STR_INIT("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"),
        STR_INIT("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ"),
        STR_INIT("$argon2id$v=19$m=256,t=2,p=1$c29tZ*NhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"),
        STR_INIT("$argon2id$v=19$m=256,t=2,p=1" TAIL "\0"),
        STR_INIT("$argon2i$v=19$m=256,t=2,p=1" TAIL),
        STR_INIT("$argon2id$v=16$m=256,t=2,p=1" TAIL),
        STR_INIT("$argon2id$m=256,t=2,p=1" TAIL),
        STR_INIT("$argon2id$v=19$m=0,t=2,p=1" TAIL),
        STR_INIT("$argon2id$v=19$m=256,t=0,p=1" TAIL),
        STR_INIT("$argon2id$v=19$t=2,m=256,p=1" TAIL),
        // more work than was ever asked for
        STR_INIT("$argon2id$v=19$m=4194304,t=2,p=1" TAIL),
        STR_INIT("$argon2id$v=19$m=256,t=4000000000,p=1" TAIL),
        STR_INIT("$argon2id$v=19$m=256,t=2,p=64" TAIL),
        STR_INIT("$argon2id$v=19$m=256,t=2,p=1$" REPEAT_64 REPEAT_64 "$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"),
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        bool good = true;
        enum status status = password_verify(guard_str(forms[i]), STR("password"), &good);
        if (status != E_CORRUPT) print_error("%.*s\n", STR_FMT(forms[i]));
        assert_int_equal(status, E_CORRUPT);
        assert_true(good); // written on success only
    }
}

static void test_what_may_be_chosen(void **state)
{
    static const struct {
        const char *password, *why; // a word of the sentence; NULL: it may
    } rows[] = {
        {"0123456789", NULL},
        {"mira@harbor.example.test!", NULL},
        {"aaaaaaaaab", NULL},
        {"ñandú será", NULL},
        {"012345678", "fewer"},
        {"", "fewer"},
        {"ñandúñand", "fewer"}, // 9 characters in 11 bytes
        {"mira", "name"},       // and not: choose a longer one
        {"Mira@Harbor.Example.Test", "name"},
        {"aaaaaaaaaa", "repeated"},
        {"ññññññññññ", "repeated"},
    };
    const struct str known[] = {STR("mira"), STR("Mira Olsen"), STR(""), STR("mira@harbor.example.test")};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *why = password_problem(guard_str(str_of(rows[i].password)), known, ARRAY_LEN(known));
        if (!why != !rows[i].why) print_error("%s: %s\n", rows[i].password, why ? why : "good");
        assert_int_equal(!why, !rows[i].why);
        if (why) assert_non_null(strstr(why, rows[i].why));
    }
    static char room[LIMIT_PASSWORD + 1] = "b";
    memset(room + 1, 'a', sizeof room - 1);
    assert_null(password_problem(str_make(room, LIMIT_PASSWORD), NULL, 0));
    assert_non_null(strstr(password_problem(str_make(room, sizeof room), NULL, 0), "longer"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),    cmocka_unit_test(test_other_parameters),
        cmocka_unit_test(test_nobody),  cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_damaged), cmocka_unit_test(test_what_may_be_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
