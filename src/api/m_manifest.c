// SPDX-License-Identifier: Apache-2.0
// apps.manifest.* (contract manifest.md 4): apps are made, changed and given up by their manifests, with a
// configuration token.
//
// A manifest is read on the loop thread; which of its problems bind is decided when the app is known. An update reads
// and writes its app in one operation, secrets and all: of two at once the later one wins, and nothing else is lost.
#include "api/methods.h"
#include "oauth/manage.h"
#include "world/manifest.h"
#include "world/secrets.h"

struct manifest_job {
    struct str app_id, team_id; // as sent
    struct manifest_check check;
    struct object made;           // create
    const struct workspace *team; // create: where
    const struct app *before;     // the app as it is
    struct app app;               // update, delete: what is stored
    unsigned flags;               // of the app whose problems count
    bool permissions_updated;
};

static struct manifest_job *job_new(struct api_call *c)
{
    struct manifest_job *job = arena_alloc(c->req->arena, sizeof *job);
    job->app_id = call_arg(c, "app_id");
    job->team_id = call_arg(c, "team_id");
    c->job = job;
    return job;
}

static void read_manifest(struct api_call *c)
{
    struct manifest_job *job = c->job;
    manifest_check(call_arg(c, "manifest"), c->settings->allow_http_redirects, c->req->arena, &job->check);
}

static enum wire_err check_app_id(struct api_call *c, struct str id)
{
    if (app_id_valid(id)) return W_OK;
    why_set(&c->why, c->req->arena, CAUSE_APP_ID_SHAPE, "app_id is no app id such as A05KQ2M7ZPD");
    return W_INVALID_APP_ID;
}

static struct str problem_text(const struct field_problem *p, struct arena *arena)
{
    if (!p->at.nearest[0]) return str_of(p->at.text);
    return arena_printf(arena, "%s; did you mean \"%s\"?", p->at.text, p->at.nearest);
}

// flags: of the app that the manifest is for, 0 for a new one.
static enum wire_err judge(struct api_call *c, unsigned flags)
{
    struct manifest_job *job = c->job;
    struct arena *arena = c->req->arena;
    const struct field_problem *first = manifest_binding(job->check.problems.first, flags);
    job->flags = flags;
    if (arena->failed) return call_fault(c);
    if (!first) return W_OK;
    why_set(&c->why, arena, CAUSE_MANIFEST, "%.*s: %.*s", STR_FMT(first->pointer.n ? first->pointer : STR("manifest")),
            STR_FMT(problem_text(first, arena)));
    return W_INVALID_MANIFEST;
}

static void put_problem(const struct field_problem *p, const char *code, struct arena *arena, struct json *j)
{
    json_open(j, NULL);
    if (code) json_str(j, "code", str_of(code));
    json_str(j, "message", problem_text(p, arena));
    json_str(j, "pointer", p->pointer);
    json_close(j);
}

void apps_manifest_refusal(struct api_call *c, struct json *j)
{
    const struct manifest_job *job = c->job;
    if (c->error != W_INVALID_MANIFEST || !job) return;
    json_open_array(j, "errors");
    const struct field_problem *p = manifest_binding(job->check.problems.first, job->flags);
    for (; p; p = manifest_binding(p->next, job->flags)) put_problem(p, NULL, c->req->arena, j);
    json_close_array(j);
}

static void note_app(struct api_call *c, const struct app *app)
{
    c->req->note.app_id = arena_str(c->req->arena, id_str(&app->id));
    c->req->note.app_name = arena_str(c->req->arena, app->name);
}

enum { CW_TEAM, CW_APP, CW_CLIENT };

// The workspace; and whether the ids just drawn are free.
static void want_create(struct op *op, unsigned round)
{
    const struct str none = {NULL, 0};
    struct api_call *c = op->ctx;
    const struct manifest_job *job = c->job;
    if (round != 0) return;
    op_want(op, WANT_WORKSPACE, id_str(&job->made.app.workspace), none, none);
    op_want(op, WANT_APP, id_str(&job->made.app.id), none, none);
    op_want(op, WANT_APP_BY_CLIENT, job->made.app.client_id, none, none);
}

