// SPDX-License-Identifier: Apache-2.0
#include "api/media.h"

static const struct {
    struct str name;
    enum media_type type;
} types[] = {
    {STR_INIT("application/x-www-form-urlencoded"), MEDIA_FORM},
    {STR_INIT("multipart/form-data"), MEDIA_MULTIPART},
    {STR_INIT("application/json"), MEDIA_JSON},
    {STR_INIT("text/plain"), MEDIA_TEXT},
};

static enum media_type type_of(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_ieq(types[i].name, name)) return types[i].type;
    return MEDIA_OTHER;
}

// RFC 9110 5.6.4: a quoted string; a backslash quotes the next byte. *rest starts behind the opening quote and is left
// behind the closing one.
static struct str unquote(struct str *rest, struct arena *arena)
{
    char *to = arena_alloc(arena, rest->n + 1);
    size_t n = 0, i = 0;
    if (!to) return (struct str){NULL, 0};
    for (; i < rest->n && rest->p[i] != '"'; i++) {
        if (rest->p[i] == '\\' && i + 1 < rest->n) i++;
        to[n++] = rest->p[i];
    }
    *rest = str_from(*rest, i + 1);
    return (struct str){to, n};
}

// Takes the next "name=value" off *rest (which starts behind a ';').
static void next_param(struct str *rest, struct arena *arena, struct str *name, struct str *value)
{
    size_t eq = 0;
    while (eq < rest->n && rest->p[eq] != '=' && rest->p[eq] != ';') eq++;
    *name = str_trim(str_upto(*rest, eq));
    *value = (struct str){NULL, 0};
    bool has_value = eq < rest->n && rest->p[eq] == '=';
    *rest = str_from(*rest, has_value ? eq + 1 : eq);
    if (has_value) {
        *rest = str_trim(*rest);
        if (rest->n && rest->p[0] == '"') {
            *rest = str_from(*rest, 1);
            *value = unquote(rest, arena);
        } else {
            *value = str_trim(str_upto(*rest, str_find(*rest, ';')));
        }
    }
    *rest = str_from(*rest, str_find(*rest, ';') + 1);
}

static enum media_charset charset_of(struct str value)
{
    if (str_ieq(value, STR("utf-8"))) return CHARSET_UTF8;
    if (str_ieq(value, STR("iso-8859-1"))) return CHARSET_LATIN1;
    return CHARSET_OTHER;
}

void media_parse(struct str header, struct arena *arena, struct media *out)
{
    *out = (struct media){0};
    struct str rest = header;
    out->name = str_trim(str_cut(&rest, ';'));
    if (out->name.n == 0) return;
    out->type = type_of(out->name);
    while (rest.n) {
        struct str name, value;
        next_param(&rest, arena, &name, &value);
        if (str_ieq(name, STR("charset"))) out->charset = charset_of(value);
        if (str_ieq(name, STR("boundary"))) out->boundary = value;
    }
}
