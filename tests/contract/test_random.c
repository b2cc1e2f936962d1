// SPDX-License-Identifier: Apache-2.0
// Random histories: groups of operations go to the store and, one by one, to the model; after each group both must
// tell the same, whoever is asked: the store thread, a reader, the lists.
#include <semaphore.h>

#include "lib.h"

enum { GROUPS = 900, GROUP_MAX = 6, KEYS = 5, LOCATORS = 24 };

static const struct {
    enum write_kind write;
    enum model_kind row; // MODEL_KINDS: it has none
    bool guard;
} writes[] = {
    {PUT_ENTERPRISE, M_ENTERPRISE, false},
    {PUT_WORKSPACE, M_WORKSPACE, false},
    {PUT_CHANNEL, M_CHANNEL, false},
    {PUT_USER, M_USER, false},
    {PUT_APP, M_APP, false},
    {DROP_ENTERPRISE, MODEL_KINDS, false},
    {DROP_WORKSPACE, MODEL_KINDS, false},
    {DROP_CHANNEL, MODEL_KINDS, false},
    {DROP_USER, MODEL_KINDS, false},
    {ADD_CODE, M_CODE, false},
    {ADD_CODE, M_CODE, false},
    {SPEND_CODE, MODEL_KINDS, true},
    {COUNT_ATTEMPT, MODEL_KINDS, false},
    {ADD_TOKEN, M_TOKEN, false},
    {ADD_REFRESH, M_REFRESH, false},
    {ADD_WEBHOOK, M_WEBHOOK, false},
    {MERGE_INSTALL, M_INSTALL, false},
    {MERGE_INSTALL, M_INSTALL, false},
    {END_INSTALL, M_INSTALL, true},
    {REVOKE_TOKEN, MODEL_KINDS, false},
    {USE_REFRESH, MODEL_KINDS, true},
    {CLAIM_HEIR, MODEL_KINDS, false},
    {EXCHANGE_TOKEN, MODEL_KINDS, true},
    {EXPIRE_TOKEN, MODEL_KINDS, false},
    {REVOKE_REFRESH, MODEL_KINDS, false},
    {EXPIRE_CODES, MODEL_KINDS, false},
    {EXPIRE_TOKENS, MODEL_KINDS, false},
    {EXPIRE_REFRESHES, MODEL_KINDS, false},
    {EXPIRE_SECRETS, MODEL_KINDS, false},
    {CLOSE_GRACES, MODEL_KINDS, false},
    {END_INSTALLS, M_INSTALL, false},
    {END_APP, MODEL_KINDS, false},
    {ADD_EVENT, M_EVENT, false},
    {RETRY_EVENT, MODEL_KINDS, false},
    {DROP_EVENT, MODEL_KINDS, false},
    {PUT_KEY, M_KEY, false},
    {DROP_KEY, MODEL_KINDS, false},
    {USE_INSTALL, M_INSTALL, false},
    {ADD_SESSION, M_SESSION, false},
    {RENEW_SESSION, M_SESSION, true},
    {TOUCH_SESSION, MODEL_KINDS, false},
    {ADD_FORM, M_FORM, false},
    {SPEND_FORM, MODEL_KINDS, true},
    {SWEEP_SESSIONS, MODEL_KINDS, false},
    {SWEEP_FORMS, MODEL_KINDS, false},
    {EXPIRE_SESSIONS, MODEL_KINDS, false},
    {EXPIRE_FORMS, MODEL_KINDS, false},
    {PUT_PASSWORD, M_PASSWORD, false},
    {DROP_PASSWORD, MODEL_KINDS, false},
    {ADD_APPROVAL, M_APPROVAL, false},
    {DECIDE_APPROVAL, M_APPROVAL, true},
    {TOUCH, MODEL_KINDS, false},
};

