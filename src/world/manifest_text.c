// SPDX-License-Identifier: Apache-2.0
// Manifests as trees and as JSON text: stored compact, merged when patched, written out again.
#include "codec/jsonin.h"
#include "world/manifest.h"

enum { TEXT_MAX = LIMIT_BODY };

static struct node *node_new(struct arena *arena, enum node_kind kind)
{
    struct node *n = arena_alloc(arena, sizeof *n);
    if (n) n->kind = kind;
    return n;
}

// The shortest text that reads back as the same number, and as no whole one, so that a manifest once written out stays
// the same text for ever.
static struct str real_text(double v, struct arena *arena)
{
    char text[32];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, v);
        if (strtod(text, NULL) == v) break;
    }
    return arena_printf(arena, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

static struct node *scalar_of(const json_t *v, struct arena *arena)
{
    struct node *n = node_new(arena, NODE_SCALAR);
    if (!n) return NULL;
    n->quoted = json_is_string(v);
    if (json_is_string(v))
        n->text = arena_str(arena, str_make(json_string_value(v), json_string_length(v)));
    else if (json_is_integer(v))
        n->text = arena_printf(arena, "%lld", (long long)json_integer_value(v));
    else if (json_is_real(v))
        n->text = real_text(json_real_value(v), arena);
    else
        n->text = json_is_true(v) ? STR("true") : json_is_false(v) ? STR("false") : STR("null");
    return n;
}

static struct node *node_of(const json_t *v, struct arena *arena);

static struct node *list_of(const json_t *v, struct arena *arena)
{
    struct node *list = node_new(arena, NODE_LIST);
    struct node **tail = list ? &list->first : NULL;
    for (size_t i = 0; list && i < json_array_size(v); i++) {
        if (!(*tail = node_of(json_array_get(v, i), arena))) return NULL;
        tail = &(*tail)->next;
    }
    return list;
}

static struct node *map_of(const json_t *v, struct arena *arena)
{
    struct node *map = node_new(arena, NODE_MAP);
    struct node **tail = map ? &map->first : NULL;
    const char *key;
    json_t *value;
    if (!map) return NULL;
    // json_object_foreach wants an object that may change; this one is not.
    json_object_foreach((json_t *)v, key, value)
    {
        if (!(*tail = node_of(value, arena))) return NULL;
        (*tail)->key = arena_str(arena, str_of(key));
        tail = &(*tail)->next;
    }
    return map;
}

// NULL: the arena is full. The parser bounds the depth.
static struct node *node_of(const json_t *v, struct arena *arena)
{
    if (json_is_object(v)) return map_of(v, arena);
    return json_is_array(v) ? list_of(v, arena) : scalar_of(v, arena);
}

// Stored by us, so it parses; NULL when it does not all the same.
static struct node *stored_tree(struct str text, struct arena *arena)
{
    json_t *json;
    if (json_parse(text, &json, NULL)) return NULL;
    struct node *n = node_of(json, arena);
    json_decref(json);
    return n;
}

static struct node *merge(struct node *base, const struct node *patch, struct arena *arena);

// The member of `base` that `patch` names, replaced, added or (null) taken out.
static bool merge_member(struct node *base, const struct node *patch, struct arena *arena)
{
    struct node **at = &base->first;
    while (*at && !str_eq((*at)->key, patch->key)) at = &(*at)->next;
    struct node *old = *at, *next = old ? old->next : NULL;
    if (node_is_null(patch)) {
        if (old) *at = next;
        return true;
    }
    struct node *merged = merge(old, patch, arena);
    if (!merged) return false;
    merged->next = next;
    *at = merged;
    return true;
}

// RFC 7396. Answers a tree of its own: members of the patch are copied, never linked. NULL: the arena is full.
static struct node *merge(struct node *base, const struct node *patch, struct arena *arena)
{
    struct node *out = node_new(arena, patch->kind);
    if (!out) return NULL;
    *out = *patch;
    out->next = NULL;
    if (patch->kind != NODE_MAP) return out;
    out->first = base && base->kind == NODE_MAP ? base->first : NULL;
    for (const struct node *n = patch->first; n; n = n->next)
        if (!merge_member(out, n, arena)) return NULL;
    return out;
}

static enum status json_tree(struct str text, struct arena *arena, const struct node **out,
                             struct yaml_problem *problem)
{
    struct json_problem wrong;
    json_t *json;
    if (json_parse(text, &json, &wrong)) {
        *problem = (struct yaml_problem){.line = (unsigned)wrong.line, .column = (unsigned)wrong.column};
        snprintf(problem->text, sizeof problem->text, "%s", wrong.text);
        return E_INVALID;
    }
    struct node *n = node_of(json, arena);
    json_decref(json);
    if (!n || arena->failed) return E_LIMIT;
    *out = n;
    return OK;
}

enum status manifest_tree(struct str text, struct arena *arena, const struct node **out, struct yaml_problem *problem)
{
    bool json = str_starts(str_trim(text), STR("{"));
    return json ? json_tree(text, arena, out, problem) : yaml_parse(text, arena, out, problem);
}

enum status manifest_merge(struct str stored, const struct node *patch, struct arena *arena, const struct node **out)
{
    struct node *base = stored.n ? stored_tree(stored, arena) : NULL;
    const struct node *merged = base && patch->kind == NODE_MAP ? merge(base, patch, arena) : patch;
    if (!merged) return E_LIMIT;
    *out = merged;
    return OK;
}

static void write_number(const struct node *n, struct arena *arena, struct json *j)
{
    uint64_t magnitude;
    bool minus = n->text.p[0] == '-';
    if (str_u64(str_from(n->text, minus), INT64_MAX, &magnitude))
        json_int(j, NULL, minus ? -(int64_t)magnitude : (int64_t)magnitude);
    else
        json_raw(j, NULL, real_text(strtod(n->text.p, NULL), arena));
}

// What YAML and JSON both read as a number or a word of their own stays that; everything else is text.
static void write_scalar(const struct node *n, struct arena *arena, struct json *j)
{
    bool truth;
    if (node_is_null(n))
        json_nil(j, NULL);
    else if (!node_bool(n, &truth))
        json_bool(j, NULL, truth);
    else if (field_is_number(n))
        write_number(n, arena, j);
    else
        json_str(j, NULL, n->text);
}

static void write_node(const struct node *n, struct arena *arena, struct json *j)
{
    if (n->kind == NODE_SCALAR) {
        write_scalar(n, arena, j);
        return;
    }
    bool map = n->kind == NODE_MAP;
    map ? json_open(j, NULL) : json_open_array(j, NULL);
    for (const struct node *child = n->first; child; child = child->next) {
        if (map) json_key(j, child->key);
        write_node(child, arena, j);
    }
    map ? json_close(j) : json_close_array(j);
}

enum status manifest_text(const struct node *n, struct arena *arena, struct str *out)
{
    struct buf b;
    struct json j;
    buf_init(&b, TEXT_MAX);
    json_init(&j, &b);
    write_node(n, arena, &j);
    struct str copy = b.failed ? (struct str){NULL, 0} : arena_str(arena, buf_view(&b));
    buf_release(&b);
    if (!copy.p) return E_LIMIT;
    *out = copy;
    return OK;
}

void manifest_write(struct str text, struct json *j, const char *key)
{
    if (text.n)
        json_raw(j, key, text);
    else
        json_nil(j, key);
}
