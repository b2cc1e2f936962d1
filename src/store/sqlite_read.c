// SPDX-License-Identifier: Apache-2.0
// Wants and lists: from SQL or from the cache to the structs of oauth/rows.h.
#include "base/mem.h"
#include "store/sqlite.h"

static const struct column keys[] = {
    {"key0", COL_STR, offsetof(struct want, key[0])},
    {"key1", COL_STR, offsetof(struct want, key[1])},
    {"key2", COL_STR, offsetof(struct want, key[2])},
};
static const struct column locator[] = {COLUMN(want, id, I64)};
static const struct column keys_and_limit[] = {
    {"key0", COL_STR, offsetof(struct want, key[0])},
    {"key1", COL_STR, offsetof(struct want, key[1])},
    {"key2", COL_STR, offsetof(struct want, key[2])},
    {"limit", COL_I64, offsetof(struct want, id)},
};
static const struct columns by_key = COLUMNS(keys, want), by_id = COLUMNS(locator, want),
                            by_key_and_limit = COLUMNS(keys_and_limit, want);

// Who may keep rows of a kind. Codes and refresh tokens change with each use; the writer reads tokens and installs from
// the transaction it is in.
enum keep { KEEP_NEVER, KEEP_READER, KEEP_ALL };

static const struct {
    struct sqlite_sql sql;
    const struct columns *by;
    enum keep keep;
} wants[WANT_KINDS] = {
    [WANT_ENTERPRISE] = {{"SELECT $cols FROM enterprise WHERE id = ?1", &columns_enterprise}, &by_key, KEEP_ALL},
    [WANT_WORKSPACE] = {{"SELECT $cols FROM workspace WHERE id = ?1", &columns_workspace}, &by_key, KEEP_ALL},
    [WANT_WORKSPACE_BY_DOMAIN] =
        {{"SELECT $cols FROM workspace WHERE domain = ?1 ORDER BY seq LIMIT 1", &columns_workspace}, &by_key, KEEP_ALL},
    [WANT_CHANNEL] = {{"SELECT $cols FROM channel WHERE id = ?1", &columns_channel}, &by_key, KEEP_ALL},
    [WANT_FIRST_CHANNEL] = {{"SELECT $cols FROM channel WHERE workspace = ?1 ORDER BY seq LIMIT 1", &columns_channel},
                            &by_key,
                            KEEP_ALL},
    [WANT_USER] = {{"SELECT $cols FROM user WHERE id = ?1", &columns_user}, &by_key, KEEP_ALL},
    // 1 and 5: ROLE_GUEST and ROLE_DEACTIVATED may not install
    [WANT_FIRST_USER] = {{"SELECT $cols FROM user WHERE (?1 = '' OR workspace = ?1) AND role NOT IN (1, 5)"
                          " ORDER BY seq LIMIT 1",
                          &columns_user},
                         &by_key,
                         KEEP_ALL},
    [WANT_APP] = {{"SELECT $cols FROM app WHERE id = ?1", &columns_app}, &by_key, KEEP_ALL},
    [WANT_APP_BY_CLIENT] = {{"SELECT $cols FROM app WHERE client_id = ?1", &columns_app}, &by_key, KEEP_ALL},
    [WANT_FIRST_APP] = {{"SELECT $cols FROM app ORDER BY seq LIMIT 1", &columns_app}, &by_key, KEEP_ALL},
    [WANT_INSTALL] = {{"SELECT $cols FROM install WHERE app = ?1 AND owner = ?2 AND subject = ?3", &columns_install},
                      &by_key,
                      KEEP_READER},
    [WANT_CODE] = {{"SELECT $cols FROM code WHERE id = ?1", &columns_code}, &by_id, KEEP_NEVER},
    [WANT_TOKEN] = {{"SELECT $cols FROM token WHERE id = ?1", &columns_token}, &by_id, KEEP_READER},
    [WANT_REFRESH] = {{"SELECT $cols FROM refresh WHERE id = ?1", &columns_refresh}, &by_id, KEEP_NEVER},
    [WANT_EVENT] = {{"SELECT $cols FROM event WHERE id = ?1", &columns_event}, &by_id, KEEP_NEVER},
    [WANT_SESSION] = {{"SELECT $cols FROM session WHERE id = ?1", &columns_session}, &by_id, KEEP_NEVER},
    [WANT_FORM] = {{"SELECT $cols FROM form WHERE id = ?1", &columns_form}, &by_id, KEEP_NEVER},
    [WANT_APPROVAL] = {{"SELECT $cols FROM approval WHERE id = ?1", &columns_approval}, &by_id, KEEP_NEVER},
    [WANT_PASSWORD] = {{"SELECT $cols FROM password WHERE user = ?1", &columns_password}, &by_key, KEEP_NEVER},
    [WANT_USER_BY_EMAIL] = {{"SELECT $cols FROM user WHERE workspace = ?1 AND email = ?2 COLLATE NOCASE"
                             " ORDER BY seq LIMIT 1",
                             &columns_user},
                            &by_key,
                            KEEP_NEVER},
    [WANT_WORKSPACES_OF] = {{"SELECT $cols FROM workspace WHERE enterprise = ?1 AND id > ?2 ORDER BY id LIMIT ?4",
                             &columns_workspace},
                            &by_key_and_limit,
                            KEEP_NEVER},
    [WANT_INSTALLS_OF] =
        {{"SELECT $cols FROM install WHERE app = ?1 AND owner = ?2 AND scopes <> '' ORDER BY subject LIMIT ?4",
          &columns_install},
         &by_key_and_limit,
         KEEP_NEVER},
    [WANT_INSTALLS_AT] = {{"SELECT $cols FROM install WHERE owner = ?1 AND subject IN ('', ?2) AND scopes <> ''"
                           " ORDER BY app, subject LIMIT ?4",
                           &columns_install},
                          &by_key_and_limit,
                          KEEP_NEVER},
// Ids hold letters and digits only, so a list of them becomes JSON by its commas.
#define BY_IDS(table)                                                                                                  \
    {                                                                                                                  \
        {"SELECT $cols FROM " #table " WHERE id IN (SELECT value FROM json_each('[\"' || replace(?1, ',', '\",\"')"    \
         " || '\"]')) ORDER BY id LIMIT ?4",                                                                           \
         &columns_##table},                                                                                            \
            &by_key_and_limit, KEEP_NEVER                                                                              \
    }
    [WANT_ENTERPRISES] = BY_IDS(enterprise),
    [WANT_WORKSPACES] = BY_IDS(workspace),
    [WANT_USERS] = BY_IDS(user),
    [WANT_APPS] = BY_IDS(app),
#undef BY_IDS
    [WANT_CHANNELS_OF] = {{"SELECT $cols FROM channel WHERE workspace = ?1 ORDER BY seq LIMIT ?4", &columns_channel},
                          &by_key_and_limit,
                          KEEP_NEVER},
    [WANT_PEOPLE] = {{"SELECT $cols FROM user WHERE instr(lower(real_name || ' ' || name || ' ' || email || ' ' || id),"
                      " lower(?1)) ORDER BY seq LIMIT ?4",
                      &columns_user},
                     &by_key_and_limit,
                     KEEP_NEVER},
    // 1 and 0: VERDICT_APPROVED and VERDICT_NONE
    [WANT_APPROVALS_OF] = {{"SELECT $cols FROM approval WHERE app = ?1 AND workspace = ?2"
                            " ORDER BY verdict = 1 DESC, id DESC LIMIT ?4",
                            &columns_approval},
                           &by_key_and_limit,
                           KEEP_NEVER},
    [WANT_APPROVALS_IN] = {{"SELECT $cols FROM approval WHERE workspace = ?1 AND verdict = 0 ORDER BY id LIMIT ?4",
                            &columns_approval},
                           &by_key_and_limit,
                           KEEP_NEVER},
    [WANT_WEBHOOK] = {{"SELECT $cols FROM webhook WHERE id = ?1", &columns_webhook}, &by_id, KEEP_NEVER},
};

// Whether the row is a struct row_list: those wants have a limit.
static bool is_list(enum want_kind kind)
{
    return wants[kind].by == &by_key_and_limit;
}

static_assert(ROLE_GUEST == 1 && ROLE_DEACTIVATED == 5, "WANT_FIRST_USER names them");

// What a decoded row takes: the struct, then its strings, each with a NUL.
static size_t row_size(sqlite3_stmt *stmt, const struct columns *cols)
{
    size_t n = cols->size;
    for (size_t i = 0; i < cols->n; i++) {
        if (cols->at[i].type == COL_STR) n += (size_t)sqlite3_column_bytes(stmt, (int)i) + 1;
    }
    return n;
}

static bool take_bytes(sqlite3_stmt *stmt, int i, void *field, size_t n)
{
    if ((size_t)sqlite3_column_bytes(stmt, i) != n) return false;
    memcpy(field, sqlite3_column_blob(stmt, i), n);
    return true;
}

static bool take_id(sqlite3_stmt *stmt, int i, struct id *field)
{
    size_t n = (size_t)sqlite3_column_bytes(stmt, i);
    if (n >= sizeof field->s) return false;
    if (n) memcpy(field->s, sqlite3_column_blob(stmt, i), n);
    return true;
}

static char *take_str(sqlite3_stmt *stmt, int i, struct str *field, char *room)
{
    size_t n = (size_t)sqlite3_column_bytes(stmt, i);
    if (n) memcpy(room, sqlite3_column_blob(stmt, i), n);
    *field = str_make(room, n);
    return room + n + 1;
}

// Fills a zeroed row. false: a value that no write of ours can have left.
static bool row_take(sqlite3_stmt *stmt, const struct columns *cols, void *row)
{
    char *room = (char *)row + cols->size;
    bool good = true;
    for (int i = 0; i < (int)cols->n; i++) {
        void *field = (char *)row + cols->at[i].offset;
        switch (cols->at[i].type) {
        case COL_I64: *(int64_t *)field = sqlite3_column_int64(stmt, i); break;
        case COL_U32: *(unsigned *)field = (unsigned)sqlite3_column_int64(stmt, i); break;
        case COL_BOOL: *(bool *)field = sqlite3_column_int(stmt, i) != 0; break;
        case COL_STR: room = take_str(stmt, i, field, room); break;
        case COL_ID: good &= take_id(stmt, i, field); break;
        case COL_HASH: good &= take_bytes(stmt, i, field, HASH_SIZE); break;
        case COL_GRANT: good &= take_bytes(stmt, i, field, GRANT_SIZE); break;
        }
    }
    return good;
}

static enum status take_secrets(struct sqlite_db *db, struct app *app)
{
    sqlite3_stmt *stmt;
    TRY(sqlite_extra(db, SQL_SECRETS, &stmt));
    TRY(sqlite_check(db, sqlite3_bind_text(stmt, 1, app->id.s, -1, SQLITE_STATIC)));
    int rc;
    bool good = true;
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW && app->nsecrets < APP_SECRETS_MAX) {
        good &= row_take(stmt, &columns_secret, &app->secrets[app->nsecrets++]);
    }
    enum status st = good ? sqlite_check(db, rc) : sqlite_corrupt(db, "a client secret makes no sense");
    sqlite3_reset(stmt);
    return st;
}