static enum wire_err decide_create(struct op *op)
{
    struct api_call *c = op->ctx;
    struct manifest_job *job = c->job;
    c->why = (struct why){0};
    job->team = op_row(op, CW_TEAM);
    TRY(manage_team(job->team, c->token_view.user, op->arena, &c->why));
    TRY(judge(c, 0));
    if (op_row(op, CW_APP) || op_row(op, CW_CLIENT)) {
        why_set(&c->why, op->arena, CAUSE_STORE, "the id that was drawn is taken; try again");
        return W_FATAL_ERROR;
    }
    op_write(op, PUT_APP)->row = &job->made.app;
    return W_OK;
}

static const struct op_type op_create = {.name = "create_app", .want = want_create, .decide = decide_create};

// formats.md 2: the client id is the app's locator.
static void draw_app(struct api_call *c, struct object *made)
{
    const struct object_context ctx = {.arena = c->req->arena, .rng = c->world->rng, .now = c->req->now};
    struct app *app = &made->app;
    char hi[LOCATOR_HI_DIGITS], lo[LOCATOR_LO_DIGITS];
    object_new_id(c->world->rng, 'A', &app->id);
    locator_format(locator_next(&c->world->locators, locator_shard(id_str(&app->id)), c->req->now), hi, lo);
    app->client_id = arena_printf(c->req->arena, "%.*s.%.*s", LOCATOR_HI_DIGITS, hi, LOCATOR_LO_DIGITS, lo);
    object_new_app(&ctx, made);
}

struct op *apps_manifest_create_start(struct api_call *c, enum wire_err *error)
{
    struct manifest_job *job = job_new(c);
    struct app *app = &job->made.app;
    if (job->team_id.n && !team_id_valid(job->team_id)) {
        why_set(&c->why, c->req->arena, CAUSE_TEAM_UNKNOWN, "team_id is no workspace id such as T04QX81RB9C");
        *error = W_INVALID_TEAM_ID;
        return NULL;
    }
    read_manifest(c);
    job->made.kind = OBJECT_APP;
    app->creator = c->token_view.token->user;
    app->workspace = c->token_view.token->owner;
    if (job->team_id.n) snprintf(app->workspace.s, sizeof app->workspace.s, "%.*s", STR_FMT(job->team_id));
    manifest_apply(&job->check.manifest, c->req->arena, app);
    draw_app(c, &job->made);
    return call_op(c, &c->op, &op_create);
}

static void put_list(struct buf *url, const char *name, struct str lines)
{
    if (lines.n) buf_printf(url, "&%s=", name);
    while (lines.n) {
        buf_str(url, str_cut(&lines, '\n'));
        if (lines.n) buf_char(url, ',');
    }
}

// Plain commas and colons, as Slack writes it.
static void put_authorize_url(const struct api_call *c, const struct app *app, struct json *j)
{
    struct buf url;
    buf_init(&url, LIMIT_BODY);
    buf_str(&url, c->world->public_url);
    buf_printf(&url, "/oauth/v2/authorize?client_id=%.*s", STR_FMT(app->client_id));
    put_list(&url, "scope", app->bot_scopes);
    put_list(&url, "user_scope", app->user_scopes);
    json_str(j, "oauth_authorize_url", buf_view(&url));
    buf_release(&url);
}

void apps_manifest_create_reply(struct api_call *c, struct json *j)
{
    const struct manifest_job *job = c->job;
    const struct object *made = &job->made;
    json_str(j, "app_id", id_str(&made->app.id));
    json_open(j, "credentials");
    json_str(j, "client_id", made->app.client_id);
    json_str(j, "client_secret", made->client_secret);
    json_str(j, "verification_token", made->app.verification_token);
    json_str(j, "signing_secret", made->signing_secret);
    json_close(j);
    put_authorize_url(c, &made->app, j);
    json_str(j, "team_id", id_str(&job->team->id));
    json_str(j, "team_domain", job->team->domain);
    if (c->world->dev)
        secret_notes_set(c->world->secrets, id_str(&made->app.id), made->client_secret, made->signing_secret);
    note_app(c, &made->app);
}

static void want_app(struct op *op, unsigned round)
{
    const struct str none = {NULL, 0};
    struct api_call *c = op->ctx;
    const struct manifest_job *job = c->job;
    if (round == 0) op_want(op, WANT_APP, job->app_id, none, none);
}

