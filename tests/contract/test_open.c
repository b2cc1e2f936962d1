// SPDX-License-Identifier: Apache-2.0
// The data folder: who may have it, what may be in it.
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "lib.h"

static void never(void *ctx, const char *why)
{
    (void)ctx;
    fprintf(stderr, "fatal: %s\n", why);
    _exit(10);
}

// Opens what must be refused; both texts must say something.
static void refused(const char *data, enum status expected, const char *why)
{
    struct store_config config = {.data = data, .fatal = never};
    struct store *s = NULL;
    struct problem problem = {{0}, {0}};
    assert_int_equal(store_open(&config, &s, &problem), expected);
    assert_null(s);
    if (!strstr(problem.why, why)) fail_msg("\"%s\" is not in \"%s\"", why, problem.why);
    assert_true(problem.hint[0] != '\0');
}

static void path_in(char out[128], const struct fixture *f, const char *name)
{
    snprintf(out, 128, "%s/%s", f->folder, name);
}

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void run_sql(const char *file, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_second_owner(void **state)
{
    struct fixture *f = *state;
    char pid[32];
    snprintf(pid, sizeof pid, "process %d", (int)getpid());
    refused(f->folder, E_BUSY, pid);
    struct token token = {.id = 1};
    put_row(f->store, ADD_TOKEN, &token); // the first one is not disturbed
}

// The lock dies with its process, however that ended.
static void test_lock_of_the_dead(void **state)
{
    struct fixture *f = *state;
    store_close(f->store);
    f->store = NULL;
    pid_t child = fork();
    if (child == 0) {
        store_at(f->folder);
        kill(getpid(), SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    f->store = store_at(f->folder);
}

static void test_new_folder_is_private(void **state)
{
    struct fixture *f = *state;
    char inner[128], file[200];
    path_in(inner, f, "inner");
    mode_t before = umask(0);
    struct store *s = store_at(inner);
    umask(before);
    static const struct {
        const char *name;
        mode_t mode;
    } files[] = {{"", 0700},
                 {"/hallpass.db", 0600},
                 {"/hallpass.db-wal", 0600},
                 {"/hallpass.db-shm", 0600},
                 {"/hallpass.lock", 0600}};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct stat st;
        snprintf(file, sizeof file, "%s%s", inner, files[i].name);
        assert_int_equal(stat(file, &st), 0);
        assert_int_equal(st.st_mode & 0777, files[i].mode);
    }
    store_close(s);
    folder_remove(inner);
}

static void test_no_place(void **state)
{
    struct fixture *f = *state;
    char path[128];
    path_in(path, f, "missing/folder");
    refused(path, E_IO, "No such file");
    path_in(path, f, "file");
    write_file(path, "text");
    refused(path, E_IO, "Not a directory");
    refused("/proc/self", E_IO, "/proc/"); // no user may make files there
}

static void close_store(struct fixture *f)
{
    store_close(f->store);
    f->store = NULL;
}

static void test_newer_schema(void **state)
{
    struct fixture *f = *state;
    char file[128];
    close_store(f);
    path_in(file, f, "hallpass.db");
    run_sql(file, "PRAGMA user_version = 3");
    refused(f->folder, E_CORRUPT, "version 3");
    run_sql(file, "PRAGMA user_version = 2");
    f->store = store_at(f->folder);
}

static void read_file(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    out[fread(out, 1, size - 1, file)] = '\0';
    fclose(file);
}

static int append(void *text, int n, char **values, char **names)
{
    (void)names;
    struct buf *b = text;
    for (int i = 0; i < n; i++) buf_printf(b, "%s ", values[i] ? values[i] : "-");
    buf_char(b, '\n');
    return 0;
}

// Tables with their columns, and indexes.
static void shape_of(const char *file, struct buf *out)
{
    sqlite3 *db;
    buf_init(out, 64 * 1024);
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "SELECT m.name, p.cid, p.name, p.type, p.\"notnull\", p.pk FROM sqlite_master m,"
                                  " pragma_table_info(m.name) p ORDER BY 1, 2",
                                  append, out, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_false(out->failed);
}

// A store that an earlier version left: what is in it stays, and it comes out as a new one would.
static void test_upgrade(void **state)
{
    static char sql[32 * 1024];
    struct fixture *f = *state;
    struct buf fresh, upgraded;
    char file[128];
    close_store(f);
    path_in(file, f, "hallpass.db");
    shape_of(file, &fresh);
    assert_int_equal(unlink(file), 0);
    read_file(SCHEMA_1, sql, sizeof sql);
    run_sql(file, sql);
    run_sql(file, "PRAGMA application_id = 1213227379; PRAGMA user_version = 1;"
                  "INSERT INTO install VALUES (1, 'A1', 'T1', '', 1, 'chat:write', 0, 0, 5, 6, 'U1')");
    f->store = store_at(f->folder);
    struct script s;
    script_init(&s);
    script_want(&s, WANT_INSTALL, 0, "A1", "T1", "");
    store_run(f->store, &s.op);
    const struct install *kept = op_row(&s.op, 0);
    assert_non_null(kept);
    assert_true(str_eq(kept->scopes, STR("chat:write")) && kept->used == 0);
    script_release(&s);
    close_store(f);
    shape_of(file, &upgraded);
    assert_true(str_eq(buf_view(&fresh), buf_view(&upgraded)));
    f->store = store_at(f->folder);
    buf_release(&fresh);
    buf_release(&upgraded);
}

static void test_foreign_files(void **state)
{
    struct fixture *f = *state;
    char file[128];
    close_store(f);
    path_in(file, f, "hallpass.db");
    assert_int_equal(unlink(file), 0);
    run_sql(file, "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
    refused(f->folder, E_CORRUPT, "another program");
    run_sql(file, "INSERT INTO theirs VALUES (2)"); // still theirs, and whole
    char junk[8192];
    memset(junk, 'x', sizeof junk - 1);
    junk[sizeof junk - 1] = '\0';
    write_file(file, junk);
    refused(f->folder, E_CORRUPT, "not a database");
}

// A first start that died before the schema was there leaves an empty file, which is none.
static void test_empty_file(void **state)
{
    struct fixture *f = *state;
    char file[128];
    close_store(f);
    path_in(file, f, "hallpass.db");
    assert_int_equal(truncate(file, 0), 0);
    f->store = store_at(f->folder);
    struct token token = {.id = 1};
    put_row(f->store, ADD_TOKEN, &token);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_second_owner), CASE(test_lock_of_the_dead), CASE(test_new_folder_is_private),
        CASE(test_no_place),     CASE(test_newer_schema),     CASE(test_foreign_files),
        CASE(test_empty_file),   CASE(test_upgrade),
    };
    return cmocka_run_group_tests_name("folder", tests, fixture_file, fixture_end);
}
