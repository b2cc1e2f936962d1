// SPDX-License-Identifier: Apache-2.0
// What the store costs: durable exchanges (read code, app, workspace, user and two installs, spend the code, add two
// tokens, merge two installs) in groups of 1, 16, 64 and 256, on top of a million tokens. Usage: store_bench FOLDER
// [ROWS]. The folder decides what is measured: give one on the disk that matters.
#include <fcntl.h>
#include <semaphore.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/store.h"

enum { RUNS = 5, FLUSHES = 501, OWNERS = 2000, GROUP_MAX = 256, LOCATOR_STEP = 4096 };

struct exchange {
    struct op op;
    struct arena arena;
    int64_t id; // of the code; its tokens are the next two
    struct id owner, user;
    struct token token[2];
    struct install install[2];
    sem_t *ended;
};

static double now_s(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct id id_make(char letter, unsigned n)
{
    struct id id = {{0}};
    snprintf(id.s, sizeof id.s, "%c0%09u", letter, n);
    return id;
}

static const struct id app_id = {"A0000000001"}, no_id = {""};

static void want(struct op *op, unsigned round)
{
    struct exchange *x = op->ctx;
    struct str app = id_str(&app_id), owner = id_str(&x->owner), user = id_str(&x->user), none = STR("");
    if (round > 0) return;
    op_want_id(op, WANT_CODE, x->id);
    op_want(op, WANT_APP, app, none, none);
    op_want(op, WANT_WORKSPACE, owner, none, none);
    op_want(op, WANT_USER, user, none, none);
    op_want(op, WANT_INSTALL, app, owner, none);
    op_want(op, WANT_INSTALL, app, owner, user);
}

static enum wire_err decide(struct op *op)
{
    struct exchange *x = op->ctx;
    const struct code *code = op_row(op, 0);
    if (!code || code->spent_at || op->now >= code->expires) return W_INVALID_CODE;
    *op_write(op, SPEND_CODE) = (struct write){.kind = SPEND_CODE, .id = x->id, .at = op->now, .attempt = {1}};
    for (int i = 0; i < 2; i++) {
        op_write(op, ADD_TOKEN)->row = &x->token[i];
        op_write(op, MERGE_INSTALL)->row = &x->install[i];
    }
    return W_OK;
}

static const struct op_type exchange = {"exchange", want, decide};

static void post(struct op *op)
{
    sem_post(op->done_ctx);
}

static void prepare(struct exchange *x, int64_t id)
{
    unsigned n = (unsigned)((uint64_t)id * 2654435761U % OWNERS);
    arena_wipe(&x->arena);
    x->id = id;
    x->owner = id_make('T', n);
    x->user = id_make('U', n);
    for (int i = 0; i < 2; i++) {
        x->token[i] = (struct token){.id = id + i,
                                     .kind = i ? TOKEN_USER : TOKEN_BOT,
                                     .app = app_id,
                                     .owner = x->owner,
                                     .user = x->user,
                                     .epoch = 1,
                                     .issued = 1785000000000,
                                     .code = id};
        memset(x->token[i].hash.b, (int)id & 0xff, HASH_SIZE);
        x->install[i] = (struct install){.app = app_id,
                                         .owner = x->owner,
                                         .subject = i ? x->user : no_id,
                                         .epoch = 1,
                                         .live = {id + i},
                                         .created = 1785000000000,
                                         .updated = 1785000000000,
                                         .installer = x->user};
    }
    x->op = (struct op){
        .type = &exchange, .arena = &x->arena, .ctx = x, .now = 1785000000000, .done = post, .done_ctx = x->ended};
}

struct filler {
    unsigned n, at;
    const struct write *write;
};

static enum wire_err fill_decide(struct op *op)
{
    const struct filler *f = op->ctx;
    for (unsigned i = 0; i < f->n; i++) *op_write(op, f->write[i].kind) = f->write[i];
    return W_OK;
}

static const struct op_type filling = {"fill", NULL, fill_decide};

// Writes that nobody measures, a full operation each.
static void write_all(struct store *store, const struct write *write, unsigned n)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    for (unsigned at = 0; at < n; at += OP_WRITES_MAX) {
        struct filler f = {.n = n - at < OP_WRITES_MAX ? n - at : OP_WRITES_MAX, .write = write + at};
        struct op op = {.type = &filling, .arena = &arena, .ctx = &f, .now = 1785000000000};
        store_run(store, &op);
        assert(op.outcome == OP_DONE);
    }
    arena_release(&arena);
}

