// SPDX-License-Identifier: Apache-2.0
#include "codec/yaml.h"

#include <stdarg.h>
#include <yaml.h>

#include "base/limits.h"

struct reader {
    yaml_parser_t parser;
    yaml_event_t event; // the current one; next() replaces it
    struct str text;
    struct arena *arena;
    struct yaml_problem *problem;
};

PRINTF_LIKE(3, 4)
static enum status problem_at(struct reader *r, yaml_mark_t at, const char *fmt, ...)
{
    va_list args;
    r->problem->line = (unsigned)at.line + 1;
    r->problem->column = (unsigned)at.column + 1;
    va_start(args, fmt);
    vsnprintf(r->problem->text, sizeof r->problem->text, fmt, args);
    va_end(args);
    return E_INVALID;
}

// libyaml reports bad bytes by offset only.
static yaml_mark_t mark_of(struct str text, size_t offset)
{
    yaml_mark_t mark = {0};
    for (size_t i = 0; i < offset && i < text.n; i++) {
        bool end = text.p[i] == '\n';
        mark.line += end;
        mark.column = end ? 0 : mark.column + 1;
    }
    return mark;
}

static enum status syntax_problem(struct reader *r)
{
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR) return E_LIMIT;
    yaml_mark_t at = p->error == YAML_READER_ERROR ? mark_of(r->text, p->problem_offset) : p->problem_mark;
    if (!p->context) return problem_at(r, at, "%s", p->problem);
    return problem_at(r, at, "%s %s", p->problem, p->context);
}

static enum status next(struct reader *r)
{
    yaml_event_delete(&r->event);
    return yaml_parser_parse(&r->parser, &r->event) ? OK : syntax_problem(r);
}

// What YAML has and our files do not. A seed is to say what it means where it means it.
static enum status refuse_extras(struct reader *r)
{
    const yaml_event_t *e = &r->event;
    const yaml_char_t *anchor = NULL, *tag = NULL;
    switch (e->type) {
    case YAML_ALIAS_EVENT: return problem_at(r, e->start_mark, "aliases are not supported");
    case YAML_SCALAR_EVENT:
        anchor = e->data.scalar.anchor;
        tag = e->data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = e->data.sequence_start.anchor;
        tag = e->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = e->data.mapping_start.anchor;
        tag = e->data.mapping_start.tag;
        break;
    default: break;
    }
    if (anchor) return problem_at(r, e->start_mark, "anchors are not supported");
    if (tag) return problem_at(r, e->start_mark, "tags are not supported");
    return OK;
}

// Copies the current scalar.
static enum status scalar_text(struct reader *r, struct str *out)
{
    struct str s = str_make((const char *)r->event.data.scalar.value, r->event.data.scalar.length);
    if (str_find(s, '\0') < s.n) return problem_at(r, r->event.start_mark, "a text may not hold a NUL character");
    struct str copy = arena_str(r->arena, s);
    if (!copy.p) return E_LIMIT;
    *out = copy;
    return OK;
}

static enum status read_node(struct reader *r, unsigned depth, struct node **out);

static enum status read_list(struct reader *r, unsigned depth, struct node *list)
{
    struct node **tail = &list->first;
    for (;;) {
        TRY(next(r));
        if (r->event.type == YAML_SEQUENCE_END_EVENT) return OK;
        TRY(read_node(r, depth + 1, tail));
        tail = &(*tail)->next;
    }
}

// The current event is a key, its value is still to come.
static enum status read_member(struct reader *r, unsigned depth, struct node **out)
{
    struct str key;
    yaml_mark_t at = r->event.start_mark;
    TRY(refuse_extras(r));
    if (r->event.type != YAML_SCALAR_EVENT) return problem_at(r, at, "a key must be a plain text");
    TRY(scalar_text(r, &key));
    TRY(next(r));
    TRY(read_node(r, depth + 1, out));
    (*out)->key = key;
    (*out)->key_line = (unsigned)at.line + 1;
    (*out)->key_column = (unsigned)at.column + 1;
    return OK;
}

// By key, then by place in the file.
static int compare_keys(const void *x, const void *y)
{
    const struct node *a = *(struct node *const *)x, *b = *(struct node *const *)y;
    size_t n = a->key.n < b->key.n ? a->key.n : b->key.n;
    int order = n ? memcmp(a->key.p, b->key.p, n) : 0;
    if (order) return order;
    if (a->key.n != b->key.n) return a->key.n < b->key.n ? -1 : 1;
    if (a->key_line != b->key_line) return a->key_line < b->key_line ? -1 : 1;
    return a->key_column < b->key_column ? -1 : 1;
}

