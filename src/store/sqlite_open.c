// SPDX-License-Identifier: Apache-2.0
// Taking the data folder, opening connections, the schema and its version.
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite_1.h" // made from schema/sqlite_1.sql, and so on
#include "sqlite_2.h"
#include "store/sqlite.h"

enum { APPLICATION_ID = 0x48506173, SCHEMA_VERSION = 2 }; // "HPas"

// WAL: one fsync a commit, readers beside the writer. FULL: that fsync is not left out. Checkpoints are ours alone.
static const char writer_pragmas[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                     "PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864;"
                                     "PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY;";
static const char other_pragmas[] = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
                                    "PRAGMA cache_size = -512;";

enum { BUSY_MS = 5000, BUSY_OTHER_MS = 100 };

static enum status fail(struct problem *problem, enum status st, const char *hint, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

static enum status fail(struct problem *problem, enum status st, const char *hint, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(problem->why, sizeof problem->why, fmt, args);
    va_end(args);
    snprintf(problem->hint, sizeof problem->hint, "%s", hint);
    return st;
}

static enum status fail_errno(struct problem *problem, const char *what, const char *path)
{
    int error = errno;
    return fail(problem, E_IO, "give a folder that this user may write to, on a disk with free space",
                "cannot %s %s: %s", what, path, strerror(error));
}

// A new name is durable when its folder is.
static int sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return -1;
    int r = fsync(fd);
    close(fd);
    return r;
}

static enum status make_folder(const char *data, struct problem *problem)
{
    if (mkdir(data, 0700) == 0) {
        char parent[4096 + 4];
        snprintf(parent, sizeof parent, "%s/..", data);
        if (sync_folder(parent)) return fail_errno(problem, "make", data);
        return OK;
    }
    return errno == EEXIST ? OK : fail_errno(problem, "make the folder", data);
}

static int open_private(const char *path)
{
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

static enum status taken(int fd, const char *data, struct problem *problem)
{
    char pid[16] = "";
    ssize_t n = pread(fd, pid, sizeof pid - 1, 0);
    pid[n > 0 ? strcspn(pid, "\n") : 0] = '\0';
    return fail(problem, E_BUSY, "stop that process, or give this one a folder of its own",
                "another hallpass (process %s) owns %s", pid[0] ? pid : "unknown", data);
}

// The lock lives as long as the descriptor, so a killed process leaves no lock behind. The number is for people.
static enum status take_lock(const char *folder, struct engine_place *out, struct problem *problem)
{
    char path[sizeof out->db];
    snprintf(path, sizeof path, "%s/hallpass.lock", folder);
    int fd = open_private(path);
    if (fd < 0) return fail_errno(problem, "open", path);
    if (flock(fd, LOCK_EX | LOCK_NB)) {
        enum status st = errno == EWOULDBLOCK ? taken(fd, folder, problem) : fail_errno(problem, "lock", path);
        close(fd);
        return st;
    }
    char pid[16];
    int n = snprintf(pid, sizeof pid, "%d\n", (int)getpid());
    if (ftruncate(fd, 0) || pwrite(fd, pid, (size_t)n, 0) != n) {
        enum status st = fail_errno(problem, "write to", path);
        close(fd);
        return st;
    }
    out->lock = fd;
    return OK;
}

// SQLite gives its journal and index the mode of the database file, so that one is made here.
static enum status make_file(const char *folder, struct engine_place *out, struct problem *problem)
{
    snprintf(out->db, sizeof out->db, "%s/hallpass.db", folder);
    int fd = open_private(out->db);
    if (fd < 0) return fail_errno(problem, "open", out->db);
    close(fd);
    return sync_folder(folder) ? fail_errno(problem, "sync", folder) : OK;
}

enum status sqlite_place_take(const char *data, struct engine_place *out, struct problem *problem)
{
    struct engine_place place = {.lock = -1};
    char folder[4096]; // absolute: SQLite reads a name that starts with "file:" as a URI
    TRY(make_folder(data, problem));
    if (!realpath(data, folder)) return fail_errno(problem, "find", data);
    TRY(take_lock(folder, &place, problem));
    enum status st = make_file(folder, &place, problem);
    if (st == OK)
        *out = place;
    else
        close(place.lock);
    return st;
}

void sqlite_place_leave(struct engine_place *place)
{
    if (place->lock >= 0) close(place->lock);
    place->lock = -1;
}

static enum status connect(struct sqlite_db *db, const char *file, int flags, int busy_ms)
{
    db->place = file;
    TRY(sqlite_check(db, sqlite3_open_v2(file, &db->h, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL)));
    sqlite3_db_config(db->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return sqlite_check(db, sqlite3_busy_timeout(db->h, busy_ms));
}

static enum status run_text(struct sqlite_db *db, const char *sql)
{
    return sqlite_check(db, sqlite3_exec(db->h, sql, NULL, NULL, NULL));
}

// What brings a file from each version to the next; the first, an empty one to version 1.
static const char *const steps[SCHEMA_VERSION] = {sqlite_1, sqlite_2};

// Brings the schema from a version to this one in one transaction: a crash leaves the file as it was.
static enum status bring_up(struct sqlite_db *db, int version)
{
    char stamp[128];
    snprintf(stamp, sizeof stamp, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT;", APPLICATION_ID,
             SCHEMA_VERSION);
    if (version == SCHEMA_VERSION) return OK;
    TRY(run_text(db, "BEGIN IMMEDIATE"));
    for (; version < SCHEMA_VERSION; version++) TRY(run_text(db, steps[version]));
    return run_text(db, stamp);
}

// What is in the file: our schema (*found is its version, 0: nothing yet), or something that is refused.
static enum status identify(struct sqlite_db *db, int *found, struct problem *problem)
{
    int64_t app = 0, version = 0, tables = 0;
    TRY(sqlite_number(db, "PRAGMA application_id", &app));
    TRY(sqlite_number(db, "PRAGMA user_version", &version));
    TRY(sqlite_number(db, "SELECT count(*) FROM sqlite_master", &tables));
    bool fresh = app == 0 && version == 0 && tables == 0;
    *found = 0;
    if (fresh) return OK;
    if (app != APPLICATION_ID) {
        return fail(problem, E_CORRUPT, "give another folder; this file was not made by hallpass",
                    "%s is a database of another program", db->place);
    }
    if (version > 0 && version <= SCHEMA_VERSION) {
        *found = (int)version;
        return OK;
    }
    return fail(problem, E_CORRUPT, "use the newer hallpass that wrote it, or restore a copy from before",
                "%s has schema version %lld, this program knows %d", db->place, (long long)version, SCHEMA_VERSION);
}

static enum status check_wal(struct sqlite_db *db)
{
    sqlite3_stmt *stmt = NULL;
    TRY(sqlite_prepare(db, &stmt, &(struct sqlite_sql){"PRAGMA journal_mode", NULL}));
    bool wal =
        sqlite3_step(stmt) == SQLITE_ROW && str_eq(str_of((const char *)sqlite3_column_text(stmt, 0)), STR("wal"));
    sqlite3_finalize(stmt);
    if (wal) return OK;
    snprintf(db->why, sizeof db->why, "the file system cannot share memory, which the journal needs: %s", db->place);
    return E_IO;
}

static enum status prepare_file(struct sqlite_db *db, struct problem *problem)
{
    int found = 0;
    TRY(identify(db, &found, problem));
    TRY(run_text(db, writer_pragmas));
    if (db->lasting) TRY(check_wal(db));
    return bring_up(db, found);
}

enum status sqlite_open_writer(struct sqlite_db *db, const struct engine_place *place, struct problem *problem)
{
    db->writer = true;
    db->lasting = place->lock >= 0;
    problem->why[0] = '\0';
    enum status st = connect(db, place->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, BUSY_MS);
    if (st == OK) st = prepare_file(db, problem);
    if (st == OK || problem->why[0]) return st;
    bool corrupt = st == E_CORRUPT;
    return fail(problem, corrupt ? E_CORRUPT : E_IO,
                corrupt ? "give another folder, or restore hallpass.db from a backup"
                        : "look at the disk: free space, permissions, errors in the system log",
                "%s", db->why);
}

enum status sqlite_open_other(struct sqlite_db *db, const char *file, bool reads_only)
{
    TRY(connect(db, file, reads_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE, BUSY_OTHER_MS));
    return run_text(db, other_pragmas);
}

static void finalize(sqlite3_stmt **stmts, size_t n)
{
    for (size_t i = 0; i < n; i++) sqlite3_finalize(stmts[i]);
}

void sqlite_close(struct sqlite_db *db)
{
    finalize(db->want, ARRAY_LEN(db->want));
    finalize(db->write, ARRAY_LEN(db->write));
    finalize(db->extra, ARRAY_LEN(db->extra));
    cache_clear(&db->cache);
    sqlite3_close(db->h);
}
