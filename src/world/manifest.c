// SPDX-License-Identifier: Apache-2.0
#include "world/manifest.h"

#include "world/manifest_parts.h"

// Far above what apps need, and low enough that a manifest can be written inside of any answer (JSON_DEPTH_MAX).
enum { DEPTH_MAX = 24 };

static enum status check_depth(const struct field_reader *r, const struct place *at, unsigned depth)
{
    struct place child = {.up = at, .node = at->node->first};
    if (depth > DEPTH_MAX) return field_fail(r, at, "is nested too deeply");
    for (; child.node; child.node = child.node->next, child.index++) {
        child.name = child.node->key;
        TRY(check_depth(r, &child, depth + 1));
    }
    return OK;
}

// Collects what is wrong. E_LIMIT: there is too much of it.
static enum status look(const struct field_reader *r, const struct place *at, struct manifest_parts *parts)
{
    r->all->rule = RULE_ALWAYS;
    enum status status = fields_read(r, at, &manifest_keys, false, parts);
    if (field_ends(r, status)) return status;
    status = check_depth(r, at, 1);
    if (status) return status == E_INVALID ? OK : status;
    TRY(manifest_rules(r, at, parts));
    return manifest_text(at->node, r->ctx->arena, &parts->m.text);
}

// The problem that stands for a manifest as a whole.
static void fail_whole(const struct field_reader *r, const struct place *at, const char *text)
{
    r->all->rule = RULE_ALWAYS;
    enum status status = field_fail(r, at, "%s", text);
    (void)status; // E_LIMIT: so many were found that some of them bind
}

static void check_tree(const struct field_reader *r, const struct place *at, struct manifest *out)
{
    struct manifest_parts parts = {0};
    enum status status = look(r, at, &parts);
    if (!status) status = manifest_remarks(r, at, &parts);
    if (status) {
        fail_whole(r, at, "is too large");
        return;
    }
    // The names are all that would end with the tree.
    parts.m.name = arena_str(r->ctx->arena, parts.m.name);
    parts.m.bot_name = arena_str(r->ctx->arena, parts.m.bot_name);
    *out = parts.m;
}

void manifest_check(struct str text, enum http_redirects http, struct arena *arena, struct manifest_check *out)
{
    const struct object_context ctx = {.arena = arena, .http = http};
    const struct field_reader r = {.ctx = &ctx, .all = &out->problems, .strict = true};
    struct yaml_problem wrong = {0};
    struct place at = {0};
    struct arena scratch; // a tree may take many times the room of its text
    *out = (struct manifest_check){0};
    arena_init(&scratch, LIMIT_ARENA);
    enum status status = manifest_tree(text, &scratch, &at.node, &wrong);
    if (!status)
        check_tree(&r, &at, &out->manifest);
    else if (status == E_INVALID)
        fail_whole(&r, &at, arena_printf(arena, "line %u, column %u: %s", wrong.line, wrong.column, wrong.text).p);
    else
        fail_whole(&r, &at, "is too large");
    arena_release(&scratch);
}

// flags: of the app as it is.
static bool binds(enum manifest_rule rule, unsigned flags)
{
    switch (rule) {
    case RULE_ALWAYS:
    case RULE_GRANT: return true;
    case RULE_KIND: return !(flags & APP_CLASSIC);
    case RULE_KEEP_PKCE: return flags & APP_PKCE;
    case RULE_KEEP_ROTATION: return flags & APP_ROTATION;
    case RULE_WARN_BOT_USER:
    case RULE_WARN_BOT_NAME:
    case RULE_WARN_REDIRECT:
    case RULE_WARN_MCP: break;
    }
    return false;
}

const struct field_problem *manifest_binding(const struct field_problem *p, unsigned flags)
{
    while (p && !binds(p->rule, flags)) p = p->next;
    return p;
}

const struct field_problem *manifest_warning(const struct field_problem *p, const char **code)
{
    static const char *const codes[] = {
        [RULE_WARN_BOT_USER] = "bot_user_missing",
        [RULE_WARN_BOT_NAME] = "bot_name_characters",
        [RULE_WARN_REDIRECT] = "redirect_urls_missing",
        [RULE_WARN_MCP] = "mcp_servers_not_served",
    };
    while (p && !codes[p->rule]) p = p->next;
    if (p) *code = codes[p->rule];
    return p;
}

// manifest.md 3: defaults to the app's name in lower case; spaces are left out, as in the contract's example.
static struct str default_bot_name(struct str name, struct arena *arena)
{
    char *p = arena_alloc(arena, name.n + 1);
    size_t n = 0;
    for (size_t i = 0; p && i < name.n; i++)
        if (name.p[i] != ' ') p[n++] = ascii_lower(name.p[i]);
    return str_make(p, n);
}

static unsigned flag_if(bool on, unsigned flag)
{
    return on ? flag : 0;
}

void manifest_apply(const struct manifest *m, struct arena *arena, struct app *app)
{
    unsigned ours = APP_PKCE | APP_ROTATION | APP_ORG_DEPLOY;
    app->name = m->name;
    app->bot_name = m->bot_name.n ? m->bot_name : default_bot_name(m->name, arena);
    app->redirect_urls = m->redirect_urls;
    app->bot_scopes = m->bot;
    app->user_scopes = m->user;
    app->bot_optional = m->bot_optional;
    app->user_optional = m->user_optional;
    app->flags = (app->flags & ~ours) | flag_if(m->pkce, APP_PKCE) | flag_if(m->rotation, APP_ROTATION) |
                 flag_if(m->org_deploy, APP_ORG_DEPLOY);
    app->manifest = m->text;
    if (m->ip_ranges.p) app->allowed_ips = m->ip_ranges;
}

// What binds a seed: not RULE_GRANT.
static const struct field_problem *seed_problem(const struct field_problem *p, unsigned flags)
{
    do {
        p = manifest_binding(p, flags & APP_CLASSIC);
        if (!p || p->rule != RULE_GRANT) return p;
        p = p->next;
    } while (true);
}

enum status manifest_read(const struct field_reader *r, const struct place *at, struct app *app)
{
    struct field_problems found = {0};
    const struct field_reader all = {.ctx = r->ctx, .all = &found, .strict = true};
    struct manifest_parts parts = {0};
    struct place merged = *at;
    struct str allowed_ips = app->allowed_ips;
    TRY(manifest_merge(app->manifest, at->node, r->ctx->arena, &merged.node));
    enum status status = look(&all, &merged, &parts);
    const struct field_problem *first = seed_problem(found.first, app->flags);
    if (first) {
        *r->problem = first->at;
        return E_INVALID;
    }
    TRY(status);
    manifest_apply(&parts.m, r->ctx->arena, app);
    if (allowed_ips.n) app->allowed_ips = allowed_ips; // the app's own key comes first
    return OK;
}
