// SPDX-License-Identifier: Apache-2.0
#include "web/page.h"

#include <time.h>

#include "codec/utf8.h"
#include "crypto/digest.h"

// security.md S14, S27, S28: nothing is cached, framed, or told on.
static const char safe[] = "Cache-Control: private, no-cache, no-store, must-revalidate\r\n"
                           "Pragma: no-cache\r\n"
                           "X-Content-Type-Options: nosniff\r\n"
                           "Referrer-Policy: no-referrer\r\n"
                           "X-Frame-Options: DENY\r\n"
                           "Cross-Origin-Opener-Policy: same-origin\r\n"
                           "Content-Security-Policy: default-src 'none'; ";

// loads: what a page may load, "" or directives that end in "; ".
static void headers(struct http_request *req, const char *loads, enum page_form form)
{
    static const char *const actions[] = {
        [PAGE_FORM_NONE] = "form-action 'none'; ", [PAGE_FORM_HERE] = "form-action 'self'; ", [PAGE_FORM_TO_APP] = ""};
    buf_z(&req->resp.head, safe);
    buf_printf(&req->resp.head, "%sbase-uri 'none'; %sframe-ancestors 'none'\r\n", loads, actions[form]);
    http_header(req, "X-Slack-Req-Id", str_of(req->id));
}

void page_headers(struct http_request *req)
{
    headers(req, "", PAGE_FORM_NONE);
}

void page_open(struct http_request *req, int status, enum page_form form)
{
    headers(req, "style-src 'self'; img-src 'self' data:; ", form);
    req->resp.status = status;
    http_header(req, "Content-Type", STR("text/html; charset=utf-8"));
}

struct str page_base(const struct world *w)
{
    struct str rest = str_from(w->public_url, str_find_str(w->public_url, STR("://")) + 3);
    return str_from(rest, str_find(rest, '/'));
}

void page_frame(const struct world *w, const struct http_request *req, struct frame_view *out)
{
    *out = (struct frame_view){.base = page_base(w), .request_id = str_of(req->id), .dev = w->dev};
}

void page_plain(struct world *w, struct http_request *req, int status, const struct plain_view *page)
{
    struct plain_view view = *page;
    page_frame(w, req, &view.frame);
    page_open(req, status, PAGE_FORM_NONE);
    view_plain(&req->resp.body, &view);
    http_reply(req);
}

void page_bad_verb(struct world *w, struct http_request *req, const char *allow, const char *text)
{
    http_header(req, "Allow", str_of(allow));
    page_plain(w, req, 405, &(struct plain_view){.heading = "Method not allowed", .text = text});
}

static void redirect(struct http_request *req, int status, struct str location)
{
    page_headers(req);
    req->resp.status = status;
    http_header(req, "Location", location);
    http_reply(req);
}

void page_redirect(struct http_request *req, struct str location)
{
    redirect(req, 302, location);
}

void page_see_other(struct world *w, struct http_request *req, struct str path)
{
    redirect(req, 303, arena_printf(req->arena, "%.*s%.*s", STR_FMT(page_base(w)), STR_FMT(path)));
}

// The first character of a word.
static struct str initial(struct str word)
{
    uint32_t cp;
    return str_upto(word, utf8_next(word, &cp));
}

struct face_view page_face(struct str name, struct str id, struct arena *arena)
{
    uint8_t digest[SHA256_SIZE];
    struct str rest = str_trim(name), last = {NULL, 0};
    struct str first = str_cut(&rest, ' ');
    while (rest.n) last = str_cut(&rest, ' ');
    sha256_one(id, digest);
    const struct str letters[] = {initial(first), initial(last)};
    return (struct face_view){.letters = arena_join(arena, letters, ARRAY_LEN(letters)),
                              .tint = digest[0] % FACE_TINTS};
}

struct str page_date(int64_t ms, struct arena *arena)
{
    static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December"};
    time_t seconds = (time_t)(ms / 1000);
    struct tm t;
    if (!gmtime_r(&seconds, &t)) return (struct str){NULL, 0};
    return arena_printf(arena, "%d %s %d", t.tm_mday, months[t.tm_mon], t.tm_year + 1900);
}
