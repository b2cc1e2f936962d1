// SPDX-License-Identifier: Apache-2.0
// Result codes, statements, binding.
#include <errno.h>

#include "base/buf.h"
#include "store/sqlite.h"

struct meaning {
    int code; // extended, or primary for all of its kind
    enum status status;
    bool fatal;
    bool space; // unless the system says that space ran out: then E_FULL, and not fatal
};

// reliability.md 4, row SQLite; the first match counts. A failed fsync is fatal whatever the system says (5, trap 2).
static const struct meaning meanings[] = {
    {SQLITE_IOERR_WRITE, E_IO, true, true},
    {SQLITE_IOERR_SHMSIZE, E_IO, true, true},
    {SQLITE_IOERR, E_IO, true, false},
    {SQLITE_BUSY, E_BUSY, false, false},
    {SQLITE_LOCKED, E_BUSY, false, false},
    {SQLITE_FULL, E_FULL, false, false},
    {SQLITE_CONSTRAINT, E_CONFLICT, false, false},
    {SQLITE_TOOBIG, E_LIMIT, false, false},
    {SQLITE_CORRUPT, E_CORRUPT, true, false},
    {SQLITE_NOTADB, E_CORRUPT, true, false},
    {SQLITE_NOMEM, E_IO, true, false},
    {SQLITE_READONLY, E_IO, true, false},
    {SQLITE_CANTOPEN, E_IO, true, false},
};

static struct meaning meaning_of(int rc)
{
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
        if (meanings[i].code == rc || meanings[i].code == (rc & 0xff)) return meanings[i];
    }
    return (struct meaning){rc, E_IO, false, false};
}

// The system's number for a failed write. sqlite3_system_errno() does not know those inside COMMIT; the file does. The
// index of the journal is a file without such a memory.
static int write_errno(struct sqlite_db *db, int rc)
{
    int error = errno;
    if (rc == SQLITE_IOERR_SHMSIZE) return error;
    sqlite3_file *file = NULL;
    sqlite3_file_control(db->h, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    error = 0;
    if (file && file->pMethods) file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
    return error;
}

enum status sqlite_check(struct sqlite_db *db, int rc)
{
    if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE) return OK;
    struct meaning m = meaning_of(rc);
    int error = m.space ? write_errno(db, rc) : 0;
    if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
        m.status = E_FULL;
        m.fatal = false;
    }
    if (m.fatal) db->fatal = true;
    snprintf(db->why, sizeof db->why, "%s (SQLite %d, system %d) in %s",
             db->h ? sqlite3_errmsg(db->h) : sqlite3_errstr(rc), rc, error, db->place);
    return m.status;
}

enum status sqlite_corrupt(struct sqlite_db *db, const char *what)
{
    db->fatal = true;
    snprintf(db->why, sizeof db->why, "%s in %s", what, db->place);
    return E_CORRUPT;
}

static void put_columns(struct buf *b, const struct columns *cols)
{
    for (size_t i = 0; i < cols->n; i++) buf_printf(b, "%s%s", i ? ", " : "", cols->at[i].name);
}

static void put_values(struct buf *b, const struct columns *cols)
{
    for (size_t i = 0; i < cols->n; i++) buf_printf(b, "%s?%zu", i ? ", " : "", i + 1);
}

static void put_sets(struct buf *b, const struct columns *cols)
{
    for (size_t i = 0; i < cols->n; i++) {
        const char *name = cols->at[i].name;
        buf_printf(b, "%s%s = excluded.%s", i ? ", " : "", name, name);
    }
}

static const struct {
    struct str word;
    void (*put)(struct buf *b, const struct columns *cols);
} expansions[] = {{STR_INIT("$cols"), put_columns}, {STR_INIT("$vals"), put_values}, {STR_INIT("$sets"), put_sets}};

