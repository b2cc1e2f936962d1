// SPDX-License-Identifier: Apache-2.0
#include "http/head.h"

enum { VERSION_SIZE = 8 }; // HTTP/1.1

// RFC 9110 5.6.2
static bool is_token_char(char c)
{
    switch (c) {
    case '!':
    case '#':
    case '$':
    case '%':
    case '&':
    case '\'':
    case '*':
    case '+':
    case '-':
    case '.':
    case '^':
    case '_':
    case '`':
    case '|':
    case '~': return true;
    default: return ascii_alnum(c);
    }
}

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_token_char(s.p[i])) return false;
    }
    return s.n > 0;
}

// Visible ASCII without space; the scanner has refused control characters already.
static bool is_visible(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] <= 0x20 || s.p[i] >= 0x7F) return false;
    }
    return s.n > 0;
}

// RFC 9112 2.3, 2.6: we speak 1.0 and 1.1. The preface of HTTP/2 is no request at all (security.md S41).
static int check_version(struct str verb, struct str version)
{
    if (version.n != VERSION_SIZE || !str_starts(version, STR("HTTP/"))) return 400;
    if (!ascii_digit(version.p[5]) || version.p[6] != '.' || !ascii_digit(version.p[7])) return 400;
    if (str_eq(version, STR("HTTP/1.1")) || str_eq(version, STR("HTTP/1.0"))) return 0;
    return str_eq(verb, STR("PRI")) ? 400 : 505;
}

int head_check_line(struct str head)
{
    struct str line = str_upto(head, str_find(head, '\r'));
    struct str version = line;
    struct str verb = str_cut(&version, ' ');
    struct str target = str_cut(&version, ' ');
    if (!is_token(verb) || !is_visible(target)) return 400;
    return check_version(verb, version);
}

static enum http_verb verb_of(unsigned method)
{
    switch (method) {
    case HTTP_GET: return VERB_GET;
    case HTTP_HEAD: return VERB_HEAD;
    case HTTP_POST: return VERB_POST;
    case HTTP_PUT: return VERB_PUT;
    case HTTP_PATCH: return VERB_PATCH;
    case HTTP_DELETE: return VERB_DELETE;
    case HTTP_OPTIONS: return VERB_OPTIONS;
    default: return VERB_OTHER;
    }
}

// RFC 9112 3.2: origin, absolute and asterisk form; the authority form belongs to CONNECT alone, which nobody serves.
static int split_target(struct http_parser *p)
{
    struct str rest = p->target;
    if (str_istarts(rest, STR("http://")) || str_istarts(rest, STR("https://"))) {
        rest = str_from(rest, str_find_str(rest, STR("://")) + 3);
        size_t authority = 0;
        while (authority < rest.n && rest.p[authority] != '/' && rest.p[authority] != '?') authority++;
        if (authority == 0) return 400;
        rest = str_from(rest, authority);
    } else if (rest.p[0] != '/' && !str_eq(rest, STR("*")) && p->ll.method != HTTP_CONNECT) {
        return 400;
    }
    size_t mark = str_find(rest, '?');
    p->path = mark ? str_upto(rest, mark) : STR("/");
    p->query = str_from(rest, mark + 1);
    return str_find(p->target, '#') < p->target.n ? 400 : 0;
}

// RFC 9112 3.2: exactly one Host in 1.1. A host is never a list, and holds no path, user or blank.
static int check_host(const struct http_parser *p, size_t count, struct str host)
{
    if (count > 1 || (count == 0 && p->version_1_1)) return 400;
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];
        if (ascii_alnum(c)) continue;
        if (c <= 0x20 || c >= 0x7F || strchr("/?#@\\,\"<>", c)) return 400;
    }
    return 0;
}

struct framing {
    size_t hosts, lengths, codings;
    struct str host, length, coding;
};

static void note_field(struct http_parser *p, const struct http_field *f, struct framing *out)
{
    switch (f->name.n) {
    case 4:
        if (!str_ieq(f->name, STR("Host"))) break;
        out->hosts++;
        out->host = f->value;
        break;
    case 6:
        if (str_ieq(f->name, STR("Expect")) && str_ieq(f->value, STR("100-continue"))) p->expect_continue = true;
        break;
    case 14:
        if (!str_ieq(f->name, STR("Content-Length"))) break;
        out->lengths++;
        out->length = f->value;
        break;
    case 17:
        if (!str_ieq(f->name, STR("Transfer-Encoding"))) break;
        out->codings++;
        out->coding = f->value;
        break;
    default: break;
    }
}

// RFC 9112 6.1 to 6.3, without any of the repairs it allows: one length of digits, or exactly "chunked", never both.
static int check_framing(struct http_parser *p, const struct framing *f)
{
    if (f->codings) {
        if (f->codings > 1 || f->lengths || !p->version_1_1 || !str_ieq(f->coding, STR("chunked"))) return 400;
        p->body_announced = true;
        p->phase = PARSING_CHUNKED;
        chunk_init(&p->chunk);
        return 0;
    }
    if (f->lengths == 0) return 0;
    if (f->lengths > 1 || f->length.n == 0 || !str_all_in(f->length, "0123456789")) return 400;
    if (!str_u64(f->length, LIMIT_BODY, &p->body_left)) return 413;
    p->body_announced = p->body_left > 0;
    p->phase = PARSING_LENGTH;
    return 0;
}

int head_check(struct http_parser *p, struct str head)
{
    struct framing framing = {0};
    for (size_t i = 0; i < p->nfields; i++) {
        struct http_field *f = &p->fields[i];
        if (!is_token(f->name)) return 400; // also a space before the colon (RFC 9112 5.1)
        f->value = str_trim(f->value);
        note_field(p, f, &framing);
    }
    p->verb = verb_of(p->ll.method);
    p->verb_name = str_upto(head, str_find(head, ' '));
    p->expect_continue = p->expect_continue && p->version_1_1;
    int status = split_target(p);
    if (!status) status = check_host(p, framing.hosts, framing.host);
    if (!status) status = check_framing(p, &framing);
    return status;
}