static unsigned keys_of(enum model_kind kind)
{
    switch (kind) {
    case M_CODE:
    case M_TOKEN:
    case M_REFRESH:
    case M_WEBHOOK:
    case M_EVENT:
    case M_SESSION:
    case M_FORM:
    case M_APPROVAL: return LOCATORS;
    default: return KEYS;
    }
}

// A refresh token as somebody read it: mostly as it is, sometimes before another used it.
static void as_read(struct script *s, uint64_t *rng, const struct model *m, struct write *w)
{
    struct want want = {.kind = WANT_REFRESH, .id = w->id};
    const struct refresh *now = model_want(m, &want);
    struct refresh *row = arena_alloc(&s->arena, sizeof *row);
    *row = now ? *now : (struct refresh){.id = w->id};
    if (rng_below(rng, 4) == 0) row->grace_uses++;
    w->row = row;
}

static void add_write(struct script *s, uint64_t *rng, const struct model *m, size_t pick)
{
    static const char letters[] = {[DROP_ENTERPRISE] = 'E', [DROP_WORKSPACE] = 'T', [DROP_CHANNEL] = 'C',
                                   [DROP_USER] = 'U',       [END_APP] = 'A',        [DROP_PASSWORD] = 'U'};
    enum write_kind kind = writes[pick].write;
    enum model_kind row = writes[pick].row;
    struct write *w = script_write(s, kind, NULL);
    if (row != MODEL_KINDS) w->row = row_make(row, rng, &s->arena, keys_of(row));
    w->id = 1 + rng_below(rng, LOCATORS);
    w->at = rng_below(rng, 1000);
    w->attempt[0] = (uint8_t)rng_below(rng, 256);
    if (kind == DROP_KEY) w->key = arena_printf(&s->arena, "kid-%u", rng_below(rng, KEYS));
    if (kind == USE_REFRESH) as_read(s, rng, m, w);
    if (kind < sizeof letters && letters[kind]) {
        struct id id = id_make(letters[kind], rng_below(rng, KEYS));
        w->key = arena_str(&s->arena, id_str(&id));
    }
}

static bool is_list(enum want_kind kind)
{
    return kind == WANT_WORKSPACES_OF || kind == WANT_INSTALLS_OF || kind >= WANT_INSTALLS_AT;
}

static void any_want(struct script *s, uint64_t *rng)
{
    static const char letters[WANT_KINDS] = {
        [WANT_ENTERPRISE] = 'E',    [WANT_WORKSPACE] = 'T',     [WANT_CHANNEL] = 'C',      [WANT_USER] = 'U',
        [WANT_APP] = 'A',           [WANT_FIRST_CHANNEL] = 'T', [WANT_FIRST_USER] = 'T',   [WANT_INSTALL] = 'A',
        [WANT_WORKSPACES_OF] = 'E', [WANT_INSTALLS_OF] = 'A',   [WANT_PASSWORD] = 'U',     [WANT_USER_BY_EMAIL] = 'T',
        [WANT_INSTALLS_AT] = 'T',   [WANT_CHANNELS_OF] = 'T',   [WANT_APPROVALS_OF] = 'A', [WANT_APPROVALS_IN] = 'T',
        [WANT_ENTERPRISES] = 'E',   [WANT_WORKSPACES] = 'T',    [WANT_USERS] = 'U',        [WANT_APPS] = 'A'};
    enum want_kind kind = (enum want_kind)rng_below(rng, WANT_KINDS);
    struct want *w = script_want(s, kind, kind >= WANT_CODE ? 1 + rng_below(rng, LOCATORS) : 0, NULL, NULL, NULL);
    struct id key[3] = {id_make(letters[kind], rng_below(rng, KEYS)), id_make('T', rng_below(rng, KEYS)),
                        id_make('U', rng_below(rng, KEYS))};
    if (letters[kind]) w->key[0] = arena_str(&s->arena, id_str(&key[0]));
    if (kind == WANT_FIRST_USER && rng_below(rng, 2)) w->key[0] = STR("");
    if (kind == WANT_APP_BY_CLIENT) w->key[0] = arena_printf(&s->arena, "1.%u", rng_below(rng, KEYS * 4));
    if (kind == WANT_WORKSPACE_BY_DOMAIN) w->key[0] = str_of(rng_below(rng, 2) ? "a" : "chat:write,commands");
    if (is_list(kind)) w->id = rng_below(rng, 8);
    if (kind >= WANT_ENTERPRISES && kind <= WANT_APPS && rng_below(rng, 4)) {
        struct id other = id_make(letters[kind], rng_below(rng, KEYS));
        w->key[0] = arena_printf(&s->arena, "%.*s,%s", STR_FMT(w->key[0]), other.s);
    }
    if (kind == WANT_PEOPLE) w->key[0] = str_of(rng_below(rng, 2) ? "" : rng_below(rng, 2) ? "U0" : "DICH");
    if (kind == WANT_USER_BY_EMAIL) w->key[1] = str_of(rng_below(rng, 2) ? "A" : "chat:WRITE,commands");
    if (kind == WANT_WORKSPACES_OF && rng_below(rng, 2)) return; // from the first on
    bool by_ids = kind >= WANT_ENTERPRISES && kind <= WANT_PEOPLE;
    if ((kind != WANT_INSTALL && !is_list(kind)) || by_ids || kind == WANT_APPROVALS_IN) return;
    if (kind == WANT_INSTALLS_AT) key[1] = key[2];
    w->key[1] = arena_str(&s->arena, id_str(&key[1]));
    if (kind == WANT_INSTALL && rng_below(rng, 2)) w->key[2] = arena_str(&s->arena, id_str(&key[2]));
}

