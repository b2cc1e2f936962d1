// SPDX-License-Identifier: Apache-2.0
#include "admin/admin.h"

#include "admin/host.h"
#include "admin/routes.h"
#include "codec/form.h"
#include "codec/jsonin.h"

void admin_send(struct admin_call *c, int status)
{
    struct http_request *req = c->req;
    if (status < 400 && (req->resp.body.failed || req->arena->failed))
        status = problem(c, P_ANSWER_LARGE, "what was asked for does not fit into one answer");
    json_decref(c->body);
    if (c->held) op_release(c->held);
    req->resp.status = status;
    if (req->resp.body.n) http_header(req, "Content-Type", str_of(c->content_type));
    http_header(req, "Cache-Control", STR("no-store"));
    http_header(req, "X-Content-Type-Options", STR("nosniff"));
    http_header(req, "Referrer-Policy", STR("no-referrer"));
    http_reply(req);
}

int admin_query(struct admin_call *c, struct names names)
{
    for (size_t i = 0; i < c->query.n; i++) {
        struct str name = c->query.v[i].name;
        if (names_find(names, name) < names.n) continue;
        struct str key = arena_str(c->req->arena, str_upto(name, LIMIT_ARG_NAME));
        struct problem_at at = {key.p, names_nearest(names, name)};
        return problem_at(c, P_QUERY, &at, "there is no query parameter \"%.*s\" here", STR_FMT(key));
    }
    return 0;
}

int admin_query_number(struct admin_call *c, const char *name, uint64_t max, uint64_t *number)
{
    struct str text = args_value(&c->query, name);
    if (!text.p || str_u64(text, max, number)) return 0;
    return problem_at(c, P_QUERY, &(struct problem_at){name, NULL}, "%s must be a number from 0 to %llu", name,
                      (unsigned long long)max);
}

static bool is_json(struct str type)
{
    return str_ieq(str_trim(str_upto(type, str_find(type, ';'))), STR("application/json"));
}

static int read_body(struct admin_call *c)
{
    struct json_problem syntax;
    struct str type = http_field(c->req, "Content-Type");
    if (c->req->body_cut) return problem(c, P_BODY_CUT, "only %zu bytes of the body came", c->req->body.n);
    if (c->req->body.n && type.p && !is_json(type))
        return problem(c, P_BODY_TYPE, "the body is %.*s", STR_FMT(str_upto(type, 64)));
    if (!(c->route->flags & A_BODY)) return 0;
    if (json_parse(c->req->body, &c->body, &syntax))
        return problem(c, P_BODY_JSON, "line %d, column %d: %s", syntax.line, syntax.column, syntax.text);
    return json_is_object(c->body) ? 0 : problem(c, P_BODY_JSON, "the body is JSON, but no object");
}

// security.md S61: what a page in somebody's browser could send is refused.
static int guard(struct admin_call *c)
{
    unsigned flags = c->route->flags;
    struct str host = http_field(c->req, "Host");
    if (!(flags & A_OPEN) && !admin_host_good(host, c->admin->listen))
        return problem(c, P_HOST_FOREIGN, "the Host header is \"%.*s\"", STR_FMT(str_upto(host, 128)));
    if ((flags & A_DEV) && !c->world->dev) return problem(c, P_DEV_ONLY, "this server runs as hallpass serve");
    if ((flags & A_CHANGE) && !str_eq(http_field(c->req, "X-Hallpass"), STR("1")))
        return problem(c, P_HEADER_MISSING, "the header X-Hallpass: 1 is missing");
    return 0;
}

static int no_route(struct admin_call *c, const struct buf *allow)
{
    struct str path = str_upto(c->req->path, 128);
    if (!allow->n) return problem(c, P_PATH_UNKNOWN, "there is nothing at %.*s", STR_FMT(path));
    http_header(c->req, "Allow", buf_view(allow));
    return problem(c, P_VERB, "%.*s cannot be asked of %.*s", STR_FMT(str_upto(c->req->verb_name, 32)), STR_FMT(path));
}

static int find_route(struct admin_call *c)
{
    enum { ALLOW_MAX = 128 };
    struct buf allow;
    buf_init(&allow, ALLOW_MAX);
    c->route = admin_route_find(c->req->verb, c->req->path, &c->id, &allow);
    int failed = c->route ? 0 : no_route(c, &allow);
    buf_release(&allow);
    return failed;
}

static int run(struct admin_call *c)
{
    int failed = find_route(c);
    if (!failed) failed = guard(c);
    if (!failed && (c->route->flags & A_CHANGE)) failed = read_body(c);
    if (!failed && form_parse(c->req->query, ARG_QUERY, c->req->arena, &c->query))
        failed = problem(c, P_QUERY_SYNTAX, "the query holds a %% without two hex digits");
    return failed ? failed : c->route->handle(c);
}

void admin_handle(void *admin, struct http_request *req)
{
    struct admin_call *c = arena_alloc(req->arena, sizeof *c);
    c->admin = admin;
    c->world = c->admin->world;
    c->req = req;
    c->content_type = "application/json";
    json_init(&c->json, &req->resp.body);
    req->state = c;
    int status = run(c);
    if (status != ADMIN_LATER) admin_send(c, status);
}
