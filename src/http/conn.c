// SPDX-License-Identifier: Apache-2.0
#include "http/conn.h"

#include <unistd.h>

#include "base/mem.h"
#include "http/io.h"

// security.md S38: an idle connection costs us at most 4 KiB, and has nothing but this.
_Static_assert(sizeof(struct conn) <= 4096, "an idle connection is too large");

static void conn_free(struct conn *c)
{
    struct worker *w = c->worker;
    if (c->next) c->next->prev = c->prev;
    *(c->prev ? &c->prev->next : &w->conns) = c->next;
    mem_free(c);
    worker_conn_gone(w);
}

// Frees c when nobody needs it any more. True when it did.
static bool reap(struct conn *c)
{
    if (c->state != CONN_CLOSED || c->handles || c->exchange) return false;
    conn_free(c);
    return true;
}

static void finish_exchange(struct conn *c)
{
    struct exchange *x = c->exchange;
    c->exchange = NULL;
    exchange_finish(c->worker, x);
}

static void on_closed(uv_handle_t *h)
{
    struct conn *c = h->data;
    c->handles--;
    reap(c);
}

void conn_close(struct conn *c)
{
    if (c->state == CONN_CLOSED) return;
    enum conn_state was = c->state;
    c->state = CONN_CLOSED;
    io_forget_input(c);
    uv_close((uv_handle_t *)&c->tcp, on_closed);
    uv_close((uv_handle_t *)&c->timer, on_closed);
    // HANDLING: http_reply comes later. WRITING: libuv cancels the write, whose callback finishes.
    if (c->exchange && was == CONN_HANDLING)
        exchange_after(c->exchange); // c lives on: libuv has not closed its handles
    if (c->exchange && was != CONN_HANDLING && was != CONN_WRITING) finish_exchange(c);
}

// The last answer is out. A close while input is unread makes the kernel send a reset, which can destroy an answer
// that the peer has not read; so our side is shut down first and what comes is thrown away for a while.
static void close_gently(struct conn *c, bool linger)
{
    int fd;
    if (c->ended || !linger || uv_fileno((uv_handle_t *)&c->tcp, &fd) || shutdown(fd, SHUT_WR)) {
        conn_close(c);
        return;
    }
    c->state = CONN_LINGER;
    io_forget_input(c);
    io_deadline(c, IO_LINGER_MS);
    io_resume(c);
}

// The answer was handed over, or has been lost.
static void answered(struct conn *c, bool close)
{
    const struct exchange *x = c->exchange;
    bool linger = x->linger || x->parser.keep_alive || io_has_input(c); // who asked for close sends nothing more
    finish_exchange(c);
    if (c->state == CONN_CLOSED) return;
    if (close || c->worker->stopping) {
        close_gently(c, linger);
        return;
    }
    c->state = CONN_IDLE;
    io_deadline(c, c->worker->config->idle_timeout_ms);
}

static void on_written(uv_write_t *write, int status)
{
    struct conn *c = write->data;
    if (c->state == CONN_CLOSED || status) {
        finish_exchange(c);
        conn_close(c);
        reap(c);
        return;
    }
    answered(c, c->exchange->req.resp.close);
    io_continue(c);
}

static void queue_rest(struct conn *c, uv_buf_t *parts, unsigned n, size_t sent)
{
    while (n && sent >= parts->len) {
        sent -= parts->len;
        parts++;
        n--;
    }
    parts->base += sent;
    parts->len -= sent;
    c->exchange->write.data = c;
    c->state = CONN_WRITING;
    if (uv_write(&c->exchange->write, (uv_stream_t *)&c->tcp, parts, n, on_written)) {
        c->state = CONN_DELAYED; // no callback will come
        conn_close(c);
        return;
    }
    c->unsent = uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp);
    io_deadline(c, c->worker->config->write_timeout_ms);
}

// Answers over one write if the socket takes it, which it does unless the peer does not read.
static void send_answer(struct conn *c)
{
    struct exchange *x = c->exchange;
    struct http_response *r = &x->req.resp;
    r->close = r->close || r->truncate || x->req.body_cut || !x->parser.keep_alive || c->worker->stopping;
    uv_buf_t parts[ANSWER_PARTS];
    unsigned n = exchange_answer(x, c->worker, r->close, parts);
    size_t total = 0;
    for (unsigned i = 0; i < n; i++) total += parts[i].len;
    int sent = uv_try_write((uv_stream_t *)&c->tcp, parts, n);
    if (sent >= 0 && (size_t)sent == total) {
        answered(c, r->close);
    } else if (sent >= 0 || sent == UV_EAGAIN) {
        queue_rest(c, parts, n, sent > 0 ? (size_t)sent : 0);
    } else {
        conn_close(c);
    }
}

void io_answer(struct conn *c)
{
    struct http_response *r = &c->exchange->req.resp;
    bool wait = r->delay_ms > 0 && c->state == CONN_HANDLING;
    c->state = CONN_DELAYED;
    if (wait) {
        io_deadline(c, r->delay_ms);
    } else if (r->drop) {
        conn_close(c);
    } else {
        send_answer(c);
    }
}

void conn_replied(struct conn *c)
{
    if (c->in_handler) return; // io_handle goes on when the handler returns
    if (c->state == CONN_CLOSED) {
        finish_exchange(c);
        reap(c);
        return;
    }
    io_answer(c);
    io_continue(c);
}

void conn_drain(struct conn *c)
{
    if (c->state == CONN_IDLE) conn_close(c);
}

static void start(struct conn *c, int fd)
{
    if (uv_tcp_open(&c->tcp, fd)) {
        close(fd);
        conn_close(c);
        return;
    }
    uv_tcp_nodelay(&c->tcp, 1);
    io_deadline(c, c->worker->config->head_timeout_ms);
    io_resume(c);
}

void conn_open(struct worker *w, int fd, const struct address *peer)
{
    struct conn *c = mem_alloc(sizeof *c);
    c->worker = w;
    c->next = w->conns;
    if (c->next) c->next->prev = c;
    w->conns = c;
    c->armed = c->deadline = UINT64_MAX;
    buf_init(&c->input, LIMIT_PIPELINE_BYTES + READ_SIZE);
    address_text(peer, c->peer);
    c->peer_port = address_port(peer);
    uv_tcp_init(&w->uv, &c->tcp);
    uv_timer_init(&w->uv, &c->timer);
    c->tcp.data = c->timer.data = c;
    c->handles = 2;
    c->paused = true;
    start(c, fd);
}
