// SPDX-License-Identifier: Apache-2.0
#include "oauth/redirect.h"

#include "base/limits.h"
#include "oauth/redirect_parts.h"

static const char *const texts[] = {
    [RD_NONE] = "it matches",
    [RD_NONE_CONFIGURED] = "no redirect URL is configured",
    [RD_UNPARSABLE] = "not an absolute URL of allowed characters and length",
    [RD_SCHEME] = "scheme differs",
    [RD_HOST_ALIAS] = "host is another name of this machine",
    [RD_HOST] = "host differs",
    [RD_PORT] = "port differs",
    [RD_TRAILING_SLASH] = "trailing slash differs",
    [RD_LETTER_CASE] = "letter case differs",
    [RD_PATH_BOUNDARY] = "path goes on without a slash",
    [RD_PATH] = "path differs",
    [RD_DOT_SEGMENT] = "path has a segment . or ..",
    [RD_ENCODED_TWICE] = "percent-encoded twice",
    [RD_QUERY] = "query differs",
    [RD_FRAGMENT] = "fragment (#) is not allowed",
    [RD_USERINFO] = "user info (@) is not allowed",
};

static size_t common(struct str a, struct str b)
{
    size_t n = 0;
    while (n < a.n && n < b.n && a.p[n] == b.p[n]) n++;
    return n;
}

// How far apart two texts are, 0 to 65: edit distance where it is cheap, else what is left behind the common start.
static unsigned distance(struct str a, struct str b)
{
    enum { FAR = 65 };
    unsigned edits = str_distance(a, b);
    if (edits < FAR) return edits;
    size_t left = (a.n > b.n ? a.n : b.n) - common(a, b);
    return left < FAR ? (unsigned)left : FAR;
}

static bool is_alias(struct str a, struct str b)
{
    return !str_ieq(a, b) && redirect_is_loopback(a) && redirect_is_loopback(b);
}

static unsigned host_cost(struct str a, struct str b)
{
    if (str_ieq(a, b)) return 0;
    return is_alias(a, b) ? 1 : 2 + distance(a, b);
}

static struct str path_of(const struct url *u)
{
    return str_empty(u->path) ? STR("/") : u->path;
}

static unsigned path_cost(const struct url *configured, const struct url *sent)
{
    if (redirect_path_below(path_of(configured), path_of(sent))) return 0;
    return 1 + distance(path_of(configured), path_of(sent));
}

static bool query_differs(const struct url *configured, const struct url *sent)
{
    return configured->has_query && !(sent->has_query && str_eq(configured->query, sent->query));
}

// The tuple (scheme, host, port, path, query) of experience.md 3 as one number: its order is the tuples' order.
static uint64_t cost(struct str configured, struct str sent)
{
    struct url c, s;
    if (url_parse(sent, &s) || url_parse(configured, &c)) return UINT64_C(1) << 48 | distance(configured, sent);
    return (uint64_t)!str_ieq(c.scheme, s.scheme) << 32 | (uint64_t)host_cost(c.host, s.host) << 24 |
           (uint64_t)(url_port(&c) != url_port(&s)) << 16 | (uint64_t)path_cost(&c, &s) << 8 |
           (uint64_t)query_differs(&c, &s);
}

// Decoding `sent` once more gives `configured`, or something that starts with it.
static bool decodes_to(struct str sent, struct str configured)
{
    size_t i = 0, j = 0;
    while (i < sent.n && j < configured.n) {
        int escaped = redirect_escape(str_from(sent, i));
        int c = escaped < 0 ? (unsigned char)sent.p[i] : escaped;
        i += escaped < 0 ? 1 : 3;
        if (c != (unsigned char)configured.p[j++]) return false;
    }
    return j == configured.n;
}

static enum redirect_difference path_difference(struct str configured, struct str sent)
{
    struct str base = configured, below = sent;
    if (str_ends(base, STR("/"))) base.n--;
    if (str_ends(below, STR("/"))) below.n--;
    if (str_eq(base, below)) return RD_TRAILING_SLASH;
    if (str_istarts(sent, base) && !str_starts(sent, base)) return RD_LETTER_CASE;
    return base.n && str_starts(sent, base) ? RD_PATH_BOUNDARY : RD_PATH;
}

// Both are http(s) and parsed.
static enum redirect_difference web_difference(const struct url *c, const struct url *s)
{
    if (is_alias(c->host, s->host)) return RD_HOST_ALIAS;
    if (!str_ieq(c->host, s->host)) return RD_HOST;
    if (url_port(c) != url_port(s)) return RD_PORT;
    if (!redirect_path_below(path_of(c), path_of(s))) return path_difference(path_of(c), path_of(s));
    return query_differs(c, s) ? RD_QUERY : RD_NONE;
}

// At least one has a custom scheme: they would have to be equal byte for byte.
static enum redirect_difference custom_difference(const struct url *c, const struct url *s)
{
    if (!str_ieq(c->host, s->host) || c->has_authority != s->has_authority) return RD_HOST;
    if (!str_eq(c->port, s->port)) return RD_PORT;
    if (!str_ieq(c->path, s->path)) return path_difference(c->path, s->path);
    return c->has_query != s->has_query || !str_ieq(c->query, s->query) ? RD_QUERY : RD_LETTER_CASE;
}

static enum redirect_difference difference(struct str configured, struct str sent)
{
    struct url c, s;
    bool readable = sent.n <= LIMIT_REDIRECT_URI && url_parse(sent, &s) == OK;
    if (redirect_matches(configured, sent)) return RD_NONE;
    if (str_find(sent, '%') < sent.n && decodes_to(sent, configured)) return RD_ENCODED_TWICE;
    if (!readable || url_parse(configured, &c)) return RD_UNPARSABLE;
    if (redirect_is_web(&s) && !redirect_host_is_plain(s.host)) return RD_UNPARSABLE;
    // A configured URL may have them too, when it was registered before the rules of authorize.md 3.2.
    if (s.has_userinfo || c.has_userinfo) return RD_USERINFO;
    if (s.has_fragment || c.has_fragment) return RD_FRAGMENT;
    if (redirect_is_web(&s) && redirect_has_dots(s.path)) return RD_DOT_SEGMENT;
    if (!str_ieq(c.scheme, s.scheme)) return RD_SCHEME;
    return redirect_is_web(&s) ? web_difference(&c, &s) : custom_difference(&c, &s);
}

void redirect_explain(struct str configured_lines, struct str sent, struct redirect_hint *out)
{
    struct redirect_hint hint = {.kind = RD_NONE_CONFIGURED};
    uint64_t least = UINT64_MAX;
    while (configured_lines.n) {
        struct str line = str_cut(&configured_lines, '\n');
        uint64_t c = redirect_matches(line, sent) ? 0 : cost(line, sent) + 1;
        hint.count++;
        if (c >= least) continue;
        least = c;
        hint.closest = line;
    }
    if (hint.count) {
        hint.kind = difference(hint.closest, sent);
        hint.differs_at = common(hint.closest, sent);
    }
    hint.text = texts[hint.kind];
    *out = hint;
}
