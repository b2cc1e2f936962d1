// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "guard.h"

static void test_alloc_is_zeroed(void **state)
{
    (void)state;
    unsigned char *p = mem_alloc(100);
    for (size_t i = 0; i < 100; i++) assert_int_equal(p[i], 0);
    mem_free(p);
    p = mem_alloc(0);
    assert_non_null(p);
    mem_free(p);
    mem_free(NULL);
}

static void test_realloc_keeps_the_bytes(void **state)
{
    (void)state;
    char *p = mem_realloc(NULL, 4);
    memcpy(p, "abc", 4);
    p = mem_realloc(p, 100000);
    assert_string_equal(p, "abc");
    mem_free(p);
}

static void test_strdup_reads_n_bytes_only(void **state)
{
    (void)state;
    char *z = mem_strdup(guard_copy("abc", 3), 3);
    assert_string_equal(z, "abc");
    mem_free(z);
    z = mem_strdup(NULL, 0);
    assert_string_equal(z, "");
    mem_free(z);
}

static void test_wipe(void **state)
{
    char text[] = "secret";
    (void)state;
    mem_wipe(text, 3);
    assert_memory_equal(text, "\0\0\0ret", 7);
    mem_wipe(NULL, 0);
}

// In a child, because it dies of it.
static void test_running_out_ends_the_process(void **state)
{
    int how;
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        struct rlimit none = {0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        if (!freopen("/dev/null", "w", stderr)) _exit(0);
        volatile size_t too_much = SIZE_MAX / 2;
        mem_alloc(too_much);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_false(WIFEXITED(how) && WEXITSTATUS(how) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alloc_is_zeroed),
        cmocka_unit_test(test_realloc_keeps_the_bytes),
        cmocka_unit_test(test_strdup_reads_n_bytes_only),
        cmocka_unit_test(test_wipe),
        cmocka_unit_test(test_running_out_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
