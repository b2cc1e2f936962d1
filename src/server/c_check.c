// SPDX-License-Identifier: Apache-2.0
// hallpass check: the same code that reads the file at start, without a server.
#include "server/clocks.h"
#include "server/commands.h"
#include "server/report.h"
#include "server/seeding.h"

enum file_kind { FILE_UNKNOWN, FILE_SEED, FILE_CONFIG };

static const char *const sections[] = {"enterprises", "workspaces", "users", "apps"};

// Seed files are told by their sections, or by what looks like a misspelt one.
static enum file_kind kind_of(const struct node *root)
{
    for (const struct node *n = root->first; n; n = n->next) {
        if (names_nearest(NAMES(sections), n->key)) return FILE_SEED;
        if (n->kind == NODE_LIST && n->first && n->first->kind == NODE_MAP) return FILE_SEED;
    }
    return FILE_CONFIG;
}

static int check_seed(const char *path, struct str text)
{
    static const char *const nouns[OBJECT_KINDS][2] = {[OBJECT_ENTERPRISE] = {"enterprise", "enterprises"},
                                                       [OBJECT_WORKSPACE] = {"workspace", "workspaces"},
                                                       [OBJECT_USER] = {"user", "users"},
                                                       [OBJECT_APP] = {"app", "apps"}};
    struct settings settings;
    struct seeding seeding;
    struct object_problem problem;
    unsigned counts[OBJECT_KINDS] = {0};
    struct rng *rng = rng_new_system();
    settings_defaults(&settings, true, false);
    enum status status = seeding_read(&seeding, text, &settings, rng, time_wall(), &problem);
    if (status) report_problem(path, &problem);
    for (size_t i = 0; !status && i < seeding.n; i++) counts[seeding.objects[i].kind]++;
    if (!status) printf("%s: a good seed file:", path);
    for (size_t i = 0; !status && i < OBJECT_KINDS; i++)
        printf("%s %u %s", i ? "," : "", counts[i], nouns[i][counts[i] != 1]);
    if (!status) printf("\n");
    seeding_release(&seeding);
    rng_free(rng);
    return status ? EXIT_CONFIG : EXIT_DONE;
}

// A file that names the public URL is meant for serve, and is held to its rules.
static int check_config(const char *path, struct str text)
{
    struct options o;
    struct object_problem problem;
    options_init(&o, CMD_DEV, false);
    enum status status = config_apply(text, &o, &problem);
    bool serve = o.public_url.n;
    if (!status && serve) {
        options_release(&o);
        options_init(&o, CMD_SERVE, false);
        status = config_apply(text, &o, &problem);
    }
    if (!status) status = options_check(&o, &problem);
    if (status) report_problem(path, &problem);
    if (!status) printf("%s: a good configuration for hallpass %s\n", path, serve ? "serve" : "dev");
    options_release(&o);
    return status ? EXIT_CONFIG : EXIT_DONE;
}

static int check_text(const char *path, struct str text, enum file_kind kind)
{
    struct arena arena;
    const struct node *root;
    struct yaml_problem syntax;
    arena_init(&arena, (size_t)32 * LIMIT_SEED_FILE);
    if (kind == FILE_UNKNOWN) kind = yaml_parse(text, &arena, &root, &syntax) ? FILE_SEED : kind_of(root);
    arena_release(&arena);
    if (!text.p) text = STR("");
    return kind == FILE_SEED ? check_seed(path, text) : check_config(path, text);
}

static int check_file(const char *path, enum file_kind kind)
{
    char why[160], what[300];
    struct buf text;
    if (!read_file(path, &text, why)) {
        snprintf(what, sizeof what, "cannot read %.200s", path);
        return report_error(EXIT_CONFIG, what, why, "hallpass check --help");
    }
    int status = check_text(path, buf_view(&text), kind);
    buf_release(&text);
    return status;
}

int c_check(const struct command *c, int argc, char **argv)
{
    static const struct {
        const char *flag;
        enum file_kind kind;
    } flags[] = {{"--config", FILE_CONFIG}, {"--seed-file", FILE_SEED}};
    (void)c;
    size_t i = argc > 0 ? names_find(NAMES(flags), str_of(argv[0])) : ARRAY_LEN(flags);
    bool flagged = i < ARRAY_LEN(flags);
    if (argc != (flagged ? 2 : 1)) return report_error(EXIT_USAGE, "check takes one file", "", "hallpass check --help");
    if (!flagged && argv[0][0] == '-') {
        const char *nearest = names_nearest(NAMES(flags), str_of(argv[0]));
        char why[64] = "";
        if (nearest) snprintf(why, sizeof why, "did you mean %s?", nearest);
        return report_error(EXIT_USAGE, "unknown flag for check", why, "hallpass check --help");
    }
    return flagged ? check_file(argv[1], flags[i].kind) : check_file(argv[0], FILE_UNKNOWN);
}
