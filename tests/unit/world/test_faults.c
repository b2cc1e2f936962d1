// SPDX-License-Identifier: Apache-2.0
#include "world/faults.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/limits.h"
#include "check.h"
#include "crypto/rng.h"
#include "guard.h"

struct fixture {
    struct rng *rng;
    struct faults *faults;
};

static int setup(void **state)
{
    static struct fixture f;
    f.rng = rng_new_seeded(3);
    f.faults = faults_new(f.rng);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    faults_free(f->faults);
    rng_free(f->rng);
    return 0;
}

// A switch as the admin API makes it, all of it but the kind to be filled in.
static struct fault fault_of(const char *kind)
{
    char problem[160] = "";
    struct fault fault = {.probability = 1};
    if (fault_parse(guard_str(str_of(kind)), &fault, problem)) fail_msg("%s: %s", kind, problem);
    return fault;
}

static void add(struct fixture *f, struct fault fault)
{
    char problem[160] = "";
    if (faults_add(f->faults, &fault, problem)) fail_msg("%s", problem);
}

static bool take(struct fixture *f, const char *method, struct fault *out)
{
    return faults_take(f->faults, str_of(method), (struct str){NULL, 0}, out);
}

static unsigned hits(struct fixture *f, const char *method, unsigned calls)
{
    struct fault fault;
    unsigned n = 0;
    while (calls--) n += take(f, method, &fault);
    return n;
}

static void nothing_is_set_at_first(void **state)
{
    assert_int_equal(hits(*state, "oauth.v2.access", 10), 0);
}

// experience.md 6.
static void every_kind_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum fault_kind kind;
        enum wire_err error;
        int64_t number;
    } kinds[] = {
        {"error=fatal_error", FAULT_ERROR, W_FATAL_ERROR, 0},
        {"error=request_timeout", FAULT_ERROR, W_REQUEST_TIMEOUT, 0},
        {"status=400", FAULT_STATUS, W_OK, 400},
        {"status=503", FAULT_STATUS, W_OK, 503},
        {"status=599", FAULT_STATUS, W_OK, 599},
        {"ratelimited=30", FAULT_RATELIMITED, W_OK, 30},
        {"delay=0", FAULT_DELAY, W_OK, 0},
        {"delay=600000", FAULT_DELAY, W_OK, 600000},
        {"drop", FAULT_DROP, W_OK, 0},
        {"drop-after", FAULT_DROP_AFTER, W_OK, 0},
        {"truncate=1", FAULT_TRUNCATE, W_OK, 1},
        {"wrong-type", FAULT_WRONG_TYPE, W_OK, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct fault fault = fault_of(kinds[i].text);
        assert_int_equal(fault.kind, kinds[i].kind);
        assert_int_equal(fault.error, kinds[i].error);
        assert_int_equal(fault.number, kinds[i].number);
        assert_string_equal(fault.text, kinds[i].text);
    }
}

static void what_is_no_kind_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"", "is no kind of fault"},
        {"=", "is no kind of fault"},
        {"hang", "is no kind of fault"},
        {"dorp", "did you mean drop"},
        {"delays=5", "did you mean delay"},
        {"error", "is no error of the contract"},
        {"error=", "is no error of the contract"},
        {"error=fatal_eror", "did you mean fatal_error?"},
        {"error=missing_charset", "is no error of the contract"}, // a warning
        {"status=399", "from 400 to 599"},
        {"status=600", "from 400 to 599"},
        {"status=", "from 400 to 599"},
        {"status", "from 400 to 599"},
        {"status=5x3", "from 400 to 599"},
        {"ratelimited=0", "from 1 to 86400"},
        {"delay=600001", "from 0 to 600000"},
        {"delay=-1", "from 0 to 600000"},
        {"truncate=0", "from 1 to"},
        {"drop=1", "takes no value"},
        {"drop-after=", "takes no value"},
        {"delay=000000000000000000000000000000000000000000005", "characters"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        char problem[160] = "";
        struct fault fault = {.id = 9, .method = "m"}, before = fault;
        assert_int_equal(fault_parse(guard_str(str_of(bad[i].text)), &fault, problem), E_INVALID);
        assert_memory_equal(&fault, &before, sizeof fault);
        if (!strstr(problem, bad[i].says)) fail_msg("\"%s\": \"%s\"", bad[i].text, problem);
    }
}

static void a_switch_trips_its_method_only(void **state)
{
    struct fixture *f = *state;
    struct fault fault = fault_of("error=fatal_error"), out = {0};
    assert_true(str_copy(fault.method, sizeof fault.method, STR("oauth.v2.access")));
    add(f, fault);
    assert_false(take(f, "auth.test", &out));
    assert_false(take(f, "oauth.v2.acces", &out));
    assert_true(take(f, "oauth.v2.access", &out));
    assert_int_equal(out.kind, FAULT_ERROR);
    assert_int_equal(out.error, W_FATAL_ERROR);
    assert_int_equal(out.id, 1);
}

static void without_a_method_it_trips_all(void **state)
{
    add(*state, fault_of("drop"));
    assert_int_equal(hits(*state, "auth.test", 3) + hits(*state, "no.such.method", 2), 5);
}