// Sorted rather than compared each with each, so that a seed with many thousand entries stays quick.
static enum status refuse_repeats(struct reader *r, const struct node *map, size_t n)
{
    size_t i = 0;
    if (n < 2) return OK;
    struct node **members = arena_alloc(r->arena, n * sizeof *members);
    if (!members) return E_LIMIT;
    for (struct node *m = map->first; m; m = m->next) members[i++] = m;
    qsort(members, n, sizeof *members, compare_keys);
    for (i = 1; i < n; i++) {
        const struct node *a = members[i - 1], *b = members[i];
        if (!str_eq(a->key, b->key)) continue;
        yaml_mark_t at = {.line = b->key_line - 1, .column = b->key_column - 1};
        return problem_at(r, at, "the key \"%.*s\" was given before, in line %u", STR_FMT(str_upto(b->key, 64)),
                          a->key_line);
    }
    return OK;
}

static enum status read_map(struct reader *r, unsigned depth, struct node *map)
{
    struct node **tail = &map->first;
    for (size_t n = 0;; n++) {
        TRY(next(r));
        if (r->event.type == YAML_MAPPING_END_EVENT) return refuse_repeats(r, map, n);
        TRY(read_member(r, depth, tail));
        tail = &(*tail)->next;
    }
}

// Builds the node that the current event begins.
static enum status read_node(struct reader *r, unsigned depth, struct node **out)
{
    yaml_mark_t at = r->event.start_mark;
    TRY(refuse_extras(r));
    if (depth > LIMIT_JSON_DEPTH) return problem_at(r, at, "nested too deeply");
    struct node *n = arena_alloc(r->arena, sizeof *n);
    if (!n) return E_LIMIT;
    *out = n;
    n->line = (unsigned)at.line + 1;
    n->column = (unsigned)at.column + 1;
    if (r->event.type == YAML_SEQUENCE_START_EVENT) {
        n->kind = NODE_LIST;
        return read_list(r, depth, n);
    }
    if (r->event.type == YAML_MAPPING_START_EVENT) {
        n->kind = NODE_MAP;
        return read_map(r, depth, n);
    }
    n->kind = NODE_SCALAR;
    n->quoted = r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return scalar_text(r, &n->text);
}

// The one document of the file. *root stays as it was when there is none.
static enum status read_document(struct reader *r, struct node **root)
{
    TRY(next(r)); // start of the stream
    TRY(next(r));
    if (r->event.type == YAML_STREAM_END_EVENT) return OK;
    if (r->event.data.document_start.tag_directives.start != r->event.data.document_start.tag_directives.end)
        return problem_at(r, r->event.start_mark, "tags are not supported");
    TRY(next(r));
    TRY(read_node(r, 1, root));
    TRY(next(r)); // end of the document
    TRY(next(r));
    if (r->event.type != YAML_STREAM_END_EVENT)
        return problem_at(r, r->event.start_mark, "a second document starts here; a file holds one");
    return OK;
}

enum status yaml_parse(struct str text, struct arena *arena, const struct node **out, struct yaml_problem *problem)
{
    struct reader r = {.text = text, .arena = arena, .problem = problem};
    struct node *root = NULL;
    if (!yaml_parser_initialize(&r.parser)) return E_LIMIT;
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.p ? text.p : ""), text.n);
    enum status status = read_document(&r, &root);
    yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    if (status) return status;
    if (!root && !(root = arena_alloc(arena, sizeof *root))) return E_LIMIT;
    // An empty file, or one with comments only.
    if (!root->line || (root->kind == NODE_SCALAR && !root->quoted && !root->text.n)) root->kind = NODE_MAP;
    *out = root;
    return OK;
}

const struct node *node_get(const struct node *map, const char *key)
{
    if (!map || map->kind != NODE_MAP) return NULL;
    const struct node *n = map->first;
    while (n && !str_eq(n->key, str_of(key))) n = n->next;
    return n;
}

static bool is_one_of(const struct node *n, const char *const *words)
{
    if (!n || n->kind != NODE_SCALAR || n->quoted) return false;
    while (*words && !str_ieq(n->text, str_of(*words))) words++;
    return *words;
}

bool node_is_null(const struct node *n)
{
    static const char *const nulls[] = {"", "~", "null", NULL};
    return is_one_of(n, nulls);
}

enum status node_bool(const struct node *n, bool *out)
{
    static const char *const yes[] = {"true", "yes", "on", NULL};
    static const char *const no[] = {"false", "no", "off", NULL};
    bool is_yes = is_one_of(n, yes);
    if (!is_yes && !is_one_of(n, no)) return E_INVALID;
    *out = is_yes;
    return OK;
}
