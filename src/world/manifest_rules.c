// SPDX-License-Identifier: Apache-2.0
// What a manifest must keep beyond its schema (contract manifest.md 3). The tables may have found problems before, so
// nothing here trusts the kind of a value.
#include "oauth/redirect.h"
#include "oauth/scopes.h"
#include "world/manifest_parts.h"

static struct place inside(const struct place *at, const char *name)
{
    return (struct place){.up = at, .node = node_get(at->node, name), .name = str_of(name)};
}

static struct place first_of(const struct place *list)
{
    bool has = list->node && list->node->kind == NODE_LIST;
    return (struct place){.up = list, .node = has ? list->node->first : NULL};
}

// The next text of a list; longer lists than may be are not looked through.
static bool next_text(struct place *item, size_t most)
{
    while (item->node && item->node->kind != NODE_SCALAR) item->node = item->node->next, item->index++;
    return item->node && item->index < most;
}

static void step(struct place *item)
{
    item->node = item->node->next;
    item->index++;
}

static enum status found(const struct field_reader *r, enum status status)
{
    return field_ends(r, status) ? status : OK;
}

static enum status check_redirects(const struct field_reader *r, const struct place *oauth, bool pkce)
{
    struct place list = inside(oauth, "redirect_urls");
    for (struct place item = first_of(&list); next_text(&item, LIMIT_REDIRECT_URLS); step(&item)) {
        if (item.node->text.n == 0 || item.node->text.n > LIMIT_REDIRECT_URI) continue; // told already
        const char *problem = redirect_config_problem(item.node->text, pkce, r->ctx->http);
        if (problem) TRY(found(r, field_fail(r, &item, "%s", problem)));
    }
    return OK;
}

// A scope belongs into the list of its kind of token; those of a classic app are mixed.
static enum status check_kind(const struct field_reader *r, const struct place *at, unsigned type)
{
    const struct scope_row *row = scope_find(at->node->text);
    if (!row) return OK; // told already
    r->all->rule = RULE_ALWAYS;
    if (row->flags & SF_NOREQUEST) return field_fail(r, at, "no app can ask for the scope %.*s", STR_FMT(row->name));
    if (row->types & type) return OK;
    r->all->rule = RULE_KIND;
    return field_fail(r, at, "%.*s is no scope for %s tokens", STR_FMT(row->name), type == SCOPE_BOT ? "bot" : "user");
}

static enum status check_kinds(const struct field_reader *r, const struct place *scopes, const char *name,
                               unsigned type)
{
    struct place list = inside(scopes, name);
    for (struct place item = first_of(&list); next_text(&item, LIMIT_SCOPES); step(&item))
        TRY(found(r, check_kind(r, &item, type)));
    r->all->rule = RULE_ALWAYS;
    return OK;
}

static bool list_has(const struct place *list, struct str text)
{
    struct place item = first_of(list);
    while (next_text(&item, LIMIT_SCOPES) && !str_eq(item.node->text, text)) step(&item);
    return item.node && item.index < LIMIT_SCOPES;
}

static enum status check_optional(const struct field_reader *r, const struct place *scopes, const char *name,
                                  const char *plain)
{
    struct place list = inside(scopes, name), of = inside(scopes, plain);
    for (struct place item = first_of(&list); next_text(&item, LIMIT_SCOPES); step(&item)) {
        if (list_has(&of, item.node->text)) continue;
        TRY(found(r, field_fail(r, &item, "an optional scope must also be in \"%s\"", plain)));
    }
    return OK;
}

static unsigned family(struct str scope)
{
    const struct scope_row *row = scope_find(scope);
    return row ? row->flags & (SF_IDENTITY | SF_OIDC) : 0;
}

// Sign-in scopes stand alone, each of the two kinds by itself (authorize.md 2.1): told at the first that differs from
// the ones before.
static enum status check_mixture(const struct field_reader *r, const struct place *scopes)
{
    static const char *const names[] = {"bot", "user"};
    unsigned first = 0;
    bool any = false;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct place list = inside(scopes, names[i]);
        for (struct place item = first_of(&list); next_text(&item, LIMIT_SCOPES); step(&item)) {
            unsigned now = family(item.node->text);
            if (any && now != first)
                return field_fail(r, &item, "identity scopes and other scopes cannot be asked for at the same time");
            first = now;
            any = true;
        }
    }
    return OK;
}

