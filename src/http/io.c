// SPDX-License-Identifier: Apache-2.0
#include "http/io.h"

#include "base/mem.h"

enum { DISCARD_MAX = 4 * LIMIT_BODY }; // what we throw away at most before we stop listening

static void on_timer(uv_timer_t *timer);

static void arm(struct conn *c)
{
    uint64_t now = uv_now(&c->worker->uv);
    uv_timer_start(&c->timer, on_timer, c->deadline > now ? c->deadline - now : 0, 0);
    c->armed = c->deadline;
}

// Most deadlines only move back: then the timer stays as it is and looks again when it fires.
void io_deadline(struct conn *c, int64_t ms)
{
    c->deadline = ms < 0 ? UINT64_MAX : uv_now(&c->worker->uv) + (uint64_t)ms;
    if (c->deadline < c->armed) arm(c);
}

bool io_has_input(const struct conn *c)
{
    return c->input.n > c->input_at;
}

void io_forget_input(struct conn *c)
{
    if (c->input.n == 0) return;
    buf_wipe(&c->input);
    buf_release(&c->input);
    c->input_at = 0;
}

static void handle(struct conn *c, bool body_cut)
{
    struct exchange *x = c->exchange;
    exchange_request(x, body_cut);
    x->linger = body_cut;
    x->req.resp.close = body_cut;
    x->seen = true;
    c->state = CONN_HANDLING;
    io_deadline(c, -1);
    c->in_handler = true;
    c->worker->config->handler(c->worker->config->ctx, &x->req);
    c->in_handler = false;
    if (x->replied) io_answer(c);
}

// Errors that http answers itself: 400, 408, 413, 431, 501, 503, 505, here and nowhere else.
static void refuse(struct conn *c, int status)
{
    struct exchange *x = c->exchange;
    exchange_refuse(x, status);
    x->linger = true;
    io_answer(c);
}

// RFC 9110 10.1.1: not when the body is on its way already. A client that cannot even take this line will send its
// body after a while without it.
static void say_continue(struct conn *c)
{
    uv_buf_t line = uv_buf_init("HTTP/1.1 100 Continue\r\n\r\n", 25);
    int sent = uv_try_write((uv_stream_t *)&c->tcp, &line, 1);
    if (sent > 0 && sent < 25) conn_close(c);
}

static void head_done(struct conn *c, bool more_input)
{
    const struct http_config *config = c->worker->config;
    c->state = CONN_BODY;
    io_deadline(c, config->body_timeout_ms ? config->body_timeout_ms(config->ctx) : TIMEOUT_BODY_S * 1000);
    if (c->exchange->parser.expect_continue && !more_input) say_continue(c);
}

static void begin(struct conn *c)
{
    c->exchange = exchange_take(c->worker, c);
    c->state = CONN_HEAD;
    io_deadline(c, c->worker->config->head_timeout_ms);
}

static bool is_reading(const struct conn *c)
{
    return c->state == CONN_IDLE || c->state == CONN_HEAD || c->state == CONN_BODY;
}

// Takes bytes while requests can be read, and runs each that is complete. Answers how many it took.
static size_t run(struct conn *c, const char *p, size_t n)
{
    size_t at = 0;
    while (at < n && is_reading(c)) {
        if (c->state == CONN_IDLE) begin(c);
        size_t used;
        enum parse_event e = http_parser_feed(&c->exchange->parser, p + at, n - at, &used);
        at += used;
        switch (e) {
        case PARSE_MORE:
            if (!exchange_charge(c->worker, c->exchange)) refuse(c, 503);
            break;
        case PARSE_HEAD: head_done(c, at < n); break;
        case PARSE_DONE: handle(c, false); break;
        case PARSE_REFUSED: refuse(c, c->exchange->parser.refusal); break;
        }
    }
    return at;
}

