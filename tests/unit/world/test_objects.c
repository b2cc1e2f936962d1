// SPDX-License-Identifier: Apache-2.0
#include "world/objects.h"

#include "base/mem.h"
#include "check.h"
#include "crypto/rng.h"
#include "oauth/client.h"
#include "oauth/credential.h"
#include "world/secrets.h"

enum { NOW = 1000000 };

struct fixture {
    struct arena arena;
    struct rng *rng;
    struct object_context ctx;
    struct object_problem problem;
};

static int setup(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    arena_init(&f->arena, LIMIT_ARENA);
    f->rng = rng_new_seeded(7);
    f->ctx = (struct object_context){
        .arena = &f->arena, .rng = f->rng, .http = HTTP_REDIRECTS_LOOPBACK, .now = NOW, .where = "x"};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_release(&f->arena);
    rng_free(f->rng);
    mem_free(f);
    return 0;
}

static enum status read_text(struct fixture *f, enum object_kind kind, const char *text, const struct object *base,
                             struct object *o)
{
    struct yaml_problem problem;
    const struct node *map;
    if (yaml_parse(str_of(text), &f->arena, &map, &problem)) fail_msg("%s", problem.text);
    return object_read(kind, map, base, &f->ctx, o, &f->problem);
}

static struct object good(struct fixture *f, enum object_kind kind, const char *text, const struct object *base)
{
    struct object o;
    if (read_text(f, kind, text, base, &o)) fail_msg("%s: %s: %s", text, f->problem.key, f->problem.text);
    return o;
}

static struct str written(struct fixture *f, const struct object *o, struct secret_notes *notes)
{
    struct buf b;
    struct json j;
    buf_init(&b, LIMIT_BODY);
    json_init(&j, &b);
    object_write(o, notes, &f->arena, &j, NULL);
    struct str out = arena_str(&f->arena, buf_view(&b));
    buf_release(&b);
    return out;
}

#define APP_HEAD     "{id: A05KQ2M7ZPD, client_id: '111.222', client_secret: s3, signing_secret: sig, workspace: T0AA, "
#define MANIFEST(in) "manifest: {display_information: {name: Deploy Bell}" in "}"

static void test_workspace(void **state)
{
    struct fixture *f = *state;
    struct object o = good(f, OBJECT_WORKSPACE,
                           "{id: T04QX81RB9C, name: Harbor, domain: harbor-1, flags: [ungranted, team_added_to_org],"
                           " enterprise: E06NB3V2KLA, channels: [{id: C04S8D2FJ5T, name: deploys}, {name: general}]}",
                           NULL);
    assert_string_equal(o.workspace.id.s, "T04QX81RB9C");
    assert_string_equal(o.workspace.enterprise.s, "E06NB3V2KLA");
    check_str(o.workspace.domain, STR("harbor-1"));
    assert_int_equal(o.workspace.flags, WS_UNGRANTED | WS_MIGRATING);
    assert_int_equal(o.nchannels, 2);
    check_str(o.channels[0].name, STR("deploys"));
    assert_string_equal(o.channels[0].workspace.s, "T04QX81RB9C");
    assert_int_equal(o.channels[1].id.s[0], 'C');
    assert_int_equal(strlen(o.channels[1].id.s), 11);
}

static void test_patch_keeps_what_is_absent(void **state)
{
    struct fixture *f = *state;
    struct object o =
        good(f, OBJECT_WORKSPACE, "{id: T0AA, name: N, domain: d, flags: [ungranted], channels: []}", NULL);
    assert_non_null(o.channels);
    struct object p = good(f, OBJECT_WORKSPACE, "{flags: [team_added_to_org]}", &o);
    assert_int_equal(p.workspace.flags, WS_MIGRATING);
    check_str(p.workspace.name, STR("N"));
    assert_null(p.channels);
    p = good(f, OBJECT_WORKSPACE, "{flags: [], id: T0AA}", &p);
    assert_int_equal(p.workspace.flags, 0);
    assert_int_equal(read_text(f, OBJECT_WORKSPACE, "{id: T0BB}", &o, &p), E_INVALID);
    assert_string_equal(f->problem.key, "x.id");

    o = good(f, OBJECT_USER, "{id: U0AA, workspace: T0AA, name: mira, email: m@x.test, role: owner}", NULL);
    assert_true(o.user.email_verified);
    check_str(o.user.real_name, STR("mira"));
    p = good(f, OBJECT_USER, "{email_verified: false}", &o);
    assert_false(p.user.email_verified);
    assert_int_equal(p.user.role, ROLE_OWNER);
    check_str(p.user.email, STR("m@x.test"));
}