// Finds the app that want_app() read, and who may have it.
static enum wire_err check_caller(struct api_call *c)
{
    struct manifest_job *job = c->job;
    job->before = op_row(&c->op, 0);
    c->why = (struct why){0};
    return manage_app(job->before, c->token_view.user, c->req->arena, &c->why);
}

static struct op *start_with_app(struct api_call *c, const struct op_type *type, enum wire_err *error)
{
    const struct manifest_job *job = c->job;
    *error = check_app_id(c, job->app_id);
    return *error ? NULL : call_op(c, &c->op, type);
}

static enum wire_err decide_update(struct op *op)
{
    struct api_call *c = op->ctx;
    struct manifest_job *job = c->job;
    TRY(check_caller(c));
    TRY(judge(c, job->before->flags));
    job->app = *job->before;
    manifest_apply(&job->check.manifest, op->arena, &job->app);
    job->permissions_updated = manage_scopes_differ(job->before, &job->app);
    op_write(op, PUT_APP)->row = &job->app;
    return W_OK;
}

static const struct op_type op_update = {.name = "update_app", .want = want_app, .decide = decide_update};

struct op *apps_manifest_update_start(struct api_call *c, enum wire_err *error)
{
    job_new(c);
    struct op *op = start_with_app(c, &op_update, error);
    if (op) read_manifest(c);
    return op;
}

void apps_manifest_update_reply(struct api_call *c, struct json *j)
{
    const struct manifest_job *job = c->job;
    json_str(j, "app_id", id_str(&job->app.id));
    json_bool(j, "permissions_updated", job->permissions_updated);
    note_app(c, &job->app);
}

static enum wire_err decide_delete(struct op *op)
{
    struct api_call *c = op->ctx;
    struct manifest_job *job = c->job;
    TRY(check_caller(c));
    job->app = *job->before;
    job->app.flags |= APP_DELETED;
    op_write(op, PUT_APP)->row = &job->app;
    op_write(op, END_APP)->key = id_str(&job->app.id); // without events: nobody is there to be told
    return W_OK;
}

static const struct op_type op_delete = {.name = "delete_app", .want = want_app, .decide = decide_delete};

struct op *apps_manifest_delete_start(struct api_call *c, enum wire_err *error)
{
    job_new(c);
    return start_with_app(c, &op_delete, error);
}

void apps_manifest_delete_reply(struct api_call *c, struct json *j)
{
    const struct manifest_job *job = c->job;
    (void)j;
    note_app(c, &job->app);
}

static const struct op_type op_find_app = {.name = "find_app", .want = want_app};

struct op *apps_manifest_export_start(struct api_call *c, enum wire_err *error)
{
    job_new(c);
    return start_with_app(c, &op_find_app, error);
}

enum wire_err apps_manifest_export_check(struct api_call *c)
{
    return check_caller(c);
}

void apps_manifest_export_reply(struct api_call *c, struct json *j)
{
    const struct manifest_job *job = c->job;
    manifest_write(job->before->manifest, j, "manifest");
    note_app(c, job->before);
}

struct op *apps_manifest_validate_start(struct api_call *c, enum wire_err *error)
{
    struct manifest_job *job = job_new(c);
    struct op *op = job->app_id.n ? start_with_app(c, &op_find_app, error) : NULL;
    if (!*error) read_manifest(c);
    return op;
}

// With an app_id: as an update of that app would be judged. The method knows no app_not_found (errors.tsv).
enum wire_err apps_manifest_validate_check(struct api_call *c)
{
    const struct manifest_job *job = c->job;
    if (!job->app_id.n) return judge(c, 0);
    enum wire_err e = check_caller(c);
    if (e) return e == W_APP_NOT_FOUND ? W_INVALID_APP_ID : e;
    return judge(c, job->before->flags);
}

void apps_manifest_validate_reply(struct api_call *c, struct json *j)
{
    const struct manifest_job *job = c->job;
    const char *code;
    const struct field_problem *p = manifest_warning(job->check.problems.first, &code);
    json_open_array(j, "errors");
    json_close_array(j);
    if (!p) return;
    json_open_array(j, "warnings");
    for (; p; p = manifest_warning(p->next, &code)) put_problem(p, code, c->req->arena, j);
    json_close_array(j);
}
