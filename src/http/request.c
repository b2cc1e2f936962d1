// SPDX-License-Identifier: Apache-2.0
#include "http/io.h"

struct str http_field(const struct http_request *req, const char *name)
{
    struct str want = str_of(name), value = {NULL, 0};
    for (size_t i = 0; i < req->nfields; i++) {
        if (str_ieq(req->fields[i].name, want)) value = req->fields[i].value;
    }
    return value;
}

size_t http_field_count(const struct http_request *req, const char *name)
{
    struct str want = str_of(name);
    size_t n = 0;
    for (size_t i = 0; i < req->nfields; i++) n += str_ieq(req->fields[i].name, want);
    return n;
}

// What would split the answer in two (security.md S22).
static bool splits(struct str s)
{
    return s.n && (memchr(s.p, '\r', s.n) || memchr(s.p, '\n', s.n) || memchr(s.p, 0, s.n));
}

void http_header(struct http_request *req, const char *name, struct str value)
{
    struct buf *head = &req->resp.head;
    const struct str label = str_of(name);
    if (splits(label) || splits(value)) {
        head->failed = true;
        return;
    }
    buf_str(head, label);
    buf_bytes(head, ": ", 2);
    buf_str(head, value);
    buf_bytes(head, "\r\n", 2);
}

void http_reply(struct http_request *req)
{
    struct exchange *x = exchange_of(req);
    assert(!x->replied);
    x->replied = true;
    conn_replied(x->conn);
}

void http_post(struct http_request *req, void (*fn)(struct http_request *req))
{
    struct exchange *x = exchange_of(req);
    x->posted = fn;
    worker_post(x->conn->worker, x);
}

bool http_after(struct http_request *req, unsigned ms, void (*fn)(struct http_request *req))
{
    struct exchange *x = exchange_of(req);
    if (x->conn->state == CONN_CLOSED) return false;
    x->after = fn;
    io_deadline(x->conn, ms);
    return true;
}