static void expand(struct buf *b, const struct sqlite_sql *sql)
{
    struct str rest = str_of(sql->text);
    while (rest.n) {
        size_t at = str_find(rest, '$'), step = at + 1;
        buf_str(b, str_upto(rest, at));
        for (size_t i = 0; i < ARRAY_LEN(expansions); i++) {
            if (!str_starts(str_from(rest, at), expansions[i].word)) continue;
            expansions[i].put(b, sql->cols);
            step = at + expansions[i].word.n;
        }
        rest = str_from(rest, step);
    }
}

enum status sqlite_prepare(struct sqlite_db *db, sqlite3_stmt **slot, const struct sqlite_sql *sql)
{
    if (*slot) return OK;
    struct buf text;
    buf_init(&text, 8192);
    expand(&text, sql);
    assert(!text.failed);
    int rc = sqlite3_prepare_v3(db->h, text.p, (int)text.n, SQLITE_PREPARE_PERSISTENT, slot, NULL);
    buf_release(&text);
    return sqlite_check(db, rc);
}

static int bind_text(sqlite3_stmt *stmt, int at, struct str s)
{
    return sqlite3_bind_text64(stmt, at, s.p ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
}

static int bind_one(sqlite3_stmt *stmt, int at, const struct column *col, const char *field)
{
    switch (col->type) {
    case COL_I64: return sqlite3_bind_int64(stmt, at, *(const int64_t *)(const void *)field);
    case COL_U32: return sqlite3_bind_int64(stmt, at, *(const unsigned *)(const void *)field);
    case COL_BOOL: return sqlite3_bind_int(stmt, at, *(const bool *)field);
    case COL_STR: return bind_text(stmt, at, *(const struct str *)(const void *)field);
    case COL_ID: return bind_text(stmt, at, id_str((const struct id *)(const void *)field));
    case COL_HASH: return sqlite3_bind_blob(stmt, at, field, HASH_SIZE, SQLITE_STATIC);
    case COL_GRANT: return sqlite3_bind_blob(stmt, at, field, GRANT_SIZE, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

enum status sqlite_bind(struct sqlite_db *db, sqlite3_stmt *stmt, const struct columns *cols, const void *row)
{
    size_t n = (size_t)sqlite3_bind_parameter_count(stmt);
    for (size_t i = 0; i < n && i < cols->n; i++) {
        const struct column *col = &cols->at[i];
        TRY(sqlite_check(db, bind_one(stmt, (int)i + 1, col, (const char *)row + col->offset)));
    }
    return OK;
}

enum status sqlite_step(struct sqlite_db *db, sqlite3_stmt *stmt)
{
    enum status st = sqlite_check(db, sqlite3_step(stmt));
    sqlite3_reset(stmt);
    return st;
}

static const struct sqlite_sql extras[SQLITE_EXTRAS] = {
    [SQL_BEGIN] = {"BEGIN IMMEDIATE", NULL},
    [SQL_COMMIT] = {"COMMIT", NULL},
    [SQL_ROLLBACK] = {"ROLLBACK", NULL},
    [SQL_SECRETS] = {"SELECT $cols FROM app_secret WHERE app = ?1 ORDER BY n", &columns_secret},
    [SQL_SECRET_ADD] = {"INSERT INTO app_secret (app, n, hash, created, expires) VALUES (?1, ?2, ?3, ?4, ?5)", NULL},
    [SQL_SECRETS_DROP] = {"DELETE FROM app_secret WHERE app = ?1", NULL},
    [SQL_MARK_TIME] = {"UPDATE meta SET value = max(value, ?1) WHERE name = 'last_time'", NULL},
};

enum status sqlite_extra(struct sqlite_db *db, enum sqlite_extra which, sqlite3_stmt **out)
{
    TRY(sqlite_prepare(db, &db->extra[which], &extras[which]));
    *out = db->extra[which];
    return OK;
}

enum status sqlite_plain(struct sqlite_db *db, enum sqlite_extra which)
{
    sqlite3_stmt *stmt;
    TRY(sqlite_extra(db, which, &stmt));
    return sqlite_step(db, stmt);
}
