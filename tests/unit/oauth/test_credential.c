// SPDX-License-Identifier: Apache-2.0
#include "oauth/credential.h"

#include "base/buf.h"
#include "check.h"
#include "codec/base64.h"
#include "crypto/digest.h"
#include "guard.h"

static const int64_t sample = 871180428902412305; // formats.md 3.1
static const struct settings default_stem = {.nstems = 1, .stems = {"xox"}};
static const struct secret_text secret = {
    .hex = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
            '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
            '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
            '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'},
    .b62 = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B',
            'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'k', 'l', 'm', 'n'},
};

#define HEX32 "0123456789abcdef0123456789abcdef"
#define B62   "0123456789ABCDEFGHIJklmn"

// Everything that is minted here lives until the process ends.
static struct arena arena;

static struct str mint(enum cred_kind kind, const char *client_id, const char *stem, struct hash *hash)
{
    struct mint_names names = {str_of(client_id), STR("T05A1B2C3D4"), STR("A05KQ2M7ZPD"), str_of(stem)};
    return credential_mint(kind, sample, &names, &secret, &arena, hash);
}

static bool parse(enum cred_kind kind, struct str s, const struct settings *settings, struct credential *out)
{
    if (kind == CRED_CODE) return credential_parse_code(s, out);
    if (kind == CRED_WEBHOOK) return credential_parse_webhook(s, out);
    return credential_parse_token(s, settings, out);
}

// The grammars of formats.md 3.2. Stems are joined on at run time, so that no line here looks like a token.
static const struct {
    enum cred_kind kind;
    const char *stem, *behind;
    size_t size;
} shapes[] = {
    {CRED_CODE, "", "1087118042.8902412305." HEX32 HEX32, 86},
    {CRED_BOT, "xox", "b-1087118042-8902412305-" B62, 51},
    {CRED_USER, "xox", "p-1087118042-8902412305-0005926604413-" HEX32, 73},
    {CRED_APP_LEVEL, "x", "app-1-A05KQ2M7ZPD-10871180428902412305-" HEX32 HEX32, 104},
    {CRED_WEBHOOK, "", "/services/T05A1B2C3D4/B06M9ZOS0CDW5T/" B62, 61},
};

static void test_mint(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        struct hash hash;
        struct str got = mint(shapes[i].kind, "4831107762.5926604413", "xox", &hash);
        check_str(got, arena_printf(&arena, "%s%s", shapes[i].stem, shapes[i].behind));
        assert_int_equal(got.n, shapes[i].size);
    }
}

static struct str payload_of(struct str token)
{
    struct str text = {NULL, 0};
    size_t dash = str_find(token, '-');
    assert_int_equal(base64_decode(str_from(token, dash + 3), &arena, &text), OK);
    return text;
}

static void test_mint_payloads(void **state)
{
    struct hash hash;
    (void)state;
    struct str bot = mint(CRED_ROT_BOT, "4831107762.5926604413", "xox", &hash);
    assert_int_equal(bot.n, 178);
    assert_true(str_starts(bot, arena_printf(&arena, "%se.%sb-1-", "xox", "xox")));
    check_str(payload_of(bot), STR("2-2-0001087118042-0008902412305-0004831107762-0005926604413-" HEX32 HEX32));
    struct str user = mint(CRED_ROT_USER, "", "xox", &hash); // a configuration token belongs to no app
    assert_true(str_starts(user, arena_printf(&arena, "%se.%sp-1-", "xox", "xox")));
    check_str(payload_of(user), STR("2-2-0001087118042-0008902412305-0000000000000-0000000000000-" HEX32 HEX32));
    struct str refresh = mint(CRED_REFRESH, "4831107762.5926604413", "xox", &hash);
    assert_int_equal(refresh.n, 153);
    check_str(payload_of(refresh), STR("3-1-0001087118042-0008902412305-005926604413-" HEX32 HEX32));
}

static const struct {
    const char *client_id, *left13, *app13;
} numbers[] = {
    {"4831107762.5926604413", "0004831107762", "0005926604413"},
    {"111.222", "0000000000111", "0000000000222"},
    {"4b39e9-752c4", "0000043997524", "0000000000000"}, // no dot: no right half
    {"abc.def", "0000000000000", "0000000000000"},
    {"123456789012345.98765432109876543", "3456789012345", "5432109876543"},
    {".7", "0000000000000", "0000000000007"},
    {"7.", "0000000000007", "0000000000000"},
    {"1.2.3", "0000000000001", "0000000000023"},
};

