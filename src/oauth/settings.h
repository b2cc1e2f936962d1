// SPDX-License-Identifier: Apache-2.0
// The settings that the contract's README names: plain values, read by pure code. A snapshot is immutable; changing a
// setting makes a new one.
#pragma once

#include "base/str.h"

enum http_redirects { HTTP_REDIRECTS_OFF, HTTP_REDIRECTS_LOOPBACK, HTTP_REDIRECTS_ON };
enum on_replay { ON_REPLAY_DEFAULT, ON_REPLAY_REFUSE, ON_REPLAY_REVOKE };
enum explain { EXPLAIN_OFF, EXPLAIN_SAFE, EXPLAIN_ON };

enum { TOKEN_STEMS_MAX = 8, TOKEN_STEM_SIZE = 12, RATES_MAX = 32, RATE_METHOD_SIZE = 64 };

// rate_limit.METHOD = N/min+BURST
struct rate_override {
    char method[RATE_METHOD_SIZE];
    unsigned sustained, burst;
};

struct settings {
    bool redirect_uri_lenient; // oauth.v2.access.md 5.1
    bool json_arguments;       // envelope.md 3
    bool array_arg_error;      // envelope.md 2
    bool pkce_strict;          // oauth.v2.access.md 5.2
    bool oauth_ignore_token;   // oauth.v2.access.md 3.3
    bool allow_query_token;    // envelope.md 5.3
    enum explain explain;
    enum http_redirects allow_http_redirects; // authorize.md 3.2
    int64_t code_ttl;                         // seconds, authorize.md 8
    int64_t read_timeout;                     // seconds a body may take, envelope.md 3
    int64_t access_token_ttl;                 // seconds a rotating access token lives, token-rotation.md 1
    int64_t refresh_grace;                    // seconds a used refresh token still works, token-rotation.md 4
    unsigned refresh_grace_reuses;            // times it works again in that grace, token-rotation.md 4
    enum on_replay refresh_on_reuse;          // security.md D5; default: refuse, but revoke for public apps in serve
    bool revoke_public;                       // what that default means for public apps
    enum on_replay code_on_replay;            // security.md D6; default: refuse
    bool discovery_pkce;                      // openid.md 5
    bool rate_off;                            // envelope.md 8: rate_limit = off
    unsigned nrates;                          // overrides of single methods
    struct rate_override rates[RATES_MAX];
    unsigned nstems; // formats.md 3.5: the first is for new tokens, all are accepted
    char stems[TOKEN_STEMS_MAX][TOKEN_STEM_SIZE];
};
