// SPDX-License-Identifier: Apache-2.0
#include "codec/json.h"

#include "codec/utf8.h"

void json_init(struct json *j, struct buf *out)
{
    *j = (struct json){.out = out, .first = {true}};
}

// One flag for each level; nesting beyond the array has already failed the buffer and shares the last flag.
static bool *first_here(struct json *j)
{
    return &j->first[j->depth < JSON_DEPTH_MAX ? j->depth : JSON_DEPTH_MAX - 1];
}

static bool take_first(struct json *j)
{
    bool *here = first_here(j), first = *here;
    *here = false;
    return first || j->depth == 0;
}

// buf_reserve() without a call where there is room, as there nearly always is.
static inline char *room_for(struct buf *b, size_t n)
{
    return !b->failed && n <= b->size - b->n && n ? b->p + b->n : buf_reserve(b, n);
}

// What stands before a value: a comma where one is due, and the key.
static void lead(struct json *j, const char *key)
{
    bool comma = !take_first(j);
    if (!key) {
        if (comma) buf_char(j->out, ',');
        return;
    }
    size_t n = strlen(key);
    char *p = room_for(j->out, comma + n + 3);
    if (!p) return;
    if (comma) *p++ = ',';
    *p++ = '"';
    memcpy(p, key, n);
    p[n] = '"';
    p[n + 1] = ':';
    j->out->n += comma + n + 3;
}

static void open_level(struct json *j, const char *key, char bracket)
{
    lead(j, key);
    buf_char(j->out, bracket);
    if (++j->depth >= JSON_DEPTH_MAX) j->out->failed = true;
    *first_here(j) = true;
}

static void close_level(struct json *j, char bracket)
{
    assert(j->depth > 0);
    j->depth--;
    buf_char(j->out, bracket);
}

void json_open(struct json *j, const char *key)
{
    open_level(j, key, '{');
}

void json_close(struct json *j)
{
    close_level(j, '}');
}

void json_open_array(struct json *j, const char *key)
{
    open_level(j, key, '[');
}

void json_close_array(struct json *j)
{
    close_level(j, ']');
}

// What a byte needs: 0 nothing, 'u' a \u escape or a look at the whole sequence, else the letter behind a backslash.
static const char escapes[256] = {
    [0 ... 7] = 'u', ['\b'] = 'b', ['\t'] = 't',          ['\n'] = 'n', [0x0b] = 'u',  ['\f'] = 'f',
    ['\r'] = 'r',    ['"'] = '"',  [0x0e ... 0x1f] = 'u', ['/'] = '/',  ['\\'] = '\\', [0x80 ... 0xff] = 'u',
};

static size_t plain_run(struct str s)
{
    size_t n = 0;
    while (n < s.n && !escapes[(unsigned char)s.p[n]]) n++;
    return n;
}

static void put_unit(struct buf *b, uint32_t unit)
{
    static const char digits[] = "0123456789abcdef";
    char text[] = {
        '\\', 'u', digits[unit >> 12 & 15], digits[unit >> 8 & 15], digits[unit >> 4 & 15], digits[unit & 15]};
    buf_bytes(b, text, sizeof text);
}

// RFC 8259 7: code points beyond the basic plane are two units, a surrogate pair.
static void put_code_point(struct buf *b, uint32_t cp)
{
    if (cp < 0x10000) {
        put_unit(b, cp);
        return;
    }
    put_unit(b, 0xd800 + ((cp - 0x10000) >> 10));
    put_unit(b, 0xdc00 + ((cp - 0x10000) & 0x3ff));
}

// Escapes the first code point of s, answers its size in bytes.
static size_t put_escape(struct buf *b, struct str s)
{
    char kind = escapes[(unsigned char)s.p[0]];
    if (kind != 'u') {
        buf_bytes(b, (char[]){'\\', kind}, 2);
        return 1;
    }
    uint32_t cp = 0xfffd;
    size_t n = utf8_next(s, &cp);
    put_code_point(b, cp);
    return n ? n : 1;
}

// Text with nothing to escape, as nearly all is: one copy.
static void put_plain(struct buf *out, struct str s)
{
    char *p = room_for(out, s.n + 2);
    if (!p) return;
    p[0] = '"';
    if (s.n) memcpy(p + 1, s.p, s.n);
    p[s.n + 1] = '"';
    out->n += s.n + 2;
}

void json_escape(struct buf *out, struct str s)
{
    if (plain_run(s) == s.n) {
        put_plain(out, s);
        return;
    }
    buf_char(out, '"');
    while (s.n) {
        size_t run = plain_run(s);
        buf_str(out, str_upto(s, run));
        s = str_from(s, run);
        if (s.n) s = str_from(s, put_escape(out, s));
    }
    buf_char(out, '"');
}

void json_str(struct json *j, const char *key, struct str s)
{
    lead(j, key);
    json_escape(j->out, s);
}

void json_str_or_null(struct json *j, const char *key, struct str s)
{
    if (s.p)
        json_str(j, key, s);
    else
        json_nil(j, key);
}

void json_int(struct json *j, const char *key, int64_t v)
{
    lead(j, key);
    buf_i64(j->out, v);
}

void json_bool(struct json *j, const char *key, bool v)
{
    lead(j, key);
    buf_str(j->out, v ? STR("true") : STR("false"));
}

void json_nil(struct json *j, const char *key)
{
    lead(j, key);
    buf_str(j->out, STR("null"));
}

void json_raw(struct json *j, const char *key, struct str value)
{
    lead(j, key);
    buf_str(j->out, value);
}

void json_key(struct json *j, struct str key)
{
    lead(j, NULL);
    json_escape(j->out, key);
    buf_char(j->out, ':');
    *first_here(j) = true;
}
