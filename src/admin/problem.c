// SPDX-License-Identifier: Apache-2.0
#include "admin/problem.h"

#include <stdarg.h>

#include "admin/call.h"

static const struct {
    int status;
    const char *cause, *why, *try;
} rows[] = {
#define X(id, status, cause, why, try) [P_##id] = {status, cause, why, try},
#include "admin/problems.def"
#undef X
};

static const char *title_of(int status)
{
    switch (status) {
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    default: return "Service Unavailable";
    }
}

static int write_document(struct admin_call *c, enum problem_id id, const struct problem_at *at, const char *detail)
{
    struct json *j = &c->json;
    buf_clear(&c->req->resp.body); // a handler may have begun
    json_init(j, &c->req->resp.body);
    c->content_type = "application/problem+json";
    json_open(j, NULL);
    json_str(j, "type", STR("about:blank")); // RFC 9457 4.2.1: the title is that of the status; `cause` says more
    json_str(j, "title", str_of(title_of(rows[id].status)));
    json_int(j, "status", rows[id].status);
    json_str(j, "detail", str_of(detail));
    json_str(j, "cause", str_of(rows[id].cause));
    json_str(j, "why", str_of(rows[id].why));
    json_str(j, "try", str_of(rows[id].try));
    if (at && at->key && at->key[0]) json_str(j, "key", str_of(at->key));
    if (at && at->nearest && at->nearest[0]) json_str(j, "nearest", str_of(at->nearest));
    json_str(j, "req_id", str_of(c->req->id));
    json_close(j);
    return rows[id].status;
}

enum { DETAIL_SIZE = 400 };

int problem(struct admin_call *c, enum problem_id id, const char *fmt, ...)
{
    char detail[DETAIL_SIZE];
    va_list args;
    va_start(args, fmt);
    vsnprintf(detail, sizeof detail, fmt, args);
    va_end(args);
    return write_document(c, id, NULL, detail);
}

int problem_at(struct admin_call *c, enum problem_id id, const struct problem_at *at, const char *fmt, ...)
{
    char detail[DETAIL_SIZE];
    va_list args;
    va_start(args, fmt);
    vsnprintf(detail, sizeof detail, fmt, args);
    va_end(args);
    return write_document(c, id, at, detail);
}
