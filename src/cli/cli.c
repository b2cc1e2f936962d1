// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"

#include "base/limits.h"
#include "base/nearest.h"
#include "cli/client.h"
#include "cli/command.h"

static const struct command_row rows[] = {
    {{"user", "list"},
     "",
     "the people that the server knows",
     "  hallpass user list\n"
     "  hallpass user list --output json\n",
     c_user_list},
    {{"user", "password", "set"},
     "USER",
     "gives somebody a new password; who was signed in is not any more",
     "  hallpass user password set U04R7GH2S1M         asks for it twice\n"
     "  hallpass user password set U04R7GH2S1M < file  takes the first line\n",
     c_user_password_set},
    {{"user", "password", "clear"},
     "USER",
     "takes the password away, and with it the way to sign in",
     "  hallpass user password clear U04R7GH2S1M\n",
     c_user_password_clear},
    {{"app", "list"}, "", "the apps that the server knows", "  hallpass app list\n", c_app_list},
    {{"app", "redirect", "list"},
     "APP",
     "where an app may be sent back to",
     "  hallpass app redirect list A05KQ2M7ZPD\n",
     c_app_redirect_list},
    {{"app", "redirect", "add"},
     "APP URL",
     "allows one more redirect URL",
     "  hallpass app redirect add A05KQ2M7ZPD https://deploybell.example/slack/oauth_redirect\n",
     c_app_redirect_add},
    {{"app", "redirect", "remove"},
     "APP URL",
     "takes one away",
     "  hallpass app redirect remove A05KQ2M7ZPD https://deploybell.example/slack/oauth_redirect\n",
     c_app_redirect_remove},
};

#define DEFAULT_ADMIN "127.0.0.1:4481"

static const struct flag {
    const char *name, *argument, *text; // argument NULL: a switch
} flags[] = {
    {"--admin", "ADDR:PORT", "the admin listener to talk to (" DEFAULT_ADMIN ", or HALLPASS_ADMIN)"},
    {"--output", "text|json", "how to print what was asked for (text)"},
    {"--quiet", NULL, "no word about what was done"},
    {"--help", NULL, "explain the command"},
};

// What was typed: its words in order, and its flags.
struct typed {
    struct str words[COMMAND_WORDS + COMMAND_ARGUMENTS];
    size_t nwords; // may be more than fit, for those that are too many
    const char *admin, *output;
    bool quiet, help;
};

static int usage(const char *what, const char *why, const char *words)
{
    char hint[120];
    snprintf(hint, sizeof hint, "hallpass help %s", words);
    return report_error(EXIT_USAGE, what, why, hint);
}

static int unknown_flag(struct str flag, const char *noun)
{
    char what[120], why[80] = "";
    const char *nearest = names_nearest(NAMES(flags), flag);
    snprintf(what, sizeof what, "unknown flag %.*s", STR_FMT(str_upto(flag, 64)));
    if (nearest) snprintf(why, sizeof why, "did you mean %s?", nearest);
    return usage(what, why, noun);
}

static void set_flag(struct typed *t, const char *name, const char *value)
{
    if (str_is(STR("--admin"), name)) t->admin = value;
    if (str_is(STR("--output"), name)) t->output = value;
    if (str_is(STR("--quiet"), name)) t->quiet = true;
    if (str_is(STR("--help"), name)) t->help = true;
}

// One flag: --name, --name value, --name=value. *i stays on what was read last.
static int read_flag(struct typed *t, int n, char **words, int *i)
{
    char what[120];
    struct str rest = str_of(words[*i]), name = str_cut(&rest, '=');
    size_t row = names_find(NAMES(flags), str_is(name, "-h") ? STR("--help") : name);
    if (row == ARRAY_LEN(flags)) return unknown_flag(name, words[0]);
    const struct flag *f = &flags[row];
    if (!f->argument && rest.p) {
        snprintf(what, sizeof what, "%s takes no value", f->name);
        return usage(what, "", words[0]);
    }
    if (f->argument && !rest.p && ++*i == n) {
        snprintf(what, sizeof what, "%s needs %s", f->name, f->argument);
        return usage(what, "", words[0]);
    }
    set_flag(t, f->name, rest.p ? rest.p : words[*i]);
    return EXIT_DONE;
}

