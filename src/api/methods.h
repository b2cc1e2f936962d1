// SPDX-License-Identifier: Apache-2.0
// The Web API as a table: a method is a row. Generic refusals are made by the steps from what the row says.
#pragma once

#include "api/call.h"
#include "oauth/exchange.h"
#include "world/rate.h"

enum api_auth {
    AUTH_NONE,    // no token, charged to the address
    AUTH_TOKEN,   // needs a token (envelope.md 5.3)
    AUTH_CLIENT,  // client credentials (oauth.v2.access.md 3)
    AUTH_REFRESH, // the refresh token in its argument is all that it needs (token-rotation.md 6)
};

enum api_flag {
    M_JSON = 1 << 0,         // takes JSON arguments (envelope.md 3)
    M_JSON_SETTING = 1 << 1, // takes them with json_arguments = on
    M_NEEDS_ARGS = 1 << 2,   // an empty form without a query is invalid_form_data (envelope.md 3 row 8)
    M_CODE_GRANT = 1 << 3,   // step 6b of oauth.v2.access.md 5 applies
    M_GRANTS = 1 << 8,       // grant_type is one of its arguments; without, it knows the code grant only
    M_INTERNAL = 1 << 4,     // our fault is called internal_error here, else fatal_error (envelope.md 5.1)
    M_ANY_ARGS = 1 << 5,     // every argument is one of the method's
    M_TOKEN_BOT = 1 << 6,    // kinds of token it takes
    M_TOKEN_USER = 1 << 7,
    M_TOKEN_CONFIG = 1 << 9,
    M_TOKEN_REFRESH = 1 << 10, // a refresh token may be the bearer
    M_RETIRED = 1 << 11,       // method_deprecated, whatever comes; a name that ends in ".*" stands for all of a family
    M_TAKES_TOKEN = 1 << 12,   // AUTH_CLIENT: a token is one of its arguments; the others refuse one
    M_SIGNS = 1 << 13,         // its answer holds an id token
};

enum arg_flag { A_REQUIRED = 1 << 0 };

struct arg_spec {
    const char *name;
    unsigned flags; // enum arg_flag
};

struct api_method {
    const char *name;
    enum api_auth auth;
    unsigned flags; // enum api_flag
    struct rate_limit rate;
    const char *scope;           // the one it needs; NULL: none
    enum wire_err wrong_kind;    // what a token of another kind gets; W_OK: not_allowed_token_type
    enum code_endpoint endpoint; // AUTH_CLIENT: the authorize page whose codes it takes
    const struct arg_spec *args;
    size_t nargs;
    // Prepares the method's operation in c->op and answers it; NULL: nothing to run, or *error says why not. May be
    // NULL.
    struct op *(*start)(struct api_call *c, enum wire_err *error);
    // Judges what that operation read, where it decides nothing itself. May be NULL.
    enum wire_err (*check)(struct api_call *c);
    // Writes the members behind "ok":true.
    void (*reply)(struct api_call *c, struct json *j);
    // Writes members behind the error of a refusal. May be NULL.
    void (*refusal)(struct api_call *c, struct json *j);
    const char *doc;
};

// What a fault of ours is called on this method (envelope.md 5.1).
enum wire_err call_fault(const struct api_call *c);
// It takes client credentials instead of a token.
static inline bool call_is_exchange(const struct api_call *c)
{
    return c->method->auth == AUTH_CLIENT;
}
// The grant that a call asks for (oauth.v2.access.md 4).
enum grant call_grant(const struct api_call *c);

// NULL: no such method. Any thread, static.
const struct api_method *api_method_find(struct str name);
const struct api_method *api_methods(size_t *n);

// m_oauth.c
struct op *oauth_start(struct api_call *c, enum wire_err *error);
void oauth_v2_access_reply(struct api_call *c, struct json *j);
void oauth_v2_user_access_reply(struct api_call *c, struct json *j);
void oauth_access_reply(struct api_call *c, struct json *j);
// m_refresh.c
struct op *oauth_refresh_start(struct api_call *c, enum wire_err *error);
void oauth_refresh_reply(struct api_call *c, struct json *j);
void tooling_tokens_rotate_reply(struct api_call *c, struct json *j);
// m_swap.c
struct op *oauth_v2_exchange_start(struct api_call *c, enum wire_err *error);
void oauth_v2_exchange_reply(struct api_call *c, struct json *j);
// m_openid.c
void openid_connect_token_reply(struct api_call *c, struct json *j);
void openid_connect_user_info_reply(struct api_call *c, struct json *j);
// m_auth.c
void auth_test_reply(struct api_call *c, struct json *j);
// m_revoke.c
struct op *auth_revoke_start(struct api_call *c, enum wire_err *error);
void auth_revoke_reply(struct api_call *c, struct json *j);
struct op *apps_uninstall_start(struct api_call *c, enum wire_err *error);
void apps_uninstall_reply(struct api_call *c, struct json *j);
// m_team.c
struct op *auth_teams_list_start(struct api_call *c, enum wire_err *error);
void auth_teams_list_reply(struct api_call *c, struct json *j);
struct op *team_info_start(struct api_call *c, enum wire_err *error);
enum wire_err team_info_check(struct api_call *c);
void team_info_reply(struct api_call *c, struct json *j);
// m_identity.c
enum wire_err users_identity_check(struct api_call *c);
void users_identity_reply(struct api_call *c, struct json *j);
// m_manifest.c
struct op *apps_manifest_create_start(struct api_call *c, enum wire_err *error);
void apps_manifest_create_reply(struct api_call *c, struct json *j);
struct op *apps_manifest_delete_start(struct api_call *c, enum wire_err *error);
void apps_manifest_delete_reply(struct api_call *c, struct json *j);
struct op *apps_manifest_export_start(struct api_call *c, enum wire_err *error);
enum wire_err apps_manifest_export_check(struct api_call *c);
void apps_manifest_export_reply(struct api_call *c, struct json *j);
struct op *apps_manifest_update_start(struct api_call *c, enum wire_err *error);
void apps_manifest_update_reply(struct api_call *c, struct json *j);
struct op *apps_manifest_validate_start(struct api_call *c, enum wire_err *error);
enum wire_err apps_manifest_validate_check(struct api_call *c);
void apps_manifest_validate_reply(struct api_call *c, struct json *j);
void apps_manifest_refusal(struct api_call *c, struct json *j);
// m_api.c
struct op *api_test_start(struct api_call *c, enum wire_err *error);
void api_test_reply(struct api_call *c, struct json *j);
