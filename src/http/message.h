// SPDX-License-Identifier: Apache-2.0
// What a handler sees of HTTP: a whole request, and an answer to fill. Knows no route and no socket.
//
// A handler is called on the request's loop thread with a complete request. It fills req->resp and calls http_reply()
// exactly once, before it returns or later. Until then everything in req stays valid, also when the peer has gone away;
// after it, nothing does. Strings point into the connection's buffers or its arena (owned by the connection).
#pragma once

#include "base/arena.h"
#include "base/buf.h"

enum http_verb { VERB_GET, VERB_HEAD, VERB_POST, VERB_PUT, VERB_PATCH, VERB_DELETE, VERB_OPTIONS, VERB_OTHER };

struct http_field {
    struct str name, value; // value without blanks at its ends
};

// What log, journal and metrics keep of a request; handlers fill in what they learn. Never a secret: credentials are
// named by kind and locator. All strings live in the request's arena or are static.
struct http_note {
    const char *route; // template such as "/api/" or "/oauth/v2/authorize"
    struct str method; // Web API method name
    struct str error;  // the contract's error name, empty on success
    struct str cause;  // our finer cause, a name from causes.def
    struct str detail; // one sentence for people: the values that were compared
    struct str app_id, app_name, team_id, team_name, enterprise_id, user_id;
    struct str token;  // "bot 1087118042-8902412305"
    int64_t us;        // from the first byte to the answer; known when it is finished
    int64_t commit_us; // time of the durable commit, 0 when there was none
    unsigned batch;    // operations that shared it
};

struct http_response {
    int status;       // 0 until the handler sets it
    struct buf head;  // "Name: value\r\n" lines; Content-Length, Connection and Date are added by http
    struct buf body;  // left out on the wire for HEAD, counted in Content-Length
    bool close;       // close the connection after this answer
    bool drop;        // close without answering (fault switch)
    int64_t delay_ms; // answer later (fault switch); 0 at once
    size_t truncate;  // when not 0: send only so many bytes of the body, then close (fault switch)
};

struct http_request {
    enum http_verb verb;
    struct str verb_name;
    struct str target;      // as sent
    struct str path, query; // target split at the first '?'; neither is decoded
    const struct http_field *fields;
    size_t nfields;
    struct str body;
    bool body_cut;       // the body ended before what was announced: read timer, or the peer closed its side
    bool body_announced; // Content-Length above 0, or chunked
    struct str peer;     // address as text, no port
    unsigned peer_port;
    unsigned loop;       // index of the loop thread that owns the request, from 0
    uint64_t started_ns; // monotonic, when the first byte arrived
    struct arena *arena; // for the life of the request
    struct http_response resp;
    struct http_note note;
    char id[33];                              // 32 hex digits, set by the root handler
    int64_t now;                              // admin clock in ms, set by the root handler
    void *state;                              // the handler's own
    void (*resume)(struct http_request *req); // the handler's own: what runs when what it waits for has ended
};

typedef void (*http_handler)(void *ctx, struct http_request *req);

// The value of the last field with that name (compared without case); p is NULL when there is none.
struct str http_field(const struct http_request *req, const char *name);
// How many fields have that name.
size_t http_field_count(const struct http_request *req, const char *name);
// Adds a header line to the answer. A name or value with CR, LF or NUL is left out and makes the answer fail (500).
void http_header(struct http_request *req, const char *name, struct str value);
// Sends req->resp. Loop thread of the request only, once. req is invalid afterwards.
void http_reply(struct http_request *req);
// Runs fn(req) soon on the request's own loop thread. Any thread; the request must not have been answered, and no other
// post of it be waiting.
void http_post(struct http_request *req, void (*fn)(struct http_request *req));
// Runs fn(req) once on the request's loop thread in ms milliseconds, or as soon as its connection is lost; replaced by
// the next call, forgotten by http_reply. false: the connection is lost already, fn will not be called. Loop thread of
// the request.
MUST_USE bool http_after(struct http_request *req, unsigned ms, void (*fn)(struct http_request *req));
