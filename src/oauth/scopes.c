// SPDX-License-Identifier: Apache-2.0
#include "oauth/scopes.h"

#include "base/limits.h"

enum { NEAR = 2 }; // experience.md 7: edit distance for did-you-mean

static const struct scope_row rows[] = {
#define X(scope, scope_types, scope_flags, description)                                                                \
    {.name = STR_INIT(scope), .types = (scope_types), .flags = (scope_flags), .text = (description)},
#include "oauth/scopes.def"
#undef X
};

static int compare(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

const struct scope_row *scope_find(struct str name)
{
    size_t from = 0, to = ARRAY_LEN(rows);
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = compare(name, rows[middle].name);
        if (order == 0) return &rows[middle];
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

const struct scope_row *scope_rows(size_t *n)
{
    *n = ARRAY_LEN(rows);
    return rows;
}

const struct scope_row *scope_nearest(struct str name)
{
    const struct scope_row *best = NULL;
    unsigned least = NEAR + 1;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        unsigned distance = str_distance(name, rows[i].name);
        if (distance >= least || distance >= name.n) continue;
        least = distance;
        best = &rows[i];
    }
    return best;
}

// A list under construction, in memory that was taken for its longest possible form.
struct list {
    char *p;
    size_t n, items;
};

// false: the arena is full. Takes room for the bytes of both lists and a comma after each.
static bool list_init(struct list *l, struct arena *arena, size_t bytes)
{
    *l = (struct list){.p = arena_alloc(arena, bytes)};
    return l->p != NULL;
}

static struct str list_view(const struct list *l)
{
    return str_make(l->p, l->n);
}

static void list_add(struct list *l, struct str item)
{
    if (str_empty(item) || scopes_has(list_view(l), item)) return;
    if (l->n) l->p[l->n++] = ',';
    memcpy(l->p + l->n, item.p, item.n);
    l->n += item.n;
    l->items++;
}

bool scopes_separator(char c)
{
    return c == ',' || c == ' ' || c == '+';
}

struct str scopes_normalize(struct str list, struct arena *arena)
{
    struct list out;
    if (!list_init(&out, arena, list.n + 1)) return (struct str){NULL, 0};
    // No list of real scopes is longer than LIMIT_SCOPES, so what is kept of such a one is refused anyway; going on
    // would only let a request buy quadratic work.
    while (list.n && out.items <= LIMIT_SCOPES) {
        size_t n = 0;
        while (n < list.n && !scopes_separator(list.p[n])) n++;
        list_add(&out, str_upto(list, n));
        list = str_from(list, n + 1);
    }
    return list_view(&out);
}

bool scopes_next(struct str *rest, struct str *item)
{
    while (rest->n) {
        *item = str_cut(rest, ',');
        if (item->n) return true;
    }
    return false;
}

bool scopes_has(struct str list, struct str name)
{
    struct str item;
    while (scopes_next(&list, &item))
        if (str_eq(item, name)) return true;
    return false;
}

size_t scopes_count(struct str list)
{
    struct str item;
    size_t n = 0;
    while (scopes_next(&list, &item)) n++;
    return n;
}

struct str scopes_missing(struct str have, struct str add, struct arena *arena)
{
    return scopes_without(add, have, arena);
}

struct str scopes_union(struct str have, struct str add, struct arena *arena)
{
    struct list out;
    struct str item;
    if (!list_init(&out, arena, have.n + add.n + 2)) return (struct str){NULL, 0};
    while (scopes_next(&have, &item)) list_add(&out, item);
    while (scopes_next(&add, &item)) list_add(&out, item);
    return list_view(&out);
}

struct str scopes_without(struct str list, struct str drop, struct arena *arena)
{
    struct list out;
    struct str item;
    if (!list_init(&out, arena, list.n + 1)) return (struct str){NULL, 0};
    while (scopes_next(&list, &item))
        if (!scopes_has(drop, item)) list_add(&out, item);
    return list_view(&out);
}

bool lines_has(struct str lines, struct str entry)
{
    while (lines.n)
        if (str_eq(str_cut(&lines, '\n'), entry)) return true;
    return false;
}
