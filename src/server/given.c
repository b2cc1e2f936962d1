// SPDX-License-Identifier: Apache-2.0
// Command lines: --flag VALUE, --flag=VALUE, --switch.
#include <stdarg.h>

#include "server/options.h"

PRINTF_LIKE(3, 4)
static enum status usage(struct usage_problem *p, const char *hint, const char *fmt, ...)
{
    va_list args;
    *p = (struct usage_problem){0};
    va_start(args, fmt);
    vsnprintf(p->what, sizeof p->what, fmt, args);
    va_end(args);
    snprintf(p->hint, sizeof p->hint, "%s", hint);
    return E_INVALID;
}

static const char *help_of(enum command_bit command)
{
    return command == CMD_DEV ? "hallpass dev --help" : "hallpass serve --help";
}

// The flags of one command, as names.
static const char *nearest_flag(struct str given, enum command_bit command)
{
    const char *flags[GIVEN_MAX];
    size_t n, count = 0;
    const struct option *rows = options_rows(&n);
    for (size_t i = 0; i < n && count < GIVEN_MAX; i++)
        if (rows[i].flag && (rows[i].commands & command)) flags[count++] = rows[i].flag;
    return names_nearest((struct names){flags, count, sizeof flags[0]}, given);
}

static enum status unknown_flag(struct str given, enum command_bit command, struct usage_problem *p)
{
    const char *nearest = nearest_flag(given, command);
    enum status status = usage(p, help_of(command), "unknown %s %.*s", given.p[0] == '-' ? "flag" : "argument",
                               STR_FMT(str_upto(given, 64)));
    if (nearest) snprintf(p->why, sizeof p->why, "did you mean %s?", nearest);
    return status;
}

// One flag; *i moves on when its value is an argument of its own.
static enum status parse_flag(int argc, char **argv, int *i, enum command_bit command, struct given *g,
                              struct usage_problem *p)
{
    struct str value = str_of(argv[*i]), flag = str_cut(&value, '=');
    const struct option *o = option_by_flag(flag, command);
    if (!o) return unknown_flag(flag, command, p);
    bool none = !o->argument, optional = o->argument && o->argument[0] == '[';
    if (none && value.p) return usage(p, help_of(command), "%s takes no value", o->flag);
    if (!none && !optional && !value.p && *i + 1 < argc) value = str_of(argv[++*i]);
    if (!none && !optional && !value.p) return usage(p, help_of(command), "%s needs %s", o->flag, o->argument);
    if (g->n == GIVEN_MAX) return usage(p, help_of(command), "too many flags");
    g->flags[g->n].option = o;
    g->flags[g->n++].value = value;
    return OK;
}

enum status given_parse(int argc, char **argv, enum command_bit command, struct given *out,
                        struct usage_problem *problem)
{
    out->n = 0;
    for (int i = 0; i < argc; i++) TRY(parse_flag(argc, argv, &i, command, out, problem));
    return OK;
}

struct str given_value(const struct given *g, const char *flag)
{
    for (size_t i = g->n; i-- > 0;)
        if (strcmp(g->flags[i].option->flag, flag) == 0) return g->flags[i].value.p ? g->flags[i].value : str_of("");
    return (struct str){NULL, 0};
}

enum status given_apply(const struct given *g, struct options *o, struct usage_problem *problem)
{
    for (size_t i = 0; i < g->n; i++) {
        const struct option *row = g->flags[i].option;
        struct str value = g->flags[i].value;
        const char *must = row->set(o, value);
        if (must) {
            enum status status =
                usage(problem, help_of(o->mode), "%s: bad value \"%.*s\"", row->flag, STR_FMT(str_upto(value, 64)));
            snprintf(problem->why, sizeof problem->why, "it must %s", must);
            return status;
        }
        o->admin_named = o->admin_named || strcmp(row->flag, "--admin") == 0;
    }
    if (given_value(g, "--data").p && given_value(g, "--store").p)
        return usage(problem, help_of(o->mode), "--data and --store exclude each other");
    return OK;
}
