// SPDX-License-Identifier: Apache-2.0
#include "store/columns.h"

static_assert(sizeof(enum role) == sizeof(unsigned) && sizeof(enum code_endpoint) == sizeof(unsigned) &&
                  sizeof(enum token_kind) == sizeof(unsigned) && sizeof(enum form_kind) == sizeof(unsigned) &&
                  sizeof(enum approval_verdict) == sizeof(unsigned),
              "COL_U32 reads enums as unsigned");

static const struct column enterprise[] = {
    COLUMN(enterprise, id, ID),
    COLUMN(enterprise, name, STR),
    COLUMN(enterprise, domain, STR),
};

static const struct column workspace[] = {
    COLUMN(workspace, id, ID),      COLUMN(workspace, enterprise, ID), COLUMN(workspace, name, STR),
    COLUMN(workspace, domain, STR), COLUMN(workspace, flags, U32),
};

static const struct column channel[] = {
    COLUMN(channel, id, ID),
    COLUMN(channel, workspace, ID),
    COLUMN(channel, name, STR),
};

static const struct column user[] = {
    COLUMN(user, id, ID),         COLUMN(user, workspace, ID), COLUMN(user, name, STR),
    COLUMN(user, real_name, STR), COLUMN(user, email, STR),    COLUMN(user, email_verified, BOOL),
    COLUMN(user, role, U32),      COLUMN(user, since, I64),    COLUMN(user, signed_out, I64),
};

static const struct column app[] = {
    COLUMN(app, id, ID),
    COLUMN(app, workspace, ID),
    COLUMN(app, client_id, STR),
    COLUMN(app, name, STR),
    COLUMN(app, bot_name, STR),
    COLUMN(app, manifest, STR),
    COLUMN(app, flags, U32),
    COLUMN(app, redirect_urls, STR),
    COLUMN(app, bot_scopes, STR),
    COLUMN(app, user_scopes, STR),
    COLUMN(app, bot_optional, STR),
    COLUMN(app, user_optional, STR),
    COLUMN(app, published_scopes, STR),
    COLUMN(app, allowed_ips, STR),
    COLUMN(app, signing_hash, HASH),
    COLUMN(app, creator, ID),
    COLUMN(app, signing_secret, STR),
    COLUMN(app, verification_token, STR),
};

static const struct column secret[] = {
    COLUMN(client_secret, hash, HASH),
    COLUMN(client_secret, created, I64),
    COLUMN(client_secret, expires, I64),
};

static const struct column code[] = {
    COLUMN(code, id, I64),           COLUMN(code, hash, HASH),          COLUMN(code, app, ID),
    COLUMN(code, user, ID),          COLUMN(code, workspace, ID),       COLUMN(code, enterprise, ID),
    COLUMN(code, endpoint, U32),     COLUMN(code, bot_scopes, STR),     COLUMN(code, user_scopes, STR),
    COLUMN(code, redirect_uri, STR), COLUMN(code, redirect_sent, BOOL), COLUMN(code, redirect_first, BOOL),
    COLUMN(code, challenge, STR),    COLUMN(code, channel, ID),         COLUMN(code, created, I64),
    COLUMN(code, expires, I64),      COLUMN(code, attempts, U32),       COLUMN(code, spent_at, I64),
    COLUMN(code, spent_by, GRANT),   COLUMN(code, nonce, STR),
};

static const struct column token[] = {
    COLUMN(token, id, I64),      COLUMN(token, hash, HASH),   COLUMN(token, kind, U32),  COLUMN(token, app, ID),
    COLUMN(token, owner, ID),    COLUMN(token, user, ID),     COLUMN(token, epoch, I64), COLUMN(token, issued, I64),
    COLUMN(token, expires, I64), COLUMN(token, revoked, I64), COLUMN(token, code, I64),  COLUMN(token, exchanged, I64),
};

// The key and the epoch stand first: statements that need no more bind no more.
static const struct column install[] = {
    COLUMN(install, app, ID),
    COLUMN(install, owner, ID),
    COLUMN(install, subject, ID),
    COLUMN(install, epoch, I64),
    COLUMN(install, scopes, STR),
    {"live0", COL_I64, offsetof(struct install, live[0])},
    {"live1", COL_I64, offsetof(struct install, live[1])},
    COLUMN(install, created, I64),
    COLUMN(install, updated, I64),
    COLUMN(install, installer, ID),
    COLUMN(install, used, I64),
};

