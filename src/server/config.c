// SPDX-License-Identifier: Apache-2.0
// The configuration file and the environment: keys of options.def and the contract's settings, by their dotted names.
#include <ctype.h>
#include <stdarg.h>

#include "server/options.h"

enum { KEY_MAX = 96, VALUE_MAX = 4096 };

PRINTF_LIKE(2, 3)
static enum status say(struct object_problem *p, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(p->text, sizeof p->text, fmt, args);
    va_end(args);
    return E_INVALID;
}

static enum status unknown_key(struct str key, const char *nearest_setting, struct object_problem *p)
{
    size_t n;
    const struct option *rows = options_rows(&n);
    const char *nearest = names_nearest((struct names){rows, n, sizeof *rows}, key);
    if (!nearest) nearest = nearest_setting;
    snprintf(p->nearest, sizeof p->nearest, "%.63s", nearest);
    return say(p, "unknown key");
}

// One key with its value as text. p->key is set; place and origin are the caller's.
static enum status set_key(struct options *o, struct str key, struct str value, struct object_problem *p)
{
    char problem[160] = "";
    const struct option *row = option_by_key(key);
    if (row) {
        const char *must = row->set(o, value);
        return must ? say(p, "must %s", must) : OK;
    }
    enum status status = settings_set(&o->settings, key, &value, &o->settings, problem);
    if (status == E_NOTFOUND) return unknown_key(key, problem, p);
    return status ? say(p, "%s", problem) : OK;
}

// A scalar as text; a truth value as the settings spell it.
static struct str scalar_text(const struct node *n)
{
    bool truth;
    if (!node_bool(n, &truth)) return truth ? STR("on") : STR("off");
    return n->text;
}

// The value of a key as one text: entries of a list with a space between them.
static enum status value_text(const struct node *n, struct options *o, struct str *out, struct object_problem *p)
{
    struct buf b;
    if (n->kind == NODE_SCALAR) {
        *out = arena_str(&o->arena, scalar_text(n));
        return OK;
    }
    buf_init(&b, VALUE_MAX);
    bool flat = true;
    for (const struct node *e = n->first; e; e = e->next) {
        flat = flat && e->kind == NODE_SCALAR;
        if (b.n) buf_char(&b, ' ');
        buf_str(&b, e->text);
    }
    enum status status = flat && !b.failed ? OK : say(p, "must be a text or a list of texts");
    if (!status) *out = arena_str(&o->arena, buf_view(&b));
    buf_release(&b);
    return status;
}

void config_locate(const struct options *o, struct object_problem *problem)
{
    for (size_t i = 0; i < o->norigins; i++) {
        if (!str_eq(o->origins[i].key, str_of(problem->key))) continue;
        problem->line = o->origins[i].line;
        problem->column = o->origins[i].column;
    }
}

static void remember(struct options *o, const char *key, const struct node *n)
{
    if (o->norigins == ORIGINS_MAX) return;
    o->origins[o->norigins++] = (struct origin){arena_str(&o->arena, str_of(key)), n->line, n->column};
}

static enum status apply_map(const struct node *map, const char *prefix, unsigned depth, struct options *o,
                             struct object_problem *p);

static enum status apply_member(const struct node *n, const char *prefix, unsigned depth, struct options *o,
                                struct object_problem *p)
{
    char key[KEY_MAX];
    struct str value;
    snprintf(key, sizeof key, "%s%s%.*s", prefix, *prefix ? "." : "", STR_FMT(n->key));
    if (n->kind == NODE_MAP) return apply_map(n, key, depth + 1, o, p);
    *p = (struct object_problem){.line = n->line, .column = n->column};
    snprintf(p->key, sizeof p->key, "%s", key);
    if (node_is_null(n)) return OK;
    TRY(value_text(n, o, &value, p));
    remember(o, key, n);
    enum status status = set_key(o, str_of(key), value, p);
    if (status && strcmp(p->text, "unknown key") == 0) {
        p->line = n->key_line;
        p->column = n->key_column;
    }
    return status;
}

static enum status apply_map(const struct node *map, const char *prefix, unsigned depth, struct options *o,
                             struct object_problem *p)
{
    enum { DEPTH_MAX = 4 };
    if (depth > DEPTH_MAX) return say(p, "is nested too deeply");
    for (const struct node *n = map->first; n; n = n->next) TRY(apply_member(n, prefix, depth, o, p));
    return OK;
}

enum status config_apply(struct str text, struct options *o, struct object_problem *problem)
{
    struct yaml_problem syntax;
    const struct node *root;
    *problem = (struct object_problem){0};
    enum status status = yaml_parse(text, &o->arena, &root, &syntax);
    if (status == E_INVALID) {
        problem->line = syntax.line;
        problem->column = syntax.column;
        return say(problem, "%s", syntax.text);
    }
    if (status) return say(problem, "the file is too large");
    problem->line = problem->column = 1;
    if (root->kind != NODE_MAP) return say(problem, "must be a map of keys and values");
    return apply_map(root, "", 0, o, problem);
}

// HALLPASS_STORE_BATCH_MAX stands for store.batch_max. No two keys share a name (a test holds it).
static bool is_variable_of(struct str variable, const char *key)
{
    size_t n = strlen(key);
    if (variable.n != n) return false;
    for (size_t i = 0; i < n; i++)
        if (variable.p[i] != (key[i] == '.' ? '_' : toupper((unsigned char)key[i]))) return false;
    return true;
}

// The key that a variable (without HALLPASS_) stands for; when there is none, its name in small letters.
static struct str key_of(struct str variable, char lower[KEY_MAX])
{
    size_t n, m;
    const struct option *rows = options_rows(&n);
    const struct setting_key *settings = setting_keys(&m);
    for (size_t i = 0; i < n; i++)
        if (rows[i].key && is_variable_of(variable, rows[i].key)) return str_of(rows[i].key);
    for (size_t i = 0; i < m; i++)
        if (is_variable_of(variable, settings[i].key)) return str_of(settings[i].key);
    size_t len = variable.n < KEY_MAX ? variable.n : KEY_MAX - 1;
    for (size_t i = 0; i < len; i++) lower[i] = ascii_lower(variable.p[i]);
    return str_make(lower, len);
}

static struct str commas_to_spaces(struct str s, struct arena *arena)
{
    struct str copy = arena_str(arena, s);
    for (char *p = (char *)copy.p; p < copy.p + copy.n; p++) // ours, just made
        if (*p == ',') *p = ' ';
    return copy;
}

enum status environment_apply(char *const *variables, struct options *o, struct object_problem *problem)
{
    for (; *variables; variables++) {
        struct str value = str_of(*variables), name = str_cut(&value, '=');
        char lower[KEY_MAX];
        if (!str_starts(name, STR("HALLPASS_"))) continue;
        *problem = (struct object_problem){0};
        snprintf(problem->key, sizeof problem->key, "%.*s", STR_FMT(name));
        struct str key = key_of(str_from(name, 9), lower);
        enum status status = set_key(o, key, commas_to_spaces(value, &o->arena), problem);
        if (status && strcmp(problem->text, "unknown key") == 0) {
            // Others may use the prefix for things of theirs; a near miss is told.
            if (problem->nearest[0])
                log_msg(LOG_WARN, "%s stands for no key and is ignored; is %s meant?", problem->key, problem->nearest);
            status = OK;
        }
        TRY(status);
    }
    return OK;
}
