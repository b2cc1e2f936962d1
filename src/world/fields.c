// SPDX-License-Identifier: Apache-2.0
#include "world/fields.h"

#include <stdarg.h>

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

static void put_key(const struct field_reader *r, const struct place *at, struct object_problem *p)
{
    struct buf b;
    buf_init(&b, 4 * sizeof p->key);
    if (r->ctx->where) buf_z(&b, r->ctx->where);
    put_place(at, &b);
    snprintf(p->key, sizeof p->key, "%.*s", STR_FMT(buf_view(&b)));
    buf_release(&b);
}

// RFC 6901 3
static void put_escaped(struct str name, struct buf *b)
{
    while (name.n) {
        size_t n = 0;
        while (n < name.n && name.p[n] != '~' && name.p[n] != '/') n++;
        buf_str(b, str_upto(name, n));
        if (n < name.n) buf_z(b, name.p[n] == '~' ? "~0" : "~1");
        name = str_from(name, n + 1);
    }
}

// "/settings/a~1b/0"; the outermost value is the empty pointer.
static void put_pointer(const struct place *at, struct buf *b)
{
    if (!at->up) return;
    put_pointer(at->up, b);
    buf_char(b, '/');
    if (at->name.p)
        put_escaped(at->name, b);
    else
        buf_u64(b, at->index);
}

static struct str pointer_to(const struct place *at, struct arena *arena)
{
    struct buf b;
    buf_init(&b, LIMIT_SEED_FILE);
    put_pointer(at, &b);
    struct str pointer = arena_str(arena, buf_view(&b));
    buf_release(&b);
    return pointer;
}

// Where the next problem is written down; NULL: there have been enough.
static struct object_problem *next_problem(const struct field_reader *r, const struct place *at)
{
    struct field_problems *all = r->all;
    if (!all) return r->problem;
    struct field_problem *p = all->n < FIELD_PROBLEMS_MAX ? arena_alloc(r->ctx->arena, sizeof *p) : NULL;
    if (!p) return NULL;
    *p = (struct field_problem){.rule = all->rule, .pointer = pointer_to(at, r->ctx->arena)};
    if (!all->tail) all->tail = &all->first;
    *all->tail = p;
    all->tail = &p->next;
    all->n++;
    return &p->at;
}

PRINTF_LIKE(4, 0)
static enum status fail_with(const struct field_reader *r, const struct place *at, const char *nearest, const char *fmt,
                             va_list args)
{
    struct object_problem *p = next_problem(r, at);
    if (!p) return E_LIMIT;
    *p = (struct object_problem){.line = at->node ? at->node->line : 0, .column = at->node ? at->node->column : 0};
    put_key(r, at, p);
    vsnprintf(p->text, sizeof p->text, fmt, args);
    if (nearest) snprintf(p->nearest, sizeof p->nearest, "%s", nearest);
    return E_INVALID;
}

enum status field_fail(const struct field_reader *r, const struct place *at, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    enum status status = fail_with(r, at, NULL, fmt, args);
    va_end(args);
    return status;
}

enum status field_fail_near(const struct field_reader *r, const struct place *at, const char *nearest, const char *fmt,
                            ...)
{
    va_list args;
    va_start(args, fmt);
    enum status status = fail_with(r, at, nearest, fmt, args);
    va_end(args);
    return status;
}

static enum status unknown_key(const struct field_reader *r, const struct place *at, const struct fields *fields)
{
    struct names names = {fields->first, fields->n, sizeof *fields->first};
    const struct node key = {.line = at->node->key_line, .column = at->node->key_column};
    struct place place = *at;
    place.node = &key;
    return field_fail_near(r, &place, names_nearest(names, at->name), "unknown key");
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

static enum status check_there(const struct field_reader *r, const struct place *at, const struct field *f)
{
    const struct node *n = f->required ? node_get(at->node, f->name) : NULL;
    struct place missing = {.up = at, .node = n ? n : at->node, .name = str_of(f->name)};
    return f->required && (!n || node_is_null(n)) ? field_fail(r, &missing, "is required but missing") : OK;
}

enum status fields_read(const struct field_reader *r, const struct place *at, const struct fields *fields, bool patch,
                        void *target)
{
    enum status found = OK;
    if (at->node->kind != NODE_MAP) return field_fail(r, at, "must be a map of keys and values");
    for (const struct node *n = at->node->first; n; n = n->next) {
        struct place member = {.up = at, .node = n, .name = n->key};
        enum status status = read_member(r, &member, fields, target);
        if (field_ends(r, status)) return status;
        if (status) found = status;
    }
    for (size_t i = 0; i < fields->n && !patch; i++) {
        enum status status = check_there(r, at, &fields->first[i]);
        if (field_ends(r, status)) return status;
        if (status) found = status;
    }
    return found;
}