// Two wants and one to four writes, a guard only as the first; now and then everything is wiped.
static void fill(struct script *s, uint64_t *rng, const struct model *m)
{
    script_init(s);
    s->op.now = 1000 + rng_below(rng, 100000);
    any_want(s, rng);
    any_want(s, rng);
    if (rng_below(rng, 400) == 0) script_write(s, WIPE_ALL, NULL);
    unsigned n = 1 + rng_below(rng, 4);
    while (s->nwrite < n) {
        size_t pick = rng_below(rng, ARRAY_LEN(writes));
        if (!writes[pick].guard || s->nwrite == 0) add_write(s, rng, m, pick);
    }
}

// What the operation must come to. The model is as before when it does not succeed.
static enum op_outcome expect(struct model *m, const struct script *s)
{
    static struct model before;
    model_copy(&before, m);
    for (unsigned i = 0; i < s->nwrite; i++) {
        if (model_write(m, &s->write[i]) == MODEL_OK) continue;
        model_copy(m, &before);
        return OP_FAULT;
    }
    return OP_DONE;
}

static bool same_list(const struct model *m, const struct want *w, const struct row_list *list)
{
    static const void *expected[MODEL_ROWS];
    unsigned n = model_want_list(m, w, expected);
    bool same = list && list->n == n;
    for (unsigned i = 0; same && i < n; i++) same = model_same(model_kind_of(w->kind), list->v[i], expected[i]);
    return same;
}

// What was read is what the model has.
static void compare_rows(const struct model *m, const struct script *s)
{
    for (unsigned i = 0; i < s->nwant; i++) {
        const struct want *w = &s->want[i];
        const void *row = op_row(&s->op, i);
        bool same = is_list(w->kind) ? same_list(m, w, row) : model_same(model_kind_of(w->kind), row, model_want(m, w));
        if (!same) fail_msg("want %d, id %d, key %.*s differs", w->kind, (int)w->id, STR_FMT(w->key[0]));
    }
}

static void post(struct op *op)
{
    sem_post(op->done_ctx);
}

