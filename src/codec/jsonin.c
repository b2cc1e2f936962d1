// SPDX-License-Identifier: Apache-2.0
#include "codec/jsonin.h"

static void report(struct json_problem *problem, int line, int column, const char *text)
{
    if (!problem) return;
    problem->line = line;
    problem->column = column;
    snprintf(problem->text, sizeof problem->text, "%s", text);
}

// Position behind the string whose opening quote stands at `at`.
static size_t skip_string(struct str text, size_t at)
{
    for (at++; at < text.n && text.p[at] != '"'; at++)
        if (text.p[at] == '\\') at++;
    return at + 1;
}

// Position of the bracket that goes one level too deep, or text.n. jansson's own limit is fixed and far above ours, so
// the text is looked through before jansson recurses into it. Text that is no JSON may be judged either way.
static size_t too_deep(struct str text)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '"')
            i = skip_string(text, i) - 1;
        else if ((c == '[' || c == '{') && ++depth > LIMIT_JSON_DEPTH)
            return i;
        else if ((c == ']' || c == '}') && depth > 0)
            depth--;
    }
    return text.n;
}

static void report_depth(struct json_problem *problem, struct str text, size_t at)
{
    int line = 1, column = 1;
    for (size_t i = 0; i < at; i++) {
        bool end = text.p[i] == '\n';
        line += end;
        column = end ? 1 : column + 1;
    }
    report(problem, line, column, "nested too deeply");
}

enum status json_parse(struct str text, json_t **out, struct json_problem *problem)
{
    json_error_t error;
    size_t deep = too_deep(text);
    if (deep < text.n) {
        report_depth(problem, text, deep);
        return E_INVALID;
    }
    // Without JSON_ALLOW_NUL jansson refuses \u0000; it always refuses bad UTF-8 and lone surrogates, and without
    // JSON_REJECT_DUPLICATES the last of a repeated key wins (contract envelope.md 3).
    json_t *value = json_loadb(text.p ? text.p : "", text.n, JSON_DECODE_ANY, &error);
    if (!value) {
        report(problem, error.line, error.column, error.text);
        return E_INVALID;
    }
    *out = value;
    return OK;
}

// The shortest of the usual forms that reads back as the same number.
static struct str real_text(double v, struct arena *arena)
{
    char text[32];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, v);
        if (strtod(text, NULL) == v) break;
    }
    return arena_str(arena, str_of(text));
}

// contract envelope.md 2: numbers and booleans are turned into strings, objects and arrays are marked.
static struct arg arg_of(const char *key, const json_t *value, struct arena *arena)
{
    struct arg arg = {.source = ARG_BODY, .name = arena_str(arena, str_of(key))};
    switch (json_typeof(value)) {
    case JSON_STRING:
        arg.value = arena_str(arena, str_make(json_string_value(value), json_string_length(value)));
        break;
    case JSON_INTEGER: arg.value = arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value)); break;
    case JSON_REAL: arg.value = real_text(json_real_value(value), arena); break;
    case JSON_TRUE: arg.value = STR("true"); break;
    case JSON_FALSE: arg.value = STR("false"); break;
    default: arg.composite = true; break;
    }
    return arg;
}

enum status json_parse_args(struct str text, struct arena *arena, struct args *a)
{
    json_t *root;
    const char *key;
    json_t *value;
    TRY(json_parse(text, &root, NULL));
    bool object = json_is_object(root);
    json_object_foreach(root, key, value) if (!json_is_null(value))
        args_add(a, arena, arg_of(key, value, arena)); // contract envelope.md 2: null = absent
    json_decref(root);
    if (!object) return E_CONFLICT;
    return arena->failed ? E_LIMIT : OK;
}
