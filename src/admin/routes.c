// SPDX-License-Identifier: Apache-2.0
#include "admin/routes.h"

#include "world/objects.h"

// clang-format off
#define OBJECTS(name, kind)                                                                                            \
    {VERB_GET, "/admin/v1/" name, objects_list, 0, kind, "all " name},                                                 \
    {VERB_POST, "/admin/v1/" name, objects_post, A_CHANGE | A_BODY, kind, "makes one, written as in the seed file"},   \
    {VERB_GET, "/admin/v1/" name "/{id}", objects_get, 0, kind, "one of them"},                                        \
    {VERB_PATCH, "/admin/v1/" name "/{id}", objects_patch, A_CHANGE | A_BODY, kind, "changes the keys that are given"},\
    {VERB_DELETE, "/admin/v1/" name "/{id}", objects_delete, A_CHANGE, kind, "removes it"}
// clang-format on

static const struct admin_route routes[] = {
    {VERB_GET, "/health/live", health_live, A_OPEN, 0, "200 while the process answers"},
    {VERB_GET, "/health/alive", health_live, A_OPEN, 0, "the same"},
    {VERB_GET, "/health/started", health_live, A_OPEN, 0, "the same"},
    {VERB_GET, "/livez", health_live, A_OPEN, 0, "the same"},
    {VERB_GET, "/health/ready", health_ready, A_OPEN, 0, "200 when it can serve, else 503, with its checks"},
    {VERB_GET, "/readyz", health_ready, A_OPEN, 0, "the same"},
    {VERB_GET, "/healthz", health_ready, A_OPEN, 0, "the same"},
    {VERB_GET, "/metrics", metrics_get, A_OPEN, 0, "Prometheus text"},
    {VERB_GET, "/admin/v1", admin_index, 0, 0, "this list"},
    {VERB_GET, "/admin/v1/clock", clock_get, A_DEV, 0, "the time that expiry and rate limits see"},
    {VERB_POST, "/admin/v1/clock", clock_post, A_DEV | A_CHANGE | A_BODY, 0,
     "moves it: advance \"601s\", set \"2026-11-23T12:00:00Z\", freeze true or false, reset true"},
    {VERB_GET, "/admin/v1/faults", faults_get, A_DEV, 0, "the switches that are set"},
    {VERB_POST, "/admin/v1/faults", faults_post, A_DEV | A_CHANGE | A_BODY, 0,
     "sets one: kind \"error=fatal_error\", method, app, count, after, probability"},
    {VERB_DELETE, "/admin/v1/faults", faults_delete, A_DEV | A_CHANGE, 0, "removes all"},
    {VERB_GET, "/admin/v1/keys", keys_get, 0, 0, "the keys of id tokens that are published"},
    {VERB_POST, "/admin/v1/keys/rotate", keys_rotate_post, A_CHANGE, 0,
     "a new key signs; the one before is published for another hour"},
    {VERB_GET, "/admin/v1/requests", requests_get, A_DEV, 0, "the journal, newest last; wait=5s, method, error, since"},
    {VERB_GET, "/admin/v1/deliveries", deliveries_get, 0, 0,
     "the last attempts to deliver events to apps, newest last"},
    {VERB_POST, "/admin/v1/reset", reset_post, A_DEV | A_CHANGE, 0, "back to the seed"},
    {VERB_GET, "/admin/v1/settings", settings_get, 0, 0, "the settings in force"},
    {VERB_PATCH, "/admin/v1/settings", settings_patch, A_DEV | A_CHANGE | A_BODY, 0, "changes some; null resets one"},
    {VERB_GET, "/admin/v1/maintenance", maintenance_get, 0, 0, "whether maintenance is on"},
    {VERB_PUT, "/admin/v1/maintenance", maintenance_put, A_CHANGE | A_BODY, 0,
     "on true: every call is answered 503 service_unavailable"},
    OBJECTS("enterprises", OBJECT_ENTERPRISE),
    OBJECTS("workspaces", OBJECT_WORKSPACE),
    OBJECTS("users", OBJECT_USER),
    {VERB_PUT, "/admin/v1/users/{id}/password", password_put, A_CHANGE | A_BODY, 0,
     "password \"...\": what this person signs in with; ends the sign-ins so far"},
    {VERB_DELETE, "/admin/v1/users/{id}/password", password_delete, A_CHANGE, 0,
     "takes it away; ends the sign-ins so far"},
    OBJECTS("apps", OBJECT_APP),
    {VERB_POST, "/admin/v1/config-tokens", config_tokens_post, A_CHANGE | A_BODY, 0,
     "a configuration token and its refresh token: user \"U...\", workspace \"T...\""},
    {VERB_GET, "/admin/v1/approvals", approvals_list, 0, 0, "what members have asked their admins for"},
    {VERB_POST, "/admin/v1/approvals/{id}/approve", approvals_approve, A_CHANGE, 0, "lets them install the app"},
    {VERB_POST, "/admin/v1/approvals/{id}/deny", approvals_deny, A_CHANGE, 0, "does not"},
    {VERB_GET, "/admin/v1/installs", installs_list, 0, 0, "which apps are installed where, with which scopes"},
    {VERB_GET, "/admin/v1/tokens", tokens_list, 0, 0, "the tokens by kind and locator; never the tokens themselves"},
};

static const char *const verb_names[] = {
    [VERB_GET] = "GET", [VERB_POST] = "POST", [VERB_PUT] = "PUT", [VERB_PATCH] = "PATCH", [VERB_DELETE] = "DELETE"};

static bool path_matches(const char *template, struct str path, struct str *id)
{
    const struct str hole = STR("{id}");
    struct str pattern = str_of(template), prefix = str_upto(pattern, str_find_str(pattern, hole));
    if (prefix.n == pattern.n) return str_eq(pattern, path);
    if (!str_starts(path, prefix)) return false;
    struct str rest = str_from(path, prefix.n), segment = str_upto(rest, str_find(rest, '/'));
    if (!segment.n || !str_eq(str_from(rest, segment.n), str_from(pattern, prefix.n + hole.n))) return false;
    *id = segment;
    return true;
}

const struct admin_route *admin_route_find(enum http_verb verb, struct str path, struct str *id, struct buf *allow)
{
    if (verb == VERB_HEAD) verb = VERB_GET;
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        const struct admin_route *r = &routes[i];
        if (!path_matches(r->path, path, id)) continue;
        if (r->verb == verb) return r;
        buf_printf(allow, "%s%s%s", allow->n ? ", " : "", verb_names[r->verb], r->verb == VERB_GET ? ", HEAD" : "");
    }
    return NULL;
}

int admin_index(struct admin_call *c)
{
    struct json *j = &c->json;
    json_open(j, NULL);
    json_str(j, "version", STR(HALLPASS_VERSION));
    json_open_array(j, "calls");
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        const struct admin_route *r = &routes[i];
        if ((r->flags & A_DEV) && !c->world->dev) continue;
        json_open(j, NULL);
        json_str(j, "verb", str_of(verb_names[r->verb]));
        json_str(j, "path", str_of(r->path));
        json_str(j, "does", str_of(r->doc));
        json_close(j);
    }
    json_close_array(j);
    json_close(j);
    return 200;
}
