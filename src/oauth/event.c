// SPDX-License-Identifier: Apache-2.0
#include "oauth/event.h"

#include "codec/json.h"
#include "codec/jsonin.h"
#include "oauth/credential.h"

enum { BODY_MAX = 64 * 1024, VERIFICATION_MAX = 128 };

static const struct {
    const char *type;
    bool at_uninstall; // only when nothing of the app is left
} kinds[END_EVENTS_MAX] = {{"tokens_revoked", false}, {"app_uninstalled", true}};

static bool list_has(const json_t *list, const char *name)
{
    size_t i;
    const json_t *item;
    json_array_foreach(list, i,
                       item) if (json_is_string(item) && strcmp(json_string_value(item), name) == 0) return true;
    return false;
}

// manifest.md 2: which of the two lists names the event does not matter here, it is about the app itself.
static bool subscribed(const json_t *subscriptions, const char *name)
{
    return list_has(json_object_get(subscriptions, "bot_events"), name) ||
           list_has(json_object_get(subscriptions, "user_events"), name);
}

// The people whose tokens ended, or the bot user: ids, not token strings.
static void put_subjects(const struct ended *e, struct json *j, const char *key, bool bot)
{
    json_open_array(j, key);
    for (size_t i = 0; i < e->ngone; i++) {
        const struct install *install = e->gone[i];
        if (id_none(&install->subject) != bot) continue;
        struct id user = bot ? bot_user_id(&install->app, &install->owner) : install->subject;
        json_str(j, NULL, id_str(&user));
    }
    json_close_array(j);
}

static void put_event(const struct ended *e, size_t kind, struct json *j)
{
    json_open(j, "event");
    json_str(j, "type", str_of(kinds[kind].type));
    if (!kinds[kind].at_uninstall) {
        json_open(j, "tokens");
        put_subjects(e, j, "oauth", false);
        put_subjects(e, j, "bot", true);
        json_close(j);
    }
    json_close(j);
}

static void put_places(const struct ended *e, struct json *j)
{
    json_str_or_null(j, "team_id", id_is_org(e->owner) ? (struct str){NULL, 0} : id_str(e->owner));
    json_str_or_null(j, "enterprise_id", e->enterprise ? id_str(&e->enterprise->id) : (struct str){NULL, 0});
}

// other-methods.md 10: the list is cut to one entry. SDKs look here for the place whose installation they delete.
static void put_authorizations(const struct ended *e, struct json *j)
{
    json_open_array(j, "authorizations");
    if (e->ngone) {
        const struct install *first = e->gone[0];
        bool bot = id_none(&first->subject);
        struct id user = bot ? bot_user_id(&first->app, &first->owner) : first->subject;
        json_open(j, NULL);
        put_places(e, j);
        json_str(j, "user_id", id_str(&user));
        json_bool(j, "is_bot", bot);
        json_bool(j, "is_enterprise_install", id_is_org(e->owner));
        json_close(j);
    }
    json_close_array(j);
}

static void put_envelope(const struct ended *e, const struct event_mint *mint, size_t kind, struct buf *out)
{
    struct json j;
    json_init(&j, out);
    json_open(&j, NULL);
    json_str(&j, "token", str_upto(e->app->verification_token, VERIFICATION_MAX));
    put_places(e, &j);
    json_str(&j, "api_app_id", id_str(&e->app->id));
    put_event(e, kind, &j);
    json_str(&j, "type", STR("event_callback"));
    json_str(&j, "event_id", str_make(mint->name, sizeof mint->name));
    json_int(&j, "event_time", e->now / 1000);
    put_authorizations(e, &j);
    json_close(&j);
}

static struct event make(const struct ended *e, const struct event_mint *mint, size_t kind, struct str url,
                         struct arena *arena)
{
    struct buf body;
    buf_init(&body, BODY_MAX);
    put_envelope(e, mint, kind, &body);
    assert(!body.failed); // EVENT_AUTHS_MAX ids and what is around them are far below BODY_MAX
    struct event event = {
        .id = mint->id,
        .app = e->app->id,
        .owner = *e->owner,
        .url = url,
        .body = arena_str(arena, buf_view(&body)),
        .created = e->now,
        .due = e->now,
    };
    buf_wipe(&body); // it held the verification token
    buf_release(&body);
    return event;
}

static size_t make_all(const struct ended *e, const struct event_mint mint[END_EVENTS_MAX], const json_t *subscriptions,
                       struct arena *arena, struct event out[END_EVENTS_MAX])
{
    const char *url = json_string_value(json_object_get(subscriptions, "request_url"));
    size_t n = 0;
    if (!url || !*url) return 0;
    struct str kept = arena_str(arena, str_of(url));
    for (size_t kind = 0; kind < END_EVENTS_MAX; kind++) {
        if (kinds[kind].at_uninstall && !e->uninstalled) continue;
        if (!subscribed(subscriptions, kinds[kind].type)) continue;
        out[n] = make(e, &mint[n], kind, kept, arena);
        n++;
    }
    return n;
}

size_t events_of_end(const struct ended *e, const struct event_mint mint[END_EVENTS_MAX], struct arena *arena,
                     struct event out[END_EVENTS_MAX])
{
    json_t *manifest;
    if (json_parse(e->app->manifest, &manifest, NULL)) return 0; // an app without a manifest
    const json_t *settings = json_object_get(manifest, "settings");
    size_t n = make_all(e, mint, json_object_get(settings, "event_subscriptions"), arena, out);
    json_decref(manifest);
    return n;
}
