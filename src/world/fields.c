// SPDX-License-Identifier: Apache-2.0
#include "world/fields.h"

#include <stdarg.h>

#include "codec/utf8.h"
#include "oauth/scopes.h"

// "apps[2].manifest.settings", outermost first. Cut when it does not fit.
static void put_place(const struct place *at, struct buf *b)
{
    if (at->up) put_place(at->up, b);
    if (!at->up && !at->name.p) return;
    if (!at->name.p)
        buf_printf(b, "[%zu]", at->index);
    else
        buf_printf(b, "%s%.*s", b->n ? "." : "", STR_FMT(at->name));
}

static void put_key(const struct field_reader *r, const struct place *at)
{
    struct buf b;
    buf_init(&b, 4 * sizeof r->problem->key);
    if (r->ctx->where) buf_z(&b, r->ctx->where);
    put_place(at, &b);
    snprintf(r->problem->key, sizeof r->problem->key, "%.*s", STR_FMT(buf_view(&b)));
    buf_release(&b);
}

PRINTF_LIKE(3, 0)
static enum status fail_with(const struct field_reader *r, const struct place *at, const char *fmt, va_list args)
{
    struct object_problem *p = r->problem;
    *p = (struct object_problem){.line = at->node ? at->node->line : 0, .column = at->node ? at->node->column : 0};
    put_key(r, at);
    vsnprintf(p->text, sizeof p->text, fmt, args);
    return E_INVALID;
}

enum status field_fail(const struct field_reader *r, const struct place *at, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    enum status status = fail_with(r, at, fmt, args);
    va_end(args);
    return status;
}

enum status field_unknown(const struct field_reader *r, const struct place *at, const char *what, struct names names,
                          struct str given)
{
    enum status status = field_fail(r, at, "%s", what);
    const char *nearest = names_nearest(names, given);
    if (nearest) snprintf(r->problem->nearest, sizeof r->problem->nearest, "%s", nearest);
    return status;
}

static enum status unknown_key(const struct field_reader *r, const struct place *at, const struct fields *fields)
{
    struct names names = {fields->first, fields->n, sizeof *fields->first};
    enum status status = field_unknown(r, at, "unknown key", names, at->name);
    r->problem->line = at->node->key_line;
    r->problem->column = at->node->key_column;
    return status;
}

static enum status read_member(const struct field_reader *r, const struct place *at, const struct fields *fields,
                               void *target)
{
    size_t i = 0;
    while (i < fields->n && !str_eq(at->name, str_of(fields->first[i].name))) i++;
    if (i == fields->n) return unknown_key(r, at, fields);
    const struct field *f = &fields->first[i];
    return node_is_null(at->node) ? OK : f->read(r, at, f, (char *)target + f->offset);
}

enum status fields_read(const struct field_reader *r, const struct place *at, const struct fields *fields, bool patch,
                        void *target)
{
    if (at->node->kind != NODE_MAP) return field_fail(r, at, "must be a map of keys and values");
    for (const struct node *n = at->node->first; n; n = n->next) {
        struct place member = {.up = at, .node = n, .name = n->key};
        TRY(read_member(r, &member, fields, target));
    }
    for (size_t i = 0; i < fields->n && !patch; i++) {
        const struct field *f = &fields->first[i];
        const struct node *n = node_get(at->node, f->name);
        struct place missing = {.up = at, .node = n ? n : at->node, .name = str_of(f->name)};
        if (f->required && (!n || node_is_null(n))) return field_fail(r, &missing, "is required but missing");
    }
    return OK;
}

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

static enum status check_text(const struct field_reader *r, const struct place *at, const struct text_rule *rule,
                              struct str *out)
{
    if (at->node->kind != NODE_SCALAR) return field_fail(r, at, "must be a text");
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
    size_t i = 0;
    for (const struct node *n = at->node->first; n; n = n->next, i++) {
        struct place item = {.up = at, .node = n, .index = i};
        if (i == rule->most) return field_fail(r, at, "has more than %zu entries", rule->most);
        TRY(check_item(r, &item, rule, lines));
    }
    return OK;
}

enum status field_lines(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    struct buf lines;
    if (at->node->kind != NODE_LIST) return field_fail(r, at, "must be a list");
    buf_init(&lines, LIMIT_SEED_FILE);
    enum status status = read_items(r, at, f->rule, &lines);
    struct str copy = arena_str(r->ctx->arena, buf_view(&lines));
    if (!status && !copy.p) status = E_LIMIT;
    if (!status) *(struct str *)member = copy;
    buf_release(&lines);
    return status;
}

static enum status find_word(const struct field_reader *r, const struct place *at, const struct words *words,
                             unsigned *value)
{
    if (at->node->kind != NODE_SCALAR) return field_fail(r, at, "must be a word");
    struct names names = {words->first, words->n, sizeof *words->first};
    size_t i = names_find(names, at->node->text);
    if (i == names.n) return field_unknown(r, at, "is none of the words that are known here", names, at->node->text);
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
    enum status status = field_fail(r, at, "there is no scope \"%.*s\"", STR_FMT(scope));
    const struct scope_row *nearest = scope_nearest(scope);
    if (nearest) snprintf(r->problem->nearest, sizeof r->problem->nearest, "%.*s", STR_FMT(nearest->name));
    return status;
}
