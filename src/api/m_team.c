// SPDX-License-Identifier: Apache-2.0
// auth.teams.list and team.info (contract other-methods.md 4 and 5): the workspaces behind a token.
#include "api/members.h"
#include "api/methods.h"
#include "oauth/teams.h"

struct teams_job {
    struct teams_page page;
    bool icons;
};

// One more than the page holds tells whether another follows.
static void want_teams(struct op *op, unsigned round)
{
    struct api_call *c = op->ctx;
    const struct teams_job *job = c->job;
    if (round) return;
    op_want_list(op, WANT_WORKSPACES_OF, id_str(&c->token_view.token->owner), id_str(&job->page.after),
                 job->page.limit + 1);
}

static const struct op_type op_teams = {.name = "teams", .want = want_teams};

struct op *auth_teams_list_start(struct api_call *c, enum wire_err *error)
{
    struct teams_job *job = arena_alloc(c->req->arena, sizeof *job);
    c->job = job;
    *error = teams_page_parse(call_arg(c, "limit"), call_arg(c, "cursor"), c->req->arena, &job->page, &c->why);
    if (!*error) *error = call_flag(c, "include_icon", &job->icons);
    if (*error || !id_is_org(&c->token_view.token->owner)) return NULL;
    return call_op(c, &c->op, &op_teams);
}

static void put_icon(struct api_call *c, struct json *j, const struct id *team)
{
    json_open(j, "icon");
    member_team_images(c, j, team);
    json_close(j);
}

static void put_team(struct api_call *c, struct json *j, const struct workspace *w)
{
    const struct teams_job *job = c->job;
    json_open(j, NULL);
    json_str(j, "id", id_str(&w->id));
    json_str(j, "name", w->name);
    if (job->icons) put_icon(c, j, &w->id);
    json_close(j);
}

// The page's workspaces; those that were not granted to the app are passed over, so that a page may be short.
static void put_page(struct api_call *c, struct json *j, const struct row_list *list)
{
    const struct teams_job *job = c->job;
    assert(list); // the operation has ended well
    size_t n = list->n < job->page.limit ? list->n : job->page.limit;
    for (size_t i = 0; i < n; i++) {
        const struct workspace *w = list->v[i];
        if (!(w->flags & WS_UNGRANTED)) put_team(c, j, w);
    }
    if (n < list->n) c->next_cursor = teams_cursor(&((const struct workspace *)list->v[n - 1])->id, c->req->arena);
}

void auth_teams_list_reply(struct api_call *c, struct json *j)
{
    const struct teams_job *job = c->job;
    const struct workspace *own = c->token_view.workspace;
    c->next_cursor = STR("");
    json_open_array(j, "teams");
    if (!own)
        put_page(c, j, op_row(&c->op, 0));
    else if (strcmp(own->id.s, job->page.after.s) > 0)
        put_team(c, j, own);
    json_close_array(j);
}

static void want_team(struct op *op, unsigned round)
{
    const struct str none = {NULL, 0};
    struct api_call *c = op->ctx;
    struct str team = call_arg(c, "team");
    if (round) return;
    op_want(op, team.n ? WANT_WORKSPACE : WANT_WORKSPACE_BY_DOMAIN, team.n ? team : call_arg(c, "domain"), none, none);
}

static const struct op_type op_team = {.name = "team", .want = want_team};

struct op *team_info_start(struct api_call *c, enum wire_err *error)
{
    (void)error;
    if (!call_arg(c, "team").n && !call_arg(c, "domain").n) return NULL;
    return call_op(c, &c->op, &op_team);
}

enum wire_err team_info_check(struct api_call *c)
{
    const struct team_query query = {.team = call_arg(c, "team"),
                                     .domain = call_arg(c, "domain"),
                                     .from = &c->token_view,
                                     .found = op_row(&c->op, 0)};
    const struct workspace *found;
    TRY(team_query_decide(&query, c->req->arena, &found, &c->why));
    c->job = (void *)(uintptr_t)found;
    return W_OK;
}

// What the answer tells of a workspace or an org.
struct place {
    const struct id *id;
    struct str name, domain;
};

static struct place place_of(const struct enterprise *org)
{
    assert(org); // a token belongs to a workspace or to an org
    return (struct place){&org->id, org->name, org->domain};
}

void team_info_reply(struct api_call *c, struct json *j)
{
    const struct workspace *w = c->job;
    const struct enterprise *org = c->token_view.enterprise;
    const struct place place = w ? (struct place){&w->id, w->name, w->domain} : place_of(org);
    json_open(j, "team");
    json_str(j, "id", id_str(place.id));
    json_str(j, "name", place.name);
    json_str(j, "url", member_place_url(c, w, org));
    json_str(j, "domain", place.domain);
    json_str(j, "email_domain", STR("")); // no workspace is open to all of a mail domain
    put_icon(c, j, place.id);
    json_str(j, "avatar_base_url", arena_printf(c->req->arena, "%.*s/avatars/", STR_FMT(c->world->public_url)));
    json_bool(j, "is_verified", false);
    if (org) {
        json_str(j, "enterprise_id", id_str(&org->id));
        json_str(j, "enterprise_name", org->name);
        json_str(j, "enterprise_domain", org->domain);
    }
    json_close(j);
}
