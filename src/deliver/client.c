// SPDX-License-Identifier: Apache-2.0
#include "deliver/client.h"

#include "base/buf.h"
#include "base/limits.h"
#include "codec/url.h"
#include "deliver/answer.h"
#include "deliver/place.h"
#include "deliver/wire.h"

enum { HOST_MAX = 255, PORT_SIZE = 6, CONNECT_MS = 1500, PIECE = 4096 };

// One call under way.
struct caller {
    const struct call *call;
    struct call_answer *out;
    struct url url;
    char host[HOST_MAX + 1], port[PORT_SIZE]; // host without the brackets of IPv6
    bool secure;
    struct wire wire;
};

static enum call_result forbid(struct caller *c, const char *why)
{
    snprintf(c->out->detail, sizeof c->out->detail, "%s", why);
    return CALL_FORBIDDEN;
}

static enum call_result read_url(struct caller *c)
{
    if (url_parse(c->call->url, &c->url)) return forbid(c, "the URL cannot be read");
    c->secure = str_ieq(c->url.scheme, STR("https"));
    if (!c->secure && !str_ieq(c->url.scheme, STR("http"))) return forbid(c, "only http and https are spoken");
    if (!c->secure && !c->call->anywhere) return forbid(c, "plain http is not allowed here");
    if (c->url.has_userinfo) return forbid(c, "a user name in the URL is not allowed");
    struct str host = c->url.host;
    if (host.n && host.p[0] == '[') host = str_make(host.p + 1, host.n - 2);
    // A percent escape in a name is something that resolvers and certificates read in different ways.
    if (!str_copy(c->host, sizeof c->host, host) || str_find(host, '%') < host.n)
        return forbid(c, "the host name cannot be used");
    snprintf(c->port, sizeof c->port, "%u", url_port(&c->url));
    return CALL_ANSWERED;
}

// Every address must be allowed: which of them would be taken is no choice of the URL's owner.
static enum call_result check_places(struct caller *c, const struct addrinfo *all)
{
    for (const struct addrinfo *a = all; a; a = a->ai_next)
        if (!c->call->anywhere && !place_is_public(a->ai_addr))
            return forbid(c, "the host has an address that is not of the public internet");
    return CALL_ANSWERED;
}

// The addresses that were looked at are the ones connected to: the name is not asked again.
static enum call_result try_places(struct caller *c, const struct addrinfo *all)
{
    enum call_result r = check_places(c, all);
    if (r) return r;
    for (const struct addrinfo *a = all; a; a = a->ai_next) {
        r = wire_connect(&c->wire, a->ai_addr, a->ai_addrlen, CONNECT_MS);
        if (r == CALL_ANSWERED || r == CALL_STOPPED) break;
    }
    // Nobody answered the knocking: that is no answer which came too late.
    return r == CALL_TIMEOUT && wire_ms() < c->wire.deadline ? CALL_UNREACHED : r;
}

static enum call_result reach(struct caller *c)
{
    const char *why = NULL;
    struct addrinfo *all = place_find(c->host, c->port, &why);
    if (!all) {
        snprintf(c->out->detail, sizeof c->out->detail, "%s", why);
        return CALL_UNREACHED;
    }
    enum call_result r = try_places(c, all);
    freeaddrinfo(all);
    if (!r && c->secure) r = wire_secure(&c->wire, c->call->trust, c->host);
    return r;
}

// RFC 9112 3.2.1: the target in origin form. What the URL holds was checked by url_parse(): no blank, no control.
static enum call_result send_request(struct caller *c)
{
    struct buf b;
    struct str path = c->url.path;
    buf_init(&b, LIMIT_HEAD + c->call->body.n);
    buf_printf(&b, "POST %s%.*s", path.n && path.p[0] == '/' ? "" : "/", STR_FMT(path));
    if (c->url.has_query) buf_printf(&b, "?%.*s", STR_FMT(c->url.query));
    buf_printf(&b, " HTTP/1.1\r\nHost: %.*s", STR_FMT(c->url.host));
    if (c->url.has_port) buf_printf(&b, ":%s", c->port);
    buf_printf(&b,
               "\r\nUser-Agent: hallpass/" HALLPASS_VERSION "\r\nAccept: */*\r\nConnection: close\r\n"
               "Content-Length: %zu\r\n",
               c->call->body.n);
    buf_str(&b, c->call->headers);
    buf_z(&b, "\r\n");
    buf_str(&b, c->call->body);
    enum call_result r = b.failed ? forbid(c, "the URL is too long") : wire_send(&c->wire, buf_view(&b));
    buf_wipe(&b);
    buf_release(&b);
    return r;
}

static enum call_result garbage(struct caller *c, const char *why)
{
    if (!c->wire.problem[0]) snprintf(c->wire.problem, sizeof c->wire.problem, "%s", why);
    return CALL_GARBAGE;
}

// The head counts; of the body only so much is taken that a server which sends it is not cut off at once.
static enum call_result read_answer(struct caller *c, struct buf *b, struct answer *a)
{
    enum answer_state state = ANSWER_MORE;
    while (state < ANSWER_WHOLE && !c->wire.ended) {
        size_t n = 0;
        char *to = b->n < LIMIT_CALL_ANSWER ? buf_reserve(b, PIECE) : NULL;
        if (!to) break;
        enum call_result r = wire_receive(&c->wire, to, PIECE, &n);
        if (r) return state == ANSWER_HEAD && r != CALL_STOPPED ? CALL_ANSWERED : r;
        b->n += n;
        state = answer_look(buf_view(b), a);
    }
    if (state == ANSWER_GARBAGE) return garbage(c, "the answer is not HTTP");
    if (state == ANSWER_MORE) return garbage(c, c->wire.ended ? "closed before an answer" : "the answer has no end");
    return CALL_ANSWERED;
}

static enum call_result receive(struct caller *c)
{
    struct buf b;
    struct answer a = {0};
    buf_init(&b, LIMIT_CALL_ANSWER + PIECE);
    enum call_result r = read_answer(c, &b, &a);
    buf_release(&b);
    c->out->status = a.status;
    c->out->no_retry = a.no_retry;
    return r;
}

void client_post(const struct call *call, struct call_answer *out)
{
    *out = (struct call_answer){0};
    struct caller c = {.call = call, .out = out};
    wire_init(&c.wire, call->stop, call->timeout_ms);
    enum call_result r = read_url(&c);
    if (!r) r = reach(&c);
    if (!r) r = send_request(&c);
    // A receiver may answer before it has read everything, and close.
    if (r == CALL_ANSWERED || (r == CALL_GARBAGE && !c.secure)) r = receive(&c);
    wire_close(&c.wire);
    out->result = r;
    if (r == CALL_TIMEOUT)
        snprintf(out->detail, sizeof out->detail, "no answer within %lld ms", (long long)call->timeout_ms);
    else if (r && !out->detail[0])
        snprintf(out->detail, sizeof out->detail, "%s", c.wire.problem);
    else if (!r && out->status >= 300 && out->status < 400)
        snprintf(out->detail, sizeof out->detail, "redirects are not followed");
}
