// SPDX-License-Identifier: Apache-2.0
#include "codec/args.h"

enum { FIRST_ARGS = 16 };

static bool grow(struct args *a, struct arena *arena)
{
    size_t size = a->size ? 2 * a->size : FIRST_ARGS;
    struct arg *v = arena_alloc(arena, size * sizeof *v);
    if (!v) return false;
    if (a->n) memcpy(v, a->v, a->n * sizeof *v);
    a->v = v;
    a->size = size;
    return true;
}

void args_add(struct args *a, struct arena *arena, struct arg arg)
{
    if (str_empty(arg.name)) return;
    if (a->n >= LIMIT_ARGS || (a->n == a->size && !grow(a, arena))) {
        a->overflow = true;
        return;
    }
    a->v[a->n++] = arg;
}

const struct arg *args_get(const struct args *a, const char *name)
{
    const struct arg *in_query = NULL;
    struct str wanted = str_of(name);
    for (size_t i = a->n; i-- > 0;) {
        const struct arg *arg = &a->v[i];
        if (!str_eq(arg->name, wanted)) continue;
        if (arg->source == ARG_BODY) return arg;
        if (!in_query) in_query = arg;
    }
    return in_query;
}

struct str args_value(const struct args *a, const char *name)
{
    const struct arg *arg = args_get(a, name);
    return arg ? arg->value : (struct str){NULL, 0};
}
