-- SPDX-License-Identifier: Apache-2.0
-- Version 1 of the schema; what came later is in the files beside this, a version each. Times are milliseconds since 1970, 0 = never. Lists and scopes are texts as oauth/rows.h describes them.
-- Rows with a credential have its locator as their key: it is time-ordered, so inserts append to the right-hand edge.
-- Directory rows have `seq`, the order in which they were added. They are no WITHOUT ROWID tables because a manifest is
-- larger than a page, and large rows in inner nodes make such a tree deep.

CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- last_time: the greatest clock of a write; last_locator: the greatest locator that a wipe removed.
INSERT INTO meta VALUES ('last_time', 0), ('last_locator', 0);

CREATE TABLE enterprise (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, domain TEXT NOT NULL
) STRICT;

CREATE TABLE workspace (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, enterprise TEXT NOT NULL, name TEXT NOT NULL,
    domain TEXT NOT NULL, flags INTEGER NOT NULL
) STRICT;
CREATE INDEX workspace_domain ON workspace (domain);
CREATE INDEX workspace_enterprise ON workspace (enterprise, id);

CREATE TABLE channel (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, workspace TEXT NOT NULL, name TEXT NOT NULL
) STRICT;
CREATE INDEX channel_workspace ON channel (workspace);

CREATE TABLE user (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, workspace TEXT NOT NULL, name TEXT NOT NULL,
    real_name TEXT NOT NULL, email TEXT NOT NULL, email_verified INTEGER NOT NULL, role INTEGER NOT NULL,
    since INTEGER NOT NULL
) STRICT;
CREATE INDEX user_workspace ON user (workspace);

CREATE TABLE app (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, workspace TEXT NOT NULL, client_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL, bot_name TEXT NOT NULL, manifest TEXT NOT NULL, flags INTEGER NOT NULL,
    redirect_urls TEXT NOT NULL, bot_scopes TEXT NOT NULL, user_scopes TEXT NOT NULL, bot_optional TEXT NOT NULL,
    user_optional TEXT NOT NULL, published_scopes TEXT NOT NULL, allowed_ips TEXT NOT NULL, signing_hash BLOB NOT NULL,
    creator TEXT NOT NULL, signing_secret TEXT NOT NULL, verification_token TEXT NOT NULL
) STRICT;

CREATE TABLE app_secret (
    app TEXT NOT NULL, n INTEGER NOT NULL, hash BLOB NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL,
    PRIMARY KEY (app, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE install (
    seq INTEGER PRIMARY KEY, app TEXT NOT NULL, owner TEXT NOT NULL, subject TEXT NOT NULL, epoch INTEGER NOT NULL,
    scopes TEXT NOT NULL, live0 INTEGER NOT NULL, live1 INTEGER NOT NULL, created INTEGER NOT NULL,
    updated INTEGER NOT NULL, installer TEXT NOT NULL, UNIQUE (app, owner, subject)
) STRICT;

CREATE TABLE code (
    id INTEGER PRIMARY KEY, hash BLOB NOT NULL, app TEXT NOT NULL, user TEXT NOT NULL, workspace TEXT NOT NULL,
    enterprise TEXT NOT NULL, endpoint INTEGER NOT NULL, bot_scopes TEXT NOT NULL, user_scopes TEXT NOT NULL,
    redirect_uri TEXT NOT NULL, redirect_sent INTEGER NOT NULL, redirect_first INTEGER NOT NULL,
    challenge TEXT NOT NULL, channel TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL,
    attempts INTEGER NOT NULL, spent_at INTEGER NOT NULL, spent_by BLOB NOT NULL, nonce TEXT NOT NULL
) STRICT;

CREATE TABLE token (
    id INTEGER PRIMARY KEY, hash BLOB NOT NULL, kind INTEGER NOT NULL, app TEXT NOT NULL, owner TEXT NOT NULL,
    user TEXT NOT NULL, epoch INTEGER NOT NULL, issued INTEGER NOT NULL, expires INTEGER NOT NULL,
    revoked INTEGER NOT NULL, code INTEGER NOT NULL, exchanged INTEGER NOT NULL
) STRICT;

CREATE TABLE refresh (
    id INTEGER PRIMARY KEY, hash BLOB NOT NULL, kind INTEGER NOT NULL, app TEXT NOT NULL, owner TEXT NOT NULL,
    user TEXT NOT NULL, epoch INTEGER NOT NULL, access INTEGER NOT NULL, parent INTEGER NOT NULL,
    issued INTEGER NOT NULL, expires INTEGER NOT NULL, desktop INTEGER NOT NULL, used_at INTEGER NOT NULL,
    heir INTEGER NOT NULL, grace_uses INTEGER NOT NULL, revoked INTEGER NOT NULL, migrated INTEGER NOT NULL
) STRICT;

CREATE TABLE webhook (
    id INTEGER PRIMARY KEY, hash BLOB NOT NULL, app TEXT NOT NULL, workspace TEXT NOT NULL, channel TEXT NOT NULL,
    owner TEXT NOT NULL, subject TEXT NOT NULL, epoch INTEGER NOT NULL, created INTEGER NOT NULL, revoked INTEGER NOT NULL
) STRICT;

CREATE TABLE event (
    id INTEGER PRIMARY KEY, app TEXT NOT NULL, owner TEXT NOT NULL, url TEXT NOT NULL, body TEXT NOT NULL,
    created INTEGER NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL
) STRICT;

CREATE TABLE signing_key (
    kid TEXT PRIMARY KEY, pem TEXT NOT NULL, created INTEGER NOT NULL, retired INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
