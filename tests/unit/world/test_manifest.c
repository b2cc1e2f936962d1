// SPDX-License-Identifier: Apache-2.0
// Every check of contract manifest.md 1 to 3 with the pointer it names, whom it binds, and the round trip: what
// validates comes out of the store as what goes in again.
#include "world/manifest.h"

#include "base/mem.h"
#include "check.h"
#include "guard.h"

struct fixture {
    struct arena arena;
    struct manifest_check check;
};

static int setup(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    arena_init(&f->arena, LIMIT_ARENA);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_release(&f->arena);
    mem_free(f);
    return 0;
}

static void check_text(struct fixture *f, struct str text)
{
    manifest_check(guard_str(text), HTTP_REDIRECTS_OFF, &f->arena, &f->check);
}

// "pointer: message" of all that bind an app of those flags, one a line.
static struct str told(struct fixture *f, unsigned flags)
{
    struct buf b;
    buf_init(&b, LIMIT_BODY);
    const struct field_problem *p = manifest_binding(f->check.problems.first, flags);
    for (; p; p = manifest_binding(p->next, flags))
        buf_printf(&b, "%s%.*s: %s", b.n ? "\n" : "", STR_FMT(p->pointer), p->at.text);
    struct str all = arena_str(&f->arena, buf_view(&b));
    buf_release(&b);
    return all;
}

static struct str warned(struct fixture *f)
{
    const char *code;
    struct str all = STR("");
    const struct field_problem *p = manifest_warning(f->check.problems.first, &code);
    for (; p; p = manifest_warning(p->next, &code))
        all = arena_printf(&f->arena, "%.*s%s%.*s: %s", STR_FMT(all), all.n ? "\n" : "", STR_FMT(p->pointer), code);
    return all;
}

#define HEAD         "{\"display_information\":{\"name\":\"Deploy Bell\"}"
#define OAUTH(in)    HEAD ",\"oauth_config\":{" in "}}"
#define SETTINGS(in) HEAD ",\"settings\":{" in "}}"
#define SCOPES(in)   OAUTH("\"scopes\":{" in "}")
#define URLS(in)     OAUTH("\"redirect_urls\":[" in "]")
#define FEATURES(in) HEAD ",\"features\":{" in "}}"
#define TEXT_36      "abcdefghijklmnopqrstuvwxyz0123456789"
#define TEXT_51      TEXT_36 "abcdefghijklmno"
#define TEXT_144     TEXT_36 TEXT_36 TEXT_36 TEXT_36

