// SPDX-License-Identifier: Apache-2.0
// The access log: for people one line with what happened and why (experience.md 7), for machines the fields of
// operations.md 5 in their order.
#include "server/server.h"

enum { UA_MAX = 120, PATH_MAX_SHOWN = 80, LINE_MAX = 1024 };

// What was asked for: a method of the API, a route, else (dev) the path, in which a webhook's secret may stand.
static struct str subject(const struct http_request *req, bool dev)
{
    if (req->note.method.n) return req->note.method;
    if (req->note.route) return str_of(req->note.route);
    if (!dev) return STR("-");
    if (str_find_str(req->path, STR("/services/")) < req->path.n) return STR("/services/...");
    return str_upto(req->path, PATH_MAX_SHOWN);
}

static void put_part(struct buf *b, struct str part)
{
    if (!part.n) return;
    buf_str(b, STR("  "));
    buf_str(b, part);
}

// At least width wide.
static void put_column(struct buf *b, struct str s, size_t width)
{
    buf_str(b, s);
    for (size_t n = s.n; n < width; n++) buf_char(b, ' ');
    buf_char(b, ' ');
}

// Milliseconds with one digit behind the point.
static void put_ms(struct buf *b, int64_t us)
{
    buf_i64(b, us / 1000);
    buf_char(b, '.');
    buf_char(b, (char)('0' + us / 100 % 10));
    buf_str(b, STR(" ms"));
}

static void put_outcome(struct buf *b, const struct http_request *req)
{
    const struct http_note *n = &req->note;
    if (req->resp.drop)
        buf_z(b, "dropped");
    else if (n->error.n)
        buf_str(b, n->error);
    else if (n->method.n && req->resp.status == 200)
        buf_z(b, "ok");
    else
        buf_i64(b, req->resp.status);
}

static void put_line(struct buf *b, const struct http_request *req, bool dev, int64_t us)
{
    const struct http_note *n = &req->note;
    put_column(b, req->verb_name, 4);
    put_column(b, subject(req, dev), 21);
    put_outcome(b, req);
    put_part(b, n->app_name);
    put_part(b, n->team_name);
    put_part(b, n->detail);
    if (n->error.n || !n->method.n) return;
    buf_str(b, STR("  "));
    put_ms(b, us);
    if (!n->commit_us) return;
    buf_str(b, STR(" (commit "));
    put_ms(b, n->commit_us);
    buf_char(b, ')');
}

static enum log_level level_of(const struct http_request *req)
{
    return req->resp.status >= 500 ? LOG_WARN : LOG_INFO;
}

void access_log(const struct http_request *req, int64_t us, bool dev)
{
    const struct http_note *n = &req->note;
    char line[LINE_MAX];
    struct buf text = {.p = line, .size = sizeof line, .cap = sizeof line};
    if (!log_wants(level_of(req))) return;
    put_line(&text, req, dev, us);
    const struct log_field fields[] = {
        log_str("req_id", str_of(req->id)),
        log_str("listener", STR("public")),
        log_str("verb", req->verb_name),
        log_str("route", str_of(n->route)),
        log_str("method", n->method),
        log_num("status", req->resp.status),
        log_bool("ok", !n->error.n && req->resp.status < 400),
        log_str("error", n->error),
        log_str("cause", n->cause),
        log_str("app_id", n->app_id),
        log_str("team_id", n->team_id),
        log_str("enterprise_id", n->enterprise_id),
        log_str("user_id", n->user_id),
        log_str("token", n->token),
        log_str("client_ip", req->peer),
        log_str("ua", str_upto(http_field(req, "User-Agent"), UA_MAX)),
        log_num("bytes_in", (int64_t)req->body.n),
        log_num("bytes_out", (int64_t)req->resp.body.n),
        log_num("us", us),
        log_num("commit_us", n->commit_us),
        log_num("batch", n->batch),
    };
    log_event(level_of(req), "request", buf_view(&text), fields, ARRAY_LEN(fields));
}
