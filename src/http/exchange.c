// SPDX-License-Identifier: Apache-2.0
#include "http/exchange.h"

#include "base/mem.h"
#include "http/conn.h"

enum { POOL_MAX = 256, KEEP_SIZE = 16 * 1024 }; // what an idle worker holds on to, of each buffer

struct exchange *exchange_take(struct worker *w, struct conn *c)
{
    struct exchange *x = w->pool;
    if (x) {
        w->pool = x->next;
        w->pooled--;
    } else {
        x = mem_alloc(sizeof *x);
        http_parser_init(&x->parser);
        arena_init(&x->arena, LIMIT_ARENA);
        buf_init(&x->req.resp.head, LIMIT_HEAD);
        buf_init(&x->req.resp.body, LIMIT_RESPONSE);
        buf_init(&x->start, LIMIT_HEAD);
    }
    x->conn = c;
    x->req.started_ns = uv_hrtime();
    return x;
}

bool exchange_charge(struct worker *w, struct exchange *x)
{
    size_t size = x->parser.body.size;
    if (size <= KEEP_SIZE || size == x->charged) return true;
    size_t more = size - x->charged;
    x->charged = size;
    return atomic_fetch_add(w->body_bytes, more) + more <= w->config->max_body_bytes;
}

void exchange_request(struct exchange *x, bool body_cut)
{
    struct http_request *req = &x->req;
    const struct http_parser *p = &x->parser;
    req->verb = p->verb;
    req->verb_name = p->verb_name;
    req->target = p->target;
    req->path = p->path;
    req->query = p->query;
    req->fields = p->fields;
    req->nfields = p->nfields;
    req->body = buf_view(&p->body);
    req->body_cut = body_cut;
    req->body_announced = p->body_announced;
    req->peer = str_of(x->conn->peer);
    req->peer_port = x->conn->peer_port;
    req->loop = x->conn->worker->index;
    req->arena = &x->arena;
}

static void forget(struct buf *b)
{
    buf_wipe(b);
    if (b->size > KEEP_SIZE) buf_release(b);
}

void exchange_finish(struct worker *w, struct exchange *x)
{
    if (x->seen && w->config->on_finish) w->config->on_finish(w->config->ctx, &x->req);
    if (x->charged) atomic_fetch_sub(w->body_bytes, x->charged);
    x->charged = 0;
    http_parser_reset(&x->parser);
    arena_wipe(&x->arena);
    forget(&x->req.resp.head);
    forget(&x->req.resp.body);
    buf_clear(&x->start);
    x->req = (struct http_request){.resp = {.head = x->req.resp.head, .body = x->req.resp.body}};
    x->seen = x->replied = x->linger = false;
    x->after = NULL;
    if (w->pooled == POOL_MAX) {
        exchange_free(x);
        return;
    }
    x->next = w->pool;
    w->pool = x;
    w->pooled++;
}

void exchange_free(struct exchange *x)
{
    http_parser_release(&x->parser);
    arena_release(&x->arena);
    buf_release(&x->req.resp.head);
    buf_release(&x->req.resp.body);
    buf_release(&x->start);
    mem_free(x);
}

void exchange_after(struct exchange *x)
{
    void (*fn)(struct http_request * req) = x->after;
    x->after = NULL;
    if (fn && !x->replied) fn(&x->req);
}

static const char *reason(int status)
{
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
    }
}

void exchange_refuse(struct exchange *x, int status)
{
    struct http_response *r = &x->req.resp;
    buf_clear(&r->head);
    buf_clear(&r->body);
    r->status = status;
    r->close = true;
    http_header(&x->req, "Cache-Control", STR("no-store")); // security.md S14: errors too
    http_header(&x->req, "X-Content-Type-Options", STR("nosniff"));
}

// RFC 9110 6.4.1, 8.6: these have no body and say nothing of its length.
static bool has_no_body(int status)
{
    return status == 204 || status == 304;
}

static void write_start(struct exchange *x, struct str date, bool close)
{
    const struct http_response *r = &x->req.resp;
    struct buf *b = &x->start;
    buf_z(b, "HTTP/1.1 ");
    buf_u64(b, (uint64_t)r->status);
    buf_char(b, ' ');
    buf_z(b, reason(r->status));
    buf_bytes(b, "\r\n", 2);
    buf_str(b, date);
    if (!has_no_body(r->status)) {
        buf_z(b, "Content-Length: ");
        buf_u64(b, r->body.n);
        buf_bytes(b, "\r\n", 2);
    }
    if (close) {
        buf_str(b, STR("Connection: close\r\n"));
    } else if (!x->parser.version_1_1) {
        buf_str(b, STR("Connection: keep-alive\r\n")); // RFC 9112 9.3: 1.0 must be told
    }
}

unsigned exchange_answer(struct exchange *x, struct worker *w, bool close, uv_buf_t parts[ANSWER_PARTS])
{
    struct http_response *r = &x->req.resp;
    buf_bytes(&r->head, "\r\n", 2); // before the check, for it may be what does not fit
    if (r->status < 200 || r->status > 599 || r->head.failed || r->body.failed) {
        exchange_refuse(x, 500);
        buf_bytes(&r->head, "\r\n", 2);
        close = true;
    }
    write_start(x, worker_date(w), close);
    size_t body = x->req.verb == VERB_HEAD || has_no_body(r->status) ? 0 : r->body.n;
    if (r->truncate && r->truncate < body) body = r->truncate;
    parts[0] = uv_buf_init(x->start.p, (unsigned)x->start.n);
    parts[1] = uv_buf_init(r->head.p, (unsigned)r->head.n);
    parts[2] = uv_buf_init(r->body.p, (unsigned)body);
    return body ? 3 : 2;
}