// One problem each: what is wrong, where, how it is told. flags: of the app that it is for.
static const struct {
    const char *text, *told;
    unsigned flags;
} wrong[] = {
    // as a whole
    {"[]", ": must be a map of keys and values", 0},
    {"just words", ": must be a map of keys and values", 0},
    {"{", ": line 1, column 1: string or '}' expected near end of file", 0},
    {"{\"a\":\"\\ud800\"}", ": line 1, column 13: invalid Unicode '\\uD800' near '\"\\ud800\"'", 0},
    {"a: &x 1", ": line 1, column 4: anchors are not supported", 0},
    {"a: 1\na: 2", ": line 2, column 1: the key \"a\" was given before, in line 1", 0},
    {"", "/display_information: is required but missing", 0},
    {"{}", "/display_information: is required but missing", 0},
    {"{\"display_information\":null}", "/display_information: is required but missing", 0},
    {HEAD ",\"setings\":{}}", "/setings: unknown key", 0},
    {HEAD ",\"a/b~c\":{}}", "/a~1b~0c: unknown key", 0},
    {HEAD ",\"types\":[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]}",
     "/types/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0: is nested too deeply", 0},
    // _metadata
    {HEAD ",\"_metadata\":{\"major_version\":3}}", "/_metadata/major_version: must be 1 or 2", 0},
    {HEAD ",\"_metadata\":{\"major_version\":\"2\"}}", "/_metadata/major_version: must be 1 or 2", 0},
    {HEAD ",\"_metadata\":{\"min_version\":1.5}}", "/_metadata/min_version: must be a whole number", 0},
    {HEAD ",\"_metadata\":{\"version\":1}}", "/_metadata/version: unknown key", 0},
    {HEAD ",\"_metadata\":[]}", "/_metadata: must be a map of keys and values", 0},
    // display_information
    {"{\"display_information\":{}}", "/display_information/name: is required but missing", 0},
    {"{\"display_information\":{\"name\":\"\"}}", "/display_information/name: must be 1 to 35 characters", 0},
    {"{\"display_information\":{\"name\":\"" TEXT_36 "\"}}", "/display_information/name: must be 1 to 35 characters",
     0},
    {"{\"display_information\":{\"name\":7}}", "/display_information/name: must be a text", 0},
    {"{\"display_information\":{\"name\":true}}", "/display_information/name: must be a text", 0},
    {"{\"display_information\":{\"name\":[\"x\"]}}", "/display_information/name: must be a text", 0},
    {"display_information: {name: 2024}", "/display_information/name: must be a text", 0},
    {"{\"display_information\":{\"name\":\"x\",\"description\":\"" TEXT_144 "\"}}",
     "/display_information/description: must be 1 to 140 characters", 0},
    {"{\"display_information\":{\"name\":\"x\",\"long_description\":\"" TEXT_144 "\"}}",
     "/display_information/long_description: must be 175 to 4000 characters", 0},
    {"{\"display_information\":{\"name\":\"x\",\"background_color\":\"red\"}}",
     "/display_information/background_color: must be a colour such as #abc or #aabbcc, in quotes", 0},
    // features.bot_user
    {FEATURES("\"bot_user\":{}"), "/features/bot_user/display_name: is required but missing", 0},
    {FEATURES("\"bot_user\":{\"display_name\":\"" TEXT_51 TEXT_36 "\"}"),
     "/features/bot_user/display_name: must be 1 to 80 characters", 0},
    {FEATURES("\"bot_user\":{\"display_name\":\"x\",\"always_online\":\"yes\"}"),
     "/features/bot_user/always_online: must be true or false", 0},
    {FEATURES("\"bot_user\":{\"display_name\":\"x\",\"online\":true}"), "/features/bot_user/online: unknown key", 0},
    {HEAD ",\"features\":1}", "/features: must be a map of keys and values", 0},
    // oauth_config
    {OAUTH("\"scope\":{}"), "/oauth_config/scope: unknown key", 0},
    {OAUTH("\"pkce_enabled\":\"true\""), "/oauth_config/pkce_enabled: must be true or false", 0},
    {OAUTH("\"redirect_urls\":\"https://a.test/\""), "/oauth_config/redirect_urls: must be a list", 0},
    {URLS("\"https://a.test/\",\"https://a.test/\""), "/oauth_config/redirect_urls/1: stands here twice", 0},
    {URLS("\"https://a.test/#f\""), "/oauth_config/redirect_urls/0: it has a fragment (#)", 0},
    {URLS("\"https://a.test/\",\"://asdf\""),
     "/oauth_config/redirect_urls/1: it is not an absolute URL of allowed characters", 0},
    {URLS("\"http://a.test/\""), "/oauth_config/redirect_urls/0: http is for localhost only; use https", 0},
    {URLS("\"http://localhost:3000/\""),
     "/oauth_config/redirect_urls/0: http://localhost needs PKCE (pkce_enabled) or allow_http_redirects", 0},
    {URLS("\"bell://cb\""), "/oauth_config/redirect_urls/0: a custom scheme needs PKCE (pkce_enabled)", 0},
    {SCOPES("\"bot\":[\"chat:writ\"]"), "/oauth_config/scopes/bot/0: there is no scope \"chat:writ\"", 0},
    {SCOPES("\"bot\":[\"" TEXT_51 "\"]"), "/oauth_config/scopes/bot/0: must be a scope of at most 50 characters", 0},
    {SCOPES("\"bot\":[\"commands\",null]"), "/oauth_config/scopes/bot/1: must be a text", 0},
    {SCOPES("\"bot\":{}"), "/oauth_config/scopes/bot: must be a list", 0},
    {SCOPES("\"bots\":[]"), "/oauth_config/scopes/bots: unknown key", 0},
    {SCOPES("\"bot\":[\"chat:write\",\"search:read\"]"),
     "/oauth_config/scopes/bot/1: search:read is no scope for bot tokens", 0},
    {SCOPES("\"user\":[\"app_mentions:read\"]"),
     "/oauth_config/scopes/user/0: app_mentions:read is no scope for user tokens", 0},
    {SCOPES("\"user\":[\"hosting:read\"]"), "/oauth_config/scopes/user/0: no app can ask for the scope hosting:read",
     0},
    {SCOPES("\"bot\":[\"commands\"],\"bot_optional\":[\"commands\",\"chat:write\"]"),
     "/oauth_config/scopes/bot_optional/1: an optional scope must also be in \"bot\"", 0},
    {SCOPES("\"bot\":[\"search:read.public\"],\"user_optional\":[\"search:read.public\"]"),
     "/oauth_config/scopes/user_optional/0: an optional scope must also be in \"user\"", 0},
    {SCOPES("\"user\":[\"openid\",\"email\",\"chat:write\"]"),
     "/oauth_config/scopes/user/2: identity scopes and other scopes cannot be asked for at the same time", 0},
    {SCOPES("\"bot\":[\"chat:write\"],\"user\":[\"identity.basic\"]"),
     "/oauth_config/scopes/user/0: identity scopes and other scopes cannot be asked for at the same time", 0},
    {SCOPES("\"user\":[\"identity.basic\",\"openid\"]"),
     "/oauth_config/scopes/user/1: identity scopes and other scopes cannot be asked for at the same time", 0},
    // settings
    {SETTINGS("\"org_deploy\":true"), "/settings/org_deploy: unknown key", 0},
    {SETTINGS("\"org_deploy_enabled\":1"), "/settings/org_deploy_enabled: must be true or false", 0},
    {SETTINGS("\"org_deploy_enabled\":true"),
     "/settings/org_deploy_enabled: an app that is installed in an organization needs a bot scope", 0},
    {SETTINGS("\"allowed_ip_address_ranges\":[\"192.0.2.0/33\"]"),
     "/settings/allowed_ip_address_ranges/0: must be an IP address or a range such as 192.0.2.0/24", 0},
    {SETTINGS("\"allowed_ip_address_ranges\":[\"::1\",\"::2\",\"::3\",\"::4\",\"::5\",\"::6\",\"::7\",\"::8\",\"::9\","
              "\"::a\",\"::b\"]"),
     "/settings/allowed_ip_address_ranges: has more than 10 entries", 0},
    {SETTINGS("\"siws_links\":{\"initiate_uri\":\"http://a.test/\"}"),
     "/settings/siws_links/initiate_uri: must be an https URL", 0},
    {SETTINGS("\"incoming_webhooks\":{\"enabled\":true}"), "/settings/incoming_webhooks/enabled: unknown key", 0},
    {SETTINGS("\"function_runtime\":false"), "/settings/function_runtime: must be a text", 0},
    {SETTINGS("\"event_subscriptions\":{\"bot_events\":[\"message.im\"]}"),
     "/settings/event_subscriptions: Event Subscription requires either Request URL or Socket Mode Enabled", 0},
    {SETTINGS("\"event_subscriptions\":{\"user_events\":[\"message.im\"]}"),
     "/settings/event_subscriptions: Event Subscription requires either Request URL or Socket Mode Enabled", 0},
    {SETTINGS("\"event_subscriptions\":{\"request_url\":\"ftp://a.test\"}"),
     "/settings/event_subscriptions/request_url: must be an http or https URL", 0},
    {SETTINGS("\"event_subscriptions\":{\"request_url\":\"https://a.test\",\"bot_events\":[\"a\",\"a\"]}"),
     "/settings/event_subscriptions/bot_events/1: stands here twice", 0},
    {SETTINGS("\"event_subscriptions\":{\"metadata_subscriptions\":[]}"),
     "/settings/event_subscriptions/metadata_subscriptions: must be a list of 1 to 20 entries", 0},
    {SETTINGS(
         "\"socket_mode_enabled\":true,\"event_subscriptions\":{\"metadata_subscriptions\":[{\"app_id\":\"A1\"}]}"),
     "/settings/event_subscriptions/metadata_subscriptions/0/event_type: is required but missing", 0},
    {SETTINGS("\"interactivity\":{}"), "/settings/interactivity/is_enabled: is required but missing", 0},
    {SETTINGS("\"interactivity\":{\"is_enabled\":true}"),
     "/settings/interactivity: Interactivity requires a Request URL\n"
     "/settings/interactivity: Interactivity requires Socket Mode enabled",
     0},
    // what an update may not take back, whether it says so or leaves it out
    {OAUTH("\"pkce_enabled\":false"), "/oauth_config/pkce_enabled: PKCE cannot be turned off again", APP_PKCE},
    {HEAD "}", "/oauth_config/pkce_enabled: PKCE cannot be turned off again", APP_PKCE},
    {SETTINGS("\"token_rotation_enabled\":false"),
     "/settings/token_rotation_enabled: token rotation cannot be turned off again", APP_ROTATION},
};