// The row that stmt stands on, in memory of its own (*held) or in the arena.
static enum status take(struct sqlite_db *db, sqlite3_stmt *stmt, const struct columns *cols, struct arena *arena,
                        struct held **held, void **row)
{
    size_t n = row_size(stmt, cols);
    if (!arena) *held = held_new(n);
    *row = arena ? arena_alloc(arena, n) : (*held)->row;
    if (!*row) return E_LIMIT;
    if (!row_take(stmt, cols, *row)) return sqlite_corrupt(db, "a row makes no sense");
    return cols == &columns_app ? take_secrets(db, *row) : OK;
}

// Steps once; no row leaves want->row NULL.
static enum status fetch(struct sqlite_db *db, sqlite3_stmt *stmt, struct want *want, struct arena *arena)
{
    int rc = sqlite3_step(stmt);
    enum status st = sqlite_check(db, rc);
    if (rc == SQLITE_ROW) {
        struct held *held = NULL;
        void *row = NULL;
        st = take(db, stmt, wants[want->kind].sql.cols, arena, &held, &row);
        want->held = held;
        want->row = row;
    }
    sqlite3_reset(stmt);
    return st;
}

// All rows, want->id of them at most.
static enum status fetch_list(struct sqlite_db *db, sqlite3_stmt *stmt, struct want *want, struct arena *arena)
{
    const struct columns *cols = wants[want->kind].sql.cols;
    struct row_list *list = arena_alloc(arena, sizeof *list + (size_t)want->id * sizeof list->v[0]);
    enum status st = list ? OK : E_LIMIT;
    int rc = SQLITE_ROW;
    while (st == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct held *none = NULL;
        void *row = NULL;
        st = take(db, stmt, cols, arena, &none, &row);
        if (st == OK) list->v[list->n++] = row;
    }
    if (st == OK) st = sqlite_check(db, rc);
    sqlite3_reset(stmt);
    want->row = list;
    return st;
}

