// SPDX-License-Identifier: Apache-2.0
#include "world/fields.h"

// The contract's fixture world (its README) and one app. The client secret is no secret: a sandbox on loopback needs
// none, and tests want one that they know.
static const char builtin[] = "enterprises:\n"
                              "  - { id: E06NB3V2KLA, name: Tidewater Group, domain: tidewater }\n"
                              "workspaces:\n"
                              "  - { id: T04QX81RB9C, name: Harbor Lights, domain: harborlights, channels: [ { id: "
                              "C04S8D2FJ5T, name: deploys } ] }\n"
                              "  - { id: T05A1B2C3D4, name: Breakwater, domain: breakwater, enterprise: E06NB3V2KLA }\n"
                              "users:\n"
                              "  - { id: U04R7GH2S1M, workspace: T04QX81RB9C, name: mira, real_name: Mira Olsen,\n"
                              "      email: mira@harbor.example.test, role: owner }\n"
                              "  - { id: U06D1R8KQ5V, workspace: T05A1B2C3D4, name: teo, real_name: Teo Brandt,\n"
                              "      email: teo@breakwater.example.test, role: org_admin }\n"
                              "  - { id: U07G4ST0PQX, workspace: T04QX81RB9C, name: ana, real_name: Ana Guest,\n"
                              "      email: ana@harbor.example.test, role: guest }\n"
                              "  - { id: U05B3K8WZQN, workspace: T04QX81RB9C, name: lena, real_name: Lena Park,\n"
                              "      email: lena@harbor.example.test, role: member }\n"
                              "apps:\n"
                              "  - id: A05KQ2M7ZPD\n"
                              "    client_id: \"4831107762.5926604413\"\n"
                              "    client_secret: 0123456789abcdef0123456789abcdef\n"
                              "    signing_secret: fedcba9876543210fedcba9876543210\n"
                              "    workspace: T04QX81RB9C\n"
                              "    distributed: true\n"
                              "    manifest:\n"
                              "      display_information: { name: Demo }\n"
                              "      features: { bot_user: { display_name: demo } }\n"
                              "      oauth_config:\n"
                              "        redirect_urls: [ \"http://localhost:3000/slack/oauth_redirect\",\n"
                              "                         \"http://127.0.0.1:3000/slack/oauth_redirect\" ]\n"
                              "        scopes: { bot: [ \"chat:write\", commands ], user: [ \"search:read\" ] }\n";

struct str seed_builtin(void)
{
    return STR(builtin);
}

// Names met so far, each with its kind in front, in a table that is at most half full.
struct seen {
    struct str *slots;
    size_t size;
};

// Every entry and every channel may claim a few names; a power of two above twice that.
static bool seen_init(struct seen *s, size_t names, struct arena *arena)
{
    s->size = 64;
    while (s->size < 2 * names) s->size *= 2;
    s->slots = arena_alloc(arena, s->size * sizeof *s->slots);
    return s->slots != NULL;
}

// FNV-1a; a seed is written by whoever runs the server, so nobody would aim at collisions.
static size_t seen_hash(struct str s)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < s.n; i++) h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    return (size_t)(h >> 16);
}

static struct str *seen_slot(const struct seen *s, struct str name)
{
    size_t i = seen_hash(name) & (s->size - 1);
    while (s->slots[i].p && !str_eq(s->slots[i], name)) i = (i + 1) & (s->size - 1);
    return &s->slots[i];
}

static bool seen_has(const struct seen *s, struct str name)
{
    return seen_slot(s, name)->p;
}

// A seed file that is being read.
struct seed {
    struct object_context ctx;
    const struct seed_sink *sink;
    struct object_problem *problem;
    struct seen seen;
};

static const struct {
    const char *name;
    enum object_kind kind;
} sections[] = {
    {"enterprises", OBJECT_ENTERPRISE}, {"workspaces", OBJECT_WORKSPACE}, {"users", OBJECT_USER}, {"apps", OBJECT_APP}};

// A problem with a member of an entry, or with the entry when the member is absent.
static enum status fail_at(struct seed *s, const struct node *entry, const char *member, struct str value,
                           const char *text)
{
    struct field_reader r = {.ctx = &s->ctx, .problem = s->problem};
    const struct node *n = node_get(entry, member);
    struct place root = {.node = entry};
    struct place at = {.up = &root, .node = n ? n : entry, .name = str_of(member)};
    return field_fail(&r, &at, "%.*s %s", STR_FMT(value), text);
}

// Takes a name that may be taken once; the kind keeps client ids and domains apart.
static enum status claim(struct seed *s, const struct node *entry, const char *member, const char *kind,
                         struct str value)
{
    struct str name = arena_printf(s->ctx.arena, "%s %.*s", kind, STR_FMT(value));
    if (!name.p) return E_LIMIT;
    struct str *slot = seen_slot(&s->seen, name);
    if (slot->p) return fail_at(s, entry, member, value, "was given to another entry before");
    *slot = name;
    return OK;
}

