// SPDX-License-Identifier: Apache-2.0
// kill -9 under load, then recovery (reliability.md 1, I1 and I2; 6, F1). A child adds codes and has each spent by
// several racers; what it was told goes through a pipe, so that the parent knows all that was acknowledged.
// HALLPASS_KILLS=n sets the number of rounds.
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib.h"

enum { ROUNDS = 60, RACERS = 6, CODES = 4000, BASE = 100000 };

enum told { TOLD_ADDED, TOLD_SPENT };

struct line {
    enum told told;
    int racer;
    int64_t code;
};

// What is known of a code: whether it was said to be there, and who was told to have it.
struct known {
    bool added;
    int racer; // 0 = nobody
};

struct spender {
    struct op op;
    struct arena arena;
    int64_t code;
    int racer;
    struct token token[2];
};

static void want_code(struct op *op, unsigned round)
{
    const struct spender *s = op->ctx;
    if (round == 0) op_want_id(op, WANT_CODE, s->code);
}

static enum wire_err decide(struct op *op)
{
    struct spender *s = op->ctx;
    const struct code *code = op_row(op, 0);
    if (!code) return W_INVALID_CODE;
    if (code->spent_at) return W_CODE_ALREADY_USED;
    *op_write(op, SPEND_CODE) =
        (struct write){.kind = SPEND_CODE, .id = s->code, .at = op->now, .attempt = {(uint8_t)s->racer}};
    op_write(op, ADD_TOKEN)->row = &s->token[0];
    op_write(op, ADD_TOKEN)->row = &s->token[1];
    return W_OK;
}

static const struct op_type exchange = {"exchange", want_code, decide};

static enum op_outcome spend(struct store *store, struct spender *s, int64_t code)
{
    arena_wipe(&s->arena);
    s->op = (struct op){.type = &exchange, .arena = &s->arena, .ctx = s, .now = 1500};
    s->code = code;
    for (int i = 0; i < 2; i++) {
        s->token[i] = (struct token){.id = code * 64 + s->racer * 2 + i, .code = code, .epoch = s->racer};
    }
    store_run(store, &s->op);
    op_release(&s->op);
    return s->op.outcome;
}

static enum op_outcome add(struct store *store, int64_t id)
{
    struct script s;
    script_init(&s);
    struct code code = {.id = id, .created = 1000, .expires = 2000};
    script_write(&s, ADD_CODE, &code);
    store_run(store, &s.op);
    script_release(&s);
    return s.op.outcome;
}

struct load {
    struct store *store;
    int pipe, racer;
    int64_t first;
};

static void tell(const struct load *l, enum told told, int64_t code)
{
    struct line line = {told, l->racer, code};
    if (write(l->pipe, &line, sizeof line) != sizeof line) _exit(1);
}

// Each racer adds every RACERS-th code and tries to spend all of them.
static void *load_main(void *arg)
{
    const struct load *l = arg;
    struct spender s = {.racer = l->racer};
    arena_init(&s.arena, 1 << 20);
    for (int64_t code = l->first; code < l->first + CODES; code++) {
        if (code % RACERS == l->racer - 1 && add(l->store, code) == OP_DONE) tell(l, TOLD_ADDED, code);
        if (spend(l->store, &s, code) == OP_DONE) tell(l, TOLD_SPENT, code);
    }
    arena_release(&s.arena);
    return NULL;
}

static _Noreturn void child_main(const char *folder, int pipe, int64_t first)
{
    struct load load[RACERS];
    pthread_t thread[RACERS];
    struct store *store = store_at(folder);
    for (int i = 0; i < RACERS; i++) {
        load[i] = (struct load){store, pipe, i + 1, first};
        if (pthread_create(&thread[i], NULL, load_main, &load[i])) _exit(1);
    }
    for (int i = 0; i < RACERS; i++) pthread_join(thread[i], NULL);
    _exit(0);
}