static void test_pointers(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        check_text(f, str_of(wrong[i].text));
        struct str got = told(f, wrong[i].flags);
        if (!str_eq(got, str_of(wrong[i].told)))
            fail_msg("%s\n got    %.*s\n wanted %s", wrong[i].text, STR_FMT(got), wrong[i].told);
    }
}

static void test_all_at_once(void **state)
{
    struct fixture *f = *state;
    check_text(f, STR("{\"display_information\":{\"name\":5,\"colour\":1},\"oauth_config\":{\"redirect_urls\":[7,"
                      "\"https://a.test/#f\"],\"scopes\":{\"bot\":[\"nope\",\"openid\"],\"bot_optional\":[\"nope\","
                      "\"commands\"]}},\"settings\":{\"event_subscriptions\":{\"bot_events\":[\"a\",\"a\"]}}}"));
    check_str(told(f, 0),
              STR("/display_information/name: must be a text\n"
                  "/display_information/colour: unknown key\n"
                  "/oauth_config/redirect_urls/0: must be a text\n"
                  "/oauth_config/scopes/bot/0: there is no scope \"nope\"\n"
                  "/oauth_config/scopes/bot_optional/0: there is no scope \"nope\"\n"
                  "/settings/event_subscriptions/bot_events/1: stands here twice\n"
                  "/oauth_config/redirect_urls/0: it is not an absolute URL of allowed characters\n"
                  "/oauth_config/redirect_urls/1: it has a fragment (#)\n"
                  "/oauth_config/scopes/bot/1: openid is no scope for bot tokens\n"
                  "/oauth_config/scopes/bot_optional/1: an optional scope must also be in \"bot\"\n"
                  "/settings/event_subscriptions: Event Subscription requires either Request URL or Socket Mode "
                  "Enabled\n"
                  "/oauth_config/scopes/bot/1: identity scopes and other scopes cannot be asked for at the same time"));
}

