// SPDX-License-Identifier: Apache-2.0
#include "api/methods.h"

#include "api/exchange.h"

#define ARGS(list) .args = (list), .nargs = ARRAY_LEN(list)

// Rates, sustained a minute and burst: contract envelope.md 8.
#define TIER_4                                                                                                         \
    {                                                                                                                  \
        100, 100                                                                                                       \
    }
#define RATE_600                                                                                                       \
    {                                                                                                                  \
        600, 600                                                                                                       \
    }

enum {
    EXCHANGE = M_JSON_SETTING | M_NEEDS_ARGS | M_CODE_GRANT, // what the methods that exchange codes have in common
    ANY_TOKEN = M_TOKEN_BOT | M_TOKEN_USER,
};

static const struct arg_spec access_args[] = {
    {"client_id", 0},  {"client_secret", 0}, {"code", 0},          {"redirect_uri", 0},
    {"grant_type", 0}, {"refresh_token", 0}, {"code_verifier", 0}, {"assertion", 0},
};

static const struct arg_spec legacy_args[] = {
    {"client_id", 0}, {"client_secret", 0}, {"code", 0}, {"redirect_uri", 0}, {"single_channel", 0},
};

// clang-format off
static const struct api_method methods[] = {
    {.name = "api.test", .doc = "echoes its arguments",
     .auth = AUTH_NONE, .flags = M_JSON | M_ANY_ARGS, .rate = RATE_600,
     .start = api_test_start, .reply = api_test_reply},
    {.name = "auth.test", .doc = "tells whose token this is",
     .auth = AUTH_TOKEN, .flags = M_JSON | M_INTERNAL | ANY_TOKEN, .rate = RATE_600,
     .reply = auth_test_reply},
    {.name = "oauth.access", .doc = "exchanges a code of a classic app",
     .auth = AUTH_CLIENT, .flags = EXCHANGE | M_INTERNAL, .rate = TIER_4, .endpoint = EP_V1, ARGS(legacy_args),
     .start = exchange_start, .reply = oauth_access_reply},
    {.name = "oauth.v2.access", .doc = "exchanges a code, or a refresh token, for access tokens",
     .auth = AUTH_CLIENT, .flags = EXCHANGE | M_GRANTS, .rate = TIER_4, .endpoint = EP_V2, ARGS(access_args),
     .start = oauth_start, .reply = oauth_v2_access_reply},
    {.name = "oauth.v2.user.access", .doc = "exchanges a code, or a refresh token, for a user token",
     .auth = AUTH_CLIENT, .flags = EXCHANGE | M_GRANTS, .rate = TIER_4, .endpoint = EP_V2_USER, ARGS(access_args),
     .start = oauth_start, .reply = oauth_v2_user_access_reply},
};
// clang-format on

const struct api_method *api_method_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        if (str_eq(str_of(methods[i].name), name)) return &methods[i];
    return NULL;
}

const struct api_method *api_methods(size_t *n)
{
    *n = ARRAY_LEN(methods);
    return methods;
}
