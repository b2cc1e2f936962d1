// SPDX-License-Identifier: Apache-2.0
// auth.revoke and apps.uninstall (contract other-methods.md 2 and 3): the operations that end tokens and
// authorizations, and tell the app of it.
#include "api/methods.h"
#include "oauth/revoke.h"

struct revoke_job {
    bool test;
    enum revoke_what what;
    struct client_check client; // apps.uninstall
    unsigned next;              // index of the first row wanted behind those of the bearer
    struct event_mint mint[END_EVENTS_MAX];
    struct event event[END_EVENTS_MAX];
    struct install ending;
};

static struct op *begin(struct api_call *c, const struct op_type *type)
{
    struct revoke_job *job = c->job;
    for (size_t i = 0; i < END_EVENTS_MAX; i++)
        world_event(c->world, &c->token_view.token->owner, c->req->now, &job->mint[i]);
    return call_op(c, &c->op, type);
}

// The bearer as it is by then, and what the app has where the token belongs.
static void want_ending(struct op *op, unsigned round, unsigned most)
{
    struct api_call *c = op->ctx;
    struct revoke_job *job = c->job;
    const struct token *token = c->token_view.token;
    bearer_want(op, round);
    if (round != 2) return;
    job->next = op_want_list(op, WANT_INSTALLS_OF, id_str(&token->app), id_str(&token->owner), most);
}

static void write_events(struct op *op, const void *const *gone, size_t ngone, bool uninstalled)
{
    struct api_call *c = op->ctx;
    struct revoke_job *job = c->job;
    const struct token_view *v = &c->token_view;
    const struct ended ended = {.app = v->app,
                                .owner = &v->token->owner,
                                .enterprise = v->enterprise,
                                .gone = gone,
                                .ngone = ngone,
                                .uninstalled = uninstalled,
                                .now = op->now};
    size_t n = events_of_end(&ended, job->mint, op->arena, job->event);
    for (size_t i = 0; i < n; i++) op_write(op, ADD_EVENT)->row = &job->event[i];
}

static void want_revoke(struct op *op, unsigned round)
{
    want_ending(op, round, 2); // whether there is another is all that matters
}

static void write_revoke(struct op *op, enum write_kind kind)
{
    struct api_call *c = op->ctx;
    struct write *w = op_write(op, kind);
    w->id = c->token.id;
    w->at = op->now;
}

// The guard is the authorization's epoch: of two that end it at once, one is decided again and then sees a dead token.
static void write_end(struct op *op)
{
    struct api_call *c = op->ctx;
    struct revoke_job *job = c->job;
    const void *gone = c->token_view.install;
    job->ending = *c->token_view.install;
    op_write(op, END_INSTALL)->row = &job->ending;
    write_events(op, &gone, 1, revoke_is_last(&job->ending, op_row(op, job->next)));
}

static enum wire_err decide_revoke(struct op *op)
{
    struct api_call *c = op->ctx;
    struct revoke_job *job = c->job;
    c->why = (struct why){0};
    TRY(bearer_decide(op));
    job->what = revoke_decide(c->token.kind, job->test);
    switch (job->what) {
    case REVOKE_NONE: break;
    case REVOKE_STRING: write_revoke(op, REVOKE_TOKEN); break;
    case REVOKE_REFRESH_ALONE: write_revoke(op, REVOKE_REFRESH); break;
    case REVOKE_AUTHORIZATION: write_end(op); break;
    }
    return op->arena->failed ? W_INTERNAL_ERROR : W_OK;
}

static const struct op_type op_revoke = {.name = "revoke", .want = want_revoke, .decide = decide_revoke};

struct op *auth_revoke_start(struct api_call *c, enum wire_err *error)
{
    struct revoke_job *job = arena_alloc(c->req->arena, sizeof *job);
    c->job = job;
    *error = call_flag(c, "test", &job->test);
    return *error ? NULL : begin(c, &op_revoke);
}

void auth_revoke_reply(struct api_call *c, struct json *j)
{
    static const char *const details[] = {
        [REVOKE_NONE] = "dry run",
        [REVOKE_STRING] = "token revoked",
        [REVOKE_REFRESH_ALONE] = "refresh token revoked",
        [REVOKE_AUTHORIZATION] = "authorization ended",
    };
    const struct revoke_job *job = c->job;
    c->req->note.detail = str_of(details[job->what]);
    json_bool(j, "revoked", job->what != REVOKE_NONE);
}

static void want_uninstall(struct op *op, unsigned round)
{
    const struct str none = {NULL, 0};
    struct api_call *c = op->ctx;
    struct str id = client_id_of(&c->client_in), second = client_second_id(&c->client_in);
    want_ending(op, round, EVENT_AUTHS_MAX);
    if (round != 2) return;
    op_want(op, WANT_APP_BY_CLIENT, client_id_valid(id) ? id : none, none, none);
    op_want(op, WANT_APP_BY_CLIENT, client_id_valid(second) ? second : none, none, none);
}

static enum wire_err decide_uninstall(struct op *op)
{
    struct api_call *c = op->ctx;
    struct revoke_job *job = c->job;
    const struct row_list *live = op_row(op, job->next);
    const struct app *first = op_row(op, job->next + 1), *second = op_row(op, job->next + 2);
    c->why = (struct why){0};
    TRY(bearer_decide(op));
    job->client =
        (struct client_check){.in = &c->client_in, .app = first ? first : second, .second = !first, .now = op->now};
    const struct uninstall_view view = {.client = &job->client, .bearer = &c->token_view, .live = live};
    TRY(uninstall_decide(&view, op->arena, &c->why));
    job->ending = (struct install){.app = c->token_view.token->app, .owner = c->token_view.token->owner};
    op_write(op, END_INSTALLS)->row = &job->ending;
    assert(live); // a list is a row, if an empty one
    write_events(op, live->v, live->n, true);
    return op->arena->failed ? W_INTERNAL_ERROR : W_OK;
}

static const struct op_type op_uninstall = {.name = "uninstall", .want = want_uninstall, .decide = decide_uninstall};

struct op *apps_uninstall_start(struct api_call *c, enum wire_err *error)
{
    (void)error;
    c->job = arena_alloc(c->req->arena, sizeof(struct revoke_job));
    call_client(c);
    return begin(c, &op_uninstall);
}

void apps_uninstall_reply(struct api_call *c, struct json *j)
{
    c->req->note.detail = STR("all authorizations ended");
    json_bool(j, "uninstalled", true);
}
