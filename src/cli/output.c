// SPDX-License-Identifier: Apache-2.0
#include <stdarg.h>

#include "cli/command.h"
#include "codec/utf8.h"

enum { GAP = 2 };

// A control, also of the second set, which some terminals obey.
static bool is_control(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
}

// Writes the text for a terminal, or (to NULL) only counts; answers its characters.
static size_t put(FILE *to, const char *text)
{
    size_t n = 0;
    for (struct str s = str_of(text); s.n; n++) {
        uint32_t cp;
        size_t used = utf8_next(s, &cp);
        struct str shown = used && !is_control(cp) ? str_upto(s, used) : STR("?");
        if (to) fprintf(to, "%.*s", STR_FMT(shown));
        s = str_from(s, used ? used : 1);
    }
    return n;
}

static void put_cell(const char *text, size_t width, bool last)
{
    size_t n = put(stdout, text);
    if (!last) printf("%*s", (int)(width + GAP - n), "");
}

void output_table(const json_t *rows, const struct column *columns, size_t ncolumns)
{
    enum { COLUMNS_MAX = 8 };
    size_t widths[COLUMNS_MAX] = {0};
    assert(ncolumns <= COLUMNS_MAX);
    for (size_t i = 0; i < ncolumns; i++) {
        widths[i] = put(NULL, columns[i].title);
        for (size_t j = 0; j < json_array_size(rows); j++) {
            size_t n = put(NULL, member_text(json_array_get(rows, j), columns[i].member));
            if (n > widths[i]) widths[i] = n;
        }
    }
    for (size_t i = 0; i < ncolumns; i++) put_cell(columns[i].title, widths[i], i == ncolumns - 1);
    printf("\n");
    for (size_t j = 0; j < json_array_size(rows); j++) {
        const json_t *row = json_array_get(rows, j);
        for (size_t i = 0; i < ncolumns; i++)
            put_cell(member_text(row, columns[i].member), widths[i], i == ncolumns - 1);
        printf("\n");
    }
}

void output_json(const json_t *value)
{
    json_dumpf(value, stdout, JSON_COMPACT);
    printf("\n");
}

void output_done(const struct command_line *c, const char *fmt, ...)
{
    char text[512];
    va_list args;
    if (c->quiet) return;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    output_line(text);
}

void output_line(const char *text)
{
    put(stdout, text);
    printf("\n");
}