// Lists of a classic app are mixed; nothing that was off has to stay on.
static void test_whom_it_binds(void **state)
{
    struct fixture *f = *state;
    check_text(f, STR(SCOPES("\"user\":[\"app_mentions:read\",\"search:read\"]")));
    check_str(told(f, 0), STR("/oauth_config/scopes/user/0: app_mentions:read is no scope for user tokens"));
    check_str(told(f, APP_CLASSIC), STR(""));
    check_text(f, STR(HEAD "}"));
    check_str(told(f, 0), STR(""));
    check_str(told(f, APP_ORG_DEPLOY | APP_DISTRIBUTED), STR(""));
    check_text(f, STR(OAUTH("\"pkce_enabled\":true")));
    check_str(told(f, APP_PKCE), STR(""));
}

static void test_enough_is_enough(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    buf_init(&b, LIMIT_BODY);
    buf_z(&b, HEAD);
    for (unsigned i = 0; i < FIELD_PROBLEMS_MAX + 10; i++) buf_printf(&b, ",\"k%u\":1", i);
    buf_z(&b, "}");
    check_text(f, buf_view(&b));
    buf_release(&b);
    assert_int_equal(f->check.problems.n, FIELD_PROBLEMS_MAX);
    assert_non_null(manifest_binding(f->check.problems.first, 0));
    assert_false(f->arena.failed);
}

// A tree may take many times the room of its text: that is the sender's problem, and no call's memory.
static void test_too_large(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    buf_init(&b, LIMIT_BODY);
    buf_z(&b, HEAD ",\"types\":[");
    for (unsigned i = 0; i < 200000; i++) buf_z(&b, "1,");
    buf_z(&b, "1]}");
    check_text(f, buf_view(&b));
    buf_release(&b);
    check_str(told(f, 0), STR(": is too large"));
    assert_false(f->arena.failed);
}

