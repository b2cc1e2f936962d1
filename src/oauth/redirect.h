// SPDX-License-Identifier: Apache-2.0
// Redirect URIs: which may be configured, which sent value matches, what the exchange compares (authorize.md 3,
// oauth.v2.access.md 5.1). Pure.
#pragma once

#include "oauth/rows.h"
#include "oauth/settings.h"
#include "oauth/why.h"

// authorize.md 3.1: does the sent value match this configured URL?
bool redirect_matches(struct str configured, struct str sent);
// The first configured URL (one a line) that the sent value matches; p is NULL when none.
struct str redirect_find(struct str configured_lines, struct str sent);
// The first line; empty when there is none.
struct str redirect_first(struct str configured_lines);

// How the closest configured URL differs from the sent one, for error pages and hints (experience.md 3).
enum redirect_difference {
    RD_NONE,
    RD_NONE_CONFIGURED,
    RD_UNPARSABLE,
    RD_SCHEME,
    RD_HOST_ALIAS,
    RD_HOST,
    RD_PORT,
    RD_TRAILING_SLASH,
    RD_LETTER_CASE,
    RD_PATH_BOUNDARY,
    RD_PATH,
    RD_DOT_SEGMENT,
    RD_ENCODED_TWICE,
    RD_QUERY,
    RD_FRAGMENT,
    RD_USERINFO
};
struct redirect_hint {
    struct str closest; // one of the configured lines
    size_t count;       // how many are configured
    size_t differs_at;  // first differing byte
    enum redirect_difference kind;
    const char *text; // "scheme differs" and the like
};
void redirect_explain(struct str configured_lines, struct str sent, struct redirect_hint *out);

// authorize.md 3.2: may this URL be configured? NULL: yes; else a sentence that says why not.
const char *redirect_config_problem(struct str url, bool pkce, enum http_redirects http);
// authorize.md 5: custom scheme, or a localhost URL of a PKCE app.
bool redirect_is_desktop(struct str url, bool pkce);
bool redirect_is_custom_scheme(struct str url);

// Where a redirect URI leads, for people: "https://app.example.test:8443", or "myapp:" of a custom scheme.
struct str redirect_target(struct str uri);

// oauth.v2.access.md 5.1, the truth table. `sent` empty = absent. true = good.
bool redirect_exchange_ok(const struct code *code, struct str sent, bool lenient, struct arena *arena, struct why *why);
