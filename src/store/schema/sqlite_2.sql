-- SPDX-License-Identifier: Apache-2.0
-- Version 2: browser sessions, forms, passwords, approvals, and when an authorization was
-- last used.
ALTER TABLE user ADD COLUMN signed_out INTEGER NOT NULL DEFAULT 0;
ALTER TABLE install ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
CREATE INDEX install_owner ON install (owner, subject);

CREATE TABLE session (
    id INTEGER PRIMARY KEY, hash BLOB NOT NULL, epoch INTEGER NOT NULL, people TEXT NOT NULL, used INTEGER NOT NULL,
    created INTEGER NOT NULL, expires INTEGER NOT NULL
) STRICT;

CREATE TABLE form (
    id INTEGER PRIMARY KEY, hash BLOB NOT NULL, session INTEGER NOT NULL, epoch INTEGER NOT NULL, kind INTEGER NOT NULL,
    path TEXT NOT NULL, query TEXT NOT NULL, domain TEXT NOT NULL, user TEXT NOT NULL, place TEXT NOT NULL,
    created INTEGER NOT NULL, expires INTEGER NOT NULL, used_at INTEGER NOT NULL
) STRICT;

CREATE TABLE password (
    user TEXT PRIMARY KEY, phc TEXT NOT NULL, set_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE approval (
    id INTEGER PRIMARY KEY, verdict INTEGER NOT NULL, decided INTEGER NOT NULL, decider TEXT NOT NULL, app TEXT NOT NULL,
    workspace TEXT NOT NULL, user TEXT NOT NULL, bot_scopes TEXT NOT NULL, user_scopes TEXT NOT NULL,
    message TEXT NOT NULL, created INTEGER NOT NULL
) STRICT;
CREATE INDEX approval_workspace ON approval (workspace, app);
