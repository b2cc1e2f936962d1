// SPDX-License-Identifier: Apache-2.0
// Writes: what a decision asks for, as SQL.
#include "store/sqlite.h"

static const struct column key[] = {COLUMN(write, key, STR)};
static const struct column spend[] = {COLUMN(write, id, I64), COLUMN(write, at, I64), COLUMN(write, attempt, GRANT)};
static const struct columns by_key = COLUMNS(key, write), by_spend = COLUMNS(spend, write);

static_assert(sizeof((struct write){0}.attempt) == GRANT_SIZE, "the columns of struct write");

// A write's parameters come from the row it names, from the write itself, or from the row but for the last, which is
// the write's `at`.
enum source { FROM_ROW, FROM_WRITE, FROM_ROW_AND_AT };

static const struct {
    struct sqlite_sql sql; // its columns are what is bound
    enum source source;
    bool guard; // changing no row means that it lost
} writes[WRITE_KINDS] = {
#define PUT(table)                                                                                                     \
    {                                                                                                                  \
        {"INSERT INTO " #table " ($cols) VALUES ($vals) ON CONFLICT (id) DO UPDATE SET $sets", &columns_##table},      \
            FROM_ROW, false                                                                                            \
    }
    [PUT_ENTERPRISE] = PUT(enterprise),
    [PUT_WORKSPACE] = PUT(workspace),
    [PUT_CHANNEL] = PUT(channel),
    [PUT_USER] = PUT(user),
    [PUT_APP] = PUT(app),
#undef PUT
    [DROP_ENTERPRISE] = {{"DELETE FROM enterprise WHERE id = ?1", &by_key}, FROM_WRITE, false},
    [DROP_WORKSPACE] = {{"DELETE FROM workspace WHERE id = ?1", &by_key}, FROM_WRITE, false},
    [DROP_CHANNEL] = {{"DELETE FROM channel WHERE id = ?1", &by_key}, FROM_WRITE, false},
    [DROP_USER] = {{"DELETE FROM user WHERE id = ?1", &by_key}, FROM_WRITE, false},
    [ADD_CODE] = {{"INSERT INTO code ($cols) VALUES ($vals)", &columns_code}, FROM_ROW, false},
    [SPEND_CODE] = {{"UPDATE code SET spent_at = ?2, spent_by = ?3 WHERE id = ?1 AND spent_at = 0 AND expires > ?2",
                     &by_spend},
                    FROM_WRITE,
                    true},
    [COUNT_ATTEMPT] = {{"UPDATE code SET attempts = attempts + 1 WHERE id = ?1", &by_spend}, FROM_WRITE, false},
    [ADD_TOKEN] = {{"INSERT INTO token ($cols) VALUES ($vals)", &columns_token}, FROM_ROW, false},
    [ADD_REFRESH] = {{"INSERT INTO refresh ($cols) VALUES ($vals)", &columns_refresh}, FROM_ROW, false},
    [USE_REFRESH] =
        {{"UPDATE refresh SET used_at = iif(used_at = 0, ?5, used_at), grace_uses = grace_uses + (used_at <> 0)"
          " WHERE id = ?1 AND used_at = ?2 AND grace_uses = ?3 AND revoked = ?4",
          &columns_refresh},
         FROM_ROW_AND_AT,
         true},
    [CLAIM_HEIR] = {{"UPDATE refresh SET heir = ?2 WHERE id = ?1 AND heir = 0", &by_spend}, FROM_WRITE, false},
    [ADD_WEBHOOK] = {{"INSERT INTO webhook ($cols) VALUES ($vals)", &columns_webhook}, FROM_ROW, false},
    [MERGE_INSTALL] = {{"INSERT INTO install ($cols) VALUES ($vals) ON CONFLICT (app, owner, subject) DO UPDATE SET"
                        " scopes = CASE WHEN scopes = '' THEN excluded.scopes WHEN excluded.scopes = '' THEN scopes"
                        " ELSE scopes || ',' || excluded.scopes END,"
                        " live1 = iif(excluded.live0 = 0, live1, live0),"
                        " live0 = iif(excluded.live0 = 0, live0, excluded.live0),"
                        " updated = excluded.updated, installer = excluded.installer WHERE epoch = excluded.epoch",
                        &columns_install},
                       FROM_ROW,
                       false},
    [END_INSTALL] = {{"UPDATE install SET epoch = epoch + 1, scopes = '', live0 = 0, live1 = 0"
                      " WHERE app = ?1 AND owner = ?2 AND subject = ?3 AND epoch = ?4",
                      &columns_install},
                     FROM_ROW,
                     true},
    [EXCHANGE_TOKEN] = {{"UPDATE token SET exchanged = ?2 WHERE id = ?1 AND exchanged = 0", &by_spend},
                        FROM_WRITE,
                        true},
    [EXPIRE_TOKEN] = {{"UPDATE token SET expires = ?2 WHERE id = ?1 AND (expires = 0 OR expires > ?2)", &by_spend},
                      FROM_WRITE,
                      false},
    [REVOKE_REFRESH] = {{"UPDATE refresh SET revoked = ?2 WHERE id = ?1 AND revoked = 0", &by_spend},
                        FROM_WRITE,
                        false},
    [END_INSTALLS] = {{"UPDATE install SET epoch = epoch + 1, scopes = '', live0 = 0, live1 = 0"
                       " WHERE app = ?1 AND owner = ?2 AND scopes <> ''",
                       &columns_install},
                      FROM_ROW,
                      false},
    [END_APP] = {{"UPDATE install SET epoch = epoch + 1, scopes = '', live0 = 0, live1 = 0"
                  " WHERE app = ?1 AND scopes <> ''",
                  &by_key},
                 FROM_WRITE,
                 false},
    [ADD_EVENT] = {{"INSERT INTO event ($cols) VALUES ($vals)", &columns_event}, FROM_ROW, false},
    [RETRY_EVENT] = {{"UPDATE event SET due = ?2, attempts = attempts + 1 WHERE id = ?1", &by_spend},
                     FROM_WRITE,
                     false},
    [DROP_EVENT] = {{"DELETE FROM event WHERE id = ?1", &by_spend}, FROM_WRITE, false},
#define EXPIRE(table)                                                                                                  \
    {                                                                                                                  \
        {"UPDATE " #table " SET expires = 1 WHERE expires > 1 AND expires <= ?2", &by_spend}, FROM_WRITE, false        \
    }
    [EXPIRE_CODES] = EXPIRE(code),
    [EXPIRE_TOKENS] = EXPIRE(token),
    [EXPIRE_REFRESHES] = EXPIRE(refresh),
    [EXPIRE_SECRETS] = EXPIRE(app_secret),
#undef EXPIRE
    [CLOSE_GRACES] = {{"UPDATE refresh SET revoked = ?2 WHERE revoked = 0 AND used_at > 0 AND used_at <= ?2 - ?1",
                       &by_spend},
                      FROM_WRITE,
                      false},
    [PUT_KEY] = {{"INSERT INTO signing_key ($cols) VALUES ($vals) ON CONFLICT (kid) DO UPDATE SET $sets",
                  &columns_signing_key},
                 FROM_ROW,
                 false},
    [DROP_KEY] = {{"DELETE FROM signing_key WHERE kid = ?1", &by_key}, FROM_WRITE, false},
    [USE_INSTALL] = {{"UPDATE install SET used = ?5 WHERE app = ?1 AND owner = ?2 AND subject = ?3 AND epoch = ?4"
                      " AND used < ?5",
                      &columns_install},
                     FROM_ROW_AND_AT,
                     false},
    [ADD_SESSION] = {{"INSERT INTO session ($cols) VALUES ($vals)", &columns_session}, FROM_ROW, false},
    [RENEW_SESSION] = {{"UPDATE session SET hash = ?2, epoch = ?3, people = ?4, used = ?5 WHERE id = ?1"
                        " AND epoch = ?3 - 1",
                        &columns_session},
                       FROM_ROW,
                       true},
    [TOUCH_SESSION] = {{"UPDATE session SET used = ?2 WHERE id = ?1 AND used < ?2", &by_spend}, FROM_WRITE, false},
    [ADD_FORM] = {{"INSERT INTO form ($cols) VALUES ($vals)", &columns_form}, FROM_ROW, false},
    [SPEND_FORM] = {{"UPDATE form SET used_at = ?2 WHERE id = ?1 AND used_at = 0 AND expires > ?2", &by_spend},
                    FROM_WRITE,
                    true},
#define SWEEP(table)                                                                                                   \
    {                                                                                                                  \
        {"DELETE FROM " #table " WHERE id IN (SELECT id FROM " #table " ORDER BY id LIMIT ?1) AND expires <= ?2",      \
         &by_spend},                                                                                                   \
            FROM_WRITE, false                                                                                          \
    }
    [SWEEP_SESSIONS] = SWEEP(session),
    [SWEEP_FORMS] = SWEEP(form),
#undef SWEEP
    [EXPIRE_SESSIONS] = {{"UPDATE session SET expires = 1 WHERE expires > 1 AND (expires <= ?2 OR used <= ?2 - ?1)",
                          &by_spend},
                         FROM_WRITE,
                         false},
    [EXPIRE_FORMS] = {{"UPDATE form SET expires = 1 WHERE expires > 1 AND expires <= ?2", &by_spend},
                      FROM_WRITE,
                      false},
    [PUT_PASSWORD] = {{"INSERT INTO password ($cols) VALUES ($vals) ON CONFLICT (user) DO UPDATE SET $sets",
                       &columns_password},
                      FROM_ROW,
                      false},
    [DROP_PASSWORD] = {{"DELETE FROM password WHERE user = ?1", &by_key}, FROM_WRITE, false},
    [ADD_APPROVAL] = {{"INSERT INTO approval ($cols) VALUES ($vals)", &columns_approval}, FROM_ROW, false},
    [DECIDE_APPROVAL] = {{"UPDATE approval SET verdict = ?2, decided = ?3, decider = ?4 WHERE id = ?1 AND verdict = 0",
                          &columns_approval},
                         FROM_ROW,
                         true},
    // Must change a byte: SQLite writes no page whose content stays the same.
    [TOUCH] = {{"INSERT INTO meta (name, value) VALUES ('touched', 1) ON CONFLICT (name) DO UPDATE SET"
                " value = value + 1",
                &by_key},
               FROM_WRITE,
               false},
    // The first revocation stays: one that was answered is never changed (reliability.md 1, I4).
    [REVOKE_TOKEN] = {{"UPDATE token SET revoked = ?2 WHERE id = ?1 AND revoked = 0", &by_spend}, FROM_WRITE, false},
};

// What a wipe removes cannot be issued again: its greatest locator stays. The clock may start anew.
static const char wipe[] =
    "UPDATE meta SET value = max(value, (SELECT coalesce(max(id), 0) FROM code),"
    " (SELECT coalesce(max(id), 0) FROM token), (SELECT coalesce(max(id), 0) FROM refresh),"
    " (SELECT coalesce(max(id), 0) FROM webhook), (SELECT coalesce(max(id), 0) FROM event),"
    " (SELECT coalesce(max(id), 0) FROM session), (SELECT coalesce(max(id), 0) FROM form),"
    " (SELECT coalesce(max(id), 0) FROM approval)) WHERE name = 'last_locator';"
    "UPDATE meta SET value = 0 WHERE name = 'last_time';"
    "DELETE FROM enterprise; DELETE FROM workspace; DELETE FROM channel; DELETE FROM user; DELETE FROM app;"
    "DELETE FROM app_secret; DELETE FROM install; DELETE FROM code; DELETE FROM token; DELETE FROM refresh;"
    "DELETE FROM webhook; DELETE FROM event; DELETE FROM signing_key; DELETE FROM session; DELETE FROM form;"
    "DELETE FROM password; DELETE FROM approval;";

static enum status add_secret(struct sqlite_db *db, const struct app *app, unsigned n)
{
    const struct client_secret *secret = &app->secrets[n];
    sqlite3_stmt *stmt;
    TRY(sqlite_extra(db, SQL_SECRET_ADD, &stmt));
    TRY(sqlite_check(db, sqlite3_bind_text(stmt, 1, app->id.s, -1, SQLITE_STATIC)));
    TRY(sqlite_check(db, sqlite3_bind_int64(stmt, 2, n)));
    TRY(sqlite_check(db, sqlite3_bind_blob(stmt, 3, secret->hash.b, HASH_SIZE, SQLITE_STATIC)));
    TRY(sqlite_check(db, sqlite3_bind_int64(stmt, 4, secret->created)));
    TRY(sqlite_check(db, sqlite3_bind_int64(stmt, 5, secret->expires)));
    return sqlite_step(db, stmt);
}

static enum status put_secrets(struct sqlite_db *db, const struct app *app)
{
    sqlite3_stmt *stmt;
    TRY(sqlite_extra(db, SQL_SECRETS_DROP, &stmt));
    TRY(sqlite_check(db, sqlite3_bind_text(stmt, 1, app->id.s, -1, SQLITE_STATIC)));
    TRY(sqlite_step(db, stmt));
    for (unsigned i = 0; i < app->nsecrets; i++) TRY(add_secret(db, app, i));
    return OK;
}

// *changed: rows that the statement changed.
static enum status apply_one(struct sqlite_db *db, const struct write *w, int *changed)
{
    if (write_is_directory(w->kind)) db->bypass = true;
    if (w->kind == WIPE_ALL) return sqlite_check(db, sqlite3_exec(db->h, wipe, NULL, NULL, NULL));
    sqlite3_stmt **slot = &db->write[w->kind];
    TRY(sqlite_prepare(db, slot, &writes[w->kind].sql));
    enum source source = writes[w->kind].source;
    TRY(sqlite_bind(db, *slot, writes[w->kind].sql.cols, source == FROM_WRITE ? w : w->row));
    if (source == FROM_ROW_AND_AT) {
        TRY(sqlite_check(db, sqlite3_bind_int64(*slot, sqlite3_bind_parameter_count(*slot), w->at)));
    }
    TRY(sqlite_step(db, *slot));
    *changed = sqlite3_changes(db->h);
    return w->kind == PUT_APP ? put_secrets(db, w->row) : OK;
}

enum status sqlite_apply(struct sqlite_db *db, const struct op *op, bool *lost)
{
    for (unsigned i = 0; i < op->nwrite; i++) {
        int changed = 1;
        TRY(apply_one(db, &op->write[i], &changed));
        if (changed || !writes[op->write[i].kind].guard) continue;
        if (i > 0) return E_CONFLICT; // something is written already: the transaction has to go
        *lost = true;
        return OK;
    }
    return OK;
}