static enum status fill_one(struct sqlite_db *db, struct want *want, struct arena *arena)
{
    enum keep keep = wants[want->kind].keep;
    bool kept = (keep == KEEP_ALL || (keep == KEEP_READER && !db->writer)) && !db->bypass;
    struct cache_key key;
    if (kept && cache_get(&db->cache, want, &key)) return OK;
    sqlite3_stmt **slot = &db->want[want->kind];
    TRY(sqlite_prepare(db, slot, &wants[want->kind].sql));
    TRY(sqlite_bind(db, *slot, wants[want->kind].by, want));
    if (is_list(want->kind)) return fetch_list(db, *slot, want, arena);
    TRY(fetch(db, *slot, want, kept ? NULL : arena));
    if (kept && want->held) cache_put(&db->cache, &key, want->held);
    return OK;
}

enum status sqlite_fill(struct sqlite_db *db, struct op *op)
{
    op_release(op);
    op->nwant = 0;
    for (unsigned round = 0;; round++) {
        unsigned at = op->nwant;
        if (op->type->want) op->type->want(op, round);
        if (op->nwant == at) return OK;
        for (; at < op->nwant; at++) TRY(fill_one(db, &op->want[at], op->arena));
    }
}

static const struct sqlite_sql lists[] = {
    [LIST_ENTERPRISES] = {"SELECT $cols FROM enterprise ORDER BY seq", &columns_enterprise},
    [LIST_WORKSPACES] = {"SELECT $cols FROM workspace ORDER BY seq", &columns_workspace},
    [LIST_CHANNELS] = {"SELECT $cols FROM channel ORDER BY seq", &columns_channel},
    [LIST_USERS] = {"SELECT $cols FROM user ORDER BY seq", &columns_user},
    [LIST_APPS] = {"SELECT $cols FROM app ORDER BY seq", &columns_app},
    [LIST_INSTALLS] = {"SELECT $cols FROM install ORDER BY seq", &columns_install},
    [LIST_EVENTS] = {"SELECT $cols FROM event ORDER BY due, id", &columns_event},
    [LIST_KEYS] = {"SELECT $cols FROM signing_key ORDER BY created, kid", &columns_signing_key},
    [LIST_APPROVALS] = {"SELECT $cols FROM approval ORDER BY id", &columns_approval},
    [LIST_TOKENS] = {"SELECT $cols FROM token ORDER BY id", &columns_token},
};

