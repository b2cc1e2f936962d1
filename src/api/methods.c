// SPDX-License-Identifier: Apache-2.0
#include "api/methods.h"

#include "api/exchange.h"

#define ARGS(list) .args = (list), .nargs = ARRAY_LEN(list)

// Rates, sustained a minute and burst: contract envelope.md 8.
#define TIER_2                                                                                                         \
    {                                                                                                                  \
        20, 20                                                                                                         \
    }
#define TIER_1                                                                                                         \
    {                                                                                                                  \
        1, 1                                                                                                           \
    }
#define TIER_4                                                                                                         \
    {                                                                                                                  \
        100, 100                                                                                                       \
    }
#define TIER_3                                                                                                         \
    {                                                                                                                  \
        50, 50                                                                                                         \
    }
#define RATE_60                                                                                                        \
    {                                                                                                                  \
        60, 60                                                                                                         \
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

static const struct arg_spec exchange_args[] = {{"client_id", 0}, {"client_secret", 0}, {"token", 0}};

static const struct arg_spec revoke_args[] = {{"token", 0}, {"test", 0}};

static const struct arg_spec uninstall_args[] = {{"token", 0}, {"client_id", 0}, {"client_secret", 0}};

static const struct arg_spec teams_args[] = {{"cursor", 0}, {"include_icon", 0}, {"limit", 0}};

static const struct arg_spec team_args[] = {{"domain", 0}, {"team", 0}};

static const struct arg_spec create_args[] = {{"manifest", A_REQUIRED}, {"team_id", 0}};

static const struct arg_spec update_args[] = {{"app_id", A_REQUIRED}, {"manifest", A_REQUIRED}};

static const struct arg_spec validate_args[] = {{"manifest", A_REQUIRED}, {"app_id", 0}};

static const struct arg_spec app_args[] = {{"app_id", A_REQUIRED}};

static const struct arg_spec rotate_args[] = {{"refresh_token", 0}};

static const struct arg_spec legacy_args[] = {
    {"client_id", 0}, {"client_secret", 0}, {"code", 0}, {"redirect_uri", 0}, {"single_channel", 0},
};

// clang-format off
static const struct api_method methods[] = {
    {.name = "api.test", .doc = "echoes its arguments",
     .auth = AUTH_NONE, .flags = M_JSON | M_ANY_ARGS, .rate = RATE_600,
     .start = api_test_start, .reply = api_test_reply},
    {.name = "apps.manifest.create", .doc = "makes an app from a manifest",
     .auth = AUTH_TOKEN, .flags = M_JSON | M_TOKEN_CONFIG, .rate = TIER_1, .scope = "app_configurations:write",
     ARGS(create_args),
     .start = apps_manifest_create_start, .reply = apps_manifest_create_reply, .refusal = apps_manifest_refusal},
    {.name = "apps.manifest.delete", .doc = "gives up an app for good",
     .auth = AUTH_TOKEN, .flags = M_JSON | M_INTERNAL | M_TOKEN_CONFIG, .rate = TIER_1,
     .scope = "app_configurations:write", ARGS(app_args),
     .start = apps_manifest_delete_start, .reply = apps_manifest_delete_reply},
    {.name = "apps.manifest.export", .doc = "answers the manifest of an app",
     .auth = AUTH_TOKEN, .flags = M_JSON | M_INTERNAL | M_TOKEN_CONFIG, .rate = TIER_3,
     .scope = "app_configurations:read", ARGS(app_args),
     .start = apps_manifest_export_start, .check = apps_manifest_export_check, .reply = apps_manifest_export_reply},
    {.name = "apps.manifest.update", .doc = "replaces the manifest of an app",
     .auth = AUTH_TOKEN, .flags = M_JSON | M_INTERNAL | M_TOKEN_CONFIG, .rate = TIER_1,
     .scope = "app_configurations:write", ARGS(update_args),
     .start = apps_manifest_update_start, .reply = apps_manifest_update_reply, .refusal = apps_manifest_refusal},
    {.name = "apps.manifest.validate", .doc = "tells what is wrong with a manifest",
     .auth = AUTH_TOKEN, .flags = M_JSON | M_TOKEN_CONFIG, .rate = TIER_3, .scope = "app_configurations:write",
     ARGS(validate_args),
     .start = apps_manifest_validate_start, .check = apps_manifest_validate_check,
     .reply = apps_manifest_validate_reply, .refusal = apps_manifest_refusal},
    {.name = "apps.permissions.*", .doc = "requests of workspace apps, retired in 2021",
     .auth = AUTH_NONE, .flags = M_RETIRED, .rate = RATE_600},
    {.name = "apps.uninstall", .doc = "ends all that an app has in a workspace or org",
     .auth = AUTH_TOKEN, .flags = M_INTERNAL | ANY_TOKEN, .rate = TIER_1, ARGS(uninstall_args),
     .start = apps_uninstall_start, .reply = apps_uninstall_reply},
    {.name = "auth.revoke", .doc = "ends the authorization behind a token, or a rotating token alone",
     .auth = AUTH_TOKEN, .flags = M_INTERNAL | ANY_TOKEN | M_TOKEN_REFRESH, .rate = TIER_3,
     .wrong_kind = W_NOT_BEARER_TOKEN, ARGS(revoke_args),
     .start = auth_revoke_start, .reply = auth_revoke_reply},
    {.name = "auth.teams.list", .doc = "lists the workspaces that a token may act in",
     .auth = AUTH_TOKEN, .flags = M_INTERNAL | ANY_TOKEN, .rate = TIER_2, ARGS(teams_args),
     .start = auth_teams_list_start, .reply = auth_teams_list_reply},
    {.name = "auth.test", .doc = "tells whose token this is",
     .auth = AUTH_TOKEN, .flags = M_JSON | M_INTERNAL | ANY_TOKEN, .rate = RATE_600,
     .reply = auth_test_reply},
    {.name = "oauth.access", .doc = "exchanges a code of a classic app",
     .auth = AUTH_CLIENT, .flags = EXCHANGE | M_INTERNAL, .rate = TIER_4, .endpoint = EP_V1, ARGS(legacy_args),
     .start = exchange_start, .reply = oauth_access_reply},
    {.name = "oauth.v2.access", .doc = "exchanges a code, or a refresh token, for access tokens",
     .auth = AUTH_CLIENT, .flags = EXCHANGE | M_GRANTS, .rate = TIER_4, .endpoint = EP_V2, ARGS(access_args),
     .start = oauth_start, .reply = oauth_v2_access_reply},
    {.name = "oauth.v2.exchange", .doc = "swaps a token that never expires for a rotating pair",
     .auth = AUTH_CLIENT, .flags = M_JSON_SETTING | M_NEEDS_ARGS | M_INTERNAL | M_TAKES_TOKEN, .rate = TIER_3,
     ARGS(exchange_args),
     .start = oauth_v2_exchange_start, .reply = oauth_v2_exchange_reply},
    {.name = "oauth.v2.user.access", .doc = "exchanges a code, or a refresh token, for a user token",
     .auth = AUTH_CLIENT, .flags = EXCHANGE | M_GRANTS, .rate = TIER_4, .endpoint = EP_V2_USER, ARGS(access_args),
     .start = oauth_start, .reply = oauth_v2_user_access_reply},
    {.name = "team.info", .doc = "tells of a workspace",
     .auth = AUTH_TOKEN, .flags = M_JSON | ANY_TOKEN, .rate = TIER_3, .scope = "team:read", ARGS(team_args),
     .start = team_info_start, .check = team_info_check, .reply = team_info_reply},
    {.name = "openid.connect.token", .doc = "exchanges a code, or a refresh token, of Sign in with Slack",
     .auth = AUTH_CLIENT, .flags = EXCHANGE | M_GRANTS | M_SIGNS, .rate = TIER_4, .endpoint = EP_OPENID,
     ARGS(access_args),
     .start = oauth_start, .reply = openid_connect_token_reply},
    {.name = "openid.connect.userInfo", .doc = "tells who signed in",
     .auth = AUTH_TOKEN, .flags = M_TOKEN_USER, .rate = TIER_3, .scope = "openid",
     .reply = openid_connect_user_info_reply},
    {.name = "tooling.tokens.rotate", .doc = "exchanges the refresh token of a configuration token for a new pair",
     .auth = AUTH_REFRESH, .flags = M_NEEDS_ARGS | M_INTERNAL, .rate = RATE_60, ARGS(rotate_args),
     .start = oauth_refresh_start, .reply = tooling_tokens_rotate_reply},
    {.name = "users.identity", .doc = "tells whom a token of the old sign-in belongs to",
     .auth = AUTH_TOKEN, .flags = M_INTERNAL | M_TOKEN_USER, .rate = TIER_3, .scope = "identity.basic",
     .check = users_identity_check, .reply = users_identity_reply},
};
// clang-format on

// A row whose name ends in ".*" stands for a whole family.
static bool is_family(struct str row, struct str name)
{
    return str_ends(row, STR(".*")) && name.n >= row.n && str_starts(name, str_upto(row, row.n - 1));
}

const struct api_method *api_method_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        if (str_is(name, methods[i].name)) return &methods[i];
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        if (is_family(str_of(methods[i].name), name)) return &methods[i];
    return NULL;
}

const struct api_method *api_methods(size_t *n)
{
    *n = ARRAY_LEN(methods);
    return methods;
}
