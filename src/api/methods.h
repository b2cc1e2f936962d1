// SPDX-License-Identifier: Apache-2.0
// The Web API as a table: a method is a row. Generic refusals are made by the steps from what the row says.
#pragma once

#include "api/call.h"
#include "oauth/exchange.h"
#include "world/rate.h"

enum api_auth {
    AUTH_NONE,   // no token, charged to the address
    AUTH_TOKEN,  // needs a token (envelope.md 5.3)
    AUTH_CLIENT, // client credentials (oauth.v2.access.md 3)
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
    enum code_endpoint endpoint; // AUTH_CLIENT: the authorize page whose codes it takes
    const struct arg_spec *args;
    size_t nargs;
    // Prepares the method's operation in c->op and answers it; NULL: nothing to run, or *error says why not. May be
    // NULL.
    struct op *(*start)(struct api_call *c, enum wire_err *error);
    // Writes the members behind "ok":true.
    void (*reply)(struct api_call *c, struct json *j);
    const char *doc;
};

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
// m_auth.c
void auth_test_reply(struct api_call *c, struct json *j);
// m_api.c
struct op *api_test_start(struct api_call *c, enum wire_err *error);
void api_test_reply(struct api_call *c, struct json *j);
