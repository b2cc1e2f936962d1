// SPDX-License-Identifier: Apache-2.0
// The things the server remembers, as values. Rows that were read own nothing: their strings live in the arena of the
// operation that asked. Times are milliseconds since the epoch (admin clock), 0 = never. Ids are zero-terminated.
#pragma once

#include "base/limits.h"
#include "base/str.h"

struct id {
    char s[LIMIT_ID]; // empty = none
};

static inline struct str id_str(const struct id *id)
{
    return str_of(id->s);
}

static inline bool id_eq(const struct id *a, const struct id *b)
{
    return strcmp(a->s, b->s) == 0;
}

static inline bool id_none(const struct id *id)
{
    return id->s[0] == '\0';
}

// The owner of an authorization is a workspace (T...) or, for an org-wide install, an org (E...: formats.md 1).
static inline bool id_is_org(const struct id *id)
{
    return id->s[0] == 'E';
}

enum { HASH_SIZE = 32 };

struct hash {
    uint8_t b[HASH_SIZE];
};

enum workspace_flag {
    WS_MIGRATING = 1 << 0,       // seed: team_added_to_org
    WS_PREVIEW_BLOCKED = 1 << 1, // seed: preview_feature_not_available
    WS_NEEDS_APPROVAL = 1 << 2,  // seed: apps_need_approval
    WS_UNGRANTED = 1 << 3,       // seed: ungranted (not granted to org-wide installs)
};

enum app_flag {
    APP_DISTRIBUTED = 1 << 0,
    APP_CLASSIC = 1 << 1,
    APP_DELETED = 1 << 2,
    APP_PREVIEW_BLOCKED = 1 << 3,
    APP_PKCE = 1 << 4,       // manifest oauth_config.pkce_enabled: a public client
    APP_ROTATION = 1 << 5,   // manifest settings.token_rotation_enabled
    APP_ORG_DEPLOY = 1 << 6, // manifest settings.org_deploy_enabled
};

enum role { ROLE_MEMBER, ROLE_GUEST, ROLE_ADMIN, ROLE_OWNER, ROLE_ORG_ADMIN, ROLE_DEACTIVATED };

struct enterprise {
    struct id id;
    struct str name, domain;
};

struct workspace {
    struct id id, enterprise; // enterprise empty: in no org
    struct str name, domain;
    unsigned flags; // enum workspace_flag
};

struct channel {
    struct id id, workspace;
    struct str name; // without '#'
};

struct user {
    struct id id, workspace;
    struct str name, real_name, email;
    bool email_verified;
    enum role role;
    int64_t since; // locator drawn when the account was opened, or opened again: what has an older one is void; 0 = all
                   // counts
    int64_t signed_out; // sign-ins up to this moment are void, everywhere (a new password); 0 = all count
};

// The password of a local account (operations.md 15). A row of its own, so that no other look at the person loads it.
struct password {
    struct id user;
    struct str phc; // argon2id, with its parameters and salt (crypto/password.h)
    int64_t set_at;
};

enum { APP_SECRETS_MAX = 8 };

struct client_secret {
    struct hash hash;         // credential.h: label "hallpass.secret.v1"
    int64_t created, expires; // expires 0 = never
};

struct app {
    struct id id, workspace; // workspace: the owner
    struct str client_id, name;
    struct str bot_name; // display name of the bot user
    struct str manifest; // JSON text as registered, for export and the admin API
    unsigned flags;      // enum app_flag
    // Lists are texts with one entry a line, in order, without a newline at the end.
    struct str redirect_urls, bot_scopes, user_scopes, bot_optional, user_optional, published_scopes, allowed_ips;
    unsigned nsecrets;
    struct client_secret secrets[APP_SECRETS_MAX];
    struct id creator; // who made it by apps.manifest.create; empty: the seed or an administrator
    struct str signing_secret, verification_token; // kept readable: outgoing requests carry them (formats.md 2)
    struct hash signing_hash; // of the signing secret, only to tell a mix-up (cause secret_is_signing); zeros = none
};

enum code_endpoint { EP_V1, EP_V2, EP_V2_USER, EP_OPENID };

struct code {
    int64_t id; // locator
    struct hash hash;
    struct id app, user, workspace,
        enterprise; // org-wide: workspace empty. Else enterprise is the workspace's org, if any
    enum code_endpoint endpoint;
    struct str bot_scopes, user_scopes; // granted, comma separated, in the order asked
    struct str redirect_uri;            // the one used for the callback
    bool redirect_sent;                 // the parameter was there
    bool redirect_first;                // byte for byte the first configured one at that moment
    struct str challenge;               // S256, empty = none
    struct str nonce;                   // EP_OPENID: as sent, for the id_token (openid.md 3), else empty
    struct id channel;                  // picked for incoming-webhook, else empty
    int64_t created, expires;           // good while now < expires
    unsigned attempts;                  // failed in steps 10 to 13
    int64_t spent_at;                   // 0 = not spent
    uint8_t spent_by[16];               // grant id of the attempt that won
};

