// SPDX-License-Identifier: Apache-2.0
// What redirect.c and redirect_explain.c share. Pure.
#pragma once

#include "codec/url.h"

// http or https: everything else is a custom scheme (authorize.md 3.1 rule 6).
bool redirect_is_web(const struct url *u);
// localhost, 127.0.0.0/8 or [::1], and nothing that only starts like them.
bool redirect_is_loopback(struct str host);
// Every URL parser reads this host of http(s) alike: a name of letters, digits, '-', '_' and single dots, or an address
// in the one form that all of them have. No escapes, no "127.1" or "0x7f.1", none of the marks of RFC 3986's reg-name,
// which some parsers refuse (security.md S17).
bool redirect_host_is_plain(struct str host);
// A segment "." or "..", however it is escaped or continued (authorize.md 3.1 rule 3, security.md 4).
bool redirect_has_dots(struct str path);
// authorize.md 3.1 rule 4.
bool redirect_path_below(struct str configured, struct str sent);
// The value of the percent escape at the start of s, -1 when there is none.
int redirect_escape(struct str s);
