// SPDX-License-Identifier: Apache-2.0
// Absolute URIs as redirect URIs need them (RFC 3986 3). Pure; splits, decodes nothing.
#pragma once

#include "base/status.h"
#include "base/str.h"

struct url {
    struct str scheme, userinfo, host, port, path, query, fragment; // views into the text; port without ':'
    bool has_authority, has_userinfo, has_port, has_query, has_fragment;
};

// Splits `text`. E_INVALID when there is no scheme, a byte is not allowed in a URI (control, space, non-ASCII, one of
// "<>\^`{|} and the double quote), a percent escape is bad, user info or host hold a byte that RFC 3986 does not give
// them (so a second '@'), the host is empty in http(s), brackets do not hold an IPv6 address, or the port is not 1 to
// 65535 in digits. IPv6 hosts keep their brackets.
MUST_USE enum status url_parse(struct str text, struct url *out);
// The port in force: the one given, else 443 for https, 80 for http, else 0.
unsigned url_port(const struct url *u);