static void run_group(struct store *store, struct model *m, uint64_t *rng)
{
    static struct script group[GROUP_MAX];
    sem_t ended;
    unsigned n = 1 + rng_below(rng, GROUP_MAX);
    sem_init(&ended, 0, 0);
    for (unsigned i = 0; i < n; i++) fill(&group[i], rng, m);
    for (unsigned i = 0; i < n; i++) {
        group[i].op.done = post;
        group[i].op.done_ctx = &ended;
        assert_true(store_submit(store, &group[i].op));
    }
    for (unsigned i = 0; i < n; i++) sem_wait(&ended);
    for (unsigned i = 0; i < n; i++) {
        compare_rows(m, &group[i]);
        assert_int_equal(group[i].op.outcome, expect(m, &group[i]));
        if (group[i].op.outcome == OP_FAULT) assert_int_equal(group[i].op.fault, E_CONFLICT);
        script_release(&group[i]);
    }
    sem_destroy(&ended);
}

static void compare_wants(struct store *store, struct store_reader *reader, const struct model *m, uint64_t *rng)
{
    struct script s;
    script_init(&s);
    s.op.type = &script_read_type;
    while (s.nwant < OP_WANTS_MAX) any_want(&s, rng);
    if (reader)
        store_read(reader, &s.op);
    else
        store_run(store, &s.op);
    assert_int_equal(s.op.outcome, OP_DONE);
    compare_rows(m, &s);
    script_release(&s);
}

struct listing {
    const void *expected[MODEL_ROWS];
    enum model_kind kind;
    unsigned n, expected_n, wrong;
};

static void compare_row(void *ctx, const void *row)
{
    struct listing *l = ctx;
    if (l->n >= l->expected_n || !model_same(l->kind, row, l->expected[l->n])) l->wrong++;
    l->n++;
}

static void compare_lists(struct store *store, const struct model *m)
{
    static const enum model_kind kinds[] = {[LIST_ENTERPRISES] = M_ENTERPRISE,
                                            [LIST_WORKSPACES] = M_WORKSPACE,
                                            [LIST_CHANNELS] = M_CHANNEL,
                                            [LIST_USERS] = M_USER,
                                            [LIST_APPS] = M_APP,
                                            [LIST_INSTALLS] = M_INSTALL,
                                            [LIST_TOKENS] = M_TOKEN,
                                            [LIST_EVENTS] = M_EVENT,
                                            [LIST_KEYS] = M_KEY,
                                            [LIST_APPROVALS] = M_APPROVAL};
    for (unsigned i = 0; i < ARRAY_LEN(kinds); i++) {
        static struct listing l;
        l = (struct listing){.kind = kinds[i]};
        l.expected_n = model_list(m, l.kind, l.expected);
        assert_int_equal(store_list(store, (enum list_kind)i, compare_row, &l), OK);
        assert_int_equal(l.n, l.expected_n);
        assert_int_equal(l.wrong, 0);
    }
    int64_t last = -1;
    assert_int_equal(store_last_locator(store, &last), OK);
    assert_int_equal(last, model_last_locator(m));
}

static void history(struct fixture *f, uint64_t seed)
{
    uint64_t rng = seed;
    struct model *m = model_new(&f->arena);
    struct store_reader *reader = store_reader_new(f->store);
    for (int i = 0; i < GROUPS; i++) {
        run_group(f->store, m, &rng);
        compare_wants(f->store, NULL, m, &rng);
        compare_wants(f->store, reader, m, &rng);
        if (i % 16 == 0) compare_lists(f->store, m);
    }
    store_reader_free(reader);
    if (f->lasting) {
        store_close(f->store);
        f->store = store_at(f->folder);
    }
    compare_lists(f->store, m);
    for (int i = 0; i < 50; i++) compare_wants(f->store, NULL, m, &rng);
    mem_free(m);
}

static void test_history(void **state)
{
    const char *seed = getenv("HALLPASS_SEED");
    history(*state, seed ? strtoull(seed, NULL, 10) : 20260801);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_history, fixture_open, fixture_close)};
    return cmocka_run_group_tests_name("memory", tests, fixture_memory, fixture_end) +
           cmocka_run_group_tests_name("file", tests, fixture_file, fixture_end);
}