// Behind -- nothing is a flag.
static int read_words(struct typed *t, int n, char **words)
{
    bool plain = false;
    for (int i = 0; i < n; i++) {
        if (!plain && strcmp(words[i], "--") == 0) {
            plain = true;
        } else if (!plain && words[i][0] == '-' && words[i][1]) {
            int failed = read_flag(t, n, words, &i);
            if (failed) return failed;
        } else {
            if (t->nwords < ARRAY_LEN(t->words)) t->words[t->nwords] = str_of(words[i]);
            t->nwords++;
        }
    }
    return EXIT_DONE;
}

static size_t count_words(const struct command_row *row)
{
    size_t n = 0;
    while (n < COMMAND_WORDS && row->words[n]) n++;
    return n;
}

// How many words of the row begin what was typed.
static size_t count_common(const struct command_row *row, const struct typed *t)
{
    size_t n = 0;
    while (n < count_words(row) && n < t->nwords && str_is(t->words[n], row->words[n])) n++;
    return n;
}

static const struct command_row *find_row(const struct typed *t)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (count_common(&rows[i], t) == count_words(&rows[i])) return &rows[i];
    return NULL;
}

static const char *row_name(const struct command_row *row, char room[64])
{
    snprintf(room, 64, "%s %s%s%s", row->words[0], row->words[1], row->words[2] ? " " : "",
             row->words[2] ? row->words[2] : "");
    return room;
}

// What may come behind the words that are known, and how those are written.
struct crossing {
    const char *next[ARRAY_LEN(rows)];
    size_t n, depth;
    char known[80];
};

static void find_crossing(const struct typed *t, struct crossing *c)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (count_common(&rows[i], t) > c->depth) c->depth = count_common(&rows[i], t);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (count_common(&rows[i], t) < c->depth || count_words(&rows[i]) == c->depth) continue;
        const char *word = rows[i].words[c->depth];
        struct names found = {c->next, c->n, sizeof *c->next};
        if (names_find(found, str_of(word)) == c->n) c->next[c->n++] = word;
    }
    size_t at = 0;
    for (size_t i = 0; i < c->depth; i++)
        at += (size_t)snprintf(c->known + at, sizeof c->known - at, "%s%.16s", i ? " " : "", t->words[i].p);
}

// The next word is missing or wrong: says so, and what it may be.
static int unknown_verb(const struct typed *t)
{
    char what[200], why[200];
    struct crossing c = {0};
    find_crossing(t, &c);
    if (t->nwords > c.depth) {
        const struct str wrong = t->words[c.depth];
        const char *nearest = names_nearest((struct names){c.next, c.n, sizeof *c.next}, wrong);
        snprintf(what, sizeof what, "there is no command \"%s %.*s\"", c.known, STR_FMT(str_upto(wrong, 64)));
        snprintf(why, sizeof why, "%s%s%s", nearest ? "did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
        return usage(what, why, c.known);
    }
    size_t at = (size_t)snprintf(why, sizeof why, "it is one of");
    for (size_t i = 0; i < c.n; i++)
        at += (size_t)snprintf(why + at, sizeof why - at, "%s %.16s", i ? "," : "", c.next[i]);
    snprintf(what, sizeof what, "the word behind \"%s\" is missing", c.known);
    return usage(what, why, c.known);
}

static void help_flags(void)
{
    printf("\nOptions:\n");
    for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
        char left[64];
        snprintf(left, sizeof left, "%s%s%s", flags[i].name, flags[i].argument ? " " : "",
                 flags[i].argument ? flags[i].argument : "");
        printf("  %-30s %s\n", left, flags[i].text);
    }
}