static void note(struct known *known, int64_t first, const struct line *line)
{
    struct known *k = &known[line->code - first];
    if (line->told == TOLD_ADDED)
        k->added = true;
    else if (k->racer)
        fail_msg("code %lld was given to %d and to %d", (long long)line->code, k->racer, line->racer);
    else
        k->racer = line->racer;
}

// Reads `lines` acknowledgements, kills, and reads what else had been said.
static void listen_and_kill(int fd, pid_t child, unsigned lines, struct known *known, int64_t first)
{
    struct line line;
    for (unsigned n = 0; read(fd, &line, sizeof line) == sizeof line; n++) {
        note(known, first, &line);
        if (n == lines) kill(child, SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
}

static void load_and_kill(const char *folder, unsigned lines, struct known *known, int64_t first)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        child_main(folder, ends[1], first);
    }
    close(ends[1]);
    listen_and_kill(ends[0], child, lines, known, first);
    close(ends[0]);
}

// Tokens that each code has, and whose.
struct tally {
    int64_t first;
    unsigned tokens[CODES];
    int64_t racer[CODES];
    bool torn;
};

static void count_token(void *ctx, const void *row)
{
    struct tally *t = ctx;
    const struct token *token = row;
    int64_t i = token->code - t->first;
    if (i < 0 || i >= CODES) return; // of an earlier round
    if (t->tokens[i]++ && t->racer[i] != token->epoch) t->torn = true;
    t->racer[i] = token->epoch;
}

static void verify_code(struct store *store, const struct known *k, const struct tally *t, int64_t code)
{
    int64_t i = code - t->first;
    struct script s;
    script_init(&s);
    s.op.type = &script_read_type;
    script_want(&s, WANT_CODE, code, NULL, NULL, NULL);
    store_run(store, &s.op);
    const struct code *row = op_row(&s.op, 0);
    if ((k->added || k->racer) && !row) fail_msg("code %lld is lost", (long long)code);
    if (k->racer && row->spent_by[0] != k->racer) fail_msg("code %lld is not spent as told", (long long)code);
    unsigned tokens = row && row->spent_at ? 2 : 0;
    if (t->tokens[i] != tokens) fail_msg("code %lld has %u tokens", (long long)code, t->tokens[i]);
    if (tokens) assert_int_equal(t->racer[i], row->spent_by[0]);
    script_release(&s);
}

// Everything acknowledged is there, nothing is half there, and no spent code can be spent again.
static void verify(struct store *store, const struct known *known, int64_t first)
{
    static struct tally t;
    t = (struct tally){.first = first};
    assert_int_equal(store_list(store, LIST_TOKENS, count_token, &t), OK);
    assert_false(t.torn);
    struct spender again = {.racer = RACERS + 1};
    arena_init(&again.arena, 1 << 20);
    for (int64_t code = first; code < first + CODES; code++) {
        const struct known *k = &known[code - first];
        if (!k->added && !t.tokens[code - first]) continue;
        verify_code(store, k, &t, code);
        if (k->racer) assert_int_equal(spend(store, &again, code), OP_REFUSED);
    }
    arena_release(&again.arena);
}

static void test_kill(void **state)
{
    struct fixture *f = *state;
    const char *kills = getenv("HALLPASS_KILLS");
    unsigned rounds = kills ? (unsigned)strtoul(kills, NULL, 10) : ROUNDS;
    static struct known known[CODES];
    uint64_t rng = 7;
    for (unsigned i = 0; i < rounds; i++) {
        store_close(f->store);
        f->store = NULL;
        memset(known, 0, sizeof known);
        int64_t first = BASE + (int64_t)i * CODES;
        unsigned lines = rng_below(&rng, 1U << rng_below(&rng, 10)); // most kills come early, some late
        load_and_kill(f->folder, lines, known, first);
        f->store = store_at(f->folder);
        verify(f->store, known, first);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_kill, fixture_open, fixture_close)};
    return cmocka_run_group_tests_name("folder", tests, fixture_file, fixture_end);
}
