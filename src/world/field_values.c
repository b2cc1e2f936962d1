// SPDX-License-Identifier: Apache-2.0
// The values that fields take: texts, lists, words, and what is asked of them.
#include "world/fields.h"

#include <arpa/inet.h>
#include <math.h>

#include "codec/utf8.h"
#include "oauth/scopes.h"

// Code points; what is not UTF-8 counts bytewise and cannot come from a file.
static size_t characters(struct str s)
{
    size_t n = 0;
    for (uint32_t cp; s.n; n++) {
        size_t step = utf8_next(s, &cp);
        s = str_from(s, step ? step : 1);
    }
    return n;
}

static bool has_controls(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f) return true;
    return false;
}

static struct str skip_digits(struct str s)
{
    while (s.n && ascii_digit(s.p[0])) s = str_from(s, 1);
    return s;
}

// RFC 8259 6.
static bool has_number_form(struct str s, bool *whole)
{
    if (s.n && s.p[0] == '-') s = str_from(s, 1);
    if (s.n > 1 && s.p[0] == '0' && ascii_digit(s.p[1])) return false;
    struct str rest = skip_digits(s);
    if (rest.n == s.n) return false;
    *whole = rest.n == 0;
    if (rest.n && rest.p[0] == '.') {
        s = str_from(rest, 1);
        rest = skip_digits(s);
        if (rest.n == s.n) return false;
    }
    if (rest.n && ascii_lower(rest.p[0]) == 'e') {
        s = str_from(rest, 1);
        if (s.n && (s.p[0] == '+' || s.p[0] == '-')) s = str_from(s, 1);
        rest = skip_digits(s);
        if (rest.n == s.n) return false;
    }
    return rest.n == 0;
}

bool field_is_number(const struct node *n)
{
    char text[64];
    bool whole;
    uint64_t magnitude;
    if (n->kind != NODE_SCALAR || n->quoted || !has_number_form(n->text, &whole)) return false;
    if (whole) return str_u64(str_from(n->text, n->text.p[0] == '-'), INT64_MAX, &magnitude);
    return str_copy(text, sizeof text, n->text) && isfinite(strtod(text, NULL));
}

// What JSON, or YAML without quotes, takes for something else than a text.
static bool is_text(const struct node *n)
{
    bool truth;
    return n->quoted || !(node_is_null(n) || field_is_number(n) || !node_bool(n, &truth));
}

static enum status check_text(const struct field_reader *r, const struct place *at, const struct text_rule *rule,
                              struct str *out)
{
    if (at->node->kind != NODE_SCALAR || (r->strict && !is_text(at->node))) return field_fail(r, at, "must be a text");
    struct str s = at->node->text;
    size_t n = characters(s);
    bool good = rule->ok ? rule->ok(s) : !has_controls(s);
    if (n < rule->least || n > rule->most || !good) return field_fail(r, at, "must %s", rule->must);
    *out = s;
    return OK;
}

enum status field_text(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    struct str s = {NULL, 0};
    TRY(check_text(r, at, f->rule, &s));
    *(struct str *)member = s;
    return OK;
}

enum status field_id(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    struct str s = {NULL, 0};
    struct id *id = member;
    TRY(check_text(r, at, f->rule, &s));
    if (!str_copy(id->s, sizeof id->s, s)) return field_fail(r, at, "must have at most %d characters", LIMIT_ID - 1);
    return OK;
}

enum status field_bool(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    (void)f;
    bool value;
    if (node_bool(at->node, &value)) return field_fail(r, at, "must be true or false");
    *(bool *)member = value;
    return OK;
}

static enum status check_item(const struct field_reader *r, const struct place *at, const struct list_rule *rule,
                              struct buf *lines)
{
    struct str item = {NULL, 0}, rest = buf_view(lines);
    TRY(check_text(r, at, rule->item, &item));
    while (rule->unique && rest.n)
        if (str_eq(str_cut(&rest, '\n'), item)) return field_fail(r, at, "stands here twice");
    if (rule->check) TRY(rule->check(r, at, item));
    if (lines->n) buf_char(lines, '\n');
    buf_str(lines, item);
    return OK;
}

static enum status read_items(const struct field_reader *r, const struct place *at, const struct list_rule *rule,
                              struct buf *lines)
{
    enum status found = OK;
    size_t i = 0;
    for (const struct node *n = at->node->first; n; n = n->next, i++) {
        struct place item = {.up = at, .node = n, .index = i};
        if (i == rule->most) return field_fail(r, at, "has more than %zu entries", rule->most);
        enum status status = check_item(r, &item, rule, lines);
        if (field_ends(r, status)) return status;
        if (status) found = status;
    }
    return found;
}

enum status field_lines(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    struct buf lines;
    if (at->node->kind != NODE_LIST) return field_fail(r, at, "must be a list");
    buf_init(&lines, LIMIT_SEED_FILE);
    enum status status = read_items(r, at, f->rule, &lines);
    struct str copy = arena_str(r->ctx->arena, buf_view(&lines));
    if (!status && !copy.p) status = E_LIMIT;
    if (!field_ends(r, status) && copy.p) *(struct str *)member = copy; // what follows may look at the good ones
    buf_release(&lines);
    return status;
}

static enum status find_word(const struct field_reader *r, const struct place *at, const struct words *words,
                             unsigned *value)
{
    if (at->node->kind != NODE_SCALAR) return field_fail(r, at, "must be a word");
    struct names names = {words->first, words->n, sizeof *words->first};
    size_t i = names_find(names, at->node->text);
    if (i == names.n)
        return field_fail_near(r, at, names_nearest(names, at->node->text), "is none of the words that are known here");
    *value = words->first[i].value;
    return OK;
}

enum status field_word(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    unsigned value = 0;
    TRY(find_word(r, at, f->rule, &value));
    *(unsigned *)member = value;
    return OK;
}

enum status field_flags(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    const struct words *words = f->rule;
    unsigned set = 0, known = 0, i = 0;
    if (at->node->kind != NODE_LIST) return field_fail(r, at, "must be a list");
    for (const struct node *n = at->node->first; n; n = n->next, i++) {
        struct place item = {.up = at, .node = n, .index = i};
        unsigned bit = 0;
        TRY(find_word(r, &item, words, &bit));
        set |= bit;
    }
    for (i = 0; i < words->n; i++) known |= words->first[i].value;
    *(unsigned *)member = (*(unsigned *)member & ~known) | set;
    return OK;
}

enum status field_map(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    return fields_read(r, at, f->rule, false, member);
}

enum status field_any(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    (void)r, (void)at, (void)f, (void)member;
    return OK;
}

enum status field_known_scope(const struct field_reader *r, const struct place *at, struct str scope)
{
    if (scope_find(scope)) return OK;
    const struct scope_row *nearest = scope_nearest(scope);
    return field_fail_near(r, at, nearest ? nearest->name.p : NULL, "there is no scope \"%.*s\"", STR_FMT(scope));
}

bool field_is_address(struct str s)
{
    char text[INET6_ADDRSTRLEN];
    uint8_t bytes[16];
    uint64_t bits;
    struct str rest = s, address = str_cut(&rest, '/');
    if (!str_copy(text, sizeof text, address)) return false;
    bool v4 = inet_pton(AF_INET, text, bytes) == 1, v6 = !v4 && inet_pton(AF_INET6, text, bytes) == 1;
    return (v4 || v6) && (!rest.p || str_u64(rest, v4 ? 32 : 128, &bits));
}
