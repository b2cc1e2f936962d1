// SPDX-License-Identifier: Apache-2.0
#include "web/document.h"

static void send(struct http_request *req, int status, const char *type, const char *caching)
{
    req->resp.status = status;
    http_header(req, "Content-Type", str_of(type));
    http_header(req, "Cache-Control", str_of(caching));
    http_header(req, "Access-Control-Allow-Origin", STR("*"));
    http_header(req, "X-Content-Type-Options", STR("nosniff"));
    http_header(req, "Referrer-Policy", STR("no-referrer"));
    // An image that is opened by itself is a page of this origin.
    http_header(req, "Content-Security-Policy", STR("default-src 'none'; frame-ancestors 'none'"));
    http_header(req, "X-Slack-Req-Id", str_of(req->id));
    http_reply(req);
}

bool document_is_read(struct http_request *req)
{
    if (req->verb == VERB_GET || req->verb == VERB_HEAD) return true;
    http_header(req, "Allow", STR("GET, HEAD"));
    document_refuse(req, 405, "This is only read.\n");
    return false;
}

void document_send(struct http_request *req, const char *type, const char *caching)
{
    send(req, 200, type, caching);
}

void document_refuse(struct http_request *req, int status, const char *text)
{
    buf_z(&req->resp.body, text);
    send(req, status, "text/plain; charset=utf-8", "no-store");
}