static int help_row(const struct command_row *row)
{
    char name[64];
    printf("Examples:\n%s\nUsage: hallpass %s%s%s\n%s\n", row->examples, row_name(row, name),
           row->arguments[0] ? " " : "", row->arguments, row->summary);
    help_flags();
    return EXIT_DONE;
}

// Of all rows that begin with what was typed.
static int help_rows(const struct typed *t)
{
    char name[64], left[80];
    printf("Examples:\n");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (count_common(&rows[i], t) == t->nwords) printf("%s", rows[i].examples);
    printf("\nUsage: hallpass %.*s VERB [arguments]\n", STR_FMT(t->words[0]));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (count_common(&rows[i], t) != t->nwords) continue;
        snprintf(left, sizeof left, "%s %s", row_name(&rows[i], name), rows[i].arguments);
        printf("  %-30s %s\n", left, rows[i].summary);
    }
    help_flags();
    return EXIT_DONE;
}

static int help(const struct typed *t)
{
    const struct command_row *row = find_row(t);
    if (row) return help_row(row);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (count_common(&rows[i], t) == t->nwords) return help_rows(t);
    return unknown_verb(t);
}

// Takes the words behind the row's as the arguments that it names. What is too much is not repeated: it may be a
// secret that somebody meant well with.
static int take_arguments(struct command_line *c, const struct typed *t)
{
    char name[64], what[120];
    size_t at = count_words(c->row), n = 0;
    bool missing = false;
    for (struct str rest = str_of(c->row->arguments); rest.n; n++) {
        str_cut(&rest, ' ');
        c->arguments[n] = at + n < t->nwords ? t->words[at + n] : STR("");
        missing |= !c->arguments[n].n;
    }
    if (t->nwords == at + n && !missing) return EXIT_DONE;
    snprintf(what, sizeof what, "%s takes %s", row_name(c->row, name), n ? c->row->arguments : "no argument");
    return usage(what, missing ? "something is missing" : "there are more words than that", name);
}

static int apply_flags(struct command_line *c, const struct typed *t, const char *admin)
{
    char name[64], what[160];
    bool text = !t->output || strcmp(t->output, "text") == 0;
    c->admin = str_of(t->admin ? t->admin : admin ? admin : DEFAULT_ADMIN);
    c->quiet = t->quiet;
    c->json = !text && strcmp(t->output, "json") == 0;
    if (!text && !c->json) {
        snprintf(what, sizeof what, "--output: bad value \"%.64s\"", t->output);
        return usage(what, "it must be text or json", row_name(c->row, name));
    }
    if (client_address_good(c->admin)) return EXIT_DONE;
    snprintf(what, sizeof what, "%s: bad value \"%.64s\"", t->admin ? "--admin" : "HALLPASS_ADMIN", c->admin.p);
    return usage(what, "it must be ADDRESS:PORT with a numeric address, such as " DEFAULT_ADMIN,
                 row_name(c->row, name));
}

static int run_row(const struct command_row *row, const struct typed *t, const char *admin)
{
    struct command_line c = {.row = row};
    int status = take_arguments(&c, t);
    if (!status) status = apply_flags(&c, t, admin);
    if (status) return status;
    arena_init(&c.arena, LIMIT_ARENA);
    status = row->run(&c);
    arena_release(&c.arena);
    // A disk that is full is not to look like an empty list.
    if (fflush(stdout) || ferror(stdout)) return report_error(EXIT_FAILED, "the output could not be written", "", "");
    return status;
}

int cli_run(const char *admin, int nwords, char **words)
{
    struct typed t = {0};
    int failed = read_words(&t, nwords, words);
    if (failed) return failed;
    if (t.help) return help(&t);
    const struct command_row *row = find_row(&t);
    return row ? run_row(row, &t, admin) : unknown_verb(&t);
}

int cli_help(int nwords, char **words)
{
    struct typed t = {0};
    int failed = read_words(&t, nwords, words);
    return failed ? failed : help(&t);
}