static void a_switch_for_one_app_needs_that_app(void **state)
{
    struct fixture *f = *state;
    struct fault fault = fault_of("drop"), out;
    assert_true(str_copy(fault.app, sizeof fault.app, STR("A05KQ2M7ZPD")));
    add(f, fault);
    assert_false(faults_take(f->faults, STR("m"), (struct str){NULL, 0}, &out));
    assert_false(faults_take(f->faults, STR("m"), STR("A0"), &out));
    assert_true(faults_take(f->faults, STR("m"), STR("A05KQ2M7ZPD"), &out));
}

// A call asks for its app a second time: a switch for no app must not count it twice.
static void a_switch_for_no_app_is_asked_once(void **state)
{
    struct fixture *f = *state;
    struct fault out;
    add(f, fault_of("drop"));
    assert_true(faults_take(f->faults, STR("m"), STR(""), &out));
    assert_false(faults_take(f->faults, STR("m"), STR("A05KQ2M7ZPD"), &out));
}

static void a_counted_switch_ends(void **state)
{
    struct fault fault = fault_of("drop");
    fault.count = 3;
    add(*state, fault);
    assert_int_equal(hits(*state, "m", 10), 3);
}

static void it_lets_calls_pass_first(void **state)
{
    struct fault fault = fault_of("drop"), out;
    fault.after = 2;
    fault.count = 1;
    add(*state, fault);
    assert_false(take(*state, "m", &out));
    assert_false(take(*state, "m", &out));
    assert_true(take(*state, "m", &out));
    assert_false(take(*state, "m", &out));
}

static void probability_is_a_share(void **state)
{
    struct fixture *f = *state;
    struct fault fault = fault_of("drop");
    fault.probability = 0;
    add(f, fault);
    assert_int_equal(hits(f, "m", 1000), 0);
    faults_clear(f->faults);
    fault.probability = 0.25;
    add(f, fault);
    unsigned n = hits(f, "m", 10000);
    assert_in_range(n, 2200, 2800); // the stream is seeded: never another number
}

// The oldest that trips; what it lets pass is left to the next.
static void switches_are_asked_in_order(void **state)
{
    struct fault first = fault_of("error=invalid_code"), second = fault_of("status=503"), out;
    first.after = 1;
    first.count = 1;
    add(*state, first);
    add(*state, second);
    assert_true(take(*state, "m", &out));
    assert_int_equal(out.id, 2);
    assert_true(take(*state, "m", &out));
    assert_int_equal(out.id, 1);
    assert_true(take(*state, "m", &out));
    assert_int_equal(out.id, 2);
}

static void only_so_many_can_be_set(void **state)
{
    struct fixture *f = *state;
    char problem[160] = "";
    struct fault fault = fault_of("drop");
    for (int i = 0; i < LIMIT_FAULTS; i++) add(f, fault);
    assert_int_equal(faults_add(f->faults, &fault, problem), E_LIMIT);
    assert_non_null(strstr(problem, "256"));
    faults_clear(f->faults);
    assert_int_equal(hits(f, "m", 10), 0);
    add(f, fault);
    assert_int_equal(hits(f, "m", 10), 10);
}

static void check_written(struct fixture *f, struct str wanted)
{
    struct buf b;
    buf_init(&b, LIMIT_BODY);
    faults_write(f->faults, &b);
    check_str(buf_view(&b), wanted);
    buf_release(&b);
}

static void they_are_listed_with_what_is_left(void **state)
{
    struct fixture *f = *state;
    struct fault first = fault_of("error=fatal_error"), second = fault_of("wrong-type");
    check_written(f, STR("[]"));
    assert_true(str_copy(first.method, sizeof first.method, STR("auth.test")));
    first.count = 5;
    second.after = 7;
    second.probability = 0.5;
    assert_true(str_copy(second.app, sizeof second.app, STR("A1")));
    add(f, first);
    add(f, second);
    assert_int_equal(hits(f, "auth.test", 2), 2);
    check_written(f,
                  STR("[{\"id\":1,\"kind\":\"error=fatal_error\",\"method\":\"auth.test\",\"count\":3,\"hits\":2},"
                      "{\"id\":2,\"kind\":\"wrong-type\",\"app\":\"A1\",\"after\":7,\"probability\":0.5,\"hits\":0}]"));
}

enum { THREADS = 4, CALLS = 5000 };

struct crowd {
    struct fixture *fixture;
    _Atomic unsigned hits;
};

static void *push(void *ctx)
{
    struct crowd *c = ctx;
    atomic_fetch_add(&c->hits, hits(c->fixture, "m", CALLS));
    return NULL;
}

static void threads_share_the_count(void **state)
{
    struct crowd crowd = {.fixture = *state};
    struct fault fault = fault_of("drop");
    pthread_t threads[THREADS];
    fault.count = CALLS + 1;
    add(*state, fault);
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, push, &crowd), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    assert_int_equal(crowd.hits, CALLS + 1);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(nothing_is_set_at_first),
        CASE(every_kind_is_read),
        CASE(what_is_no_kind_is_refused_and_changes_nothing),
        CASE(a_switch_trips_its_method_only),
        CASE(without_a_method_it_trips_all),
        CASE(a_switch_for_one_app_needs_that_app),
        CASE(a_switch_for_no_app_is_asked_once),
        CASE(a_counted_switch_ends),
        CASE(it_lets_calls_pass_first),
        CASE(probability_is_a_share),
        CASE(switches_are_asked_in_order),
        CASE(only_so_many_can_be_set),
        CASE(they_are_listed_with_what_is_left),
        CASE(threads_share_the_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
