// SPDX-License-Identifier: Apache-2.0
#include "world/world.h"

#include <semaphore.h>

#include "base/limits.h"
#include "check.h"

static int64_t wall(void)
{
    return 1790000000000;
}

static void a_workspace_has_an_address_on_our_host(void **state)
{
    (void)state;
    static const struct {
        const char *public_url, *wanted;
    } cases[] = {
        {"http://127.0.0.1:4480", "http://harbor.localhost:4480/"},
        {"http://192.0.2.7", "http://harbor.localhost/"},
        {"http://[::1]:4480", "http://harbor.localhost:4480/"},
        {"http://[::1]", "http://harbor.localhost/"},
        {"http://localhost:4480", "http://harbor.localhost:4480/"},
        {"https://slack.example.test", "https://harbor.slack.example.test/"},
        {"https://slack.example.test:8443", "https://harbor.slack.example.test:8443/"},
        {"https://3rd.example.test", "https://harbor.3rd.example.test/"},
        {"http://127.0.0.1:4480/base", "http://harbor.localhost:4480/base/"},
        {"https://slack.example.test/base", "https://harbor.slack.example.test/base/"},
    };
    struct arena arena;
    arena_init(&arena, LIMIT_ARENA);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct world w = {.public_url = str_of(cases[i].public_url)};
        check_str(world_workspace_url(&w, STR("harbor"), &arena), str_of(cases[i].wanted));
    }
    arena_release(&arena);
}

static void a_request_gets_an_id_and_the_time(void **state)
{
    (void)state;
    struct world w = {.rng = rng_new_seeded(1)};
    struct http_request first = {0}, second = {0};
    clock_init(&w.clock, wall);
    clock_advance(&w.clock, 5);
    world_begin(&w, &first);
    world_begin(&w, &second);
    assert_int_equal(strlen(first.id), 32);
    assert_true(str_all_in(str_of(first.id), "0123456789abcdef"));
    assert_string_not_equal(first.id, second.id);
    assert_int_equal(first.now, 1790000000005);
    rng_free(w.rng);
}

static void secrets_are_of_the_right_letters(void **state)
{
    (void)state;
    struct world w = {.rng = rng_new_seeded(1)};
    struct secret_text a, b;
    world_secret(&w, &a);
    world_secret(&w, &b);
    assert_true(str_all_in(str_make(a.hex, sizeof a.hex), "0123456789abcdef"));
    for (size_t i = 0; i < sizeof a.b62; i++) assert_true(ascii_alnum(a.b62[i]));
    assert_memory_not_equal(a.hex, b.hex, sizeof a.hex);
    assert_memory_not_equal(a.b62, b.b62, sizeof a.b62);
    rng_free(w.rng);
}

static void want_nothing(struct op *op, unsigned round)
{
    (void)op, (void)round;
}

struct gate {
    sem_t entered, open, ended;
};

// Keeps the store thread until the gate opens.
static enum wire_err wait_at_gate(struct op *op)
{
    struct gate *g = op->ctx;
    sem_post(&g->entered);
    sem_wait(&g->open);
    return W_OK;
}

static void count_ended(struct op *op)
{
    struct gate *g = op->ctx;
    sem_post(&g->ended);
}

static void resume(struct http_request *req)
{
    ++*(unsigned *)req->state;
}

// reliability.md: a full queue is told at once; it neither blocks nor loses the request.
static void a_full_store_is_told(void **state)
{
    (void)state;
    static const struct op_type type = {.name = "wait", .want = want_nothing, .decide = wait_at_gate};
    const struct store_config config = {.queue_max = 1, .batch_max = 1};
    struct problem problem;
    struct world w = {0};
    struct gate gate;
    struct arena arena;
    unsigned resumed = 0;
    struct http_request req = {.state = &resumed};
    arena_init(&arena, LIMIT_ARENA);
    sem_init(&gate.entered, 0, 0);
    sem_init(&gate.open, 0, 0);
    sem_init(&gate.ended, 0, 0);
    assert_int_equal(store_open(&config, &w.store, &problem), OK);
    struct op ops[3];
    for (size_t i = 0; i < ARRAY_LEN(ops); i++)
        ops[i] = (struct op){.type = &type, .arena = &arena, .ctx = &gate, .done = count_ended, .now = 1};
    assert_true(store_submit(w.store, &ops[0]));
    sem_wait(&gate.entered); // the store is busy with it, so the next stays in the queue
    assert_true(store_submit(w.store, &ops[1]));
    world_run(&w, &req, &ops[2], resume);
    assert_int_equal(resumed, 1);
    assert_int_equal(ops[2].outcome, OP_FAULT);
    assert_int_equal(ops[2].fault, E_BUSY);
    sem_post(&gate.open);
    sem_post(&gate.open);
    sem_wait(&gate.ended);
    sem_wait(&gate.ended);
    assert_int_equal(ops[1].outcome, OP_DONE);
    store_close(w.store);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_workspace_has_an_address_on_our_host),
        cmocka_unit_test(a_request_gets_an_id_and_the_time),
        cmocka_unit_test(secrets_are_of_the_right_letters),
        cmocka_unit_test(a_full_store_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