// All input is read and the peer sends no more.
static void end(struct conn *c)
{
    if (c->state == CONN_BODY) {
        handle(c, true); // contract envelope.md 3 row 1
    } else if (c->state == CONN_IDLE || c->state == CONN_HEAD) {
        conn_close(c);
    }
}

static void drop_read_input(struct conn *c)
{
    if (!io_has_input(c)) io_forget_input(c);
    if (c->input.n - c->input_at < LIMIT_PIPELINE_BYTES / 2) io_resume(c);
}

void io_continue(struct conn *c)
{
    if (io_has_input(c) && is_reading(c)) {
        size_t used = run(c, c->input.p + c->input_at, c->input.n - c->input_at);
        if (c->state == CONN_CLOSED || c->state == CONN_LINGER) return;
        c->input_at += used;
        drop_read_input(c);
    }
    if (c->ended && !io_has_input(c)) end(c);
}

static void pause_reading(struct conn *c)
{
    uv_read_stop((uv_stream_t *)&c->tcp);
    c->paused = true;
}

static void keep(struct conn *c, const char *p, size_t n)
{
    if (n == 0) return;
    if (c->input_at) {
        memmove(c->input.p, c->input.p + c->input_at, c->input.n - c->input_at);
        c->input.n -= c->input_at;
        c->input_at = 0;
    }
    buf_bytes(&c->input, p, n);
    if (c->input.n >= LIMIT_PIPELINE_BYTES) pause_reading(c);
}

static void throw_away(struct conn *c, size_t n)
{
    c->discarded += n;
    if (c->discarded > DISCARD_MAX) pause_reading(c);
}

static void take(struct conn *c, const char *p, size_t n)
{
    if (c->state == CONN_LINGER || (c->exchange && c->exchange->linger)) {
        throw_away(c, n);
        return;
    }
    size_t used = io_has_input(c) ? 0 : run(c, p, n);
    if (c->state == CONN_LINGER || c->state == CONN_CLOSED) return;
    keep(c, p + used, n - used);
}

static void on_alloc(uv_handle_t *h, size_t suggested, uv_buf_t *out)
{
    (void)suggested;
    struct conn *c = h->data;
    *out = uv_buf_init(c->worker->read_buffer, READ_SIZE);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
    struct conn *c = stream->data;
    if (n > 0) {
        take(c, bytes->base, (size_t)n);
        mem_wipe(bytes->base, (size_t)n); // requests carry secrets, and the next reader gets the same buffer
    } else if (n == UV_EOF) {
        c->ended = true;
        if (c->state == CONN_LINGER) conn_close(c);
        io_continue(c);
    } else if (n < 0) {
        conn_close(c);
    }
}

void io_resume(struct conn *c)
{
    if (!c->paused || c->ended) return;
    c->paused = false;
    if (uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read)) conn_close(c);
}

// The peer took some of the answer since the last look: it may go on.
static bool write_moves(struct conn *c)
{
    size_t unsent = uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp);
    bool moves = unsent < c->unsent;
    c->unsent = unsent;
    return moves;
}

static void on_deadline(struct conn *c)
{
    switch (c->state) {
    case CONN_HEAD: refuse(c, 408); break;
    case CONN_BODY: handle(c, true); break; // contract envelope.md 3 row 1
    case CONN_DELAYED: io_answer(c); break;
    case CONN_WRITING:
        if (write_moves(c)) {
            io_deadline(c, c->worker->config->write_timeout_ms);
            return;
        }
        conn_close(c);
        break;
    case CONN_IDLE:
    case CONN_LINGER: conn_close(c); break;
    case CONN_HANDLING: exchange_after(c->exchange); break;
    case CONN_CLOSED: break;
    }
    io_continue(c);
}

static void on_timer(uv_timer_t *timer)
{
    struct conn *c = timer->data;
    c->armed = UINT64_MAX;
    if (c->deadline == UINT64_MAX) return;
    if (c->deadline > uv_now(&c->worker->uv)) {
        arm(c);
    } else {
        on_deadline(c);
    }
}