static void test_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        struct hash hash;
        struct credential c;
        struct str rest = payload_of(mint(CRED_ROT_BOT, numbers[i].client_id, "xox", &hash));
        struct str groups = str_from(rest, strlen("2-2-0001087118042-0008902412305-"));
        check_str(str_upto(groups, 13), str_of(numbers[i].left13));
        check_str(str_upto(str_from(groups, 14), 13), str_of(numbers[i].app13));
        struct str user = mint(CRED_USER, numbers[i].client_id, "xox", &hash);
        check_str(str_upto(str_from(user, 27), 13), str_of(numbers[i].app13));
        assert_true(credential_parse_token(user, &default_stem, &c));
    }
}

static const enum cred_kind kinds[] = {CRED_CODE,     CRED_BOT,     CRED_USER,      CRED_ROT_BOT,
                                       CRED_ROT_USER, CRED_REFRESH, CRED_APP_LEVEL, CRED_WEBHOOK};

// S5: whatever is issued parses, to the same hash.
static void test_round_trip(void **state)
{
    static const char *const stems[] = {"xox", "hpt", "ab", "x1234567"};
    (void)state;
    for (size_t s = 0; s < ARRAY_LEN(stems); s++)
        for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
            struct settings settings = {.nstems = 2, .stems = {"zz9"}};
            struct hash hash;
            struct credential c = {0};
            struct str text = mint(kinds[k], "4831107762.5926604413", stems[s], &hash);
            assert_true(str_copy(settings.stems[1], TOKEN_STEM_SIZE, str_of(stems[s])));
            assert_true(parse(kinds[k], guard_str(text), &settings, &c));
            assert_int_equal(c.kind, kinds[k]);
            assert_int_equal(c.id, sample);
            assert_true(hash_equal(&hash, &c.hash));
        }
}

static void test_stems(void **state)
{
    static const struct settings hpt = {.nstems = 1, .stems = {"hpt"}};
    static const struct settings both = {.nstems = 2, .stems = {"hpt", "xox"}};
    (void)state;
    for (size_t k = 1; k < ARRAY_LEN(kinds) - 1; k++) {
        struct hash hash;
        struct credential c;
        struct str old = mint(kinds[k], "1.2", "xox", &hash), own = mint(kinds[k], "1.2", "hpt", &hash);
        assert_false(credential_parse_token(old, &hpt, &c));
        assert_false(credential_parse_token(own, &default_stem, &c));
        assert_true(credential_parse_token(own, &both, &c));
        assert_true(credential_parse_token(old, &both, &c));
    }
    struct hash hash;
    assert_true(str_starts(mint(CRED_APP_LEVEL, "1.2", "hpt", &hash), STR("hptapp-1-A")));
}

// S6: all prefixes, all extensions, all one-byte edits of good credentials.
static void check_edits(enum cred_kind kind, struct str good)
{
    struct credential first, c;
    assert_true(parse(kind, good, &default_stem, &first));
    for (size_t n = 0; n < good.n; n++) {
        assert_false(parse(kind, guard_str(str_upto(good, n)), &default_stem, &c));
        assert_false(parse(kind, guard_str(str_from(good, n + 1)), &default_stem, &c));
    }
    char *edited = guard_copy(good.p, good.n);
    for (size_t i = 0; i < good.n; i++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            edited[i] = (char)byte;
            if (edited[i] == good.p[i] || !parse(kind, str_make(edited, good.n), &default_stem, &c)) continue;
            assert_false(hash_equal(&first.hash, &c.hash));
        }
        edited[i] = good.p[i];
    }
    char longer[LIMIT_CREDENTIAL + 1];
    for (unsigned byte = 0; byte < 256; byte++) {
        memcpy(longer, good.p, good.n);
        longer[good.n] = (char)byte;
        assert_false(parse(kind, str_make(longer, good.n + 1), &default_stem, &c));
        memcpy(longer + 1, good.p, good.n);
        longer[0] = (char)byte;
        assert_false(parse(kind, str_make(longer, good.n + 1), &default_stem, &c));
    }
}

