// SPDX-License-Identifier: Apache-2.0
#include "oauth/locator.h"

#include <pthread.h>

#include "check.h"
#include "guard.h"

enum { SHARD = 3, THREADS = 4, PER_THREAD = 20000 };

static const int64_t new_year = 1577836800000; // 2020-01-01T00:00:00Z
static const int64_t august = 1785542400000;   // 2026-08-01T00:00:00Z

static struct locators *fresh(unsigned node, int64_t last)
{
    static struct locators g;
    locators_init(&g, node, last);
    return &g;
}

// The worked example of formats.md 3.1.
static void test_example(void **state)
{
    struct locators *g = fresh(0, 0);
    char hi[LOCATOR_HI_DIGITS], lo[LOCATOR_LO_DIGITS], b36[LOCATOR_B36_SIZE];
    int64_t id = 0;
    (void)state;
    for (int i = 0; i <= 17; i++) id = locator_next(g, SHARD, august);
    assert_int_equal(id, 871180428902412305);
    locator_format(id, hi, lo);
    check_str(str_make(hi, sizeof hi), STR("1087118042"));
    check_str(str_make(lo, sizeof lo), STR("8902412305"));
    locator_format_b36(id, b36);
    check_str(str_make(b36, sizeof b36), STR("06M9ZOS0CDW5T"));
    assert_int_equal(locator_shard_of(id), SHARD);
    assert_int_equal(locator_ms(id), august);
}

static void test_bits(void **state)
{
    int64_t id = locator_next(fresh(31, 0), 1023, august);
    (void)state;
    assert_int_equal(id >> 22, august - new_year);
    assert_int_equal(id >> 12 & 1023, 1023);
    assert_int_equal(id >> 7 & 31, 31);
    assert_int_equal(id & 127, 0);
}

static void test_shard(void **state)
{
    (void)state;
    assert_int_equal(locator_shard(STR("T04QX81RB9C")), 643);
    assert_int_equal(locator_shard(STR("E06NB3V2KLA")), 867);
}

static void test_never_back(void **state)
{
    struct locators *g = fresh(0, 0);
    int64_t last = 0, now = august;
    (void)state;
    for (int i = 0; i < 100000; i++) {
        if (i == 300) now -= 3600000; // the clock steps back an hour
        if (i == 60000) now += 7200000;
        int64_t id = locator_next(g, SHARD, now);
        assert_true(id > last);
        last = id;
    }
    assert_int_equal(locator_ms(last), august + 3600000 + 39999 / 128);
}

// A clock that stepped back moves no other shard back either.
static void test_floor(void **state)
{
    struct locators *g = fresh(0, 0);
    int64_t first = locator_next(g, 1, august);
    (void)state;
    assert_int_equal(locator_ms(locator_next(g, 2, august - 5000)), august);
    assert_int_equal(locator_ms(locator_next(g, 2, august + 5)), august + 5);
    assert_true(locator_next(g, 1, august - 5000) > first);
}

static void test_full_sequence(void **state)
{
    struct locators *g = fresh(0, 0);
    int64_t id = 0;
    (void)state;
    for (int i = 0; i < 128; i++) id = locator_next(g, SHARD, august);
    assert_int_equal(id & 127, 127);
    assert_int_equal(locator_ms(id), august);
    id = locator_next(g, SHARD, august);
    assert_int_equal(id & 127, 0);
    assert_int_equal(locator_ms(id), august + 1);
    assert_int_equal(locator_shard_of(id), SHARD);
}

static void test_restart(void **state)
{
    int64_t last = locator_next(fresh(0, 0), 1000, august);
    (void)state;
    for (unsigned shard = 0; shard < LOCATOR_SHARDS; shard += 93) {
        assert_true(locator_next(fresh(0, last), shard, august - 1000) > last);
        assert_true(locator_next(fresh(0, last), shard, august) > last);
    }
}

static void test_odd_clocks(void **state)
{
    (void)state;
    assert_true(locator_next(fresh(0, 0), 0, 0) > 0);
    assert_true(locator_next(fresh(0, 0), 0, new_year) > 0);
    assert_true(locator_next(fresh(0, 0), 0, INT64_MAX) > 0);
    assert_true(locator_next(fresh(0, 0), 0, -INT64_MAX + new_year) > 0);
    struct locators *g = fresh(31, 0);
    int64_t last = 0;
    for (int i = 0; i < 1000; i++) {
        int64_t id = locator_next(g, 1023, INT64_MAX);
        assert_true(id > last);
        last = id;
    }
}