// What a use looks at stands first.
static const struct column refresh[] = {
    COLUMN(refresh, id, I64),      COLUMN(refresh, used_at, I64),  COLUMN(refresh, grace_uses, U32),
    COLUMN(refresh, revoked, I64), COLUMN(refresh, hash, HASH),    COLUMN(refresh, kind, U32),
    COLUMN(refresh, app, ID),      COLUMN(refresh, owner, ID),     COLUMN(refresh, user, ID),
    COLUMN(refresh, epoch, I64),   COLUMN(refresh, access, I64),   COLUMN(refresh, parent, I64),
    COLUMN(refresh, issued, I64),  COLUMN(refresh, expires, I64),  COLUMN(refresh, desktop, BOOL),
    COLUMN(refresh, heir, I64),    COLUMN(refresh, migrated, I64),
};

static const struct column webhook[] = {
    COLUMN(webhook, id, I64),       COLUMN(webhook, hash, HASH),  COLUMN(webhook, app, ID),
    COLUMN(webhook, workspace, ID), COLUMN(webhook, channel, ID), COLUMN(webhook, owner, ID),
    COLUMN(webhook, subject, ID),   COLUMN(webhook, epoch, I64),  COLUMN(webhook, created, I64),
    COLUMN(webhook, revoked, I64),
};

static const struct column event[] = {
    COLUMN(event, id, I64),   COLUMN(event, app, ID),      COLUMN(event, owner, ID), COLUMN(event, url, STR),
    COLUMN(event, body, STR), COLUMN(event, created, I64), COLUMN(event, due, I64),  COLUMN(event, attempts, U32),
};

static const struct column signing_key[] = {
    COLUMN(signing_key, kid, STR),
    COLUMN(signing_key, pem, STR),
    COLUMN(signing_key, created, I64),
    COLUMN(signing_key, retired, I64),
};

// What a renewal writes stands first.
static const struct column session[] = {
    COLUMN(session, id, I64),      COLUMN(session, hash, HASH), COLUMN(session, epoch, I64),
    COLUMN(session, people, STR),  COLUMN(session, used, I64),  COLUMN(session, created, I64),
    COLUMN(session, expires, I64),
};

static const struct column form[] = {
    COLUMN(form, id, I64),      COLUMN(form, hash, HASH), COLUMN(form, session, I64), COLUMN(form, epoch, I64),
    COLUMN(form, kind, U32),    COLUMN(form, path, STR),  COLUMN(form, query, STR),   COLUMN(form, domain, STR),
    COLUMN(form, user, ID),     COLUMN(form, place, ID),  COLUMN(form, created, I64), COLUMN(form, expires, I64),
    COLUMN(form, used_at, I64),
};

static const struct column password[] = {
    COLUMN(password, user, ID),
    COLUMN(password, phc, STR),
    COLUMN(password, set_at, I64),
};

// What a decision writes stands first.
static const struct column approval[] = {
    COLUMN(approval, id, I64),      COLUMN(approval, verdict, U32),    COLUMN(approval, decided, I64),
    COLUMN(approval, decider, ID),  COLUMN(approval, app, ID),         COLUMN(approval, workspace, ID),
    COLUMN(approval, user, ID),     COLUMN(approval, bot_scopes, STR), COLUMN(approval, user_scopes, STR),
    COLUMN(approval, message, STR), COLUMN(approval, created, I64),
};

const struct columns columns_enterprise = COLUMNS(enterprise, enterprise);
const struct columns columns_workspace = COLUMNS(workspace, workspace);
const struct columns columns_channel = COLUMNS(channel, channel);
const struct columns columns_user = COLUMNS(user, user);
const struct columns columns_app = COLUMNS(app, app);
const struct columns columns_secret = COLUMNS(secret, client_secret);
const struct columns columns_code = COLUMNS(code, code);
const struct columns columns_token = COLUMNS(token, token);
const struct columns columns_install = COLUMNS(install, install);
const struct columns columns_refresh = COLUMNS(refresh, refresh);
const struct columns columns_webhook = COLUMNS(webhook, webhook);
const struct columns columns_event = COLUMNS(event, event);
const struct columns columns_signing_key = COLUMNS(signing_key, signing_key);
const struct columns columns_session = COLUMNS(session, session);
const struct columns columns_form = COLUMNS(form, form);
const struct columns columns_password = COLUMNS(password, password);
const struct columns columns_approval = COLUMNS(approval, approval);
