// SPDX-License-Identifier: Apache-2.0
// A disk that is full or fails, at each of its calls (reliability.md 6, F6; 5, trap 2). Runs with shim.c preloaded.
// Each case is a child process, since some have to end it: the parent knows what the child was told, reopens the store
// with a disk that works, and checks that nothing is lost, doubled or half there.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib.h"

enum { CODES = 6, SWEEP_MAX = 200 };

static char control[128];

static void disk(const char *line)
{
    char path[sizeof control + 8];
    snprintf(path, sizeof path, "%s.new", control);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, line, strlen(line)), (ssize_t)strlen(line));
    close(fd);
    assert_int_equal(rename(path, control), 0);
}

static int disk_start(void **state)
{
    struct fixture *f = *state;
    const char *path = getenv("HALLPASS_SHIM");
    if (!path || !getenv("LD_PRELOAD")) return -1; // without the shim every case would pass for nothing
    folder_make(f->folder);
    snprintf(control, sizeof control, "%.100s", path);
    setenv("HALLPASS_SHIM_DIR", f->folder, 1);
    disk("");
    return 0;
}

static int disk_end(void **state)
{
    struct fixture *f = *state;
    disk("");
    folder_remove(f->folder);
    return 0;
}

// What a child reports: how the exchange of each code ended.
struct report {
    int outcome[CODES], fault[CODES];
    bool again; // with space back, all went well in the same process
};

static enum op_outcome exchange(struct store *store, int64_t id, enum status *fault)
{
    struct script s;
    script_init(&s);
    struct token token[2] = {{.id = id * 2, .code = id}, {.id = id * 2 + 1, .code = id}};
    struct install install = {
        .app = id_make('A', 1), .owner = id_make('T', (unsigned)id), .epoch = 1, .live = {id * 2}};
    *script_write(&s, SPEND_CODE, NULL) = (struct write){.kind = SPEND_CODE, .id = id, .at = 1500, .attempt = {1}};
    script_write(&s, ADD_TOKEN, &token[0]);
    script_write(&s, ADD_TOKEN, &token[1]);
    script_write(&s, MERGE_INSTALL, &install);
    store_run(store, &s.op);
    script_release(&s);
    *fault = s.op.fault;
    return s.op.outcome;
}

static void add_codes(struct store *store)
{
    for (int64_t id = 1; id <= CODES; id++) {
        struct code code = {
            .id = id, .created = 1000, .expires = 2000, .redirect_uri = STR("https://a.example.test/cb")};
        put_row(store, ADD_CODE, &code);
    }
}

static _Noreturn void child_main(const char *folder, const char *line, int pipe)
{
    struct report r = {0};
    struct store *store = store_at(folder);
    disk(line);
    for (int i = 0; i < CODES; i++) {
        enum status fault = OK;
        r.outcome[i] = (int)exchange(store, i + 1, &fault);
        r.fault[i] = (int)fault;
        if (write(pipe, &r, sizeof r) != sizeof r) _exit(1);
    }
    disk("");
    r.again = true;
    for (int i = 0; i < CODES; i++) {
        enum status fault;
        if (r.outcome[i] != OP_DONE) r.again &= exchange(store, i + 1, &fault) == OP_DONE;
    }
    if (write(pipe, &r, sizeof r) != sizeof r) _exit(1);
    store_close(store);
    _exit(0);
}

// Runs a child against a disk that obeys `line` once the store is open. Answers its exit status; *out: the last report.
static int run_child(const char *folder, const char *line, struct report *out)
{
    int ends[2], status;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        child_main(folder, line, ends[1]);
    }
    close(ends[1]);
    memset(out, 0, sizeof *out);
    while (read(ends[0], out, sizeof *out) == sizeof *out) continue;
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    disk("");
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static bool has_row(struct store *store, enum want_kind kind, int64_t id, const char *owner)
{
    struct script s;
    script_init(&s);
    s.op.type = &script_read_type;
    script_want(&s, kind, id, owner ? "A00000001" : NULL, owner, "");
    store_run(store, &s.op);
    bool there = op_row(&s.op, 0) != NULL;
    script_release(&s);
    return there;
}

static bool is_spent(struct store *store, int64_t id)
{
    struct script s;
    script_init(&s);
    s.op.type = &script_read_type;
    script_want(&s, WANT_CODE, id, NULL, NULL, NULL);
    store_run(store, &s.op);
    const struct code *code = op_row(&s.op, 0);
    assert_non_null(code);
    bool spent = code->spent_at != 0;
    script_release(&s);
    return spent;
}

// All of an exchange is there or nothing is, and what was acknowledged is there.
static void verify(const char *folder, const struct report *r)
{
    struct store *store = store_at(folder);
    for (int i = 0; i < CODES; i++) {
        int64_t id = i + 1;
        struct id owner = id_make('T', (unsigned)id);
        bool spent = is_spent(store, id);
        if (r->outcome[i] == OP_DONE || r->again) assert_true(spent);
        assert_int_equal(has_row(store, WANT_TOKEN, id * 2, NULL), spent);
        assert_int_equal(has_row(store, WANT_TOKEN, id * 2 + 1, NULL), spent);
        assert_int_equal(has_row(store, WANT_INSTALL, 0, owner.s), spent);
        enum status fault;
        if (spent) assert_int_equal(exchange(store, id, &fault), OP_FAULT); // never again
    }
    store_close(store);
}

