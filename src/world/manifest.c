// SPDX-License-Identifier: Apache-2.0
#include "world/manifest.h"

#include "codec/jsonin.h"
#include "oauth/redirect.h"
#include "oauth/scopes.h"

// manifest.md 2
enum { NAME_MAX_CHARS = 35, BOT_NAME_MAX_CHARS = 80, SCOPE_MAX_CHARS = 50, URL_MAX_CHARS = 3500, IP_RANGES_MAX = 10 };

struct manifest {
    struct str name, bot_name;
    struct str redirect_urls, bot, user, bot_optional, user_optional; // one a line
    struct str event_url, bot_events, interactivity_url;
    bool pkce, rotation, org_deploy, socket_mode, interactive;
    struct str ignored; // checked, and kept in the text only
    bool ignored_bool;
};

static bool ok_color(struct str s)
{
    return s.p[0] == '#' && str_all_in(str_from(s, 1), "0123456789abcdefABCDEF") && (s.n == 4 || s.n == 7);
}

static bool ok_web_url(struct str s)
{
    return str_starts(s, STR("https://")) || str_starts(s, STR("http://"));
}

static bool ok_secure_url(struct str s)
{
    return str_starts(s, STR("https://"));
}

static bool ok_number(struct str s)
{
    uint64_t n;
    return str_u64(s, INT32_MAX, &n);
}

static bool ok_major(struct str s)
{
    return str_eq(s, STR("1")) || str_eq(s, STR("2"));
}

static const struct text_rule name_rule = {1, NAME_MAX_CHARS, NULL, "be 1 to 35 characters"};
static const struct text_rule bot_name_rule = {1, BOT_NAME_MAX_CHARS, NULL, "be 1 to 80 characters"};
static const struct text_rule description_rule = {1, 140, NULL, "be 1 to 140 characters"};
static const struct text_rule color_rule = {4, 7, ok_color, "be a colour such as #abc or #aabbcc, in quotes"};
static const struct text_rule number_rule = {1, 10, ok_number, "be a number"};
static const struct text_rule major_rule = {1, 1, ok_major, "be 1 or 2"};
static const struct text_rule web_url_rule = {8, URL_MAX_CHARS, ok_web_url, "be an http or https URL"};
static const struct text_rule secure_url_rule = {9, URL_MAX_CHARS, ok_secure_url, "be an https URL"};
static const struct text_rule redirect_rule = {1, LIMIT_REDIRECT_URI, NULL, "be a URL of at most 2500 characters"};
static const struct text_rule scope_rule = {1, SCOPE_MAX_CHARS, NULL, "be a scope of at most 50 characters"};
static const struct text_rule event_rule = {1, 50, NULL, "be an event of at most 50 characters"};
static const struct text_rule range_rule = {1, 64, NULL, "be an address or a range"};

static const struct list_rule redirects_list = {&redirect_rule, LIMIT_REDIRECT_URLS, true, NULL};
static const struct list_rule scopes_list = {&scope_rule, LIMIT_SCOPES, false, field_known_scope};
static const struct list_rule events_list = {&event_rule, 100, true, NULL};
static const struct list_rule ranges_list = {&range_rule, IP_RANGES_MAX, false, NULL};

#define AT(member)   offsetof(struct manifest, member)
#define IGNORED_BOOL field_bool, AT(ignored_bool)
#define IGNORED_TEXT field_text, AT(ignored)

static enum status long_description(const struct field_reader *r, const struct place *at, const struct field *f,
                                    void *member)
{
    // Longer than a line: line ends are part of it, so the rule for short texts does not fit.
    (void)f, (void)member;
    if (at->node->kind != NODE_SCALAR) return field_fail(r, at, "must be a text");
    size_t n = at->node->text.n;
    return n < 175 || n > 4000 ? field_fail(r, at, "must be 175 to 4000 characters") : OK;
}