static void test_app(void **state)
{
    struct fixture *f = *state;
    struct hash hash;
    struct object o = good(
        f, OBJECT_APP,
        APP_HEAD "distributed: true, published_scopes: [chat:write, commands], allowed_ips: [192.0.2.1, 10.0.0.0/8],"
                 "flags: [preview_feature_not_available]," MANIFEST(
                     ", oauth_config: {redirect_urls: ['https://a.test/cb', 'http://localhost:3/x'], scopes: {bot: "
                     "[chat:write, commands], user: [search:read], bot_optional: [commands]}},"
                     "settings: {token_rotation_enabled: true, org_deploy_enabled: true}") "}",
        NULL);
    check_str(o.app.name, STR("Deploy Bell"));
    check_str(o.app.bot_name, STR("deploybell"));
    check_str(o.app.redirect_urls, STR("https://a.test/cb\nhttp://localhost:3/x"));
    check_str(o.app.bot_scopes, STR("chat:write\ncommands"));
    check_str(o.app.user_scopes, STR("search:read"));
    check_str(o.app.bot_optional, STR("commands"));
    check_str(o.app.published_scopes, STR("chat:write\ncommands"));
    check_str(o.app.allowed_ips, STR("192.0.2.1\n10.0.0.0/8"));
    assert_int_equal(o.app.flags, APP_DISTRIBUTED | APP_ROTATION | APP_ORG_DEPLOY | APP_PREVIEW_BLOCKED);
    assert_int_equal(o.app.nsecrets, 1);
    assert_int_equal(o.app.secrets[0].created, NOW);
    client_secret_hash(STR("111.222"), STR("s3"), &hash);
    assert_memory_equal(&o.app.secrets[0].hash, &hash, sizeof hash);
    signing_secret_hash(STR("sig"), &hash);
    assert_memory_equal(&o.app.signing_hash, &hash, sizeof hash);
    check_str(o.app.signing_secret, STR("sig"));
}

static void test_app_makes_what_is_absent(void **state)
{
    struct fixture *f = *state;
    struct object a = good(f, OBJECT_APP, "{workspace: T0AA, " MANIFEST("") "}", NULL);
    struct object b = good(f, OBJECT_APP, "{workspace: T0AA, " MANIFEST("") "}", NULL);
    assert_int_equal(strlen(a.app.id.s), 11);
    assert_string_not_equal(a.app.id.s, b.app.id.s);
    assert_int_equal(a.app.client_id.n, 21);
    assert_int_equal(a.app.client_id.p[0], '1');
    assert_int_equal(a.app.client_id.p[10], '.');
    assert_true(client_id_valid(a.app.client_id));
    assert_int_equal(a.client_secret.n, 32);
    assert_int_equal(a.signing_secret.n, 32);
    check_str(a.app.signing_secret, a.signing_secret);
    assert_int_equal(a.app.verification_token.n, 24);
    assert_false(str_eq(a.app.verification_token, b.app.verification_token));
    assert_true(str_all_in(a.client_secret, "0123456789abcdef"));
    assert_false(str_eq(a.client_secret, a.signing_secret));
    assert_false(str_eq(a.client_secret, b.client_secret));
}

// formats.md 2: outgoing requests carry them, so they outlive every change that does not name them; nobody is shown
// them.
static void test_app_keeps_what_it_signs_with(void **state)
{
    struct fixture *f = *state;
    struct object base = good(f, OBJECT_APP, "{workspace: T0AA, " MANIFEST("") "}", NULL);
    struct object kept = good(f, OBJECT_APP, "{distributed: true}", &base);
    struct object changed = good(f, OBJECT_APP, "{signing_secret: other}", &base);
    struct buf out;
    struct json j;
    buf_init(&out, 65536);
    json_init(&j, &out);
    check_str(kept.app.signing_secret, base.app.signing_secret);
    check_str(kept.app.verification_token, base.app.verification_token);
    check_str(changed.app.signing_secret, STR("other"));
    object_write(&kept, NULL, &f->arena, &j, NULL);
    struct str text = buf_view(&out);
    assert_int_equal(str_find_str(text, kept.app.signing_secret), text.n);
    assert_int_equal(str_find_str(text, kept.app.verification_token), text.n);
    buf_release(&out);
}