static void add_directory(struct store *store)
{
    static struct workspace ws[OWNERS];
    static struct user us[OWNERS];
    static struct write w[OWNERS * 2 + 1];
    struct app app = {.id = app_id,
                      .client_id = STR("1.2"),
                      .name = STR("Bench"),
                      .bot_scopes = STR("chat:write\ncommands"),
                      .redirect_urls = STR("https://bench.example.test/callback"),
                      .nsecrets = 1};
    for (unsigned i = 0; i < OWNERS; i++) {
        ws[i] = (struct workspace){.id = id_make('T', i), .name = STR("Workspace"), .domain = STR("workspace")};
        us[i] = (struct user){.id = id_make('U', i), .workspace = ws[i].id, .name = STR("mira")};
        w[2 * i] = (struct write){.kind = PUT_WORKSPACE, .row = &ws[i]};
        w[2 * i + 1] = (struct write){.kind = PUT_USER, .row = &us[i]};
    }
    w[2 * OWNERS] = (struct write){.kind = PUT_APP, .row = &app};
    write_all(store, w, ARRAY_LEN(w));
}

static void add_codes(struct store *store, int64_t first, unsigned n)
{
    struct code *code = mem_alloc(n * sizeof *code);
    struct write *w = mem_alloc(n * sizeof *w);
    for (unsigned i = 0; i < n; i++) {
        code[i] = (struct code){.id = first + (int64_t)i * LOCATOR_STEP,
                                .app = app_id,
                                .user = id_make('U', i % OWNERS),
                                .workspace = id_make('T', i % OWNERS),
                                .endpoint = EP_V2,
                                .bot_scopes = STR("chat:write,commands"),
                                .user_scopes = STR("search:read"),
                                .redirect_uri = STR("https://bench.example.test/callback"),
                                .created = 1785000000000,
                                .expires = 1785000600000};
        w[i] = (struct write){.kind = ADD_CODE, .row = &code[i]};
    }
    write_all(store, w, n);
    mem_free(w);
    mem_free(code);
}

static void add_tokens(struct store *store, unsigned n)
{
    enum { PART = 120000 };
    struct token *token = mem_alloc(PART * sizeof *token);
    struct write *w = mem_alloc(PART * sizeof *w);
    for (unsigned at = 0; at < n; at += PART) {
        unsigned part = n - at < PART ? n - at : PART;
        for (unsigned i = 0; i < part; i++) {
            token[i] = (struct token){.id = 1 + (int64_t)(at + i),
                                      .kind = TOKEN_BOT,
                                      .app = app_id,
                                      .owner = id_make('T', i % OWNERS),
                                      .user = id_make('U', i % OWNERS),
                                      .epoch = 1,
                                      .issued = 1785000000000,
                                      .code = 1};
            w[i] = (struct write){.kind = ADD_TOKEN, .row = &token[i]};
        }
        write_all(store, w, part);
    }
    mem_free(w);
    mem_free(token);
}

struct figure {
    double per_second, cpu_us, batch;
};