static enum status list_rows(struct sqlite_db *db, sqlite3_stmt *stmt, const struct columns *cols,
                             void (*each)(void *ctx, const void *row), void *ctx)
{
    for (;;) {
        int rc = sqlite3_step(stmt);
        if (rc != SQLITE_ROW) return sqlite_check(db, rc);
        struct held *held = NULL;
        void *row = NULL;
        enum status st = take(db, stmt, cols, NULL, &held, &row);
        if (st == OK) each(ctx, row);
        held_drop(held);
        TRY(st);
    }
}

enum status sqlite_list(struct sqlite_db *db, enum list_kind kind, void (*row)(void *ctx, const void *row), void *ctx)
{
    sqlite3_stmt *stmt = NULL;
    TRY(sqlite_prepare(db, &stmt, &lists[kind]));
    enum status st = list_rows(db, stmt, lists[kind].cols, row, ctx);
    sqlite3_finalize(stmt);
    return st;
}

enum status sqlite_number(struct sqlite_db *db, const char *sql, int64_t *out)
{
    sqlite3_stmt *stmt = NULL;
    TRY(sqlite_prepare(db, &stmt, &(struct sqlite_sql){sql, NULL}));
    int rc = sqlite3_step(stmt);
    enum status st = sqlite_check(db, rc);
    if (rc == SQLITE_ROW) *out = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return st;
}