static void test_app_patch_merges_manifest(void **state)
{
    struct fixture *f = *state;
    struct object o = good(f, OBJECT_APP,
                           APP_HEAD MANIFEST(", features: {bot_user: {display_name: b}}, oauth_config: {redirect_urls: "
                                             "['https://a.test/cb'], scopes: {bot: [chat:write]}}") "}",
                           NULL);
    struct object p = good(f, OBJECT_APP, "{manifest: {settings: {token_rotation_enabled: true}}}", &o);
    assert_int_equal(p.app.flags, APP_ROTATION);
    check_str(p.app.redirect_urls, STR("https://a.test/cb"));
    check_str(p.app.bot_name, STR("b"));
    assert_int_equal(p.client_secret.n, 0);
    assert_int_equal(p.app.nsecrets, 1);
    p = good(f, OBJECT_APP,
             "{distributed: true, manifest: {settings: {token_rotation_enabled: false}, features: null,"
             " oauth_config: {redirect_urls: ['https://b.test/1', 'https://b.test/2']}}}",
             &p);
    assert_int_equal(p.app.flags, APP_DISTRIBUTED);
    check_str(p.app.redirect_urls, STR("https://b.test/1\nhttps://b.test/2"));
    check_str(p.app.bot_scopes, STR("chat:write"));
    check_str(p.app.bot_name, STR("deploybell"));
    p = good(f, OBJECT_APP, "{client_secret: new one}", &p);
    struct hash hash;
    client_secret_hash(STR("111.222"), STR("new one"), &hash);
    assert_memory_equal(&p.app.secrets[0].hash, &hash, sizeof hash);
}

