// SPDX-License-Identifier: Apache-2.0
#include "http/parse.h"

#include "base/mem.h"
#include "http/head.h"

enum { KEEP_HEAD = 8 * 1024, KEEP_BODY = 16 * 1024 }; // memory that a parser keeps between requests

static int on_url(llhttp_t *ll, const char *at, size_t n)
{
    struct http_parser *p = ll->data;
    if (p->target.p) {
        p->target.n += n;
    } else {
        p->target = str_make(at, n);
    }
    return 0;
}

static int on_header_field(llhttp_t *ll, const char *at, size_t n)
{
    struct http_parser *p = ll->data;
    if (p->in_name) {
        p->fields[p->nfields - 1].name.n += n;
        return 0;
    }
    if (p->nfields == LIMIT_HEADERS) {
        p->refusal = 431;
        return -1;
    }
    p->in_name = true;
    p->fields[p->nfields++] = (struct http_field){.name = {at, n}, .value = {at + n, 0}};
    return 0;
}

static int on_header_value(llhttp_t *ll, const char *at, size_t n)
{
    struct http_parser *p = ll->data;
    struct http_field *f = &p->fields[p->nfields - 1];
    if (p->in_name) {
        f->value = str_make(at, n);
        p->in_name = false;
    } else {
        f->value.n += n;
    }
    return 0;
}

// A field without a value makes no value callback in every version of llhttp.
static int on_header_value_complete(llhttp_t *ll)
{
    struct http_parser *p = ll->data;
    p->in_name = false;
    return 0;
}

// Flags and version are ours to read now; a return of 0 lets llhttp apply its own checks of the framing.
static int on_headers_complete(llhttp_t *ll)
{
    struct http_parser *p = ll->data;
    p->version_1_1 = ll->http_minor == 1;
    p->keep_alive = llhttp_should_keep_alive(ll);
    return 0;
}

static const llhttp_settings_t settings = {
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_header_value_complete = on_header_value_complete,
    .on_headers_complete = on_headers_complete,
};

void http_parser_init(struct http_parser *p)
{
    memset(p, 0, sizeof *p);
    buf_init(&p->head, LIMIT_HEAD);
    buf_init(&p->body, LIMIT_BODY);
    scan_init_head(&p->scan);
}

// Both held secrets.
static void forget(struct buf *b, size_t keep)
{
    buf_wipe(b);
    if (b->size > keep) buf_release(b);
}

void http_parser_reset(struct http_parser *p)
{
    forget(&p->head, KEEP_HEAD);
    forget(&p->body, KEEP_BODY);
    struct buf head = p->head, body = p->body;
    memset(p, 0, offsetof(struct http_parser, ll));
    p->head = head;
    p->body = body;
    scan_init_head(&p->scan);
}

void http_parser_release(struct http_parser *p)
{
    forget(&p->head, 0);
    forget(&p->body, 0);
}

bool http_parser_started(const struct http_parser *p)
{
    return p->head.n > 0;
}

static enum parse_event refuse(struct http_parser *p, int status)
{
    p->refusal = status;
    return PARSE_REFUSED;
}

// llhttp sees the head alone, in one piece: every slice is one run of bytes, and it never meets a body.
static int split_head(struct http_parser *p, struct str head)
{
    llhttp_init(&p->ll, HTTP_REQUEST, &settings);
    p->ll.data = p;
    llhttp_errno_t e = llhttp_execute(&p->ll, head.p, head.n);
    if (p->refusal) return p->refusal;
    // CONNECT and Upgrade pause llhttp; we do not switch protocols, so they are requests like any other.
    if (e == HPE_OK || e == HPE_PAUSED_UPGRADE) return 0;
    return e == HPE_INVALID_METHOD ? 501 : 400;
}

static enum parse_event head_complete(struct http_parser *p)
{
    struct str head = buf_view(&p->head);
    if (head.p[0] == '\r') head = str_from(head, 2);
    int status = head_check_line(head);
    if (!status) status = split_head(p, head);
    if (!status) status = head_check(p, head);
    if (status) return refuse(p, status);
    if (!p->body_announced) return PARSE_DONE;
    return PARSE_HEAD;
}

// Never looks past the limit, so that the answer does not hang on how the bytes were cut.
static enum parse_event feed_head(struct http_parser *p, const char *bytes, size_t n, size_t *used)
{
    size_t room = LIMIT_HEAD - p->head.n;
    if (room == 0) return refuse(p, 431);
    size_t took;
    enum scan_result r = scan_feed(&p->scan, bytes, n < room ? n : room, &took);
    if (r == SCAN_BAD) return refuse(p, 400);
    buf_bytes(&p->head, bytes, took);
    *used = took;
    if (r == SCAN_END) return head_complete(p);
    return took < n ? refuse(p, 431) : PARSE_MORE;
}

static enum parse_event feed_length(struct http_parser *p, const char *bytes, size_t n, size_t *used)
{
    size_t take = p->body_left < n ? (size_t)p->body_left : n;
    buf_bytes(&p->body, bytes, take);
    p->body_left -= take;
    *used = take;
    return p->body_left ? PARSE_MORE : PARSE_DONE;
}

static enum parse_event feed_chunked(struct http_parser *p, const char *bytes, size_t n, size_t *used)
{
    switch (chunk_feed(&p->chunk, bytes, n, &p->body, used)) {
    case CHUNK_MORE: return PARSE_MORE;
    case CHUNK_END: return PARSE_DONE;
    case CHUNK_BODY_LIMIT: return refuse(p, 413);
    case CHUNK_EXTRA_LIMIT: return refuse(p, 431);
    case CHUNK_BAD: break;
    }
    return refuse(p, 400);
}

enum parse_event http_parser_feed(struct http_parser *p, const char *bytes, size_t n, size_t *used)
{
    *used = 0;
    switch (p->phase) {
    case PARSING_HEAD: return feed_head(p, bytes, n, used);
    case PARSING_LENGTH: return feed_length(p, bytes, n, used);
    case PARSING_CHUNKED: return feed_chunked(p, bytes, n, used);
    }
    return PARSE_MORE;
}
