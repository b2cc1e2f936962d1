// SPDX-License-Identifier: Apache-2.0
#include "lib.h"

#include <dirent.h>
#include <unistd.h>

void folder_make(char path[64])
{
    const char *tmp = getenv("TMPDIR");
    snprintf(path, 64, "%.40s/hallpass-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(path));
}

void folder_remove(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir) return;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] != '.') unlinkat(dirfd(dir), entry->d_name, 0);
    }
    closedir(dir);
    rmdir(path);
}

static void fatal(void *ctx, const char *why)
{
    (void)ctx;
    fprintf(stderr, "fatal: %s\n", why);
    _exit(10);
}

struct store *store_at(const char *data)
{
    struct store_config config = {.data = data, .fatal = fatal};
    struct store *s = NULL;
    struct problem problem = {0};
    enum status st = store_open(&config, &s, &problem);
    if (st) fail_msg("%s: %s (%s)", status_name(st), problem.why, problem.hint);
    return s;
}

static int fixture_new(void **state, bool lasting)
{
    struct fixture *f = mem_alloc(sizeof *f);
    f->lasting = lasting;
    *state = f;
    return 0;
}

int fixture_memory(void **state)
{
    return fixture_new(state, false);
}

int fixture_file(void **state)
{
    return fixture_new(state, true);
}

int fixture_end(void **state)
{
    mem_free(*state);
    return 0;
}

int fixture_open(void **state)
{
    struct fixture *f = *state;
    arena_init(&f->arena, SIZE_MAX);
    folder_make(f->folder);
    f->store = store_at(f->lasting ? f->folder : NULL);
    return 0;
}

int fixture_close(void **state)
{
    struct fixture *f = *state;
    if (f->store) store_close(f->store);
    folder_remove(f->folder);
    arena_release(&f->arena);
    return 0;
}

static void script_wants(struct op *op, unsigned round)
{
    const struct script *s = op->ctx;
    for (unsigned i = 0; round == 0 && i < s->nwant; i++) {
        const struct want *w = &s->want[i];
        unsigned at = op_want(op, w->kind, w->key[0], w->key[1], w->key[2]);
        op->want[at].id = w->id;
    }
}

static enum wire_err script_decide(struct op *op)
{
    const struct script *s = op->ctx;
    for (unsigned i = 0; i < s->nwrite; i++) *op_write(op, s->write[i].kind) = s->write[i];
    return W_OK;
}

const struct op_type script_type = {"script", script_wants, script_decide};
const struct op_type script_read_type = {"script read", script_wants, NULL};

void script_init(struct script *s)
{
    *s = (struct script){.op = {.type = &script_type, .now = 1000}};
    arena_init(&s->arena, SIZE_MAX);
    s->op.arena = &s->arena;
    s->op.ctx = s;
}

void script_release(struct script *s)
{
    op_release(&s->op);
    arena_release(&s->arena);
}

struct write *script_write(struct script *s, enum write_kind kind, const void *row)
{
    assert_true(s->nwrite < OP_WRITES_MAX);
    struct write *w = &s->write[s->nwrite++];
    *w = (struct write){.kind = kind, .row = row};
    return w;
}

struct want *script_want(struct script *s, enum want_kind kind, int64_t id, const char *key0, const char *key1,
                         const char *key2)
{
    assert_true(s->nwant < OP_WANTS_MAX);
    struct want *w = &s->want[s->nwant++];
    *w = (struct want){.kind = kind, .id = id, .key = {str_of(key0), str_of(key1), str_of(key2)}};
    return w;
}

void put_row(struct store *s, enum write_kind kind, const void *row)
{
    struct script script;
    script_init(&script);
    script_write(&script, kind, row);
    store_run(s, &script.op);
    assert_int_equal(script.op.outcome, OP_DONE);
    script_release(&script);
}

uint64_t rng_next(uint64_t *rng)
{
    uint64_t z = (*rng += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

unsigned rng_below(uint64_t *rng, unsigned n)
{
    return (unsigned)(rng_next(rng) % n);
}

struct id id_make(char letter, unsigned n)
{
    struct id id = {{0}};
    snprintf(id.s, sizeof id.s, "%c%08u", letter, n);
    return id;
}