static void test_edits(void **state)
{
    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        struct hash hash;
        check_edits(kinds[k], mint(kinds[k], "4831107762.5926604413", "xox", &hash));
    }
}

// A token whose payload is not the grammar's, or not encoded in the one way, is none.
static struct str refresh_of(const char *payload)
{
    char text[256];
    size_t n = strlen(payload);
    base64_encode((const uint8_t *)payload, n, text);
    return arena_printf(&arena, "%se-1-%.*s", "xox", (int)base64_size(n), text);
}

static const struct {
    const char *payload;
    bool ok;
} payloads[] = {
    {"3-1-0001087118042-0008902412305-005926604413-" HEX32 HEX32, true},
    {"3-2-0001087118042-0008902412305-005926604413-" HEX32 HEX32, false},
    {"2-1-0001087118042-0008902412305-005926604413-" HEX32 HEX32, false},
    {"3-1-0011087118042-0008902412305-005926604413-" HEX32 HEX32, false},
    {"3-1-0002087118042-0008902412305-005926604413-" HEX32 HEX32, false},
    {"3-1-0001000000000-0000000000000-005926604413-" HEX32 HEX32, false},
    {"3-1-0001922337203-0006854775808-005926604413-" HEX32 HEX32, false},
    {"3-1-0001087118042-0008902412305-00592660441x-" HEX32 HEX32, false},
    {"3-1-0001087118042-0008902412305-005926604413_" HEX32 HEX32, false},
    {"3-1-0001087118042-0008902412305-005926604413-" HEX32 "0123456789ABCDEF0123456789abcdef", false},
    {"3-1-0001087118042-0008902412305-0005926604413-" HEX32 "0123456789abcdef0123456789abcde", false},
};

static void test_payloads(void **state)
{
    struct credential c;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(payloads); i++) {
        struct str token = refresh_of(payloads[i].payload);
        assert_int_equal(token.n, 153);
        assert_int_equal(credential_parse_token(guard_str(token), &default_stem, &c), payloads[i].ok);
    }
}

// Left-over bits of the last base64 character must be zero: "g" and "h" would mean the same byte (S6, re-encoded).
static void test_left_over_bits(void **state)
{
    struct hash hash;
    struct credential c;
    struct str good = mint(CRED_ROT_BOT, "1.2", "xox", &hash);
    char *copy = guard_copy(good.p, good.n);
    (void)state;
    assert_true(credential_parse_token(str_make(copy, good.n), &default_stem, &c));
    copy[good.n - 1]++;
    assert_false(credential_parse_token(str_make(copy, good.n), &default_stem, &c));
}

static void test_limits(void **state)
{
    struct credential c;
    char big[LIMIT_CREDENTIAL + 200];
    (void)state;
    memset(big, '1', sizeof big);
    assert_false(credential_parse_code(guard_str(str_make(big, sizeof big)), &c));
    assert_false(credential_parse_token(str_make(NULL, 0), &default_stem, &c));
    assert_false(credential_parse_webhook(guard_str(STR("/services/T05A1B2C3D4/B06M9ZOS0CDW5T")), &c));
    assert_false(credential_parse_webhook(guard_str(STR("/services/T0/B06M9ZOS0CDW5T/" B62)), &c));
    assert_false(credential_parse_webhook(guard_str(STR("/services/t05A1B2C3D4/B06M9ZOS0CDW5T/" B62)), &c));
    assert_false(
        credential_parse_webhook(guard_str(STR("/services/T0123456789ABCDEFGHIJKLMN/B06M9ZOS0CDW5T/" B62)), &c));
    // Refused ones leave the answer alone.
    c.id = 42;
    assert_false(credential_parse_code(STR("ccdaa72ad"), &c));
    assert_int_equal(c.id, 42);
}

static void check_hash(struct str hex, const struct hash *hash)
{
    struct buf b;
    buf_init(&b, 100);
    buf_hex(&b, hash->b, HASH_SIZE);
    check_str(buf_view(&b), hex);
    buf_release(&b);
}

