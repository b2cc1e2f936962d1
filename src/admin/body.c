// SPDX-License-Identifier: Apache-2.0
#include "admin/body.h"

#include "admin/times.h"

static struct node *convert(json_t *value, struct arena *arena);

// Puts a child behind the last one. false: the arena is full.
static bool add_child(struct node ***end, json_t *value, struct str key, struct arena *arena)
{
    struct node *child = convert(value, arena);
    if (!child) return false;
    child->key = arena_str(arena, key);
    **end = child;
    *end = &child->next;
    return true;
}

static bool convert_list(json_t *list, struct node *to, struct arena *arena)
{
    struct node **end = &to->first;
    to->kind = NODE_LIST;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!add_child(&end, json_array_get(list, i), str_of(NULL), arena)) return false;
    return true;
}

static bool convert_map(json_t *map, struct node *to, struct arena *arena)
{
    struct node **end = &to->first;
    to->kind = NODE_MAP;
    for (void *i = json_object_iter(map); i; i = json_object_iter_next(map, i))
        if (!add_child(&end, json_object_iter_value(i), str_of(json_object_iter_key(i)), arena)) return false;
    return true;
}

static struct str scalar(const json_t *value, struct arena *arena)
{
    switch (json_typeof(value)) {
    case JSON_STRING: return arena_str(arena, str_make(json_string_value(value), json_string_length(value)));
    case JSON_INTEGER: return arena_printf(arena, "%lld", (long long)json_integer_value(value));
    case JSON_REAL: return arena_printf(arena, "%.15g", json_real_value(value));
    case JSON_TRUE: return STR("true");
    case JSON_FALSE: return STR("false");
    default: return STR("null");
    }
}

// The tree that the YAML reader would make, but for lines. Depth is bounded by json_parse(). NULL: the arena is full.
static struct node *convert(json_t *value, struct arena *arena)
{
    struct node *n = arena_alloc(arena, sizeof *n);
    if (!n) return NULL;
    if (json_is_array(value)) return convert_list(value, n, arena) ? n : NULL;
    if (json_is_object(value)) return convert_map(value, n, arena) ? n : NULL;
    n->text = scalar(value, arena);
    n->quoted = json_is_string(value);
    return arena->failed ? NULL : n;
}

int body_tree(struct admin_call *c, const struct node **out)
{
    const struct node *tree = convert(c->body, c->req->arena);
    if (!tree) return problem(c, P_MEMBER, "the body holds too many values");
    *out = tree;
    return 0;
}

struct object_context body_context(struct admin_call *c)
{
    return (struct object_context){.arena = c->req->arena,
                                   .rng = c->world->rng,
                                   .http = world_settings(c->world)->allow_http_redirects,
                                   .now = c->req->now};
}

int body_problem(struct admin_call *c, enum problem_id id, const struct object_problem *p)
{
    struct problem_at at = {p->key, p->nearest};
    return problem_at(c, id, &at, "%s%s%s", p->key, p->key[0] ? ": " : "", p->text);
}

int body_read(struct admin_call *c, const struct fields *fields, void *target)
{
    struct object_problem wrong;
    struct object_context ctx = body_context(c);
    struct field_reader r = {.ctx = &ctx, .problem = &wrong};
    struct place at = {0};
    int failed = body_tree(c, &at.node);
    if (failed) return failed;
    return fields_read(&r, &at, fields, false, target) ? body_problem(c, P_MEMBER, &wrong) : 0;
}

static void give(void *member, int64_t value)
{
    *(struct given *)member = (struct given){true, value};
}

enum status field_duration(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    int64_t ms;
    (void)f;
    if (at->node->kind != NODE_SCALAR || duration_parse(at->node->text, &ms))
        return field_fail(r, at, "must be a time span such as 250ms, 601s, 12h, 7d or 1h30m");
    give(member, ms);
    return OK;
}

enum status field_moment(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    int64_t ms;
    (void)f;
    if (at->node->kind != NODE_SCALAR || moment_parse(at->node->text, &ms))
        return field_fail(r, at, "must be a moment such as 2026-11-23T12:00:00Z");
    give(member, ms);
    return OK;
}

enum status field_switch(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    bool on = false;
    TRY(field_bool(r, at, f, &on));
    give(member, on);
    return OK;
}

enum status field_number(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    const struct number_rule *rule = f->rule;
    uint64_t n;
    bool number = at->node->kind == NODE_SCALAR && !at->node->quoted;
    if (!number || !str_u64(at->node->text, (uint64_t)rule->most, &n) || n < (uint64_t)rule->least)
        return field_fail(r, at, "must be a whole number from %lld to %lld", (long long)rule->least,
                          (long long)rule->most);
    give(member, (int64_t)n);
    return OK;
}

enum status field_chance(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    (void)f;
    bool number = at->node->kind == NODE_SCALAR && !at->node->quoted;
    double v = number ? strtod(at->node->text.p, NULL) : 0; // ends with a NUL: convert() made it
    if (!(v > 0 && v <= 1)) return field_fail(r, at, "must be a number above 0 and at most 1");
    *(double *)member = v;
    return OK;
}