struct worker {
    pthread_t thread;
    struct locators *g;
    int64_t ids[PER_THREAD];
};

static void *work(void *arg)
{
    struct worker *w = arg;
    for (int i = 0; i < PER_THREAD; i++) w->ids[i] = locator_next(w->g, (unsigned)i % 2, august + i / 1000);
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void test_threads(void **state)
{
    static struct worker workers[THREADS];
    static int64_t all[THREADS * PER_THREAD];
    struct locators *g = fresh(0, 0);
    (void)state;
    for (int t = 0; t < THREADS; t++) {
        workers[t].g = g;
        assert_int_equal(pthread_create(&workers[t].thread, NULL, work, &workers[t]), 0);
    }
    for (int t = 0; t < THREADS; t++) {
        pthread_join(workers[t].thread, NULL);
        for (int i = 2; i < PER_THREAD; i++) assert_true(workers[t].ids[i] > workers[t].ids[i - 2]);
        memcpy(all + t * PER_THREAD, workers[t].ids, sizeof workers[t].ids);
    }
    qsort(all, ARRAY_LEN(all), sizeof all[0], by_value);
    for (size_t i = 1; i < ARRAY_LEN(all); i++) assert_true(all[i] > all[i - 1]);
}

static const struct {
    const char *hi, *lo;
    int64_t id; // 0: refused
} texts[] = {
    {"1087118042", "8902412305", 871180428902412305},
    {"1000000000", "0000000001", 1},
    {"1000000000", "0000000000", 0},
    {"1922337203", "6854775807", INT64_MAX},
    {"1922337203", "6854775808", 0},
    {"1999999999", "9999999999", 0},
    {"2087118042", "8902412305", 0},
    {"0087118042", "8902412305", 0},
    {"108711804", "8902412305", 0},
    {"10871180420", "8902412305", 0},
    {"1087118042", "890241230", 0},
    {"1087118042", "89024123050", 0},
    {"1087118042", "890241230 ", 0},
    {"1087118042", "+902412305", 0},
    {"108711804a", "8902412305", 0},
    {"", "", 0},
};

static void test_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        int64_t id = -1;
        bool ok = locator_parse(guard_str(str_of(texts[i].hi)), guard_str(str_of(texts[i].lo)), &id);
        assert_int_equal(ok, texts[i].id != 0);
        assert_int_equal(id, texts[i].id ? texts[i].id : -1);
    }
}

static const struct {
    const char *text;
    int64_t id;
} b36_texts[] = {
    {"06M9ZOS0CDW5T", 871180428902412305},
    {"0000000000001", 1},
    {"0000000000000", 0},
    {"1Y2P0IJ32E8E7", INT64_MAX},
    {"1Y2P0IJ32E8E8", 0},
    {"ZZZZZZZZZZZZZ", 0},
    {"06m9ZOS0CDW5T", 0},
    {"6M9ZOS0CDW5T", 0},
    {"006M9ZOS0CDW5T", 0},
    {"06M9ZOS0CDW5-", 0},
    {"", 0},
};

static void test_b36(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(b36_texts); i++) {
        char back[LOCATOR_B36_SIZE];
        int64_t id = -1;
        bool ok = locator_parse_b36(guard_str(str_of(b36_texts[i].text)), &id);
        assert_int_equal(ok, b36_texts[i].id != 0);
        if (!ok) continue;
        assert_int_equal(id, b36_texts[i].id);
        locator_format_b36(id, back);
        check_str(str_make(back, sizeof back), str_of(b36_texts[i].text));
    }
}

// One text per value: whatever is formatted is parsed back.
static void test_round_trip(void **state)
{
    (void)state;
    for (int64_t id = 1; id > 0 && id < INT64_MAX / 3; id = id * 3 + 1) {
        char hi[LOCATOR_HI_DIGITS], lo[LOCATOR_LO_DIGITS];
        int64_t back = 0;
        locator_format(id, hi, lo);
        assert_true(locator_parse(str_make(hi, sizeof hi), str_make(lo, sizeof lo), &back));
        assert_int_equal(back, id);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example),    cmocka_unit_test(test_bits),       cmocka_unit_test(test_shard),
        cmocka_unit_test(test_never_back), cmocka_unit_test(test_floor),      cmocka_unit_test(test_full_sequence),
        cmocka_unit_test(test_restart),    cmocka_unit_test(test_odd_clocks), cmocka_unit_test(test_threads),
        cmocka_unit_test(test_parse),      cmocka_unit_test(test_b36),        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests_name("oauth/locator", tests, NULL, NULL);
}