static const struct field metadata_fields[] = {
    {"major_version", IGNORED_TEXT, &major_rule, false},
    {"minor_version", IGNORED_TEXT, &number_rule, false},
    {"schema_version", IGNORED_TEXT, &number_rule, false},
    {"min_version", IGNORED_TEXT, &number_rule, false},
};
static const struct field display_fields[] = {
    {"name", field_text, AT(name), &name_rule, true},
    {"description", IGNORED_TEXT, &description_rule, false},
    {"long_description", long_description, 0, NULL, false},
    {"background_color", IGNORED_TEXT, &color_rule, false},
};
static const struct field bot_user_fields[] = {
    {"display_name", field_text, AT(bot_name), &bot_name_rule, true},
    {"always_online", IGNORED_BOOL, NULL, false},
};
static const struct field scopes_fields[] = {
    {"bot", field_lines, AT(bot), &scopes_list, false},
    {"user", field_lines, AT(user), &scopes_list, false},
    {"bot_optional", field_lines, AT(bot_optional), &scopes_list, false},
    {"user_optional", field_lines, AT(user_optional), &scopes_list, false},
};
static const struct fields scopes_map = FIELDS(scopes_fields);
static const struct field oauth_fields[] = {
    {"redirect_urls", field_lines, AT(redirect_urls), &redirects_list, false},
    {"scopes", field_map, 0, &scopes_map, false},
    {"pkce_enabled", field_bool, AT(pkce), NULL, false},
    {"token_management_enabled", IGNORED_BOOL, NULL, false},
};
static const struct field events_fields[] = {
    {"request_url", field_text, AT(event_url), &web_url_rule, false},
    {"bot_events", field_lines, AT(bot_events), &events_list, false},
    {"user_events", field_lines, AT(ignored), &events_list, false},
    {"metadata_subscriptions", field_any, 0, NULL, false},
};
static const struct field interactivity_fields[] = {
    {"is_enabled", field_bool, AT(interactive), NULL, true},
    {"request_url", field_text, AT(interactivity_url), &web_url_rule, false},
    {"message_menu_options_url", IGNORED_TEXT, &web_url_rule, false},
};
static const struct field webhooks_fields[] = {{"incoming_webhooks_enabled", IGNORED_BOOL, NULL, false}};
static const struct field siws_fields[] = {{"initiate_uri", IGNORED_TEXT, &secure_url_rule, false}};
static const struct fields events_map = FIELDS(events_fields), interactivity_map = FIELDS(interactivity_fields),
                           webhooks_map = FIELDS(webhooks_fields), siws_map = FIELDS(siws_fields);
static const struct field settings_fields[] = {
    {"org_deploy_enabled", field_bool, AT(org_deploy), NULL, false},
    {"token_rotation_enabled", field_bool, AT(rotation), NULL, false},
    {"socket_mode_enabled", field_bool, AT(socket_mode), NULL, false},
    {"is_hosted", IGNORED_BOOL, NULL, false},
    {"is_mcp_enabled", IGNORED_BOOL, NULL, false},
    {"allowed_ip_address_ranges", field_lines, AT(ignored), &ranges_list, false},
    {"event_subscriptions", field_map, 0, &events_map, false},
    {"interactivity", field_map, 0, &interactivity_map, false},
    {"incoming_webhooks", field_map, 0, &webhooks_map, false},
    {"siws_links", field_map, 0, &siws_map, false},
    {"hermes_app_type", IGNORED_TEXT, &bot_name_rule, false},
    {"function_runtime", IGNORED_TEXT, &bot_name_rule, false},
};
static const struct fields metadata_map = FIELDS(metadata_fields), display_map = FIELDS(display_fields),
                           bot_user_map = FIELDS(bot_user_fields), oauth_map = FIELDS(oauth_fields),
                           settings_map = FIELDS(settings_fields);

// `features` has many more keys than concern an installation; of these only bot_user is looked at.
static enum status features(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    (void)f;
    if (at->node->kind != NODE_MAP) return field_fail(r, at, "must be a map of keys and values");
    const struct node *bot = node_get(at->node, "bot_user");
    struct place place = {.up = at, .node = bot, .name = STR("bot_user")};
    return bot ? fields_read(r, &place, &bot_user_map, false, member) : OK;
}

static const struct field manifest_fields[] = {
    {"$schema", field_any, 0, NULL, false},
    {"_metadata", field_map, 0, &metadata_map, false},
    {"app_directory", field_any, 0, NULL, false},
    {"display_information", field_map, 0, &display_map, true},
    {"features", features, 0, NULL, false},
    {"oauth_config", field_map, 0, &oauth_map, false},
    {"settings", field_map, 0, &settings_map, false},
    {"functions", field_any, 0, NULL, false},
    {"workflows", field_any, 0, NULL, false},
    {"datastores", field_any, 0, NULL, false},
    {"outgoing_domains", field_any, 0, NULL, false},
    {"types", field_any, 0, NULL, false},
    {"external_auth_providers", field_any, 0, NULL, false},
    {"mcp_servers", field_any, 0, NULL, false},
};
static const struct fields manifest_map = FIELDS(manifest_fields);

static struct place inside(const struct place *at, const char *name)
{
    return (struct place){.up = at, .node = node_get(at->node, name), .name = str_of(name)};
}

