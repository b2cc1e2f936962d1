// SPDX-License-Identifier: Apache-2.0
#include "api/methods.h"
#include "world/keys.h"

enum { MESSAGES_MAX = 4, MESSAGE_MAX = 300 };

// contract envelope.md 7: on every answer.
static const char always[] =
    "Content-Type: application/json; charset=utf-8\r\n"
    "Cache-Control: private, no-cache, no-store, must-revalidate\r\n"
    "Pragma: no-cache\r\n"
    "Expires: Sat, 26 Jul 1997 05:00:00 GMT\r\n"
    "Access-Control-Allow-Origin: *\r\n"
    "Access-Control-Allow-Headers: slack-route, x-slack-version-ts, x-b3-traceid, x-b3-spanid, x-b3-parentspanid, "
    "x-b3-sampled, x-b3-flags\r\n"
    "Access-Control-Expose-Headers: x-slack-req-id, retry-after\r\n"
    "Vary: Accept-Encoding\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-XSS-Protection: 0\r\n"
    "Referrer-Policy: no-referrer\r\n";

static const char html_type[] = "Content-Type: text/html; charset=utf-8\r\n";

static bool forced_status(const struct api_call *c)
{
    return c->faulted && c->fault.kind == FAULT_STATUS;
}

static void write_headers(struct api_call *c)
{
    struct http_request *req = c->req;
    struct buf *head = &req->resp.head;
    struct str block = STR(always);
    if (c->faulted && c->fault.kind == FAULT_WRONG_TYPE) {
        buf_z(head, html_type);
        block = str_from(block, str_find(block, '\n') + 1);
    }
    buf_str(head, block);
    buf_str(head, STR("X-Slack-Req-Id: "));
    buf_bytes(head, req->id, sizeof req->id - 1);
    buf_str(head, STR("\r\n"));
    if (c->scopes.p) http_header(req, "X-OAuth-Scopes", c->scopes);
    if (c->method && c->method->scope) http_header(req, "X-Accepted-OAuth-Scopes", str_of(c->method->scope));
    if (req->resp.status == 405) http_header(req, "Allow", STR("GET, POST, HEAD, OPTIONS"));
    if (req->resp.status == 429 || req->resp.status == 503)
        buf_printf(head, "Retry-After: %u\r\n", c->retry_after ? c->retry_after : 1);
}

// Whether the hint may be told (experience.md 4).
static bool explains(const struct api_call *c)
{
    if (!c->why.cause || !c->why.detail.n || c->message.n) return false;
    if (!c->error && c->why.cause != CAUSE_FAULT_INJECTED) return false;
    if (c->settings->explain == EXPLAIN_SAFE) return c->client_ok && cause_is_safe(c->why.cause);
    return c->settings->explain == EXPLAIN_ON;
}

static void write_warnings(const struct api_call *c, struct json *j)
{
    const char *warning = NULL;
    if (c->warn_missing_charset) warning = "missing_charset";
    if (c->warn_superfluous_charset) warning = "superfluous_charset";
    bool hint = explains(c);
    if (c->error == W_RATELIMITED) warning = NULL; // a 429 carries none (envelope.md 4)
    if (warning) json_str(j, "warning", str_of(warning));
    bool paged = !c->error && c->next_cursor.p;
    if (!warning && !hint && !c->message.n && !paged) return;
    json_open(j, "response_metadata");
    if (hint || c->message.n) {
        struct str text = c->message;
        if (hint)
            text = arena_printf(c->req->arena, "[%s] %.*s", c->why.cause == CAUSE_FAULT_INJECTED ? "WARN" : "ERROR",
                                STR_FMT(c->why.detail));
        json_open_array(j, "messages");
        json_str(j, NULL, str_upto(text, MESSAGE_MAX));
        json_close_array(j);
    }
    if (paged) json_str(j, "next_cursor", c->next_cursor);
    if (warning) {
        json_open_array(j, "warnings");
        json_str(j, NULL, str_of(warning));
        json_close_array(j);
    }
    json_close(j);
}

static void write_error(struct api_call *c, struct json *j)
{
    json_bool(j, "ok", false);
    json_str(j, "error", wire_row(c->error)->name);
    if (c->error == W_UNKNOWN_METHOD) json_str(j, "req_method", c->name);
    if (c->error == W_MISSING_SCOPE) {
        json_str(j, "needed", str_of(c->method->scope));
        json_str(j, "provided", c->scopes);
    }
    if (c->method && c->method->refusal) c->method->refusal(c, j);
}

static void write_body(struct api_call *c)
{
    struct json j;
    json_init(&j, &c->req->resp.body);
    json_open(&j, NULL);
    if (c->error) {
        write_error(c, &j);
    } else {
        json_bool(&j, "ok", c->error_text.n == 0);
        if (c->error_text.n) json_str(&j, "error", c->error_text);
        c->method->reply(c, &j);
    }
    write_warnings(c, &j);
    json_close(&j);
}

static void apply_fault(struct api_call *c)
{
    struct http_response *resp = &c->req->resp;
    switch (c->fault.kind) {
    case FAULT_STATUS: resp->status = (int)c->fault.number; break;
    case FAULT_DELAY: resp->delay_ms = c->fault.number; break;
    case FAULT_DROP:
    case FAULT_DROP_AFTER: resp->drop = true; break;
    case FAULT_TRUNCATE: resp->truncate = (size_t)c->fault.number; break;
    case FAULT_ERROR:
    case FAULT_RATELIMITED:
    case FAULT_WRONG_TYPE: break;
    }
}

static void write_note(struct api_call *c)
{
    struct http_note *note = &c->req->note;
    note->error = c->error ? wire_row(c->error)->name : c->error_text;
    if (c->error || c->faulted) {
        note->cause = cause_name(c->why.cause);
        note->detail = c->why.detail;
    }
    if (!c->method) note->method = STR("unknown");
}

void api_reply_options(struct api_call *c)
{
    c->req->resp.status = 200;
    write_headers(c);
    http_reply(c->req);
}

void api_reply(struct api_call *c)
{
    struct http_request *req = c->req;
    req->resp.status = wire_row(c->error)->http;
    if (req->body_cut) req->resp.close = true;
    if (c->faulted) apply_fault(c);
    write_body(c);
    if (c->req->resp.body.failed && !forced_status(c)) { // only an answer beyond LIMIT_RESPONSE ends here
        buf_clear(&req->resp.body);
        c->error = W_FATAL_ERROR;
        write_body(c);
    }
    write_headers(c);
    write_note(c);
    if (c->key) keys_give(c->key);
    op_release(&c->op);
    op_release(&c->client_op);
    op_release(&c->token_op);
    http_reply(req);
}