// The entry's workspace or enterprise, if it names one, must stand in the file.
static enum status refer(struct seed *s, const struct node *entry, const char *member, const struct id *id)
{
    struct str name = arena_printf(s->ctx.arena, "id %s", id->s);
    if (!name.p) return E_LIMIT;
    if (id_none(id) || seen_has(&s->seen, name)) return OK;
    return fail_at(s, entry, member, id_str(id), "is not in this file");
}

static enum status check_workspace(struct seed *s, const struct node *entry, const struct object *o)
{
    TRY(claim(s, entry, "id", "id", id_str(&o->workspace.id)));
    TRY(claim(s, entry, "domain", "domain", o->workspace.domain));
    TRY(refer(s, entry, "enterprise", &o->workspace.enterprise));
    for (size_t i = 0; i < o->nchannels; i++) TRY(claim(s, entry, "channels", "id", id_str(&o->channels[i].id)));
    return OK;
}

static enum status check_app(struct seed *s, const struct node *entry, const struct object *o)
{
    TRY(claim(s, entry, "id", "id", id_str(&o->app.id)));
    TRY(claim(s, entry, "client_id", "client id", o->app.client_id));
    return refer(s, entry, "workspace", &o->app.workspace);
}

static enum status check(struct seed *s, const struct node *entry, const struct object *o)
{
    switch (o->kind) {
    case OBJECT_ENTERPRISE: return claim(s, entry, "id", "id", id_str(&o->enterprise.id));
    case OBJECT_WORKSPACE: return check_workspace(s, entry, o);
    case OBJECT_USER:
        TRY(claim(s, entry, "id", "id", id_str(&o->user.id)));
        return refer(s, entry, "workspace", &o->user.workspace);
    default: return check_app(s, entry, o);
    }
}

static enum status read_entry(struct seed *s, enum object_kind kind, const struct node *entry)
{
    struct object o;
    TRY(object_read(kind, entry, NULL, &s->ctx, &o, s->problem));
    TRY(check(s, entry, &o));
    return s->sink->each(s->sink->ctx, &o);
}

static enum status read_section(struct seed *s, size_t section, const struct node *list)
{
    char where[32];
    unsigned i = 0;
    struct field_reader r = {.ctx = &s->ctx, .problem = s->problem};
    struct place at = {.node = list, .name = str_of(sections[section].name)};
    if (!list || node_is_null(list)) return OK;
    if (list->kind != NODE_LIST) return field_fail(&r, &at, "must be a list");
    enum status status = OK;
    s->ctx.where = where;
    for (const struct node *entry = list->first; entry && !status; entry = entry->next, i++) {
        snprintf(where, sizeof where, "%s[%u]", sections[section].name, i);
        status = read_entry(s, sections[section].kind, entry);
    }
    s->ctx.where = NULL;
    return status;
}

static enum status check_sections(struct seed *s, const struct node *root)
{
    struct field_reader r = {.ctx = &s->ctx, .problem = s->problem};
    struct place top = {.node = root};
    if (root->kind != NODE_MAP) return field_fail(&r, &top, "must be a map of keys and values");
    for (const struct node *n = root->first; n; n = n->next) {
        struct place at = {.up = &top, .node = n, .name = n->key};
        if (names_find(NAMES(sections), n->key) < ARRAY_LEN(sections)) continue;
        enum status status = field_fail_near(&r, &at, names_nearest(NAMES(sections), n->key), "unknown key");
        s->problem->line = n->key_line;
        s->problem->column = n->key_column;
        return status;
    }
    return OK;
}

// How many names the file can claim: every entry up to two, every channel one.
static size_t count_names(const struct node *n)
{
    size_t names = 0;
    for (const struct node *child = n->first; child; child = child->next) names += 1 + count_names(child);
    return names;
}

static enum status read_seed(struct seed *s, const struct node *root)
{
    TRY(check_sections(s, root));
    if (!seen_init(&s->seen, count_names(root), s->ctx.arena)) return E_LIMIT;
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) TRY(read_section(s, i, node_get(root, sections[i].name)));
    return OK;
}

enum status seed_read(struct str text, const struct object_context *ctx, const struct seed_sink *sink,
                      struct object_problem *problem)
{
    struct seed s = {.ctx = *ctx, .sink = sink, .problem = problem};
    struct yaml_problem syntax;
    const struct node *root;
    s.ctx.where = NULL;
    *problem = (struct object_problem){0};
    enum status status = yaml_parse(text, ctx->arena, &root, &syntax);
    if (status == E_INVALID) {
        problem->line = syntax.line;
        problem->column = syntax.column;
        snprintf(problem->text, sizeof problem->text, "%s", syntax.text);
        return status;
    }
    if (!status) status = read_seed(&s, root);
    if (status != E_LIMIT) return status;
    snprintf(problem->text, sizeof problem->text, "the file is too large");
    return E_INVALID;
}