static struct figure measure(struct store *store, struct exchange *x, unsigned group, unsigned n, int64_t first)
{
    struct store_stats before, after;
    sem_t ended;
    sem_init(&ended, 0, 0);
    store_stats(store, &before);
    double wall = now_s(CLOCK_MONOTONIC), cpu = now_s(CLOCK_PROCESS_CPUTIME_ID);
    for (unsigned at = 0; at < n; at += group) {
        for (unsigned i = 0; i < group; i++) {
            x[i].ended = &ended;
            prepare(&x[i], first + (int64_t)(at + i) * LOCATOR_STEP);
        }
        for (unsigned i = 0; i < group; i++) {
            if (!store_submit(store, &x[i].op)) abort();
        }
        for (unsigned i = 0; i < group; i++) sem_wait(&ended);
        for (unsigned i = 0; i < group; i++) {
            assert(x[i].op.outcome == OP_DONE);
            op_release(&x[i].op);
        }
    }
    wall = now_s(CLOCK_MONOTONIC) - wall;
    cpu = now_s(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    store_stats(store, &after);
    sem_destroy(&ended);
    double commits = (double)(after.commits - before.commits);
    return (struct figure){n / wall, cpu / n * 1e6, n / commits};
}

static int by_rate(const void *a, const void *b)
{
    const struct figure *x = a, *y = b;
    return (x->per_second > y->per_second) - (x->per_second < y->per_second);
}

static void bench(struct store *store)
{
    static const struct {
        unsigned group, n;
    } cases[] = {{1, 3000}, {16, 24000}, {64, 48000}, {256, 76800}};
    struct exchange *x = mem_alloc(GROUP_MAX * sizeof *x);
    for (unsigned i = 0; i < GROUP_MAX; i++) arena_init(&x[i].arena, 1 << 20);
    int64_t first = INT64_C(871180428902400000);
    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        struct figure run[RUNS];
        for (int r = 0; r < RUNS; r++) {
            add_codes(store, first, cases[c].n);
            run[r] = measure(store, x, cases[c].group, cases[c].n, first);
            first += (int64_t)cases[c].n * LOCATOR_STEP;
        }
        qsort(run, RUNS, sizeof run[0], by_rate);
        struct figure f = run[RUNS / 2];
        printf("submitted by %3u: %8.0f/s  %5.1f us CPU  %5.1f a commit   (%.0f to %.0f/s)\n", cases[c].group,
               f.per_second, f.cpu_us, f.batch, run[0].per_second, run[RUNS - 1].per_second);
    }
    for (unsigned i = 0; i < GROUP_MAX; i++) arena_release(&x[i].arena);
    mem_free(x);
}

static int by_time(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

// Median time of fdatasync after 4 KiB, appended or written over.
static void flush_times(const char *folder)
{
    char path[4096], page[4096] = {0};
    static double took[FLUSHES];
    snprintf(path, sizeof path, "%s/flush", folder);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < FLUSHES; i++) {
            if (pwrite(fd, page, sizeof page, (off_t)i * (off_t)sizeof page) < 0) return;
            double start = now_s(CLOCK_MONOTONIC);
            if (fdatasync(fd)) return;
            took[i] = now_s(CLOCK_MONOTONIC) - start;
        }
        qsort(took, FLUSHES, sizeof took[0], by_time);
        printf("fdatasync of 4 KiB %s: median %.0f us, p99 %.0f us\n", pass ? "written over" : "appended",
               took[FLUSHES / 2] * 1e6, took[FLUSHES * 99 / 100] * 1e6);
    }
    close(fd);
    unlink(path);
}

static void fatal(void *ctx, const char *why)
{
    (void)ctx;
    fprintf(stderr, "fatal: %s\n", why);
    _exit(10);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: store_bench FOLDER [ROWS]\n", stderr);
        return 2;
    }
    unsigned rows = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 1000000;
    struct store_config config = {.data = argv[1], .fatal = fatal};
    struct store *store;
    struct problem problem = {{0}, {0}};
    if (store_open(&config, &store, &problem)) {
        fprintf(stderr, "%s\n%s\n", problem.why, problem.hint);
        return 1;
    }
    flush_times(argv[1]);
    add_directory(store);
    add_tokens(store, rows);
    bench(store);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("largest resident size %ld KiB\n", usage.ru_maxrss);
    store_close(store);
    return 0;
}
