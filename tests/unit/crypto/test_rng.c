// SPDX-License-Identifier: Apache-2.0
#include "crypto/rng.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "guard.h"

enum { LETTERS_MAX = 64, DRAWS = 64 * 2000 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Chi-squared of DRAWS letters against an even spread. With k - 1 degrees of freedom its mean is k - 1 and its
// deviation the root of 2 (k - 1); eight deviations never happen by chance, and a modulo bias is hundreds away.
static void check_even(struct rng *r, size_t k)
{
    static char text[DRAWS];
    char alphabet[LETTERS_MAX + 1] = {0};
    size_t seen[256] = {0}, total = 0;
    double sum = 0, even = (double)DRAWS / (double)k, above = 0;
    memcpy(alphabet, letters, k);
    rng_text(r, alphabet, text, sizeof text);
    for (size_t i = 0; i < sizeof text; i++) seen[(unsigned char)text[i]]++;
    for (size_t i = 0; i < k; i++) {
        double off = (double)seen[(unsigned char)alphabet[i]] - even;
        total += seen[(unsigned char)alphabet[i]];
        sum += off * off / even;
    }
    assert_int_equal(total, DRAWS); // nothing from outside the alphabet
    above = sum - (double)(k - 1);
    if (above > 0 && above * above > 64.0 * 2 * (double)(k - 1)) fail_msg("%zu letters: chi-squared %.1f", k, sum);
}

static void test_text_is_even(void **state)
{
    static const size_t sizes[] = {2, 3, 10, 16, 26, 36, 62, 63, 64};
    struct rng *drawn = rng_new_system(), *seeded = rng_new_seeded(7);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        check_even(drawn, sizes[i]);
        check_even(seeded, sizes[i]);
    }
    rng_free(drawn);
    rng_free(seeded);
}

static void test_writes_n_bytes_only(void **state)
{
    struct rng *r = rng_new_system();
    char zeroes[300] = {0};
    (void)state;
    for (size_t n = 0; n < sizeof zeroes; n++) {
        rng_text(r, "ab", guard_copy(zeroes, n), n);
        rng_fill(r, guard_copy(zeroes, n), n);
        if (n % 2 == 0) rng_hex(r, guard_copy(zeroes, n), n / 2);
    }
    rng_free(r);
}

static void test_hex(void **state)
{
    struct rng *bytes = rng_new_seeded(1), *hex = rng_new_seeded(1);
    uint8_t raw[100];
    char text[200];
    (void)state;
    rng_fill(bytes, raw, sizeof raw);
    rng_hex(hex, text, sizeof raw);
    for (size_t i = 0; i < sizeof raw; i++) {
        char wanted[3];
        snprintf(wanted, sizeof wanted, "%02x", raw[i]);
        assert_memory_equal(text + 2 * i, wanted, 2);
    }
    rng_free(bytes);
    rng_free(hex);
}

// Published ids and codes of `--seed` runs depend on this stream: it may not change by accident.
static void test_seeded_stream_is_pinned(void **state)
{
    struct rng *r = rng_new_seeded(42);
    char text[32];
    (void)state;
    rng_hex(r, text, 16);
    check_str(str_make(text, sizeof text), STR("7bac3d7107e742da1dcb8bfe65d548b9"));
    rng_free(r);
}

static void test_seeds_choose_the_stream(void **state)
{
    uint8_t a[100], b[100], c[100];
    struct rng *one = rng_new_seeded(1), *same = rng_new_seeded(1), *other = rng_new_seeded(1ull << 32 | 1);
    (void)state;
    rng_fill(one, a, sizeof a);
    for (size_t i = 0; i < sizeof b; i++) rng_fill(same, b + i, 1); // in other portions
    rng_fill(other, c, sizeof c);
    assert_memory_equal(a, b, sizeof a);
    assert_memory_not_equal(a, c, sizeof a);
    rng_fill(one, b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    rng_free(one);
    rng_free(same);
    rng_free(other);
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, 16);
}

struct draws {
    struct rng *rng;
    uint8_t keys[2000][16];
};

static void *draw(void *arg)
{
    struct draws *d = arg;
    for (size_t i = 0; i < ARRAY_LEN(d->keys); i++) rng_fill(d->rng, d->keys[i], sizeof d->keys[i]);
    return NULL;
}

// Four threads, one generator: no 128-bit key twice.
static void check_never_twice(struct rng *r)
{
    static struct draws draws[4];
    static uint8_t all[4 * 2000][16];
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        draws[i].rng = r;
        assert_int_equal(pthread_create(&threads[i], NULL, draw, &draws[i]), 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        pthread_join(threads[i], NULL);
        memcpy(all[i * 2000], draws[i].keys, sizeof draws[i].keys);
    }
    qsort(all, ARRAY_LEN(all), sizeof all[0], compare);
    for (size_t i = 1; i < ARRAY_LEN(all); i++) assert_memory_not_equal(all[i - 1], all[i], 16);
    rng_free(r);
}

static void test_never_twice(void **state)
{
    (void)state;
    check_never_twice(rng_new_system());
    check_never_twice(rng_new_seeded(3));
}

static void test_a_child_draws_its_own(void **state)
{
    uint8_t ours[16], theirs[16];
    int ends[2];
    struct rng *r = rng_new_system();
    (void)state;
    rng_fill(r, ours, sizeof ours); // fills the pool
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        rng_fill(r, theirs, sizeof theirs);
        _exit(write(ends[1], theirs, sizeof theirs) != sizeof theirs);
    }
    rng_fill(r, ours, sizeof ours);
    assert_int_equal(read(ends[0], theirs, sizeof theirs), sizeof theirs);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_memory_not_equal(ours, theirs, sizeof ours);
    close(ends[0]);
    close(ends[1]);
    rng_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_child_draws_its_own), // first: the pool that parent and child would share is full then
        cmocka_unit_test(test_text_is_even),
        cmocka_unit_test(test_writes_n_bytes_only),
        cmocka_unit_test(test_hex),
        cmocka_unit_test(test_seeded_stream_is_pinned),
        cmocka_unit_test(test_seeds_choose_the_stream),
        cmocka_unit_test(test_never_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
