// SPDX-License-Identifier: Apache-2.0
// What all pages have in common: headers that keep them safe, and the frame of the error pages (authorize.md 7.3).
#pragma once

#include "http/message.h"
#include "oauth/authorize.h"
#include "world/world.h"

// Cache, framing and referrer headers of every answer of this folder (security.md S14, S27, S28).
void page_headers(struct http_request *req);
// Everything an error page tells. Reflected values are escaped.
struct page_error {
    enum wire_err error;
    const struct why *why;
    struct str passed;                // redirect_uri as sent, for bad_redirect_uri
    const struct redirect_hint *hint; // for bad_redirect_uri; NULL: not to be told
    bool tell;                        // dev: cause and fix may be told
};
void page_error(struct http_request *req, const struct page_error *e);
// A page with a heading and one paragraph.
void page_plain(struct http_request *req, int status, const char *heading, const char *text);
// 302 (never 307 or 308: security.md S20).
void page_redirect(struct http_request *req, struct str location);
