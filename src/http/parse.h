// SPDX-License-Identifier: Apache-2.0
// Bytes of one connection -> requests, without a socket. llhttp splits the head; everything that llhttp lets through
// and we refuse (RFC 9112, security.md S38) is checked here as well, so that no rule hangs on a build flag of it.
#pragma once

#include <llhttp.h>

#include "base/limits.h"
#include "http/chunk.h"
#include "http/message.h"

enum parse_event {
    PARSE_MORE,    // all bytes taken, more are needed
    PARSE_HEAD,    // the head is complete and announces a body
    PARSE_DONE,    // the request is complete
    PARSE_REFUSED, // p->refusal is the HTTP status to answer before closing
};

enum parse_phase { PARSING_HEAD, PARSING_LENGTH, PARSING_CHUNKED };

struct http_parser {
    enum parse_phase phase;
    int refusal;
    struct scan scan;
    struct buf head; // the head as sent; all slices below point into it
    struct buf body;
    uint64_t body_left; // of a body with Content-Length
    struct chunk chunk;

    enum http_verb verb;
    struct str verb_name, target, path, query;
    size_t nfields;
    bool in_name;         // llhttp is inside a field name
    bool version_1_1;     // else 1.0
    bool keep_alive;      // what version and Connection say
    bool expect_continue; // Expect: 100-continue
    bool body_announced;  // Content-Length above 0, or chunked
    llhttp_t ll;
    struct http_field fields[LIMIT_HEADERS];
};

void http_parser_init(struct http_parser *p);
// Ready for the next request: wipes head and body, keeps at most a few KiB of their memory.
void http_parser_reset(struct http_parser *p);
void http_parser_release(struct http_parser *p);
// Takes bytes up to the next event; *used says how many were taken. After PARSE_DONE and PARSE_REFUSED the parser
// wants a reset. Slices stay valid until then.
enum parse_event http_parser_feed(struct http_parser *p, const char *bytes, size_t n, size_t *used);
// Whether bytes of a request have come since the reset.
bool http_parser_started(const struct http_parser *p);
