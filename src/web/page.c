// SPDX-License-Identifier: Apache-2.0
#include "web/page.h"

#include "codec/html.h"

static const struct {
    enum wire_err error;
    const char *text, *fix;
} texts[] = {
#define X(id, text, fix) {W_##id, text, fix},
#include "web/texts.def"
#undef X
};

// security.md S14, S27, S28: nothing is cached, framed, loaded or told on.
static const char safe[] = "Cache-Control: private, no-cache, no-store, must-revalidate\r\n"
                           "Pragma: no-cache\r\n"
                           "X-Content-Type-Options: nosniff\r\n"
                           "Referrer-Policy: no-referrer\r\n"
                           "X-Frame-Options: DENY\r\n"
                           "Cross-Origin-Opener-Policy: same-origin\r\n"
                           "Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; "
                           "frame-ancestors 'none'\r\n";

void page_headers(struct http_request *req)
{
    buf_z(&req->resp.head, safe);
    http_header(req, "X-Slack-Req-Id", str_of(req->id));
}

static void open_page(struct http_request *req, const char *heading, const char *id)
{
    struct buf *b = &req->resp.body;
    http_header(req, "Content-Type", STR("text/html; charset=utf-8"));
    buf_printf(b, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>%s</title>\n",
               heading);
    buf_z(b, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n</head>\n<body>\n");
    buf_printf(b, "<main id=\"%s\">\n<h1>%s</h1>\n", id, heading);
}

static void close_page(struct http_request *req)
{
    buf_printf(&req->resp.body, "<p>Request id <code>%s</code></p>\n</main>\n</body>\n</html>\n", req->id);
}

static void row(struct buf *b, const char *name, struct str value)
{
    buf_printf(b, "<dt>%s</dt><dd><code>", name);
    html_escape(b, value);
    buf_z(b, "</code></dd>\n");
}

// The closest configured URL with its first difference marked, by <mark> and by a caret in the line below.
static void put_closest(struct buf *b, struct str passed, const struct redirect_hint *hint)
{
    struct str url = hint->closest;
    size_t at = hint->differs_at < url.n ? hint->differs_at : url.n;
    buf_z(b, "<pre>passed      ");
    html_escape(b, passed);
    buf_z(b, "\nconfigured  ");
    html_escape(b, str_upto(url, at));
    buf_z(b, "<mark>");
    html_escape(b, str_upto(str_from(url, at), 1));
    buf_z(b, "</mark>");
    html_escape(b, str_from(url, at + 1));
    buf_z(b, "\n            ");
    for (size_t i = 0; i < at; i++) buf_char(b, ' ');
    buf_printf(b, "^ %s</pre>\n", hint->text);
    buf_printf(b, "<p>Closest of %zu configured.</p>\n", hint->count);
}

static void put_details(struct buf *b, const struct page_error *e, const char *fix)
{
    if (e->tell && e->hint && e->hint->closest.n) put_closest(b, e->passed, e->hint);
    if (!e->tell || !e->why || !e->why->detail.n) return;
    buf_z(b, "<p><strong>Why</strong> ");
    html_escape(b, e->why->detail);
    buf_printf(b, "</p>\n<p><strong>Fix</strong> %s</p>\n", fix);
}

static void page_status(struct http_request *req, enum wire_err error)
{
    req->resp.status = wire_page_status(error);
    if (error == W_FATAL_ERROR) req->resp.status = 500;
    if (error != W_SERVICE_UNAVAILABLE) return;
    req->resp.status = 503;
    http_header(req, "Retry-After", STR("30"));
}

void page_error(struct http_request *req, const struct page_error *e)
{
    const struct wire_row *wire = wire_row(e->error);
    struct buf *b = &req->resp.body;
    const char *text = wire->doc, *fix = "";
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (texts[i].error == e->error) {
            text = texts[i].text;
            fix = texts[i].fix;
        }
    page_headers(req);
    page_status(req, e->error);
    http_header(req, "X-OAuth-Error", wire->name);
    open_page(req, "Something went wrong when authorizing this app.", "oauth-error");
    buf_printf(b, "<p role=\"alert\"><code id=\"error\">%.*s</code> %s</p>\n", STR_FMT(wire->name), text);
    if (e->error == W_BAD_REDIRECT_URI) {
        buf_z(b, "<dl>\n");
        row(b, "Passed URI:", e->passed.n ? e->passed : STR("none specified"));
        buf_z(b, "</dl>\n");
    }
    put_details(b, e, fix);
    close_page(req);
    req->note.error = wire->name;
    if (e->why) {
        req->note.cause = cause_name(e->why->cause);
        req->note.detail = e->why->detail;
    }
    http_reply(req);
}

void page_plain(struct http_request *req, int status, const char *heading, const char *text)
{
    page_headers(req);
    req->resp.status = status;
    open_page(req, heading, "notice");
    buf_printf(&req->resp.body, "<p>%s</p>\n", text);
    close_page(req);
    http_reply(req);
}

void page_redirect(struct http_request *req, struct str location)
{
    page_headers(req);
    req->resp.status = 302;
    http_header(req, "Location", location);
    http_reply(req);
}