enum token_kind { TOKEN_BOT = 'b', TOKEN_USER = 'p', TOKEN_CONFIG = 'c' };

struct token {
    int64_t id; // locator
    struct hash hash;
    enum token_kind kind;
    struct id app, owner;    // owner: workspace, or org of an org-wide install
    struct id user;          // TOKEN_USER: whose; TOKEN_BOT: the installer
    int64_t epoch;           // of the install row it belongs to; another epoch there: the authorization has ended
    int64_t issued, expires; // expires 0 = never
    int64_t revoked;         // 0 = live
    int64_t code;            // locator of the code it came from
    int64_t exchanged;       // oauth.v2.exchange: locator of the rotating token it was swapped for, 0 = it was not
};

// One authorization: app in a workspace or org, for the bot (subject empty) or for a person (subject = user id).
struct install {
    struct id app, owner, subject;
    int64_t epoch;     // starts at 1, one more each time the authorization ends
    struct str scopes; // comma separated in grant order; may hold repeats after a race; empty = ended
    int64_t live[2];   // locators of the two newest rotating access tokens, newest first; 0 = none
    int64_t created, updated;
    struct id installer;
    int64_t used; // the day (its first ms) a token of it was last used, 0 = never
};

// The line a refresh token belongs to is that of its access token. Single use with a grace (token-rotation.md 4).
struct refresh {
    int64_t id; // locator
    struct hash hash;
    enum token_kind kind;
    struct id app, owner, user; // as in struct token
    int64_t epoch;
    int64_t access;          // locator of the access token it came with
    int64_t parent;          // locator of the refresh token whose use made it, 0 = a code exchange
    int64_t issued, expires; // expires 0 = never
    int64_t migrated;        // oauth.v2.exchange: token that ends when this one is first used, 0 = none
    bool desktop;            // from a desktop redirect: refreshes without a secret
    int64_t used_at;         // first use, 0 = never
    int64_t heir;            // of the refresh tokens its uses made, the one that was used first, 0 = none yet
    unsigned grace_uses;     // uses after the first
    int64_t revoked;         // 0 = live
};

// An incoming webhook that an exchange created.
struct webhook {
    int64_t id; // locator
    struct hash hash;
    struct id app, workspace, channel; // workspace: the channel's, which its URL names
    struct id owner, subject;          // with the app: the authorization that it hangs on
    int64_t epoch;                     // of that authorization; another epoch there: it has ended
    int64_t created, revoked;
};

// An event on its way to an app (other-methods.md 10); the row stays until it was delivered or given up.
struct event {
    int64_t id; // locator
    struct id app, owner;
    struct str url, body; // where to, and the JSON text that is signed
    int64_t created, due; // next try
    unsigned attempts;    // tries so far
};

// A key that signs id tokens (openid.md 6).
struct signing_key {
    struct str kid;           // RFC 7638 thumbprint
    struct str pem;           // private key, PKCS #8
    int64_t created, retired; // retired 0 = it signs; else it is published for one more hour
};

// A browser that has been here (authorize.md 6, operations.md 15). Its secret is in a cookie (oauth/session.h).
struct session {
    int64_t id;               // locator
    struct hash hash;         // of the cookie in force
    int64_t epoch;            // one more each time the secret is renewed; forms handed out under another one are void
    struct str people;        // who is signed in, one a line, the present one first; empty: nobody
    int64_t used;             // last seen, to some minutes
    int64_t created, expires; // expires: the end, however much it is used
};

enum form_kind { FORM_SIGNIN, FORM_CONSENT, FORM_ERROR, FORM_APPS, FORM_APPROVALS };

// A page with forms that was handed to a browser: what it was about stays here, so that nothing of it is taken from
// what comes back (security.md S26).
struct form {
    int64_t id;       // locator
    struct hash hash; // of the token in the page
    int64_t session, epoch;
    enum form_kind kind;
    struct str path, query; // of the request that the page answered
    struct str domain;      // sub-domain of its Host header, empty = none
    struct id user, place;  // who was asked, for which workspace or org; empty = nobody, none
    int64_t created, expires;
    int64_t used_at; // 0 = not used; only what may happen once uses it up
};

enum approval_verdict { VERDICT_NONE, VERDICT_APPROVED, VERDICT_DENIED };

// A member's request to the admins of a workspace with apps_need_approval (authorize.md 4).
struct approval {
    int64_t id; // locator
    enum approval_verdict verdict;
    int64_t decided; // 0 = it waits
    struct id decider, app, workspace, user;
    struct str bot_scopes, user_scopes, message;
    int64_t created;
};

// Rows of a want that finds several.
struct row_list {
    size_t n;
    const void *v[];
};

// Of rows that start with their id, the one with that id; NULL: it is not among them. list NULL: there are none.
static inline const void *row_by_id(const struct row_list *list, const struct id *id)
{
    for (size_t i = 0; list && i < list->n; i++)
        if (id_eq((const struct id *)list->v[i], id)) return list->v[i];
    return NULL;
}
