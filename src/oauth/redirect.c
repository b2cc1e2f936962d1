// SPDX-License-Identifier: Apache-2.0
#include "oauth/redirect.h"

#include <arpa/inet.h>

#include "base/limits.h"
#include "oauth/redirect_parts.h"

bool redirect_is_web(const struct url *u)
{
    return str_ieq(u->scheme, STR("https")) || str_ieq(u->scheme, STR("http"));
}

static int hex_value(char c)
{
    c = ascii_lower(c);
    if (ascii_digit(c)) return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// inet_pton takes dotted quads only: no octal, no short forms, no name that merely starts with "127.".
static bool is_ipv4(struct str host, struct in_addr *address)
{
    char text[INET_ADDRSTRLEN];
    return str_copy(text, sizeof text, host) && inet_pton(AF_INET, text, address) == 1;
}

bool redirect_is_loopback(struct str host)
{
    struct in_addr address;
    if (str_ieq(host, STR("localhost")) || str_eq(host, STR("[::1]"))) return true;
    return is_ipv4(host, &address) && ntohl(address.s_addr) >> 24 == 127;
}

// What the URL standard of browsers takes for the last part of an IPv4 address: digits, or hex behind 0x.
static bool is_number(struct str label)
{
    size_t i = 0;
    if (str_istarts(label, STR("0x")))
        for (i = 2; i < label.n && hex_value(label.p[i]) >= 0;) i++;
    else
        while (i < label.n && ascii_digit(label.p[i])) i++;
    return label.n && i == label.n;
}

bool redirect_host_is_plain(struct str host)
{
    struct in_addr address;
    struct str rest = host, label = {NULL, 0};
    if (str_starts(host, STR("["))) return true; // url_parse() has read the address
    if (str_ends(rest, STR("."))) rest.n--;      // the root: part of the name to all of them
    while (rest.p) {
        label = str_cut(&rest, '.');
        if (str_empty(label)) return false;
        for (size_t i = 0; i < label.n; i++)
            if (!ascii_alnum(label.p[i]) && label.p[i] != '-' && label.p[i] != '_') return false;
    }
    return !is_number(label) || is_ipv4(host, &address);
}

int redirect_escape(struct str s)
{
    if (s.n < 3 || s.p[0] != '%') return -1;
    int high = hex_value(s.p[1]), low = hex_value(s.p[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// Takes all layers of escaping off, whichever bytes they hide: %2e, %252e and %25%32%65 are all dots. In one pass,
// because an escape can only be completed by the byte that was written last. Answers how much was written.
static size_t unescape_all(struct str s, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        out[n++] = s.p[i];
        for (int v; n >= 3 && (v = redirect_escape(str_make(out + n - 3, 3))) >= 0;) {
            n -= 2;
            out[n - 1] = (char)v;
        }
    }
    return n;
}

// "..;/" and "..%00/" are ".." to some servers.
static bool is_dots(struct str segment)
{
    size_t n = 0;
    while (n < segment.n && segment.p[n] != ';' && (unsigned char)segment.p[n] > ' ') n++;
    return str_eq(str_upto(segment, n), STR(".")) || str_eq(str_upto(segment, n), STR(".."));
}

bool redirect_has_dots(struct str path)
{
    char plain[LIMIT_REDIRECT_URI];
    if (path.n > sizeof plain) return true;
    struct str rest = str_make(plain, unescape_all(path, plain));
    for (size_t i = 0; i < rest.n; i++)
        if (plain[i] == '\\') plain[i] = '/';
    while (rest.p)
        if (is_dots(str_cut(&rest, '/'))) return true;
    return false;
}

static struct str path_of(const struct url *u)
{
    return str_empty(u->path) ? STR("/") : u->path;
}

bool redirect_path_below(struct str configured, struct str sent)
{
    if (str_ends(configured, STR("/"))) configured.n--;
    if (!str_starts(sent, configured)) return false;
    struct str rest = str_from(sent, configured.n);
    return str_empty(rest) || rest.p[0] == '/';
}

static bool query_fits(const struct url *configured, const struct url *sent)
{
    if (!configured->has_query) return true;
    return sent->has_query && str_eq(configured->query, sent->query);
}

// Rule 1 for what is sent, and why a URL that breaks it cannot be configured either.
static const char *problem_of(struct str text, struct url *u)
{
    if (text.n > LIMIT_REDIRECT_URI) return "it is longer than 2500 bytes";
    if (url_parse(text, u)) return "it is not an absolute URL of allowed characters";
    if (u->has_fragment) return "it has a fragment (#)";
    if (u->has_userinfo) return "it has user info (@)";
    if (redirect_is_web(u) && !redirect_host_is_plain(u->host))
        return "its host is neither a plain name nor an IP address in full";
    return NULL;
}

bool redirect_matches(struct str configured, struct str sent)
{
    struct url c, s;
    if (problem_of(sent, &s) || problem_of(configured, &c)) return false;
    if (!redirect_is_web(&c) || !redirect_is_web(&s)) return str_eq(configured, sent);
    if (!str_ieq(c.scheme, s.scheme) || !str_ieq(c.host, s.host) || url_port(&c) != url_port(&s)) return false;
    if (redirect_has_dots(s.path) || !redirect_path_below(path_of(&c), path_of(&s))) return false;
    return query_fits(&c, &s);
}

struct str redirect_find(struct str configured_lines, struct str sent)
{
    while (configured_lines.n) {
        struct str line = str_cut(&configured_lines, '\n');
        if (redirect_matches(line, sent)) return line;
    }
    return (struct str){NULL, 0};
}

struct str redirect_first(struct str configured_lines)
{
    return str_cut(&configured_lines, '\n');
}

static const char *http_problem(const struct url *u, bool pkce, enum http_redirects http)
{
    bool localhost = str_ieq(u->host, STR("localhost"));
    if (http == HTTP_REDIRECTS_ON) return NULL;
    if (http == HTTP_REDIRECTS_LOOPBACK && redirect_is_loopback(u->host)) return NULL;
    if (localhost) return pkce ? NULL : "http://localhost needs PKCE (pkce_enabled) or allow_http_redirects";
    if (redirect_is_loopback(u->host)) return "http on a loopback address needs allow_http_redirects";
    return "http is for localhost only; use https";
}

// Schemes that a browser runs or opens itself: no app can own them.
static bool is_browser_scheme(struct str scheme)
{
    static const struct str own[] = {STR_INIT("javascript"), STR_INIT("data"),       STR_INIT("vbscript"),
                                     STR_INIT("file"),       STR_INIT("about"),      STR_INIT("blob"),
                                     STR_INIT("filesystem"), STR_INIT("view-source")};
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (str_ieq(scheme, own[i])) return true;
    return false;
}

const char *redirect_config_problem(struct str url, bool pkce, enum http_redirects http)
{
    struct url u;
    const char *problem = problem_of(url, &u);
    if (problem) return problem;
    if (redirect_is_web(&u) && redirect_has_dots(u.path)) return "its path has a segment . or ..";
    if (str_ieq(u.scheme, STR("https"))) return NULL;
    if (str_ieq(u.scheme, STR("http"))) return http_problem(&u, pkce, http);
    if (is_browser_scheme(u.scheme)) return "its scheme belongs to the browser";
    return pkce ? NULL : "a custom scheme needs PKCE (pkce_enabled)";
}

bool redirect_is_custom_scheme(struct str url)
{
    struct url u;
    return url_parse(url, &u) == OK && !redirect_is_web(&u);
}

bool redirect_is_desktop(struct str url, bool pkce)
{
    struct url u;
    if (url_parse(url, &u)) return false;
    return !redirect_is_web(&u) || (pkce && redirect_is_loopback(u.host));
}

struct str redirect_target(struct str uri)
{
    struct url u;
    if (url_parse(uri, &u)) return (struct str){NULL, 0};
    if (!redirect_is_web(&u)) return str_upto(uri, u.scheme.n + 1);
    size_t host = str_find_str(uri, STR("://")) + 3, end = host;
    while (end < uri.n && uri.p[end] != '/' && uri.p[end] != '?') end++;
    return str_upto(uri, end);
}

static void explain_difference(struct str used, struct str sent, struct arena *arena, struct why *why)
{
    enum { SHOWN = 100 }; // of each, so that the message keeps its end
    size_t at = 0;
    while (at < used.n && at < sent.n && used.p[at] == sent.p[at]) at++;
    why_set(why, arena, CAUSE_REDIRECT_DIFFERS,
            "redirect_uri: authorize used \"%.*s\", this call sent \"%.*s\"; they differ at byte %zu",
            STR_FMT(str_upto(used, SHOWN)), STR_FMT(str_upto(sent, SHOWN)), at);
}

bool redirect_exchange_ok(const struct code *code, struct str sent, bool lenient, struct arena *arena, struct why *why)
{
    if (!str_empty(sent)) {
        // Byte for byte, nothing normalized (5.1).
        if (str_eq(sent, code->redirect_uri)) return true;
        explain_difference(code->redirect_uri, sent, arena, why);
        return false;
    }
    if (!code->redirect_sent || (lenient && code->redirect_first)) return true;
    why_set(why, arena, CAUSE_REDIRECT_OMITTED, "redirect_uri: authorize used \"%.*s\", this call sent none",
            STR_FMT(str_upto(code->redirect_uri, 200)));
    return false;
}