// A scope belongs into the list of its kind of token; those of a classic app are mixed.
static enum status check_kind(const struct field_reader *r, const struct place *at, unsigned type, bool classic)
{
    const struct scope_row *row = scope_find(at->node->text);
    if (row->flags & SF_NOREQUEST) return field_fail(r, at, "no app can ask for the scope %.*s", STR_FMT(row->name));
    if (classic || (row->types & type)) return OK;
    return field_fail(r, at, "%.*s is no scope for %s tokens", STR_FMT(row->name), type == SCOPE_BOT ? "bot" : "user");
}

static enum status check_kinds(const struct field_reader *r, const struct place *scopes, const char *list,
                               unsigned type, bool classic)
{
    struct place at = inside(scopes, list);
    struct place item = {.up = &at, .node = at.node ? at.node->first : NULL};
    for (; item.node; item.node = item.node->next, item.index++) TRY(check_kind(r, &item, type, classic));
    return OK;
}

static enum status check_optional(const struct field_reader *r, const struct place *scopes, const char *list,
                                  const char *plain, struct str plain_lines)
{
    struct place at = inside(scopes, list);
    struct place item = {.up = &at, .node = at.node ? at.node->first : NULL};
    for (; item.node; item.node = item.node->next, item.index++)
        if (!lines_has(plain_lines, item.node->text))
            return field_fail(r, &item, "an optional scope must also be in \"%s\"", plain);
    return OK;
}

static enum status check_redirects(const struct field_reader *r, const struct place *oauth, bool pkce)
{
    struct place at = inside(oauth, "redirect_urls");
    struct place item = {.up = &at, .node = at.node ? at.node->first : NULL};
    for (; item.node; item.node = item.node->next, item.index++) {
        const char *problem = redirect_config_problem(item.node->text, pkce, r->ctx->http);
        if (problem) return field_fail(r, &item, "%s", problem);
    }
    return OK;
}

static enum status check_oauth(const struct field_reader *r, const struct place *at, const struct manifest *m,
                               bool classic)
{
    struct place oauth = inside(at, "oauth_config"), scopes = inside(&oauth, "scopes");
    TRY(check_redirects(r, &oauth, m->pkce));
    TRY(check_kinds(r, &scopes, "bot", SCOPE_BOT, classic));
    TRY(check_kinds(r, &scopes, "user", SCOPE_USER, classic));
    TRY(check_optional(r, &scopes, "bot_optional", "bot", m->bot));
    return check_optional(r, &scopes, "user_optional", "user", m->user);
}

// manifest.md 3. Its rules about combinations that could never be granted (identity scopes among others,
// org_deploy_enabled without a bot scope) bind apps.manifest.*: a seed may describe an app that is there all the same.
static enum status check_settings(const struct field_reader *r, const struct place *at, const struct manifest *m)
{
    struct place settings = inside(at, "settings");
    struct place events = inside(&settings, "event_subscriptions"), interactivity = inside(&settings, "interactivity");
    if (m->bot_events.n && !m->event_url.n && !m->socket_mode)
        return field_fail(r, &events, "Event Subscription requires either Request URL or Socket Mode Enabled");
    if (m->interactive && !m->interactivity_url.n && !m->socket_mode)
        return field_fail(r, &interactivity, "Interactivity requires a Request URL");
    return OK;
}

// manifest.md 3: defaults to the app's name in lower case; spaces are left out, as in the contract's example.
static struct str default_bot_name(struct str name, struct arena *arena)
{
    struct str copy = arena_str(arena, name);
    char *p = (char *)copy.p; // ours, just made
    size_t n = 0;
    for (size_t i = 0; i < copy.n; i++)
        if (name.p[i] != ' ') p[n++] = ascii_lower(name.p[i]);
    return str_make(p, n);
}

static unsigned flag_if(bool on, unsigned flag)
{
    return on ? flag : 0;
}

static void apply(const struct manifest *m, struct arena *arena, struct app *app)
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
}

enum status manifest_read(const struct field_reader *r, const struct place *at, struct app *app)
{
    struct manifest m = {0};
    struct place merged = *at;
    TRY(manifest_merge(app->manifest, at->node, r->ctx->arena, &merged.node));
    TRY(fields_read(r, &merged, &manifest_map, false, &m));
    TRY(check_oauth(r, &merged, &m, app->flags & APP_CLASSIC));
    TRY(check_settings(r, &merged, &m));
    TRY(manifest_text(merged.node, r->ctx->arena, &app->manifest));
    apply(&m, r->ctx->arena, app);
    return OK;
}
