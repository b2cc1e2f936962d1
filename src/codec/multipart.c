// SPDX-License-Identifier: Apache-2.0
#include "codec/multipart.h"

enum { BOUNDARY_MAX = 70 };

static const char token_marks[] = "!#$%&'*+-.^_`|~";  // RFC 9110 5.6.2, besides letters and digits
static const char boundary_marks[] = "'()+_,-./:=? "; // RFC 2046 5.1.1, likewise

static bool all_of(struct str s, const char *marks)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alnum(s.p[i]) && !str_all_in(str_make(s.p + i, 1), marks)) return false;
    return true;
}

static bool boundary_fits(struct str s)
{
    return s.n >= 1 && s.n <= BOUNDARY_MAX && s.p[s.n - 1] != ' ' && all_of(s, boundary_marks);
}

static struct str skip_blanks(struct str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t')) s = str_from(s, 1);
    return s;
}

// Leaves in *body what stands behind the first delimiter; a preamble before it is dropped.
static enum status skip_preamble(struct str *body, struct str delimiter)
{
    if (str_starts(*body, str_from(delimiter, 2))) {
        *body = str_from(*body, delimiter.n - 2);
        return OK;
    }
    size_t at = str_find_str(*body, delimiter);
    if (at == body->n) return E_INVALID;
    *body = str_from(*body, at + delimiter.n);
    return OK;
}

// The end of a delimiter line. RFC 2046 5.1.1: a boundary may not occur inside a part, so anything but "--", padding
// and a line end behind it is an error and not content.
static enum status end_delimiter(struct str *body, bool *last)
{
    bool closes = str_starts(*body, STR("--"));
    struct str s = skip_blanks(str_from(*body, closes ? 2 : 0));
    if (!str_starts(s, STR("\r\n")) && !(closes && s.n == 0)) return E_INVALID;
    *body = str_from(s, 2);
    *last = closes;
    return OK;
}

// A quoted string or a token at the start of *s; leaves what stands behind it. Backslashes stay: no name that is
// allowed has any.
static enum status take_value(struct str *s, struct str *out)
{
    if (!str_starts(*s, STR("\""))) {
        *out = str_trim(str_upto(*s, str_find(*s, ';')));
        *s = str_from(*s, str_find(*s, ';'));
        return out->n && all_of(*out, token_marks) ? OK : E_INVALID;
    }
    size_t end = 1;
    while (end < s->n && s->p[end] != '"') end += s->p[end] == '\\' ? 2 : 1;
    if (end >= s->n) return E_INVALID;
    *out = str_make(s->p + 1, end - 1);
    *s = str_from(*s, end + 1);
    return OK;
}

struct part {
    struct str name; // p is NULL until it was seen
    bool file;
    bool described; // there was a Content-Disposition
};

static enum status take_parameter(struct str *s, struct part *part)
{
    struct str value;
    size_t equals = str_find(*s, '=');
    struct str name = str_trim(str_upto(*s, equals));
    if (equals == s->n || !name.n || !all_of(name, token_marks)) return E_INVALID;
    *s = skip_blanks(str_from(*s, equals + 1));
    TRY(take_value(s, &value));
    if (str_ieq(name, STR("filename")) || str_ieq(name, STR("filename*"))) part->file = true;
    if (!str_ieq(name, STR("name"))) return OK;
    if (part->name.p) return E_INVALID;
    part->name = value;
    return OK;
}

// RFC 7578 4.2: Content-Disposition: form-data; name="..."
static enum status parse_disposition(struct str value, struct part *part)
{
    size_t at = str_find(value, ';');
    if (part->described || !str_ieq(str_trim(str_upto(value, at)), STR("form-data"))) return E_INVALID;
    part->described = true;
    for (struct str s = str_from(value, at); s.n;) {
        if (s.p[0] != ';') return E_INVALID;
        s = skip_blanks(str_from(s, 1));
        if (!s.n) break;
        TRY(take_parameter(&s, part));
        s = skip_blanks(s);
    }
    return OK;
}

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) return true;
    }
    return false;
}

// Reads the header lines of a part; leaves its content in *body. Folded lines are refused, as HTTP does.
static enum status take_headers(struct str *body, struct str delimiter, struct part *part)
{
    for (;;) {
        size_t end = str_find_str(*body, STR("\r\n"));
        if (end == body->n) return E_INVALID;
        struct str line = str_upto(*body, end);
        *body = str_from(*body, end + 2);
        if (!line.n) return OK;
        if (has_control(line) || str_starts(line, str_from(delimiter, 2))) return E_INVALID;
        size_t colon = str_find(line, ':');
        struct str name = str_upto(line, colon);
        if (!name.n || colon == line.n || !all_of(name, token_marks)) return E_INVALID;
        if (!str_ieq(name, STR("content-disposition"))) continue;
        TRY(parse_disposition(str_from(line, colon + 1), part));
    }
}

static enum status take_part(struct str *body, struct str delimiter, struct arg *arg)
{
    struct part part = {0};
    TRY(take_headers(body, delimiter, &part));
    if (!part.name.p) return E_INVALID;
    size_t end = str_find_str(*body, delimiter);
    if (end == body->n) return E_INVALID;
    *arg = (struct arg){.name = part.name, .value = str_upto(*body, end), .source = ARG_BODY, .file = part.file};
    *body = str_from(*body, end + delimiter.n);
    return OK;
}

enum status multipart_parse(struct str body, struct str boundary, struct arena *arena, struct args *a)
{
    bool last = false;
    if (!boundary_fits(boundary)) return E_INVALID;
    struct str delimiter = arena_printf(arena, "\r\n--%.*s", STR_FMT(boundary));
    if (!delimiter.p) return E_LIMIT;
    TRY(skip_preamble(&body, delimiter));
    TRY(end_delimiter(&body, &last));
    while (!last) {
        struct arg arg;
        TRY(take_part(&body, delimiter, &arg));
        args_add(a, arena, arg);
        TRY(end_delimiter(&body, &last));
    }
    return arena->failed ? E_LIMIT : OK;
}