static void test_write_reads_back(void **state)
{
    static const struct {
        enum object_kind kind;
        const char *text;
    } cases[] = {
        {OBJECT_ENTERPRISE, "{\"id\":\"E06NB3V2KLA\",\"name\":\"Tide\",\"domain\":\"tide\"}"},
        {OBJECT_WORKSPACE, "{\"id\":\"T0AA\",\"name\":\"N\",\"domain\":\"d\",\"enterprise\":\"E06NB3V2KLA\","
                           "\"channels\":[{\"id\":\"C0AA\","
                           "\"name\":\"deploys\"}],\"flags\":[\"ungranted\"]}"},
        {OBJECT_USER, "{\"id\":\"U0AA\",\"workspace\":\"T0AA\",\"name\":\"m\",\"real_name\":\"M "
                      "O\",\"email\":\"m@x.test\",\"email_verified\":false,\"role\":\"org_admin\"}"},
        {OBJECT_APP, "{\"id\":\"A0AA\",\"client_id\":\"1.2\",\"client_secret\":\"s\",\"signing_secret\":\"g\","
                     "\"workspace\":\"T0AA\",\"distributed\":true,\"classic\":true,\"published_scopes\":[\"commands\"],"
                     "\"allowed_ips\":[\"::1\"],\"flags\":[],\"manifest\":{\"_metadata\":{\"major_version\":2},"
                     "\"display_information\":{\"name\":\"D\",\"description\":\"\\ud83d\\udd14 12\"},\"oauth_config\":{"
                     "\"redirect_urls\":[\"https:\\/\\/a.test\\/cb\"],\"pkce_enabled\":false},\"functions\":{\"f\":[1,"
                     "\"1\",null,true]}}}"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        // libyaml knows no surrogate pairs in escapes, so the bell goes in as it is.
        struct buf text;
        struct str rest = str_of(cases[i].text), bell = STR("\\ud83d\\udd14");
        size_t at = str_find_str(rest, bell);
        buf_init(&text, LIMIT_BODY);
        buf_str(&text, str_upto(rest, at));
        if (at < rest.n) buf_z(&text, "\xf0\x9f\x94\x94");
        buf_str(&text, str_from(rest, at + bell.n));
        buf_char(&text, '\0');
        struct object o = good(f, cases[i].kind, text.p, NULL);
        check_str(written(f, &o, NULL), str_of(cases[i].text));
        if (cases[i].kind == OBJECT_APP) o = good(f, OBJECT_APP, "{manifest: {settings: {}}}", &o);
        buf_release(&text);
    }
}

static void test_write_notes(void **state)
{
    struct fixture *f = *state;
    struct secret_notes *notes = secret_notes_new();
    struct object o = good(f, OBJECT_APP, "{id: A0AA, workspace: T0AA, " MANIFEST("") "}", NULL);
    secret_notes_set(notes, STR("A0AA"), STR("noted-client"), STR("noted-signing"));
    o.client_secret = o.signing_secret = (struct str){NULL, 0};
    struct str text = written(f, &o, NULL);
    assert_int_equal(str_find_str(text, STR("client_secret")), text.n);
    text = written(f, &o, notes);
    assert_true(str_find_str(text, STR("\"client_secret\":\"noted-client\",\"signing_secret\":\"noted-signing\"")) <
                text.n);
    secret_notes_free(notes);
}

static void test_problems(void **state)
{
    static const struct {
        enum object_kind kind;
        const char *text, *key, *nearest;
        unsigned line, column;
    } cases[] = {
        {OBJECT_USER, "{id: U0AA, workspace: T0AA, name: n,\n emial: x}", "x.emial", "email", 2, 2},
        {OBJECT_USER, "{workspace: T0AA, name: n, role: onwer}", "x.role", "owner", 1, 34},
        {OBJECT_USER, "{workspace: T0AA}", "x.name", "", 1, 1},
        {OBJECT_USER, "{workspace: T0AA, name: ~}", "x.name", "", 1, 25},
        {OBJECT_USER, "{id: T0AA, workspace: T0AA, name: n}", "x.id", "", 1, 6},
        {OBJECT_USER, "{workspace: T0AA, name: n, email: at.test}", "x.email", "", 1, 35},
        {OBJECT_USER, "{workspace: T0AA, name: n, email: a@b@c}", "x.email", "", 1, 35},
        {OBJECT_USER, "{workspace: T0AA, name: n, email_verified: 1}", "x.email_verified", "", 1, 44},
        {OBJECT_USER, "{workspace: T0AA, name: [n]}", "x.name", "", 1, 25},
        {OBJECT_USER, "[]", "x", "", 1, 1},
        {OBJECT_WORKSPACE, "{name: n, domain: Big}", "x.domain", "", 1, 19},
        {OBJECT_WORKSPACE, "{name: n, domain: abcdefghijklmnopqrstuv}", "x.domain", "", 1, 19},
        {OBJECT_WORKSPACE, "{name: n, domain: d, flags: [ungrantd]}", "x.flags[0]", "ungranted", 1, 30},
        {OBJECT_WORKSPACE, "{name: n, domain: d, flags: ungranted}", "x.flags", "", 1, 29},
        {OBJECT_WORKSPACE, "{name: n, domain: d, channels: [{name: a},\n {nam: b}]}", "x.channels[1].nam", "name", 2,
         3},
        {OBJECT_WORKSPACE, "{name: n, domain: d, channels: [{name: '#a'}]}", "x.channels[0].name", "", 1, 40},
        {OBJECT_WORKSPACE, "{id: T0aa, name: n, domain: d}", "x.id", "", 1, 6},
        {OBJECT_WORKSPACE, "{id: T0AAAAAAAAAAAAAAAAAAAAAA, name: n, domain: d}", "x.id", "", 1, 6},
        {OBJECT_ENTERPRISE, "{id: E0AA, name: n, domain: d}", "x.id", "", 1, 6},
        {OBJECT_APP, "{workspace: T0AA}", "x.manifest", "", 1, 1},
        {OBJECT_APP, "{workspace: T0AA, client_id: 'a b', " MANIFEST("") "}", "x.client_id", "", 1, 30},
        {OBJECT_APP, "{workspace: T0AA, allowed_ips: [10.0.0.0/33], " MANIFEST("") "}", "x.allowed_ips[0]", "", 1, 33},
        {OBJECT_APP, "{workspace: T0AA, published_scopes: [chat.write], " MANIFEST("") "}", "x.published_scopes[0]",
         "chat:write", 1, 38},
        {OBJECT_APP, "{workspace: T0AA, manifest: {}}", "x.manifest.display_information", "", 1, 29},
        {OBJECT_APP, "{workspace: T0AA,\n " MANIFEST(", setings: {}") "}", "x.manifest.setings", "settings", 2, 55},
        {OBJECT_APP, "{workspace: T0AA,\n " MANIFEST(",\n oauth_config: {scope: {}}") "}",
         "x.manifest.oauth_config.scope", "scopes", 3, 17},
        {OBJECT_APP, "{workspace: T0AA,\n " MANIFEST(",\n oauth_config: {scopes: {bot: [chat:wirte]}}") "}",
         "x.manifest.oauth_config.scopes.bot[0]", "chat:write", 3, 32},
        {OBJECT_APP, "{workspace: T0AA,\n " MANIFEST(",\n oauth_config: {scopes: {bot: [search:read]}}") "}",
         "x.manifest.oauth_config.scopes.bot[0]", "", 3, 32},
        {OBJECT_APP,
         "{workspace: T0AA,\n " MANIFEST(",\n oauth_config: {scopes: {bot: [chat:write], bot_optional: "
                                         "[chat:write, commands]}}") "}",
         "x.manifest.oauth_config.scopes.bot_optional[1]", "", 3, 72},
        {OBJECT_APP, "{workspace: T0AA,\n " MANIFEST(",\n oauth_config: {redirect_urls: ['https://a.test/#x']}") "}",
         "x.manifest.oauth_config.redirect_urls[0]", "", 3, 33},
        {OBJECT_APP,
         "{workspace: T0AA,\n " MANIFEST(",\n oauth_config: {redirect_urls: ['https://a.test/', "
                                         "'http://a.test/']}") "}",
         "x.manifest.oauth_config.redirect_urls[1]", "", 3, 52},
        {OBJECT_APP,
         "{workspace: T0AA,\n " MANIFEST(",\n oauth_config: {redirect_urls: ['https://a.test/', "
                                         "'https://a.test/']}") "}",
         "x.manifest.oauth_config.redirect_urls[1]", "", 3, 52},
        {OBJECT_APP,
         "{workspace: T0AA,\n " MANIFEST(",\n settings: {event_subscriptions: {bot_events: [message]}}") "}",
         "x.manifest.settings.event_subscriptions", "", 3, 34},
        {OBJECT_APP, "{workspace: T0AA,\n " MANIFEST(",\n settings: {interactivity: {is_enabled: true}}") "}",
         "x.manifest.settings.interactivity", "", 3, 28},
        {OBJECT_APP,
         "{workspace: T0AA, manifest: {display_information: {name: "
         "'123456789012345678901234567890123456'}}}",
         "x.manifest.display_information.name", "", 1, 58},
    };
    struct fixture *f = *state;
    struct object o;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (read_text(f, cases[i].kind, cases[i].text, NULL, &o) != E_INVALID) fail_msg("accepted: %s", cases[i].text);
        const struct object_problem *p = &f->problem;
        check_str(str_of(p->key), str_of(cases[i].key));
        if (p->line != cases[i].line || p->column != cases[i].column || strcmp(p->nearest, cases[i].nearest) != 0)
            fail_msg("%s: %u:%u %s, nearest \"%s\"", cases[i].text, p->line, p->column, p->text, p->nearest);
        assert_true(p->text[0]);
    }
}

static void test_arena_full(void **state)
{
    struct fixture *f = *state;
    struct object o;
    struct arena small;
    arena_init(&small, 64);
    struct yaml_problem problem;
    const struct node *map;
    assert_int_equal(yaml_parse(STR("{workspace: T0AA, " MANIFEST("") "}"), &f->arena, &map, &problem), OK);
    f->ctx.arena = &small;
    assert_int_equal(object_read(OBJECT_APP, map, NULL, &f->ctx, &o, &f->problem), E_INVALID);
    assert_string_equal(f->problem.text, "is too large");
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_workspace, setup, teardown),
        cmocka_unit_test_setup_teardown(test_patch_keeps_what_is_absent, setup, teardown),
        cmocka_unit_test_setup_teardown(test_app, setup, teardown),
        cmocka_unit_test_setup_teardown(test_app_makes_what_is_absent, setup, teardown),
        cmocka_unit_test_setup_teardown(test_app_keeps_what_it_signs_with, setup, teardown),
        cmocka_unit_test_setup_teardown(test_app_patch_merges_manifest, setup, teardown),
        cmocka_unit_test_setup_teardown(test_write_reads_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_write_notes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_problems, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arena_full, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