static const struct {
    const char *text, *told;
} warnings[] = {
    {HEAD "}", ""},
    {SCOPES("\"user\":[\"search:read\"]"), "/oauth_config/redirect_urls: redirect_urls_missing"},
    {OAUTH("\"redirect_urls\":[\"https://a.test/\"],\"scopes\":{\"bot\":[\"commands\"]}"),
     "/features/bot_user: bot_user_missing"},
    {FEATURES("\"bot_user\":{\"display_name\":\"Big Bot\"}"), "/features/bot_user/display_name: bot_name_characters"},
    {FEATURES("\"bot_user\":{\"display_name\":\"big-bot_1.0\"}"), ""},
    {HEAD ",\"mcp_servers\":{}}", "/mcp_servers: mcp_servers_not_served"},
};

static void test_warnings(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(warnings); i++) {
        check_text(f, str_of(warnings[i].text));
        check_str(told(f, 0), STR(""));
        check_str(warned(f), str_of(warnings[i].told));
    }
}

static void test_what_it_makes_of_an_app(void **state)
{
    struct fixture *f = *state;
    struct app app = {.flags = APP_DISTRIBUTED | APP_ORG_DEPLOY, .allowed_ips = STR("10.0.0.1"), .nsecrets = 3};
    check_text(f,
               STR("display_information:\n  name: Deploy Bell\noauth_config:\n  pkce_enabled: yes\n  redirect_urls:\n"
                   "  - https://a.test/cb\n  - bell://cb\n  scopes:\n    bot: [commands, 'chat:write']\n"
                   "    bot_optional: [commands]\n    user: [search:read]\nsettings: {token_rotation_enabled: on}\n"));
    check_str(told(f, 0), STR(""));
    manifest_apply(&f->check.manifest, &f->arena, &app);
    check_str(app.name, STR("Deploy Bell"));
    check_str(app.bot_name, STR("deploybell"));
    check_str(app.redirect_urls, STR("https://a.test/cb\nbell://cb"));
    check_str(app.bot_scopes, STR("commands\nchat:write"));
    check_str(app.bot_optional, STR("commands"));
    check_str(app.user_scopes, STR("search:read"));
    check_str(app.user_optional, STR(""));
    check_str(app.allowed_ips, STR("10.0.0.1"));
    assert_int_equal(app.flags, APP_DISTRIBUTED | APP_PKCE | APP_ROTATION);
    assert_int_equal(app.nsecrets, 3);
    check_str(app.manifest,
              STR("{\"display_information\":{\"name\":\"Deploy Bell\"},\"oauth_config\":{\"pkce_enabled\":"
                  "true,\"redirect_urls\":[\"https:\\/\\/a.test\\/cb\",\"bell:\\/\\/cb\"],\"scopes\":{"
                  "\"bot\":[\"commands\",\"chat:write\"],\"bot_optional\":[\"commands\"],\"user\":["
                  "\"search:read\"]}},\"settings\":{\"token_rotation_enabled\":true}}"));

    check_text(f, STR(SETTINGS("\"allowed_ip_address_ranges\":[\"192.0.2.0/24\",\"2001:db8::1\"]")));
    manifest_apply(&f->check.manifest, &f->arena, &app);
    check_str(app.allowed_ips, STR("192.0.2.0/24\n2001:db8::1"));
    check_str(app.redirect_urls, STR(""));
    check_text(f, STR(SETTINGS("\"allowed_ip_address_ranges\":[]")));
    manifest_apply(&f->check.manifest, &f->arena, &app);
    check_str(app.allowed_ips, STR(""));
}

// Values and how they are stored; what is stored is stored as the same text again.
static const struct {
    const char *text, *stored;
} values[] = {
    {"{\"a\":[1,-7,0,-0,1.5,1.0,1e3,1E-7,0.1,9223372036854775807]}",
     "{\"a\":[1,-7,0,0,1.5,1.0,1000.0,1e-07,0.1,9223372036854775807]}"},
    {"{\"a\":[true,false,null,\"true\",\"null\",\"1\",\"\",\"~\"]}",
     "{\"a\":[true,false,null,\"true\",\"null\",\"1\",\"\",\"~\"]}"},
    {"{\"a\":\"\\ud83d\\ude00 \\u00fc \\/ \\n \\\"\"}", "{\"a\":\"\\ud83d\\ude00 \\u00fc \\/ \\n \\\"\"}"},
    {"{\"a\":{},\"b\":[],\"a\":1}", "{\"a\":1,\"b\":[]}"},
    {"{\"a/b\":{\"\\u00fc\":1}}", "{\"a\\/b\":{\"\\u00fc\":1}}"},
    {"a: [1, 1.50, 007, 1., .5, 0x1F, 1_000, 12345678901234567890, 1e999, yes, 'yes', ~, -, 2020-01-01]",
     "{\"a\":[1,1.5,\"007\",\"1.\",\".5\",\"0x1F\",\"1_000\",\"12345678901234567890\",\"1e999\",true,\"yes\",null,"
     "\"-\",\"2020-01-01\"]}"},
    {"a: |\n  two\n  lines\n", "{\"a\":\"two\\nlines\\n\"}"},
};

