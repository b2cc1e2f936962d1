// SPDX-License-Identifier: Apache-2.0
#include "codec/form.h"

static int hex_value(char c)
{
    if (ascii_digit(c)) return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t first_escape(struct str s, bool plus)
{
    size_t at = str_find(s, '%');
    return plus ? str_find(str_upto(s, at), '+') : at;
}

// The byte behind the '%' at s.p[at], or -1 (contract envelope.md 2: such a body is syntactically invalid).
static int escaped_byte(struct str s, size_t at)
{
    if (s.n - at < 3) return -1;
    int high = hex_value(s.p[at + 1]), low = hex_value(s.p[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

enum status form_decode(struct str s, bool plus, struct arena *arena, struct str *out)
{
    size_t n = first_escape(s, plus);
    if (n == s.n) {
        *out = s;
        return OK;
    }
    char *to = arena_alloc(arena, s.n);
    if (!to) return E_LIMIT;
    memcpy(to, s.p, n);
    for (size_t i = n; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            int byte = escaped_byte(s, i);
            if (byte < 0) return E_INVALID;
            c = (char)byte;
            i += 2;
        } else if (plus && c == '+') {
            c = ' ';
        }
        to[n++] = c;
    }
    *out = str_make(to, n);
    return OK;
}

enum status form_parse(struct str text, enum arg_source source, struct arena *arena, struct args *a)
{
    while (text.n) {
        struct arg arg = {.source = source};
        struct str value = str_cut(&text, '&');
        struct str name = str_cut(&value, '=');
        if (!value.p) value = str_from(name, name.n); // a name alone came, with an empty value
        TRY(form_decode(name, true, arena, &arg.name));
        TRY(form_decode(value, true, arena, &arg.value));
        args_add(a, arena, arg);
    }
    return arena->failed ? E_LIMIT : OK;
}

static bool is_unreserved(char c)
{
    return ascii_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static size_t unreserved_run(struct str s)
{
    size_t n = 0;
    while (n < s.n && is_unreserved(s.p[n])) n++;
    return n;
}

void form_encode(struct buf *b, struct str s)
{
    static const char digits[] = "0123456789ABCDEF";
    while (s.n) {
        size_t run = unreserved_run(s);
        buf_str(b, str_upto(s, run));
        if (run == s.n) return;
        unsigned char c = (unsigned char)s.p[run];
        if (c == ' ')
            buf_char(b, '+');
        else
            buf_bytes(b, (char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
        s = str_from(s, run + 1);
    }
}
