// SPDX-License-Identifier: Apache-2.0
#include "oauth/webhook.h"

#include "codec/jsonin.h"
#include "oauth/scopes.h"

struct str webhook_text(enum webhook_answer a, int *status)
{
    static const struct {
        struct str text;
        int status;
    } rows[WEBHOOK_ANSWERS] = {
        [WEBHOOK_OK] = {STR_INIT("ok"), 200},
        [WEBHOOK_INVALID_PAYLOAD] = {STR_INIT("invalid_payload"), 400},
        [WEBHOOK_NO_TEXT] = {STR_INIT("no_text"), 400},
        [WEBHOOK_ACTION_PROHIBITED] = {STR_INIT("action_prohibited"), 403},
        [WEBHOOK_NO_SERVICE] = {STR_INIT("no_service"), 404},
        [WEBHOOK_CHANNEL_NOT_FOUND] = {STR_INIT("channel_not_found"), 404},
        [WEBHOOK_UNAVAILABLE] = {STR_INIT("service_unavailable"), 503},
    };
    *status = rows[a].status;
    return rows[a].text;
}

struct post {
    const struct credential *given;
    const struct webhook_view *view;
    struct arena *arena;
    struct why *why;
};

static enum webhook_answer step_known(const struct post *p)
{
    const struct webhook *w = p->view->webhook;
    bool same = hash_equal(w ? &w->hash : NULL, &p->given->hash);
    if (w && same) return WEBHOOK_OK;
    why_set(p->why, p->arena, CAUSE_WEBHOOK_UNKNOWN, "no such webhook was made");
    return WEBHOOK_NO_SERVICE;
}

static enum webhook_answer step_revoked(const struct post *p)
{
    if (!p->view->webhook->revoked) return WEBHOOK_OK;
    why_set(p->why, p->arena, CAUSE_WEBHOOK_ENDED, "the webhook was removed");
    return WEBHOOK_NO_SERVICE;
}

// As with tokens (authorize.md 9): what the webhook hangs on is what counts.
static enum webhook_answer step_authorization(const struct post *p)
{
    const struct install *install = p->view->install;
    bool alive = install && install->epoch == p->view->webhook->epoch;
    if (alive && scopes_has(install->scopes, STR("incoming-webhook"))) return WEBHOOK_OK;
    why_set(p->why, p->arena, CAUSE_WEBHOOK_ENDED, "the authorization behind the webhook has ended");
    return WEBHOOK_NO_SERVICE;
}

static enum webhook_answer step_app(const struct post *p)
{
    if (p->view->app && !(p->view->app->flags & APP_DELETED)) return WEBHOOK_OK;
    why_set(p->why, p->arena, CAUSE_APP_DELETED, "the app of the webhook was deleted");
    return WEBHOOK_NO_SERVICE;
}

static enum webhook_answer step_place(const struct post *p)
{
    const struct workspace *place = p->view->workspace;
    const char *id = p->view->webhook->workspace.s;
    if (!place) {
        why_set(p->why, p->arena, CAUSE_TEAM_GONE, "%s was removed", id);
        return WEBHOOK_NO_SERVICE;
    }
    if (!(place->flags & WS_MIGRATING)) return WEBHOOK_OK;
    why_set(p->why, p->arena, CAUSE_TEAM_MIGRATING, "workspace %s is being moved into an organization", id);
    return WEBHOOK_ACTION_PROHIBITED;
}

static enum webhook_answer step_channel(const struct post *p)
{
    if (p->view->channel) return WEBHOOK_OK;
    why_set(p->why, p->arena, CAUSE_CHANNEL_GONE, "channel %s was removed", p->view->webhook->channel.s);
    return WEBHOOK_CHANNEL_NOT_FOUND;
}

static enum webhook_answer (*const steps[])(const struct post *p) = {
    step_known, step_revoked, step_authorization, step_app, step_place, step_channel,
};

enum webhook_answer webhook_decide(const struct credential *given, const struct webhook_view *view, struct arena *arena,
                                   struct why *why)
{
    struct post p = {.given = given, .view = view, .arena = arena, .why = why};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) TRY(steps[i](&p));
    return WEBHOOK_OK;
}

// A message without a text may still have something to show.
static enum webhook_answer look(const json_t *message, size_t *size)
{
    const json_t *text = json_object_get(message, "text");
    bool shows = json_array_size(json_object_get(message, "blocks")) > 0 ||
                 json_array_size(json_object_get(message, "attachments")) > 0;
    if (!json_is_object(message) || (text && !json_is_string(text) && !json_is_null(text)))
        return WEBHOOK_INVALID_PAYLOAD;
    size_t n = json_string_length(text);
    if (!n && !shows) return WEBHOOK_NO_TEXT;
    *size = n;
    return WEBHOOK_OK;
}

enum webhook_answer webhook_payload(struct str json, size_t *size)
{
    json_t *message;
    if (json_parse(json, &message, NULL)) return WEBHOOK_INVALID_PAYLOAD;
    enum webhook_answer a = look(message, size);
    json_decref(message);
    return a;
}