static enum status check_grants(const struct field_reader *r, const struct place *scopes, const struct place *settings,
                                const struct manifest_parts *parts)
{
    struct place bot = inside(scopes, "bot"), item = first_of(&bot), org = inside(settings, "org_deploy_enabled");
    r->all->rule = RULE_GRANT;
    TRY(found(r, check_mixture(r, scopes)));
    if (parts->m.org_deploy && !item.node)
        TRY(found(r, field_fail(r, &org, "an app that is installed in an organization needs a bot scope")));
    r->all->rule = RULE_ALWAYS;
    return OK;
}

static enum status check_settings(const struct field_reader *r, const struct place *settings,
                                  const struct manifest_parts *parts)
{
    struct place events = inside(settings, "event_subscriptions"), interactivity = inside(settings, "interactivity");
    bool subscribed = parts->bot_events.n || parts->user_events.n || parts->subscriptions;
    if (parts->socket_mode) return OK;
    if (subscribed && !parts->event_url.n)
        TRY(found(r, field_fail(r, &events, "Event Subscription requires either Request URL or Socket Mode Enabled")));
    if (!parts->interactive || parts->interactivity_url.n) return OK;
    TRY(found(r, field_fail(r, &interactivity, "Interactivity requires a Request URL")));
    return found(r, field_fail(r, &interactivity, "Interactivity requires Socket Mode enabled"));
}

enum status manifest_rules(const struct field_reader *r, const struct place *at, const struct manifest_parts *parts)
{
    struct place oauth = inside(at, "oauth_config"), scopes = inside(&oauth, "scopes"),
                 settings = inside(at, "settings");
    r->all->rule = RULE_ALWAYS;
    TRY(check_redirects(r, &oauth, parts->m.pkce));
    TRY(check_kinds(r, &scopes, "bot", SCOPE_BOT));
    TRY(check_kinds(r, &scopes, "user", SCOPE_USER));
    TRY(check_optional(r, &scopes, "bot_optional", "bot"));
    TRY(check_optional(r, &scopes, "user_optional", "user"));
    TRY(check_settings(r, &settings, parts));
    return check_grants(r, &scopes, &settings, parts);
}

static enum status remark(const struct field_reader *r, const struct place *at, enum manifest_rule rule, bool is,
                          const char *text)
{
    if (!is) return OK;
    r->all->rule = rule;
    return found(r, field_fail(r, at, "%s", text));
}

enum status manifest_remarks(const struct field_reader *r, const struct place *at, const struct manifest_parts *parts)
{
    const struct manifest *m = &parts->m;
    struct place oauth = inside(at, "oauth_config"), pkce = inside(&oauth, "pkce_enabled"),
                 urls = inside(&oauth, "redirect_urls"), settings = inside(at, "settings"),
                 rotation = inside(&settings, "token_rotation_enabled"), features = inside(at, "features"),
                 bot = inside(&features, "bot_user"), name = inside(&bot, "display_name"),
                 mcp = inside(at, "mcp_servers");
    bool scopes = m->bot.n || m->user.n;
    TRY(remark(r, &pkce, RULE_KEEP_PKCE, !m->pkce, "PKCE cannot be turned off again"));
    TRY(remark(r, &rotation, RULE_KEEP_ROTATION, !m->rotation, "token rotation cannot be turned off again"));
    TRY(remark(r, &urls, RULE_WARN_REDIRECT, scopes && !m->redirect_urls.n,
               "without a redirect URL nobody can install the app"));
    TRY(remark(r, &bot, RULE_WARN_BOT_USER, m->bot.n && !m->bot_name.n,
               "bot scopes without a bot user: the bot gets the name of the app in lower case"));
    TRY(remark(r, &name, RULE_WARN_BOT_NAME,
               m->bot_name.n && !str_all_in(m->bot_name, "abcdefghijklmnopqrstuvwxyz0123456789-_."),
               "should have no characters but a-z, 0-9, -, _ and ."));
    return remark(r, &mcp, RULE_WARN_MCP, mcp.node && !node_is_null(mcp.node), "is kept but not served");
}