// formats.md 3.3, computed elsewhere.
static void test_hashes(void **state)
{
    struct hash hash;
    (void)state;
    mint(CRED_CODE, "1.2", "xox", &hash);
    check_hash(STR("63395aa62a0723dbf881e6b17b2687d9956019a50ff155e8f2116067afe75471"), &hash);
    mint(CRED_WEBHOOK, "1.2", "xox", &hash);
    check_hash(STR("5fdff6c0540131b33ce56be7d1ef1e3b4869418ecc9aac1414403d6915f10f12"), &hash);
    client_secret_hash(STR("4831107762.5926604413"), STR(HEX32), &hash);
    check_hash(STR("81e2364616abeaefc7ce0308bb9f794f729b8d13644aa97244165a7697bd9b10"), &hash);
}

// The label in front of the whole string, for every kind.
static void test_labels(void **state)
{
    static const char *const labels[] = {
        [CRED_CODE] = "hallpass.code.v1",       [CRED_BOT] = "hallpass.access.v1",
        [CRED_USER] = "hallpass.access.v1",     [CRED_ROT_BOT] = "hallpass.access.v1",
        [CRED_ROT_USER] = "hallpass.access.v1", [CRED_REFRESH] = "hallpass.refresh.v1",
        [CRED_APP_LEVEL] = "hallpass.app.v1",   [CRED_WEBHOOK] = "hallpass.webhook.v1",
    };
    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        struct hash got, wanted;
        struct buf b;
        struct str text = mint(kinds[k], "1.2", "xox", &got);
        buf_init(&b, 1000);
        buf_z(&b, labels[kinds[k]]);
        buf_char(&b, '\0');
        buf_str(&b, text);
        sha256_one(buf_view(&b), wanted.b);
        assert_true(hash_equal(&wanted, &got));
        buf_release(&b);
    }
}

static void test_hash_equal(void **state)
{
    struct hash a, b, zero = {0};
    (void)state;
    client_secret_hash(STR("a"), STR("b"), &a);
    client_secret_hash(STR("a:"), STR("b"), &b);
    assert_true(hash_equal(&a, &a));
    assert_false(hash_equal(&a, &b));
    assert_false(hash_equal(NULL, &a));
    assert_false(hash_equal(NULL, &zero)); // an absent row never matches
    for (size_t i = 0; i < HASH_SIZE; i++) {
        b = a;
        b.b[i] ^= 1;
        assert_false(hash_equal(&a, &b));
    }
    signing_secret_hash(STR("b"), &b);
    assert_false(hash_equal(&a, &b));
}

static void test_full_arena(void **state)
{
    struct mint_names names = {STR("1.2"), STR("T05A1B2C3D4"), STR("A05KQ2M7ZPD"), STR("xox")};
    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        struct hash hash = {{7}};
        struct arena small;
        arena_init(&small, 40);
        assert_null(credential_mint(kinds[k], sample, &names, &secret, &small, &hash).p);
        assert_int_equal(hash.b[0], 7);
        arena_release(&small);
    }
}

static void test_label(void **state)
{
    (void)state;
    check_str(credential_label("bot", sample, &arena), STR("bot 1087118042-8902412305"));
}

static void test_bot_ids(void **state)
{
    const struct id app = {"A05KQ2M7ZPD"}, team = {"T04QX81RB9C"}, org = {"E06NB3V2KLA"};
    struct id user = bot_user_id(&app, &team), again = bot_user_id(&app, &team), other = bot_user_id(&app, &org);
    struct id bot = bot_id(&app, &team);
    (void)state;
    assert_true(id_eq(&user, &again));
    assert_false(id_eq(&user, &other));
    assert_int_equal(strlen(user.s), 11);
    assert_int_equal(strlen(bot.s), 11);
    assert_true(str_starts(id_str(&user), STR("U0")));
    assert_true(str_starts(id_str(&bot), STR("B0")));
    assert_string_not_equal(user.s + 2, bot.s + 2);
    assert_true(str_all_in(id_str(&user), "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
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
        cmocka_unit_test(test_mint),       cmocka_unit_test(test_mint_payloads),  cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_stems),          cmocka_unit_test(test_edits),
        cmocka_unit_test(test_payloads),   cmocka_unit_test(test_left_over_bits), cmocka_unit_test(test_limits),
        cmocka_unit_test(test_hashes),     cmocka_unit_test(test_labels),         cmocka_unit_test(test_hash_equal),
        cmocka_unit_test(test_full_arena), cmocka_unit_test(test_label),          cmocka_unit_test(test_bot_ids),
    };
    return cmocka_run_group_tests_name("oauth/credential", tests, start, stop);
}
