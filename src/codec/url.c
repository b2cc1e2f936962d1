// SPDX-License-Identifier: Apache-2.0
#include "codec/url.h"

#include <arpa/inet.h>

enum { PORT_MAX = 65535 };

static const char name_marks[] = "-._~!$&'()*+,;=%";  // RFC 3986 3.2.2 reg-name, besides letters and digits
static const char user_marks[] = "-._~!$&'()*+,;=%:"; // RFC 3986 3.2.1
static const char scheme_marks[] = "+-.";             // RFC 3986 3.1

static bool is_in(char c, const char *set)
{
    return c && strchr(set, c);
}

static bool all_of(struct str s, const char *marks)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alnum(s.p[i]) && !is_in(s.p[i], marks)) return false;
    return true;
}

static bool is_hex(char c)
{
    c = ascii_lower(c);
    return ascii_digit(c) || (c >= 'a' && c <= 'f');
}

// Only bytes that a URI may have, and only whole percent escapes (RFC 3986 2).
static bool bytes_fit(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c <= ' ' || c > '~' || is_in(c, "<>\\^`{|}\"")) return false;
        if (c == '%' && (s.n - i < 3 || !is_hex(s.p[i + 1]) || !is_hex(s.p[i + 2]))) return false;
    }
    return true;
}

static bool is_http(const struct url *u)
{
    return str_ieq(u->scheme, STR("http")) || str_ieq(u->scheme, STR("https"));
}

static enum status take_scheme(struct str *rest, struct url *u)
{
    size_t colon = str_find(*rest, ':');
    u->scheme = str_upto(*rest, colon);
    if (colon == rest->n || colon == 0 || ascii_digit(u->scheme.p[0])) return E_INVALID;
    if (is_in(u->scheme.p[0], scheme_marks) || !all_of(u->scheme, scheme_marks)) return E_INVALID;
    *rest = str_from(*rest, colon + 1);
    return OK;
}

// Cuts what stands behind the first `mark` off *rest.
static bool take_tail(struct str *rest, char mark, struct str *tail)
{
    size_t at = str_find(*rest, mark);
    if (at == rest->n) return false;
    *tail = str_from(*rest, at + 1);
    *rest = str_upto(*rest, at);
    return true;
}

static bool is_ipv6(struct str bracketed)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr address;
    struct str inner = str_make(bracketed.p + 1, bracketed.n - 2);
    return str_copy(text, sizeof text, inner) && inet_pton(AF_INET6, text, &address) == 1;
}

// Answers the size of the host at the start of s, or 0 when brackets do not fit.
static size_t host_size(struct str s)
{
    if (!str_starts(s, STR("["))) return str_find(s, ':');
    size_t end = str_find(s, ']');
    return end < s.n && is_ipv6(str_upto(s, end + 1)) ? end + 1 : 0;
}

static enum status take_port(struct str s, struct url *u)
{
    uint64_t port;
    if (!s.n) return OK;
    if (s.p[0] != ':' || !str_u64(str_from(s, 1), PORT_MAX, &port) || port == 0) return E_INVALID;
    u->port = str_from(s, 1);
    u->has_port = true;
    return OK;
}

static enum status parse_authority(struct str s, struct url *u)
{
    size_t at = str_find(s, '@');
    u->has_authority = true;
    if (at < s.n) {
        u->userinfo = str_upto(s, at);
        u->has_userinfo = true;
        s = str_from(s, at + 1);
        if (!all_of(u->userinfo, user_marks)) return E_INVALID;
    }
    size_t n = host_size(s);
    bool bracket = str_starts(s, STR("["));
    u->host = str_upto(s, n);
    // A second '@' fails here too: which of the two ends the user info is what URL parsers disagree about.
    if (bracket ? n == 0 : !all_of(u->host, name_marks)) return E_INVALID;
    return take_port(str_from(s, n), u);
}

enum status url_parse(struct str text, struct url *out)
{
    struct url u = {0};
    if (!bytes_fit(text)) return E_INVALID;
    TRY(take_scheme(&text, &u));
    u.has_fragment = take_tail(&text, '#', &u.fragment);
    u.has_query = take_tail(&text, '?', &u.query);
    if (str_starts(text, STR("//"))) {
        text = str_from(text, 2);
        size_t slash = str_find(text, '/');
        TRY(parse_authority(str_upto(text, slash), &u));
        text = str_from(text, slash);
    }
    if (is_http(&u) && !u.host.n) return E_INVALID;
    u.path = text;
    *out = u;
    return OK;
}

unsigned url_port(const struct url *u)
{
    uint64_t port;
    if (str_u64(u->port, PORT_MAX, &port)) return (unsigned)port;
    if (str_ieq(u->scheme, STR("https"))) return 443;
    return str_ieq(u->scheme, STR("http")) ? 80 : 0;
}