static struct str stored(struct fixture *f, struct str text)
{
    const struct node *n;
    struct yaml_problem problem;
    struct str out;
    if (manifest_tree(guard_str(text), &f->arena, &n, &problem)) fail_msg("%.*s: %s", STR_FMT(text), problem.text);
    assert_int_equal(manifest_text(n, &f->arena, &out), OK);
    return out;
}

static void test_stored_texts(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        struct str once = stored(f, str_of(values[i].text));
        check_str(once, str_of(values[i].stored));
        check_str(stored(f, once), once);
    }
}

// Sections that are good alone and together, in JSON.
static const char *const sections[] = {
    "\"_metadata\":{\"major_version\":2,\"minor_version\":1}",
    "\"features\":{\"bot_user\":{\"display_name\":\"deploybell\",\"always_online\":true},\"app_home\":{\"x\":[null]}}",
    "\"oauth_config\":{\"redirect_urls\":[\"https://a.test/cb\",\"bell://cb\"],\"pkce_enabled\":true,\"scopes\":"
    "{\"bot\":[\"chat:write\",\"incoming-webhook\"],\"user\":[\"search:read\"],\"bot_optional\":[\"chat:write\"]}}",
    "\"settings\":{\"token_rotation_enabled\":true,\"allowed_ip_address_ranges\":[\"192.0.2.0/24\"],"
    "\"event_subscriptions\":{\"request_url\":\"https://a.test/e\",\"bot_events\":[\"message.im\"]},"
    "\"interactivity\":{\"is_enabled\":true,\"request_url\":\"https://a.test/i\"}}",
    "\"functions\":{\"f\":{\"title\":\"\\ud83d\\ude00\",\"n\":[1.25,1e300,-0.0]}}",
    "\"$schema\":\"https://a.test/schema\"",
    "\"outgoing_domains\":[\"a.test\"]",
    "\"app_directory\":{\"a/b~c\":null}",
};

static void check_round_trip(struct fixture *f, unsigned chosen)
{
    struct str text = STR(HEAD);
    struct app first = {0}, second = {0};
    for (unsigned i = 0; i < ARRAY_LEN(sections); i++)
        if (chosen & 1U << i) text = arena_printf(&f->arena, "%.*s,%s", STR_FMT(text), sections[i]);
    text = arena_printf(&f->arena, "%.*s}", STR_FMT(text));
    check_text(f, text);
    check_str(told(f, 0), STR(""));
    manifest_apply(&f->check.manifest, &f->arena, &first);
    check_text(f, first.manifest);
    check_str(told(f, first.flags), STR(""));
    manifest_apply(&f->check.manifest, &f->arena, &second);
    check_str(second.manifest, first.manifest);
    check_str(second.name, first.name);
    check_str(second.bot_name, first.bot_name);
    check_str(second.redirect_urls, first.redirect_urls);
    check_str(second.bot_scopes, first.bot_scopes);
    check_str(second.user_scopes, first.user_scopes);
    check_str(second.bot_optional, first.bot_optional);
    check_str(second.allowed_ips, first.allowed_ips);
    assert_int_equal(second.flags, first.flags);
}

static void test_round_trips(void **state)
{
    struct fixture *f = *state;
    for (unsigned chosen = 0; chosen < 1U << ARRAY_LEN(sections); chosen++) {
        check_round_trip(f, chosen);
        arena_wipe(&f->arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pointers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_all_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_whom_it_binds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_enough_is_enough, setup, teardown),
        cmocka_unit_test_setup_teardown(test_too_large, setup, teardown),
        cmocka_unit_test_setup_teardown(test_warnings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_it_makes_of_an_app, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stored_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_round_trips, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
