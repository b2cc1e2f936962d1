// SPDX-License-Identifier: Apache-2.0
// The keys of a manifest as tables (contract manifest.md 1 and 2).
#include "world/manifest_parts.h"

enum { URL_MAX = 3500, IP_RANGES_MAX = 10, SUBSCRIPTIONS_MAX = 20 };

static bool ok_any(struct str s)
{
    (void)s;
    return true;
}

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

static const struct text_rule name_rule = {1, 35, NULL, "be 1 to 35 characters"};
static const struct text_rule bot_name_rule = {1, 80, NULL, "be 1 to 80 characters"};
static const struct text_rule description_rule = {1, 140, NULL, "be 1 to 140 characters"};
static const struct text_rule long_rule = {175, 4000, ok_any, "be 175 to 4000 characters"};
static const struct text_rule color_rule = {4, 7, ok_color, "be a colour such as #abc or #aabbcc, in quotes"};
static const struct text_rule number_rule = {1, 10, ok_number, "be a whole number"};
static const struct text_rule major_rule = {1, 1, ok_major, "be 1 or 2"};
static const struct text_rule web_url_rule = {8, URL_MAX, ok_web_url, "be an http or https URL"};
static const struct text_rule secure_url_rule = {9, URL_MAX, ok_secure_url, "be an https URL"};
static const struct text_rule redirect_rule = {1, LIMIT_REDIRECT_URI, NULL, "be a URL of at most 2500 characters"};
static const struct text_rule scope_rule = {1, 50, NULL, "be a scope of at most 50 characters"};
static const struct text_rule event_rule = {1, 50, NULL, "be an event of at most 50 characters"};
static const struct text_rule range_rule = {1, 64, field_is_address,
                                            "be an IP address or a range such as 192.0.2.0/24"};

static const struct list_rule redirects_list = {&redirect_rule, LIMIT_REDIRECT_URLS, true, NULL};
static const struct list_rule scopes_list = {&scope_rule, LIMIT_SCOPES, false, field_known_scope};
static const struct list_rule events_list = {&event_rule, 100, true, NULL};
static const struct list_rule ranges_list = {&range_rule, IP_RANGES_MAX, false, NULL};

#define AT(member)   offsetof(struct manifest_parts, member)
#define IGNORED_BOOL field_bool, AT(ignored_bool)
#define IGNORED_TEXT field_text, AT(ignored)

// A number stands without quotes.
static enum status read_number(const struct field_reader *r, const struct place *at, const struct field *f,
                               void *member)
{
    const struct text_rule *rule = f->rule;
    const struct node *n = at->node;
    (void)member;
    bool good = n->kind == NODE_SCALAR && !n->quoted && rule->ok(n->text);
    return good ? OK : field_fail(r, at, "must %s", rule->must);
}

static const struct field metadata_fields[] = {
    {"major_version", read_number, 0, &major_rule, false},
    {"minor_version", read_number, 0, &number_rule, false},
    {"schema_version", read_number, 0, &number_rule, false},
    {"min_version", read_number, 0, &number_rule, false},
};
static const struct field display_fields[] = {
    {"name", field_text, AT(m.name), &name_rule, true},
    {"description", IGNORED_TEXT, &description_rule, false},
    {"long_description", IGNORED_TEXT, &long_rule, false},
    {"background_color", IGNORED_TEXT, &color_rule, false},
};
static const struct field bot_user_fields[] = {
    {"display_name", field_text, AT(m.bot_name), &bot_name_rule, true},
    {"always_online", IGNORED_BOOL, NULL, false},
};
static const struct field scopes_fields[] = {
    {"bot", field_lines, AT(m.bot), &scopes_list, false},
    {"user", field_lines, AT(m.user), &scopes_list, false},
    {"bot_optional", field_lines, AT(m.bot_optional), &scopes_list, false},
    {"user_optional", field_lines, AT(m.user_optional), &scopes_list, false},
};
static const struct fields scopes_map = FIELDS(scopes_fields);
static const struct field oauth_fields[] = {
    {"redirect_urls", field_lines, AT(m.redirect_urls), &redirects_list, false},
    {"scopes", field_map, 0, &scopes_map, false},
    {"pkce_enabled", field_bool, AT(m.pkce), NULL, false},
    {"token_management_enabled", IGNORED_BOOL, NULL, false},
};
static const struct field subscription_fields[] = {
    {"app_id", IGNORED_TEXT, &bot_name_rule, true},
    {"event_type", IGNORED_TEXT, &bot_name_rule, true},
};
static const struct fields subscription_map = FIELDS(subscription_fields);

static enum status subscriptions(const struct field_reader *r, const struct place *at, const struct field *f,
                                 void *member)
{
    (void)f;
    struct manifest_parts *parts = member;
    struct place item = {.up = at, .node = at->node->first};
    enum status found = OK;
    if (at->node->kind != NODE_LIST || !item.node) return field_fail(r, at, "must be a list of 1 to 20 entries");
    for (; item.node; item.node = item.node->next, item.index++) {
        if (item.index == SUBSCRIPTIONS_MAX) return field_fail(r, at, "has more than %d entries", SUBSCRIPTIONS_MAX);
        enum status status = fields_read(r, &item, &subscription_map, false, parts);
        if (field_ends(r, status)) return status;
        if (status) found = status;
    }
    parts->subscriptions = item.index;
    return found;
}

static const struct field events_fields[] = {
    {"request_url", field_text, AT(event_url), &web_url_rule, false},
    {"bot_events", field_lines, AT(bot_events), &events_list, false},
    {"user_events", field_lines, AT(user_events), &events_list, false},
    {"metadata_subscriptions", subscriptions, 0, NULL, false},
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
    {"org_deploy_enabled", field_bool, AT(m.org_deploy), NULL, false},
    {"token_rotation_enabled", field_bool, AT(m.rotation), NULL, false},
    {"socket_mode_enabled", field_bool, AT(socket_mode), NULL, false},
    {"is_hosted", IGNORED_BOOL, NULL, false},
    {"is_mcp_enabled", IGNORED_BOOL, NULL, false},
    {"allowed_ip_address_ranges", field_lines, AT(m.ip_ranges), &ranges_list, false},
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
    return bot && !node_is_null(bot) ? fields_read(r, &place, &bot_user_map, false, member) : OK;
}

static const struct field keys[] = {
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
const struct fields manifest_keys = FIELDS(keys);