static void fresh(struct fixture *f)
{
    folder_remove(f->folder);
    struct store *store = store_at(f->folder);
    add_codes(store);
    store_close(store);
}

// Fails the n-th call for n = 0, 1, ... until none is left to fail.
static void sweep(struct fixture *f, const char *call, const char *error, const char *suffix, int fatal_status)
{
    unsigned failed = 0;
    for (unsigned n = 0; n < SWEEP_MAX; n++) {
        char line[128];
        struct report r;
        bool hit = false;
        snprintf(line, sizeof line, "%s %s %u 1 %s", call, error, n, suffix);
        fresh(f);
        int status = run_child(f->folder, line, &r);
        for (int i = 0; i < CODES; i++) hit |= r.outcome[i] != OP_DONE;
        assert_int_equal(status, hit ? fatal_status : 0);
        for (int i = 0; fatal_status == 0 && hit && i < CODES; i++) {
            if (r.outcome[i] != OP_DONE) assert_int_equal(r.fault[i], E_FULL);
        }
        if (fatal_status == 0) assert_true(r.again);
        verify(f->folder, &r);
        failed += hit;
        if (!hit) break;
    }
    assert_true(failed >= CODES); // each exchange had its turn
}

static void test_full_at_each_write(void **state)
{
    sweep(*state, "write", "ENOSPC", "-wal", 0);
}

static void test_quota_at_each_write(void **state)
{
    sweep(*state, "write", "EDQUOT", "-wal", 0);
}

static void test_broken_at_each_write(void **state)
{
    sweep(*state, "write", "EIO", "-wal", 10);
}

static void test_broken_at_each_sync(void **state)
{
    sweep(*state, "sync", "EIO", "-wal", 10);
}

// Even if the number says that space ran out: after a failed fsync the pages may be gone.
static void test_full_at_each_sync(void **state)
{
    sweep(*state, "sync", "ENOSPC", "-wal", 10);
}

// A disk that stays full: every exchange is refused, none is half there, and all succeed when space is back.
static void test_full_for_long(void **state)
{
    static const char *const lines[] = {"write ENOSPC 0 0 -wal", "write short 0 0 -wal", "write EDQUOT 0 0 *"};
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct report r;
        fresh(f);
        assert_int_equal(run_child(f->folder, lines[i], &r), 0);
        for (int k = 0; k < CODES; k++) {
            assert_int_equal(r.outcome[k], OP_FAULT);
            assert_int_equal(r.fault[k], E_FULL);
        }
        assert_true(r.again);
        verify(f->folder, &r);
    }
}

// The main file cannot grow while the journal still can: commits go on, the checkpoint at the end is put off, and the
// next start finds everything in the journal.
static void test_full_main_file(void **state)
{
    struct fixture *f = *state;
    struct report r;
    fresh(f);
    struct store *store = store_at(f->folder);
    disk("write ENOSPC 0 0 .db");
    for (int64_t id = 1; id <= CODES; id++) {
        enum status fault;
        r.outcome[id - 1] = (int)exchange(store, id, &fault);
        assert_int_equal(r.outcome[id - 1], OP_DONE);
    }
    store_close(store);
    disk("");
    r.again = false;
    verify(f->folder, &r);
}

// Writes a row of a megabyte again and again, so that the journal must be folded into the main file.
static _Noreturn void write_much(const char *folder)
{
    enum { MIB = 1 << 20, TIMES = 400 };
    struct app app = {.id = id_make('A', 1), .client_id = STR("1.2")};
    char *text = mem_alloc(MIB);
    app.manifest = str_make(text, MIB);
    struct store *store = store_at(folder);
    disk("sync EIO 0 0 .db");
    for (int i = 0; i < TIMES; i++) {
        memset(text, 'a' + i % 26, MIB); // what does not change is not written
        put_row(store, PUT_APP, &app);
    }
    _exit(0);
}

// A checkpoint whose fsync fails ends the process as a commit's does; the journal still holds everything.
static void test_broken_checkpoint(void **state)
{
    struct fixture *f = *state;
    int status;
    fresh(f);
    pid_t child = fork();
    if (child == 0) write_much(f->folder);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 10);
    disk("");
    verify(f->folder, &(struct report){0});
}

// A folder on a full disk is refused with a reason.
static void test_open_on_full_disk(void **state)
{
    struct fixture *f = *state;
    struct store_config config = {.data = f->folder};
    struct store *store;
    struct problem problem = {{0}, {0}};
    disk("write ENOSPC 0 0 *");
    assert_int_equal(store_open(&config, &store, &problem), E_IO);
    assert_true(problem.why[0] && problem.hint[0]);
    disk("");
    store = store_at(f->folder);
    add_codes(store);
    store_close(store);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, disk_start, disk_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_full_at_each_write),  CASE(test_quota_at_each_write), CASE(test_broken_at_each_write),
        CASE(test_broken_at_each_sync), CASE(test_full_at_each_sync),   CASE(test_full_for_long),
        CASE(test_full_main_file),      CASE(test_open_on_full_disk),   CASE(test_broken_checkpoint),
    };
    return cmocka_run_group_tests_name("folder", tests, fixture_file, fixture_end);
}
