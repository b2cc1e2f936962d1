// SPDX-License-Identifier: Apache-2.0
#include "server/commands.h"

#include "cli/cli.h"
#include "server/report.h"

static int c_version(const struct command *c, int argc, char **argv);
static int c_help(const struct command *c, int argc, char **argv);
static int c_noun(const struct command *c, int argc, char **argv);

static const struct command commands[] = {
    {"dev", "[options]", "run a sandbox on this machine",
     "  hallpass dev                                   data in memory, a demo app, http://127.0.0.1:4480\n"
     "  hallpass dev --auto-approve --seed-file seed.yaml\n"
     "  hallpass dev --data ./data --listen 127.0.0.1:0 --admin 127.0.0.1:0\n",
     CMD_DEV, c_serve},
    {"serve", "--config FILE [options]", "run a server for production",
     "  hallpass serve --config /etc/hallpass/hallpass.yaml\n", CMD_SERVE, c_serve},
    {"check", "FILE", "say what is wrong with a seed or configuration file",
     "  hallpass check seed.yaml\n"
     "  hallpass check --config /etc/hallpass/hallpass.yaml\n",
     0, c_check},
    {"user", "VERB [arguments]", "people and their passwords, on a server that runs", "", 0, c_noun},
    {"app", "VERB [arguments]", "apps and their redirect URLs, on a server that runs", "", 0, c_noun},
    {"version", "", "print the version", "  hallpass version\n", 0, c_version},
    {"help", "[COMMAND]", "explain a command",
     "  hallpass help dev\n"
     "  hallpass help user password\n",
     0, c_help},
};

const struct command *command_find(struct str name)
{
    size_t i = names_find(NAMES(commands), name);
    return i < ARRAY_LEN(commands) ? &commands[i] : NULL;
}

static void print_options(const struct command *c, FILE *to)
{
    size_t n;
    const struct option *rows = options_rows(&n);
    fprintf(to, "\nOptions:\n");
    for (size_t i = 0; i < n; i++) {
        char left[64];
        const struct option *o = &rows[i];
        if (!o->flag || !(o->commands & c->options)) continue;
        bool optional = o->argument && o->argument[0] == '[';
        snprintf(left, sizeof left, "%s%s%s", o->flag, o->argument && !optional ? " " : "",
                 o->argument ? o->argument : "");
        fprintf(to, "  %-30s %s\n", left, o->text);
    }
    fprintf(to, "\nKeys of the configuration file, and HALLPASS_ variables:\n");
    for (size_t i = 0; i < n; i++)
        if (rows[i].key) fprintf(to, "  %-30s %s\n", rows[i].key, rows[i].text);
    const struct setting_key *settings = setting_keys(&n);
    for (size_t i = 0; i < n; i++) fprintf(to, "  %-30s %s\n", settings[i].key, settings[i].text);
    fprintf(to, "  %-30s %s\n", "rate_limit.METHOD", "N/min+BURST for one method");
}

void command_help(const struct command *c, FILE *to)
{
    fprintf(to, "Examples:\n%s\nUsage: hallpass %s %s\n%s\n", c->examples, c->name, c->arguments, c->summary);
    if (c->options) print_options(c, to);
}

static void overview(FILE *to)
{
    fprintf(to,
            "Examples:\n  hallpass dev                 start a sandbox\n  hallpass help dev            its options\n\n"
            "Usage: hallpass COMMAND [arguments]\n\n");
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        char left[48];
        snprintf(left, sizeof left, "%s %s", commands[i].name, commands[i].arguments);
        fprintf(to, "  %-30s %s\n", left, commands[i].summary);
    }
}

static int unknown_command(const char *name)
{
    char what[120], why[120] = "";
    const char *nearest = names_nearest(NAMES(commands), str_of(name));
    snprintf(what, sizeof what, "there is no command \"%.80s\"", name);
    if (nearest) snprintf(why, sizeof why, "did you mean %s?", nearest);
    return report_error(EXIT_USAGE, what, why, "hallpass help");
}

static int no_arguments(const struct command *c, int argc, char **argv)
{
    char what[160], hint[64];
    assert(c); // it is in the table
    if (argc == 0) return EXIT_DONE;
    snprintf(what, sizeof what, "unknown %s %.80s", argv[0][0] == '-' ? "flag" : "argument", argv[0]);
    snprintf(hint, sizeof hint, "hallpass %s --help", c->name);
    return report_error(EXIT_USAGE, what, "", hint);
}

static int c_version(const struct command *c, int argc, char **argv)
{
    int failed = no_arguments(c, argc, argv);
    if (!failed) printf("hallpass %s\n", HALLPASS_VERSION);
    return failed;
}

static int c_help(const struct command *c, int argc, char **argv)
{
    if (argc == 0) {
        overview(stdout);
        return EXIT_DONE;
    }
    const struct command *about = command_find(str_of(argv[0]));
    if (!about) return unknown_command(argv[0]);
    if (about->run == c_noun) return cli_help(argc, argv);
    int failed = no_arguments(c, argc - 1, argv + 1);
    if (!failed) command_help(about, stdout);
    return failed;
}

// The noun stands before the arguments, as cli/ wants it.
static int c_noun(const struct command *c, int argc, char **argv)
{
    (void)c;
    return cli_run(getenv("HALLPASS_ADMIN"), argc + 1, argv - 1);
}

static bool is_help(const char *argument)
{
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

int commands_run(int argc, char **argv)
{
    if (argc < 2) {
        overview(stderr);
        return EXIT_USAGE;
    }
    if (is_help(argv[1])) return c_help(command_find(STR("help")), argc - 2, argv + 2);
    if (strcmp(argv[1], "--version") == 0) return c_version(command_find(STR("version")), argc - 2, argv + 2);
    const struct command *c = command_find(str_of(argv[1]));
    if (!c) return unknown_command(argv[1]);
    for (int i = 2; i < argc && c->run != c_noun; i++) {
        if (!is_help(argv[i])) continue;
        command_help(c, stdout);
        return EXIT_DONE;
    }
    return c->run(c, argc - 2, argv + 2);
}
